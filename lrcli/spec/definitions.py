"""Definitions of a JSON Schema: repeated ones are shared, and the whole can be written in draft-07."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

Schema = dict[str, Any]
"""A JSON Schema, or a part of one that is a mapping."""

NUMBER = r"^\s*[-+]?[0-9._]+([eE][-+]?[0-9]+)?([kKMGB]|%|/[0-9._]+([eE][-+]?[0-9]+)?)?\s*$"
"""Text that is accepted for a number: quoted numbers, 1/3, 2k, 10%."""

_NOTES = ("description", "default")
_BOUNDS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def lenient(node: Any) -> Any:
    """Return a schema that also accepts numbers as text (1/3, 2k), and one value in place of a list."""
    if isinstance(node, list):
        return [lenient(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: lenient(value) if key != "default" else value for key, value in node.items()}
    notes = {key: node.pop(key) for key in _NOTES if key in node}
    if node.get("type") in ("number", "integer"):
        return {**notes, "anyOf": [node, {"type": "string", "pattern": NUMBER}]}
    if node.get("type") == "array" and isinstance(node.get("items"), dict):
        return {**notes, "anyOf": [node, node["items"]]}
    return {**notes, **node}


def share(definitions: Schema) -> Schema:
    """Return the definitions with ranges of numbers and repeated parameters moved to definitions of their own."""
    shared: Schema = {}
    found = {name: _named_numbers(definition, shared) for name, definition in definitions.items()}
    _number({"type": "number"}, shared)
    names = _repeated(found.values())
    for definition in found.values():
        for name, parameter in definition.get("properties", {}).items():
            if named := names.get((name, json.dumps(parameter))):
                shared[named] = parameter
                definition["properties"][name] = ref(named)
    return {**found, **dict(sorted(shared.items()))}


def _named_numbers(node: Any, shared: Schema) -> Any:
    """Return a schema whose numbers are references to definitions, which are added to `shared`."""
    if isinstance(node, list):
        return [_named_numbers(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _named_numbers(value, shared) if key != "default" else value for key, value in node.items()}
    notes = {key: node[key] for key in _NOTES if key in node}
    match node.get("anyOf"):
        case [{"type": "number" | "integer"} as number, {"pattern": pattern}] if pattern == NUMBER:
            return {**notes, **_number(number, shared)}
        case [{"$ref": number}, {"pattern": _} as unit, *rest]:
            return {**notes, **_length(number, unit, rest, shared)}
        case _:
            return node


def _length(number: str, unit: Schema, rest: list[Any], shared: Schema) -> Schema:
    """Return a reference to lengths whose number is in a range (`length.from.0`), or the rest of the alternatives."""
    name = number.rpartition("/")[2].replace("number", "length")
    shared["unit"] = {"description": "A length such as 5ep, 500st or 10%.", **unit}
    shared[name] = {"anyOf": [{"$ref": number}, ref("unit")]}
    return {"anyOf": [ref(name), *rest]} if rest else ref(name)


def _number(number: Schema, shared: Schema) -> Schema:
    """Return a reference to a range of numbers, such as `number.above.0.to.1`."""
    bounds = (f".{word}.{number[bound]:g}" for bound, word in _BOUNDS.items() if bound in number)
    name = "".join([number["type"], *bounds]).replace("+", "")
    shared["text"] = {"description": "A number such as 1/3, 2k or 10%.", "type": "string", "pattern": NUMBER}
    shared[name] = {"anyOf": [number, ref("text")]}
    return ref(name)


def _repeated(definitions: Any) -> dict[tuple[str, str], str]:
    """Return a name for every parameter that is the same in several definitions: `parameter.gamma.2`."""
    pairs = Counter(
        (name, json.dumps(parameter))
        for definition in definitions
        for name, parameter in definition.get("properties", {}).items()
        if "description" in parameter
    )
    repeated = [pair for pair, count in pairs.items() if count > 1]
    variants: Counter[str] = Counter()
    names = {}
    for name, text in repeated:
        variants[name] += 1
        names[name, text] = f"parameter.{name}" + (f".{variants[name]}" if variants[name] > 1 else "")
    return names


def draft_7(whole: Schema) -> Schema:
    """Return a schema in draft-07, where `$ref` must stand alone, and `items` holds what is now `prefixItems`."""
    return {**_older(whole), "$schema": "http://json-schema.org/draft-07/schema#"}


def _older(node: Any) -> Any:
    if isinstance(node, list):
        return [_older(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        alone = {"$ref": node["$ref"].replace("/$defs/", "/definitions/")}
        notes = {key: node[key] for key in _NOTES if key in node}
        return {**notes, "allOf": [alone]} if notes else alone
    older = {key: _older(value) if key != "default" else value for key, value in node.items()}
    if "prefixItems" in older:
        older["additionalItems"] = older.pop("items", True)
        older["items"] = older.pop("prefixItems")
    if "$defs" in older:
        older["definitions"] = older.pop("$defs")
    return older
