"""Accelerate's YAML (`accelerate config`), which says something about the lr only if it names a DeepSpeed file."""

from __future__ import annotations

from lrcli.problems import Problem, SpecError
from lrcli.spec.tools import deepspeed
from lrcli.spec.tools.config import Config
from lrcli.spec.tools.reader import Reader, Recognised


def _read(config: Config) -> Recognised:
    inside = config.section("deepspeed_config")
    named = inside.get("deepspeed_config_file")
    data = config.beside(named) if isinstance(named, str) and config.beside is not None else None
    if not isinstance(data, dict) or not isinstance(data.get("scheduler"), dict):
        message = (
            "Accelerate's configuration says nothing about the lr: the script does, and each of its processes steps it"
        )
        raise SpecError(Problem(message=f"{message}; give lrcli the script's command line, with --from"))
    read = deepspeed.READER.read(Config(data, inside.at("deepspeed_config_file"), config.updates, config.beside))
    return read._replace(understood=f"Accelerate's, which names {named}: {read.understood}")


READER = Reader(
    name="accelerate",
    files="YAML of accelerate config that names a DeepSpeed file",
    marks=("distributed_type num_processes", "distributed_type compute_environment"),
    read=_read,
)
