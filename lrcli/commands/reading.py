"""How specs are read: options of every verb that reads some."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from lrcli.parameters import Declared
from lrcli.problems import Problem


class Reading(Declared, frozen=True, kw_only=True):
    """How specs are read, whatever is then done with them."""

    ignore: Annotated[tuple[str, ...] | None, Meta(description="Findings to leave out, by code; or all.")] = None
    quiet: Annotated[bool, Meta(description="Say nothing but errors.")] = False
    verbose: Annotated[bool, Meta(description="Say what was read, what is default and what was filled in.")] = False
    set: Annotated[
        tuple[str, ...] | None,
        Meta(description="Other values for keys of another tool's file: lr_scheduler_kwargs.min_lr=1e-6."),
    ] = None
    as_: Annotated[str | None, Meta(description="The tool that a file is of, where two fit.")] = msgspec.field(
        default=None, name="as"
    )
    from_: Annotated[
        str | None, Meta(description="A command line to read, not to run: 'python train.py --lr 0.1'.")
    ] = msgspec.field(default=None, name="from")
    explain: Annotated[bool, Meta(description="List every key about the lr in another tool's file.")] = False
    allow_code: Annotated[bool, Meta(description="Let files name Python code, and run it.")] = False

    @property
    def sets(self) -> dict[str, str]:
        """The values of `--set`, by dotted key."""
        return {key: value for key, _, value in (one.partition("=") for one in self.set or ())}

    def problems(self) -> list[Problem]:
        """Return a problem for each code that does not exist, and for options that exclude each other."""
        from lrcli.spec.ignore import unknown_codes

        both = [Problem(message="it cannot be used with --quiet", path=("verbose",))]
        unknown = [one._replace(path=("ignore",)) for one in unknown_codes(self.ignore or ())]
        return [*(both if self.quiet and self.verbose else []), *unknown]
