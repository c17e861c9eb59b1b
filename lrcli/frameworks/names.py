"""The names of the frameworks, which start-up must not pay for."""

FRAMEWORKS = ("keras",)
ABBREVIATIONS = {"hf": "transformers", "pytorch": "torch"}
