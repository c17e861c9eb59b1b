"""`lrcli check`: which schedule made a log, and what went wrong in the run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lrcli import diagnostics
from lrcli.commands.pictures import Force, Output, PictureCommand
from lrcli.problems import InputError, Problem, SpecError, together
from lrcli.render.view import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.checking.report import Report
    from lrcli.commands.asked import Asked
    from lrcli.problems import Finding

app = typer.Typer(add_completion=False)

DIFFERS = 5
"""The exit code for a log that is not as it was meant, or has a finding that --fail-on names."""
_GRAVE = {"note": ("note", "warning", "error"), "warning": ("warning", "error"), "never": ()}
_PAUSE = 2.0
"""Seconds between two looks at a log that grows."""


@app.command(cls=PictureCommand)
def check(
    ctx: typer.Context,
    logs: Annotated[
        list[str],
        typer.Argument(
            metavar="LOG… [SPEC]",
            help="What runs wrote: trainer_state.json, csv, JSON lines, TensorBoard, text, or these compressed (gz, "
            "bz2, xz, zst); then the schedule or the configuration that was meant, if you like.",
            show_default=False,
        ),
    ],
    column: Annotated[str, typer.Option(metavar="NAME", help="The column of learning rates.", show_default=False)] = "",
    fail_on: Annotated[
        Literal["never", "warning", "note"], typer.Option(help="Exit with 5 if there is such a finding.")
    ] = "never",
    *,
    plot: Annotated[bool, typer.Option("--plot/--no-plot", help="Draw the log over the schedule.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line for each log.")] = False,
    spec_only: Annotated[bool, typer.Option("--spec-only", help="Only the spec, for $(…).")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again while the log grows; end with Ctrl-C.")] = False,
    output: Output = None,
    force: Force = False,
) -> None:
    """Say which schedule made a log, and what went wrong in the run.

    lrcli check trainer_state.json

    lrcli check results.csv args.yaml --fail-on warning

    lrcli check log.txt transformers.cosine:num_warmup_steps=100,base_lr=1e-4
    """
    names, meant = _split(logs)
    screen = ctx.obj.of(Screen)
    show = _Shown(screen, plot=plot and output is None, quiet=quiet or len(names) > 1 or watch, spec_only=spec_only)
    if watch:
        _watch(names, meant, column, show)
    reports, unread = _checked(names, meant, column)
    if output is None or _draw_into(reports, output, ctx.obj, force=force):
        show.reports(reports)
    if unread is not None:
        raise unread
    found = [finding for report in reports for finding in report.findings]
    if not all(report.agrees for report in reports) or any(one.severity in _GRAVE[fail_on] for one in found):
        raise typer.Exit(DIFFERS)


def _draw_into(reports: list[Report], output: str, asked: Asked, *, force: bool) -> bool:
    """Draw the one log into a file; return whether stdout is still free.

    Raises:
        SpecError: If there are several.
    """
    from lrcli.commands.pictures import draw_into
    from lrcli.figure.checked import figure_of_log

    if len(reports) > 1:
        raise SpecError(f"a picture shows one log, and there are {len(reports)}: name one with -o")
    return draw_into(figure_of_log(reports[0]), output, asked, force=force)


def _checked(names: Sequence[str], meant: str | None, column: str) -> tuple[list[Report], SpecError | None]:
    """Return a report on each log that can be read, and the error of those that cannot.

    Raises:
        SpecError: If none can be read.
    """
    from lrcli.checking.report import check as checked

    reports: list[Report] = []
    errors: list[SpecError] = []
    for name in names:
        try:
            reports.append(checked(name, meant, column=column))
        except SpecError as error:
            errors.append(error)
    unread = together(errors)
    if unread is not None and not reports:
        raise unread
    return reports, unread


def _split(arguments: list[str]) -> tuple[list[str], str | None]:
    """Return the logs, and the spec after them, if the last argument is one: no file, or one that is no log.

    Raises:
        InputError: If the first is a file of schedules.
    """
    from lrcli.checking.report import is_log
    from lrcli.spec.text import is_there

    is_spec = arguments[0].lower().endswith((".yaml", ".yml", ".toml", ".py")) and is_there(arguments[0])
    if is_spec and not is_log(arguments[0]):
        message = "it is no log; lrcli lint looks for mistakes in schedules, before they are trained with"
        raise InputError(Problem(message=message, place=arguments[0]))
    if len(arguments) < 2 or is_log(arguments[-1]):
        return arguments, None
    return arguments[:-1], arguments[-1]


class _Shown:
    """How reports are shown."""

    def __init__(self, screen: Screen, *, plot: bool, quiet: bool, spec_only: bool) -> None:
        self.screen, self.plot, self.quiet, self.spec_only = screen, plot, quiet, spec_only

    def reports(self, reports: list[Report]) -> None:
        """Write the report on each log to stdout, and its findings to stderr."""
        from lrcli.checking.report import facts
        from lrcli.export.json import document

        if self.screen.json:
            known = [facts(report) for report in reports]
            diagnostics.write(document(**known[0]) if len(known) == 1 else document(logs=known))
            return
        for report in reports:
            diagnostics.write(self._text(report))
        for report in reports:
            for severity, line in _lines(report):
                diagnostics.say(severity, line)

    def _text(self, report: Report) -> str:
        if self.spec_only:
            return report.spec or ""
        if self.quiet:
            return f"{report.log.path}: {report.verdict[0]}"
        paste, below = _paste(report), [part for line in report.verdict for part in self._broken(line)]
        lines = [part for severity, line in _lines(report) for part in self._broken(f"{severity}: {line}")]
        around = sum(len(self._broken(line)) for line in paste) + len(below) + len(lines)
        drawing = [self._drawing(report, around)] if self.plot else []
        return "\n".join([*paste, *drawing, *below])

    def _broken(self, line: str) -> list[str]:
        """Return a line as the terminal shows it, if there is one."""
        return diagnostics.wrapped(line, diagnostics.width(self.screen.width)) if sys.stdout.isatty() else [line]

    def _drawing(self, report: Report, around: int) -> str:
        from lrcli.commands.screens import for_drawing
        from lrcli.figure.checked import figure_of_log
        from lrcli.render.terminal import show

        return show(figure_of_log(report), for_drawing(self.screen), reserved=around, least=10)


def _paste(report: Report) -> list[str]:
    """Return the spec with the length of its run."""
    if report.theory is None:
        return []
    if report.theory.metric:
        return [f"{report.theory.text} --metric {report.log.path}:{report.theory.metric}"]
    unit = "--epochs" if report.unit == "epoch" else "--steps"
    return [f"{report.theory.text} {unit} {report.theory.run.total:.0f}"]


def _lines(report: Report) -> list[tuple[str, str]]:
    """Return the lines for stderr, each with its severity."""
    notes = [("note", f"{report.log.path}: {note}") for note in report.log.notes]
    return [*notes, *((finding.severity, _line(report, finding)) for finding in report.findings)]


def _line(report: Report, finding: Finding) -> str:
    return f"{finding.code} {report.log.path}: {finding.message}"


def _so_far(report: Report) -> Report:
    """Return a report without the findings that hold only for a run that is over."""
    return report._replace(findings=[one for one in report.findings if one.code not in ("LR120", "LR121")])


def _watch(names: Sequence[str], meant: str | None, column: str, show: _Shown) -> None:
    """Show the reports whenever they have changed, until Ctrl-C."""
    from time import sleep

    before: list[str] = []
    while True:
        try:
            reports = [_so_far(report) for report in _checked(names, meant, column)[0]]
        except SpecError as error:  # the log may have nothing in it yet
            now = [str(error)]
            reports = []
        else:
            now = [line for report in reports for line in (*report.verdict, *map(str, report.findings))]
        if now != before:
            show.reports(reports) if reports else diagnostics.say("note", now[0])
            before = now
        sleep(_PAUSE)
