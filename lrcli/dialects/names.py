"""The names of the frameworks, which start-up must not pay for."""

DIALECTS = ("torch", "timm")
ABBREVIATIONS = {"hf": "transformers", "pytorch": "torch"}
