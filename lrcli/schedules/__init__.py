"""The schedules that lrcli knows. The imports are the list: to add one, write its file and import it here."""

from lrcli.schedules.base import Schedule
from lrcli.schedules.constant import Constant
from lrcli.schedules.cosine import Cosine, CosineRestarts
from lrcli.schedules.cyclic import Cyclic
from lrcli.schedules.decay import Exponential, InverseSqrt, InverseTime, Log, Noam, Polynomial
from lrcli.schedules.linear import Linear
from lrcli.schedules.one_cycle import OneCycle
from lrcli.schedules.range_test import RangeTest
from lrcli.schedules.step import MultiStep, Step
from lrcli.schedules.wsd import WSD

SCHEDULES: dict[str, type[Schedule]] = {
    declaration.tag(): declaration
    for declaration in list(globals().values())
    if isinstance(declaration, type) and issubclass(declaration, Schedule) and declaration is not Schedule
}
"""Every schedule by the name it goes by in text."""
