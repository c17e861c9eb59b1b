"""From text to schedules: inline text, YAML, flags and Python data are read into the same declarations."""
