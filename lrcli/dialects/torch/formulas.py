"""torch's schedulers that take a function: LambdaLR and MultiplicativeLR, with a formula of epoch."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli import formula as formulas
from lrcli.dialects.torch.base import Multiplying, Overwriting
from lrcli.knots import subdivided
from lrcli.numeric import counting, evaluated, full, highest, not_an_expression, running_product
from lrcli.problems import Problem, SpecError
from lrcli.schedules.plateau import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.numeric import Array
    from lrcli.run import Run

Lambda = Annotated[
    str,
    Meta(
        description="A formula of epoch: 0.95 ** epoch, or a lambda with one argument.",
        extra={"formula": True},
    ),
]


@lru_cache(maxsize=64)
def function_of(text: str, name: str) -> Callable[[Array], Array]:
    """Return the function that a formula of one variable, or a lambda, stands for.

    Raises:
        SpecError: If it is not one, or uses what a formula may not.
    """
    form = formulas.function(text, name)
    return lambda t: evaluated(lambda numpy, values: form(numpy, values["t"]), t, 1.0, {})


def _problems_of(text: str) -> list[Problem]:
    try:
        function_of(text, "epoch")
    except SpecError as error:
        return [problem._replace(path=("lr_lambda",)) for problem in error.problems]
    return []


class LambdaLR(Overwriting, tag="torch.LambdaLR", frozen=True, kw_only=True):
    """Multiply base_lr by a function of the epoch.

    lr(t) = base_lr · lr_lambda(t).
    """

    formula = "base_lr · lr_lambda(t)"
    shape = "as you say"
    tips = ("The function is a factor of base_lr, not an lr: torch's own example, epoch // 30, is 0 for 30 epochs.",)
    example = {"lr_lambda": "0.95 ** epoch"}
    positional = "lr_lambda"

    lr_lambda: Lambda

    def value(self, t: Array, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return base times the function."""
        return base * function_of(self.lr_lambda, "epoch")(t)

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return 64 times in each column: nobody knows where a function jumps or turns."""
        return subdivided(edges, 64)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the function."""
        return super().problems() + _problems_of(self.lr_lambda)


class MultiplicativeLR(Multiplying, tag="torch.MultiplicativeLR", frozen=True, kw_only=True):
    """Multiply the lr by a function of the epoch at every step.

    lr(t) = base_lr · lr_lambda(1) · lr_lambda(2) · … · lr_lambda(t).
    """

    formula = "base_lr · lr_lambda(1) · … · lr_lambda(t)"
    shape = "as you say"
    tips = (
        "Alone it never asks for lr_lambda(0); as a later member of SequentialLR it does, and goes on from the lr that "
        "it finds.",
    )
    example = {"lr_lambda": "0.95"}
    positional = "lr_lambda"

    lr_lambda: Lambda

    def restarted(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the lr that it finds, times the function at 0."""
        return lr * float(function_of(self.lr_lambda, "epoch")(0.0))  # type: ignore[arg-type]

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return the product of the function's values; a power, where it does not depend on the epoch."""
        function = function_of(self.lr_lambda, "epoch")
        if not re.search(r"[A-Za-z_]", self.lr_lambda):
            return full(t, float(function(1.0))) ** t  # type: ignore[arg-type]
        not_an_expression(t, "it is a product of as many factors as there are steps, and no closed form")
        last = highest(t)
        if last > LONGEST:
            raise SpecError(f"{self.tag()} is a product of {last:,.0f} factors: {LONGEST:,} at most")
        factors = function(counting(max(int(last), 0)))
        factors[0] = 1.0
        return running_product(factors, t)

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return the function at k."""
        return function_of(self.lr_lambda, "epoch")(k)

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return 64 times in each column: nobody knows where a function jumps or turns."""
        return subdivided(edges, 64)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the function."""
        return super().problems() + _problems_of(self.lr_lambda)
