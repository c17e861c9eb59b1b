"""Schedules as code for a framework: calls of the framework's own classes, or functions traced from closed forms."""
