"""lrcli's own schedules. To add one, write its file and import it here: the imports are the list."""

from lrcli.schedules.base import Schedule as Schedule
from lrcli.schedules.constant import Constant as Constant
from lrcli.schedules.cosine import Cosine as Cosine
from lrcli.schedules.cosine import CosineRestarts as CosineRestarts
from lrcli.schedules.cyclic import Cyclic as Cyclic
from lrcli.schedules.decay import Exponential as Exponential
from lrcli.schedules.decay import InverseSqrt as InverseSqrt
from lrcli.schedules.decay import InverseTime as InverseTime
from lrcli.schedules.decay import Log as Log
from lrcli.schedules.decay import Noam as Noam
from lrcli.schedules.decay import Polynomial as Polynomial
from lrcli.schedules.expr import Expr as Expr
from lrcli.schedules.linear import Linear as Linear
from lrcli.schedules.one_cycle import OneCycle as OneCycle
from lrcli.schedules.plateau import Plateau as Plateau
from lrcli.schedules.python import Python as Python
from lrcli.schedules.range_test import RangeTest as RangeTest
from lrcli.schedules.rex import Rex as Rex
from lrcli.schedules.step import MultiStep as MultiStep
from lrcli.schedules.step import Step as Step
from lrcli.schedules.wsd import WSD as WSD

BUILT_IN: dict[str, type[Schedule]] = {
    declaration.tag(): declaration
    for declaration in list(globals().values())
    if isinstance(declaration, type) and issubclass(declaration, Schedule) and declaration is not Schedule
}
"""The schedules by their names in text."""
