"""`lrcli describe`: the pages on schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import typer

from lrcli import diagnostics
from lrcli.commands.entries import SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.render.view import Screen

if TYPE_CHECKING:
    from lrcli.entry import Entry
    from lrcli.parameters import Declared
    from lrcli.schedules.base import Family


class DescribeCommand(DerivedCommand):
    """A verb that prints pages on specs."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Screen}


def _named(entry: Entry) -> Family:
    """Return the schedule that an entry's name is that of: a factory itself, where the entry holds what it makes."""
    from lrcli.registry import SCHEDULES
    from lrcli.schedules.base import Family

    declaration = SCHEDULES.find(entry.name)
    is_factory = declaration is not None and declaration.resolved is not Family.resolved
    return declaration() if declaration is not None and is_factory else cast("Family", entry.spec)


def _with_example(spec: str) -> str:
    """Return the name of a schedule with values for the parameters that have no default, so that it can be shown."""
    from lrcli.registry import SCHEDULES
    from lrcli.spec.build import build
    from lrcli.spec.write import inline

    declaration = SCHEDULES.find(spec) if ":" not in spec else None
    if declaration is None or not declaration.example:
        return spec
    return inline(build({"type": declaration.tag(), **declaration.example}))


app = typer.Typer(add_completion=False)


@app.command(cls=DescribeCommand)
def describe(ctx: typer.Context, specs: SpecArguments) -> None:
    """Describe schedules: formula, parameters, a small curve, when to use it, tips, and what frameworks call it.

    Of a sequence it shows the parts: when each is in force, and its learning rate at both ends.

    lrcli describe cosine

    lrcli describe cosine-restarts:cycle_length=10,cycle_mult=2
    """
    from lrcli.commands.screens import style
    from lrcli.compose import schedules_of
    from lrcli.export.json import document
    from lrcli.registry import SCHEDULES
    from lrcli.render.pages import describe as page_on
    from lrcli.render.pages import facts, keys_of_file, tree
    from lrcli.schedules.base import Family

    screen = ctx.obj.of(Screen)
    shown = specs if ctx.obj.schedule else [_with_example(spec) for spec in specs]
    found = entries(shown, None, ctx.obj, judged=not all(map(SCHEDULES.find, specs)))  # a name alone says nothing wrong
    if screen.json:
        diagnostics.write(document(schedules=[facts(type(one)) for entry in found for one in schedules_of(entry.spec)]))
        return
    page = style(screen)
    pages = [
        page_on(_named(entry), entry.run, page, entry.given_name)
        if isinstance(entry.spec, Family)
        else tree(entry, page)
        for entry in found
    ]
    keys = [keys_of_file(entry, page) for entry in found]
    diagnostics.write("\n\n\n".join(map("".join, zip(keys, pages, strict=True))))
