"""`lrcli check`: the learning rates of a log are identified, described in words, and judged."""
