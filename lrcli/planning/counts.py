"""From samples to batches, to updates, to the whole run: each number with its computation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.batches import Batches
    from lrcli.run import Run


class Row(NamedTuple):
    """One number of a plan: its name, its value, and how it was computed."""

    name: str
    value: float
    how: str


def updates_of(run: Run) -> float | None:
    """Return the optimizer steps of a run; None if the steps in an epoch are not known."""
    if run.counts == "step":
        return run.points
    return None if run.steps_per_epoch is None else run.total * run.steps_per_epoch


def counts(run: Run) -> list[Row]:
    """Return the known numbers of a run, from the samples of its data set to the tokens in all."""
    batches = run.batches
    rows = [] if batches is None else list(_of_an_epoch(batches))
    if run.steps_per_epoch is not None:
        rows.append(Row("updates per epoch", run.steps_per_epoch, _updates(batches)))
    total = updates_of(run)
    if run.unit == "epoch":
        rows.append(Row("epochs", run.total, ""))
    if total is not None:
        rows.append(Row("updates", total, _whole(run)))
        rows += [] if batches is None else _seen(batches, total)
    return rows


def _of_an_epoch(batches: Batches) -> Iterator[Row]:
    if batches.samples is None or batches.batches is None:
        return
    yield Row("samples", batches.samples, "in the data set")
    left, right = "⌊⌋" if batches.drop_last else "⌈⌉"
    size = f"{batches.batch_size:,}" + (f" · {batches.devices:,} devices" if batches.devices > 1 else "")
    how = (
        f"{left}{batches.samples:,} / ({size}){right}"
        if batches.devices > 1
        else f"{left}{batches.samples:,} / {size}{right}"
    )
    if batches.padded_batches != batches.batches:
        how += f"; {batches.padded_batches:,} with torch's DistributedSampler, which pads"
    yield Row("batches per epoch", batches.batches, how)


def _updates(batches: Batches | None) -> str:
    if batches is None or batches.batches is None:
        return "as given"
    if batches.accumulate == 1:
        return "one per batch"
    rest = batches.batches % batches.accumulate
    short = f"; the last is of {rest} batch{'es' * (rest > 1)}" if rest else ""
    return f"⌈{batches.batches:,} / {batches.accumulate:,} batches⌉{short}"


def _whole(run: Run) -> str:
    batches, rate = run.batches, run.steps_per_epoch
    if batches is not None and batches.tokens is not None and run.unit == "step":
        return f"⌈{batches.tokens:,} tokens / {amount(batches.given_tokens or batches.tokens_per_step or 0)}⌉"
    if rate is None:
        return ""
    epochs = run.total if run.unit == "epoch" else run.total / rate
    return f"{amount(epochs)} epoch{'s' * (epochs != 1)} of {rate:,}"


def _seen(batches: Batches, total: float) -> Iterator[Row]:
    """Yield the samples of one update, and the tokens of the run."""
    if batches.global_batch is not None:
        factors = [f"{batches.batch_size:,}"]
        factors += [f"{batches.accumulate:,} batches"] if batches.accumulate > 1 else []
        factors += [f"{batches.devices:,} devices"] if batches.devices > 1 else []
        yield Row("samples per update", batches.global_batch, " · ".join(factors) if len(factors) > 1 else "")
    if batches.tokens_per_step is not None:
        yield Row(
            "tokens in all", round(batches.tokens_per_step * total), f"{amount(batches.tokens_per_step)} per update"
        )
