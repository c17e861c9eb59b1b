"""Closed forms as expressions: the operations that a schedule applies to t, where t is a symbol instead of a number.

A schedule's own `lr(t)` is called with a `Symbol`. Arithmetic and the functions of `lrcli.numeric` then create an
expression instead of a number: written code and breakpoints are derived from the formula that is evaluated.
"""

from lrcli.expression.functions import Functions as Functions
from lrcli.expression.tree import CONDITIONS as CONDITIONS
from lrcli.expression.tree import Expression as Expression
from lrcli.expression.tree import Symbol as Symbol
from lrcli.expression.tree import Value as Value
