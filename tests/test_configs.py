"""The published recipes in configs/, each with facts from its source."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from ruamel.yaml import YAML

import lrcli
from lrcli.parameters import parameters
from lrcli.schedules.composition import Composed
from lrcli.spec.schema import schema
from tests.data import CONFIGS, ROOT
from tests.shell import inside as run_lrcli

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NEW = jsonschema.Draft202012Validator(schema())
OLD = jsonschema.Draft7Validator(schema("7"))
EVERY = pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)

FACTS: dict[str, dict[int, float | None]] = {
    "resnet50.yaml#resnet50": {0: 0.1, 29: 0.1, 30: 0.01, 59: 0.01, 60: 0.001, 89: 0.001},
    "torchvision.yaml#new-recipe": {0: 0.005, 1: 0.005 + 0.495 / 5, 5: 0.5, 302: None, 599: None},
    "deit.yaml#deit": {0: 1e-6, 5: 1e-5 + 99e-5 * (1 + math.cos(math.pi * 5 / 300)) / 2, 150: 1e-5 + 99e-5 / 2},
    "nanogpt.yaml#gpt2-124m": {0: 6e-4 / 2001, 1999: 6e-4 * 2000 / 2001, 2000: 6e-4, 301_000: 3.3e-4},
    "bert.yaml#bert": {0: 0.0, 5000: 5e-5, 10_000: 1e-4 * 0.99, 500_000: 5e-5, 999_999: 1e-10},
    "bert.yaml#bert-in-transformers": {0: 0.0, 10_000: 1e-4, 505_000: 5e-5},
    "transformer.yaml#transformer-base": {
        0: 512**-0.5 * 4000**-1.5,
        3999: (512 * 4000) ** -0.5,
        99_999: 512**-0.5 / 1e5**0.5,
    },
    "deepseek.yaml#deepseek-7b": {
        1000: 2.1e-4,
        2000: 4.2e-4,
        169_542: 4.2e-4,
        169_543: 4.2e-4 * 0.1**0.5,
        190_736: 4.2e-5,
    },
    "wsd-branches.yaml#after-40k": {1000: 5e-3, 39_999: 1e-2, 42_000: 5.5e-3, 44_000: 1e-3, 87_999: 1e-3},
    "wsd-branches.yaml#after-80k": {79_999: 1e-2, 84_000: 5.5e-3},
    "piecewise.yaml#five-parts": {0: 0.0, 5: 0.4, 20: 0.04, 23: 0.04, 24: 0.004, 28: 0.0004, 29: 0.0004},
    "sgdr.yaml#sgdr": {0: 0.05, 25: 0.025, 50: 0.05, 150: 0.05},
    "imagenet-1h.yaml#one-hour": {0: 0.1, 5: 3.2, 29: 3.2, 30: 0.32, 60: 0.032, 80: 0.0032},
    "rex.yaml#rex": {0: 0.1, 50: 0.1 * 2 / 3, 99: 0.1 * 0.01 / 0.505},
    "rex.yaml#axolotl": {0: 0.1, 50: 0.1 * 0.5 / 0.55, 99: 0.1 * 0.01 / 0.109},
    "wsd.yaml#1-sqrt": {500: 5e-4, 1000: 1e-3, 80_000: 1e-3, 85_000: 5e-4, 99_999: None},
    "wsd.yaml#linear": {80_000: 1e-3, 90_000: 5e-4},
    "wsd.yaml#cosine": {90_000: 5e-4},
    "wsd.yaml#exponential": {90_000: 1e-3 * (0.1**0.5 - 0.1) / 0.9},
}


@pytest.mark.parametrize("spec", FACTS)
def test_a_recipe_has_the_rates_of_its_source(spec: str) -> None:
    lr = lrcli.evaluate(str(ROOT / "configs" / spec)).lr
    for t, expected in FACTS[spec].items():
        assert expected is None or lr[t] == pytest.approx(expected, rel=1e-9)
        assert 0 <= lr[t] <= lr.max()


def test_every_file_but_the_comparison_has_facts() -> None:
    assert {path.name for path in CONFIGS} - {spec.partition("#")[0] for spec in FACTS} == {"family.yaml"}


@EVERY
def test_it_names_its_source(path: Path) -> None:
    comment = [line for line in path.read_text().splitlines() if line.startswith("#")]
    assert any("Source:" in line for line in comment)


@EVERY
def test_it_is_in_the_list_of_recipes(path: Path) -> None:
    assert f"| [{path.stem}]({path.name}) | " in (path.parent / "README.md").read_text()


@EVERY
def test_it_is_drawn_compared_and_read_off(path: Path) -> None:
    for verb, *options in (["plot"], ["compare"], ["table", "--at", "0"]):
        result = run_lrcli(verb, str(path), *options)
        assert result.code == 0
        assert not result.err or path.stem == "piecewise"  # its drops are intended, and reported
        assert result.out


@EVERY
def test_it_fits_the_schema_that_lrcli_prints(path: Path) -> None:
    NEW.validate(YAML(typ="safe").load(path.read_text()))
    OLD.validate(YAML(typ="safe").load(path.read_text()))


def test_the_schema_refuses_what_lrcli_refuses() -> None:
    wrongs: list[dict[str, Any]] = [
        {"schedules": {"a": {"type": "cosin"}}},
        {"schedules": {"a": {"type": "cosine", "max_lr": -1}}},
        {"schedules": {"a": {"type": "cosine", "max_l": 1}}},
        {"schedules": {}},
        {"run": {"epochs": 0}, "schedules": {"a": "cosine"}},
        {"rum": {}, "schedules": {"a": "cosine"}},
        {"sequence": [], "repeat": 3},
        {"sequence": ["cosine"], "repeet": 3},
        {"defaults": {"colour": 1}, "schedules": {"a": "cosine"}},
        {"type": "cosine", "batch_scale": [256, 512, 1024]},
        {"type": "torch.StepLR", "step_size": 3, "gama": 0.1},
    ]
    for wrong in wrongs:
        assert not NEW.is_valid(wrong), wrong
        assert not OLD.is_valid(wrong), wrong


def test_the_schema_takes_what_lrcli_takes() -> None:
    for right in (
        {"type": "cosine", "max_lr": "1/3", "warmup": "10%"},
        {"schedules": {"a": [{"type": "linear", "for": "5ep"}, "cosine"], "b": "cosine:warmup=5"}},
        {
            "run": {"steps": "2k", "steps_per_epoch": 50},
            "defaults": {"max_lr": 0.1},
            "schedules": {"a": {"type": "step"}},
        },
        {"type": "multistep", "milestones": [30, "80%"]},
        {"type": "StepLR", "step_size": 30, "lr": 0.3, "warmup": 5, "batch_scale": [256, 512]},
        {"sequence": ["cosine:for=5", {"type": "cosine", "for": 5}], "repeat": 3, "floor": 1e-5},
    ):
        NEW.validate(right)
        OLD.validate(right)


@pytest.mark.parametrize("validator", [NEW, OLD], ids=["2020-12", "7"])
def test_the_schema_is_one_of_its_draft_and_all_its_references_lead_somewhere(validator: Any) -> None:
    validator.check_schema(validator.schema)
    text = json.dumps(validator.schema)
    for name in set(re.findall(r'"#/([^"]+)"', text)):
        place = validator.schema
        for key in name.split("/"):
            place = place[key]


def test_the_schema_says_what_schedules_share_once() -> None:
    text = json.dumps(NEW.schema)
    for parameter in parameters(Composed):
        assert text.count(json.dumps(parameter.description)) == 1


def test_the_schema_names_the_parameter_that_is_wrong() -> None:
    wrong = {"schedules": {"a": {"type": "hf.cosine", "num_warmup_step": 5}}}
    messages = [error.message for error in leaves(NEW.iter_errors(wrong))]
    assert any("num_warmup_step" in message and "num_warmup_steps" not in message for message in messages)


def leaves(errors: Iterable[jsonschema.ValidationError]) -> Iterator[jsonschema.ValidationError]:
    for error in errors:
        yield error
        yield from leaves(error.context)


def test_a_part_of_the_schema_knows_only_the_frameworks_that_are_named() -> None:
    part = jsonschema.Draft7Validator(json.loads(run_lrcli("schema", "--framework", "hf", "--draft", "7").out))
    assert part.is_valid({"type": "transformers.cosine", "num_warmup_steps": 5})
    assert part.is_valid([{"type": "linear", "for": 5}, "cosine"])
    assert not part.is_valid({"type": "torch.StepLR", "step_size": 3})
    refused = run_lrcli("schema", "--framework", "tirch")
    assert refused.code == 2
    assert refused.err.endswith("did you mean torch?\n")
