"""Curves, figures and comparisons from Python: their representations, and their use by other libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import lrcli

if TYPE_CHECKING:
    from pathlib import Path


def test_a_curve_is_one_line_and_as_long_as_its_run() -> None:
    curve = lrcli.evaluate("cosine", epochs=90)
    assert repr(curve) == "Curve(cosine, 90 epochs: first 0.1, peak 0.1, last 3.046e-05)"
    assert len(curve) == 90


def test_numpy_sees_the_lr_and_tables_both_columns() -> None:
    curve = lrcli.evaluate("step", steps=60)
    np.testing.assert_array_equal(np.asarray(curve), curve.lr)
    np.testing.assert_array_equal(np.asarray(curve, dtype=np.float32), curve.lr.astype(np.float32))
    assert curve.to_dict() == {"step": list(range(60)), "lr": curve.lr.tolist()}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_other_libraries_read_a_curve(library: str) -> None:
    frame = pytest.importorskip(library).DataFrame(lrcli.evaluate("step", steps=60).to_dict())
    assert list(frame.columns) == ["step", "lr"]
    assert frame.shape == (60, 2)


def test_everything_that_is_drawn_shows_itself_in_a_notebook() -> None:
    for shown in (lrcli.evaluate("cosine"), lrcli.plot("cosine", "step"), lrcli.compare("cosine", "step")):
        bundle = shown._repr_mimebundle_(include=None, exclude=None)
        assert set(bundle) == {"text/plain", "image/svg+xml", "text/html"}
        assert ET.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")


def test_two_pictures_on_one_page_do_not_share_an_id() -> None:
    first, second = (lrcli.plot(spec)._repr_mimebundle_()["text/html"] for spec in ("cosine", "step"))
    ids = [{one.get("id") for one in ET.fromstring(text).iter()} - {None} for text in (first, second)]
    assert not ids[0] & ids[1]


def test_a_figure_prints_and_saves_itself(tmp_path: Path) -> None:
    figure = lrcli.plot("cosine:warmup=5", epochs=90, at=[30], max_lr=0.3)
    lr = lrcli.evaluate("cosine:warmup=5", epochs=90, max_lr=0.3).lr
    assert f"at epoch 30: {lr[30]:.4g}" in str(figure)
    assert len(str(figure).splitlines()) <= 23
    figure.save(tmp_path / "lr.html", style="dark", title="Mine")
    assert "<title>Mine</title>" in (tmp_path / "lr.html").read_text()
    with pytest.raises(lrcli.SpecError, match="--force"):
        figure.save(tmp_path / "lr.html")


def test_a_comparison_says_what_the_command_says() -> None:
    found = lrcli.compare("cosine", "step", epochs=90, at=[27])
    assert found.verdict.startswith("cosine and step differ by up to 0.06939 (69.4 % of the peak), at epoch 27.")
    assert found.rows["step"].readings == {27: pytest.approx(0.01)}
    assert found.to_dict()["curves"][1]["difference"]["at"] == 27
