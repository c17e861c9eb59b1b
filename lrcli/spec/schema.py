"""The JSON Schema of the YAML files, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lrcli.compose import Product, Sequence
from lrcli.frameworks.names import ABBREVIATIONS
from lrcli.parameters import parameters
from lrcli.registry import SCHEDULES
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.schedules.base import Family

NUMBER = r"^\s*[-+]?[0-9._]+([eE][-+]?[0-9]+)?([kKMGB]|%|/[0-9._]+([eE][-+]?[0-9]+)?)?\s*$"
"""What may stand in quotes, or as 1/3 and 2k, where a number is asked for."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file: a document with schedules, or one schedule."""
    schedules = list(SCHEDULES.everything())
    known = [*schedules, Sequence, Product, RunOptions]
    schemas, components = msgspec.json.schema_components(known, ref_template="#/$defs/{name}")
    definitions = {name: _lenient(component) for name, component in components.items()}
    one = {"$ref": "#/$defs/Schedule"}
    names = [schema["$ref"].rpartition("/")[2] for schema in schemas[: len(schedules)]]
    several = {"type": "array", "items": one, "minItems": 1}
    definitions["Sequence"]["properties"]["sequence"] = definitions["Product"]["properties"]["product"] = several
    for definition in definitions.values():
        if definition.get("properties", {}).pop("constants", None):
            definition["additionalProperties"] = {"$ref": "#/$defs/Number"}
    for name, declaration in zip(names, schedules, strict=True):
        _add_names(definitions[name], declaration, several)
    _say_metric(definitions["RunOptions"]["properties"])
    definitions["Number"] = _lenient({"type": "number"})
    definitions["Schedule"] = {
        "description": "One schedule, a sequence of them, or inline text such as cosine:warmup=5.",
        "anyOf": [
            *({"$ref": f"#/$defs/{name}"} for name in sorted(names)),
            several,
            {"$ref": "#/$defs/Sequence"},
            {"$ref": "#/$defs/Product"},
            {"type": "string"},
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lrcli schedules",
        "anyOf": [{"$ref": "#/$defs/Document"}, one],
        "$defs": {**definitions, "Document": _document(definitions[name] for name in names)},
    }


def _say_metric(properties: dict[str, Any]) -> None:
    """Let a file's metric be the name of a log or the values, which a run keeps in a field of their own."""
    del properties["heard"]
    properties["metric"]["anyOf"].append({"type": "array", "items": {"$ref": "#/$defs/Number"}})


def _add_names(definition: dict[str, Any], declaration: type[Family], several: dict[str, Any]) -> None:
    """Let a schedule and its parameters have their other names too, and its members be schedules."""
    properties = definition["properties"]
    framework, dot, native = declaration.tag().partition(".")
    homes = [framework, *(short for short, long in ABBREVIATIONS.items() if framework == long)] if dot else []
    tags = [f"{home}.{name}" for home in homes for name in (native, *declaration.names)]
    properties["type"] = {"enum": list(dict.fromkeys([declaration.tag(), *tags, *declaration.names]))}
    for other, own in declaration.synonyms.items():
        properties.setdefault(other, properties[own])
    for parameter in parameters(declaration):
        if parameter.pairs:
            mapping = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Number"}}
            pair = {"type": "array", "items": {"$ref": "#/$defs/Number"}, "minItems": 2, "maxItems": 2}
            listed = {"type": "array", "items": pair}
            properties[parameter.name] = {"anyOf": [properties[parameter.name], mapping, listed]}
    if declaration.members:
        untyped = [{"type": "array", "items": {"type": "object"}}] if declaration.member_type else []
        properties[declaration.members] = {"anyOf": [several, *untyped, several["items"], {"$ref": "#/$defs/Number"}]}


def _document(schedules: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of a file with named schedules; its defaults are any parameters of theirs."""
    known = {name for schedule in schedules for name in schedule["properties"] if name != "type"}
    return {
        "type": "object",
        "properties": {
            "run": {"$ref": "#/$defs/RunOptions"},
            "defaults": {"type": "object", "propertyNames": {"enum": sorted(known)}},
            "schedules": {
                "type": "object",
                "additionalProperties": {"$ref": "#/$defs/Schedule"},
                "minProperties": 1,
            },
        },
        "required": ["schedules"],
        "additionalProperties": False,
    }


def _lenient(node: Any) -> Any:
    """Return a schema that takes numbers as text too (1/3, 2k), and one value where a list of them is asked for."""
    if isinstance(node, list):
        return [_lenient(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _lenient(value) if key != "default" else value for key, value in node.items()}
    if node.get("type") in ("number", "integer"):
        about = {key: node.pop(key) for key in ("description", "default") if key in node}
        return {**about, "anyOf": [node, {"type": "string", "pattern": NUMBER}]}
    if node.get("type") == "array" and isinstance(node.get("items"), dict):
        about = {key: node.pop(key) for key in ("description", "default") if key in node}
        return {**about, "anyOf": [node, node["items"]]}
    return node
