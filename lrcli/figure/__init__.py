"""Drawings as data: series, axes, guides and captions, for the terminal, pictures and pages."""
