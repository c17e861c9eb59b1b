"""Drawings in the terminal: every curve is visible, ticks are in the rows of their values, colours differ for all."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrcli.entry import Entry
from lrcli.figure.data import Axis, Figure, Mark, Panel
from lrcli.figure.schedules import figure_of
from lrcli.figure.series import Measured, Series
from lrcli.problems import SpecError
from lrcli.render.canvas import BRAILLE, SIGNS, Area, Line, cells
from lrcli.render.palette import COLOURS, Pen, pen
from lrcli.render.ruler import ruler
from lrcli.render.style import Style
from lrcli.render.terminal import broken_at_commas, show
from lrcli.render.theme import GREY, stroke, theme
from lrcli.render.view import Picture
from lrcli.run import Run, RunOptions
from lrcli.spec.metric import read_metric
from lrcli.spec.read import load

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.render.view import StyleName

PLAIN = Style(80, colour=False, ascii_only=False)
COLOURED = Style(80, colour=True, ascii_only=False)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def entry(spec: str, **run: Any) -> Entry:
    return Entry(spec, next(iter(load(spec).schedules.values())), Run(**{"total": 90, **run}))


def rgb(colour: int) -> tuple[int, int, int]:
    """Return one of the 216 colours of a terminal's cube."""
    levels = (0, 95, 135, 175, 215, 255)
    return levels[(colour - 16) // 36], levels[(colour - 16) // 6 % 6], levels[(colour - 16) % 6]


def linear(colour: int) -> np.ndarray:
    """Return the light of a colour: sRGB without its gamma (IEC 61966-2-1)."""
    return light(np.array(rgb(colour)))


def light(rgb: np.ndarray) -> np.ndarray:
    """Return the light of red, green and blue from 0 to 255."""
    part = rgb / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b* under D65."""
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    ratio = to_xyz @ light / np.array([0.95047, 1, 1.08883])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
"""Machado, Oliveira and Fernandes 2009, severity 1."""


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_stands_out_from_black_and_from_white(colour: int) -> None:
    luminance = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
    assert (luminance + 0.05) / 0.05 >= 3
    assert 1.05 / (luminance + 0.05) >= 3


@pytest.mark.parametrize("style", ["paper", "slide", "dark"])
def test_the_lines_of_a_picture_stand_out_from_its_paper(style: StyleName) -> None:
    def luminance(colour: str) -> float:
        return float(light(np.array(list(bytes.fromhex(colour[1:])))) @ [0.2126, 0.7152, 0.0722])

    look = theme(Picture(style=style))
    for colour in (look.ink, GREY.colour, *(stroke(i, 24).colour for i in range(24))):
        darker, lighter = sorted(map(luminance, (colour, look.paper)))
        assert (lighter + 0.05) / (darker + 0.05) >= 3


@pytest.mark.parametrize("eye", [np.eye(3), DEUTERANOPIA], ids=["all cones", "deuteranopia"])
def test_colours_are_far_apart(eye: np.ndarray) -> None:
    seen = [lab(np.clip(eye @ linear(colour), 0, 1)) for colour in COLOURS]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 25


def test_neighbours_in_the_legend_differ_in_colour_and_in_dashes() -> None:
    pens = [pen(i, 24) for i in range(24)]
    assert len({(one.colour, one.dash) for one in pens}) == 24
    assert all(a.colour != b.colour and a.dash != b.dash for a, b in pairwise(pens))


def level(row: int, columns: int) -> np.ndarray:
    return np.full(columns, float(row))


def test_lines_that_share_a_cell_are_merged() -> None:
    area = Area(4, 1, BRAILLE)
    lines = [Line(level(row, 8), level(row, 8), Pen("*", colour)) for row, colour in ((0, 33), (3, 202))]
    (row,) = cells(area, lines, (), COLOURED)
    assert ESCAPES.sub("", row) == "⣉⣉⣉⣉"
    assert "38;5;33m" in row
    assert "38;5;202m" in row


def test_signs_that_share_a_cell_take_turns() -> None:
    lines = [Line(level(0, 6), level(0, 6), Pen(sign, None)) for sign in "*+x"]
    assert cells(Area(6, 1, SIGNS), lines, (), PLAIN) == ["*+x*+x"]


def test_no_dash_hides_a_spike() -> None:
    low, high = level(0, 40), level(0, 40)
    high[25] = 15
    dashed = Line(low, high, Pen("*", None, (2, 38)))
    rows = cells(Area(20, 4, BRAILLE), [dashed], (), PLAIN)
    assert rows[0].strip() == "⢸⡇"


@given(
    st.floats(1e-7, 1e4),
    st.integers(3, 60),
    st.booleans(),
)
def test_a_tick_stands_in_the_row_in_which_its_value_is_drawn(peak: float, most: int, log: bool) -> None:
    axis = ruler(peak * 1e-4 if log else 0.0, peak, most, log=log, peak=True)
    area = Area(10, axis.rows, BRAILLE)
    assert axis.rows <= most
    assert axis.labels[axis.rows - 1] == f"{peak:.4g}"
    for row, label in axis.labels.items():
        place = axis.place(np.array([float(label)]))
        assert int(area.rows_of(place)[0]) // 4 == row


@given(st.sampled_from([0.1, 0.3, 3.2, 5e-5, 6e-4, 1.0, 2e-5]), st.integers(8, 40))
def test_round_ticks_are_equally_far_apart(peak: float, most: int) -> None:
    axis = ruler(0.0, peak, most, log=False, peak=True)
    rows = sorted(axis.labels)[:-1]
    assert len(set(np.diff(rows).tolist())) <= 1


@pytest.mark.parametrize("height", [8, 12, 20, 23])
def test_the_peak_is_labelled(height: int) -> None:
    for spec, label in (("configs/imagenet-1h.yaml#one-hour", "3.2"), ("cosine:max_lr=2e-5", "2e-05")):
        drawn = show(figure_of([entry(spec, steps_per_epoch=100)]), PLAIN, rows=height)
        assert re.search(rf"^ *{label}┤", drawn, re.MULTILINE)


def test_a_drawing_leaves_the_rows_that_are_reserved() -> None:
    figure = figure_of([entry("cosine")])
    assert len(show(figure, PLAIN).splitlines()) <= 23
    assert len(show(figure, PLAIN, reserved=5).splitlines()) <= 18


def test_a_title_is_never_broken_inside_a_number() -> None:
    text = "one = transformers.cosine:num_training_steps=387,810, 1,387,810 steps of 1,625,000"
    for width in range(20, 80):
        lines = broken_at_commas(text, width)
        assert all(len(line) <= width for line in lines)
    assert broken_at_commas("cosine, 387,810 steps", 14) == ["cosine,", "387,810 steps"]


def test_what_is_true_of_all_is_said_once() -> None:
    entries = [entry(f"wsd:decay_shape={shape}")._replace(name=shape) for shape in ("linear", "cosine", "1-sqrt")]
    assert figure_of(entries).caption == ("decay_length 20% of 90 = 18 epochs; warmup 5% of 90 = 4.5 epochs",)
    mixed = [*entries, entry("cosine")]
    assert figure_of(mixed).caption[0].startswith("linear, cosine, 1-sqrt: decay_length")


def test_guides_are_dimmer_than_curves() -> None:
    drawn = show(figure_of([entry("cosine")], at=[30]), COLOURED)
    assert "\x1b[2m┊\x1b[0m" in drawn


def test_epochs_and_steps_share_an_axis_where_one_is_known_in_the_other() -> None:
    steps = entry("cosine", unit="step", total=9000, steps_per_epoch=100)
    figure = figure_of([entry("step"), steps])
    assert figure.x == Axis("epoch", 0.0, 90.0)
    assert figure.above == Axis("step", 0.0, 9000.0)
    assert figure.panels[0].series[1].at(45.0) == pytest.approx(0.05)
    with pytest.raises(SpecError, match="give --steps-per-epoch"):
        figure_of([entry("step"), entry("cosine", unit="step", total=9000)])


def test_how_many_steps_a_column_stands_for_is_said() -> None:
    drawn = show(figure_of([entry("cosine", unit="step", total=1800)]), PLAIN)
    assert "1 column ≈ 24 steps" in drawn


def test_measured_values_are_drawn_as_they_are_and_nothing_where_there_is_none() -> None:
    source = Measured(np.arange(4.0), np.array([1.0, np.nan, 3.0, 2.0]), 4.0)
    low, high = source.columns(np.array([0.0, 1.0, 2.0, 4.0]))
    np.testing.assert_array_equal(low, [1.0, np.nan, 2.0])
    np.testing.assert_array_equal(high, [1.0, np.nan, 3.0])
    figure = Figure("a loss", Axis("step", 0.0, 4.0), (Panel((Series("loss", source),), "loss", from_zero=False),))
    assert "2.5┤" in show(figure, PLAIN)


def test_the_panel_of_a_metric_says_its_column(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("epoch,val_loss\n" + "".join(f"{epoch},{1 / (epoch + 1)}\n" for epoch in range(20)))
    run_ = RunOptions(epochs=20).resolve(read_metric(str(log)).series)
    figure = figure_of([entry("plateau")._replace(run=run_)])
    assert figure.panels[1].label == "val_loss"
    assert "\n       val_loss\n" in show(figure, PLAIN)


def test_a_mark_stands_before_the_curve_at_its_place() -> None:
    source = Measured(np.arange(10.0), np.arange(10.0), 10.0)
    panel = Panel((Series("loss", source),), "loss", from_zero=False, marks=(Mark(5.0, 5.0, "five"),))
    rows = show(Figure("", Axis("step", 0.0, 10.0), (panel,)), PLAIN, rows=12).splitlines()
    (row,) = [row for row in rows if "●" in row]
    assert row.index("●") == pytest.approx(7 + 73 / 2, abs=1)
    assert "O" in show(Figure("", Axis("step", 0.0, 10.0), (panel,)), PLAIN._replace(ascii_only=True), rows=12)
