"""The clocks by which a scheduler may be stepped, by name, for whoever must not load the rest."""

from __future__ import annotations

from typing import Literal

ClockName = Literal["accelerate", "micro-batch", "epoch", "step"]
"""When a scheduler is stepped: by Accelerate once a process, after each batch, epoch, or optimizer step."""
