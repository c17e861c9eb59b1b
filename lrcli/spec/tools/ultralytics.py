"""Ultralytics' args.yaml: YOLO's lr of every iteration, with its warm-up in iterations."""

from __future__ import annotations

from lrcli.problems import Finding, SpecError
from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config
from lrcli.spec.tools.reader import BatchKeys, Reader, Recognised

_SHORTEST_WARMUP = 100


def _read(config: Config) -> Recognised:
    epochs, batches = config.count("epochs", 100), config.updates_of("epochs", "epochs")
    found: list[Finding] = []
    lr = _auto(config, epochs * batches, found) if _is_auto(config) else config.number("lr0", 0.01)
    final, cosine = config.number("lrf", 0.01), bool(config.get("cos_lr"))
    config.read.update(("lr0", "warmup_bias_lr"))
    share = f"floor(t/{batches})/{epochs}"
    fall = f"(1+cos(pi*{share}))/2" if cosine else f"(1-{share})"
    warmup = _warmup(config, epochs, batches, found)
    rise = f"*min(t/{warmup},1)" if warmup else ""
    formula = f"max_lr*({final!r}+(1-{final!r})*{fall}){rise}"
    shape = "cosine" if cosine else "linear"
    facts = f"lr0={lr:g}, {shape} to lrf={final:g} of it, {warmup} warm-up iterations of {epochs * batches}"
    understood = f"Ultralytics' args: {facts}"
    run = RunOptions(steps=epochs * batches, steps_per_epoch=batches)
    spec = {"type": "expr", "lr": formula, "max_lr": lr}
    return Recognised(spec, run, understood, {"max_lr": config.at("lr0")}, tuple(found))


def _is_auto(config: Config) -> bool:
    return str(config.get("optimizer", "auto")).lower() == "auto"


def _auto(config: Config, iterations: int, found: list[Finding]) -> float:
    """Return the lr that `optimizer: auto` chooses: by the number of classes, or 0.01 for a long run."""
    if iterations > 10_000:
        lr, why = 0.01, "0.01, for more than 10,000 iterations"
    else:
        classes = _classes(config)
        lr = round(0.002 * 5 / (4 + classes), 6)
        why = f"{lr:g} for {classes} classes"
    message = f"optimizer: auto ignores lr0={config.get('lr0', 0.01)}: the lr is {why}"
    found.append(Finding("LR026", message, "Name an optimizer to set lr0.", path=config.at("lr0")))
    return lr


def _classes(config: Config) -> int:
    """Return the number of classes: that of the file, or of the data set's YAML beside it.

    Raises:
        SpecError: If it is not known.
    """
    named = config.get("data")
    if "nc" not in config and isinstance(named, str) and config.beside is not None:
        try:
            data = config.beside(named)
        except SpecError:
            data = None
        if isinstance(data, dict):
            names = data.get("names")
            config = Config({"nc": data.get("nc") or (len(names) if isinstance(names, list | dict) else None)})
    if "nc" not in config:
        message = "in Ultralytics' args optimizer: auto ignores lr0 and sets the lr by the number of classes"
        raise config.wrong(
            "optimizer", f"{message}: say it with --set nc=80, or put the data set's YAML beside the file"
        )
    return config.count("nc")


def _warmup(config: Config, epochs: int, batches: int, found: list[Finding]) -> int:
    """Return the iterations of the warm-up: at least 100 of them, which Ultralytics 8.4.190 no longer asks for."""
    length = config.number("warmup_epochs", 3.0)
    if length <= 0:
        return 0
    steps, newest = max(round(length * batches), _SHORTEST_WARMUP), round(min(length, epochs - 1) * batches)
    if steps != newest:
        message = f"the warm-up takes {steps} iterations, as in versions before 8.4.190; since then it takes {newest}"
        found.append(Finding("", message, severity="note"))
    return steps


READER = Reader(
    name="ultralytics",
    files="args.yaml of YOLO",
    marks=("lr0 lrf", "lr0 cos_lr"),
    read=_read,
    epochs="epochs",
    lr="lr0",
    warmup="warmup_epochs",
    options=("lr0", "lrf", "cos_lr", "optimizer", "nc", "epochs", "warmup_epochs"),
    batches=BatchKeys("batch", 16),
)
