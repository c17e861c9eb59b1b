"""A script that draws schedules with matplotlib and without lrcli, for figures that are adjusted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.code.job import Job
from lrcli.code.layout import math_import
from lrcli.code.writer import MATH
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry

_MOST = 1000
"""The most points of a curve; those of a longer run are drawn at equal distances."""


def script(entries: Sequence[Entry], *, log: bool = False) -> str:
    """Return a script that draws schedules into lr.pdf.

    A curve with a closed form is a function of t; one without, because it depends on a metric, is a list of values.

    Args:
        entries: The schedules; all over epochs, or all over steps.
        log: Make the axis of learning rates logarithmic.
    """
    names = ["lr"] if len(entries) == 1 else [f"lr_{i}" for i in range(1, len(entries) + 1)]
    curves = [_curve(entry, name) for entry, name in zip(entries, names, strict=True)]
    functions = [line for curve in curves for line in curve.function]
    head = [Job(entry.spec, entry.run).header() for entry in entries]
    imports = [*math_import(functions), _IMPORT]
    drawing = [
        'figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")',
        *(line for curve in curves for line in curve.drawing),
        f'axes.set(xlabel="{entries[0].run.counts}", ylabel="learning rate"{_LOG if log else ""})',
        *(["axes.legend()"] if len(entries) > 1 else []),
        'figure.savefig("lr.pdf")',
    ]
    between = ["", ""] if functions else [""]
    return "\n".join([*head, *imports, *functions, *between, *drawing, ""])


_IMPORT, _LOG = "import matplotlib.pyplot as plt", ', yscale="log"'


class _Curve(NamedTuple):
    """The lines that define the function of a curve, if it has one, and those that draw it."""

    function: list[str]
    drawing: list[str]


def _curve(entry: Entry, name: str) -> _Curve:
    unit, every = entry.run.counts, -(-entry.run.points // _MOST)
    t = f"range(0, {entry.run.points}, {every})" if every > 1 else f"range({entry.run.points})"
    label = f'"{entry.name}"' if entry.name.isprintable() and not {'"', "\\"} & set(entry.name) else repr(entry.name)
    try:
        body = Job(entry.spec, entry.run).function(MATH, unit)
    except SpecError:
        values = engine.at(entry.spec, entry.run, np.arange(0, entry.run.points, every, dtype=np.float64)).tolist()
        return _Curve([], [f"{name} = {values}", f'axes.step({t}, {name}, where="post", label={label})'])
    values = f"[{name}({unit}) for {unit} in {t}]"
    return _Curve(["", "", f"def {name}({unit}):", *body], [f'axes.step({t}, {values}, where="post", label={label})'])
