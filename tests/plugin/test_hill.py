"""The contract of lrcli, in the suite of a package that adds a schedule."""

import pytest
from lrcli_hill import Hill

from lrcli.contract import ScheduleContract


@pytest.mark.parametrize("declaration", [Hill])
class TestHill(ScheduleContract):
    """Hill is a schedule like any other."""
