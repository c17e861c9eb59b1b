"""`lrcli lint`: what is wrong with specs and files, or probably not meant."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import SpecArguments
from lrcli.commands.flags import DerivedCommand
from lrcli.commands.reading import Reading
from lrcli.problems import Problem, SpecError, closest, printable
from lrcli.run import RunOptions
from lrcli.spec.ignore import unknown_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lrcli.commands.asked import Asked
    from lrcli.problems import Finding
    from lrcli.spec.load import Request
    from lrcli.spec.source import Source

OUTPUTS = ("text", "json", "github", "sarif", "gitlab", "junit")
LEVELS = ("error", "warning", "note", "never")
_SUFFIXES = (".yaml", ".yml", ".json")


class LintCommand(DerivedCommand):
    """A verb that looks for what is wrong."""

    panels: ClassVar = {}


def codes() -> list[str]:
    """Return all codes."""
    from lrcli.findings.codes import CODES

    return list(CODES)


app = typer.Typer(add_completion=False)


@app.command(cls=LintCommand)
def lint(
    ctx: typer.Context,
    specs: SpecArguments,
    *,
    select: Annotated[
        str | None, typer.Option(metavar="CODE,…", help="Only these findings.", autocompletion=codes)
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(metavar="|".join(LEVELS), help="Exit with 1 from this on.", autocompletion=lambda: LEVELS),
    ] = "warning",
    output: Annotated[
        str, typer.Option(metavar="|".join(OUTPUTS), help="How to write.", autocompletion=lambda: OUTPUTS)
    ] = "text",
    output_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where to write, instead of stdout; replaced.")
    ] = None,
    glob: Annotated[str, typer.Option(metavar="PATTERN", help="Which files of a directory.")] = "**/*",
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change in YAML and JSON files, and change nothing.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Show it, and write it into the files: lengths that follow from the run.")
    ] = False,
) -> None:
    """Find what is wrong with specs, files and directories of files, or probably not meant.

    lrcli lint configs/

    lrcli lint torch.CosineAnnealingLR:T_max=60 --epochs 90

    lrcli lint configs/ --output sarif --output-file lrcli.sarif

    lrcli lint configs/ --fix

    In a file, # lrcli: ignore[LR007] on a line, or on the line above it, leaves a finding out there; before everything
    else, it does so for the whole file.
    """
    from lrcli.export.reports import FORMATS

    _check(output, OUTPUTS, "--output")
    _check(fail_on, LEVELS, "--fail-on")
    selected = _codes(select) if select else []
    if problems := [one._replace(place="--select") for one in unknown_codes(selected)]:
        raise SpecError(*problems)
    if diff and output != "text":
        raise SpecError(Problem(message=f"it cannot be used with --output {output}", place="--diff"))
    every = list(_files(specs, glob))
    found = _found(every, ctx.obj, selected)
    if (diff or fix) and _fix(found, _request(ctx.obj), write=not diff, show=output == "text") and not diff:
        found = _found(every, ctx.obj, selected)
    if not diff:  # whose output is the difference
        _write(FORMATS[output](found), output_file, for_people=output == "text")
    worst = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on != "never" else ()
    if not exit_zero and any(finding.severity in worst for finding in found):
        raise typer.Exit(diagnostics.FOUND)


def _codes(text: str) -> list[str]:
    """Return the codes in a text with commas between them, as the table has them."""
    codes = [code.strip() for code in text.split(",")]
    return [code.lower() if code.lower() == "all" else code.upper() for code in codes]


def _write(text: str, file: str | None, *, for_people: bool) -> None:
    """Write what was found to a file, or to stdout."""
    if file is None:
        plain = "\n".join(map(printable, text.split("\n")))
        diagnostics.write(_for_people(plain) if for_people else plain)
        return
    from lrcli.export.files import write_file

    write_file(Path(file), [text.encode("utf-8", "backslashreplace") + b"\n"], force=True)


def _check(word: str, known: Sequence[str], option: str) -> None:
    if word not in known:
        message = f"{word!r} is not one of {', '.join(known)}"
        raise SpecError(Problem(message=message, place=option, suggestion=closest(word, known)))


def _files(specs: Sequence[str], glob: str) -> Iterator[str | Source]:
    """Yield the arguments, and for a directory the files of specs in it, in the order of their names."""
    from lrcli.spec.source import Source

    for spec in specs:
        if not Path(spec).is_dir():
            yield spec
            continue
        for path in sorted(Path(spec).glob(glob)):
            if path.suffix.lower() in _SUFFIXES and path.is_file():
                yield Source("file", str(path))


def _request(asked: Asked) -> Request:
    """Return the options that the arguments are read with."""
    from lrcli.spec.load import Request

    allow_code = asked.of(Reading).allow_code
    return Request(asked.schedule, asked.of(RunOptions), (), allow_code, otherwise=asked.project_run)


_OF_DIFF = {"31": r"^-.*", "32": r"^\+.*", "36": r"^@@.*"}
_OF_TEXT = {"31": r"\berror(?= LR)", "33": r"\bwarning(?= LR)", "36": r"\bnote(?= LR)"}
"""What is coloured, by colour."""


def _for_people(text: str) -> str:
    """Return findings as a terminal shows them best: broken between words, and with the severity in colour."""
    if sys.stdout.isatty():
        width = diagnostics.width()
        text = "\n".join("\n".join(diagnostics.wrapped(line, width)) for line in text.splitlines())
    return _coloured(text, _OF_TEXT)


def _coloured(text: str, patterns: Mapping[str, str]) -> str:
    if not diagnostics.colours(sys.stdout):
        return text
    for colour, pattern in patterns.items():
        text = re.sub(pattern, f"\x1b[{colour}m\\g<0>\x1b[0m", text, flags=re.MULTILINE)
    return text


def _fix(found: Sequence[Finding], request: Request, *, write: bool, show: bool) -> int:
    """Show what can be fixed in files, write it if that is asked for, and return in how many files."""
    from lrcli.commands.fixing import fixes

    fixed = list(fixes(found, request))
    if show and fixed:
        diff = "\n".join(printable(line) for one in fixed for line in one.diff.split("\n"))
        diagnostics.write(_coloured(diff, _OF_DIFF))
    for one in fixed if write else ():
        one.write()
    files = f"{len(fixed)} file{'' if len(fixed) == 1 else 's'}"
    done = f"changed {files}" if write else f"--fix would change {files}"
    diagnostics.say("note", done if fixed else "none of this can be fixed automatically")
    return len(fixed)


def _found(specs: Sequence[str | Source], asked: Asked, selected: Sequence[str]) -> list[Finding]:
    """Return the findings on all arguments; the errors of one do not keep the others from being checked."""
    from lrcli.findings.judge import judge, of_error
    from lrcli.findings.lines import left
    from lrcli.spec.load import load

    reading, request = asked.of(Reading), _request(asked)
    found: list[Finding] = []
    for spec in specs:
        try:
            loaded = load([spec], request)
            found += [*(one for one in loaded.findings if one.code), *judge(loaded)]
        except SpecError as error:
            found += of_error(error)
    return left(found, reading.ignore or (), selected)
