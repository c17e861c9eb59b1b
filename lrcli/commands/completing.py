"""Shell completion of names, parameters, their values, the schedules of a file, and codes."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.parameters import Parameter

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
"""The shells that there are scripts for."""

_BREAKS = (":", "=")
"""Where bash ends a word that for lrcli goes on."""


def complete_spec(incomplete: str) -> list[str]:
    """Return what a spec that is being written may become."""
    if "#" in incomplete:
        return list(_schedules_of(incomplete.partition("#")[0]))
    last = incomplete.rpartition("+")[2].rpartition("(")[2]
    before = incomplete.removesuffix(last)
    name, colon, rest = last.partition(":")
    if not colon:
        return [before + tag for tag in _names(name) if tag.startswith(name)]
    done, comma, begun = rest.rpartition(",")
    stem = f"{before}{name}:{done}{comma}"
    return [stem + word for word in _parameters(name, begun)]


def _names(begun: str) -> Iterator[str]:
    from lrcli.registry import SCHEDULES

    framework, dot, _ = begun.partition(".")
    if not dot:
        from lrcli.frameworks.names import FRAMEWORKS

        yield from SCHEDULES
        yield from (f"{name}." for name in FRAMEWORKS)
        return
    from lrcli import frameworks
    from lrcli.frameworks.names import ABBREVIATIONS

    own = ABBREVIATIONS.get(framework, framework)
    yield from (f"{framework}.{name.partition('.')[2]}" for name in frameworks.names() if name.startswith(f"{own}."))


def _parameters(name: str, begun: str) -> Iterator[str]:
    """Yield the parameters of a schedule, or the values of the one that is named already."""
    from lrcli.parameters import parameters
    from lrcli.registry import SCHEDULES

    declaration = SCHEDULES.find(name)
    known = {parameter.name: parameter for parameter in parameters(declaration)} if declaration else {}
    wanted, equals, value = begun.partition("=")
    if not equals:
        yield from (f"{one}=" for one in known if one.startswith(begun))
    elif wanted in known:
        yield from (f"{wanted}={word}" for word in values(known[wanted]) if word.startswith(value))


def values(parameter: Parameter) -> tuple[str, ...]:
    """Return the words that a parameter takes, if it takes words."""
    return ("true", "false") if parameter.kind == "switch" else parameter.choices


def _schedules_of(file: str) -> Iterator[str]:
    from lrcli.problems import SpecError
    from lrcli.spec.read import load

    with contextlib.suppress(SpecError):
        yield from (f"{file}#{name}" for name in load(file).schedules)


def complete_codes(incomplete: str) -> list[str]:
    """Return what codes with commas between them may become."""
    from lrcli.findings.codes import CODES

    done, comma, begun = incomplete.rpartition(",")
    return [f"{done}{comma}{code}" for code in (*CODES, "all") if code.startswith(begun)]


def for_shell(shell: str, *, install: bool = False) -> str:
    """Return the script with which a shell completes lrcli; or install it, and return where it is.

    Raises:
        typer.BadParameter: If lrcli has no script for that shell.
    """
    import typer

    from lrcli.commands.of_typer import completion_script, install_completion

    if shell not in SHELLS:
        raise typer.BadParameter(f"{shell!r} is not one of {', '.join(SHELLS)}")
    if not install:
        return completion_script(shell)
    return f"wrote {install_completion(shell)}; a new {shell} completes lrcli"


def answer(asked: str, run: Callable[[], object]) -> None:
    """Answer a shell: with the script that it runs to complete lrcli, or with what a word may become.

    Args:
        asked: What it asks for, such as `source_bash` or `complete_zsh`.
        run: Typer's own answer to the same.
    """
    task, _, shell = asked.partition("_")
    if task == "source" and shell in SHELLS:
        sys.stdout.write(for_shell(shell) + "\n")
    else:
        {"complete_bash": in_bash, "complete_zsh": in_zsh, "complete_fish": in_fish}.get(asked, lambda own: own())(run)


_WORD = re.compile(r'(?:\(\(|\n)"((?:[\w.=,+()/#%-]|\\\\:)+[=.])"(?=\n|\)\))')
"""A word, among those that Typer lists for zsh, after which another goes on; with the colons as it writes them."""


def in_zsh(run: Callable[[], object]) -> None:
    """Complete for zsh, without a blank after a framework's dot and the = of a parameter."""
    text = _printed(run)
    if _before_value():
        sys.stdout.write(f"compset -P '*='; compadd -- {shlex.join(_LISTED.findall(text))}\n")
        return
    words = [word.replace(r"\\:", ":") for word in _WORD.findall(text)]
    unfinished = words and len(words) == len(text.splitlines())
    sys.stdout.write(f"compadd -S '' -- {shlex.join(words)}\n" if unfinished else text)


_LISTED = re.compile(r'"([^"]+)"')


def in_fish(run: Callable[[], object]) -> None:
    """Complete for fish, which compares what is printed with the whole word: with `--to=` in `--to=op`."""
    before = _before_value()
    if not before or os.environ.get("_TYPER_COMPLETE_FISH_ACTION") != "get-args":
        run()
        return
    sys.stdout.writelines(f"{before}{line}\n" for line in _printed(run).splitlines())


def _before_value() -> str:
    """Return what stands before the value in a word such as `--to=op`; nothing for another word."""
    match = re.search(r"(?:^|\s)(--[\w-]+=)\S*$", os.environ.get("_TYPER_COMPLETE_ARGS", ""))
    return match[1] if match else ""


def _printed(run: Callable[[], object]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.suppress(SystemExit):
        run()
    return printed.getvalue()


def in_bash(run: Callable[[], object]) -> None:
    """Complete for bash, which ends words at : and =, and puts what is printed in the place of the last piece."""
    words = os.environ.get("COMP_WORDS", "")
    separator = "\n" if "\n" in words else " "
    pieces, said = words.split(separator), os.environ.get("COMP_CWORD", "0")
    at = int(said) if re.fullmatch("[0-9]{1,5}", said) else len(pieces) - 1
    pieces += [""] * (at + 1 - len(pieces))
    begin = at
    while begin > 1 and (pieces[begin] in _BREAKS or pieces[begin - 1] in _BREAKS):
        begin -= 1
    whole = "".join(pieces[begin : at + 1])
    head = whole.removesuffix(pieces[at]) if pieces[at] not in _BREAKS else whole
    os.environ["COMP_WORDS"] = separator.join([*pieces[:begin], whole])
    os.environ["COMP_CWORD"] = str(begin)
    sys.stdout.write("\n".join(line.removeprefix(head) for line in _printed(run).splitlines()) + "\n")
