"""Code for torch, transformers and timm: their own classes where those give the lr, and else a function of t."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.job import SAME
from lrcli.code.source import MATH, WIDTH, call, number, written
from lrcli.code.translate import in_theirs
from lrcli.expression import Functions, Symbol
from lrcli.formula import function
from lrcli.frameworks.scheduler import OnOptimizer
from lrcli.parameters import Parameter, parameters
from lrcli.problems import SpecError
from lrcli.schedules.base import Composed
from lrcli.schedules.plateau import Listening
from lrcli.schedules.range_test import RangeTest
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.code.job import Job


_HOMES = {"torch": "torch.optim.lr_scheduler", "transformers": "transformers", "timm": "timm.scheduler"}
"""Where a framework's schedulers are imported from."""


def write(job: Job, framework: str) -> str:
    """Return code that makes the scheduler and steps it.

    Raises:
        SpecError: If the framework cannot be told to do it.
    """
    native, remark = _native(job, framework)
    if native is not None:
        lines = _made(native, framework)
    elif isinstance(job.spec, Listening):
        home = job.spec.tag().rpartition(".")[0] or "torch"
        hint = f"; --to {home} has" if home != framework else ""
        raise SpecError(f"{framework} has no scheduler that listens as {inline(job.spec)} does{hint}")
    else:
        lines = _exact(job, framework)
    return "\n".join([job.header(), *remark, *lines, *_loop(job, framework, native)])


def _native(job: Job, framework: str) -> tuple[OnOptimizer | None, list[str]]:
    """Return the framework's own scheduler to use, if one will do, and what is to be said of it."""
    if job.run.per_step:  # the loop counts steps, and the classes what the run counts: epochs
        return None, []
    if getattr(job.spec, "last_epoch", -1) != -1:
        return None, []
    if isinstance(job.spec, OnOptimizer) and job.spec.framework() == framework:
        return job.spec.in_run(job.run), []
    ours = job.ours()
    if ours is None or isinstance(ours, OnOptimizer):
        return None, []
    return _compared(job, in_theirs(ours, job.run, framework))


def _compared(job: Job, proposed: OnOptimizer | None) -> tuple[OnOptimizer | None, list[str]]:
    """Return a proposal if it is the same, or preferred though it is not, and what is to be said of it."""
    if proposed is None:
        return None, []
    try:
        apart, where = job.difference(proposed)
    except SpecError:  # it raises within the run
        return None, []
    proposed = proposed.in_run(job.run)
    if apart <= SAME:
        return proposed, []
    name = _function_name(proposed)
    text = f"{name} is nearly the same: it differs by up to {apart:.2g} of the peak (at {job.unit} {where})"
    chosen = proposed if job.prefer == "native" else None
    return chosen, [f"# {text}{'' if chosen else '; this is exact'}"]


def _function_name(spec: OnOptimizer) -> str:
    """Return the name of the class, or of the function of transformers, that makes a scheduler."""
    return spec.names[0] if spec.framework() == "transformers" else spec.tag().partition(".")[2]


_SGD = "from torch.optim import SGD"


def _made(spec: OnOptimizer, framework: str) -> list[str]:
    names = sorted({_function_name(one) for one in _with_members(spec)})
    imports = _imports(_HOMES[framework], names)
    if "SWALR" in names:
        imports = [*_imports(_HOMES[framework], [n for n in names if n != "SWALR"])]
        imports.append("from torch.optim.swa_utils import SWALR")
    made = f"scheduler = {_call(spec, '', around=len('scheduler = '))}"
    math = ["import math", ""] if "math." in made else []
    optimizer = f"optimizer = SGD(model.parameters(), lr={number(spec.base_lr)})  # or any other, with this lr"
    lines = sorted([_SGD, *imports], key=lambda line: line.split()[1])
    return [*math, *lines, "", optimizer, made]


def _imports(home: str, names: list[str]) -> list[str]:
    if not names:
        return []
    line = f"from {home} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return [line]
    return ["\n".join([f"from {home} import (", *(f"    {name}," for name in names), ")"])]


def _with_members(spec: Any) -> list[Any]:  # noqa: ANN401 - a scheduler of any kind
    members = getattr(spec, spec.members) if spec.members else ()
    return [spec, *(one for member in members for one in _with_members(member))]


_NEVER = {"base_lr", "last_epoch", "initial_lr", "warmup_steps", "warmup_ratio", "verbose", "initialize"}


def _call(spec: Any, indent: str, around: int = 0) -> str:  # noqa: ANN401
    composed = {p.field for p in parameters(Composed)} - {"warmup_prefix"} if isinstance(spec, Composed) else set()
    kind: type[OnOptimizer] = type(spec)
    own = [p for p in parameters(kind) if p.field not in composed and (p.field not in _NEVER or p.required)]
    arguments = ["optimizer"] if not spec.tag().endswith("ChainedScheduler") else []
    if spec.members:
        inner = indent + "    "
        members = [_call(member, inner + "    ", around=1) for member in getattr(spec, spec.members)]
        listed = "\n".join([f"{spec.members}=[", *(f"{inner}    {member}," for member in members), f"{inner}]"])
        arguments.append(listed)
    said = [p for p in own if p.required or getattr(spec, p.field) != p.default or p.field == "num_warmup_steps"]
    said = [p for p in said if p.field != "warmup_prefix" or spec.framework() == "timm"]
    arguments += [f"{p.name}={_value(spec, p)}" for p in said]
    return call(_function_name(spec), arguments, indent, around)


def _value(spec: Any, parameter: Parameter) -> str:  # noqa: ANN401
    value = getattr(spec, parameter.field)
    if parameter.formula and value is not None:
        return _lambda(value, parameter.formula)
    if isinstance(value, tuple) and parameter.field == "noise_range_t" and len(value) == 1:
        return number(value[0])
    if isinstance(value, tuple):
        return f"[{', '.join(map(number, value))}]"
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, str):
        return f'"{value}"' if parameter.kind == "choice" else value
    return repr(float(value)) if parameter.written_as_float else number(value)


def _lambda(text: str, name: str) -> str:
    """Return a formula of one name, or a lambda, as a lambda over math."""
    value = function(text, name)(Functions, Symbol(name, whole=name == "epoch"))
    return f"lambda {name}: {written(value, MATH)}"


def _exact(job: Job, framework: str) -> list[str]:
    unit = job.unit
    function = [f"def lr({unit}):", *job.function(MATH, unit)]
    math = ["import math", ""] if any("math." in line for line in function) else []
    if framework == "timm":
        return [*math, *_timm_class(job, function)]
    imports = ["from torch.optim import SGD", "from torch.optim.lr_scheduler import LambdaLR"]
    optimizer = "optimizer = SGD(model.parameters(), lr=1)  # or any other; LambdaLR multiplies this 1"
    return [*math, *imports, "", "", *function, "", "", optimizer, "scheduler = LambdaLR(optimizer, lr)"]


def _timm_class(job: Job, function: list[str]) -> list[str]:
    in_epochs = "" if job.unit == "epoch" else ", t_in_epochs=False"
    return [
        "from timm.scheduler.scheduler import Scheduler",
        "from torch.optim import SGD",
        "",
        "",
        *function,
        "",
        "",
        "class LearningRate(Scheduler):",
        "    def __init__(self, optimizer):",
        f'        super().__init__(optimizer, "lr"{in_epochs})',
        "        self.update_groups(lr(0))",
        "",
        "    def _get_lr(self, t):",
        "        return [lr(t)] * len(self.base_values)",
        "",
        "",
        "optimizer = SGD(model.parameters(), lr=1)  # or any other",
        "scheduler = LearningRate(optimizer)",
    ]


def _loop(job: Job, framework: str, native: OnOptimizer | None) -> list[str]:
    """Return the training loop, with where to step the scheduler."""
    unit = job.unit
    what = "train for an epoch" if unit == "epoch" else "train on a batch"
    step = _timm_step(job, native) if framework == "timm" else ["scheduler.step()"]
    if isinstance(native, Listening):
        what = f"{what}, and measure the metric"
        step = [step[0].replace("step()", "step(metric)").replace(" + 1)", " + 1, metric)")]
    if isinstance(job.spec, RangeTest):
        return _recording(job, step)
    trainer = ["# for the Trainer: Trainer(..., optimizers=(optimizer, scheduler)), and no loop"]
    note = trainer if framework == "transformers" and unit == "step" else []
    body = [f"    ...  # {what}", *(f"    {line}" for line in step)]
    return ["", *note, f"for {unit} in range({job.run.points}):", *body, ""]


def _recording(job: Job, step: Sequence[str]) -> list[str]:
    """Return the loop of an LR range test, which writes the lr and the loss of every step for `lrcli find`."""
    return [
        "",
        'with open("range.csv", "w") as log:',
        '    print("lr,loss", file=log)',
        f"    for {job.unit} in range({job.run.points}):",
        "        ...  # train on a batch, and let loss be its loss as a number",
        """        print(f"{optimizer.param_groups[0]['lr']:.9g},{loss:.9g}", file=log)""",
        *(f"        {line}" for line in step),
        "",
        "# then: lrcli find range.csv",
        "",
    ]


def _timm_step(job: Job, native: OnOptimizer | None) -> list[str]:
    """Return how to step timm's scheduler, which counts epochs or updates whatever the loop counts."""
    by_epoch = getattr(native, "t_in_epochs", job.unit == "epoch")
    rate = job.run.steps_per_epoch
    if by_epoch and job.unit == "step" and rate is not None:
        return [f"if (step + 1) % {rate} == 0:", f"    scheduler.step((step + 1) // {rate})"]
    if not by_epoch and job.unit == "epoch" and rate is not None:
        return [f"scheduler.step_update((epoch + 1) * {rate})"]
    return [f"scheduler.{'step' if by_epoch else 'step_update'}({job.unit} + 1)"]
