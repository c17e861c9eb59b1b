"""Users' formulas: read safely, and evaluated for one t or all of them."""

from typing import TYPE_CHECKING

from lrcli.formula.evaluation import as_python as as_python
from lrcli.formula.evaluation import evaluated as evaluated
from lrcli.formula.reading import CONSTANTS as CONSTANTS
from lrcli.formula.reading import FUNCTIONS as FUNCTIONS
from lrcli.formula.reading import canonical as canonical
from lrcli.formula.reading import function as function
from lrcli.formula.reading import read as read

if TYPE_CHECKING:
    from lrcli.formula.reading import Evaluate as Evaluate
