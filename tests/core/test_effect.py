"""Flows as operators read them."""

from __future__ import annotations

import pytest

from core.effect import TCP, TRANSPORT_NUMBER, TRANSPORTS, UDP, Flow


@pytest.mark.parametrize(
    ("flow", "text"),
    [
        (Flow(UDP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060)), "udp:192.0.2.1:5060"),
        (Flow(TCP, 1, "2001:db8::1", 5070, ("2001:db8::1", 5070, 0, 0)), "tcp:[2001:db8::1]:5070"),
    ],
)
def test_a_flow_names_transport_and_peer(flow: Flow, text: str) -> None:
    assert repr(flow) == text


def test_transports_and_their_numbers_agree() -> None:
    assert [TRANSPORTS[TRANSPORT_NUMBER[name]] for name in ("udp", "tcp")] == ["udp", "tcp"]
