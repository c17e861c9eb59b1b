"""The names of the frameworks, which start-up must not pay for."""

DIALECTS = ("torch", "transformers", "timm")
ABBREVIATIONS = {"hf": "transformers", "pytorch": "torch"}
