"""detectron2's YAML: the SOLVER section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_SHARED: dict[str, object] = {"WARMUP_ITERS": 1000, "WARMUP_FACTOR": 0.001, "WARMUP_METHOD": "linear"}
_OF: dict[str, dict[str, object]] = {
    "WarmupMultiStepLR": {"STEPS": [30_000], "GAMMA": 0.1},
    "WarmupCosineLR": {"BASE_LR_END": 0.0},
    "WarmupStepWithFixedGammaLR": {"GAMMA": 0.1, "NUM_DECAYS": 3},
}


def _read(config: Config) -> Recognised:
    solver = config.section("SOLVER")
    kind = solver.text("LR_SCHEDULER_NAME", "WarmupMultiStepLR")
    if kind not in _OF:
        raise solver.wrong("LR_SCHEDULER_NAME", f"detectron2 has {', '.join(_OF)}, not {kind}")
    steps, lr = solver.count("MAX_ITER", 40_000), solver.number("BASE_LR", 0.001)
    values: dict[str, object] = {name: solver.get(name, default) for name, default in (_SHARED | _OF[kind]).items()}
    keys = solver.places(values)
    keys |= {"base_lr": solver.at("BASE_LR"), "type": solver.at("LR_SCHEDULER_NAME")}
    spec = {"type": f"detectron2.{kind}", "base_lr": lr, "MAX_ITER": steps, **values}
    understood = f"detectron2's: {kind}, BASE_LR={lr:g}, {steps} iterations"
    return Recognised(spec, RunOptions(steps=steps), understood, keys)


READER = Reader(
    name="detectron2",
    files="YAML with SOLVER",
    marks=("SOLVER.BASE_LR", "SOLVER.MAX_ITER", "SOLVER.LR_SCHEDULER_NAME"),
    read=_read,
    steps="SOLVER.MAX_ITER",
    warmup="SOLVER.WARMUP_ITERS",
    lr="SOLVER.BASE_LR",
)
