"""The build hook that puts the manual page and the completions, as lrcli itself prints them, into share/ of a wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MADE = {
    "man/man1/lrcli.1": ["man"],
    "bash-completion/completions/lrcli": ["--show-completion", "bash"],
    "zsh/site-functions/_lrcli": ["--show-completion", "zsh"],
    "fish/vendor_completions.d/lrcli.fish": ["--show-completion", "fish"],
}
"""What stands in share/, by the arguments that make lrcli print it."""


class ShareHook(BuildHookInterface[Any]):
    """Print each of them with the lrcli that is being built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a wheel; an editable one does without."""
        if version == "editable":
            return
        folder = Path(mkdtemp())
        for name, arguments in MADE.items():
            path = folder / name
            path.parent.mkdir(parents=True)
            path.write_bytes(self._printed(arguments))
            build_data["shared_data"][str(path)] = f"share/{name}"

    def _printed(self, arguments: list[str]) -> bytes:
        path = os.pathsep.join([self.root, *filter(None, [os.environ.get("PYTHONPATH")])])  # pip's build packages too
        env = os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "lrcli", *arguments]
        return subprocess.run(command, env=env, cwd=self.root, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603
