"""Learning-rate schedules as data: read, evaluated, compared and exported without a framework.

>>> import lrcli
>>> curve = lrcli.evaluate("cosine:max_lr=0.3,warmup=5", epochs=90)
>>> curve.lr[5]
0.3
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would take most of the time before Ctrl-C is handled

__version__ = "0.2.0"

if TYPE_CHECKING:
    from typing import Any

    from lrcli import schedules
    from lrcli.api import code, compare, describe, evaluate, lint, plan, plot, schedule
    from lrcli.checking.report import Report, check
    from lrcli.drawings import Comparison, Curve, Figure, Findings, Plan
    from lrcli.foresight.api import find, fit, predict, suggest
    from lrcli.loading import load
    from lrcli.operators import product, scaled, sequence
    from lrcli.problems import Finding, InputError, LrcliWarning, SpecError
    from lrcli.spec.load import Loaded

__all__ = [
    "Comparison", "Curve", "Figure", "Finding", "Findings", "InputError", "Loaded", "LrcliWarning", "Plan", "Report",
    "SpecError", "__version__", "check", "code", "compare", "describe", "evaluate", "find", "fit", "lint", "load",
    "plan", "plot", "predict", "product", "scaled", "schedule", "schedules", "sequence", "suggest",
]  # fmt: skip

_HOMES = {
    "Comparison": "lrcli.drawings",
    "Curve": "lrcli.drawings",
    "Figure": "lrcli.drawings",
    "Findings": "lrcli.drawings",
    "Plan": "lrcli.drawings",
    "code": "lrcli.api",
    "compare": "lrcli.api",
    "describe": "lrcli.api",
    "plot": "lrcli.api",
    "Finding": "lrcli.problems",
    "InputError": "lrcli.problems",
    "Loaded": "lrcli.spec.load",
    "LrcliWarning": "lrcli.problems",
    "Report": "lrcli.checking.report",
    "SpecError": "lrcli.problems",
    "check": "lrcli.checking.report",
    "evaluate": "lrcli.api",
    "find": "lrcli.foresight.api",
    "fit": "lrcli.foresight.api",
    "product": "lrcli.operators",
    "scaled": "lrcli.operators",
    "sequence": "lrcli.operators",
    "lint": "lrcli.api",
    "load": "lrcli.loading",
    "plan": "lrcli.api",
    "predict": "lrcli.foresight.api",
    "schedule": "lrcli.api",
    "suggest": "lrcli.foresight.api",
}


def __getattr__(name: str) -> Any:
    """Return a public name, imported on first use, so that the command line starts without numpy."""
    from importlib import import_module
    from types import ModuleType

    if name == "schedules":
        return import_module("lrcli.schedules")
    if name not in _HOMES:
        raise AttributeError(f"module 'lrcli' has no attribute {name!r}")
    module = import_module(_HOMES[name])
    if isinstance(globals().get("code"), ModuleType):  # which importing the package lrcli.code has set
        globals()["code"] = import_module("lrcli.api").code
    return getattr(module, name)


def __dir__() -> list[str]:
    """Return the public names, which are imported on first use."""
    return sorted(__all__)
