"""How common training tools print a step: the part of a line that is its clock, and names with numbers."""

from __future__ import annotations

import re
from typing import NamedTuple

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_OPEN = r"[\[({]*\s*['\"]?(?:(?:\w+\.)?(?:tensor|float\d+|[Aa]rray)\(\s*)?[\[(]*['\"]?"
"""What may stand before a number: brackets, quotes, `tensor(`, `np.float64(`."""
_IS = rf"(?:\s*(?:[:=|]|->)\s*|\s+(?:from\s+{NUMBER}\s+)?(?:(?:is|to|at|was|set|now)\s*[:=]?\s+)*)"
"""What may stand between a name and its number."""

RATE = re.compile(
    r"(?<![\w.-])((?:(?i:min|max|init|initial|final|peak|target|warm-?up)\s)?(?:[\w.@-]+[/.])*(?:[A-Za-z]\w*_)?"
    r"(?:(?i:learning[-_ ]?rate)|L\.r\.|lr|LR|Lr)s?"
    r"(?:\(\w+\)|(?: of|_param)?[ _]group[ _]\d+|\d+|(?:[-_/][A-Za-z][\w-]*)+)?)"
    rf"['\"]?\)?{_IS}{_OPEN}(\d,\d{{2,}}(?:[eE][-+]?\d+)?(?![\d.,])|{NUMBER}|nan|inf)(?![\w%]|\.\d)"
)
"""A learning rate in a line: what it is called, and its number."""
PAIR = re.compile(
    rf"(?<![\w./-])([A-Za-z][\w/@.]*(?: \(?[A-Za-z][\w/@.]*\)?){{0,3}})['\"]?(?:\s*[:=|]\s*|\s+){_OPEN}"
    rf"({NUMBER}|nan|inf)(?![\w:%/])"
)
"""Anything else that has a name and a number."""
DARKNET = re.compile(rf"avg(?: loss)?, ({NUMBER}) rate,")
"""The learning rate in a line of Darknet, whose numbers stand before their names."""
_SIGNS = (b"lr", b"LR", b"Lr", b"L.r.", b"earning", b" rate, ")
_RATES = re.compile(rb"(?:lr|LR|Lr)(?![a-z])|L\.r\.|[Ll]earning.?[Rr]ate| rate, ")


def may_have_rates(block: bytes) -> bool:
    """Return whether any line of a block might have a learning rate."""
    return any(sign in block for sign in _SIGNS) and _RATES.search(block) is not None


def may_count(block: bytes) -> bool:
    """Return whether any line of a block might have a learning rate or a loss."""
    return b"oss" in block or may_have_rates(block)


BAR = re.compile(r"^\s*\d+%\|[^|]*\|\s*(\d+)/(\d+) \[")
"""A progress bar without a title, as transformers' Trainer shows one: the step, and the steps of the run."""


class Tool(NamedTuple):
    """How a tool prints the clock in its lines.

    Attributes:
        name: Who prints so.
        pattern: Its clock in a line.
        groups: What the groups of the pattern are: `step`, or `iter` in the epoch, or `count` where it may be either;
            `epoch` from 0, `epoch1` from 1 or `epoch01` from one of them; steps `per_epoch` or in `total`, or `counted`
            where they may be either; `total_epochs`, `skipped` steps.
    """

    name: str
    pattern: re.Pattern[str]
    groups: tuple[str, ...]


def _tool(name: str, pattern: str, *groups: str) -> Tool:
    return Tool(name, re.compile(pattern), groups)


_N = r"(\d{1,3}(?:,\d{3})+|\d+)"
"""A count, which may have commas between its thousands."""
_ITER = r"(?i:iter|iteration|batch|step)s?"

TOOLS = (
    _tool("NeMo", r"Training epoch (\d+), iteration \d+/\d+ .*?global_step: (\d+)", "epoch", "step"),
    _tool("Paddle", r"epoch: \[(\d+)/(\d+)\].*?(?:global_step|iter): (\d+)", "epoch1", "total_epochs", "step"),
    _tool("PaddleSeg", r"\[TRAIN\] epoch[:=] ?(\d+), iter[:=] ?(\d+)/(\d+)", "epoch01", "step", "total"),
    _tool("DeepSpeed", r"\bstep=(\d+), skipped=(\d+)", "step", "skipped"),
    _tool("global step", r"(?i:\bglobal[_ ]?step)s?['\"]?\s*[:=]?\s*(\d+)", "step"),
    _tool("Megatron", r"\biteration:?\s+(\d+)\s*/\s*(\d+)", "step", "total"),
    _tool("mmengine", r"Epoch\(train\)\s*\[\s*(\d+)\]\[\s*(\d+)/(\d+)\]", "epoch1", "iter", "per_epoch"),
    _tool("mmengine", r"Iter\(train\)\s*\[\s*(\d+)/(\d+)\]", "step", "total"),
    _tool("mmcv", r"Epoch \[(\d+)\]\[(\d+)/(\d+)\]", "epoch1", "iter", "per_epoch"),
    _tool("mmcv", r"Iter \[(\d+)/(\d+)\]", "step", "total"),
    _tool("torchvision", r"Epoch: \[(\d+)\]\s*\[\s*(\d+)/(\d+)\]", "epoch", "iter", "per_epoch"),
    _tool("torchvision", r"\[\s*(\d+)/(\d+)\]\s+eta: ", "step", "total"),
    _tool("SwAV", r"Epoch: \[(\d+)\]\[(\d+)\]", "epoch", "iter"),
    _tool("SwAV", r"Epoch\[(\d+)\] - Iter: \[(\d+)/(\d+)\]", "epoch", "iter", "per_epoch"),
    _tool("timm", r"Train: (\d+) \[\s*(\d+)/(\d+) ", "epoch", "iter", "per_epoch"),
    _tool("Swin", r"Train: \[(\d+)/(\d+)\]\[(\d+)/(\d+)\]", "epoch", "total_epochs", "iter", "per_epoch"),
    _tool("OpenCLIP", r"Train Epoch: (\d+) \[\s*(\d+)/(\d+) ", "epoch", "iter", "per_epoch"),
    _tool("PaddleClas", r"\[Epoch (\d+)/(\d+)\]\[Iter: *(\d+)/(\d+)\]", "epoch1", "total_epochs", "iter", "per_epoch"),
    _tool("ESPnet", r"\b(\d+)epoch:train:\d+-(\d+)batch", "epoch", "iter"),
    _tool("WeNet", r"\bTRAIN Batch (\d+)/(\d+) ", "epoch", "iter"),
    _tool("Marian", rf"\bEp\. (\d+) : Up\. {_N}", "epoch1", "step"),
    _tool("Composer", r"\[epoch=(\d+)\]\[batch=(\d+)/(\d+)\]", "epoch1", "iter", "per_epoch"),
    _tool("Composer", r"\[batch=(\d+)/(\d+)\]", "step", "total"),
    _tool("tqdm", r"[Ee]poch:? \[?(\d+)[:\]/ ][^|]*\d+%\|[^|]*\|\s*(\d+)/(\d+) \[", "epoch", "iter", "per_epoch"),
    _tool("tqdm", r"\d+%\|[^|]*\|\s*(\d+)/(\d+) \[", "step", "total"),
    _tool("YOLOX", r"epoch:\s*(\d+)/(\d+),?\s+iter:\s*(\d+)/(\d+)", "epoch1", "total_epochs", "iter", "per_epoch"),
    _tool(
        "epochs",
        rf"[Ee]poch[ :\[]*(\d+)(?:\s*/\s*(\d+))?\]?[\s,|:-]*\[?{_ITER}[ :\[]*(\d+)\s*/\s*(\d+)",
        "epoch01",
        "total_epochs",
        "count",
        "counted",
    ),
    _tool("epochs", rf"[Ee]poch[ :\[]*(\d+)\]?[\s,|:-]*\[?{_ITER}[ :\[]*(\d+)\b", "epoch01", "count"),
    _tool("fairseq", r"num_updates['\"]?[ =:]+['\"]?(\d+)", "step"),
    _tool("llm.c", r"^s:(\d+)\b", "step"),
    _tool("Caffe", r"Iteration (\d+)(?:,| \()", "step"),
    _tool("CLU", r"\] \[(\d+)\] [A-Za-z]", "step"),
    _tool("Stable-Baselines3", r"\btotal_timesteps\s*\|\s*(\d+)", "step"),
    _tool(
        "steps",
        rf"\b(?i:step|iter|iteration|update)s?['\"]?\s*[:=]?\s*\[?\s*{_N}\s*(?:/\s*{_N})?(?!\d|\.\d)",
        "step",
        "total",
    ),
    _tool("transformers", r"['\"]epoch['\"]: ['\"]?([\d.]+)", "epoch"),
    _tool(
        "epochs",
        rf"\b(?i:epochs?|ep|e)['\"]?\s*[:=]?\s*\[?\s*{_N}\s*(?:/\s*{_N})?(?![\d.]\d)",
        "epoch",
        "total_epochs",
    ),
    _tool("Darknet", r"^\s*(\d+): [\d.]+, ", "step"),
    _tool("counts", r"^\W*(\d+)\s*/\s*(\d+)\b", "step", "total"),
    _tool("counts", r"^\W*(\d+)\s*[|:\]](?!\d)", "step"),
)
"""From the surest to the least sure."""
