"""The base of schedulers in other libraries that wrap one of torch's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.frameworks.scheduler import Members, OnOptimizer
from lrcli.frameworks.torch_chains import Torch
from lrcli.numeric import full
from lrcli.problems import Problem
from lrcli.schedules import form

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.base import Counts


class AroundTorch(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler that wraps one of torch's; in its formula `inner` is the lr of the wrapped scheduler.

    If it is optional and left out, `inner` is the optimizer's lr.
    """

    members = "lr_scheduler"

    lr_scheduler: Members = ()

    @property
    def member(self) -> Any:
        """The wrapped scheduler, on the same optimizer."""
        return self.lr_scheduler[0].replaced(base_lr=self.base_lr)

    def problems(self) -> list[Problem]:
        """Return a problem if there is not exactly one member, or it is none of torch's."""
        found = super().problems()
        if len(self.lr_scheduler) > 1 or not (self.lr_scheduler or self.members_optional):
            return [*found, Problem(message=f"{self.tag()} takes one scheduler", path=("lr_scheduler",))]
        wrong = self.problems_of_members(Torch, "its member is a scheduler of torch")
        return found + wrong if self.lr_scheduler else found

    def unit(self) -> Counts:
        """Return the unit of its member."""
        unit: Counts = self.lr_scheduler[0].unit() if self.lr_scheduler else "loop"
        return unit

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the formula for its member's lr."""
        inner = self.member.lr(t, run) if self.lr_scheduler else full(t, self.base_lr)
        return form.values(self, run, self.formula, t, inner=inner)
