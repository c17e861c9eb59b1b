"""The types of readers of other tools' configuration files: a reader, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from lrcli.spec.tools.tree import at, has

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lrcli.problems import Finding, Path, Problem
    from lrcli.run import RunOptions
    from lrcli.spec.tools.config import Config


class Fact(NamedTuple):
    """A key about the lr, and whether it is used.

    Attributes:
        key: Its path, with dots.
        value: Its value, or the tool's default.
        fate: It was read, it is missing and has the tool's default, or it was not read.
    """

    key: str
    value: str
    fate: Literal["read", "default", "ignored"]

    @property
    def meaning(self) -> str:
        """Its fate in words."""
        return {"read": "is read", "default": "is the tool's default", "ignored": "is not read by lrcli"}[self.fate]


class Recognised(NamedTuple):
    """The schedule in a tool's file.

    Attributes:
        spec: The scheduler, as data.
        run: The run of the tool.
        understood: What was read, in a sentence.
        keys: The path in the file of each value of the spec.
        findings: What the tool ignores, replaces or refuses, each with its path in the file.
        evaluations: The steps of the evaluations, for schedulers that are stepped at those.
        facts: Every key about the lr.
    """

    spec: object
    run: RunOptions
    understood: str
    keys: Mapping[str, Path] = {}
    findings: tuple[Finding, ...] = ()
    evaluations: tuple[float, ...] = ()
    facts: tuple[Fact, ...] = ()

    def in_file(self, problem: Problem) -> Problem:
        """Return a problem of the spec with its path in the file."""
        name = str(problem.path[0]) if problem.path else ""
        return problem._replace(path=self.keys.get(name, (name,)))


class BatchKeys(NamedTuple):
    """The keys of a tool's file from which the updates in an epoch are computed, given the samples.

    Attributes:
        size: The key of the batch size of one device.
        default: The batch size if the key is missing.
        accumulate: The key of the number of batches in one update.
        drop_last: The key of whether an epoch's last batch is left out if it is not full.
        drops: Whether it is, if there is no such key.
    """

    size: str
    default: int
    accumulate: str = "gradient_accumulation_steps"
    drop_last: str = ""
    drops: bool = False


class Reader(NamedTuple):
    """How one tool's files are recognised and read.

    Attributes:
        name: Its name for `--as`.
        files: The files that it reads, for the table of tools.
        marks: Groups of dotted keys; a file that has all keys of one group is this tool's.
        read: Returns the schedule in a file.
        sections: Keys under which the tool's section may be, if not at the top.
        before: Names of readers that recognise this tool's files too; this one is preferred.
        epochs: The key that `--epochs` means.
        steps: The key that `--steps` means.
        lr: The key that `--lr` means.
        warmup: The key that `--warmup` means.
        options: Further keys that the tool has, so that they are options although a file leaves them out.
        batches: The keys that say how samples become updates.
    """

    name: str
    files: str
    marks: tuple[str, ...]
    read: Callable[[Config], Recognised]
    sections: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    epochs: str = ""
    steps: str = ""
    lr: str = ""
    warmup: str = ""
    options: tuple[str, ...] = ()
    batches: BatchKeys | None = None

    def section(self, data: Mapping[str, object]) -> Path | None:
        """Return the path of this tool's section in a file; None if the file is not this tool's."""
        for path in ((), *((name,) for name in self.sections)):
            part = at(data, path)
            if isinstance(part, dict) and any(_has_all(part, mark) for mark in self.marks):
                return path
        return None


def _has_all(data: dict[str, object], mark: str) -> bool:
    return all(has(data, key.split(".")) for key in mark.split())
