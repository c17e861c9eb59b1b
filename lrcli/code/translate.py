"""lrcli's schedules in the frameworks' own classes: a proposal, which is then compared with what was asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lrcli.compose import Product, Sequence, Spec, around, own_run, timetable, with_batch
from lrcli.frameworks.scheduler import OnOptimizer
from lrcli.outline import lr_at
from lrcli.problems import SpecError
from lrcli.schedules import Linear, Schedule
from lrcli.spec.build import build

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.run import Run

Data = dict[str, Any]


def is_limited(spec: Spec) -> bool:
    """Return whether a spec is limited, scaled or cut, for which no framework has a word."""
    outer = around(spec)
    return outer.scale != 1 or outer.floor != 0 or outer.cap is not None or outer.for_ is not None


def in_theirs(spec: Spec, run: Run, framework: str) -> OnOptimizer | None:
    """Return a spec in a framework's own classes, the same or nearly the same; None if none comes near.

    Args:
        spec: One of lrcli's schedules, or a sequence of them.
        run: Its run.
        framework: `torch`, `transformers` or `timm`.
    """
    if not isinstance(spec, Schedule | Sequence) or is_limited(spec):
        return None
    whole: Any = with_batch(spec)  # type: ignore[type-var] # what it is stays what it is
    proposals = {"torch": _torch, "transformers": _transformers, "timm": _timm}
    try:
        data = proposals[framework](whole, run)
        found = None if data is None else build(data)
    except SpecError:  # a length that is not whole, say: the class cannot say it
        return None
    return found if isinstance(found, OnOptimizer) else None


def _torch(spec: Schedule | Sequence, run: Run) -> Data | None:
    """Return torch's classes: a warm-up and the parts of a sequence are members of SequentialLR."""
    parts = parts_in_turn(spec, run)
    members = [_said(TORCH, part, own) for part, _, own in parts]
    if None in members:
        return None
    bases = {member["base_lr"] for member in members if member}
    if len(bases) > 1 or len(members) == 1:
        return members[0] if len(members) == 1 else None
    starts = [start for _, start, _ in parts[1:]]
    return {"type": "torch.SequentialLR", "base_lr": bases.pop(), "schedulers": members, "milestones": starts}


def _said(table: dict[str, Callable[[Any, Run], Data]], spec: Any, run: Run) -> Data | None:  # noqa: ANN401 - any spec
    """Return what a table makes of a schedule."""
    if isinstance(spec, Sequence | Product | OnOptimizer) or spec.tag() not in table:
        return None
    return table[spec.tag()](spec, run)


def parts_in_turn(spec: Schedule | Sequence, run: Run) -> list[tuple[Any, float, Run]]:
    """Return the parts of a spec, and before them its warm-up as a line, each with its start and its run."""
    before, own = run.of(spec.warmup), own_run(spec, run)
    if isinstance(spec, Sequence) and spec.repeat == 1:
        parts: list[tuple[Any, float, Run]] = [
            (turn.part.replaced(for_=None), before + turn.start, turn.run) for turn in timetable(spec, own)
        ]
    else:
        parts = [(spec.replaced(warmup=0.0, warmup_from=0.0, warmup_shape="linear"), before, own)]
    if not before:
        return parts
    if not spec.warmup_prefix or spec.warmup_shape != "linear":
        return [(spec, 0.0, run)] if isinstance(spec, Sequence) else [(Sequence(parts=(spec,)), 0.0, run)]
    top = lr_at(parts[0][0], 0.0, parts[0][2])
    climb = Linear(start_lr=spec.warmup_from, end_lr=top, length=before)
    return [(climb, 0.0, run.within(before)), *parts]


def _torch_line(s: Any, run: Run) -> Data:  # noqa: ANN401 - of the schedule that the table says
    length, top = run.of(s.length), max(s.start_lr, s.end_lr)
    if s.start_lr == 0:
        return {"type": "torch.LambdaLR", "base_lr": top, "lr_lambda": f"min(epoch / {length:g}, 1)"}
    factors = {"start_factor": s.start_lr / top, "end_factor": s.end_lr / top}
    return {"type": "torch.LinearLR", "base_lr": top, "total_iters": length, **factors}


def _whole(number: float) -> float:
    """Return a whole number as an int, which torch insists on."""
    return int(number) if float(number).is_integer() else number


def _torch_one_cycle(s: Any, run: Run) -> Data:  # noqa: ANN401
    own = {name: getattr(s, name) for name in ("max_lr", "div_factor", "final_div_factor", "three_phase")}
    phases = {"pct_start": s.pct_start, "anneal_strategy": s.anneal}
    first = {"base_lr": s.max_lr / s.div_factor, "total_steps": _whole(run.span)}
    return {"type": "torch.OneCycleLR", **first, **own, **phases}


def _plateau(s: Any) -> Data:  # noqa: ANN401
    names = ("mode", "factor", "patience", "threshold", "threshold_mode", "min_lr", "cooldown", "eps")
    return {"base_lr": s.max_lr, **{name: getattr(s, name) for name in names}}


TORCH: dict[str, Callable[[Any, Run], Data]] = {
    "constant": lambda s, _: {"type": "torch.ConstantLR", "base_lr": s.max_lr, "factor": 1.0, "total_iters": 1},
    "linear": _torch_line,
    "cosine": lambda s, run: {
        "type": "torch.CosineAnnealingLR", "base_lr": s.max_lr, "T_max": run.of(s.cycle_length), "eta_min": s.min_lr,
    },
    "cosine-restarts": lambda s, run: {
        "type": "torch.CosineAnnealingWarmRestarts", "base_lr": s.max_lr, "T_0": _whole(run.of(s.cycle_length)),
        "T_mult": _whole(s.cycle_mult), "eta_min": s.min_lr,
    },
    "step": lambda s, run: {
        "type": "torch.StepLR", "base_lr": s.max_lr, "step_size": run.of(s.step_size), "gamma": s.gamma,
    },
    "multistep": lambda s, run: {
        "type": "torch.MultiStepLR", "base_lr": s.max_lr, "milestones": [run.of(one) for one in s.milestones],
        "gamma": s.gamma,
    },
    "exponential": lambda s, _: {"type": "torch.ExponentialLR", "base_lr": s.max_lr, "gamma": s.gamma},
    "polynomial": lambda s, run: {
        "type": "torch.PolynomialLR", "base_lr": s.max_lr, "total_iters": run.of(s.max_update), "power": s.power,
    },
    "one-cycle": _torch_one_cycle,
    "plateau": lambda s, _: {"type": "torch.ReduceLROnPlateau", **_plateau(s)},
}  # fmt: skip
"""One class of torch for one schedule without a warm-up."""


def _transformers(spec: Schedule | Sequence, run: Run) -> Data | None:
    """Return transformers' schedule for one schedule with a linear warm-up from 0."""
    if isinstance(spec, Sequence) or spec.warmup_from or spec.warmup_shape != "linear" or not spec.warmup_prefix:
        return None
    return _said(TRANSFORMERS, spec, run)


def _timed(s: Any, run: Run, length: float | str | None) -> Data:  # noqa: ANN401
    """Return the warm-up, and the end of a schedule that is so long after it."""
    warmup = run.of(s.warmup)
    return {"num_warmup_steps": warmup, "num_training_steps": warmup + own_run(s, run).of(length)}


def _transformers_cosine(s: Any, run: Run) -> Data:  # noqa: ANN401
    kind = (
        {"type": "transformers.cosine_with_min_lr", "min_lr": s.min_lr} if s.min_lr else {"type": "transformers.cosine"}
    )
    return {**kind, "base_lr": s.max_lr, **_timed(s, run, s.cycle_length)}


def _transformers_wsd(s: Any, run: Run) -> Data:  # noqa: ANN401
    warmup, decay = run.of(s.warmup), run.of(s.decay_length)
    phases = {"num_warmup_steps": warmup, "num_decay_steps": decay, "num_stable_steps": run.span - warmup - decay}
    shape = {"decay_type": s.decay_shape, "min_lr_ratio": s.min_lr / s.max_lr}
    return {"type": "transformers.warmup_stable_decay", "base_lr": s.max_lr, **phases, **shape}


TRANSFORMERS: dict[str, Callable[[Any, Run], Data]] = {
    "constant": lambda s, run: {
        "type": "transformers.constant_with_warmup", "base_lr": s.max_lr, "num_warmup_steps": run.of(s.warmup),
    } if s.warmup else {"type": "transformers.constant", "base_lr": s.max_lr},
    "linear": lambda s, run: {"type": "transformers.linear", "base_lr": s.start_lr, **_timed(s, run, s.length)},
    "cosine": _transformers_cosine,
    "cosine-restarts": lambda s, run: {
        "type": "transformers.cosine_with_restarts", "base_lr": s.max_lr, **_timed(s, run, None),
        "num_cycles": own_run(s, run).span / run.of(s.cycle_length),
    },
    "polynomial": lambda s, run: {
        "type": "transformers.polynomial", "base_lr": s.max_lr, "lr_end": s.min_lr, "power": s.power,
        **_timed(s, run, s.max_update),
    },
    "wsd": _transformers_wsd,
    "plateau": lambda s, _: {"type": "transformers.reduce_lr_on_plateau", **_plateau(s)},
}  # fmt: skip
"""transformers' schedule for one schedule with its warm-up."""


def _timm(spec: Schedule | Sequence, run: Run) -> Data | None:
    """Return timm's scheduler for one schedule with a linear warm-up."""
    if isinstance(spec, Sequence) or spec.warmup_shape != "linear":
        return None
    data = _said(TIMM, spec, run)
    if data is None or spec.tag() == "plateau":
        return data
    warmup: Data = {"warmup_t": run.of(spec.warmup), "warmup_lr_init": spec.warmup_from}
    prefix = {} if spec.tag() == "wsd" else {"warmup_prefix": spec.warmup_prefix}
    return {**data, **warmup, **prefix, "t_in_epochs": run.unit == "epoch"}


def _timm_steps(rate: float, every: float, top: float) -> Data:
    return {"type": "timm.StepLRScheduler", "base_lr": top, "decay_t": every, "decay_rate": rate}


TIMM: dict[str, Callable[[Any, Run], Data]] = {
    "constant": lambda s, _: _timm_steps(1.0, 1.0, s.max_lr),
    "exponential": lambda s, _: _timm_steps(s.gamma, 1.0, s.max_lr),
    "step": lambda s, run: _timm_steps(s.gamma, run.of(s.step_size), s.max_lr),
    "multistep": lambda s, run: {
        "type": "timm.MultiStepLRScheduler", "base_lr": s.max_lr, "decay_rate": s.gamma,
        "decay_t": [math.ceil(run.of(one)) + 1 for one in s.milestones],
    },
    "cosine": lambda s, run: {
        "type": "timm.CosineLRScheduler", "base_lr": s.max_lr, "lr_min": s.min_lr,
        "t_initial": own_run(s, run).of(s.cycle_length),
    },
    "cosine-restarts": lambda s, run: {
        "type": "timm.CosineLRScheduler", "base_lr": s.max_lr, "lr_min": s.min_lr, "cycle_mul": s.cycle_mult,
        "t_initial": run.of(s.cycle_length), "cycle_decay": s.cycle_decay,
        "cycle_limit": math.ceil(run.span / run.of(s.cycle_length)),
    },
    "linear": lambda s, run: {
        "type": "timm.PolyLRScheduler", "base_lr": s.start_lr, "lr_min": s.end_lr, "power": 1.0,
        "t_initial": own_run(s, run).of(s.length),
    },
    "polynomial": lambda s, run: {
        "type": "timm.PolyLRScheduler", "base_lr": s.max_lr, "lr_min": s.min_lr, "power": s.power,
        "t_initial": own_run(s, run).of(s.max_update),
    },
    "wsd": lambda s, run: {
        "type": "timm.WSDLRScheduler", "base_lr": s.max_lr, "lr_min": s.min_lr,
        "t_initial": run.span - run.of(s.warmup), "decay_t": run.of(s.decay_length),
        "decay_fn": "exp" if s.decay_shape == "exponential" else s.decay_shape,
        **({"decay_ratio": s.decay_ratio} if s.decay_shape == "exponential" else {}),
    },
    "plateau": lambda s, run: {
        "type": "timm.PlateauLRScheduler", "base_lr": s.max_lr, "decay_rate": s.factor, "patience_t": s.patience,
        "threshold": s.threshold, "cooldown_t": s.cooldown, "lr_min": s.min_lr, "mode": s.mode,
        "warmup_t": run.of(s.warmup), "warmup_lr_init": s.warmup_from,
    },
}  # fmt: skip
"""timm's scheduler for one schedule without a warm-up."""
