"""The names of the frameworks, which start-up must not pay for."""

DIALECTS: tuple[str, ...] = ()
ABBREVIATIONS = {"hf": "transformers", "pytorch": "torch"}
