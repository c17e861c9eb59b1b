"""nanotron's YAML: optimizer.learning_rate_scheduler and tokens.train_steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_FALLS = {"linear": "1-x", "cosine": "(1+cos(pi*x))/2", "1-sqrt": "1-sqrt(x)"}


class _Phases(NamedTuple):
    warmup: int
    begin: int
    decay: int


def _read(config: Config) -> Recognised:
    """Return the scheduler of lr_scheduler_builder (src/nanotron/helpers.py): warm-up, constant, decay, constant."""
    scheduler = config.section("optimizer").section("learning_rate_scheduler")
    steps = config.section("tokens").count("train_steps")
    lr = scheduler.number("learning_rate")
    least = scheduler.number("min_decay_lr", lr)
    phases = _phases(scheduler, steps)
    style = scheduler.text("lr_decay_style", "linear")
    if style not in _FALLS:
        raise scheduler.wrong("lr_decay_style", f"nanotron has {', '.join(_FALLS)}, not {shown(style)}")
    spec = {"type": "expr", "lr": _formula(scheduler, phases, style, least), "max_lr": lr}
    facts = f"{phases.warmup} warm-up steps, {style} from step {phases.begin} to {phases.begin + phases.decay}"
    understood = f"nanotron's: learning_rate={lr:g}, {facts}, {steps} steps"
    keys = {"max_lr": scheduler.at("learning_rate"), "type": scheduler.at("lr_decay_style")}
    return Recognised(spec, RunOptions(steps=steps), understood, keys)


def _phases(scheduler: Config, steps: int) -> _Phases:
    """Return the phases in steps; by default the decay takes the rest of the run (config.py, Config.__post_init__)."""
    warmup = int(scheduler.number("lr_warmup_steps", 0))
    decay = int(scheduler.number("lr_decay_steps", steps - warmup))
    return _Phases(warmup, int(scheduler.number("lr_decay_starting_step", warmup)), decay)


def _formula(scheduler: Config, phases: _Phases, style: str, least: float) -> str:
    warmup, begin, decay = phases
    if warmup == 0 and decay == 0:
        return "max_lr"
    climb = f"max_lr*t/{max(warmup, 1)}" if scheduler.text("lr_warmup_style", "linear") == "linear" else "max_lr"
    x = f"max(t-{begin},0)/{max(decay, 1)}"
    fall = _FALLS[style].replace("x", f"min({x},1)")
    falling = f"{least!r}+(max_lr-{least!r})*({fall})"
    return f"where(t<={warmup},{climb},where(t<{begin},max_lr,where(t<{begin + decay},{falling},{least!r})))"


READER = Reader(
    name="nanotron",
    files="YAML of nanotron's run_train.py",
    marks=("optimizer.learning_rate_scheduler", "tokens.train_steps optimizer"),
    read=_read,
    steps="tokens.train_steps",
    lr="optimizer.learning_rate_scheduler.learning_rate",
    warmup="optimizer.learning_rate_scheduler.lr_warmup_steps",
)
