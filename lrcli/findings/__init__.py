"""What is wrong with a spec in its run, or probably not meant: rules, one table of codes, and `judge`."""
