"""Specs, which compose schedules with warm-ups, in sequences and in products, and their lr over a run."""

from lrcli.compose.playing import Turn as Turn
from lrcli.compose.playing import breakpoints as breakpoints
from lrcli.compose.playing import play as play
from lrcli.compose.playing import timetable as timetable
from lrcli.compose.specs import Around as Around
from lrcli.compose.specs import Product as Product
from lrcli.compose.specs import Sequence as Sequence
from lrcli.compose.specs import Spec as Spec
from lrcli.compose.specs import around as around
from lrcli.compose.specs import is_joined as is_joined
from lrcli.compose.specs import own_run as own_run
from lrcli.compose.specs import parts_of as parts_of
from lrcli.compose.specs import peak_of_a_factor as peak_of_a_factor
from lrcli.compose.specs import schedules_of as schedules_of
from lrcli.compose.specs import with_batch as with_batch
