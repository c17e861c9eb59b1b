"""What is explored: schedules over their runs, and every change of one. A change that cannot be evaluated raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.run import RunOptions, Series
from lrcli.spec.build import build
from lrcli.spec.make import Layer, make
from lrcli.spec.write import data, inline
from lrcli.units import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.compose import Spec
    from lrcli.entry import Entry
    from lrcli.problems import Path
    from lrcli.run import Run

RUN: Path = ("<run>",)
"""The path of what is said of the run, which is no part of a spec."""


class Subject(NamedTuple):
    """One schedule that is explored.

    Attributes:
        entry: What it is now, over its run.
        options: The run as settings.
        metric: What a metric-driven schedule depends on, if there is one.
        named: Its name is of the user's own, and stays whatever is changed.
    """

    entry: Entry
    options: RunOptions
    metric: Series | None = None
    named: bool = False

    def changed(self, path: Path, name: str, value: object) -> Subject:
        """Return the same with another value for one parameter.

        Args:
            path: Of the part that has the parameter, in the spec's data.
            name: Of the parameter.
            value: As a person writes it, or as data has it; None for the default.

        Raises:
            SpecError: If it cannot have that value.
        """
        text = _replaced(data(self.entry.spec), path, name, value)
        return self.evaluated(build(text, code=True), self.options)

    def over(self, options: RunOptions) -> Subject:
        """Return the same over another run.

        Raises:
            SpecError: If it cannot be evaluated over that.
        """
        return self.evaluated(self.entry.spec, options)

    def evaluated(self, spec: Spec, options: RunOptions) -> Subject:
        """Return a spec over a run."""
        run = resolve(options, spec, self.metric)
        return self._replace(entry=self.entry._replace(spec=spec, run=run), options=settings(run))


def subjects(entries: Iterable[Entry], metric: Series | None) -> tuple[Subject, ...]:
    """Return named runs as what is explored."""
    return tuple(
        Subject(one, settings(one.run), metric or _metric_values(one.run), named=_is_named(one)) for one in entries
    )


def _metric_values(run: Run) -> Series | None:
    """Return the metric that a file named for its run."""
    return None if run.metric is None else Series(run.metric, epochs=run.known, steps=run.known, name=run.metric_name)


def _is_named(entry: Entry) -> bool:
    """Return whether a name is more than the schedule's own, or the text that it was read from."""
    return not (entry.name == inline(entry.spec).partition(":")[0] or any(sign in entry.name for sign in ":*+("))


def settings(run: Run) -> RunOptions:
    """Return the settings that describe a run."""
    rate = run.steps_per_epoch
    if run.unit == "step" or run.total != int(run.total):
        return RunOptions(steps=run.points, steps_per_epoch=rate)
    return RunOptions(epochs=int(run.total), steps_per_epoch=rate, per_step=run.per_step)


def with_setting(options: RunOptions, name: str, value: object) -> RunOptions:
    """Return settings of a run with another value for one; a length in epochs replaces one in steps.

    Raises:
        SpecError: If it cannot have that value.
    """
    known = {one: getattr(options, one) for one in options.__struct_fields__}
    if name in ("epochs", "steps"):
        known |= {"epochs": None, "steps": None}
    known[name] = value
    said = {one: worth for one, worth in known.items() if worth is not None}
    return make(RunOptions, {}, [Layer(said, str)], owner="a run")


def _replaced(whole: Any, path: Path, name: str, value: object) -> Any:
    """Return data with another value for one parameter of the part at a path."""
    if path:
        inside = _replaced(whole[path[0]], path[1:], name, value)
        if isinstance(whole, dict):
            return {**whole, path[0]: inside}
        return [inside if i == path[0] else one for i, one in enumerate(whole)]
    values = dict(whole) if isinstance(whole, dict) else {"sequence": whole}
    values.pop(name, None)
    return values if value is None else {**values, name: value}
