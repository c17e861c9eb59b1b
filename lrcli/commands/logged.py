"""What the verbs that read logs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli import diagnostics
from lrcli.commands.screens import style
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lrcli.compose import Spec
    from lrcli.foresight.fitted import Fitted
    from lrcli.problems import Finding
    from lrcli.render.view import Screen


def shown(text: str, screen: Screen) -> str:
    """Return a text as the screen can show it."""
    from lrcli.render.ascii import to_ascii

    return to_ascii(text) if style(screen).ascii_only else text


def warn(findings: Iterable[Finding], source: str, notes: Iterable[str] = ()) -> None:
    """Say on stderr what was found about a log, and the notes of its reader."""
    diagnostics.say_all((one.severity, f"{one.code} {source}: {one.text}") for one in findings)
    for note in notes:
        diagnostics.say("note", f"{source}: {note}")


def coded(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Return findings as data for --json."""
    return [{"code": one.code, "severity": one.severity, "message": one.message, "fix": one.fix} for one in findings]


def fitted_from(log: str | None, file: str | None) -> tuple[Fitted, tuple[str, ...]] | None:
    """Return the fit to a log, or the one in a file, and the notes of the log's reader; None if neither is given.

    Raises:
        SpecError: If both are, or what is given may not be used.
    """
    from lrcli.foresight.fitted import fitted, read_fit
    from lrcli.foresight.record import Columns
    from lrcli.logs import read_log

    if log is not None and file is not None:
        raise SpecError("--log and --fit say the same thing: give one of them")
    if file is not None:
        return read_fit(file), ()
    if log is None:
        return None
    read = read_log(log)
    return fitted(read, Columns()), read.notes


def only(text: str, values: Mapping[str, object]) -> Spec:
    """Return the one spec that a text or a file holds, with values for what it does not say.

    Raises:
        SpecError: If it is wrong, or there are several.
    """
    from lrcli.parameters import flag
    from lrcli.spec.make import Layer
    from lrcli.spec.read import load

    found = load(text, [Layer(values, flag)]).schedules
    if len(found) > 1:
        raise SpecError(f"{text} holds {len(found)} schedules: choose one, of {', '.join(found)}, as {text}#name")
    return next(iter(found.values()))
