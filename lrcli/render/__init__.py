"""Drawings, tables and pages, as text and as pictures."""
