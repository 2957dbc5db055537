"""Two baresip phones, each in a network namespace of its own, register with digest and call each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from support import netns
from support.baresip import BARESIP, Phone, modules_path
from support.house import MD5_ALONE, House
from support.waiting import wait_until

OBSTACLE = "baresip is not installed" if BARESIP is None or modules_path() is None else netns.obstacle()
pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(bool(OBSTACLE), reason=OBSTACLE)]


class Scene(NamedTuple):
    """The server and its two phones, registered."""

    house: House
    caller: Phone
    callee: Phone


@pytest.fixture(params=["udp", "tcp"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """Phones 1001 and 1002 over UDP, then over TCP."""
    with ExitStack() as stack:
        town = stack.enter_context(netns.Town(2))
        house = stack.enter_context(
            House(tmp_path, address=netns.SERVER_ADDRESS, port=5060, prefix=town.server, extra=MD5_ALONE)
        )
        phones = []
        for number, user in ((1, "1001"), (2, "1002")):
            phones.append(Phone(tmp_path, town, number, user, house.port, transport=request.param))
            stack.callback(phones[-1].end)
        for phone in phones:
            phone.registered()
        yield Scene(house, *phones)


def test_two_phones_register_and_call_each_other(scene: Scene) -> None:
    house, caller, callee = scene
    assert sorted(row["aor"] for row in house.rows("show registrations")) == ["1001@example.com", "1002@example.com"]
    caller.dial("1002")
    callee.established()
    caller.established()
    callee.hears()
    call = house.rows("show calls")[0]
    assert call["state"] == "answered"
    assert call["caller"] == f"sip:1001@{netns.SERVER_ADDRESS}:5060"
    assert call["callee"].startswith(f"sip:1002@{netns.SERVER_ADDRESS}:5060")
    caller.hang_up()
    callee.closed()
    wait_until(lambda: house.rows("show calls") == [], 5, "the call to be gone")

    callee.dial("1001")
    caller.established()
    callee.established()
    caller.hang_up()
    callee.closed()
    counters = house.counters()
    assert counters["calls-answered"] == 2
    assert counters["authentications-accepted"] >= 4
    assert counters["internal-errors"] == 0
