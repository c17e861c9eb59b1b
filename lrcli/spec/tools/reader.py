"""What a reader of another tool's configuration files is, and what it makes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lrcli.problems import Finding, Path, Problem
    from lrcli.run import RunOptions
    from lrcli.spec.tools.config import Config


class Fact(NamedTuple):
    """A key about the lr, and what became of it.

    Attributes:
        key: Its path, with dots.
        value: What it says, or its default.
        fate: It was read, it has the tool's default, or nothing reads it.
    """

    key: str
    value: str
    fate: Literal["read", "default", "ignored"]

    @property
    def meaning(self) -> str:
        """What became of it, in words."""
        return {"read": "is read", "default": "is the tool's default", "ignored": "is not read by lrcli"}[self.fate]


class Recognised(NamedTuple):
    """What a tool's file says of the lr.

    Attributes:
        spec: The scheduler, as data.
        run: The run that the tool makes of it.
        understood: What was read, in a sentence.
        keys: Where in the file each value of the spec stands.
        findings: What the tool ignores, replaces or refuses, each with its path in the file.
        evaluations: After how many steps each evaluation comes, for schedulers that step at those.
        facts: Every key about the lr.
    """

    spec: Any
    run: RunOptions
    understood: str
    keys: dict[str, Path] = {}  # noqa: RUF012 - never changed
    findings: tuple[Finding, ...] = ()
    evaluations: tuple[float, ...] = ()
    facts: tuple[Fact, ...] = ()

    def in_file(self, problem: Problem) -> Problem:
        """Return a problem with the spec as one with the file."""
        name = str(problem.path[0]) if problem.path else ""
        return problem._replace(path=self.keys.get(name, (name,)))


class BatchKeys(NamedTuple):
    """The keys of a tool's file from which, and from the samples, the updates of an epoch follow.

    Attributes:
        size: The batch of one device.
        default: That batch where the file does not say it.
        accumulate: Batches in one update.
        drop_last: The key of whether an epoch's last batch is left out.
        drops: It is, where there is no such key.
    """

    size: str
    default: int
    accumulate: str = "gradient_accumulation_steps"
    drop_last: str = ""
    drops: bool = False


class Reader(NamedTuple):
    """How one tool's files are recognised and read.

    Attributes:
        name: What `--as` calls it.
        title: What a note calls it.
        files: The files that it reads, for the table of tools.
        marks: Keys that only this tool has, each a group of dotted keys that must all be there; one group is enough.
        read: Returns what a file says.
        sections: Where else in the file the tool's section may be.
        before: Readers whose files this one's look like, only more so.
        epochs: The key that `--epochs` means.
        steps: The key that `--steps` means.
        lr: The key that `--lr` means.
        warmup: The key that `--warmup` means.
        options: Further keys that the tool has, so that they are options although a file leaves them out.
        batches: The keys that say how samples become updates.
    """

    name: str
    title: str
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

    def section(self, data: Mapping[str, Any]) -> Path | None:
        """Return where in a file this tool's section is; None if the file is not this tool's."""
        for path in ((), *((name,) for name in self.sections)):
            part = at(data, path)
            if isinstance(part, dict) and any(_has_all(part, mark) for mark in self.marks):
                return path
        return None


def at(data: object, path: Iterable[str | int]) -> Any:
    """Return what stands at a path in data, or None."""
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return None
        data = data[step]
    return data


def _has_all(data: dict[str, Any], mark: str) -> bool:
    return all(_has(data, key.split(".")) for key in mark.split())


def _has(data: object, path: list[str]) -> bool:
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True
