"""A figure as PNG or PDF, drawn by matplotlib (the extra `lrcli[pictures]`) without pyplot and its state."""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from lrcli.problems import MissingError
from lrcli.render.paths import band, path
from lrcli.render.scale import Scale
from lrcli.render.theme import BAND, GREY, legend, stroke, theme, thickness
from lrcli.render.view import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.figure.data import Axis, Figure, Panel
    from lrcli.render.theme import Theme

Kind = Literal["png", "pdf"]
_DOTS = 300
_PANEL_SHARE = 0.3
_NO_DATES: dict[Kind, dict[str, str | None]] = {"png": {"Software": None}, "pdf": {"CreationDate": None}}
"""The same figure gives the same bytes."""
_VERBATIM: dict[str, Any] = {"parse_math": False}
"""Names may hold $ signs, between which matplotlib would read TeX."""


def rendered(figure: Figure, kind: Kind, picture: Picture | None = None) -> bytes:
    """Return the figure as the bytes of a file.

    Args:
        figure: What to draw.
        kind: Of which format.
        picture: Its size, style and title; those of paper if nothing is said.

    Raises:
        MissingError: If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise MissingError(
            f"{kind} needs matplotlib: pip install 'lrcli[pictures]' ({error}); svg and html do not"
        ) from None
    asked = picture or Picture()
    look = theme(asked)
    with mpl.rc_context(_settings(look)):
        canvas = Canvas(figsize=(look.width / 72, look.height / 72), dpi=_DOTS, layout="constrained")
        shares = [_PANEL_SHARE if i else 1.0 for i in range(len(figure.panels))]
        grid = canvas.subplots(len(shares), 1, sharex=True, squeeze=False, height_ratios=shares)[:, 0]
        for i, (axes, panel) in enumerate(zip(grid, figure.panels, strict=True)):
            _draw(axes, figure, panel, look, first=i == 0)
        _dress(canvas, grid, figure, asked, look)
        sink = io.BytesIO()
        with _missing_letters_together():
            canvas.savefig(sink, format=kind, metadata=_NO_DATES[kind])
    return sink.getvalue()


@contextmanager
def _missing_letters_together() -> Iterator[None]:
    """Warn of the characters that the font lacks in one line, instead of one for each."""
    with warnings.catch_warnings(record=True) as caught:
        yield
    missing = dict.fromkeys(re.findall(r"Glyph (\d+) ", "\n".join(str(one.message) for one in caught)))
    for one in caught:
        if not str(one.message).startswith("Glyph "):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        letters = "".join(chr(int(number)) for number in missing)
        warnings.warn(f"the font has no {letters}: boxes are drawn instead; svg and html show them", stacklevel=3)


def _settings(look: Theme) -> dict[str, Any]:
    """Return matplotlib's settings: colours and letters of the style, and fonts in a PDF as text that can be edited."""
    ink = {f"{what}.color": look.ink for what in ("text", "xtick", "ytick")}
    paper = {f"{what}.facecolor": look.paper for what in ("figure", "axes", "savefig")}
    return {
        **ink,
        **paper,
        "axes.edgecolor": look.ink,
        "axes.labelcolor": look.ink,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.linewidth": 0.8,
        "font.size": look.letters,
        "grid.color": look.faint,
        "grid.linewidth": 0.5,
        "lines.scale_dashes": True,
        "legend.frameon": False,
        "pdf.fonttype": 42,
    }


def _draw(axes: Any, figure: Figure, panel: Panel, look: Theme, *, first: bool) -> None:
    """Draw the curves, guides and marks of a panel."""
    for i, series in enumerate(panel.series):
        how = stroke(i, len(panel.series)) if first else GREY
        points = path(series, figure.x)
        line = "" if series.dots else (0, how.dash) if how.dash else "-"
        style = "steps-post" if points.steps else "default"
        if series.within:
            axes.fill(*band(points, series.within), color=how.colour, alpha=BAND, linewidth=0)
        width = thickness(look, len(panel.series))
        shown = {"color": how.colour, "linestyle": line, "linewidth": width, "marker": "." if series.dots else ""}
        axes.plot(points.x, points.y, drawstyle=style, label=str(i), zorder=3, markersize=3 * width, **shown)
    for guide in figure.guides:
        axes.axvline(guide.x, color=look.ink, linewidth=0.5, linestyle=":", alpha=0.5)
    for mark in panel.marks:
        axes.plot([mark.x], [mark.y], "o", color=look.ink, markersize=3 * look.line, zorder=4)
        axes.annotate(mark.label, (mark.x, mark.y), textcoords="offset points", xytext=(4, 4), **_VERBATIM)
    _measure(axes, figure, panel)
    if first:
        axes.set_ylabel(panel.label, **_VERBATIM)
    else:
        axes.set_title(panel.label, loc="left", fontsize=look.letters, **_VERBATIM)
    axes.grid(visible=True, axis="y")


def _measure(axes: Any, figure: Figure, panel: Panel) -> None:
    """Give the vertical axis its limits, with room for the line of the highest value, and its ticks."""
    scale = Scale.of(figure, panel)
    room = 0.0 if panel.limits else 0.03
    if panel.log:
        axes.set_yscale("log")
        axes.set_ylim(scale.low, scale.high * (scale.high / scale.low) ** room)
    else:
        below = 0.0 if panel.from_zero and scale.low == 0 else room
        axes.set_ylim(scale.low - below * (scale.high - scale.low), scale.high + room * (scale.high - scale.low))
    values, labels = zip(*scale.ticks, strict=True)
    axes.set_yticks(values, labels)
    axes.minorticks_off()


def _dress(canvas: Any, grid: Any, figure: Figure, picture: Picture, look: Theme) -> None:
    """Add what the panels share: the horizontal axes, the legend, title and caption."""
    grid[-1].set_xlabel(figure.x.unit, **_VERBATIM)
    grid[-1].set_xscale("log" if figure.x.log else "linear")
    grid[-1].set_xlim(figure.x.low, figure.x.high)
    if figure.above:
        _second_axis(grid[0], figure.x, figure.above)
    title = figure.title if picture.title is None else picture.title
    if len(figure.panels[0].series) > 1:
        _legend(canvas, grid[0], figure, title, look)
    elif title:
        grid[0].set_title(title, fontsize=look.letters, wrap=True, **_VERBATIM)
    rows = (*figure.caption, *Scale.of(figure, figure.panels[0]).remarks)
    if rows and not picture.bare:
        how = {"fontsize": 0.85 * look.letters, "x": 0.02, "ha": "left", "alpha": 0.8, "wrap": True}
        canvas.supxlabel("\n".join(rows), **how, **_VERBATIM)


def _legend(canvas: Any, axes: Any, figure: Figure, title: str, look: Theme) -> None:
    """Add the title, and under it the names of the curves, above everything else."""
    names = [one.name for one in figure.panels[0].series]
    size, columns = legend(names, look)
    shown = canvas.legend(
        *axes.get_legend_handles_labels(),
        loc="outside upper left",
        ncols=columns,
        fontsize=size,
        title=title or None,
        title_fontsize=look.letters,
        alignment="left",
        handlelength=2.2,
        handletextpad=0.5,
        columnspacing=1.2,
    )
    for text, name in zip(shown.get_texts(), names, strict=True):  # as a label, a name that begins with _ is left out
        text.set(text=name, **_VERBATIM)
    shown.get_title().set(**_VERBATIM)


def _second_axis(axes: Any, below: Axis, above: Axis) -> None:
    """Add the axis in the other unit above the drawing."""
    factor = (above.high - above.low) / (below.high - below.low)
    second = axes.secondary_xaxis("top", functions=(lambda x: x * factor, lambda x: x / factor))
    second.spines["top"].set_visible(True)
    second.set_xlabel(above.unit, **_VERBATIM)
