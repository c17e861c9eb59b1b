"""The names of the clocks by which a scheduler may be stepped, importable without numpy."""

from __future__ import annotations

from typing import Literal

ClockName = Literal["accelerate", "micro-batch", "epoch", "step"]
"""When a scheduler is stepped: by Accelerate once a process, after each batch, epoch, or optimizer step."""
