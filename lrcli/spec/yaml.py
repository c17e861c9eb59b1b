"""YAML 1.2 (and so JSON) as plain data, with the line and column of everything in it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lrcli.problems import KEY, Path, Problem, SpecError
from lrcli.spec.nodes import MOST, Reader
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(text: str, name: str) -> tuple[object, dict[Path, str]]:
    """Return the data in a YAML text, and the place (`name:line:column`) of everything in it.

    Raises:
        SpecError: If it is not YAML, a key comes twice or it unfolds into too much.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # legal: the later one holds from there on
            node = Reader().compose(text)
        conversion = _Conversion(name)
        data = None if node is None else conversion.convert(node, ())
    except SpecError as error:
        raise SpecError(*(problem.at(name) for problem in error.problems)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise SpecError(
            Problem(message=f"not YAML: {' '.join(str(error.problem or error.context).split())}", place=place)
        ) from None
    except (YAMLError, ValueError) as error:
        raise SpecError(Problem(message=f"not YAML: {' '.join(str(error).split())}", place=name)) from None
    except RecursionError:
        raise SpecError(Problem(message="nested too deeply", place=name)) from None
    if conversion.problems:
        raise SpecError(*conversion.problems)
    return data, conversion.places


class _Conversion:
    """Converts nodes to data, and records the place of each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Path, str] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def convert(self, node: Node, path: Path) -> object:
        self._count()
        self.places.setdefault(path, self._place(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.convert(item, (*path, i)) for i, item in enumerate(node.value)]
        try:
            return _scalar(str(node.tag), str(node.value))
        except ValueError:  # a tag says that it is one, or it has more digits than Python reads
            raise SpecError(Problem(message=f"{shown(node.value)} is not a number", place=self._place(node))) from None

    def _count(self) -> None:
        self.count += 1
        if self.count > MOST:
            raise SpecError(Problem(message=f"expands to more than {MOST:,} values", place=self.name))

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in self._entries(node):
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            if key in data:
                message = f"{key} is given twice in the same mapping"
                self.problems.append(Problem(message=message, place=self._place(key_node)))
            self.places[*path, key, KEY] = self._place(key_node)
            data[key] = self.convert(value_node, (*path, key))
        return data

    def _entries(self, node: MappingNode) -> Iterator[tuple[Node, Node]]:
        """Yield keys and values; those of `<<: *anchor` too, where the mapping does not have the key itself."""
        own = {str(key.value) for key, _ in node.value}
        for key, value in node.value:
            merged = value.value if isinstance(value, SequenceNode) else [value]
            if key.value == "<<" and all(isinstance(one, MappingNode) for one in merged):
                yield from self._merged(merged, own)
            else:
                yield key, value

    def _merged(self, mappings: list[MappingNode], own: set[str]) -> Iterator[tuple[Node, Node]]:
        """Yield the entries of merged mappings; of several with one key, the first."""
        known = set(own)
        for mapping in mappings:
            self._count()
            found = [(key, value) for key, value in self._entries(mapping) if str(key.value) not in known]
            known |= {str(key.value) for key, _ in found}
            yield from found

    def _place(self, node: Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}


def _scalar(tag: str, text: str) -> object:
    """Return a scalar's value; numbers are as in YAML 1.2, so 1e-3 is one and 12:30 is not."""
    kind = tag.rpartition(":")[2]
    if kind in ("null", "bool"):
        return _WORDS.get(text.lower(), text)
    if kind == "int":
        return int(text.replace("_", ""), 0 if text.lstrip("+-")[:2].lower() in ("0x", "0o") else 10)
    if kind == "float":
        return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
    return text
