"""Work and memory are bounded: small inputs that would take long, and numbers too large for a float."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from lrcli import diagnostics
from tests.shell import inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _nested(head: str, form: str) -> str:
    """Return nine levels, of which each names the one before it ten times."""
    levels = (f"a{i}: &a{i} {form.format(', '.join([f'*a{i - 1}'] * 10))}\n" for i in range(1, 10))
    return f"a0: &a0 {head}\n" + "".join(levels)


BOMBS: dict[str, tuple[Callable[[], str], str]] = {
    "merges": (lambda: _nested("{k: 1}", "{{<<: [{}]}}"), "expands to more than"),
    "aliases": (lambda: _nested("[1]", "[{}]"), "expands to more than"),
    "values": (lambda: f"[{'1,' * 500_000}1]", "holds more than 25,000 values"),
    "keys": (lambda: "".join(f"k{i}: 1\n" for i in range(50_000)), "holds more than 25,000 values"),
    "exponents": (lambda: f"'{'1e+' * 700_000}'", "longer than 262,144 characters"),
    "factors": (lambda: f"'a:b{'*c' * 120_000}'", "error: "),
    "factors without parameters": (lambda: f"'{'*'.join(['cosine'] * 20_000)}'", "20000 factors are too many"),
    "values after commas": (lambda: f"'cosine:a{',b' * 120_000}'", "error: "),
    "signs that join": (lambda: f"'a{'+' * 200_000}'", "200001 parts are too many"),
    "a long name": (lambda: f"'{'a' * 100_000}*{'b' * 100_000}'", "error: "),
    "unknown schedules": (lambda: f"[{','.join(f'no{i}' for i in range(9000))}]", "more like these"),
    "unknown parameters": (lambda: "type: cosine\n" + "".join(f"k{i}: 1\n" for i in range(9000)), "more like these"),
    "unknown defaults": (
        lambda: "schedules: {a: cosine}\ndefaults:\n" + "".join(f"  k{i}: 1\n" for i in range(9000)),
        "more like these",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_unfolds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make, words = BOMBS[name]
    (tmp_path / "bomb.yaml").write_text(make())
    result = inside("table", "bomb.yaml")
    assert result.code == 2
    assert words in result.err
    assert result.err.count("\n") <= 101


@pytest.mark.parametrize("column", ["", ":loss"])
def test_a_wide_log_costs_what_it_holds(column: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    header = ",".join([*(f"c{i}" for i in range(20_000)), "loss"])
    (tmp_path / "wide.csv").write_text(f"{header}\n" + "1\n" * 20_000)
    columns: dict[str, list[int]] = {f"c{i}": [] for i in range(30_000)}
    (tmp_path / "wide.json").write_text(json.dumps({**columns, "loss": [1] * 20_000}))
    assert inside("table", "plateau", "--metric", f"wide.csv{column}").code == 2
    assert inside("table", "plateau", "--metric", f"wide.json{column}").code == 0


@pytest.mark.parametrize("verb", ["plot", "table", "compare", "describe"])
@pytest.mark.parametrize(
    "arguments",
    [
        "plateau --steps 1e15",
        "transformers.greedy --steps 300k",
        "transformers.greedy --steps 1e15",
        "timm.PlateauLRScheduler:noise_range_t=3,noise_seed=7,mode=min --steps-per-epoch 1e15 --epochs 100",
        "plateau:for=10+cosine --steps 1e8",
        "plateau:for=10%+cosine --steps 1e15",
        "cosine*plateau --steps 1e15",
        "cosine:cap=0.05 --steps 1e15",
    ],
)
def test_what_depends_on_a_metric_is_replayed_as_far_as_there_is_one(verb: str, arguments: str) -> None:
    result = inside(verb, *arguments.split())
    assert result.code == 0
    assert result.out


@pytest.mark.parametrize("verb", ["plot", "table", "compare", "describe", "export", "code --to python"])
@pytest.mark.parametrize(
    "arguments",
    [
        "timm.CosineLRScheduler:t_initial=100,k_decay=100000",
        "cosine:k_decay=1e300,exponent=1e300",
        "polynomial:k_decay=5e-324,power=1e6",
        "polynomial:cycle=true,max_update=5e-324",
        "torch.StepLR:base_lr=4,gamma=7,step_size=30 --steps 1e5",
        "torch.ExponentialLR:gamma=30 --epochs 1000",
        "timm.StepLRScheduler:decay_rate=7,decay_t=0.01",
        "timm.PolyLRScheduler:k_decay=1.5,cycle_mul=0.01,t_initial=2",
        "torch.CosineAnnealingLR:T_max=5e-324",
        "transformers.inverse_sqrt:timescale=5e-324",
        "expr:lr=(9**9**9)",
        "polynomial*expr:lr=(9**9**9)",
        "cosine:max_lr=1e300,scale=1e9",
    ],
)
def test_what_no_float_holds_is_answered_or_one_line(verb: str, arguments: str) -> None:
    result = inside(*verb.split(), *arguments.split())
    assert (result.code, result.err.count("error: ")) in ((0, 0), (2, 1))
    assert not (result.code == 0 and re.search(r"\bnan\b", result.out))


@pytest.mark.parametrize(
    "arguments",
    [
        "--ylim 0,5e-324",
        "--ylim 0,1e-300",
        "--ylim 0.1,0.10000000000000002",
        "--log --ylim 1e-300,1e299",
        "--log --ylim 5e-324,1e300",
        "--log --ylim 0,1",
        "--ylim=-1e300,1e300",
        "--ylim 5e-324,1e308",
        "--ylim 1e300,1e301",
        "--xlim 3,3.0000001 --steps-per-epoch 1e15",
        "--xlim 3,3.0000001 --steps-per-epoch 10000000 --per-step",
        "--xlim 0,5e-324",
        "--xlim=-1e300,1e300",
        "--height 6 --width 20",
    ],
)
@pytest.mark.parametrize("spec", ["wsd", "plateau"])
def test_the_limits_of_a_drawing_are_drawn_or_refused_in_a_line(spec: str, arguments: str) -> None:
    for name in ("plot", "compare"):
        result = inside(name, spec, *arguments.split())
        assert (result.code, result.err.count("error: ")) in ((0, 0), (2, 1))


@pytest.mark.parametrize("values", ["inf", "nan", "-inf", "1e308\n-1e308", "inf\n1\n0.5", "nan\n1\nnan"])
def test_a_metric_that_is_no_number_is_drawn(values: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(f"loss\n{values}\n")
    for verb in ("plot", "table", "compare"):
        assert inside(verb, "plateau", "--metric", "log.csv").code in (0, 2)


@pytest.mark.parametrize("columns", ["100000", "1000000000", "9" * 5000, "²", "-1", "0", "", "x"])
@pytest.mark.parametrize("command", ["plot cosine", "list", "describe cosine", "plot --help"])
def test_a_width_that_no_terminal_has_is_not_believed(command: str, columns: str) -> None:
    result = inside(*command.split(), COLUMNS=columns)
    assert result.code == 0
    assert max(map(len, result.out.splitlines())) <= diagnostics.WIDEST
