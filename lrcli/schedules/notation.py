"""Formulas of declarations in mathematical notation, as `describe` prints them."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING

from lrcli.parameters import parameters

if TYPE_CHECKING:
    from lrcli.schedules.base import Family

_SIGNS = (
    (r"\s*\*\*\s*", "^"),
    (r"\s*\*\s*", " · "),
    (r"(?<=\S) - ", " − "),
    (r"(?<![\w)])-(?=[\w(])", "−"),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"\bpi\b", "π"),
    (r"\binf\b", "∞"),
    (r"\bsqrt\(", "√("),
    (r"\bfloor\(([^()]*)\)", r"⌊\1⌋"),
    (r"\bceil\(([^()]*)\)", r"⌈\1⌉"),
)


def shown(text: str) -> str:
    """Return an expression in mathematical notation: `·` for `*`, `^` for `**`, `π`, `√`."""
    return reduce(lambda so_far, sign: re.sub(sign[0], sign[1], so_far), _SIGNS, text)


def formula_shown(declaration: type[Family]) -> list[str]:
    """Return the lines of a declaration's formula: `lr(t) = …`, and one for each name that it uses."""
    names = (f"{name} = {shown(text)}" for name, text in meanings(declaration).items())
    left_out = (f"{name} = {otherwise} if it is left out" for name, otherwise in _left_out(declaration).items())
    words = set(re.findall(r"\w+\(?", " ".join([declaration.formula, *meanings(declaration).values()])))
    functions = (f"{call} = {text}" for call, text in _FUNCTIONS_SHOWN.items() if f"{call.partition('(')[0]}(" in words)
    always = (f"{name} = {text}" for name, text in _ALWAYS_DEFINED.items() if name in words)
    return [f"lr(t) = {shown(declaration.formula)}", *names, *left_out, *always, *functions]


_ALWAYS_DEFINED = {
    "span": "the length of the run, without the warm-up",
    "point": "the length of one epoch or step of the run",
}
"""Meanings of the names that every formula may use."""

_FUNCTIONS_SHOWN = {
    "line(u, L, a, b)": "a + (b − a) · u / L",
    "where(c, a, b)": "a where c is true, b elsewhere",
    "phases(t, times, values, shape)": "from each of the values, at its time, to the next; the last is kept",
    "anneal(a, b, x, shape)": "from a to b, x from 0 to 1, along a line or half a cosine wave",
    "pick(values, i)": "value number i, from 0 on; the last one beyond the end",
    "count(t, marks)": "how many of the marks are ≤ t",
    "cycle_number(t, L, m)": "the cycle of t, from 0; the first has the length L, each other m times that before",
    "whole_log(x, b)": "⌊log(x) / log(b)⌋",
    "single(x)": "x rounded to float32",
    "cumulative(a, factors)": "the boundaries, and the values between them: a times the factors so far",
}
"""Definitions of the functions that are not standard notation."""


def _left_out(declaration: type[Family]) -> dict[str, str]:
    """Return the parameters that follow another name if they are left out, each with this name."""
    return {p.name: p.otherwise for p in parameters(declaration) if p.otherwise}


def meanings(declaration: type[Family]) -> dict[str, str]:
    """Return the names in `where` that the formula uses, directly or through other names, with their expressions."""
    texts, used = [declaration.formula], set[str]()
    known = declaration.where | _left_out(declaration)
    while texts:
        words = set(re.findall(r"[^\W\d]\w*", texts.pop()))
        texts += [text for name, text in known.items() if name in words - used]
        used |= words
    return {name: text for name, text in declaration.where.items() if name in used}
