"""`${optimization.lr}`: OmegaConf's references to other values of the same file, as Hydra and llm-foundry have them."""

from __future__ import annotations

import re
from typing import Any

from lrcli.problems import SpecError

_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][\w.]*)\s*\}")
_DEEPEST = 8
_MOST = 25_000


def resolved(data: Any) -> Any:
    """Return data with its references replaced by what they stand for; one that leads nowhere stays as it is.

    Raises:
        SpecError: If they unfold into too much.
    """
    return _Resolution(data).of(data, 0)


class _Resolution:
    """What the references of one file stand for; it counts them, for lists of them can unfold without end."""

    def __init__(self, root: Any) -> None:
        self.root, self.count = root, 0

    def of(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return {key: self.of(inner, depth) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, depth) for inner in value]
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if match is None or depth >= _DEEPEST:
            return value
        self.count += 1
        if self.count > _MOST:
            raise SpecError(f"its references unfold into more than {_MOST:,} values")
        found = self._at(match[1].split("."))
        return value if found is None or isinstance(found, dict) else self.of(found, depth + 1)

    def _at(self, path: list[str]) -> Any:
        data = self.root
        for step in path:
            data = data.get(step) if isinstance(data, dict) else None
        return data
