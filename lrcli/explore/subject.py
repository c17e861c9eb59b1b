"""A schedule that is explored, over its run, and its changes."""

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
"""The path of settings of the run, which are not part of a spec."""


class Subject(NamedTuple):
    """One schedule that is explored.

    Attributes:
        entry: The schedule over its run.
        options: The settings of the run.
        metric: The metric that a metric-driven schedule depends on, if there is one.
        named: Its name was chosen by the user, and does not follow its changes.
    """

    entry: Entry
    options: RunOptions
    metric: Series | None = None
    named: bool = False

    def changed(self, path: Path, name: str, value: object) -> Subject:
        """Return the same with another value for one parameter.

        Args:
            path: The path, in the spec's data, of the part that has the parameter.
            name: The name of the parameter.
            value: The value, as text or as data; None for the default.

        Raises:
            SpecError: If the parameter does not accept the value.
        """
        text = _replaced(data(self.entry.spec), path, name, value)
        return self.evaluated(build(text, code=True), self.options)

    def over(self, options: RunOptions) -> Subject:
        """Return the same over another run.

        Raises:
            SpecError: If it cannot be evaluated over that run.
        """
        return self.evaluated(self.entry.spec, options)

    def evaluated(self, spec: Spec, options: RunOptions) -> Subject:
        """Return the same with another spec or run.

        Raises:
            SpecError: If the spec cannot be evaluated over the run.
        """
        run = resolve(options, spec, self.metric)
        return self._replace(entry=self.entry._replace(spec=spec, run=run), options=settings(run))


def subjects(entries: Iterable[Entry], metric: Series | None) -> tuple[Subject, ...]:
    """Return named runs as subjects of the explorer."""
    return tuple(
        Subject(one, settings(one.run), metric or _metric_values(one.run), named=_is_named(one)) for one in entries
    )


def _metric_values(run: Run) -> Series | None:
    """Return the metric of a run, which a file named."""
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
        SpecError: If the setting does not accept the value.
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
