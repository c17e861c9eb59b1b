"""`lrcli code`: a schedule as code for a framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.code.names import OWN, target_of
from lrcli.code.names import TARGETS as NAMES
from lrcli.commands.entries import SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.problems import MissingError, Problem, SpecError, closest

if TYPE_CHECKING:
    from lrcli.code.job import Prefer
    from lrcli.entry import Entry


class CodeCommand(DerivedCommand):
    """A verb that writes code."""

    panels: ClassVar = {}


app = typer.Typer(add_completion=False)


@app.command(cls=CodeCommand)
def code(
    ctx: typer.Context,
    specs: SpecArguments,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="TARGET", help=f"What to write for: {', '.join(NAMES)}.", autocompletion=lambda: NAMES
        ),
    ] = "torch",
    prefer: Annotated[
        str,
        typer.Option(
            metavar="exact|native",
            help="Where a class is only nearly the same: exact code, or the class.",
            autocompletion=lambda: ("exact", "native"),
        ),
    ] = "exact",
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Run the code with the framework that is installed, and compare.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines instead.")] = False,
) -> None:
    """Write a schedule as code for the framework that you train with.

    lrcli code cosine:max_lr=0.1,warmup=5 --epochs 90 --to torch

    lrcli code timm.CosineLRScheduler:t_initial=300 --to optax --verify
    """
    if prefer not in ("exact", "native"):
        message = f"{prefer!r} is not one of exact, native"
        raise SpecError(Problem(message=message, place="--prefer", suggestion=closest(prefer, ("exact", "native"))))
    found = entries(specs, None, ctx.obj)
    if not verify:
        ctx.obj.findings[:] = [one for one in ctx.obj.findings if one.code != "LR021"]  # the code is given its metric
    text = written_for(found, to, "native" if prefer == "native" else "exact", option="--to")
    verified = _verified(text, target_of(to), found[0]) if verify else None
    if json:
        from lrcli.export.json import document

        diagnostics.write(document(target=target_of(to), code=text, verified=verified, findings=ctx.obj.found))
        return
    diagnostics.write(text.removesuffix("\n"))
    if verified:
        diagnostics.say("note", verified)


def written_for(found: list[Entry], target: str, prefer: Prefer = "exact", *, option: str = "--code") -> str:
    """Return a schedule as code.

    Raises:
        SpecError: If there are several, it cannot be written for that, or its lr is not valid.
    """
    from lrcli import engine
    from lrcli.code.job import Job, looked_at
    from lrcli.code.targets import TARGETS, remarks

    asked, target = target, target_of(target)
    if target not in NAMES:
        message = f"{asked!r} is not one of {', '.join(NAMES)}"
        raise SpecError(Problem(message=message, place=option, suggestion=closest(asked, NAMES)))
    if len(found) > 1:
        names = ", ".join(entry.name for entry in found)
        raise SpecError(f"code is written for one schedule at a time: choose one of {names} (FILE#NAME of a file)")
    job = Job(found[0].spec, found[0].run, prefer, found[0].given_name)
    if target not in OWN:
        engine.at(job.spec, job.run, looked_at(job.run.points))  # raises where the lr is not valid
    text = TARGETS[target](job)
    for remark in remarks(job, target):
        diagnostics.say("note", remark)
    return text


def _verified(text: str, to: str, entry: Entry) -> str:
    """Return what running the code showed."""
    from lrcli import engine
    from lrcli.code.job import Job
    from lrcli.code.verify import compiled, is_read_back, largest_difference, rates

    job = Job(entry.spec, entry.run)
    expected = engine.evaluate(job.spec, job.run).lr.tolist()
    try:
        apart, where = largest_difference(rates(text, to, job), expected)
    except ImportError as error:
        raise MissingError(f"--verify: {to} is not installed here ({error})") from None
    worst = f"the largest difference is {apart:.2g} of the peak, at {job.unit} {where}" if apart else "no difference"
    if to == "optax":
        jitted, _ = largest_difference(compiled(text, len(expected)), expected)
        worst += f"; compiled by jax.jit in float32, at most {jitted:.2g} of the peak"
    how = "read back by lrcli" if is_read_back(text, to) else f"run with {'python' if to == 'nanogpt' else to}"
    return f"{how}, compared at {len(expected)} {job.unit}s: {worst}"
