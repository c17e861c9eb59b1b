"""The report on a log that `lrcli check` prints and `lrcli.check` returns."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lrcli.checking.against import against, differences
from lrcli.checking.examine import Group, examine
from lrcli.checking.plateau import plateau_of
from lrcli.checking.rules import remarks
from lrcli.checking.theory import Theory, theory_of
from lrcli.checking.words import verdict
from lrcli.logs.names import is_clock, is_rate
from lrcli.logs.read import read_log
from lrcli.problems import InputError, Problem, SpecError, closest
from lrcli.run import Run, RunOptions
from lrcli.spec.read import load
from lrcli.spec.text import is_there
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.logs.answer import Answer
    from lrcli.logs.table import Log
    from lrcli.numeric import Array
    from lrcli.problems import Finding


class NoLogError(InputError):
    """A log has no learning rate."""


class Report(NamedTuple):
    """What is known of a log.

    Attributes:
        log: The log, as it was read.
        groups: Its columns of learning rates, those that are alike together.
        answer: What the longest run was.
        theory: The schedule that it was, as a spec that lrcli reads; None if it is not known.
        findings: What is wrong, or probably not meant.
        meant: The spec that it was compared with, and its run, if one was given.
    """

    log: Log
    groups: list[Group]
    answer: Answer
    theory: Theory | None
    findings: list[Finding]
    meant: tuple[Spec, Run] | None = None

    @property
    def spec(self) -> str | None:
        """The schedule, as text to be pasted."""
        return None if self.theory is None else self.theory.text

    @property
    def unit(self) -> str:
        """What the schedule counts."""
        return _unit(self.log, self.answer)

    @property
    def group(self) -> Group:
        """The columns that the answer is of."""
        return next(group for group in self.groups if self.answer in group.runs)

    @property
    def verdict(self) -> list[str]:
        """The schedule that was identified, how sure that is, and the schedules of other columns: a line each."""
        lines = verdict(self.answer, self.unit, str(self.group.column.precision))
        if self.theory is not None and self.theory.metric:
            lines = [*lines, f"each cut is where {self.theory.metric} had stalled, by the rule above"]
        return [*lines, *self._others()]

    def _others(self) -> list[str]:
        enough = len(self.answer.points) / 2
        others = [one for one in self.groups if one is not self.group and one.runs and len(one.column) >= enough]
        said = [
            f"{one.names[0]}: {verdict(one.longest, _unit(self.log, one.longest), '')[0]}" for one in others[:_MOST]
        ]
        return [*said, *([f"and {len(others) - _MOST} more columns"] if len(others) > _MOST else [])]

    @property
    def agrees(self) -> bool:
        """Whether the log follows the schedule that it was compared with, if it was."""
        return not any(finding.code in ("LR136", "LR137") for finding in self.findings)

    def curve(self, x: Array) -> Array:
        """Return the lr that the schedule has at points of the log's clock; NaN if it is not known."""
        model = self.answer.model
        return np.full(len(x), np.nan) if model is None else model.lr(np.asarray(x, dtype=np.float64))


def _unit(log: Log, answer: Answer) -> str:
    return "epoch" if answer.stair else log.clock


_MOST = 8
"""Columns besides the first that are described."""


def check(path: str | PurePath, spec: str | None = None, *, column: str = "") -> Report:
    """Return which schedule made a log, and what went wrong in the run.

    Args:
        path: The log: trainer_state.json, csv, JSON lines, TensorBoard or text, recognised by its content.
        spec: The schedule, or the configuration file, that the run was meant to follow.
        column: The column of learning rates; by default all that have such a name.

    Returns:
        A report, with `spec`, `verdict`, `findings` and `curve(x)`.

    Raises:
        InputError: If the log cannot be read.
        NoLogError: If there is no learning rate in it (LR139).
        SpecError: If the spec is wrong.
    """
    if not isinstance(path, str | PurePath):
        raise SpecError(f"a log is named by its file, not by {shown(path)}")
    path = str(path)
    log = read_log(path, lambda name: is_rate(name) or is_clock(name) or name == column)
    groups = [group for group in examine(log, _wanted(log, column)) if group.runs]
    if not groups:
        raise NoLogError(Problem(message=_without(log), place=path))
    if any(group.halved for group in groups):
        log = replace(log, notes=(*log.notes, "the last line has no end: its lr is left out"))
    group = max(groups, key=lambda one: len(one.longest.points))
    theory = _metric_driven(log, group) or theory_of(
        group.longest, log.format, None if group.longest.stair else log.hints.total
    )
    report = Report(log, groups, group.longest, theory, remarks(log, groups))
    return report if spec is None else _compared(report, spec)


def is_log(path: str) -> bool:
    """Return whether there is a file of this name with more than one learning rate in it."""
    if not is_there(path):
        return False
    try:
        return any(len(rate) > 1 for rate in read_log(path).rates)
    except SpecError:
        return False


def _metric_driven(log: Log, group: Group) -> Theory | None:
    """Return the plateau rule that explains the cuts of a run, if there is one."""
    rule = plateau_of(log, group, group.longest)
    if rule is None:
        return None
    (spec,) = load(rule.text).schedules.values()
    return Theory(rule.text, spec, rule.run, rule.column)


def _wanted(log: Log, column: str) -> str:
    if column and column not in log.columns:
        message = f"there is no column {column!r} of numbers; it has {', '.join(log.columns) or 'none'}"
        raise SpecError(Problem(message=message, place=log.path, suggestion=closest(column, log.columns)))
    return column


def _without(log: Log) -> str:
    if log.rates:
        name = log.rates[0].name
        return f"LR139 no learning rate in it: {name} has no number that is 0 or more; see lrcli explain LR139"
    known = f"its columns: {', '.join(list(log.columns)[:12])}" if log.columns else "it has no column of numbers"
    known = "; ".join([known, *log.notes])
    every = log.hints.every
    why = f"; logging_steps is {every}, and there was no step to log" if every and (log.hints.end or 0) < every else ""
    return f"LR139 no learning rate in it ({known}){why}; see lrcli explain LR139"


def _compared(report: Report, text: str) -> Report:
    """Return the report with the differences between the log and a spec."""
    specs = load(text)
    if len(specs.schedules) > 1:
        raise SpecError(f"{text} holds {len(specs.schedules)} schedules: choose one as {text}#name")
    name, spec = next(iter(specs.schedules.items()))
    run = _run(report, specs.run)
    found = against(report.answer, spec, run)
    remarks = [*report.findings, *differences(report.answer, found, name, report.unit)]
    return report._replace(meant=(spec, run), findings=sorted(remarks, key=lambda remark: remark.code))


def _run(report: Report, options: RunOptions | None) -> Run:
    """Return the run that a spec is evaluated over: the file's own, else as long as the log says."""
    own = RunOptions().over(options)
    if own.steps or own.epochs:
        by_step = report.log.clock == "step" and own.steps is None and own.steps_per_epoch
        return RunOptions(per_step=bool(by_step)).over(options).resolve()
    last = math.ceil(float(report.answer.points.x[-1])) + 1
    total = int(report.log.hints.total or report.log.hints.total_epochs or last)
    return RunOptions(steps=max(total, 1)).resolve()


def facts(report: Report) -> dict[str, Any]:
    """Return a report as data."""
    log, answer = report.log, report.answer
    return {
        "log": {
            "path": log.path, "format": log.format, "clock": log.clock, "rows": log.rows,
            "columns": [name for group in report.groups for name in group.names], "notes": list(log.notes),
        },
        "spec": report.spec,
        "steps": None if report.theory is None else int(report.theory.run.total),
        "status": answer.status,
        "verdict": report.verdict,
        "runs": [_run_facts(group, run) for group in report.groups for run in group.runs],
        "findings": [finding._asdict() for finding in report.findings],
    }  # fmt: skip


def _run_facts(group: Group, run: Answer) -> dict[str, Any]:
    model = run.model
    fields = {} if model is None else {name: getattr(model, name) for name in _fields(type(model)) if name != "within"}
    return {
        "columns": list(group.names),
        "from": float(run.points.x[0]),
        "to": float(run.points.x[-1]),
        "points": len(run.points),
        "precision": str(group.column.precision),
        "status": run.status,
        "family": None if model is None else type(model).__name__.lower(),
        "parameters": fields,
        "missed": [[x, count] for x, count in run.offsets],
        "error_of_peak": run.error,
        "evidence_bits": run.evidence,
        "end": None if run.end is None else list(run.end),
        "alternatives": len(run.others),
        "steps_per_epoch": run.stair,
    }


def _fields(kind: type) -> list[str]:
    return [name for base in reversed(kind.__mro__) for name in getattr(base, "__slots__", ())]
