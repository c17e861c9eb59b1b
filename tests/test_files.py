"""Files that are written: whole or not at all, never over another one unasked, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lrcli
from lrcli.export.files import NotWrittenError, write_file
from tests.shell import environment, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def chunks(meanwhile: Callable[[], object] = lambda: None) -> Iterator[bytes]:
    """Yield a file; something happens in the middle of it."""
    yield b"epoch,lr\n"
    meanwhile()
    yield b"0,0.1\n"


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    with pytest.raises(lrcli.SpecError, match=r"r\.csv is already there; --force replaces it"):
        write_file(path, chunks(lambda: path.write_text("PRECIOUS")), force=False)
    assert path.read_text() == "PRECIOUS"
    assert list(tmp_path.iterdir()) == [path]
    write_file(path, chunks(lambda: path.write_text("OLD")), force=True)
    assert path.read_text() == "epoch,lr\n0,0.1\n"


@pytest.mark.parametrize("errno", [1, 95])
def test_it_is_kept_where_the_file_system_has_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, errno: int
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno, os.strerror(errno))

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "r.csv"
    with pytest.raises(lrcli.SpecError, match="already there"):
        write_file(path, chunks(lambda: path.write_text("PRECIOUS")), force=False)
    assert path.read_text() == "PRECIOUS"
    path.unlink()
    write_file(path, chunks(), force=False)
    assert path.read_text() == "epoch,lr\n0,0.1\n"
    assert list(tmp_path.iterdir()) == [path]


def test_the_name_meanwhile_cannot_be_foreseen_and_is_not_followed(tmp_path: Path) -> None:
    seen: set[Path] = set()
    for name in ("a.csv", "b.csv", "a" * 251 + ".csv"):
        write_file(tmp_path / name, chunks(lambda: seen.update(tmp_path.iterdir())), force=False)
    parts = [path for path in seen if path.name.startswith(".lrcli-")]
    assert len(parts) == len({part.name[7:23] for part in parts}) == 3
    assert not any(part.exists() for part in parts)


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("PRECIOUS")
    for there in ("target", "nowhere"):
        link = tmp_path / f"{there}.csv"
        link.symlink_to(tmp_path / there)
        with pytest.raises(lrcli.SpecError, match="already there"):
            write_file(link, chunks(), force=False)
        write_file(link, chunks(), force=True)
        assert not link.is_symlink()
    assert (tmp_path / "target").read_text() == "PRECIOUS"
    assert not (tmp_path / "nowhere").exists()


def test_its_permissions_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "r.csv", chunks(), force=False)
    finally:
        os.umask(before)
    assert (tmp_path / "r.csv").stat().st_mode & 0o777 == 0o640


def test_nothing_stays_of_what_fails(tmp_path: Path) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(NotWrittenError, match="no space left"):
        write_file(tmp_path / "r.csv", chunks(full), force=False)
    with pytest.raises(NotWrittenError, match="no such file"):
        write_file(tmp_path / "none" / "r.csv", chunks(), force=False)
    with pytest.raises(NotWrittenError, match="file name too long"):
        write_file(tmp_path / ("a" * 300), chunks(), force=False)
    assert list(tmp_path.iterdir()) == []


def test_two_exports_to_one_name_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert inside("export", "cosine", "-o", "r.csv").code == 0
    second = inside("export", "cosine", "-o", "r.csv")
    assert (second.code, second.err) == (2, "error: r.csv is already there; --force replaces it\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_an_export_without_a_trace(number: signal.Signals, tmp_path: Path) -> None:
    run = [sys.executable, "-m", "lrcli", "export", "cosine", "--steps", "100M", "-o", "r.csv"]
    started = subprocess.Popen(run, env=environment(), cwd=tmp_path, stderr=subprocess.PIPE)
    while not any(tmp_path.iterdir()) and started.poll() is None:
        time.sleep(0.01)
    started.send_signal(number)
    assert started.communicate()[1] == b""
    assert (started.returncode, list(tmp_path.iterdir())) == (128 + number, [])


def test_ctrl_c_while_it_starts_is_quiet(tmp_path: Path) -> None:
    """Stop it at the first module of typer that it loads."""
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\n")
    run = [sys.executable, "-m", "lrcli", "list"]
    path = f"{tmp_path}{os.pathsep}{Path(lrcli.__file__).parents[1]}"
    done = subprocess.run(run, env=environment(PYTHONPATH=path), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
