"""Schedules written as code for a framework: traced from their own closed forms, or said in the framework's classes."""
