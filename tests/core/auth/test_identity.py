"""core.auth.identity: name or number, nothing else."""

from __future__ import annotations

import pytest

from core.auth.identity import may_use
from core.store.records import Subscriber


@pytest.mark.parametrize(
    ("user", "may"), [("ann", True), ("1001", True), ("", False), ("bob", False), ("ANN", False), ("100", False)]
)
def test_name_or_number(user: str, may: bool) -> None:
    assert may_use(Subscriber("ann", "1001"), user) is may


def test_no_number_is_no_identity() -> None:
    assert may_use(Subscriber("ann"), "") is False
