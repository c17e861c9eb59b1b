"""From samples and tokens to optimizer steps, rounded as PyTorch's data loaders and the Trainer round them."""

from __future__ import annotations

from typing import NamedTuple


class Batches(NamedTuple):
    """How a data set becomes optimizer steps.

    Attributes:
        samples: Samples of the data set.
        batch_size: Samples in a batch of one device.
        accumulate: Batches in one optimizer step.
        devices: Devices that share an epoch.
        drop_last: Leave out an epoch's last batch if it is not full.
        seq_len: Tokens in a sample.
        given_tokens: Tokens in one optimizer step, if they are given instead of seq_len.
        tokens: Tokens of the whole run.
    """

    samples: int | None = None
    batch_size: int | None = None
    accumulate: int = 1
    devices: int = 1
    drop_last: bool = False
    seq_len: int | None = None
    given_tokens: int | None = None
    tokens: int | None = None

    @property
    def global_batch(self) -> int | None:
        """Samples in one optimizer step: batch_size · accumulate · devices."""
        return None if self.batch_size is None else self.batch_size * self.accumulate * self.devices

    @property
    def batches(self) -> int | None:
        """Batches of one device in an epoch: ⌈samples / (batch_size · devices)⌉, or ⌊…⌋ with drop_last."""
        if self.samples is None or self.batch_size is None:
            return None
        full, rest = divmod(self.samples, self.batch_size * self.devices)
        return full + (rest > 0 and not self.drop_last)

    @property
    def padded_batches(self) -> int | None:
        """The same if DistributedSampler first pads the samples of each device: ⌊⌈samples / devices⌉ / batch_size⌋."""
        if self.samples is None or self.batch_size is None or not self.drop_last:
            return self.batches
        return -(-self.samples // self.devices) // self.batch_size

    @property
    def updates(self) -> int | None:
        """Optimizer steps in an epoch: ⌈batches / accumulate⌉, as the last batches make a step too."""
        return None if self.batches is None else max(-(-self.batches // self.accumulate), 1)

    @property
    def samples_per_step(self) -> float | None:
        """Samples in one optimizer step; if the last step of an epoch is smaller, the mean."""
        if self.samples is None or self.batches is None or self.batch_size is None or self.updates is None:
            return self.global_batch
        return min(self.samples, self.batches * self.batch_size * self.devices) / self.updates

    @property
    def tokens_per_step(self) -> float | None:
        """Tokens in one optimizer step."""
        if self.given_tokens is not None or self.seq_len is None or self.samples_per_step is None:
            return self.given_tokens
        return self.samples_per_step * self.seq_len

    @property
    def steps(self) -> int | None:
        """Optimizer steps until the run has processed `tokens`: ⌈tokens / tokens of a step⌉."""
        per_step = self.given_tokens or (self.global_batch or 0) * (self.seq_len or 0)
        return None if self.tokens is None or not per_step else -(-self.tokens // per_step)
