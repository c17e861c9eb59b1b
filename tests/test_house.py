"""The packages in the order of lrcli/README.md: each imports only from those before it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.data import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUSE = ROOT / "lrcli"
ROOMS = [
    room
    for row in re.findall(r"^\| (`.*?) \|", (ROOT / "lrcli" / "README.md").read_text(), re.MULTILINE)
    for room in re.findall(r"`(\w+)`", row)
]


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the room of each module, and its file; the package itself and `python -m` are doors, not rooms."""
    for path in HOUSE.rglob("*.py"):
        room = path.relative_to(HOUSE).with_suffix("").parts[0]
        if not room.startswith("__"):
            yield room, path


def imported(path: Path) -> Iterator[str]:
    """Yield the rooms that a module imports from when it runs, at once or later, less what only types need."""
    tree = ast.parse(path.read_text())
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "lrcli":
            _, _, rest = str(node.module).partition(".")
            yield from [rest.partition(".")[0]] if rest else (name.name for name in node.names)


def test_the_readme_shows_every_room() -> None:
    assert {room for room, _ in modules()} == set(ROOMS)
    assert len(ROOMS) == len(set(ROOMS))


def test_a_room_imports_only_from_those_before_it() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {other}"
        for room, path in modules()
        for other in imported(path)
        if other in ROOMS and ROOMS.index(other) > ROOMS.index(room)
    ]
    assert wrong == []


def test_only_one_file_each_knows_the_libraries_that_might_be_changed_for_others() -> None:
    for package, home in [("pyarrow", "export/parquet.py")]:
        line = re.compile(rf"^\s*(import|from) {package}", re.MULTILINE)
        assert {path for _, path in modules() if line.search(path.read_text())} == {HOUSE / home}
