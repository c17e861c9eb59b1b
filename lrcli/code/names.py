"""The names of the targets of `lrcli code`, apart from their modules, which start-up does not import."""

from lrcli.frameworks.names import ABBREVIATIONS

TARGETS = (
    "torch",
    "transformers",
    "timm",
    "keras",
    "optax",
    "paddle",
    "mmengine",
    "nanogpt",
    "trainer",
    "training-args",
    "deepspeed",
    "composer",
    "python",
    "js",
    "yaml",
    "json",
)
OWN = ("yaml", "json")
"""lrcli's own files, which can hold every spec."""
FILES = ("training-args", "deepspeed", "composer", *OWN)
"""Files of data, not of code."""
_SHORT = {
    "py": "python",
    "javascript": "js",
    "training_args": "training-args",
    "trainingarguments": "trainer",
    "llm-foundry": "composer",
}


def target_of(name: str) -> str:
    """Return the target that a name or an abbreviation such as `hf` means; the name itself if it means none."""
    small = str(name).lower()
    return (_SHORT | ABBREVIATIONS).get(small, small)
