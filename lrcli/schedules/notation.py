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
    whole = " ".join([declaration.formula, *meanings(declaration).values()])
    functions = (f"{call} = {text}" for call, text in _FUNCTIONS_SHOWN.items() if call.partition("(")[0] + "(" in whole)
    return [f"lr(t) = {shown(declaration.formula)}", *names, *left_out, *functions]


_FUNCTIONS_SHOWN = {"line(u, L, a, b)": "a + (b − a) · u / L"}
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
