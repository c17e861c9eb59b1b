"""A schedule as a function of the step, for torch's LambdaLR, Optax and the user's own loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from lrcli.drawings import Curve


class Stepper:
    """f(step): the learning rate in force during a step; after the end of the run, that of its last step.

    `LambdaLR(SGD(parameters, lr=1.0), f)` and `optax.sgd(f)` train with it; an array of steps gives an array.

    Attributes:
        curve: The learning rates.
    """

    def __init__(self, curve: Curve) -> None:
        self.curve = curve

    def __call__(self, step: Any) -> Any:
        """Return the lr of a step.

        Args:
            step: A whole number counted from 0, or an array of them; JAX may trace it.

        Raises:
            IndexError: If it is below 0.
        """
        if type(step).__module__.startswith("jax"):
            from jax import numpy as jnp

            return jnp.asarray(self.curve.lr)[jnp.clip(step, 0, len(self.curve) - 1)]
        at = np.minimum(np.asarray(step, dtype=np.int64), len(self.curve) - 1)
        if (at < 0).any():
            raise IndexError(f"steps count from 0, not from {at.min()}")
        return self.curve.lr[at] if at.ndim else float(self.curve.lr[at])

    def __repr__(self) -> str:
        return f"Stepper({self.curve.name}, {len(self.curve):,} {self.curve.unit}s)"
