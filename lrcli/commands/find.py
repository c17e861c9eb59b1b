"""`lrcli find`: the lr to use, from the log of an LR range test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lrcli import diagnostics
from lrcli.commands.amounts import positive
from lrcli.commands.fit import LossColumn, LrColumn
from lrcli.commands.pictures import Force, Output, PictureCommand
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.view import Screen

if TYPE_CHECKING:
    from lrcli.commands.asked import Asked
    from lrcli.foresight.finder import Found
    from lrcli.foresight.record import Columns
    from lrcli.logs.table import Log
    from lrcli.numeric import Array

app = typer.Typer(add_completion=False)

RULES = (
    "ours", "fastai-minimum", "fastai-valley", "fastai-steep", "fastai-slide", "lightning", "lightning-by-lr",
    "torch-lr-finder", "ignite",
)  # fmt: skip


@app.command(cls=PictureCommand)
def find(
    ctx: typer.Context,
    log: Annotated[
        str, typer.Argument(metavar="LOG", help="The lr and loss of every step: csv, json, jsonl; or - for stdin.")
    ],
    lr: LrColumn = "",
    loss: LossColumn = "",
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="RULE", help=f"Print only the lr by one rule: {', '.join(RULES)}.", autocompletion=lambda: RULES
        ),
    ] = None,
    smoothed: Annotated[
        bool | None,
        typer.Option("--smoothed/--raw", help="The losses are smoothed already, or not.", show_default=False),
    ] = None,
    skip_start: Annotated[int, typer.Option(metavar="COUNT", min=0, help="Leave out the first rows.")] = 0,
    from_: Annotated[
        float | None,
        typer.Option(
            "--from", parser=positive, metavar="NUMBER", help="The lr of the first row, where none was logged."
        ),
    ] = None,
    to: Annotated[
        float | None, typer.Option("--to", parser=positive, metavar="NUMBER", help="The lr of its last row.")
    ] = None,
    output: Output = None,
    *,
    force: Force = False,
) -> None:
    """Find the lr to use from an LR range test: ours, and what the rules of other tools take.

    lrcli find range.csv

    lrcli find lr_finder.json --rule ours

    lrcli find range.csv -o range.pdf
    """
    from lrcli.commands.logged import coded, warn
    from lrcli.export.json import document
    from lrcli.foresight.finder import find
    from lrcli.foresight.limits import of_found
    from lrcli.foresight.record import Columns
    from lrcli.logs import read_log

    if rule is not None and rule not in RULES:
        message = f"{rule!r} is not one of {', '.join(RULES)}"
        raise SpecError(Problem(message=message, place="--rule", suggestion=closest(rule, RULES)))
    read = read_log(log)
    lrs, losses = _pairs(read, Columns(lr, loss), from_, to)
    try:
        found = find(lrs[skip_start:], losses[skip_start:], smoothed=smoothed)
    except SpecError as error:
        raise SpecError(*(problem.at(log) for problem in error.problems)) from None
    screen = ctx.obj.of(Screen)
    if rule is not None:
        diagnostics.write(_one(found, rule, log))
    elif screen.json:
        diagnostics.write(document(**facts(found), findings=coded(of_found(found)), note=_OVERFITS))
    elif output is None or _draw(found, output, ctx.obj, force=force):
        _show(found, screen, draw=output is None)
        warn(of_found(found), log, [*read.notes, *([_SMOOTHED] if found.smoothed else [])])
        diagnostics.say("note", _OVERFITS)


def _pairs(log: Log, columns: Columns, first: float | None, last: float | None) -> tuple[Array, Array]:
    """Return the lr and the loss of every row, the lr by its ends if it was not logged."""
    import numpy as np

    from lrcli.foresight.record import losses, pairs

    if first is None and last is None:
        return pairs(log, columns)
    if first is None or last is None or not 0 < first < last:
        raise SpecError("--from and --to are the lr of the first and the last row: 0 < from < to")
    y = losses(log, columns)
    return np.geomspace(first, last, y.size), y


def _one(found: Found, rule: str, log: str) -> str:
    """Return the number that one rule takes."""
    lr = found.pick if rule == "ours" else found.rules[rule]
    if lr is None:
        raise SpecError(Problem(message=f"the rule {rule} takes no lr of this test", place=log))
    return f"{lr:.6g}"


def facts(found: Found) -> dict[str, object]:
    """Return the result as data for --json."""
    return {
        "pick": found.pick,
        "range": [found.low, found.high],
        "lr_min": found.high,
        "lr_div": found.ceiling,
        "smoothed": found.smoothed,
        "rules": {name.replace("-", "_"): lr for name, lr in found.rules.items()},
    }


def _draw(found: Found, output: str, asked: Asked, *, force: bool) -> bool:
    """Draw the test into a file; return whether stdout is still free."""
    from lrcli.commands.pictures import draw_into
    from lrcli.figure.losses import figure_of_sweep

    return draw_into(figure_of_sweep(found), output, asked, force=force)


def _show(found: Found, screen: Screen, *, draw: bool) -> None:
    """Print the drawing, unless it is in a file, the lr to use and the rules."""
    from lrcli.commands.logged import shown
    from lrcli.commands.screens import for_drawing
    from lrcli.figure.losses import figure_of_sweep
    from lrcli.render.foresight import found_page
    from lrcli.render.terminal import show

    page = shown(found_page(found), screen)
    if not draw:
        diagnostics.write(page)
        return
    drawing = show(figure_of_sweep(found), for_drawing(screen), reserved=page.count("\n") + 1)
    diagnostics.write(f"{drawing}\n{page}")


_SMOOTHED = "the losses are smoothed already, and not smoothed again for the rules; if they are not: --raw"
_OVERFITS = "validation may want a lower lr where a model overfits: a range test sees training losses"
