"""A comparison as CSV and in Markdown: a row for each schedule, a column for each measure."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from lrcli.export.formats import as_name
from lrcli.render.compare import number
from lrcli.render.rows import in_markdown
from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.figure.comparison import Compared
    from lrcli.render.compare import Number


def csv_table(found: Sequence[Compared]) -> str:
    """Return exact numbers; a cell is empty where there is none."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["name", *_measures(found[0])])
    writer.writerows([as_name(one.entry.name), *_measures(one).values()] for one in found)
    return buffer.getvalue().removesuffix("\n")


def markdown(found: Sequence[Compared]) -> str:
    """Return the same with four digits."""
    cells = [[one.entry.name, *map(number, _measures(one).values())] for one in found]
    return in_markdown(["name", *_measures(found[0])], cells)


def _measures(one: Compared) -> dict[str, Number]:
    """Return the measures, the readings and the largest difference to the base, by their names."""
    read = {f"at_{amount(x)}": lr for x, lr in one.readings.items()}
    largest, at = (0.0, None) if one.apart is None else (one.apart.value, one.apart.x)
    return {**one.measures, **read, "largest_difference": largest, "largest_difference_at": at}
