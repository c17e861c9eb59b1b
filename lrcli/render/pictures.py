"""A figure in a file: the format follows from the name, and each writer is loaded when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.export.files import format_of, write_file
from lrcli.problems import printable

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.figure.data import Figure
    from lrcli.render.view import Picture

FORMATS = ("svg", "png", "pdf", "html")


def picture_of(figure: Figure, kind: str, picture: Picture | None = None) -> bytes:
    """Return a figure as the bytes of a file in one of FORMATS.

    Raises:
        MissingError: If the format needs matplotlib, which is not installed.
    """
    figure, picture = _printable(figure), _titled(picture)
    if kind == "svg":
        from lrcli.render.svg import svg

        return svg(figure, picture).encode()
    if kind == "html":
        from lrcli.render.html import html

        return html(figure, picture).encode()
    from lrcli.render.matplotlib import rendered

    return rendered(figure, "pdf" if kind == "pdf" else "png", picture)


def _printable(figure: Figure) -> Figure:
    """Return a figure whose words are text for every format: names of files may hold what is none."""
    return figure._replace(title=printable(figure.title), caption=tuple(map(printable, figure.caption)))


def _titled(picture: Picture | None) -> Picture | None:
    if picture is None or picture.title is None:
        return picture
    return picture.replaced(title=printable(picture.title))


def save(figure: Figure, path: Path, picture: Picture | None = None, *, force: bool = False) -> None:
    """Write a figure to a file, whole or not at all, in the format of its extension.

    Args:
        figure: What to draw.
        path: Where; its extension is one of FORMATS.
        picture: Its size, style and title.
        force: Replace a file that is already there.

    Raises:
        SpecError: If the extension is none of these, or the file is there already.
        MissingError: If the format needs matplotlib, which is not installed.
        NotWrittenError: If it cannot be written.
    """
    kind = format_of(str(path), None, FORMATS)
    write_file(path, [picture_of(figure, kind, picture)], force=force)
