"""How the tools of the field print a step of training: which part of a line is its clock, and what the rest says."""

from __future__ import annotations

import re
from typing import NamedTuple

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"

_NAMES = "[Ll]earning[ _][Rr]ate|LearningRate|lr|LR|Lr|base_lr|train_lr|optim0_lr0"
RATE = re.compile(
    rf"(?<![\w./-])(?:{_NAMES})(?:\(\w+\))?['\"]?\s*(?:[:=|]\s*|\s)[\[({{{{]*\s*['\"]?({NUMBER}|nan|inf)(?![\w%])"
)
"""A learning rate in a line."""
PAIR = re.compile(
    rf"(?<![\w./-])([A-Za-z][\w/@.]*(?: \(?[A-Za-z][\w/@.]*\)?){{0,3}})['\"]?(?:\s*[:=|]\s*|\s+)[\[({{]*\s*['\"]?"
    rf"({NUMBER}|nan|inf)(?![\w:%/])"
)
"""Anything else that has a name and a number."""
RELEVANT = re.compile(rb"(?<![A-Za-z])(?:[a-z]+\d*_)?(?:lr|LR|Lr)(?![a-z])|[Ll]earning.?[Rr]ate|[Ll]oss")
"""What a block of a log holds if any line of it might count."""


class Tool(NamedTuple):
    """How a tool says when a line is.

    Attributes:
        name: Who prints so.
        pattern: Its clock in a line.
        groups: What the groups of the pattern are: `step` or `iter` (in the epoch), `epoch` from 0 or `epoch1` from 1,
            `per_epoch`, `total` steps, `total_epochs`, `skipped` steps.
    """

    name: str
    pattern: re.Pattern[str]
    groups: tuple[str, ...]


def _tool(name: str, pattern: str, *groups: str) -> Tool:
    return Tool(name, re.compile(pattern), groups)


TOOLS = (
    _tool("Megatron", r"\biteration:?\s+(\d+)\s*/\s*(\d+)", "step", "total"),
    _tool("mmengine", r"Epoch\(train\)\s*\[\s*(\d+)\]\[\s*(\d+)/(\d+)\]", "epoch1", "iter", "per_epoch"),
    _tool("mmengine", r"Iter\(train\)\s*\[\s*(\d+)/(\d+)\]", "step", "total"),
    _tool("mmcv", r"Epoch \[(\d+)\]\[(\d+)/(\d+)\]", "epoch1", "iter", "per_epoch"),
    _tool("mmcv", r"Iter \[(\d+)/(\d+)\]", "step", "total"),
    _tool("torchvision", r"Epoch: \[(\d+)\]\s*\[\s*(\d+)/(\d+)\]", "epoch", "iter", "per_epoch"),
    _tool("SwAV", r"Epoch: \[(\d+)\]\[(\d+)\]", "epoch", "iter"),
    _tool("SwAV", r"Epoch\[(\d+)\] - Iter: \[(\d+)/(\d+)\]", "epoch", "iter", "per_epoch"),
    _tool("timm", r"Train: (\d+) \[\s*(\d+)/(\d+) ", "epoch", "iter", "per_epoch"),
    _tool("Swin", r"Train: \[(\d+)/(\d+)\]\[(\d+)/(\d+)\]", "epoch", "total_epochs", "iter", "per_epoch"),
    _tool("OpenCLIP", r"Train Epoch: (\d+) \[\s*(\d+)/(\d+) ", "epoch", "iter", "per_epoch"),
    _tool("PaddleClas", r"\[Epoch (\d+)/(\d+)\]\[Iter: *(\d+)/(\d+)\]", "epoch1", "total_epochs", "iter", "per_epoch"),
    _tool("ESPnet", r"\b(\d+)epoch:train:\d+-(\d+)batch", "epoch", "iter"),
    _tool("tqdm", r"[Ee]poch:? \[?(\d+)[:\]/ ][^|]*\d+%\|[^|]*\|\s*(\d+)/(\d+) \[", "epoch", "iter", "per_epoch"),
    _tool("tqdm", r"\d+%\|[^|]*\|\s*(\d+)/(\d+) \[", "step", "total"),
    _tool("YOLOX", r"epoch:\s*(\d+)/(\d+),?\s+iter:\s*(\d+)/(\d+)", "epoch1", "total_epochs", "iter", "per_epoch"),
    _tool("epochs", r"[Ee]poch:?\s*(\d+)\s+[Ii]ter:?\s*(\d+)/(\d+)", "epoch1", "iter", "per_epoch"),
    _tool("fairseq", r"num_updates['\"]?[ =:]+['\"]?(\d+)", "step"),
    _tool("Paddle", r"epoch: \[(\d+)/(\d+)\].*?(?:global_step|iter): (\d+)", "epoch1", "total_epochs", "step"),
    _tool("DeepSpeed", r"\bstep=(\d+), skipped=(\d+)", "step", "skipped"),
    _tool("llm.c", r"^s:(\d+)\b", "step"),
    _tool("Caffe", r"Iteration (\d+)(?:,| \()", "step"),
    _tool(
        "steps",
        r"\b(?i:(?:global_?)?step|iter|iteration|update)s?['\"]?\s*[:=]?\s*\[?\s*(\d+)\s*(?:/\s*(\d+))?(?![\d.])",
        "step",
        "total",
    ),
    _tool("transformers", r"['\"]epoch['\"]: ['\"]?([\d.]+)", "epoch"),
    _tool("epochs", r"\b(?i:epochs?)['\"]?\s*[:=]?\s*\[?\s*(\d+)\s*(?:/\s*(\d+))?", "epoch", "total_epochs"),
)
"""From the surest to the least sure."""
