"""axolotl's YAML: the Trainer's schedulers, and axolotl's own.

Sources: axolotl/core/trainers/mixins/scheduler.py and axolotl/utils/schedulers.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.problems import Finding, SpecError
from lrcli.run import RunOptions
from lrcli.spec.tools import deepspeed
from lrcli.spec.tools.reader import BatchKeys, Reader, Recognised
from lrcli.spec.tools.trainer import METRIC_DRIVEN, Arguments, recognised, total_steps

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_COSINE = ("cosine_min_lr_ratio", "cosine_constant_lr_ratio", "lr_quadratic_warmup")


def _read(config: Config) -> Recognised:
    kind = str(config.get("lr_scheduler") or "cosine").rpartition(".")[2].lower()
    total, how = total_steps(config, epochs=1.0)
    if kind in METRIC_DRIVEN:
        _translate_evaluations(config, total)
    warmup, lr = _warmup(config, total), config.number("learning_rate")
    kwargs = config.mapping("lr_scheduler_kwargs")
    found = list(_without_effect(config, kind))
    spec = _own(config, kind, lr, warmup, total)
    args = Arguments("axolotl's", kind, lr, kwargs, warmup, total, how)
    replaced = deepspeed.inside(config, lr, (warmup, total), replaced=f"lr_scheduler={kind}")
    if replaced is not None:
        read = replaced._replace(understood=f"axolotl's with {replaced.understood}")
    elif spec is None:
        read = recognised(config, args)
    else:
        facts = f"{kind}, learning_rate={lr:g}, {warmup} warm-up steps of {total} ({how})"
        keys = {"max_lr": config.at("learning_rate")}
        run = RunOptions(steps=total, steps_per_epoch=config.updates)
        read = Recognised(spec | (kwargs if kind == "one_cycle" else {}), run, f"axolotl's: {facts}", keys)
    return read._replace(keys={**read.keys, "type": config.at("lr_scheduler")}, findings=(*read.findings, *found))


def _own(config: Config, kind: str, lr: float, warmup: int, total: int) -> dict[str, object] | None:
    """Return a scheduler that transformers does not have; None if it is the Trainer's.

    `one_cycle` is torch's OneCycleLR; the others have the formulas of get_cosine_schedule_with_… and RexLR.
    """
    least = config.number("cosine_min_lr_ratio", 0.0)
    if kind == "one_cycle":
        share = warmup / total
        values = {"max_lr": lr, "total_steps": total, "pct_start": share, "anneal_strategy": "cos"}
        return {"type": "torch.OneCycleLR", **values}
    formula = ""
    if kind == "rex":
        formula = _rex(least, warmup, total)
    elif kind == "cosine":
        formula = _cosine(config, least, warmup, total)
    return {"type": "expr", "lr": f"max_lr*({formula})", "max_lr": lr} if formula else None


def _rex(least: float, warmup: int, total: int) -> str:
    """Return the formula of RexLR, as a share of the peak."""
    if warmup > total:
        raise SpecError(f"axolotl raises: {warmup} warm-up steps are more than {total} in all")
    span = max(total - warmup, 1)
    z = f"(1-(t-{warmup})/{span})"
    first = (warmup % span or span) / span if warmup else 1.0
    fall = f"{least!r}+{1 - least!r}*{z}/(0.1+0.9*{z})"
    start = least + (1 - least) * first / (0.1 + 0.9 * first)
    return f"where(t<1,{start!r},where(t<={warmup},t/{max(warmup, 1)},{fall}))"


def _cosine(config: Config, least: float, warmup: int, total: int) -> str:
    """Return the formula of one of axolotl's cosines, as a share of the peak; empty if it is the Trainer's."""
    rise = f"t/{max(warmup, 1)}"
    if config.get("lr_quadratic_warmup"):
        return f"where(t<{warmup},({rise})**2,{_wave('t', warmup, total)})"
    if not least:
        return ""
    wave = _wave("t", warmup, total)
    if constant := config.number("cosine_constant_lr_ratio", 0.0):
        end = int(total * constant)
        wave = _wave(f"min(t,{end})", warmup, end)
    return f"where(t<{warmup},{rise},{1 - least!r}*{wave}+{least!r})"


def _wave(t: str, warmup: int, end: int) -> str:
    """Return the formula of half a cosine from 1 at the end of the warm-up to 0."""
    return f"(1+cos(pi*({t}-{warmup})/{max(end - warmup, 1)}))/2"


def _without_effect(config: Config, kind: str) -> list[Finding]:
    """Return a finding for each key of the cosine that axolotl does not use here."""
    config.read.update(_COSINE)
    least, constant, quadratic = (bool(config.data.get(key)) for key in _COSINE)
    ignored = {
        "cosine_min_lr_ratio": least and (kind not in ("cosine", "rex") or (quadratic and kind == "cosine")),
        "cosine_constant_lr_ratio": constant and (kind != "cosine" or not least or quadratic),
        "lr_quadratic_warmup": quadratic and kind != "cosine",
    }
    why = "lr_quadratic_warmup" if quadratic and kind == "cosine" else f"lr_scheduler: {kind}"
    why = why if least or kind != "cosine" else "no cosine_min_lr_ratio"
    return [
        Finding("LR026", f"{key} has no effect with {why}", "Leave it out.", path=config.at(key))
        for key, is_ignored in ignored.items()
        if is_ignored
    ]


def _translate_evaluations(config: Config, total: int) -> None:
    """Replace axolotl's evals_per_epoch by the Trainer's eval_strategy and eval_steps."""
    if "evals_per_epoch" in config and "eval_strategy" not in config:
        per_epoch = config.count("evals_per_epoch")
        epochs = config.above_0("num_epochs", 1.0)
        config.data = config.data | {"eval_strategy": "steps", "eval_steps": max(1 / (per_epoch * epochs), 1 / total)}
    elif "eval_steps" in config and "eval_strategy" not in config:
        config.data = config.data | {"eval_strategy": "steps"}


def _warmup(config: Config, total: int) -> int:
    """Return axolotl's warm-up: by default 3 % of the run, but at most 100 steps; one step becomes two."""
    if "warmup_steps" in config:
        steps = int(config.number("warmup_steps"))
    elif "warmup_ratio" in config:
        steps = int(config.number("warmup_ratio") * total)
    else:
        steps = min(int(0.03 * total), 100)
    return 2 if steps == 1 else steps


READER = Reader(
    name="axolotl",
    files="config.yml",
    marks=("cosine_min_lr_ratio", "micro_batch_size lr_scheduler", "base_model micro_batch_size learning_rate"),
    read=_read,
    before=("transformers",),
    epochs="num_epochs",
    steps="max_steps",
    lr="learning_rate",
    warmup="warmup_steps",
    options=(
        "lr_scheduler",
        "learning_rate",
        "warmup_steps",
        "warmup_ratio",
        "num_epochs",
        "deepspeed",
        "gradient_accumulation_steps",
        "lr_scheduler_kwargs",
        *_COSINE,
    ),
    batches=BatchKeys("micro_batch_size", 1),
)
