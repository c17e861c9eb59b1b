"""Figures, comparisons, plans and curves for Python and notebooks, with methods to show and save them."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from lrcli import engine
from lrcli.export.parquet import arrow_table
from lrcli.export.reports import text
from lrcli.figure import comparison, data
from lrcli.figure.schedules import figure_of
from lrcli.figure.verdict import verdict
from lrcli.planning import plan as planning
from lrcli.problems import Finding
from lrcli.render.pictures import save
from lrcli.render.plan import page
from lrcli.render.style import Style
from lrcli.render.svg import svg
from lrcli.render.terminal import show
from lrcli.render.view import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import DTypeLike

    from lrcli.entry import Entry
    from lrcli.figure.comparison import Compared
    from lrcli.numeric import Array
    from lrcli.render.view import StyleName

Bundle = dict[str, str]
_PLAIN = Style(80, colour=False, ascii_only=False)


class Figure(data.Figure):
    """A figure: a notebook shows it, `print` draws it in the terminal, and `save` writes it to a file."""

    __slots__ = ()

    def save(
        self,
        path: str | Path,
        *,
        style: StyleName = "paper",
        width_in: float | None = None,
        height_in: float | None = None,
        title: str | None = None,
        bare: bool = False,
        force: bool = False,
    ) -> None:
        """Write it to a file, whole or not at all.

        Args:
            path: Where; its extension says how: svg, html, or png and pdf (which need the extra `lrcli[pictures]`).
            style: `"paper"`, `"slide"` or `"dark"`.
            width_in: Width in inches, if not that of the style.
            height_in: Height in inches.
            title: The title, if not that of the figure; empty for none.
            bare: Leave out the text below the drawing.
            force: Replace a file that exists.

        Raises:
            SpecError: If the extension or the style is not known, or the file exists and `force` is not set.
            MissingError: If the format needs matplotlib, which is not installed.
        """
        picture = Picture(style=style, width_in=width_in, height_in=height_in, title=title, bare=bare)
        save(self, Path(path), picture, force=force)

    def text(self, width: int = 80, height: int = 23) -> str:
        """Return the figure as text, in a width and height of columns and rows."""
        return show(self, _PLAIN._replace(width=width, height=height))

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        picture = svg(self)
        return {"text/plain": self.text(), "image/svg+xml": picture, "text/html": picture}

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:
        printer.text(self.text())  # IPython asks tuples for this, even if they have a bundle


class Comparison:
    """Schedules side by side.

    Attributes:
        figure: Their figure.
        rows: The numbers of each schedule, by its name.
        verdict: A sentence: whether they are the same and, if not, how far and in what they differ most.
    """

    def __init__(self, figure: Figure, found: Sequence[Compared]) -> None:
        self.figure = figure
        self.rows = {one.entry.name: one for one in found}
        self.verdict = verdict(found, figure.x.unit)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as data, as `lrcli compare --json` prints it."""
        return {**comparison.facts(list(self.rows.values()), self.figure), "verdict": self.verdict}

    def __repr__(self) -> str:
        return f"Comparison({', '.join(self.rows)}: {self.verdict})"

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        drawn = self.figure._replace(caption=(*self.figure.caption, self.verdict))
        return Figure(*drawn)._repr_mimebundle_()


class Findings(list[Finding]):
    """What is wrong with some specs, or probably not meant: a list that a notebook shows as a table."""

    def __str__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        if not self:
            return "<p>Nothing found.</p>"
        head = "<tr><th>code</th><th>severity</th><th>place</th><th>message</th></tr>"
        rows = ((one.code, one.severity, one.place or one.name, one.text) for one in self)
        cells = ("".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in row) for row in rows)
        return f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:
        printer.text(str(self))


class Plan(planning.Plan):
    """A plan: `print` shows its page, `to_dict` is what `lrcli plan --json` prints."""

    __slots__ = ()

    @property
    def figure(self) -> Figure | None:
        """The figure of the other clock, or of the old and the resumed run; None if neither was asked for."""
        drawn = self.clocked or self.resumed
        return None if drawn is None else Figure(*drawn.figure)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as data."""
        return planning.facts(self)

    def __str__(self) -> str:
        return page(self, _PLAIN)


class Curve:
    """The learning rate at every point of a run; lr[t] is in force during t.

    It is a sequence of the lr: `curve[5]`, `numpy.asarray(curve)`, `pandas.Series(curve)`. The table with its t is
    `curve.to_dict()`, which pandas and polars take; where pyarrow is installed, it is an Arrow table too:
    `polars.DataFrame(curve)`, `pandas.DataFrame.from_arrow(curve)`, `pyarrow.table(curve)`.

    Attributes:
        name: The name of the schedule.
        unit: What t counts: `"epoch"` or `"step"`.
        t: 0, 1, …, N − 1 as int64.
        lr: The learning rates as float64.
        entry: The spec and the run that it was evaluated from.
    """

    def __init__(self, entry: Entry) -> None:
        evaluated = engine.evaluate(entry.spec, entry.run)
        self.entry, self.name, self.unit = entry, entry.name, evaluated.unit
        self.t = evaluated.t.astype(np.int64)
        self.lr: Array = evaluated.lr

    def __len__(self) -> int:
        return self.lr.size

    def __iter__(self) -> Iterator[float]:
        return iter(self.lr.tolist())

    @overload
    def __getitem__(self, t: int) -> float: ...
    @overload
    def __getitem__(self, t: slice) -> Array: ...
    def __getitem__(self, t: int | slice) -> float | Array:
        return self.lr[t] if isinstance(t, slice) else float(self.lr[t])

    def __array__(self, dtype: DTypeLike | None = None, copy: object = None) -> np.ndarray:
        return np.array(self.lr, dtype=dtype, copy=True) if copy else np.asarray(self.lr, dtype=dtype)

    def __repr__(self) -> str:
        first, last, peak = (f"{value:.4g}" for value in (self.lr[0], self.lr[-1], self.lr.max()))
        return f"Curve({self.name}, {len(self):,} {self.unit}s: first {first}, peak {peak}, last {last})"

    def to_dict(self) -> dict[str, list[Any]]:
        """Return its two columns, by the names that `lrcli export` gives them."""
        return {self.unit: self.t.tolist(), "lr": self.lr.tolist()}

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return its two columns by Arrow's PyCapsule interface.

        Raises:
            MissingError: If pyarrow is not installed.
        """
        return arrow_table({self.unit: self.t, "lr": self.lr}).__arrow_c_stream__(requested_schema)

    def plot(self, *, at: Sequence[float | str] = (), log: bool = False) -> Figure:
        """Return its figure; the arguments are those of `lrcli.plot`."""
        return Figure(*figure_of([self.entry], at=at, log=log))

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        return {**self.plot()._repr_mimebundle_(), "text/plain": repr(self)}
