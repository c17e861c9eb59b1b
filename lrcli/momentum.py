"""The momentum that a scheduler changes along with the lr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.frameworks.scheduler import Scheduler
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from lrcli.entry import Entry


def momentum_of(entry: Entry) -> Entry:
    """Return an entry whose lr is the momentum of another (for Adam and its variants the first beta).

    Raises:
        SpecError: If the schedule does not change the momentum, or lrcli has no rule for it.
    """
    found = entry.spec.momentum() if isinstance(entry.spec, Scheduler) else None
    if found is None:
        known = "torch.OneCycleLR and torch.CyclicLR, by themselves and with cycle_momentum"
        raise SpecError(f"--momentum: no momentum is known of {entry.name}; it is of {known}")
    return entry._replace(spec=found)
