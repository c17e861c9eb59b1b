"""What a log may be found to be: one of a few forms, each with its numbers, that say the lr at any point of the log."""

from lrcli.logs.models.base import Model
from lrcli.logs.models.cycle import Cycle
from lrcli.logs.models.decay import Decay
from lrcli.logs.models.levels import Levels
from lrcli.logs.models.pieces import Piece, Pieces
from lrcli.logs.models.scaled import Scaled

__all__ = ["Cycle", "Decay", "Levels", "Model", "Piece", "Pieces", "Scaled"]
