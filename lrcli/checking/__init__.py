"""Did the run do what was meant: a log's columns examined, put into words, and judged."""
