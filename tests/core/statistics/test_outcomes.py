"""Each seizure that is not answered has exactly one outcome."""

from __future__ import annotations

from itertools import product

import pytest

from core.northbound.statistics import (
    ABANDONED_RINGING,
    ABANDONED_SILENT,
    END_4XX,
    END_5XX,
    END_6XX,
    END_408,
    END_486,
    RANG_OUT,
    SILENT,
)
from core.statistics.outcomes import outcome


@pytest.mark.parametrize(
    ("status", "heard", "rang", "abandoned", "column"),
    [
        (487, True, False, True, ABANDONED_SILENT),
        (487, True, True, True, ABANDONED_RINGING),
        (486, True, True, True, ABANDONED_RINGING),
        (408, False, False, False, SILENT),
        (503, False, False, False, SILENT),
        (408, True, False, False, END_408),
        (408, True, True, False, RANG_OUT),
        (486, True, True, False, END_486),
        (487, True, False, False, END_4XX),
        (502, True, False, False, END_5XX),
        (604, True, False, False, END_6XX),
    ],
)
def test_outcome(status: int, heard: bool, rang: bool, abandoned: bool, column: int) -> None:
    assert outcome(status, heard, rang, abandoned) == column


def test_every_final_status_has_an_outcome() -> None:
    yes_no = (False, True)
    for status, heard, rang, abandoned in product(range(300, 700), yes_no, yes_no, yes_no):
        assert ABANDONED_SILENT <= outcome(status, heard, rang, abandoned) <= END_6XX
