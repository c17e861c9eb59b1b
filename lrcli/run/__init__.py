"""How long a training run is: its settings, and lengths such as `5ep` or `10%` in it."""

from lrcli.run.options import LENGTHS as LENGTHS
from lrcli.run.options import OF_BATCHES as OF_BATCHES
from lrcli.run.options import RunOptions as RunOptions
from lrcli.run.run import DEFAULT_LENGTH as DEFAULT_LENGTH
from lrcli.run.run import Length as Length
from lrcli.run.run import LengthOrZero as LengthOrZero
from lrcli.run.run import Run as Run
from lrcli.run.run import Unit as Unit
from lrcli.run.run import amount as amount
from lrcli.run.series import Series as Series
