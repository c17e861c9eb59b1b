"""`lrcli explore`: change schedules with keys, and see what that does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.commands.reading import Reading
from lrcli.problems import MissingError, SpecError
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from lrcli.commands.asked import Asked
    from lrcli.entry import Entry
    from lrcli.explore.state import State
    from lrcli.render.style import Style


class ExploreCommand(DerivedCommand):
    """A verb that is controlled with keys."""

    panels: ClassVar = {}


app = typer.Typer(add_completion=False)


@app.command(cls=ExploreCommand)
def explore(ctx: typer.Context, specs: SpecArguments, name: Names = None) -> None:
    """Change schedules with keys in the terminal, and see what that does.

    The arrows choose a parameter and change it, ? shows all keys, and q leaves: the command that draws what was there
    is then on stdout. It needs the extra lrcli[explore].

    lrcli explore cosine --epochs 90

    lrcli explore cosine:warmup=5 wsd:warmup=5 --epochs 90 --steps-per-epoch 1251

    eval "$(lrcli explore cosine)"
    """
    found = entries(specs, name, ctx.obj)
    ctx.obj.findings.clear()  # the screen shows them
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SpecError("lrcli explore needs a terminal: lrcli plot draws into pipes and files")
    try:
        from lrcli.explore.screen import Explorer
    except ImportError as error:
        raise MissingError(f"lrcli explore needs textual: pip install 'lrcli[explore]' ({error})") from None
    explorer = Explorer(_state(found, ctx.obj), _style())
    explorer.run(mouse=False)
    if explorer.return_code:
        raise typer.Exit(explorer.return_code)
    diagnostics.write(explorer.state.command)


def _state(found: list[Entry], asked: Asked) -> State:
    from lrcli.explore.state import started
    from lrcli.explore.subject import subjects
    from lrcli.spec.metric import read_metric

    metric = asked.of(RunOptions).metric
    series = None if metric is None else read_metric(metric).series
    return started(subjects(found, series), asked.of(Reading).ignore or (), metric)


def _style() -> Style:
    """Return how to draw on the terminal that stderr is: stdout may be a pipe that takes the command."""
    from lrcli.render.style import Style

    return Style(80, diagnostics.colours(sys.stderr), diagnostics.only_ascii(sys.stderr), 24)
