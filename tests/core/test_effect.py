"""Effects and flows."""

from __future__ import annotations

import pytest

from core import effect
from core.effect import TCP, TRANSPORT_NUMBER, TRANSPORTS, UDP, Flow


def test_effects_are_told_apart_by_number() -> None:
    assert len({effect.SEND, effect.CLOSE, effect.NOTICE, effect.RESOLVE, effect.RECORD}) == 5


def test_transports_and_their_numbers() -> None:
    assert [TRANSPORT_NUMBER[name] for name in TRANSPORTS] == [UDP, TCP]


@pytest.mark.parametrize(
    ("flow", "text"),
    [
        (Flow(UDP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060)), "udp:192.0.2.1:5060"),
        (Flow(TCP, 1, "2001:db8::1", 5070, ("2001:db8::1", 5070, 0, 0)), "tcp:[2001:db8::1]:5070"),
    ],
)
def test_a_flow_reads_as_rows_show_it(flow: Flow, text: str) -> None:
    assert repr(flow) == text
