"""The names of what code can be written for, which start-up must not pay for."""

TARGETS = ("torch", "transformers", "timm", "keras", "optax", "python", "yaml", "json")
