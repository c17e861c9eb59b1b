"""Functions of the user: loaded once from a file or a module, and called for one t or for an array."""

from __future__ import annotations

import contextlib
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lrcli.numeric import not_an_expression
from lrcli.problems import Problem, SpecError, closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from lrcli.numeric import Array

    Call = Callable[..., Any]
    """Code of the user, which may return anything."""

_NAME = re.compile(r"(?P<home>.+\.py|[A-Za-z_]\w*(?:\.\w+)*):(?P<name>[A-Za-z_]\w*)")


def is_name(text: str) -> bool:
    """Return whether a text names a function: `path/file.py:name` or `package.module:name`."""
    return _NAME.fullmatch(text) is not None


class Function:
    """A loaded function of the user.

    Attributes:
        name: Its name in messages.
    """

    def __init__(self, name: str, found: Call) -> None:
        self.name = name
        self._found = found
        self._calls: dict[tuple[tuple[str, float], ...], Call] = {}
        self._takes_arrays: dict[Call, bool] = {}

    def __call__(self, t: Array, values: dict[str, float]) -> Any:
        """Return the value of the function at every t, in the shape of t.

        Args:
            t: Times, as an array of any shape.
            values: Arguments by name: T, which is passed if the function has a parameter T, and constants.

        Raises:
            SpecError: If it raises an error, has not the parameters of these names, or returns anything but numbers.
        """
        not_an_expression(t, f"it is Python code already: {self.name}")
        import numpy as np

        call = self._bound(values)
        flat = np.atleast_1d(t).ravel()
        if self._vectorised(call):
            out = self._tried(call, flat)
        else:
            out = [self._number(self._tried(call, one), one) for one in map(_plain, flat.tolist())]
        return np.asarray(out, dtype=np.float64).reshape(np.shape(t))

    def _bound(self, values: dict[str, float]) -> Call:
        """Return the function of t alone."""
        key = tuple(values.items())
        if key not in self._calls:
            self._calls[key] = self._bind(values)
        return self._calls[key]

    def _bind(self, values: dict[str, float]) -> Call:
        from functools import partial

        constants = {name: value for name, value in values.items() if name != "T"}
        if not isinstance(self._found, type):
            return partial(self._found, **self._accepted(self._found, values, constants, skip=1))
        instance = self._tried(partial(self._found, **self._accepted(self._found, values, constants, skip=0)))
        call = getattr(instance, "get_lr", instance)
        if not callable(call):
            raise SpecError(f"{self.name} is a class whose instances can neither be called nor have a get_lr")
        bound: Call = call
        return bound

    def _accepted(
        self, taker: Call, values: dict[str, float], constants: dict[str, float], skip: int
    ) -> dict[str, float]:
        """Return the arguments for a function, apart from its first `skip` parameters."""
        import inspect

        try:
            found = list(inspect.signature(taker).parameters.values())[skip:]
        except (TypeError, ValueError):  # some functions written in C have no signature
            return constants
        names = [one.name for one in found if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
        anything = any(one.kind == one.VAR_KEYWORD for one in found)
        if unknown := [name for name in constants if name not in names and not anything]:
            message = f"{self.name} has no parameter {unknown[0]!r}; it has {', '.join(names) or 'only t'}"
            raise SpecError(Problem(message=message, suggestion=closest(unknown[0], names)))
        missing = [one.name for one in found if one.default is one.empty and one.name in names]
        if lacking := [name for name in missing if name not in values]:
            raise SpecError(f"{self.name} needs a value for {', '.join(lacking)}: write {lacking[0]}=…")
        return constants | ({"T": values["T"]} if "T" in names and "T" in values else {})

    def _vectorised(self, call: Call) -> bool:
        """Return whether a function takes arrays: if it returns the same for an array as for each element."""
        if call not in self._takes_arrays:
            self._takes_arrays[call] = self._agrees(call)
        return self._takes_arrays[call]

    def _agrees(self, call: Call) -> bool:
        import numpy as np

        probe = np.array([0.0, 1.0, 2.0, 7.0])
        each = [self._number(self._tried(call, one), one) for one in map(_plain, probe.tolist())]
        try:
            with _out_of_stdout():
                together = np.asarray(call(probe), dtype=np.float64)
        except Exception:  # noqa: BLE001 - a function of single steps may raise anything
            return False
        return together.shape == probe.shape and bool(np.allclose(together, each, rtol=1e-12, atol=0, equal_nan=True))

    def _tried(self, call: Call, *arguments: Any) -> Any:
        try:
            with _out_of_stdout():
                return call(*arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
            at = f" at t = {arguments[0]:g}" if arguments and isinstance(arguments[0], int | float) else ""
            raise SpecError(f"{self.name} raised {type(error).__name__}{at}: {error}") from None

    def _number(self, value: Any, t: float) -> float:
        try:
            return float(value)
        except (TypeError, ValueError):
            raise SpecError(f"{self.name} returned {value!r:.60} at t = {t:g}: it must return a number") from None


def _plain(t: float) -> float:
    """Return a whole number as the int that a training loop counts with."""
    return int(t) if t.is_integer() else t


@cache
def load(text: str) -> Function:
    """Return the function with a name. Its module is run, once.

    Raises:
        SpecError: If there is no such file, module or function, or the module raises an error.
    """
    match = _NAME.fullmatch(text)
    if match is None:
        raise SpecError(f"{text!r} is not path/file.py:name or package.module:name")
    home, name = match["home"], match["name"]
    try:
        with _out_of_stdout():
            module = _from_file(Path(home)) if home.endswith(".py") else _from_path(home)
    except FileNotFoundError:
        raise SpecError(f"there is no file {home} in {Path.cwd()}") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
        raise SpecError(f"{home} cannot be loaded: {type(error).__name__}: {error}") from None
    found = getattr(module, name, None)
    if not callable(found):
        known = [word for word, value in vars(module).items() if callable(value) and not word.startswith("_")]
        message = f"{home} has no function {name!r}"
        raise SpecError(Problem(message=message, suggestion=closest(name, known)))
    return Function(f"{home}:{name}", found)


def _from_file(path: Path) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    if not path.is_file():
        raise FileNotFoundError(path)
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not Python")
    module = module_from_spec(spec)
    with _import_from(path.parent.resolve()):
        spec.loader.exec_module(module)
    return module


def _from_path(name: str) -> ModuleType:
    from importlib import import_module

    with _import_from(Path.cwd()):
        return import_module(name)


@contextlib.contextmanager
def _import_from(folder: Path) -> Iterator[None]:
    """Let imports find the modules in a folder, as `python file.py` does."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _out_of_stdout() -> contextlib.AbstractContextManager[object]:
    """Redirect the output of the user's code to stderr: stdout is for data."""
    return contextlib.redirect_stdout(sys.stderr)
