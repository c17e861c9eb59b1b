"""The JSON Schema of the YAML files, for editors.

The `type` of a schedule selects its framework's definition, and there its own. So an editor offers the parameters of
this schedule only, and reports the one that is wrong instead of "matches none of 200 schemas".
"""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import TYPE_CHECKING, Literal

import msgspec

from lrcli.compose import Around, Product, Sequence
from lrcli.findings.codes import CODES
from lrcli.frameworks.names import ABBREVIATIONS, FRAMEWORKS
from lrcli.parameters import parameters
from lrcli.registry import SCHEDULES
from lrcli.run import RunOptions
from lrcli.schedules.composition import Composed
from lrcli.spec.definitions import Schema, draft_7, lenient, ref, share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.schedules.base import Family

Draft = Literal["2020-12", "7"]

_NUMBER = ref("number")
_SEVERAL = {"type": "array", "items": ref("Schedule"), "minItems": 1}


def schema(draft: Draft = "2020-12", only: Iterable[str] = FRAMEWORKS) -> Schema:
    """Return the JSON Schema of a file: one with several schedules, or one schedule.

    Args:
        draft: The version of JSON Schema; editors that read only draft-07 need "7".
        only: The frameworks whose schedulers it has, besides lrcli's own schedules and those of installed packages.
    """
    groups = _groups(only)
    definitions = _declared([one for group in groups.values() for one in group])
    for group, schedules in groups.items():
        definitions[f"{group}.names"] = {"enum": list(dict.fromkeys(name for one in schedules for name in _names(one)))}
        definitions[group] = {"allOf": [_if_type_is(_enum(_names(one)), ref(one.tag())) for one in schedules]}
    definitions["Named"] = {
        "type": "object",
        "properties": {"type": {"anyOf": [ref(f"{group}.names") for group in groups]}},
        "required": ["type"],
        "allOf": [_if_type_is(ref(f"{group}.names"), ref(group)) for group in groups],
    }
    definitions["Schedule"] = {
        "description": "One schedule, a sequence of them, or inline text such as cosine:warmup=5.",
        "anyOf": [ref("Named"), _SEVERAL, ref("Sequence"), ref("Product"), {"type": "string"}],
    }
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lrcli schedules",
        "anyOf": [ref("Document"), ref("Schedule")],
        "$defs": share(definitions),
    }
    return whole if draft == "2020-12" else draft_7(whole)


def text(whole: Schema) -> str:
    """Return a schema as JSON, with a line for each definition."""
    (keyword,) = {"$defs", "definitions"} & whole.keys()
    heads = [f"  {_json(key)}: {_json(value)}" for key, value in whole.items() if key != keyword]
    lines = [f"    {_json(name)}: {_json(definition)}" for name, definition in whole[keyword].items()]
    return "{\n" + ",\n".join([*heads, f"  {_json(keyword)}: {{\n" + ",\n".join(lines) + "\n  }"]) + "\n}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _groups(only: Iterable[str]) -> dict[str, list[type[Family]]]:
    """Return the schedules of each framework; lrcli's own, and those of installed packages, as `own`."""
    found: dict[str, list[type[Family]]] = {"own": []}
    for schedule in SCHEDULES.everything():
        framework, dot, _ = schedule.tag().partition(".")
        if not dot or framework in only:
            found.setdefault(framework if dot else "own", []).append(schedule)
    return found


def _declared(schedules: list[type[Family]]) -> Schema:
    """Return a definition for each declaration, by its tag, and for a file with several schedules."""
    known: list[type[msgspec.Struct]] = [*schedules, Sequence, Product, Around, RunOptions]
    found, components = msgspec.json.schema_components(known, ref_template="{name}")
    of_class = [_with_a_clean_description(lenient(components[schema["$ref"]])) for schema in found]
    names = [*(schedule.tag() for schedule in schedules), "Sequence", "Product", "Around", "RunOptions"]
    definitions = dict(zip(names, of_class, strict=True))
    outer = {name: one for name, one in definitions["Around"]["properties"].items() if name not in ("type", "inner")}
    definitions["Around"] = {"properties": outer}
    definitions["Around.names"] = _enum(list(outer))
    definitions["Sequence"]["properties"]["sequence"] = definitions["Product"]["properties"]["product"] = _SEVERAL
    for definition in of_class:
        if definition["properties"].pop("constants", None):
            definition["additionalProperties"] = _NUMBER
    for schedule in schedules:
        if not issubclass(schedule, Composed):
            _surround(definitions[schedule.tag()], outer)
        _add_names(definitions[schedule.tag()], schedule)
    _say_metric(definitions["RunOptions"]["properties"])
    definitions["Document"] = _document(definitions[schedule.tag()] for schedule in schedules)
    return definitions


def _with_a_clean_description(definition: Schema) -> Schema:
    """Return a definition whose description is the declaration's docstring without its sections on Python."""
    return {**definition, "description": cleandoc(definition.get("description", "")).partition("\n\nAttributes:")[0]}


def _enum(names: list[str]) -> Schema:
    return {"enum": names}


def _if_type_is(names: Schema, then: Schema) -> Schema:
    return {"if": {"properties": {"type": names}, "required": ["type"]}, "then": then}


def _say_metric(properties: Schema) -> None:
    """Let the metric of a file be the name of a log or a list of values, two fields of RunOptions."""
    del properties["metric_values"]
    properties["metric"]["anyOf"].append({"type": "array", "items": _NUMBER})


def _names(declaration: type[Family]) -> list[str]:
    """Return every name of a schedule that `type` may have."""
    framework, dot, native = declaration.tag().partition(".")
    homes = [framework, *(short for short, long in ABBREVIATIONS.items() if framework == long)] if dot else []
    tags = [f"{home}.{name}" for home in homes for name in (native, *declaration.names)]
    alone = [name for name in (native, *declaration.names) if SCHEDULES.find(name) is declaration]
    return list(dict.fromkeys([declaration.tag(), *tags, *alone]))


def _add_names(definition: Schema, declaration: type[Family]) -> None:
    """Add the other names of a schedule's parameters, and the schemas of pairs and members."""
    properties = definition["properties"]
    properties["type"] = {}  # it selected this definition
    for other, own in declaration.aliases().items():
        if own in properties:
            properties.setdefault(other, ref(f"{declaration.tag()}/properties/{own}"))
    for parameter in parameters(declaration):
        if parameter.pairs:
            mapping = {"type": "object", "additionalProperties": _NUMBER}
            pair = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
            listed = {"type": "array", "items": pair}
            properties[parameter.name] = {"anyOf": [properties[parameter.name], mapping, listed]}
    if declaration.one_more:
        properties[declaration.one_more] = {"type": "object"}
    if "allOf" in definition:
        definition["propertyNames"] = {"anyOf": [_enum(list(properties)), ref("Around.names")]}
    if declaration.members:
        untyped = [{"type": "array", "items": {"type": "object"}}] if declaration.member_type else []
        properties[declaration.members] = {"anyOf": [_SEVERAL, *untyped, ref("Schedule"), _NUMBER]}


def _surround(definition: Schema, outer: Schema) -> None:
    """Add to a framework's scheduler the parameters that may stand around it, unless it has some of that name."""
    own = definition["properties"]
    if own.keys() & outer.keys():
        own.update({name: parameter for name, parameter in outer.items() if name not in own})
        definition["additionalProperties"] = False
    elif "additionalProperties" not in definition:
        definition["allOf"] = [ref("Around")]


def _document(schedules: Iterable[Schema]) -> Schema:
    """Return the schema of a file with named schedules; its defaults are any parameters of theirs."""
    known = {name for schedule in schedules for name in schedule["properties"] if name != "type"}
    codes = _enum([*CODES, "all"])
    return {
        "type": "object",
        "properties": {
            "run": ref("RunOptions"),
            "defaults": {"type": "object", "propertyNames": {"enum": sorted(known)}},
            "schedules": {"type": "object", "additionalProperties": ref("Schedule"), "minProperties": 1},
            "ignore": {
                "description": "Findings to leave out, by code.",
                "anyOf": [codes, {"type": "array", "items": codes}],
            },
        },
        "required": ["schedules"],
        "additionalProperties": False,
    }
