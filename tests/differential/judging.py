"""Whether lrcli refuses what the framework refuses, and has its lr everywhere else."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import lrcli
from lrcli.parameters import Parameter, parameters
from lrcli.spec.build import build
from tests.differential.cases import Case, Played, declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array

TOLERANCE = {"float64": 1e-9, "float32": 2e-6}
"""How far lrcli may be from what a framework computes with, as a share of the peak or of the optimizer's lr."""

Kind = Literal["refused", "agree", "out of bounds", "differ"]


class Verdict(NamedTuple):
    """What became of a case, and how the two differ if they do."""

    kind: Kind
    why: str = ""


def judged(case: Case, theirs: Played) -> Verdict:
    """Return whether lrcli and the framework, which has played a case, agree about it.

    Values outside of the bounds that lrcli declares, such as a negative length, are refused whatever a framework makes
    of them.
    """
    if _out_of_bounds(case.spec) and _refused(case):
        return Verdict("refused" if not theirs.lr else "out of bounds")
    if theirs.lr and (why := _apart(case, theirs.lr)):
        return Verdict("differ", why)
    if not theirs.error or len(theirs.lr) == case.points:
        return Verdict("agree")
    try:
        ours = curve(case, case.points)
    except lrcli.SpecError:
        return Verdict("agree" if theirs.lr else "refused")
    at = len(theirs.lr)
    return Verdict("differ", f"the framework has no lr at {at} ({theirs.error}), lrcli {float(ours[at]):.17g}")


def _apart(case: Case, theirs: list[float]) -> str:
    try:
        ours = curve(case, len(theirs))
    except lrcli.SpecError as error:
        return f"lrcli refuses what the framework plays from {theirs[0]:.17g} to {theirs[-1]:.17g}: {error}"
    precision = case.declaration.precision
    allowed = TOLERANCE[precision] * max(*map(abs, theirs), _scale(case))
    wrong = [t for t, one in enumerate(theirs) if not abs(float(ours[t]) - one) <= allowed]
    if not wrong or (precision == "float32" and _at_borders(wrong, theirs, ours, allowed)):
        return ""
    t = wrong[0]
    return f"the framework has {theirs[t]:.17g} at {t}, lrcli {float(ours[t]):.17g} ({len(wrong)} of {len(theirs)})"


AT_BORDERS = 3
"""How many jumps may come a step later or earlier, where float32 takes a time to the other side of a border."""


def _at_borders(wrong: list[int], theirs: list[float], ours: Array, allowed: float) -> bool:
    """Return whether the framework has, at a few points, what lrcli has at one beside it."""
    padded = [float(ours[0]), *map(float, ours), float(ours[-1])]
    beside = [any(abs(padded[t + by] - theirs[t]) <= allowed for by in (0, 2)) for t in wrong]
    return len(wrong) <= AT_BORDERS and all(beside)


def _scale(case: Case) -> float:
    """Return the highest lr that is computed with: what is subtracted from it is as far off as it is."""
    names = "base_lr|lr_min" if case.declaration.precision == "float64" else ".*lr.*|.*value|.*learning_rate"
    values = [value for name, value in _numbers(case.spec) if re.fullmatch(names, name)]
    return max(map(abs, values), default=0.0)


def _numbers(spec: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the names of a spec, and of its members, that have a number."""
    for name, value in spec.items():
        if isinstance(value, int | float):
            yield name, value
        for member in value if isinstance(value, list) else ():
            yield from _numbers(member) if isinstance(member, dict) else [(name, member)]


def _out_of_bounds(spec: dict[str, Any]) -> bool:
    """Return whether a value of a spec, or of one of its members, is not within what is declared."""
    known = {parameter.name: parameter for parameter in parameters(declared(spec))}
    return any(_refuses(known[name], value) for name, value in spec.items() if name in known) or any(
        map(_out_of_bounds, spec.get(declared(spec).members, ()))
    )


def _refuses(parameter: Parameter, value: object) -> bool:
    try:
        parameter.accept(value)
    except ValueError:
        return True
    return False


def _refused(case: Case) -> bool:
    try:
        curve(case, case.points)
    except lrcli.SpecError:
        return True
    return False


def curve(case: Case, points: int) -> Array:
    """Return lrcli's lr at each point of a run this long."""
    values = case.metric[: points - (case.declaration.framework() != "optax")]  # Optax's update knows its own metric
    metric = {"metric": list(values)} if values and case.metric_driven else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return lrcli.evaluate(case.spec, **{_unit(case): points}, **metric).lr


def _unit(case: Case) -> str:
    """Return what the run of a case counts: lrcli refuses to count what a scheduler does not."""
    try:
        unit = getattr(build(case.spec), "unit", lambda: "loop")()
    except lrcli.SpecError:
        unit = "loop"
    return "steps" if unit == "steps" else "epochs"
