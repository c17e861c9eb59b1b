"""Completion with Tab in bash, zsh and fish themselves, where they are installed."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.data import ROOT
from tests.shell import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

SHELLS = {
    "bash": (
        ("--norc", "--noprofile", "-i"),
        """bind -x '"\\C-xs": printf "@@%s@@" "$READLINE_LINE"'; eval "$(lrcli --show-completion bash)"; """,
    ),
    "zsh": (
        ("-f", "-i"),
        """autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' insert-tab false; bindkey "^Xs" show
zle -N show; show() { printf "@@%s@@" "$BUFFER" }; eval "$(lrcli --show-completion zsh)"; """,
    ),
}
"""How a shell is started, and what is said to it first: Ctrl-X s shows the line as it is."""
LINES = {
    "lrcli plo": "lrcli plot ",
    "lrcli plot cosine:max": "lrcli plot cosine:max_lr=",
    "lrcli plot cosine:warmup=5,max": "lrcli plot cosine:warmup=5,max_lr=",
    "lrcli plot linear:for=5+cosine:max": "lrcli plot linear:for=5+cosine:max_lr=",
    "lrcli plot wsd:decay_shape=": "lrcli plot wsd:decay_shape=",
    "lrcli plot wsd:decay_shape=ex": "lrcli plot wsd:decay_shape=exponential ",
    "lrcli plot wsd.yaml#c": "lrcli plot wsd.yaml#cosine ",
    "lrcli plot cosine --ignore LR003": "lrcli plot cosine --ignore LR003 ",
    "lrcli plot hf.constant_w": "lrcli plot hf.constant_with_warmup ",
    "lrcli plot kera": "lrcli plot keras.",
    "lrcli table wsd.y": "lrcli table wsd.yaml ",
    "lrcli code cosine --to op": "lrcli code cosine --to optax ",
    "lrcli code cosine --to=op": "lrcli code cosine --to=optax ",
}


def path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@contextmanager
def opened(shell: str, folder: Path) -> Iterator[int]:
    """Give the terminal of a shell that completes lrcli."""
    arguments, prepared = SHELLS[shell]
    ours, its = pty.openpty()
    shown = environment(PATH=path(), HOME=str(folder), TERM="dumb", PS1="", PROMPT="", HISTFILE="")
    process = subprocess.Popen(
        [shell, *arguments], stdin=its, stdout=its, stderr=its, env=shown, cwd=folder, start_new_session=True
    )
    os.close(its)
    try:
        os.write(ours, f"{prepared}printf '@@%s@@' ready\n".encode())
        read(ours, r"@@ready@@")
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read(terminal: int, wanted: str) -> str:
    """Return what a terminal shows up to a pattern, or all that it shows within a minute."""
    text, end = "", time.monotonic() + 60
    while not re.search(wanted, text) and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            text += os.read(terminal, 1 << 16).decode("utf-8", "replace")
    return text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_tab_completes_a_line(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    shutil.copy(ROOT / "configs" / "wsd.yaml", tmp_path)
    for begun, expected in LINES.items():
        with opened(shell, tmp_path) as terminal:
            os.write(terminal, f"{begun}\t\x18s".encode())
            found = re.search(r"@@(.*)@@", read(terminal, r"@@.*@@"))
            assert found is not None
            assert found[1].replace("\\#", "#") == expected


FISH = shutil.which("fish")
ANSWERS = {
    "lrcli plo": {"plot"},
    "lrcli plot cosine:max": {"cosine:max_lr="},
    "lrcli plot wsd:decay_shape=": {
        f"wsd:decay_shape={shape}" for shape in ("linear", "cosine", "1-sqrt", "exponential")
    },
    "lrcli plot wsd.yaml#c": {"wsd.yaml#cosine"},
    "lrcli plot cosine --ignore LR003": {"LR003"},
    "lrcli code cosine --to=op": {"--to=optax"},
    "lrcli plot hf.constant_": {"hf.constant_with_warmup"},
    "lrcli table wsd.y": {"wsd.yaml"},
}


@pytest.mark.skipif(FISH is None, reason="there is no fish here")
def test_fish_completes_a_line(tmp_path: Path) -> None:
    shutil.copy(ROOT / "configs" / "wsd.yaml", tmp_path)
    asked = "\n".join(f"complete -C '{line}'; echo @@" for line in ANSWERS)
    done = subprocess.run(
        [str(FISH), "--no-config", "-c", f"lrcli --show-completion fish | source\n{asked}"],
        capture_output=True,
        text=True,
        env=environment(PATH=path(), HOME=str(tmp_path)),
        cwd=tmp_path,
        check=True,
    )
    found = [{line.split("\t")[0] for line in part.split("\n") if line} for part in done.stdout.split("@@\n")[:-1]]
    assert dict(zip(ANSWERS, found, strict=True)) == ANSWERS
