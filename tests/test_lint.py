"""`lrcli lint`: what it finds, how it is written for machines, and what a comment leaves out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from lrcli.findings.codes import CODES
from tests.data import ROOT
from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path

BAD = "run: {epochs: 90}\nschedules:\n  a:\n    type: torch.CosineAnnealingLR\n    T_max: 60\n"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    return path


def text(value: str = "text") -> dict[str, Any]:
    return {"type": "object", "required": [value], "properties": {value: {"type": "string"}}}


LEVEL = {"enum": ["none", "note", "warning", "error"]}
FROM_1 = {"type": "integer", "minimum": 1}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": text(),
                                                "fullDescription": text(),
                                                "help": text(),
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": LEVEL},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": LEVEL,
                                "message": text(),
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation"],
                                                "additionalProperties": False,
                                                "properties": {
                                                    "artifactLocation": text("uri"),
                                                    "region": {
                                                        "type": "object",
                                                        "additionalProperties": False,
                                                        "properties": {"startLine": FROM_1, "startColumn": FROM_1},
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What lrcli may use of SARIF 2.1.0, as its schema has it (sections 3.13 to 3.30 of the standard)."""


def test_problems_of_a_file_are_reported_with_their_lines(bad: Path) -> None:
    result = inside("lint", str(bad))
    assert result.code == 1
    first, last = result.out.splitlines()
    assert first.startswith(f"{bad}:5:12: warning LR004 a: CosineAnnealingLR rises again after T_max=60: at epoch 89")
    assert first.endswith("it is back at 47 % of the peak. Set T_max=90.")
    assert last == "Found 1 warning."


def test_every_recipe_is_good() -> None:
    result = inside("lint", str(ROOT / "configs"))
    assert (result.code, result.out) == (0, "Nothing found.\n")


def test_one_unusable_file_does_not_hide_the_others(bad: Path) -> None:
    lines = inside("lint", "cosin", str(bad), "missing.yaml").out.splitlines()
    assert lines[0] == "cosin, column 1: error LR001 no schedule is called 'cosin'. Did you mean cosine?"
    assert "LR004" in lines[1]
    assert "LR002" in lines[2]
    assert lines[3] == "Found 2 errors, 1 warning."


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--exit-zero",), 0),
        (("--fail-on", "error"), 0),
        (("--fail-on", "note"), 1),
        (("--fail-on", "never"), 0),
        (("--ignore", "LR004"), 0),
        (("--select", "LR007"), 0),
        (("--select", "LR004,LR007"), 1),
        (("--select", "LR99"), 2),
        (("--output", "sarf"), 2),
    ],
)
def test_the_exit_code_is_as_asked(options: tuple[str, ...], code: int, bad: Path) -> None:
    assert inside("lint", str(bad), *options).code == code


@pytest.mark.parametrize(
    ("comment", "left"),
    [("T_max: 60  # lrcli: ignore[LR004]", True), ("T_max: 60  # lrcli: ignore[LR007]", False)],
)
def test_a_comment_leaves_a_finding_out_on_its_line(comment: str, bad: Path, *, left: bool) -> None:
    bad.write_text(BAD.replace("T_max: 60", comment))
    assert ("LR004" not in inside("lint", str(bad)).out) is left
    assert ("LR004" not in inside("table", str(bad), "--at", "0").err) is left


def test_a_comment_above_a_line_and_one_before_everything_leave_it_out_too(bad: Path) -> None:
    bad.write_text(BAD.replace("    T_max", "    # lrcli: ignore[LR001, LR004]\n    T_max"))
    assert inside("lint", str(bad)).code == 0
    bad.write_text("# lrcli: ignore[all]\n" + BAD)
    assert inside("lint", str(bad)).code == 0


def test_sarif_is_as_its_standard_has_it(bad: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.sarif"
    assert inside("lint", str(bad), "cosin", "--output", "sarif", "--output-file", str(target)).code == 1
    written = json.loads(target.read_text())
    jsonschema.validate(written, SARIF)
    (run,) = written["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(CODES)
    first = run["results"][0]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "LR004"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 12}


def test_fingerprints_do_not_change_with_numbers_and_lines(bad: Path) -> None:
    def fingerprint() -> str:
        (one,) = json.loads(inside("lint", str(bad), "--output", "gitlab").out)
        return str(one["fingerprint"])

    before = fingerprint()
    bad.write_text("\n\n" + BAD.replace("60", "50"))
    assert fingerprint() == before


def test_github_shows_a_finding_beside_its_line(bad: Path) -> None:
    said = inside("lint", str(bad), "--output", "github").out
    assert said.startswith(f"::warning file={bad},line=5,col=12,title=LR004::CosineAnnealingLR rises again")
    assert "47 %25 of the peak" in said


def test_junit_has_a_failed_case_for_each_finding(bad: Path) -> None:
    said = inside("lint", str(bad), "--output", "junit").out
    assert said.startswith("<?xml version='1.0' encoding='utf-8'?>\n<testsuites><testsuite name=\"lrcli\" tests=\"1\"")
    assert f'<testcase name="LR004" classname="{bad}" file="{bad}" line="5"><failure message="CosineAnn' in said


@pytest.mark.parametrize("verb", ["plot", "table", "compare", "lint"])
def test_the_json_of_every_verb_has_the_findings(verb: str, bad: Path) -> None:
    options = ("--output", "json") if verb == "lint" else ("--json",)
    (finding,) = json.loads(inside(verb, str(bad), *options).out)["findings"]
    assert finding["code"] == "LR004"
    assert finding["fix"] == "Set T_max=90."
    assert finding["place"] == f"{bad}:5:12"


MIXED = """# my run
run: {epochs: 90}   # three months
schedules:
  a:
    type: torch.CosineAnnealingLR   # classic
    T_max: 60      # too short
  b: {type: cosine, cycle_length: "2k"}
  c: torch.CosineAnnealingLR:T_max=50
"""


def test_diff_shows_what_fix_would_write_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(MIXED)
    result = inside("lint", str(path), "--diff")
    changes = [line for line in result.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changes == [
        "-    T_max: 60      # too short",
        '-  b: {type: cosine, cycle_length: "2k"}',
        "+    T_max: 90      # too short",
        '+  b: {type: cosine, cycle_length: "90"}',
    ]
    assert (result.code, result.err) == (1, "note: --fix would change 1 file\n")
    assert path.read_text() == MIXED


def test_fix_writes_the_lengths_and_keeps_comments_layout_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(MIXED)
    path.chmod(0o640)
    result = inside("lint", str(path), "--fix")
    assert path.read_text() == MIXED.replace("T_max: 60", "T_max: 90").replace('"2k"', '"90"')
    assert path.stat().st_mode & 0o777 == 0o640
    assert "a.yaml:8:6: warning LR004 c:" in result.out
    assert (result.code, result.err) == (1, "note: changed 1 file\n")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.yaml"]
    again = inside("lint", str(path), "--fix")
    assert (again.code, again.err) == (1, "note: none of this can be fixed automatically\n")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "a.json",
            '{"run": {"steps": 1000}, "schedules": {"a": {"type": "torch.CosineAnnealingLR", "T_max": 400}}}',
            '{"run": {"steps": 1000}, "schedules": {"a": {"type": "torch.CosineAnnealingLR", "T_max": 1000}}}',
        ),
        (
            "a.yml",
            "\ufeffrun: {epochs: 90}\r\nschedules:\r\n  a: {type: cosine, cycle_length: 2e2}\r\n",
            "\ufeffrun: {epochs: 90}\r\nschedules:\r\n  a: {type: cosine, cycle_length: 90}\r\n",
        ),
        (
            "hf.yaml",
            "run: {steps: 900}\nschedules: {a: {type: hf.cosine, num_training_steps: 3000}}\n",
            "run: {steps: 900}\nschedules: {a: {type: hf.cosine, num_training_steps: 900}}\n",
        ),
        (
            "two.yaml",  # one value for two runs
            "schedules:\n  a: &a {type: cosine, cycle_length: 50, run: {epochs: 9}}\n  b: {<<: *a, run: {epochs: 8}}\n",
            None,
        ),
        ("e.yaml", "run: {epochs: 90}\nschedules: {a: {type: torch.CosineAnnealingLR, T_max: 60ep}}\n", None),
        ("f.txt", "run: {epochs: 90}\nschedules: {a: {type: torch.CosineAnnealingLR, T_max: 60}}\n", None),
    ],
)
def test_only_what_is_certain_is_fixed(tmp_path: Path, name: str, before: str, after: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(before.encode())
    inside("lint", str(path), "--fix")
    assert path.read_bytes().decode() == (after or before)


def test_a_link_stays_a_link_and_what_cannot_be_written_stays_as_it_is(tmp_path: Path) -> None:
    file, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text(BAD)
    link.symlink_to(file)
    assert inside("lint", str(link), "--fix").code == 0
    assert link.is_symlink()
    assert file.read_text() == BAD.replace("60", "90")


def test_fix_goes_with_every_output_and_diff_with_text_alone(bad: Path) -> None:
    assert inside("lint", str(bad), "--diff", "--output", "json").code == 2
    result = inside("lint", str(bad), "--fix", "--output", "json")
    assert (result.code, json.loads(result.out)["findings"]) == (0, [])
    assert inside("lint", "torch.CosineAnnealingLR:T_max=60", "--epochs", "90", "--fix").code == 1


def test_shares_are_written_as_a_person_does() -> None:
    from lrcli.numbers import percent

    shares = (0.0, 1e-9, 2.5e-5, 0.004712, 0.586, 0.9996, 1.0, 123.4)
    assert [percent(share) for share in shares] == [
        "0 %", "< 0.0001 %", "0.0025 %", "0.471 %", "58.6 %", "100 %", "100 %", "12,340 %",
    ]  # fmt: skip


@pytest.mark.parametrize("ignore", ["LR004", "[LR004]", "all", "LR004, LR007"])
def test_a_file_says_what_is_left_out_of_it(tmp_path: Path, ignore: str) -> None:
    text = "run: {epochs: 90}\nschedules: {a: {type: torch.CosineAnnealingLR, T_max: 60}}\n"
    (tmp_path / "a.yaml").write_text(f"ignore: {ignore}\n{text}")
    for verb in ("lint", "plot"):
        result = inside(verb, "a.yaml", cwd=str(tmp_path))
        assert result.code == 0
        assert "LR004" not in result.out + result.err
    (tmp_path / "a.yaml").write_text(text)
    assert "LR004" in inside("lint", "a.yaml", cwd=str(tmp_path)).out


def test_a_code_that_there_is_not_cannot_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("schedules: {a: cosine}\nignore: [LR404]\n")
    result = inside("plot", "a.yaml", cwd=str(tmp_path))
    assert (result.code, result.err.partition("; ")[0]) == (2, "error: a.yaml:2:9: no finding has the code 'LR404'")
