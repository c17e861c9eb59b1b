"""Written code is only lrcli's own: text from a file never becomes code, further lines of a comment, or an encoding."""

from __future__ import annotations

import io
import math
import re
import tokenize
from typing import TYPE_CHECKING, Any

import pytest

import lrcli
from lrcli.code.job import Job
from lrcli.code.names import FILES, OWN
from lrcli.code.names import TARGETS as NAMES
from lrcli.code.targets import TARGETS
from lrcli.compose import Sequence
from lrcli.engine import evaluate
from lrcli.problems import SpecError
from lrcli.registry import SCHEDULES
from lrcli.run import Run
from lrcli.schedules import Constant, Linear
from lrcli.spec import write
from lrcli.spec.build import build
from tests.fuzz import written
from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.compose import Spec

ATTACKS = [
    "max_lr # coding: unicode_escape \\nimport os; os.system('touch pwned') #",
    "max_lr # -*- coding: utf_7 -*-",
    "max_lr # vim: set fileencoding=rot13 :",
    "max_lr\n# open('pwned', 'w')",
    "max_lr\r# open('pwned', 'w')",
    "max_lr # \x0c\x0bopen('pwned', 'w')",
    "max_lr # \u2028open('pwned', 'w')\u2029\x85",
    "max_lr # \x1b[31m\u202e",
    "t\n",
    "(max_lr *\n  x)\n",
    "max_lr * coding",
    "max_lr * ｃoding",
    "max_lr * μ",
]
LAMBDAS = [text.replace("max_lr", "1").replace("t\n", "epoch\n").replace("x)", "epoch)") for text in ATTACKS[:10]]


def spec(text: str) -> Spec:
    return build({"type": "expr", "lr": text, "coding": 8, "μ": 0.5})


def safe(code: str, target: str) -> None:
    """Assert that the first two lines are ASCII, say no encoding, and that nothing is called but what is known."""
    head, second, *_ = [*code.split("\n"), ""]
    assert head.isascii()
    assert head.isprintable()
    assert len(code.splitlines()) == len(code.split("\n")) - 1
    assert not any(re.match(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line) for line in (head, second))
    if target not in FILES:
        assert "pwned" not in code
    if target not in (*FILES, "js"):
        assert tokenize.detect_encoding(io.BytesIO(code.encode()).readline)[0] == "utf-8"
        compile(code.encode(), target, "exec")


@pytest.mark.parametrize("target", NAMES)
def test_a_formula_becomes_no_code(target: str) -> None:
    for text in ATTACKS:
        try:
            code = TARGETS[target](Job(spec(text), Run(unit="step", total=5)))
        except SpecError as error:
            assert target in (*FILES, "mmengine", "trainer")
            assert len(str(error).splitlines()) == 1  # noqa: PT017
        else:
            safe(code, target)


@pytest.mark.parametrize("target", ["torch", "python", "optax", "yaml"])
def test_a_lambda_becomes_no_code(target: str) -> None:
    for text in [*LAMBDAS, "lambda e: e # coding: utf_7", "lambda\\\n e: e\n"]:
        safe(TARGETS[target](Job(build({"type": "torch.LambdaLR", "lr_lambda": text}), Run(total=5))), target)
        cyclic = {"type": "torch.CyclicLR", "base_lr": 0.1, "max_lr": 1.0, "scale_fn": text.replace("epoch", "x")}
        safe(TARGETS[target](Job(build(cyclic), Run(total=5))), target)


def test_a_path_of_a_function_becomes_no_comment_of_two_lines() -> None:
    hostile: Any = {"type": "python", "function": "a\r\u2028coding=utf7\x1b.py:f"}
    safe(TARGETS["yaml"](Job(build(hostile, code=True), Run(total=5))), "yaml")


def test_the_file_of_the_report_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.yaml").write_text(f"type: expr\nlr: {ATTACKS[0]!a}\n".replace("'max", '"max').replace("#'", '#"'))
    for verify in ((), ("--verify",)):
        result = inside("code", "f.yaml", "--to", "python", *verify)
        assert result.code == 0
        assert result.out.startswith("# expr:max_lr, 100 epochs; written by lrcli")
        exec(result.out, {})
    assert [path.name for path in tmp_path.iterdir()] == ["f.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "0.5*(1+cos(pi*epoch/50))",
        "lambda e: exp(-e / 20) + sqrt(e) + log(e + 1, 10)",
        "lambda e: clip(e / 5, 0, 1)",
        "where(epoch < 30, 1, 0.1)",
        "lambda epoch: epoch < 3 or 0.5",
        "round(epoch / 4) + int(epoch / 3) + float(epoch)",
        "tanh(epoch) + sin(epoch) + abs(5 - epoch) + floor(epoch / 2) + ceil(epoch / 2)",
    ],
)
def test_a_factor_is_written_as_a_lambda_that_gives_it(text: str) -> None:
    declared = {"type": "torch.LambdaLR", "base_lr": 1.0, "lr_lambda": text}
    code = TARGETS["torch"](Job(build(declared), Run(total=60)))
    written = re.search(r"lr_lambda=(lambda epoch: .*?),?(?:\n|\)\n)", code)
    assert written is not None
    assert "import math\n" in code or "math." not in written[1]
    factor = eval(written[1], {"math": math})
    expected = lrcli.evaluate(declared, epochs=60).lr.tolist()
    assert [float(factor(t)) for t in range(60)] == pytest.approx(expected, rel=1e-12)


def test_a_scale_is_written_as_a_lambda() -> None:
    code = inside("code", "torch.CyclicLR:base_lr=0.1,max_lr=1.0,scale_fn=exp(-x)", "--to", "torch").out
    assert "scale_fn=lambda x: math.exp(-x)" in code
    assert "import math\n" in code


@pytest.mark.parametrize(
    "text",
    [
        "log(0)", "1/0", "1//0", "1%0", "9**9**9", "exp(1000)", "floor(1e400)", "(-8)**(1/3)", "pow(-1,0.5)*t", "0/0",
        "log(-1)", "10.0**400", "sqrt(-1)", "log10(0)", "1e308*10", "max(1/0,t)", "int(1/0)", "round(1/0)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", NAMES)
def test_what_is_no_number_is_one_line_in_code_too(text: str, target: str) -> None:
    result = inside("code", f"expr:lr=({text})", "--to", target, "--epochs", "5")
    if target in OWN:
        assert (result.code, result.err) == (0, "")
    else:
        assert (result.code, result.err.count("error: ")) == (2, 1)
        assert result.err.startswith("error: the lr is ")


@pytest.mark.parametrize("text", ["min(t+1,1/0)", "max(t,log(0))", "where(t>=0,1,0/0)", "t//1 + 7//(t+1) + 7%(t+1)"])
def test_what_is_infinite_on_the_way_is_written_so_that_it_runs(text: str) -> None:
    space: dict[str, Any] = {}
    exec(inside("code", f"expr:lr=({text})", "--to", "python", "--epochs", "9").out, space)
    expected = lrcli.evaluate(f"expr:lr=({text})", epochs=9).lr.tolist()
    assert [float(space["lr"](t)) for t in range(9)] == expected


@pytest.mark.parametrize(
    "text",
    ["(t >= (t == 3)) * 0.1", "exp(-max_lr) >= (-t == (not pi))", "((t < 3) < (t < 5)) < 0.5", "1 - (1 > (t > 2))"],
)
def test_a_comparison_of_comparisons_is_no_chain(text: str) -> None:
    space: dict[str, Any] = {}
    exec(inside("code", f"expr:lr=({text})", "--to", "python", "--epochs", "9").out, space)
    assert [float(space["lr"](t)) for t in range(9)] == lrcli.evaluate(f"expr:lr=({text})", epochs=9).lr.tolist()


@pytest.mark.parametrize(
    "text", ["1/(1+exp(t))", "min(max_lr, 1/t)", "min(0.1, 9**9**t)", "7 % t + 1", "where(t<1,1,log(t))"]
)
def test_what_only_numpy_computes_is_refused_or_written_so_that_it_runs(text: str) -> None:
    result = inside("code", f"expr:lr=({text})", "--to", "python", "--epochs", "800")
    if result.code == 0:
        space: dict[str, Any] = {}
        exec(result.out, space)
        assert all(math.isfinite(space["lr"](t)) for t in range(800))
    else:
        assert (result.code, result.err.count("error: ")) == (2, 1)


def test_a_value_without_a_name_is_written_and_read_back() -> None:
    named = [one for one in SCHEDULES.everything() if one.positional and not one.runs_code]
    assert named
    for declaration in named:
        asked = build({"type": declaration.tag(), **declaration.example})
        assert write.data(build(write.inline(asked))) == write.data(asked)


@pytest.mark.parametrize(
    "data",
    [
        {"type": "olmo_core.CosWithWarmupAndLinearDecay", "decay": 0, "warmup_fraction": 0.773, "t_max": "10%"},
        {"type": "olmo_core.PowerLR", "b": 0.5, "t_max": 2, "decay": 1, "decay_fraction": None},
        {
            "product": [
                {"type": "torch.ConstantLR", "factor": 4e-5, "total_iters": 0.108},
                {"type": "transformers.constant_with_warmup", "num_warmup_steps": 35},
            ]
        },
    ],
)
def test_an_infinite_or_unused_constant_does_not_keep_code_from_being_written(data: dict[str, Any]) -> None:
    written(build(data), Run(unit="step", total=10))


def test_a_root_of_a_negative_number_is_no_number() -> None:
    spec = build({"type": "olmo_core.PowerLR", "b": 20.2, "decay": 38, "decay_fraction": None, "t_max": 5})
    with pytest.raises(lrcli.SpecError, match="the lr is nan"):
        evaluate(spec, Run(unit="step", total=6))


@pytest.mark.parametrize("text", ["(not 30)", "((a) b)", "(a) + (b)", "a + b", "a * b, c"])
def test_a_text_with_signs_of_the_notation_is_read_back(text: str) -> None:
    spec = build({"type": "keras.ReduceLROnPlateau", "monitor": text})
    (back,) = lrcli.load(write.inline(spec)).schedules.values()
    assert back == spec


def test_a_quotient_by_a_broken_number_is_rounded_down_as_the_framework_does() -> None:
    spec = "keras.InverseTimeDecay:initial_learning_rate=6,decay_steps=0.331,decay_rate=10,staircase=true"
    (declared,) = lrcli.load(spec).schedules.values()
    written(declared, Run(unit="step", total=333))


def test_a_power_of_two_with_a_hundred_million_digits_is_refused_and_not_computed() -> None:
    spec = build({"type": "torch.CyclicLR", "base_lr": 0, "max_lr": 1, "step_size_up": 1e-5, "mode": "triangular2"})
    with pytest.raises(lrcli.SpecError, match="which overflows"):
        TARGETS["python"](Job(spec, Run(total=10)))


def test_a_decay_without_a_length_is_refused() -> None:
    with pytest.raises(lrcli.SpecError, match="give decay or decay_fraction"):
        build({"type": "olmo_core.WSDS", "period_lengths": [25, 34], "decay_fraction": None})


@pytest.mark.parametrize("spec", ["torch.ExponentialLR:gamma=-0.5", "torch.PolynomialLR:power=0.3,total_iters=0.5"])
def test_a_negative_number_is_raised_to_a_power_as_a_whole(spec: str) -> None:
    (declared,) = lrcli.load(spec).schedules.values()
    written(declared, Run(total=10))


def test_what_is_complex_is_no_number() -> None:
    for text in ("torch.LambdaLR:lr_lambda=(0-1)**0.5", "torch.CyclicLR:base_lr=0.1,max_lr=1,scale_fn=(0-x)**0.5"):
        with pytest.raises(lrcli.SpecError, match="the lr is nan"):
            lrcli.evaluate(text, epochs=10)


@pytest.mark.parametrize(
    "line", [{}, {"end_lr": 0.01}, {"length": 5}, {"start_lr": 0.1}, {"max_lr": 0.2}, {"start": "own"}]
)
def test_a_line_that_starts_at_its_own_lr_after_another_part_is_read_back_so(line: dict[str, Any]) -> None:
    spec = Sequence(parts=(Constant(max_lr=0.05, for_=20), Linear(**line)))
    written(spec, Run(total=60))
    (back,) = lrcli.load(write.inline(spec)).schedules.values()
    assert lrcli.evaluate(back, epochs=60).lr[20] == lrcli.evaluate(spec, epochs=60).lr[20]
