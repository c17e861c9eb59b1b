"""The words of a command line before its options are parsed: the schedules and files that they name."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.spec.source import PROMPT, source_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from lrcli.schedules.base import Family
    from lrcli.spec.source import Source


def with_commands(args: list[str]) -> list[str]:
    """Return the arguments with the command line of each `--from` as a spec, so that it is one wherever specs are."""
    found: list[str] = []
    rest = iter(args)
    for arg in rest:
        name, equals, value = arg.partition("=")
        if name == "--":
            return [*found, arg, *rest]
        text = (value if equals else next(rest, None)) if name == "--from" else None
        found.append(arg if text is None else f"{PROMPT}{text.removeprefix(PROMPT)}")
    return found


def as_declared(args: list[str], options: Collection[str]) -> list[str]:
    """Return the arguments with each option's name as it is declared: case, and - or _, do not matter."""
    declared = {option.lower(): option for option in sorted(options)} | {option: option for option in options}
    end = args.index("--") if "--" in args else len(args)

    def spelt(arg: str) -> str:
        name, equals, value = arg.partition("=")
        known = declared.get(name) or declared.get(name.lower().replace("_", "-"), name)
        return known + equals + value if name[:2] == "--" else arg

    return [*map(spelt, args[:end]), *args[end:]]


class OfFile(NamedTuple):
    """An option that only a file on the command line makes one: a key of it, or a parameter of a schedule in it.

    Attributes:
        name: The key or the parameter, as the file or the schedule writes it.
        is_switch: It may stand without a value.
    """

    name: str
    is_switch: bool = False


def without_options_of_files(args: list[str], known: Mapping[str, OfFile]) -> tuple[list[str], dict[str, str]]:
    """Return the arguments less the options that files make ones, and the values of these."""
    kept: list[str] = []
    found: dict[str, str] = {}
    rest = iter(_with_switches(args, known))
    for arg in rest:
        name, equals, value = arg.partition("=")
        one = known.get(folded(name)) if name[:2] == "--" else None
        if arg == "--":
            return [*kept, arg, *rest], found
        if one is None:
            kept.append(arg)
        else:
            found[one.name] = value if equals else next(rest, "")
    return kept, found


def _with_switches(args: list[str], known: Mapping[str, OfFile]) -> list[str]:
    """Return the arguments with the value of each switch that is given without one."""
    found: list[str] = []
    for arg, after in zip(args, [*args[1:], ""], strict=True):
        is_switch = arg[:2] == "--" and (one := known.get(folded(arg))) is not None and one.is_switch
        found.append(f"{arg}=true" if is_switch and after not in ("true", "false") else arg)
    return found


def folded(option: str) -> str:
    """Return the name of an option as it is compared: in small letters with _."""
    return option.lstrip("-").replace("-", "_").lower()


def options_of_files(args: list[str]) -> dict[str, OfFile]:
    """Return what is an option because of the files that are named, by its folded name."""
    found: dict[str, OfFile] = {}
    for arg in args:
        source = source_of(arg) if arg[:1] != "-" else None
        if source is not None and source.kind in ("file", "command"):
            found |= {folded(one.name): one for one in _options_of(source)}
    return found


def _options_of(source: Source) -> Iterator[OfFile]:
    """Yield the keys of another tool's file with the parameters of what it holds, or those of lrcli's own file."""
    from lrcli.spec.read import beside
    from lrcli.spec.tools import formats, options_of

    try:
        data = formats.read(source.read(), source.name, partial(beside, source))[0]
        yield from (OfFile(name, _is_switch(data, name)) for name in options_of(data))
    except SpecError:  # said when it is loaded
        return
    for schedule in named_schedules(_texts(data)):
        yield from (OfFile(one.name, one.kind == "switch") for one in parameters(schedule))


def _is_switch(data: Any, name: str) -> bool:
    return isinstance(data, dict) and isinstance(data.get(name), bool)


def _texts(data: Any) -> Iterator[str]:
    """Yield the texts of some data, in which types of schedules and inline specs are."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)


def named_schedules(args: Iterable[str]) -> list[type[Family]]:
    """Return the schedules that the arguments name, in order, each once."""
    from lrcli.registry import SCHEDULES

    words = (part.partition(":")[0] for arg in args if not arg.startswith("-") for part in re.split(r"[+*(]", arg))
    names = (word.strip(" )") for word in words)
    found = (SCHEDULES.find(name) for name in names if _NAME.fullmatch(name))
    return list(dict.fromkeys(one for one in found if one is not None))


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_]*)?")
