"""The tests: each states a fact that can fail."""
