"""Schedules changed by keys: all is pure but `screen`, which alone knows the library that drives the terminal."""
