"""The values of another tool's configuration file, checked when they are read; what was not read is reported."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lrcli.problems import KEY, Finding, Path, Problem, SpecError
from lrcli.spec.tools.reader import Fact
from lrcli.spec.values import number, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


_LARGEST = 1e15


class Config:
    """A section of a file, which records the keys that were read.

    Attributes:
        data: The section's values.
        path: The path of the section in the file.
        updates: Optimizer updates in an epoch; None if they are not known.
        beside: Reads a file that this one names; None if it may name none.
        read: The keys that were read.
        defaults: The defaults of the keys that were read and are missing.
        inside: The sections in this one that were read, by key.
    """

    def __init__(
        self,
        data: dict[str, object],
        path: Path = (),
        updates: int | None = None,
        beside: Callable[[str], object] | None = None,
    ) -> None:
        self.data, self.path, self.updates, self.beside = data, path, updates, beside
        self.read: set[str] = set()
        self.defaults: dict[str, object] = {}
        self.inside: dict[str, Config] = {}

    def __contains__(self, key: str) -> bool:
        self.read.add(key)
        return self.data.get(key) is not None

    def get(self, key: str, default: object = None) -> object:
        """Return the value of a key, or the default if the key is missing or null."""
        self.read.add(key)
        value = self.data.get(key)
        if value is None:
            self.defaults[key] = default
        return default if value is None else value

    def at(self, key: str) -> Path:
        """Return where a key's value stands in the file."""
        return (*self.path, key)

    def places(self, keys: Iterable[str]) -> dict[str, Path]:
        """Return where the values of some keys stand in the file, by key."""
        return {key: self.at(key) for key in keys}

    def wrong(self, key: str, message: str) -> SpecError:
        """Return the error that the value of a key is wrong, for the caller to raise."""
        return SpecError(Problem(message=message, path=self.at(key)))

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number.

        Raises:
            SpecError: If the value is not a number, or above 1e15.
        """
        value = self.get(key, default)
        if isinstance(value, str):
            try:
                value = number(value)
            except ValueError as error:
                raise self.wrong(key, f"{key}: {error}") from None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
            raise self.wrong(key, f"{key} must be a number, not {shown(value)}")
        return float(value)

    def above_0(self, key: str, default: float | None = None) -> float:
        """Return a number above 0.

        Raises:
            SpecError: If the value is not one.
        """
        value = self.number(key, default)
        if value <= 0:
            raise self.wrong(key, f"{key} must be > 0, not {value:g}")
        return value

    def count(self, key: str, default: int | None = None) -> int:
        """Return a whole number above 0.

        Raises:
            SpecError: If the value is not one.
        """
        value = self.above_0(key, default)
        if not value.is_integer():
            raise self.wrong(key, f"{key} must be a whole number, not {value:g}")
        return int(value)

    def text(self, key: str, default: str = "") -> str:
        """Return a text.

        Raises:
            SpecError: If the value is not one.
        """
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, f"{key} must be text, not {shown(value)}")
        return value

    def numbers(self, key: str, default: Iterable[float] = ()) -> list[float]:
        """Return a list of numbers.

        Raises:
            SpecError: If the value is not one.
        """
        value = self.get(key, list(default))
        if isinstance(value, tuple):
            value = list(value)
        if not isinstance(value, list) or not all(type(one) in (int, float) for one in value):
            raise self.wrong(key, f"{key} must be a list of numbers, not {shown(value)}")
        return value

    def mapping(self, key: str) -> dict[str, object]:
        """Return a mapping, which command lines give as JSON text; an empty one if the key is missing.

        Raises:
            SpecError: If the value is neither.
        """
        raw = self.get(key, {})
        if isinstance(raw, str):
            try:
                raw = json.loads(raw)
            except (ValueError, RecursionError) as error:
                raise self.wrong(key, f"{key} is not JSON: {error}") from None
        if not isinstance(raw, dict):
            raise self.wrong(key, f"{key} must be a mapping, not {shown(raw)}")
        return {str(name): value for name, value in raw.items()}

    def section(self, key: str) -> Config:
        """Return the mapping of a key as a section.

        Raises:
            SpecError: If the value is not a mapping.
        """
        if key not in self.inside:
            self.inside[key] = Config(self.mapping(key), self.at(key), self.updates, self.beside)
        return self.inside[key]

    def updates_of(self, key: str, why: str) -> int:
        """Return the updates in an epoch.

        Args:
            key: The key that needs them, where the error is reported.
            why: Begins the error's message.

        Raises:
            SpecError: If they are not known.
        """
        if self.updates is None:
            message = f"{why}: say how many updates an epoch has, with --steps-per-epoch"
            raise SpecError(Problem(message=message, path=(*self.at(key), KEY)))
        return self.updates

    def unread(self) -> Iterator[Finding]:
        """Yield a finding for each key about the lr that was not read."""
        for key, value in self.data.items():
            if self._is_unread(key, value):
                message = f"{key}={shown(value)} is not read by lrcli"
                yield Finding("LR026", message, "Check that it does not change the lr here.", path=self.at(key))
        for section in self.inside.values():
            yield from section.unread()

    def _is_unread(self, key: str, value: object) -> bool:
        about_lr = _ABOUT_LR.search(key.lower()) and not _NOT_LR.search(key.lower())
        return key not in self.read and bool(about_lr) and value not in _UNSET

    def facts(self) -> Iterator[Fact]:
        """Yield a fact for every key about the lr: those of the file in its order, then the defaults."""
        for key, value in self.data.items():
            name = ".".join(map(str, self.at(key)))
            if key in self.inside:
                yield from self.inside[key].facts()
            elif key in self.read and value is not None:
                yield Fact(name, shown(value), "read")
            elif self._is_unread(key, value):
                yield Fact(name, shown(value), "ignored")
        for key, value in self.defaults.items():
            if value not in _UNSAID and key not in self.inside:
                yield Fact(".".join(map(str, self.at(key))), shown(value), "default")


_ABOUT_LR = re.compile(r"(^|_)(lr|lrs|learning_rate|sched|scheduler|warmup|anneal\w*|eta_min|cycles?)(_|$)")
_NOT_LR = re.compile(r"momentum|^(lr_scheduler_callback|log_\w*lr)$|noise|layer_decay")
_UNSET: tuple[object, ...] = (None, False, "", 0, -1)
_UNSAID: tuple[object, ...] = (None, "", {}, [])
