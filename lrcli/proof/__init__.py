"""Where a formula jumps or changes its form, read off what it does to t.

A schedule's lr is asked for at a `Symbol` instead of a time, and the expression that comes back is walked from its
leaves: of every part it is worked out where its breakpoints are, such that between them it only rises or only falls.
What that cannot be shown of is not guessed.
"""

from lrcli.proof.form import Unproven as Unproven
from lrcli.proof.rules import breakpoints_of as breakpoints_of
