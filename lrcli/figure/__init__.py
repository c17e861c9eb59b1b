"""Drawings as data: series, axes, guides and captions, which the terminal, pictures and pages all draw."""
