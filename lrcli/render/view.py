"""The options of views: declared once, from which the flags of every verb are derived."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.parameters import Declared
from lrcli.problems import Problem
from lrcli.run import Length, LengthOrZero

Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]


class Screen(Declared, frozen=True, kw_only=True):
    """Options of every verb: the terminal, and JSON."""

    color: Annotated[
        Literal["auto", "always", "never"],
        Meta(description="Colours."),
    ] = "auto"
    width: Annotated[int | None, Meta(ge=20, le=2000, description="Columns (those of the terminal).")] = None
    ascii: Annotated[bool, Meta(description="Use ASCII characters only.")] = False
    json: Annotated[bool, Meta(description="Print JSON for machines instead.")] = False


def _apart(low: float, high: float) -> bool:
    """Return whether there are numbers enough between two to draw an axis."""
    return high - low > max(1e-9 * max(abs(low), abs(high)), 1e-300)


class View(Screen, frozen=True, kw_only=True):
    """Options of drawings."""

    log: Annotated[bool, Meta(description="Logarithmic axis of learning rates.")] = False
    height: Annotated[int | None, Meta(ge=6, le=500, description="Rows of the drawing.")] = None
    xlim: Annotated[tuple[Finite, Finite] | None, Meta(description="First and last epoch: 0,30.")] = None
    ylim: Annotated[tuple[Finite, Finite] | None, Meta(description="Lowest and highest learning rate: 0,0.05.")] = None
    at: Annotated[tuple[LengthOrZero, ...] | None, Meta(description="Epochs to mark and read off: 0,30,60.")] = None
    axis: Annotated[Literal["epoch", "step", "samples", "tokens"] | None, Meta(description="What it counts.")] = None

    def problems(self) -> list[Problem]:
        """Return the limits that are not two ascending numbers."""
        limits = (("xlim", self.xlim), ("ylim", self.ylim))
        found = [
            Problem(message=f"{name} takes two ascending numbers: {name}=0,30", path=(name,))
            for name, pair in limits
            if pair is not None and pair[0] >= pair[1]
        ]
        found += [
            Problem(message=f"{name}: {pair[0]:g} and {pair[1]:g} are too close to be drawn apart", path=(name,))
            for name, pair in limits
            if pair is not None and pair[0] < pair[1] and not _apart(*pair)
        ]
        if self.log and self.ylim is not None and self.ylim[0] <= 0:
            found.append(Problem(message="ylim must be above 0 on a logarithmic axis", path=("ylim",)))
        return found


class PlotView(View, frozen=True, kw_only=True):
    """Options of `lrcli plot`."""

    momentum: Annotated[bool, Meta(description="Draw the momentum too (OneCycleLR, CyclicLR).")] = False


class CompareView(View, frozen=True, kw_only=True):
    """Options of `lrcli compare`."""

    all: Annotated[bool, Meta(description="Every measure.")] = False
    format: Annotated[
        Literal["text", "csv", "md"],
        Meta(description="A screen, or every measure as CSV or Markdown."),
    ] = "text"


class Rows(Screen, frozen=True, kw_only=True):
    """Options of `lrcli table`."""

    all: Annotated[bool, Meta(description="Every row, however many.")] = False
    format: Annotated[
        Literal["text", "csv", "md"], Meta(description="A table to read, CSV with exact numbers, or Markdown.")
    ] = "text"


class Chosen(Declared, frozen=True, kw_only=True):
    """Which points of a run are wanted."""

    at: Annotated[tuple[LengthOrZero, ...] | None, Meta(description="Only these epochs: 0,30,60.")] = None
    every: Annotated[Length | None, Meta(description="Only each so many-th epoch or step: 10k, 5ep.")] = None

    def problems(self) -> list[Problem]:
        """Return that both are given."""
        both = self.at is not None and self.every is not None
        return [Problem(message="--at and --every exclude each other", path=("every",))] if both else []


Inches = Annotated[float, Meta(ge=1, le=100)]
StyleName = Literal["paper", "slide", "dark"]


class Picture(Declared, frozen=True, kw_only=True):
    """Options of pictures in files."""

    style: Annotated[StyleName, Meta(description="Its size, letters and colours.")] = "paper"
    width_in: Annotated[Inches | None, Meta(description="Width in inches (5, slide 10, dark 6.4).")] = None
    height_in: Annotated[Inches | None, Meta(description="Height in inches (3.2, slide 5.6, dark 4).")] = None
    title: Annotated[str | None, Meta(description="A title of its own; '' for none.")] = None
    bare: Annotated[bool, Meta(description="Leave out what stands below the drawing.")] = False
