"""Completion in bash, by the script that lrcli prints, with bash's own rules for where a word ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lrcli.commands.completing import complete_codes, complete_spec
from tests.data import ROOT
from tests.shell import environment

BASH = shutil.which("bash")


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("cosine:max", ["cosine:max_lr="]),
        ("cosine:warmup=5,max", ["cosine:warmup=5,max_lr="]),
        ("linear:start_lr=0,for=5+cosine:max", ["linear:start_lr=0,for=5+cosine:max_lr="]),
        ("(cosine:max", ["(cosine:max_lr="]),
        ("wsd:decay_shape=l", ["wsd:decay_shape=linear"]),
        ("cosine:warmup_prefix=", ["cosine:warmup_prefix=true", "cosine:warmup_prefix=false"]),
        ("hf.constant_", ["hf.constant_with_warmup"]),
        ("torch.StepL", ["torch.StepLR"]),
        ("keras.Cosine", ["keras.CosineDecay", "keras.CosineDecayRestarts"]),
        ("poly", ["polynomial"]),
        ("nothing:max", []),
        ("missing.yaml#", []),
    ],
)
def test_a_spec_is_completed(begun: str, expected: list[str]) -> None:
    assert complete_spec(begun) == expected


def test_the_schedules_of_a_file_are_completed() -> None:
    path = str(ROOT / "configs" / "wsd.yaml")
    assert complete_spec(f"{path}#") == [f"{path}#{name}" for name in ("1-sqrt", "linear", "cosine", "exponential")]


def test_codes_are_completed_one_after_the_other() -> None:
    assert complete_codes("LR00")[:3] == ["LR001", "LR002", "LR003"]
    assert complete_codes("LR004,LR011") == ["LR004,LR011"]


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["plot", "cosine", ":", "max"], ["max_lr="]),
        (["plot", "wsd", ":", "decay_shape", "="], ["linear", "cosine", "1-sqrt", "exponential"]),
        (["plot", "wsd", ":", "decay_shape", "=", "ex"], ["exponential"]),
        (["table", "cosine", "--ignore", "LR003"], ["LR003"]),
        (["plo"], ["plot"]),
    ],
)
def test_bash_gets_what_stands_after_its_own_break(words: list[str], expected: list[str]) -> None:
    array = " ".join(f"'{word}'" for word in ["lrcli", *words])
    script = (
        'eval "$(_LRCLI_COMPLETE=source_bash lrcli)"\n'
        f"COMP_WORDS=({array}); COMP_CWORD={len(words)}\n"
        "_lrcli_completion lrcli\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [str(BASH), "--norc", "-c", script], capture_output=True, text=True, env=environment(PATH=path), check=True
    )
    assert done.stdout.split() == expected
