"""The Python interface with wrong arguments: SpecError, or TypeError where that is documented."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli
from lrcli.testing import assert_matches

if TYPE_CHECKING:
    from collections.abc import Callable

ODD: list[Any] = [True, 1.5, -1, 10**400, float("nan"), b"x", (), {1: 2}, [None], object(), Decimal(1), 1j, np.array(3)]
COSINE = lrcli.schedules.Cosine(max_lr=0.1)
IDS = [type(odd).__name__ + str(i) for i, odd in enumerate(ODD)]
LOG = "step,loss,lr\n" + "".join(f"{10 * i},{3 / (1 + i) ** 0.3},{0.1 * (1 - i / 60)}\n" for i in range(60))


@pytest.mark.parametrize("odd", ODD, ids=IDS)
def test_what_is_no_schedule_log_or_number_is_refused(odd: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    calls: list[Callable[[], object]] = [
        lambda: lrcli.sequence(COSINE, odd),
        lambda: lrcli.product(odd, COSINE),
        lambda: lrcli.scaled(odd, 2.0),
        lambda: lrcli.check(odd),
        lambda: lrcli.find(odd),
        lambda: lrcli.fit(odd),
        lambda: lrcli.predict(odd, str(path)),
        lambda: lrcli.code("cosine", to=odd),
        lambda: lrcli.plot("cosine", xlim=odd),
    ]
    for call in calls:
        with pytest.raises(lrcli.SpecError):
            call()
    with pytest.raises(TypeError if not callable(odd) else AssertionError):
        assert_matches(odd, "cosine", epochs=5) if np.ndim(odd) != 1 else assert_matches("x", "cosine")


@pytest.mark.parametrize("odd", [True, 1.5, [None], "a", object()], ids=lambda odd: type(odd).__name__)
def test_a_metric_that_is_no_list_of_numbers_is_refused(odd: Any) -> None:
    with pytest.raises(lrcli.SpecError):
        lrcli.evaluate("plateau", metric=odd)


@pytest.mark.parametrize("odd", [True, [], "x", None, -1.0, float("nan"), 2])
def test_a_factor_or_a_share_that_is_none_is_refused(odd: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    with pytest.raises(lrcli.SpecError):
        lrcli.suggest(str(path), final=odd)
    if odd != 2:
        with pytest.raises(lrcli.SpecError):
            lrcli.scaled(COSINE, odd)


def test_a_path_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a:lr=1.yaml").write_text("type: cosine\n")
    (tmp_path / "log.csv").write_text(LOG)
    assert lrcli.evaluate(tmp_path / "a:lr=1.yaml", epochs=3).lr[0] == 0.1
    assert lrcli.check(tmp_path / "log.csv").log.path == str(tmp_path / "log.csv")
    with pytest.raises(lrcli.InputError):
        lrcli.load(Path("cosine"))
