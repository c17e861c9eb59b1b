"""Pictures in files: their exact values, and that they need no other file."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import lrcli
from lrcli.code.drawing import script
from lrcli.entry import Entry
from lrcli.figure.schedules import figure_of
from lrcli.render.html import html
from lrcli.render.pictures import picture_of
from lrcli.render.svg import svg
from lrcli.render.theme import stroke
from lrcli.render.view import Picture
from lrcli.run import Run
from lrcli.spec.read import load
from tests.data import GOLDEN, ROOT
from tests.shell import environment
from tests.shell import inside as run

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def entry(spec: str, total: int = 90, *, steps: bool = False, name: str = "") -> Entry:
    made = next(iter(load(spec).schedules.values()))
    return Entry(name or spec, made, Run(unit="step" if steps else "epoch", total=total))


def curves(document: str) -> dict[str, list[tuple[float, float]]]:
    """Return the corners of each curve in an SVG, in points of the page, by the name that it has."""
    found = {}
    for path in ET.fromstring(document).iter(f"{SVG}path"):
        name = path.find(f"{SVG}title")
        if name is not None:
            x = y = 0.0
            corners = []
            for sign, numbers in re.findall(r"([MHVL])([-0-9. ]+)", path.get("d", "")):
                values = [float(number) for number in numbers.split()]
                x = values[0] if sign in "MHL" else x
                y = values[-1] if sign in "MVL" else y
                corners.append((x, y))
            found[str(name.text)] = corners
    return found


def test_an_svg_has_every_value_of_a_short_run_as_a_step() -> None:
    lr = lrcli.evaluate("cosine", epochs=90).lr
    corners = curves(svg(figure_of([entry("cosine")])))["cosine"]
    heights = np.array(list(dict.fromkeys(y for _, y in corners)))
    shares = (heights - heights[0]) / (heights[-1] - heights[0])
    np.testing.assert_allclose(shares, (lr - lr[0]) / (lr[-1] - lr[0]), atol=1e-4)
    assert corners[-1][0] > corners[-2][0]


def test_a_spike_of_one_step_in_a_billion_is_seen() -> None:
    spiky = "constant:max_lr=0.1,for=5e8+constant:max_lr=1,for=1+constant:max_lr=0.1"
    heights = [y for _, y in curves(svg(figure_of([entry(spiky, 10**9, steps=True)])))[spiky]]
    base = max(set(heights), key=heights.count)
    assert min(heights) < base
    assert len(svg(figure_of([entry(spiky, 10**9, steps=True)]))) < 40_000


def test_a_picture_is_as_large_as_was_asked_for_and_says_what_was_asked() -> None:
    figure = figure_of([entry("cosine")], at=[30])
    root = ET.fromstring(svg(figure, Picture(width_in=3.3, height_in=2.2, title="a < b")))
    assert (root.get("width"), root.get("height")) == ("237.6pt", "158.4pt")
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "a < b" in texts
    assert "at epoch 30: 0.075" in texts
    bare = ET.fromstring(svg(figure, Picture(bare=True)))
    assert not any("at epoch" in str(text.text) for text in bare.iter(f"{SVG}text"))


def test_the_peak_is_labelled() -> None:
    texts = {text.text for text in ET.fromstring(svg(figure_of([entry("cosine:max_lr=0.0937")]))).iter(f"{SVG}text")}
    assert "0.0937" in texts


def test_what_lies_on_the_edge_of_a_logarithmic_axis_is_said() -> None:
    text = svg(figure_of([entry("step")], log=True, ylim=(0.005, 0.1)))
    assert "learning rates below 0.005, and 0, are drawn on the bottom edge" in text


def test_curves_differ_in_colour_or_dash() -> None:
    assert len({stroke(i, 24) for i in range(24)}) == 24
    assert len({stroke(i, 64) for i in range(64)}) == 64


def data(document: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', document, re.DOTALL)
    assert found
    drawn_page: dict[str, Any] = json.loads(found[1])
    return drawn_page


def test_a_page_has_the_exact_values_and_needs_no_network() -> None:
    text = html(figure_of([entry("cosine"), entry("step")]))
    (panel,) = data(text)["panels"]
    assert panel["x"] == [float(x) for x in range(91)]
    assert panel["series"][0]["y"][:90] == lrcli.evaluate("cosine", epochs=90).lr.tolist()
    assert not re.search(r"(src|href)=|@import|url\(|fetch\(|XMLHttpRequest|WebSocket", text)


def test_no_name_can_end_the_script_that_it_stands_in() -> None:
    text = html(figure_of([entry("cosine", name="</script><script>alert(1)</script>"), entry("step")]))
    assert "<script>alert" not in text
    assert data(text)["panels"][0]["series"][0]["name"].startswith("</script>")


def test_the_script_that_is_carried_is_the_one_that_was_published() -> None:
    """Compare the files with those of the npm package uplot 1.6.32."""
    carried = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in UPLOT.iterdir()}
    assert carried == {
        "LICENSE": "8f989229699b4fe2",
        "uPlot.iife.min.js": "19c8d4c6ad88929a",
        "uPlot.min.css": "df630c6a8d6f8eea",
    }


UPLOT = ROOT / "lrcli" / "render" / "uplot"
_CLICKS = """
<script>
window.addEventListener("load", () => {
  const drawn_page = { plots: document.querySelectorAll(".uplot").length };
  plots[0].setCursor({ left: plots[0].valToPos(30, "x"), top: 10 });
  drawn_page.hovered = [...document.querySelectorAll(".u-value")].map((one) => one.textContent);
  document.querySelectorAll(".u-series .u-label")[2].click();
  drawn_page.shown = plots[0].series.map((one) => one.show);
  plots[0].setScale("x", { min: 10, max: 20 });
  setTimeout(() => {
    drawn_page.zoomed = plots.map((one) => one.scales.x.max);
    document.getElementById("log").click();
    drawn_page.log = plots[0].scales.y.distr;
    document.querySelector("details").open = true;
    setTimeout(() => {
      drawn_page.rows = document.querySelectorAll("table.values tbody tr").length;
      document.title = JSON.stringify(drawn_page);
    }, 50);
  }, 50);
});
</script>
"""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_page_answers_the_cursor_and_clicks(tmp_path: Path) -> None:
    path = tmp_path / "lr.html"
    entries = [entry("cosine"), entry("step"), entry("plateau")]
    path.write_text(html(figure_of(entries)).replace("</body>", _CLICKS + "</body>"))
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"]
    dom = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=60, check=True).stdout
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title
    drawn_page = json.loads(title[1])
    assert drawn_page["plots"] == 2
    assert drawn_page["hovered"][:3] == ["30", "0.07500000000000001", "0.010000000000000002"]
    assert drawn_page["shown"] == [True, True, False, True]
    assert drawn_page["zoomed"] == [20, 20]
    assert drawn_page["log"] == 3
    assert drawn_page["rows"] == 91


@pytest.mark.parametrize(("kind", "begin"), [("png", b"\x89PNG\r\n"), ("pdf", b"%PDF-1")])
def test_the_same_figure_gives_the_same_bytes(kind: str, begin: bytes) -> None:
    pytest.importorskip("matplotlib")
    figure = figure_of([entry("cosine"), entry("step"), entry("plateau")], at=[30])
    first, second = (picture_of(figure, kind, Picture(style="dark")) for _ in range(2))
    assert first.startswith(begin)
    assert first == second


@pytest.mark.parametrize("kind", ["png", "pdf"])
@pytest.mark.parametrize("name", ["$\\frac{$", "$a$", "_x", "a\\$b$"])
def test_matplotlib_draws_names_as_they_are(name: str, kind: str) -> None:
    mpl_text = pytest.importorskip("matplotlib.text")
    figure = figure_of([entry("cosine"), entry("step")])
    first = figure.panels[0]
    named = first._replace(label=name, series=tuple(one._replace(name=name) for one in first.series))
    drawn: list[str] = []
    draw = mpl_text.Text.draw

    def noted(text: Any, *arguments: Any) -> None:
        drawn.extend([] if text.get_parse_math() else [text.get_text()])
        draw(text, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mpl_text.Text, "draw", noted)
        picture_of(figure._replace(panels=(named,), caption=(name,)), kind, Picture(title=name))
    assert drawn.count(name) >= 5


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_characters_that_the_font_lacks_are_named_in_one_line(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run("plot", "cosine", "step", "--name", "学习,学率", "--title", "$学$", "-o", str(tmp_path / f"lr.{kind}"))
    warning, note = done.err.splitlines()
    assert warning.startswith("warning: the font has no ")
    assert all(letter in warning for letter in "学习率")
    assert note.startswith("note: wrote ")


def test_without_matplotlib_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['matplotlib'] = None; from lrcli.cli import main; main()"
    command = [sys.executable, "-c", code, "plot", "cosine", "-o", str(tmp_path / "lr.png")]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False, text=True)
    assert done.returncode == 4
    assert done.stderr.startswith("error: png needs matplotlib: pip install 'lrcli[pictures]'")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [("plot", "cosine"), ("compare", "cosine", "step")])
def test_a_picture_is_written_once_and_replaced_only_when_asked(tmp_path: Path, verb: tuple[str, ...]) -> None:
    path = tmp_path / "lr.svg"
    done = run(*verb, "-o", str(path))
    assert (done.code, done.err) == (0, f"note: wrote {path}\n")
    assert "┤" not in done.out
    before = path.read_bytes()
    assert "--force replaces it" in run(*verb, "-o", str(path)).err
    assert path.read_bytes() == before
    assert run(*verb, "-o", str(path), "--force", "--style", "slide").code == 0
    assert path.read_bytes() != before


def test_a_picture_can_go_into_a_pipe_and_has_a_known_format() -> None:
    assert run("plot", "cosine", "-o", "-").out.startswith("<svg ")
    assert (
        "no format has the extension .jpg; there are svg, png, pdf, html" in run("plot", "cosine", "-o", "lr.jpg").err
    )


@pytest.mark.parametrize("steps", [90, 100_000])
def test_a_script_draws_the_same_values(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    drawn: dict[str, tuple[list[int], list[float]]] = {}

    class Axes:
        def step(self, x: range, y: list[float], *, where: str, label: str) -> None:
            assert where == "post"
            drawn[label] = list(x), y

        def __getattr__(self, name: str) -> object:
            return lambda **_: name

    plt = ModuleType("matplotlib.pyplot")
    plt.__dict__["subplots"] = lambda **_: (SimpleNamespace(savefig=lambda _: None), Axes())
    monkeypatch.setitem(sys.modules, "matplotlib", ModuleType("matplotlib"))
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", plt)
    specs = ("cosine:warmup=5", "plateau", "step")
    exec(script([entry(spec, steps, steps=True) for spec in specs]), {})
    assert list(drawn) == list(specs)
    for spec, (t, lr) in drawn.items():
        np.testing.assert_allclose(lr, lrcli.evaluate(spec, steps=steps).lr[t], rtol=1e-12)
        assert len(t) <= 1000


def test_the_picture_in_the_readme_is_what_is_drawn_now() -> None:
    names = (word for name in ("cosine", "step", "wsd") for word in ("--name", name))
    specs = (
        "cosine:warmup=5,warmup_from=0.02",
        "step",
        "wsd:warmup=5,warmup_from=0.02",
        "--epochs",
        "90",
        "--title",
        "Three ways down from 0.1",
    )
    drawn = run("plot", *specs, *names, "-o", "-").out
    picture = GOLDEN / "pictures" / "three-ways-down.svg"
    assert drawn == picture.read_text()
    assert str(picture.relative_to(ROOT)) in (ROOT / "README.md").read_text()


FORESIGHT = GOLDEN / "foresight" / "runs"


@pytest.mark.parametrize(
    "command",
    [
        ("check", str(GOLDEN / "runs" / "keras_plateau.csv")),
        ("predict", "cosine", "wsd", "--log", str(FORESIGHT / "mpl25M__cosine_24000.csv")),
    ],
)
def test_other_verbs_draw_into_files_too(tmp_path: Path, command: tuple[str, ...]) -> None:
    path = tmp_path / "drawn.svg"
    done = run(*command, "-o", str(path))
    assert f"note: wrote {path}" in done.err
    assert done.out
    assert curves(path.read_text())


def test_a_legend_of_many_names_leaves_room_for_the_drawing() -> None:
    entries = [entry("cosine", name=f"polynomial:power={i}") for i in range(64)]
    document = ET.fromstring(svg(figure_of(entries)))
    heights = [float(rect.get("height", "0")) for rect in document.iter(f"{SVG}rect") if rect.get("x")]
    assert max(heights) > 0.3 * 3.2 * 72
