"""From curves to files, exactly: what is read back is the same float64."""
