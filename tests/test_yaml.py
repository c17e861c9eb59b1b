"""YAML files, well written and badly written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

import lrcli
from lrcli.spec import yaml
from lrcli.spec.nodes import Reader
from tests.data import CONFIGS

if TYPE_CHECKING:
    from pathlib import Path


def data(text: str) -> Any:
    return yaml.read(text, "f.yaml")[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("010", 10),
        ("0x10", 16),
        ("0o17", 15),
        ("12:30", "12:30"),
        ("1_000", 1000),
        ("yes", "yes"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("10%", "10%"),
        ("-.5", -0.5),
        (".inf", float("inf")),
        ("2024-01-01", "2024-01-01"),
        ("'1e-3'", "1e-3"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert data(f"a: {text}\n") == {"a": value}


def test_json_is_yaml() -> None:
    assert data('{"schedules": {"a": {"type": "cosine", "max_lr": 1e-3}}}')["schedules"]["a"]["max_lr"] == 1e-3


def test_anchors_and_merge_keys_are_unfolded() -> None:
    assert data("a: &x {type: step, gamma: 0.5}\nb: {<<: *x, gamma: 0.2}\n")["b"] == {"type": "step", "gamma": 0.2}


def test_of_several_mappings_that_are_merged_the_first_holds() -> None:
    text = "a: &a {type: step, gamma: 0.5}\nb: &b {gamma: 0.2, max_lr: 1}\nc: {<<: [*a, *b], max_lr: 2}\n"
    assert data(text)["c"] == {"type": "step", "gamma": 0.5, "max_lr": 2}


def test_of_two_anchors_with_one_name_the_later_holds() -> None:
    assert data("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    assert data("type: cosine\r\nmax_lr: 0.3\r\n") == {"type": "cosine", "max_lr": 0.3}


BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "expands to more than"),
        ("[" * 20_000, "nested too deeply"),
        ("a: &a [*a]\n", "nested too deeply"),
        ("a: 1\na: 2\n", "f.yaml:2:1: a is given twice"),
        ("a: [1\n", "f.yaml:2:1: not YAML"),
        ("a: *nothing\n", "f.yaml:1:4: not YAML"),
        ("\x00", "not YAML"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
        ("a:\tb: 1\n", "not YAML"),
        ("a: !!python/object:os.system {}\n", None),
    ],
)
def test_problems_are_reported_and_nothing_breaks(text: str, message: str | None) -> None:
    if message is None:
        assert data(text) == {"a": {}}
        return
    with pytest.raises(lrcli.SpecError, match=message):
        data(text)


@pytest.mark.parametrize(
    "text",
    [
        "- 1\n",
        "5\n",
        "schedules: 5\n",
        "schedules: []\n",
        "schedules: {a: 5}\n",
        "schedules: {a: []}\n",
        "schedules: {a: [[]]}\n",
        "schedules: {a: {type: [cosine]}}\n",
        "schedules: {a: {type: cosine, max_lr: {b: 1}}}\n",
        "schedules: {a: {type: cosine, max_lr: [1, 2]}}\n",
        "schedules: {a: {type: multistep, milestones: []}}\n",
        "schedules: {a: {type: cosine, max_lr: '1/0'}}\n",
        f"schedules: {{a: {{type: cosine, max_lr: {'9' * 400}}}}}\n",
        f"schedules: {{a: {{type: cosine, cycle_length: {'9' * 400}%}}}}\n",
        "schedules: {a: {type: cosine, ? [1] : 2}}\n",
        "run: 5\nschedules: {a: cosine}\n",
        "run: {epochs: 1.5}\nschedules: {a: cosine}\n",
        "run: {epochs: 1e400}\nschedules: {a: cosine}\n",
        "defaults: 5\nschedules: {a: cosine}\n",
        "defaults: {gamma: 0.5}\nschedules: {a: cosine}\n",
        "{}\n",
        "schedules: {a: {type: cosine, max_lr: true}}\n",
        "schedules: {é: {type: cosine, ünit: 1}}\n",
    ],
)
def test_a_file_that_is_no_spec_is_refused_with_a_place(text: str) -> None:
    with pytest.raises(lrcli.SpecError) as caught:
        lrcli.load(text + "\n")
    assert all(problem.place.startswith("<text>") for problem in caught.value.problems)


SIGNS = [
    *"abc-:?,[]{}&*!|>'\"%#@` \t\r\n\x85\u2028\ufeff",
    *(
        "key",
        "1e-3",
        ": ",
        "- ",
        ", ",
        "\n",
        "\n  ",
        "# c",
        " # c\n",
        "'q'",
        "&a ",
        "*a",
        "---\n",
        "%YAML 1.1\n",
        "<<: ",
    ),
]


def composed(text: str, reader: YAML) -> object:
    """Return the nodes of a text with their places, or what is wrong with it."""
    try:
        node = reader.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        return str(error.problem), (mark.line, mark.column) if mark else None
    except (YAMLError, ValueError) as error:
        return str(error)
    return None if node is None else tree(node)


def tree(node: Node) -> object:
    start = node.start_mark
    head = str(node.tag), start.line, start.column, start.index
    if isinstance(node, MappingNode):
        return *head, [(tree(key), tree(value)) for key, value in node.value]
    return *head, [tree(one) for one in node.value] if isinstance(node, SequenceNode) else node.value


@pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")
@given(st.lists(st.sampled_from(SIGNS), max_size=30).map("".join))
@settings(max_examples=1000)
def test_the_nodes_and_errors_are_those_of_ruamel(text: str) -> None:
    assert composed(text, Reader()) == composed(text, YAML(typ="safe", pure=True))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_the_nodes_of_files_are_those_of_ruamel(path: Path) -> None:
    text = path.read_text()
    assert composed(text, Reader()) == composed(text, YAML(typ="safe", pure=True)) is not None
