"""A Python function of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from lrcli import functions
from lrcli.breakpoints import Anywhere
from lrcli.formula import evaluated
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem
from lrcli.schedules.base import Schedule

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run


def halving(t: Array, T: float) -> Array:
    """Return an example: 0.1 at t = 0, halved ten times in a run of length T."""
    return 0.1 * 0.5 ** (10 * t / T)


class Python(Schedule, tag="python", frozen=True, kw_only=True):
    """Call a Python function of your own.

    lr(t) is what `function` returns for t. A function that takes arrays is called once, any other once for each t (an
    int where t is whole). If it has a parameter T it is given the length of the run, and constants go to its parameters
    of the same names. A class is called with the constants, and its instance, or its get_lr, is the function.

    Attributes:
        constants: Values for further parameters of the function; in text forms they are given like parameters.
    """

    formula = "function(t)"
    changes = "at every step"
    shape = "any shape"
    use = "Schedules that are no formula, and the very function that your training script uses."
    tips = (
        "It runs the code: a file may name a function only with --allow-code.",
        "Parameters of your function are parameters here: python:sched.py:wave,amplitude=0.3.",
        "A function that takes numpy arrays is much faster than one that takes single steps.",
    )
    sources = ("your own",)
    positional = "function"
    peak = ""
    runs_code = True

    function: Annotated[str, Meta(description="Where it is: path/file.py:name, or package.module:name.")] = (
        "lrcli.schedules.python:halving"
    )
    constants: Annotated[dict[str, float], NOT_A_PARAMETER] = {}

    def lr(self, t: Array, run: Run) -> Array:
        """Return the value of the function at t.

        Raises:
            SpecError: If there is no such function, it raises an error, or it returns something other than numbers.
        """
        call = functions.load(self.function)
        return evaluated(lambda _, values: call(values["t"], {"T": run.span, **self.constants}), t, run.span, {})

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return that the breakpoints of a function are not known."""
        return (Anywhere(),)

    def problems(self) -> list[Problem]:
        """Return the problems of the function's name and the constants; the code itself is not checked."""
        found = super().problems()
        if not functions.is_name(self.function):
            message = "a function is named as path/file.py:name or package.module:name"
            found.append(Problem(message=message, path=("function",)))
        constants: dict[str, Any] = dict(self.constants)
        found += [
            Problem(message=f"{name} must be a number, not {value!r}", path=(name,))
            for name, value in constants.items()
            if isinstance(value, bool) or not isinstance(value, int | float)
        ]
        return found
