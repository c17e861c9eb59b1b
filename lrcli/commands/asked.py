"""The values of a call's options, and the findings to show at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lrcli.parameters import Declared, flag
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.commands.settings import Setting
    from lrcli.figure.logged import Logged
    from lrcli.problems import Finding, Severity

D = TypeVar("D", bound=Declared)


class Asked(NamedTuple):
    """The values of the derived options, by the declaration that has them, and the findings to show at the end.

    Attributes:
        schedule: Values for the parameters of schedules.
        others: Values for the other declarations.
        findings: What is shown after the output of the verb.
        names: The schedules that the verb works on, once it has read them.
        run: What the project says of the run, which holds where neither options nor files say anything.
        settings: Every value that the options, the environment and the project set, with where it comes from.
        details: What `--verbose` says of how specs were read.
        logged: The logs among the specs, whose points stand over the schedules.
        verb: The verb that was called.
    """

    schedule: dict[str, Any]
    others: dict[type[Declared], dict[str, Any]]
    findings: list[Finding]
    names: list[str]
    run: dict[str, Any]
    settings: dict[str, Setting]
    details: list[str]
    logged: list[Logged]
    verb: str

    @property
    def lines(self) -> list[tuple[Severity, str]]:
        """The findings as they will be shown, each once: its severity and its line."""
        from lrcli.findings.lines import line

        shown = ((finding.severity, line(finding, named=len(self.names) > 1)) for finding in self.findings)
        details: Iterator[tuple[Severity, str]] = (("note", line) for line in self.details)
        return list(dict.fromkeys([*shown, *details]))

    @property
    def project_run(self) -> RunOptions:
        """What the project says of the run."""
        from lrcli.spec.make import Layer, make

        return make(RunOptions, {}, [Layer(self.run, self.written)], owner="the project")

    def written(self, name: str) -> str:
        """Return where a value is set: by an option, a variable, or in a file."""
        setting = self.settings.get(name)
        return flag(name) if setting is None else setting.origin

    @property
    def found(self) -> list[dict[str, object]]:
        """The findings as --json has them."""
        from lrcli.export.reports import facts

        return facts(self.findings)

    def of(self, declaration: type[D]) -> D:
        """Return the declaration as the options fill it in.

        Raises:
            SpecError: With the option in whose place each problem is.
        """
        from lrcli.spec.make import Layer, make

        given = Layer(self.others.get(declaration, {}), self.written)
        return make(declaration, {}, [given], owner="lrcli")
