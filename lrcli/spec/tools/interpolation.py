"""References to other values of the same file, `${optimization.lr}`, as OmegaConf, Hydra and llm-foundry have them."""

from __future__ import annotations

import re

from lrcli.problems import SpecError
from lrcli.spec.tools.tree import at

_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][\w.]*)\s*\}")
_DEEPEST = 8
_MOST = 25_000


def resolved(data: object) -> object:
    """Return data with its references replaced by the values; a reference to nothing stays as it is.

    Raises:
        SpecError: If they unfold into too much.
    """
    return _Resolution(data).of(data, 0)


class _Resolution:
    """Replaces the references of one file, and counts them: lists of references can grow exponentially."""

    def __init__(self, root: object) -> None:
        self.root, self.count = root, 0

    def of(self, value: object, depth: int) -> object:
        if isinstance(value, dict):
            return {key: self.of(inner, depth) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, depth) for inner in value]
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if match is None or depth >= _DEEPEST:
            return value
        self.count += 1
        if self.count > _MOST:
            raise SpecError(f"its references expand to more than {_MOST:,} values")
        found = at(self.root, match[1].split("."))
        return value if found is None or isinstance(found, dict) else self.of(found, depth + 1)
