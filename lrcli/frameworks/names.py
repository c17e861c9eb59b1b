"""The names of the frameworks, which start-up must not pay for."""

FRAMEWORKS = ("torch", "transformers", "timm", "keras", "optax")
ABBREVIATIONS = {"hf": "transformers", "pytorch": "torch", "tf": "keras", "jax": "optax"}
