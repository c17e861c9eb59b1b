"""The breakpoints of a formula, derived from its expression.

A schedule's lr is evaluated at a `Symbol` instead of a time. In the resulting expression, from its leaves to its root,
the breakpoints of each part are derived, between which the part is monotone. If that cannot be proven of a part, there
is no result.
"""

from lrcli.proof.form import Unproven as Unproven
from lrcli.proof.rules import breakpoints_of as breakpoints_of
