"""Code for JavaScript: a function of t for a browser or Node.js, with the numbers of the plain Python function."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from lrcli.code.source import body
from lrcli.code.writer import LEVELS, Words, Writer, number

if TYPE_CHECKING:
    from lrcli.code.job import Job
    from lrcli.expression import Expression, Value

_JS = Words("Math.", "Math.min", "Math.max", "Math.abs", "Math.PI", branches=True)
_SIGNS = {"and": "&&", "or": "||", "==": "===", "!=": "!=="}
_HELPERS = {
    "quotient": """\
function quotient(a, b) { // a // b of Python
    const whole = (a - mod(a, b)) / b, floor = Math.floor(whole);
    return whole - floor > 0.5 ? floor + 1 : floor;
}
""",
    "mod": """\
function mod(a, b) { // a % b of Python
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}
""",
    "round": """\
function round(x) { // to the nearest whole number, of two to the even one
    const floor = Math.floor(x);
    return x - floor !== 0.5 ? Math.round(x) : floor % 2 === 0 ? floor : floor + 1;
}
""",
}
"""Operations that JavaScript does not have, or rounds differently from Python; quotient calls mod."""


def write(job: Job) -> str:
    """Return a function of t.

    Raises:
        SpecError: If the lr is no function of t.
    """
    job.must_be_a_function("js", "--to torch writes a scheduler that takes the metric")
    unit = job.unit
    what = f"/** Return the learning rate in force during this {unit}, counted from 0. */"
    lines = [what, f"function lr({unit}) {{", *body(job.traced(unit), _JS, writer=_Writer), "}"]
    called = "\n".join(lines)
    helpers = [
        text for name, text in _HELPERS.items() if f"{name}(" in called or (name == "mod" and "quotient(" in called)
    ]
    return "\n".join([f"//{job.header().removeprefix('#')}", "", *helpers, *lines, ""])


class _Writer(Writer):
    """Writes expressions and statements of JavaScript."""

    levels: ClassVar = {sign: level for sign, level in LEVELS.items() if sign not in ("//", "%", "**", "not")}
    own: ClassVar = {"//": "quotient", "%": "mod", "**": "Math.pow", "round": "round"}

    def branch(self, condition: str) -> list[str]:
        return [f"if ({condition}) {{", "}"]

    def assigned(self, name: str, text: str) -> str:
        return f"const {name} = {text};"

    def returned(self, text: str) -> str:
        return f"return {text};"

    def number(self, value: float) -> str:
        if isinstance(value, bool) or not math.isfinite(value):
            return str(value).lower().replace("inf", "Infinity").replace("nan", "NaN")
        return number(value, self.words)

    def _sign(self, operation: str, operands: tuple[Value, ...], own: float) -> str:
        left, right = self.text(operands[0], own), self.text(operands[1], own + 1)
        return f"{left} {_SIGNS.get(operation, operation)} {right}"

    def _not(self, value: Expression) -> str:
        return f"!({self.text(value.operands[0])})"

    def _where(self, value: Expression) -> str:
        condition, then, otherwise = (
            self.text(operand, level) for operand, level in zip(value.operands, (1, 1, 0.5), strict=True)
        )
        return f"{condition} ? {then} : {otherwise}"

    def _power(self, value: Expression) -> str:
        return self._call("Math.pow", value.operands)

    def _negative(self, value: Expression) -> str:
        return f"-{self.text(value.operands[0], LEVELS['neg'] + 1)}"

    def _count(self, value: Expression) -> str:
        t, *marks = value.operands
        return f"[{', '.join(map(self.number, marks))}].filter((m) => {self.text(t, 5)} >= m).length"
