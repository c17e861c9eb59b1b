"""Keras' JSON of a schedule (serialize), by itself, as the learning_rate of an optimizer, or inside a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.problems import SpecError
from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_OWN = ("name", "dtype")
_SCHEDULES = "keras.optimizers.schedules"


def _read(config: Config) -> Recognised:
    """Return the schedule of `model.to_json()`, of an optimizer's config, or by itself."""
    module = str(config.get("module", ""))
    if "compile_config" in config or "build_config" in config or "layers" in config.mapping("config"):
        config = config.section("compile_config").section("optimizer")
        if not config.data:
            raise SpecError("this Keras model is saved without an optimizer: it says nothing about the lr")
    elif module == _SCHEDULES or ("learning_rate" not in config.mapping("config") and module != "keras.optimizers"):
        return _schedule(config)
    optimizer = config.section("config")
    if isinstance(optimizer.get("learning_rate"), dict):
        return _schedule(optimizer.section("learning_rate"))
    lr = optimizer.number("learning_rate", 1e-3)
    understood = f"Keras' {config.text('class_name')} with a constant learning_rate={lr:g}"
    keys = {"max_lr": optimizer.at("learning_rate")}
    return Recognised({"type": "constant", "max_lr": lr}, RunOptions(), understood, keys)


def _schedule(config: Config) -> Recognised:
    kind, inside = config.text("class_name"), config.section("config")
    values: dict[str, object] = {name: value for name, value in inside.data.items() if name not in _OWN}
    inside.read.update(values)
    keys = inside.places(values) | {"type": config.at("class_name")}
    return Recognised({"type": f"keras.{kind}", **values}, RunOptions(), f"Keras' {kind}", keys)


READER = Reader(
    name="keras",
    files="JSON of serialize(schedule), an optimizer's config, or model.to_json()",
    marks=("class_name config registered_name", "module class_name config", "class_name config keras_version"),
    read=_read,
)
