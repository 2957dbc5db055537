"""Two servers and sipp: at three times what one is engineered for, it carries that and breaks no call."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.agent import register
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines
from support.waiting import free_ports

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPP is None, reason="sipp is not installed")]

CALLEES = [str(number) for number in range(9000, 9020)]
CAPACITY = 40
SECONDS = 8
CONTROLLED = (*UNCHALLENGED_CALLS, "traffic-control", f" overload rate-maximum {CAPACITY}", "!")


def upstream(port: int) -> tuple[str, ...]:
    """Lines of a server whose trunk is the server at `port`, and that obeys it."""
    return (
        *UNCHALLENGED_CALLS,
        "trunk DOWN",
        f" address sip:127.0.0.1:{port}",
        " overload-control",
        "!",
        "route-group DOWN",
        " trunk DOWN",
        "!",
        "number-analysis",
        " prefix 9 route-group DOWN",
        "!",
    )


def offer(where: Path, server: House, name: str) -> Sipp:
    """Offer three times the capacity and wait for the end."""
    caller = Sipp(
        where, "uac-overload", ("127.0.0.1", server.port), free_ports()[0], calls=3 * CAPACITY * SECONDS,
        rate=3 * CAPACITY, hold_ms=500, users=caller_lines(CALLEES), name=name,
    )  # fmt: skip
    try:
        outcome = caller.wait(SECONDS + 30)
    finally:
        caller.end()
    assert (outcome.failed, outcome.code) == (0, 0), caller.complaint()
    return caller


def check(caller: Sipp) -> None:
    """Check goodput, and that every call that was answered ended well."""
    answered, ended, refused = (caller.count(number) for number in (1, 2, 3))
    assert answered >= 0.8 * CAPACITY * SECONDS
    assert ended == answered
    assert answered + refused == 3 * CAPACITY * SECONDS


def test_goodput_at_three_times_the_capacity(tmp_path: Path) -> None:
    with House(tmp_path / "down", extra=CONTROLLED, subscribers=CALLEES) as down:
        (port,) = free_ports()
        register(("127.0.0.1", down.port), CALLEES, port)
        callee = Sipp(tmp_path, "uas", ("127.0.0.1", down.port), port)
        try:
            caller = offer(tmp_path, down, "direct")
            check(caller)
            assert down.counters()["overload-refused"] == caller.count(3)
            with House(tmp_path / "up", extra=upstream(down.port), subscribers=()) as up:
                before = down.counters()
                check(offer(tmp_path, up, "by-upstream"))
                after, kept = down.counters(), up.counters()["feedback-obeyed"]
        finally:
            callee.end()
    refused = after["overload-refused"] - before["overload-refused"]
    assert kept >= refused, "the upstream server keeps most of it back"
    assert after["feedback-sent"] - before["feedback-sent"] >= 0.8 * CAPACITY * SECONDS
    assert after["internal-errors"] == 0
