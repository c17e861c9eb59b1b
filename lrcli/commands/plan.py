"""`lrcli plan`: the samples, updates and lengths of a run, before it starts."""

from __future__ import annotations

from typing import Annotated, ClassVar

import typer
from msgspec import Meta

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.parameters import Declared
from lrcli.planning.names import ClockName
from lrcli.render.view import Screen
from lrcli.run import LengthOrZero


class Question(Declared, frozen=True, kw_only=True):
    """What is asked of a plan besides its numbers."""

    clock: Annotated[ClockName | None, Meta(description="When it is stepped, drawn beside what is meant.")] = None
    resume_at: Annotated[
        LengthOrZero | None, Meta(description="Resume the run here (at its end, if only --new-total is given).")
    ] = None
    new_total: Annotated[LengthOrZero | None, Meta(description="How long the resumed run is, from its beginning.")] = (
        None
    )


class PlanView(Screen, frozen=True, kw_only=True):
    """How a plan is shown in the terminal."""

    height: Annotated[int | None, Meta(ge=6, le=500, description="Rows of the drawing.")] = None


class PlanCommand(DerivedCommand):
    """A verb that plans runs."""

    panels: ClassVar[dict[str, type[Declared]]] = {"Plan": Question, "View": PlanView}


app = typer.Typer(add_completion=False)


@app.command(cls=PlanCommand)
def plan(ctx: typer.Context, specs: SpecArguments, name: Names = None) -> None:
    """Plan a run: from samples to updates, warm-up and decay, and the lengths to write.

    lrcli plan transformers.cosine --samples 50k --batch-size 8 --epochs 3

    lrcli plan training_args.json --samples 50k --devices 8

    lrcli plan cosine --epochs 60 --resume-at 60 --new-total 120

    Accelerate steps a prepared scheduler once a process; Lightning steps once an epoch by default.
    """
    from lrcli.commands.screens import style
    from lrcli.export.json import document
    from lrcli.planning.plan import facts, plan_of
    from lrcli.render.plan import page

    view, asked = ctx.obj.of(PlanView), ctx.obj.of(Question)
    found = entries(specs, name, ctx.obj)
    plans = [plan_of(entry, asked.clock, asked.resume_at, asked.new_total) for entry in found]
    if view.json:
        diagnostics.write(document(plans=[facts(one) for one in plans], findings=ctx.obj.found))
        return
    how = style(view)
    diagnostics.write("\n\n\n".join(page(one, how, view.height) for one in plans))
