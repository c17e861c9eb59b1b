"""Frameworks' own schedulers, read as specs: one module or package a framework, imported when one of its names is used.

A module's declarations are found by their being there: each is a `Dialect` whose tag is `framework.Name`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from lrcli.dialects.base import Dialect
from lrcli.dialects.names import ABBREVIATIONS, DIALECTS


@cache
def declarations(dialect: str) -> dict[str, type[Dialect]]:
    """Return the schedulers of a framework, by every name that it has for them, without the framework's own."""
    found = vars(import_module(f"lrcli.dialects.{dialect}")).values()
    known = [one for one in found if isinstance(one, type) and issubclass(one, Dialect) and one.is_one()]
    return {name: one for one in known for name in (one.tag().partition(".")[2], *one.names)}


def find(name: str) -> type[Dialect] | None:
    """Return the scheduler of a name such as `torch.StepLR`, or of `StepLR` if only one framework has it."""
    dialect, dot, native = name.rpartition(".")
    dialect = ABBREVIATIONS.get(dialect.lower(), dialect.lower())
    if dot:
        return _of(dialect, native) if dialect in DIALECTS else None
    found = {one.tag(): one for one in (_of(dialect, name) for dialect in DIALECTS) if one is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _of(dialect: str, native: str) -> type[Dialect] | None:
    known = declarations(dialect)
    folded = {name.lower(): one for name, one in known.items()}
    return known.get(native) or folded.get(native.lower())


def names() -> list[str]:
    """Return every name of every framework's schedulers, as `torch.StepLR`."""
    return [f"{dialect}.{name}" for dialect in DIALECTS for name in declarations(dialect)]
