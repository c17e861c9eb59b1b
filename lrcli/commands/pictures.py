"""Options of every verb that draws: a picture in a file instead of the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.list import PageCommand
from lrcli.render.view import Picture, Screen

if TYPE_CHECKING:
    from lrcli.commands.asked import Asked
    from lrcli.figure.data import Figure
    from lrcli.parameters import Declared

Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Draw a .svg, .png, .pdf or .html; - is SVG on stdout.",
    ),
]
Force = Annotated[bool, typer.Option("--force", "-f", help="Replace a file that is already there.")]


PANEL = "Picture, with -o"
"""What help calls the options of a picture."""


class PictureCommand(PageCommand):
    """A verb that draws, and whose arguments are no schedules."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Screen, PANEL: Picture}


def draw_into(figure: Figure, output: str, asked: Asked, *, force: bool) -> bool:
    """Write a figure, with what was found about it, to the file that --output names, and say so.

    Returns:
        Whether stdout is free for the verb's other output.

    Raises:
        SpecError: If no picture has such an extension, or the file is there already.
        MissingError: If the format needs a package that is not installed.
    """
    from lrcli.render.pictures import picture_of, save

    picture = asked.of(Picture)
    figure = figure._replace(caption=(*figure.caption, *(line for severity, line in asked.lines if severity != "note")))

    if output == "-":
        sys.stdout.buffer.write(picture_of(figure, "svg", picture))
        return False
    save(figure, Path(output), picture, force=force)
    diagnostics.say("note", f"wrote {output}")
    return True
