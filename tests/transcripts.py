"""Texts that show commands with what they print: the documents and the files in tests/golden/output.

A command stands on a line after `$ `; what follows, up to the next command or the end, is what it prints (stdout, then
stderr). `python -m tests.transcripts` runs every command again and writes down what it prints now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.data import GOLDEN, ROOT
from tests.shell import environment, inside

README = ROOT / "README.md"
DOCUMENTS = [README, *(ROOT / folder / "README.md" for folder in ("configs", "lrcli", "tests/benchmarks"))]
OUTPUTS = sorted((GOLDEN / "output").glob("*.txt"))
_CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def output_of(command: str) -> str:
    """Return what a shell command prints, run beside the README."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        capture_output=True,
        cwd=ROOT,
        env=environment(PATH=path, TERMINAL_WIDTH="80"),
        timeout=60,
        check=False,
    )
    text = (done.stdout + done.stderr).decode()
    return text + (f"[exit {done.returncode}]\n" if done.returncode else "")


def answer_of(command: str) -> str:
    """Return what a command prints; where it is lrcli alone, in this process, which takes a tenth of the time."""
    words = shlex.split(command, posix=True)
    if words[0] != "lrcli" or {"|", ">", "<", ";", "&&"} & set(words):
        return output_of(command)
    done = inside(*words[1:], cwd=str(ROOT), TERMINAL_WIDTH="80")
    return done.out + done.err + (f"[exit {done.code}]\n" if done.code else "")


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command in a transcript with what it is said to print."""
    return _COMMAND.findall(text)


def consoles(markdown: str) -> list[str]:
    """Return the transcripts in a Markdown text that show output: its `console` blocks."""
    return _CONSOLE.findall(markdown)


def rewritten(text: str) -> str:
    """Return a transcript with what its commands print now."""
    return _COMMAND.sub(lambda match: f"$ {match[1]}\n{output_of(match[1])}", text)


def main() -> None:
    """Write every transcript anew, and the table of frameworks."""
    from tests.test_matrix import with_table

    for path in DOCUMENTS:
        path.write_text(with_table(_CONSOLE.sub(lambda match: rewritten(match[1]), path.read_text())))
    for path in OUTPUTS:
        path.write_text(rewritten(path.read_text()))


if __name__ == "__main__":
    main()
