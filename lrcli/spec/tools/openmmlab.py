"""OpenMMLab's configurations: param_scheduler, a list whose entries each multiply the lr while they last."""

from __future__ import annotations

from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

_STEPPED = ("MultiStepLR", "StepLR", "ExponentialLR")
_NO_FACTOR = ("OneCycleLR", "CosineRestartLR", "ReduceOnPlateauLR")
"""Schedulers that set the lr, or depend on a metric, instead of multiplying the lr by a function of t."""


def _read(config: Config) -> Recognised:
    entries = config.get("param_scheduler")
    entries = [entries] if isinstance(entries, dict) else entries
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise config.wrong("param_scheduler", f"param_scheduler must be a list of dict(…), not {shown(entries)}")
    optimizer = config.section("optim_wrapper").section("optimizer")
    lr = optimizer.above_0("lr")
    run = _run(config)
    parts = [Config(entry, (*config.at("param_scheduler"), i), config.updates) for i, entry in enumerate(entries)]
    understood = f"OpenMMLab's: {', '.join(part.text('type') for part in parts)}, lr={lr:g}"
    keys = {
        "max_lr": optimizer.at("lr"),
        "base_lr": optimizer.at("lr"),
        "param_scheduler": config.at("param_scheduler"),
    }
    if not _are_separate(parts):
        return Recognised(_stepped_through(parts, lr), run, understood, keys)
    formula = "*".join(["max_lr", *(_factor(part, lr) for part in parts)])
    return Recognised({"type": "expr", "lr": formula, "max_lr": lr}, run, understood, keys)


def _run(config: Config) -> RunOptions:
    loop = config.section("train_cfg")
    if "max_iters" in loop:
        return RunOptions(steps=loop.count("max_iters"), steps_per_epoch=config.updates)
    updates = loop.updates_of("max_epochs", "max_epochs")
    return RunOptions(steps=loop.count("max_epochs") * updates, steps_per_epoch=updates)


def _are_separate(parts: list[Config]) -> bool:
    """Return whether no two smooth schedules overlap: the second would start from the lr that the first has changed."""
    end = 0.0
    for part in parts:
        if part.text("type") in _NO_FACTOR:
            return False
        if part.text("type") in _STEPPED:
            continue
        begin, last = _span(part)
        if begin < end:
            return False
        end = last
    return True


def _stepped_through(parts: list[Config], lr: float) -> dict[str, object]:
    """Return the list as mmengine's own schedulers, which change the same lr one after the other."""
    members = [{**part.data, "type": f"mmengine.{part.text('type')}"} for part in parts]
    if len(members) == 1:
        return {**members[0], "base_lr": lr}
    return {"type": "mmengine.param_scheduler", "base_lr": lr, "param_scheduler": members}


def _scale(part: Config) -> int:
    """Return how many iterations one unit of an entry has."""
    return part.updates_of("by_epoch", "by_epoch") if part.get("by_epoch", default=True) else 1


def _span(part: Config) -> tuple[float, float]:
    scale = _scale(part)
    return part.number("begin", 0) * scale, part.number("end", 10**9) * scale


def _factor(part: Config, lr: float) -> str:
    """Return the factor of an entry as a formula of the iteration t."""
    scale = _scale(part)
    whole = scale > 1 and not part.get("convert_to_iter_based", default=False)
    rate = 1 if whole else scale
    begin, end = part.number("begin", 0) * rate, part.number("end", 10**9) * rate
    unit = f"floor(t/{scale})" if whole else "t"
    since, last = f"max({unit}-{begin!r},0)", max(end - begin - 1, 1)
    kind, gamma = part.text("type"), part.number("gamma", 0.1)
    least = part.number("eta_min", 0.0) / lr
    match kind:
        case "LinearLR":
            first, final = part.number("start_factor", 1 / 3), part.number("end_factor", 1.0)
            body = f"({first!r}+({final - first!r})*min({since}/{last!r},1))"
        case "ConstantLR":
            body = f"where({unit}<{end - 1!r},{part.number('factor', 1 / 3)!r},1)"
        case "MultiStepLR":
            passed = "+".join(f"({since}>={mark * rate!r})" for mark in part.numbers("milestones"))
            return f"{gamma!r}**({passed or 0})"
        case "StepLR":
            return f"{gamma!r}**floor({since}/{part.above_0('step_size') * rate!r})"
        case "ExponentialLR":
            return f"{gamma!r}**{since}"
        case "CosineAnnealingLR":
            length = part.number("T_max", 0) * rate or end - begin
            body = f"({least!r}+(1-{least!r})*(1+cos(pi*min({since},{end - begin!r})/{length!r}))/2)"
        case "PolyLR":
            power = part.number("power", 1.0)
            body = f"({least!r}+(1-{least!r})*(1-min({since}/{last!r},1))**{power!r})"
        case _:
            raise part.wrong("type", f"{shown(kind)} of mmengine is not known to lrcli")
    return f"where({unit}<{begin!r},1,{body})" if begin > 0 else body


READER = Reader(
    name="openmmlab",
    files=".py of mmdet, mmseg, mmpretrain (read, never run)",
    marks=("param_scheduler optim_wrapper",),
    read=_read,
    steps="train_cfg.max_iters",
    epochs="train_cfg.max_epochs",
    lr="optim_wrapper.optimizer.lr",
)
