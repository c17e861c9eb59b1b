"""A spec and its run as lrcli's own file, in YAML or JSON."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from lrcli.schedules.base import Family
from lrcli.spec.write import data

if TYPE_CHECKING:
    from lrcli.code.job import Job


def yaml(job: Job) -> str:
    """Return lrcli's own file as YAML."""
    return f"{job.header()}\n{dumped(_document(job))}"


def dumped(document: dict[str, Any], width: int | None = None) -> str:
    """Return data as YAML, with keys in their given order.

    Args:
        document: The data.
        width: Columns of a line; ruamel.yaml's default if None.
    """
    from ruamel.yaml import YAML

    text = io.StringIO()
    dump = YAML(typ="safe", pure=True)
    dump.default_flow_style = None
    dump.width = width or dump.width
    dump.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    dump.dump(document, text)
    return re.sub(r" +$", "", text.getvalue(), flags=re.MULTILINE)


def as_json(job: Job) -> str:
    """Return lrcli's own file as JSON."""
    return json.dumps(_document(job), indent=2) + "\n"


def _document(job: Job) -> dict[str, Any]:
    run: dict[str, Any] = {f"{job.run.unit}s": int(job.run.total)}
    if job.run.steps_per_epoch:
        run["steps_per_epoch"] = job.run.steps_per_epoch
    if job.run.per_step:
        run["per_step"] = True
    name = job.name or (job.spec.tag() if isinstance(job.spec, Family) else "schedule")
    return {"run": run, "schedules": {name: data(job.spec)}}
