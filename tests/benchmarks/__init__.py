"""What lrcli costs, as ratios to the floor beneath it: `python -m tests.benchmarks`."""
