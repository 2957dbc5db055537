"""When the user agents send again (RFC 3261 §17.1.1.2, §17.1.2.2)."""

from __future__ import annotations

import pytest

from oam.testcall.transaction import ClientTransaction


@pytest.mark.parametrize(
    ("method", "times"),
    [("INVITE", [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]), ("REGISTER", [0.5, 1.5, 3.5, 7.5, 11.5, 15.5])],
)
def test_retransmissions(method: str, times: list[float]) -> None:
    pending = ClientTransaction(0, method, b"", ("127.0.0.1", 5060), 0.0)
    seen = []
    for _ in times:
        seen.append(pending.resend_at)
        pending.sent_again(pending.resend_at)
    assert seen == times


@pytest.mark.parametrize(("method", "after"), [("INVITE", float("inf")), ("BYE", 5.0)])
def test_a_provisional_response_holds_them_back(method: str, after: float) -> None:
    pending = ClientTransaction(0, method, b"", ("127.0.0.1", 5060), 0.0)
    pending.provisional(1.0)
    assert pending.resend_at == after
