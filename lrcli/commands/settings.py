"""The defaults that a user can set: LRCLI_… in the environment, then the project's file.

The project's file is the nearest `lrcli.yaml`, or `pyproject.toml` with a table `[tool.lrcli]`, from the working folder
up to the root of the repository. Only the run and the view can be set there, never what code may run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.parameters import Declared, parameters
from lrcli.problems import InputError, Problem, SpecError, closest
from lrcli.run import LENGTHS, RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "LRCLI_"
_FILES = ("lrcli.yaml", "pyproject.toml")
_NEVER = frozenset(
    {"allow_code", "from", "explain", "metric", "json", "at", "axis", "xlim", "ylim", "title", "verbose"}
)
"""Parameters that belong to one call, or that must be asked for on the command line."""


class Setting(NamedTuple):
    """A value, and where it comes from: the name of a variable, or of a file."""

    value: object
    origin: str


def settable() -> dict[str, type[Declared]]:
    """Return the parameters that can be set, each with the declaration that has it."""
    from lrcli.commands.reading import Reading
    from lrcli.render.view import View

    return {
        parameter.name: declaration
        for declaration in (RunOptions, View, Reading)
        for parameter in parameters(declaration)
        if parameter.name not in _NEVER
    }


def of_environment() -> dict[str, Setting]:
    """Return what the environment sets."""
    names = [name for name in os.environ if name.startswith(PREFIX) and name != f"{PREFIX}DEBUG"]
    if not names:
        return {}
    known = settable()
    found = {name: name.removeprefix(PREFIX).lower() for name in names}
    return {own: Setting(_value(name, own, known[own]), name) for name, own in found.items() if own in known}


def _value(variable: str, name: str, declaration: type[Declared]) -> str:
    """Return the value of a variable; a switch may be 1 or 0, as is usual there."""
    value = os.environ[variable]
    switches = {parameter.name for parameter in parameters(declaration) if parameter.kind == "switch"}
    return {"1": "true", "0": "false"}.get(value, value) if name in switches else value


def of_project(folder: Path | None = None) -> dict[str, Setting]:
    """Return what the project's file sets.

    Raises:
        SpecError: If it is no mapping, or sets what cannot be set there.
        InputError: If it cannot be read.
    """
    for file, values in _files(folder or _here()):
        known = settable()
        for name in values:
            if name.replace("-", "_") not in known:
                message = f"{name!r} cannot be set for a project; what can is {', '.join(known)}"
                raise SpecError(Problem(message=message, place=file, suggestion=closest(name, known)))
        return {name.replace("-", "_"): Setting(value, file) for name, value in values.items()}
    return {}


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the working folder was deleted
        return Path()


def _files(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the files of the project that say something of lrcli, the nearest first."""
    for place in (folder, *folder.parents):
        for name in _FILES:
            path = place / name
            if path.is_file() and (values := _values(path)) is not None:
                yield str(path), values
        if (place / ".git").exists():
            return


def _values(path: Path) -> dict[str, Any] | None:
    """Return what a file says; None if it is not about lrcli's settings."""
    from lrcli.spec.text import read_text

    try:
        text = read_text(str(path))
    except InputError:
        if path.suffix == ".toml":  # it may belong to other tools alone
            return None
        raise
    if path.suffix == ".toml":
        if "[tool.lrcli" not in text:
            return None
        import tomllib

        try:
            data = tomllib.loads(text).get("tool", {}).get("lrcli")
        except tomllib.TOMLDecodeError as error:
            raise SpecError(Problem(message=f"not TOML: {error}", place=str(path))) from None
        return data if isinstance(data, dict) else None
    from lrcli.spec import yaml

    data, _ = yaml.read(text, str(path))
    if not isinstance(data, dict) or {"schedules", "type", "sequence", "product"} & data.keys():
        return None  # a spec, and no project file
    return data


def merged(*layers: Mapping[str, Setting]) -> dict[str, Setting]:
    """Return what holds of several layers, the strongest last."""
    found: dict[str, Setting] = {}
    for layer in layers:
        if LENGTHS & layer.keys():
            found = {name: setting for name, setting in found.items() if name not in LENGTHS}
        found |= layer
    return found


def values_of(settings: Mapping[str, Setting], declaration: type[Declared]) -> dict[str, Any]:
    """Return the settings that are parameters of a declaration, as values."""
    known = {parameter.name for parameter in parameters(declaration)}
    return {name: setting.value for name, setting in settings.items() if name in known}


def with_settings(
    declaration: type[Declared],
    said: dict[str, Any],
    project: Mapping[str, Setting],
    environment: Mapping[str, Setting],
) -> dict[str, Any]:
    """Return what options say, and the environment and the project where they do not; of a run, the latter is apart."""
    weak = values_of(environment if declaration is RunOptions else merged(project, environment), declaration)
    if LENGTHS & said.keys():
        weak = {name: value for name, value in weak.items() if name not in LENGTHS}
    return weak | said
