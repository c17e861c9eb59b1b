"""Numbers as options: `24k`, `3e-4`, `1/3`, as everywhere else."""

from __future__ import annotations

import typer

from lrcli.spec.values import number


def positive(text: str) -> float:
    """Return a number above 0.

    Raises:
        BadParameter: If it is none.
    """
    try:
        value = number(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not 0 < value < 1e300:
        raise typer.BadParameter(f"{text} is not a number above 0")
    return value


def count(text: str) -> int:
    """Return a whole number above 0.

    Raises:
        BadParameter: If it is none.
    """
    value = positive(text)
    if not value.is_integer():
        raise typer.BadParameter(f"{text} is not a whole number")
    return int(value)
