"""A figure as one HTML file that needs no network: its values, uPlot (MIT, included), and a small script."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli.export.json import encoded
from lrcli.render.paths import path
from lrcli.render.theme import BAND, GREY, stroke, theme
from lrcli.render.view import Picture

if TYPE_CHECKING:
    from lrcli.figure.data import Axis, Figure, Panel
    from lrcli.numeric import Array
    from lrcli.render.paths import Path


def html(figure: Figure, picture: Picture | None = None) -> str:
    """Return the figure as an HTML document: exact values under the cursor, zoom, a logarithmic axis, a table.

    Args:
        figure: What to show.
        picture: Its style and title; its size is that of the window.
    """
    asked = picture or Picture()
    look = theme(asked)
    names = ", ".join(one.name for one in figure.panels[0].series)
    title = (figure.title if asked.title is None else asked.title) or names
    carried = files("lrcli.render").joinpath("uplot")
    parts = {
        "title": escape(title),
        "ink": look.ink,
        "paper": look.paper,
        "uplot_css": carried.joinpath("uPlot.min.css").read_text(),
        "uplot_licence": carried.joinpath("LICENSE").read_text().replace("*/", "* /"),
        "uplot_js": carried.joinpath("uPlot.iife.min.js").read_text(),
        "data": _json(figure, asked),
        "script": files("lrcli.render").joinpath("page.js").read_text(),
    }
    text = files("lrcli.render").joinpath("page.html").read_text()
    before, *pieces = text.split("{{")
    return before + "".join(parts[name] + rest for name, _, rest in (piece.partition("}}") for piece in pieces))


def _json(figure: Figure, picture: Picture) -> str:
    """Return what the script draws; no sign in it can end the element that it stands in."""
    look = theme(picture)
    above = figure.above and {
        "unit": figure.above.unit,
        "per_x": (figure.above.high - figure.above.low) / (figure.x.high - figure.x.low),
    }
    drawn = {
        "unit": figure.x.unit,
        "log_x": figure.x.log,
        "above": above,
        "panels": [_panel(panel, figure.x, first=i == 0) for i, panel in enumerate(figure.panels)],
        "guides": [guide.x for guide in figure.guides],
        "caption": () if picture.bare else figure.caption,
        "log": figure.panels[0].log,
        "ink": look.ink,
        "faint": look.faint,
        "band": BAND,
    }
    return encoded(drawn).replace("<", "\\u003c")


def _panel(panel: Panel, x: Axis, *, first: bool) -> dict[str, Any]:
    """Return a panel with the values of all curves at the places of any."""
    paths = [path(series, x) for series in panel.series]
    places = np.unique(np.concatenate([one.x for one in paths]))
    series = [
        {
            "name": one.name,
            "colour": (how := stroke(i, len(paths)) if first else GREY).colour,
            "dash": [2 * length for length in how.dash],
            "steps": points.steps,
            "dots": points.dots,
            "within": one.within,
            "y": [None if np.isnan(y) else y for y in _at(points, places).tolist()],
        }
        for i, (one, points) in enumerate(zip(panel.series, paths, strict=True))
    ]
    shown = {"label": panel.label, "limits": panel.limits, "from_zero": panel.from_zero, "marks": panel.marks}
    return {**shown, "x": places.tolist(), "series": series}


def _at(points: Path, places: Array) -> Array:
    """Return the values of a curve at some places; NaN where it has none."""
    if not points.x.size:
        return np.full(places.size, np.nan)
    if points.dots:
        at = np.minimum(np.searchsorted(points.x, places), points.x.size - 1)
        return np.where(points.x[at] == places, points.y[at], np.nan)
    held = points.y[np.maximum(np.searchsorted(points.x, places, side="right") - 1, 0)]
    found = held if points.steps else np.interp(places, points.x, points.y)
    outside = (places < points.x[0]) | (places > points.x[-1])
    return np.where(outside, np.nan, found)
