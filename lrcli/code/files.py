"""lrcli's own files: a spec and its run as YAML or JSON."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from lrcli.schedules.base import Family
from lrcli.spec.write import data

if TYPE_CHECKING:
    from lrcli.code.job import Job


def yaml(job: Job) -> str:
    """Return lrcli's own file."""
    from ruamel.yaml import YAML

    text = io.StringIO()
    dump = YAML(typ="safe", pure=True)
    dump.default_flow_style = None
    dump.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    dump.dump(_document(job), text)
    return f"{job.header()}\n{text.getvalue()}"


def as_json(job: Job) -> str:
    """Return lrcli's own file as JSON."""
    return json.dumps(_document(job), indent=2) + "\n"


def _document(job: Job) -> dict[str, Any]:
    run: dict[str, Any] = {f"{job.run.unit}s": int(job.run.total)}
    if job.run.steps_per_epoch:
        run["steps_per_epoch"] = job.run.steps_per_epoch
    if job.run.per_step:
        run["per_step"] = True
    name = job.spec.tag() if isinstance(job.spec, Family) else "schedule"
    return {"run": run, "schedules": {name: data(job.spec)}}
