"""The names of the frameworks, which start-up must not pay for."""

DIALECTS = ("timm",)
ABBREVIATIONS = {"hf": "transformers", "pytorch": "torch"}
