"""The frameworks' own schedulers, made of a case's arguments and stepped as their documentation says."""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import os
import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from lrcli.parameters import Parameter, parameters
from tests.differential.cases import MOST_POINTS, Case, Played, declared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


HUGE = 1e30
"""An lr that has been as high as this may be infinite soon, where float32 cannot hold it."""


def played(case: Case) -> Played:
    """Return what a framework makes of a case."""
    framework = case.spec["type"].partition(".")[0]
    lr: list[float] = []
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            for one in PLAYERS[framework](case):
                if isinstance(one, complex) or not math.isfinite(one):
                    return Played(lr, f"the lr is {one}" if max(map(abs, lr), default=0.0) < HUGE else "")
                lr.append(float(one))
        except Exception as error:  # noqa: BLE001 - a framework may raise anything
            return Played(lr, f"{type(error).__name__}: {error}")
    return Played(lr, "")


def _arguments(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a spec's scheduler, with functions for formulas."""
    declaration = declared(spec)
    known = {parameter.name: parameter for parameter in parameters(declaration)}
    hidden = declaration.not_arguments | {"type", declaration.members}
    return {
        name: _function(variable, value) if (variable := _variables(known[name])) and value is not None else value
        for name, value in spec.items()
        if name not in hidden
    }


def _variables(parameter: Parameter) -> str:
    """Return the variables of a function that is given as a formula; empty if it is none."""
    return "epoch, lr" if parameter.name == "schedule" else parameter.formula


def _function(variables: str, text: str) -> Callable[..., float]:
    written = text if text.startswith("lambda") else f"lambda {variables}: {text}"
    return eval(written)  # type: ignore[no-any-return]


def _optimizer(lr: float) -> Any:
    torch = importlib.import_module("torch")
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr, momentum=0.9)


def _lr(optimizer: Any) -> float:
    return optimizer.param_groups[0]["lr"]  # type: ignore[no-any-return]


def _torch(case: Case) -> Iterator[float]:
    """Step one of torch's, a resumed one with the optimizer that a run until then has left."""
    spec, last = case.spec, case.spec.get("last_epoch", -1)
    own = "base_lr" not in case.declaration.not_arguments  # CyclicLR's, which is not the optimizer's
    optimizer = _optimizer(0.1 if own else spec.get("initial_lr", spec["base_lr"]))
    if last >= 0:
        with contextlib.suppress(*([ArithmeticError] if "initial_lr" in spec else [])):  # it may be of another run
            _times(_made(spec, optimizer).step, last)
        optimizer = _saved_and_loaded(optimizer, **({"lr": spec["base_lr"]} if "initial_lr" in spec else {}))
    scheduler = _made(spec, optimizer, **({"last_epoch": last} if last >= 0 else {}))
    yield _lr(optimizer)
    for value in case.metric[: case.points - 1]:
        scheduler.step(*([value] if case.declaration.metric_driven else []))
        yield _lr(optimizer)


def _saved_and_loaded(optimizer: Any, **changed: float) -> Any:
    """Return another optimizer with the state of this one, and what has been changed in it."""
    loaded = _optimizer(0.1)
    loaded.load_state_dict(optimizer.state_dict())
    loaded.param_groups[0].update(changed)
    return loaded


def _times(step: Callable[[], None], count: int) -> None:
    for _ in range(count):
        step()


def _made(spec: dict[str, Any], optimizer: Any, **resumed: int) -> Any:
    declaration = declared(spec)
    made = getattr(importlib.import_module(declaration.home), declaration.maker())
    members = [_made(member, optimizer) for member in spec.get("schedulers", ())]
    if spec["type"] == "torch.ChainedScheduler":
        return made(members, optimizer=optimizer)
    return made(optimizer, *([members] if members else []), **_arguments(spec), **resumed)


def _transformers(case: Case) -> Iterator[float]:
    declaration = case.declaration
    optimizer = _optimizer(case.spec["base_lr"])
    function = getattr(importlib.import_module("transformers.optimization"), declaration.names[0])
    scheduler = function(optimizer, **_arguments(case.spec))
    yield _lr(optimizer)
    for value in case.metric[: case.points - 1]:
        scheduler.step(*([value] if declaration.metric_driven else []))
        yield _lr(optimizer)


def _timm(case: Case) -> Iterator[float]:
    """Step one of timm's as its train.py does: with the number of the next epoch or of the updates so far."""
    spec = case.spec
    declaration = declared(spec)
    optimizer = _optimizer(spec["base_lr"])
    arguments = _arguments(spec)
    times = arguments.get("noise_range_t")
    if times is not None and len(times) == 1:
        arguments["noise_range_t"] = times[0]
    made = getattr(importlib.import_module("timm.scheduler"), declaration.maker())(optimizer, **arguments)
    scheduler = made[0] if isinstance(made, tuple) else made
    by_update = not spec.get("t_in_epochs", True) or not spec.get("step_on_epochs", True)
    yield _lr(optimizer)
    for t, value in enumerate(case.metric[: case.points - 1], start=1):
        if scheduler is not None and by_update:
            scheduler.step_update(t, value)
        elif scheduler is not None:
            scheduler.step(t, value)
        yield _lr(optimizer)


def _keras(case: Case) -> Iterator[float]:
    """Ask one of Keras's schedules for each step, or step a callback of Keras's from epoch to epoch."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    declaration = case.declaration
    made = getattr(importlib.import_module(declaration.home), declaration.maker())(**_floats(case.spec))
    if "base_lr" not in case.spec:
        yield from (float(made(t)) for t in range(case.points))
        return
    optimizer = importlib.import_module("keras").optimizers.SGD(float(case.spec["base_lr"]))
    made.set_model(SimpleNamespace(optimizer=optimizer))
    made.on_train_begin()
    made.on_epoch_begin(0)
    yield float(optimizer.learning_rate)
    for epoch, value in enumerate(case.metric[: case.points - 1]):
        made.on_epoch_end(epoch, {case.spec.get("monitor", "val_loss"): value})
        made.on_epoch_begin(epoch + 1)
        yield float(optimizer.learning_rate)


def _floats(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with floats for whole numbers: Keras would compute in integers with an lr of 1."""
    numbers = {p.name for p in parameters(declared(spec)) if p.kind == "number" and not p.many}
    given = _arguments(spec)
    return given | {name: float(value) for name, value in given.items() if name in numbers and value is not None}


def _optax(case: Case) -> Iterator[float]:
    """Ask one of Optax's schedules for all counts, or scale the updates by its plateau rule."""
    jax = importlib.import_module("jax")
    made = _optax_made(case.spec)
    if not case.metric_driven:
        counts = jax.numpy.arange(MOST_POINTS, dtype="int32")  # of one length, for which it compiles but once
        yield from jax.vmap(made)(counts).tolist()[: case.points]
        return
    state = made.init(0.0)
    update = jax.jit(lambda state, value: made.update(0.0, state, value=value)[1])
    for value in case.metric:
        state = update(state, value)
        yield case.spec["base_lr"] * float(state.scale)


def _optax_made(spec: dict[str, Any]) -> Any:
    declaration = declared(spec)
    arguments = _arguments(spec)
    if "boundaries_and_scales" in arguments:
        scales = arguments["boundaries_and_scales"]
        arguments["boundaries_and_scales"] = dict(zip(scales[::2], scales[1::2], strict=True))
    members = spec.get(declaration.members, ())
    if declaration.member_type:
        arguments[declaration.members] = [_arguments(member) for member in members]
    elif members:
        arguments[declaration.members] = [_optax_made(member) for member in members]
    return getattr(importlib.import_module(declaration.home), declaration.maker())(**arguments)


PLAYERS: dict[str, Callable[[Case], Iterator[float]]] = {
    "torch": _torch,
    "transformers": _transformers,
    "timm": _timm,
    "keras": _keras,
    "optax": _optax,
}
