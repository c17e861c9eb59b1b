"""Keras' JSON of a schedule (serialize), by itself or as the learning_rate of an optimizer."""

from __future__ import annotations

from typing import Any

from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config, Reader, Recognised

_OWN = ("name", "dtype")


def _read(config: Config) -> Recognised:
    if config.get("module") == "keras.optimizers":
        optimizer = config.section("config")
        if not isinstance(optimizer.get("learning_rate"), dict):
            lr = optimizer.number("learning_rate", 1e-3)
            understood = f"Keras' {config.text('class_name')} with a constant learning_rate={lr:g}"
            return Recognised({"type": "constant", "max_lr": lr}, RunOptions(), understood)
        config = optimizer.section("learning_rate")
    kind, inside = config.text("class_name"), config.section("config")
    values: dict[str, Any] = {name: value for name, value in inside.data.items() if name not in _OWN}
    keys = {name: inside.at(name) for name in values} | {"type": config.at("class_name")}
    run = RunOptions(epochs=None)
    return Recognised({"type": f"keras.{kind}", **values}, run, f"Keras' {kind}", keys)


READER = Reader(
    name="keras",
    title="Keras'",
    files="JSON of serialize(schedule) or of an optimizer",
    marks=("class_name config registered_name", "module class_name config"),
    read=_read,
)
