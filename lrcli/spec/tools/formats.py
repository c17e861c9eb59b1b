"""From the text of a file (YAML, JSON, TOML, Python or a command, which are not run) to plain data with places."""

from __future__ import annotations

import ast
import operator
import tomllib
from typing import TYPE_CHECKING

from lrcli.problems import KEY, Path, Problem, SpecError
from lrcli.spec import yaml
from lrcli.spec.source import is_command
from lrcli.spec.tools import command

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 25_000
"""More parts than any configuration has."""
Read = tuple[object, dict[Path, str]]


def read(text: str, name: str, beside: Callable[[str], object] | None = None) -> Read:
    """Return the data in a file's text, and the place (`name:line:column`) of everything in it.

    Args:
        text: The file's text.
        name: The file's name, whose suffix selects the format.
        beside: Reads a file that this one names.

    Raises:
        SpecError: If the text is not in this format.
    """
    if name.lower().endswith(".toml"):
        return _toml(text, name)
    if name.lower().endswith(".py"):
        return _python(text, name, beside)
    if is_command(text) or command.is_script(text, name):
        return command.read(text, name, beside)
    return yaml.read(text, name)


def _toml(text: str, name: str) -> Read:
    try:
        return tomllib.loads(text), {(): name}
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SpecError(Problem(message=f"not TOML: {error}", place=name)) from None


def _python(text: str, name: str, beside: Callable[[str], object] | None) -> Read:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f"{name}:{error.lineno}:{error.offset}" if isinstance(error, SyntaxError) else name
        raise SpecError(Problem(message="not valid Python", place=place)) from None
    assignments = _Assignments(name)
    try:
        for statement in tree.body:
            assignments.take(statement)
    except RecursionError:
        raise SpecError(Problem(message="nested too deeply", place=name)) from None
    data = assignments.data
    bases = data.pop("_base_", [])
    for base in [bases] if isinstance(bases, str) else bases if isinstance(bases, list) else []:
        if beside is not None and isinstance(base, str):
            data = _merged(beside(base), data)
    return data, assignments.places


def _merged(base: object, over: dict[str, object]) -> dict[str, object]:
    """Return a mapping over another, key by key, as mmengine merges them."""
    if not isinstance(base, dict) or over.get("_delete_"):
        return {key: value for key, value in over.items() if key != "_delete_"}
    return base | {k: _merged(base.get(k), value) if isinstance(value, dict) else value for k, value in over.items()}


_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


class _Assignments:
    """The assignments of a module whose values are literals, dict(…), or arithmetic on numbers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: dict[str, object] = {}
        self.places: dict[Path, str] = {(): f"{name}:1:1"}

    def take(self, statement: ast.stmt) -> None:
        """Record an assignment; one that cannot be evaluated without running code is left out."""
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            return
        if isinstance(target, ast.Name):
            try:
                self.data[target.id] = self.value(value, (target.id,))
            except (ValueError, TypeError, ArithmeticError):
                self.data.pop(target.id, None)

    def value(self, node: ast.expr, path: Path) -> object:
        """Return the value of an expression.

        Raises:
            ValueError: If it cannot be evaluated without running code.
        """
        if len(self.places) > _MOST:
            raise SpecError(Problem(message=f"holds more than {_MOST:,} values", place=self.name))
        self.places[path] = self.places[*path, KEY] = f"{self.name}:{node.lineno}:{node.col_offset + 1}"
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(id) if id in self.data:
                return self.data[id]
            case ast.List(items) | ast.Tuple(items):
                return [self.value(item, (*path, i)) for i, item in enumerate(items)]
            case ast.Dict(keys, values):
                pairs = zip(keys, values, strict=True)
                return self._mapping({key.value: item for key, item in pairs if isinstance(key, ast.Constant)}, path)
            case ast.Call(ast.Name("dict"), [], keywords):
                return self._mapping({word.arg: word.value for word in keywords if word.arg}, path)
        return self._computed(node, path)

    def _computed(self, node: ast.expr, path: Path) -> float:
        """Return the value of arithmetic on numbers."""
        match node:
            case ast.UnaryOp(ast.USub(), operand):
                return -self._number(operand, path)
            case ast.BinOp(left, how, right) if type(how) in _OPERATORS:
                return _OPERATORS[type(how)](self._number(left, path), self._number(right, path))
        raise ValueError(type(node).__name__)

    def _number(self, node: ast.expr, path: Path) -> float:
        value = self.value(node, path)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
            raise ValueError(type(value))
        return value

    def _mapping(self, items: dict[object, ast.expr], path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, node in items.items():
            try:
                found[str(key)] = self.value(node, (*path, str(key)))
            except (ValueError, TypeError, ArithmeticError) as error:
                if isinstance(error, SpecError):
                    raise
        return found
