"""Learning-rate schedules as data: read, evaluated, compared and exported without a framework.

>>> import lrcli
>>> curve = lrcli.evaluate("cosine:max_lr=0.3,warmup=5", epochs=90)
>>> curve.lr[5]
0.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lrcli import schedules
    from lrcli.api import evaluate
    from lrcli.engine import Curve
    from lrcli.foresight.api import find, fit, predict, suggest
    from lrcli.problems import InputError, SpecError
    from lrcli.spec.read import Specs, load

__all__ = [
    "Curve", "InputError", "SpecError", "Specs", "__version__", "evaluate", "find", "fit", "load", "predict",
    "schedules", "suggest",
]  # fmt: skip

_HOMES = {
    "Curve": "lrcli.engine",
    "InputError": "lrcli.problems",
    "SpecError": "lrcli.problems",
    "Specs": "lrcli.spec.read",
    "evaluate": "lrcli.api",
    "find": "lrcli.foresight.api",
    "fit": "lrcli.foresight.api",
    "load": "lrcli.spec.read",
    "predict": "lrcli.foresight.api",
    "suggest": "lrcli.foresight.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for on first use, so that the command line starts without numpy."""
    from importlib import import_module  # noqa: PLC0415

    if name == "schedules":
        return import_module("lrcli.schedules")
    if name not in _HOMES:
        raise AttributeError(f"module 'lrcli' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
