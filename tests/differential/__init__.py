"""Random schedulers of the frameworks, played by the frameworks themselves and by lrcli."""
