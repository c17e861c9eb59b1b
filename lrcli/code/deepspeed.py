"""DeepSpeed's JSON: one of its schedulers, with its arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lrcli.code.classes import given_arguments
from lrcli.parameters import plain

if TYPE_CHECKING:
    from lrcli.code.job import Job


def write(job: Job) -> str:
    """Return the optimizer and the scheduler of ds_config.json.

    Raises:
        SpecError: If no scheduler of DeepSpeed gives the lr.
    """
    job = job.in_steps("deepspeed")
    native, _ = job.only_native("deepspeed", "give deepspeed.initialize the scheduler of --to torch")
    params = given_arguments(native)
    lr = params.pop("base_lr", None) or getattr(native, "base_lr", None) or job.peak()
    optimizer = {"type": "AdamW", "params": {"lr": plain(lr)}}
    document = {"optimizer": optimizer, "scheduler": {"type": native.maker(), "params": params}}
    return json.dumps(document, indent=2) + "\n"
