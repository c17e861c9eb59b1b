"""The manual page in roff, made from what the verbs declare: an option that several verbs have stands there once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from lrcli import __version__
from lrcli.commands.helping import EPILOG, EXAMPLES, LENGTHS, explained, panels, takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENVIRONMENT = {
    "LRCLI_EPOCHS, LRCLI_IGNORE, …": "What an option of this name says; options go before.",
    "NO_COLOR, FORCE_COLOR": "Never colour the output, or always.",
}
FILES = {
    "lrcli.yaml, pyproject.toml": "Settings of a project; in pyproject.toml in the table [tool.lrcli]. "
    "lrcli config shows what holds.",
}


def manual(ctx: Any) -> str:
    """Return the manual page.

    Args:
        ctx: The context of lrcli itself.
    """
    about = ctx.command.help
    more = (
        "lrcli plot NAME --help has the parameters of a schedule. lrcli describe NAME explains it, "
        "and lrcli explain CODE a finding."
    )
    lines = [
        f'.TH LRCLI 1 "" "lrcli {__version__}" "User Commands"',
        *_section("NAME", [r"lrcli \- " + _text(about.strip().splitlines()[0].rstrip("."))]),
        *_section("SYNOPSIS", [r"\fBlrcli\fR \fIVERB\fR [\fIARGUMENT\fR…] [\fIOPTION\fR…]"]),
        *_section("DESCRIPTION", _paragraphs(about)),
        *_verbs(ctx),
        *_section("EXIT STATUS", [_text(EPILOG.removeprefix("Exit codes: "))]),
        *_section("ENVIRONMENT", _terms(ENVIRONMENT.items())),
        *_section("FILES", _terms(FILES.items())),
        *_section("EXAMPLES", [".EX", *map(_text, EXAMPLES), ".EE"]),
        *_section("SEE ALSO", [_text(more)]),
    ]
    return "\n".join(lines)


def _verbs(ctx: Any) -> Iterator[str]:
    """Yield the verbs, each with the options that it alone has, then the other options."""
    commands = {verb: ctx.command.get_command(ctx, verb) for verb in ctx.command.list_commands(ctx)}
    entries = {verb: list(_entries(command)) for verb, command in commands.items()}
    counts = Counter(key for of_verb in entries.values() for key in of_verb)
    yield ".SH VERBS"
    for verb, command in commands.items():
        own = (entry for panel, entry in entries[verb] if counts[panel, entry] == 1)
        yield from (f".SS lrcli {verb}", *_paragraphs(command.help), *_terms(own))
    shared = [key for key, count in counts.items() if count > 1]
    yield from _section("OPTIONS OF SEVERAL VERBS", [_text(LENGTHS)])
    for panel in dict.fromkeys(panel for panel, _ in shared):
        yield from (f".SS {_text(panel)}", *_terms(entry for of, entry in shared if of == panel))


def _entries(command: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each option of a verb with the heading that it stands under."""
    for panel, options in panels(command, command.context_class(command)).items():
        yield from ((panel, _entry(option)) for option in options)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [f".SH {title}", *lines]


def _entry(option: Any) -> tuple[str, str]:
    """Return an option as a term and its explanation."""
    names = ", ".join(sorted([*option.opts, *option.secondary_opts], key=len))
    return f"{names} {takes(option)}".rstrip(), explained(option)


def _terms(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, explanation in entries:
        yield from (".TP", rf"\fB{_text(term)}\fR", _text(explanation))


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a docstring; those that are commands as they are typed."""
    for paragraph in text.strip().split("\n\n"):
        one = " ".join(paragraph.split())
        yield from (".PP", ".EX", _text(one), ".EE") if one.startswith("lrcli ") else (".PP", _text(one))


def _text(text: str) -> str:
    """Return text in which roff sees no command: hyphens stay hyphens, to be copied."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain
