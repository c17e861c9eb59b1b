"""What a notebook shows, executed without a browser where nbclient and ipykernel are installed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import lrcli

if TYPE_CHECKING:
    from pathlib import Path

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

CELLS = (
    'import lrcli\nfigure = lrcli.plot("cosine:max_lr=0.3", "step", epochs=90)\nfigure',
    'lrcli.evaluate("cosine", epochs=90)',
    'lrcli.compare("cosine", "step", epochs=90)',
    'figure.save("lr.svg")',
    'lrcli.plot("cosin")',
    'lrcli.lint("torch.CosineAnnealingLR:T_max=60", epochs=90)',
)


def executed(folder: Path) -> list[Any]:
    """Return what each cell left, run by a kernel of this Python."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    kernels = folder / "kernels" / "here"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(
        f'{{"argv": ["{sys.executable}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"], '
        '"display_name": "here", "language": "python"}'
    )
    resources = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(notebook, kernel_name="here", resources=resources, allow_errors=True, timeout=120)
    client.execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.filterwarnings("default")  # of jupyter's own, at which we do not look
def test_a_notebook_shows_figures_curves_and_comparisons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    figure, curve, comparison, saved, mistake, findings = executed(tmp_path)
    for (shown,) in (figure, curve, comparison):
        assert shown.data["image/svg+xml"].startswith("<svg ")
        assert shown.data["text/html"] == shown.data["image/svg+xml"]
    assert "┤" in figure[0].data["text/plain"]
    assert curve[0].data["text/plain"] == "Curve(cosine, 90 epochs: first 0.1, peak 0.1, last 3.046e-05)"
    assert "cosine and step differ by up to" in comparison[0].data["text/html"]
    assert saved == []
    assert (tmp_path / "lr.svg").read_text() == figure[0].data["image/svg+xml"]
    assert mistake[0].ename == "SpecError"
    assert "did you mean cosine?" in mistake[0].evalue
    assert '<td style="text-align: left">LR004</td>' in findings[0].data["text/html"]
    assert "warning LR004 CosineAnnealingLR rises again" in findings[0].data["text/plain"]


def test_a_curve_is_an_arrow_table() -> None:
    pa = pytest.importorskip("pyarrow")
    curve = lrcli.evaluate("cosine", epochs=3)
    table = pa.table(curve)
    assert (table.schema.names, table.schema.types) == (["epoch", "lr"], [pa.int64(), pa.float64()])
    assert table.to_pydict() == curve.to_dict()
