"""`test route`: what the worker is asked, and what is shown."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, gathered, played

from core.northbound.orders import ExplainRoute
from core.northbound.routing_settings import Trunk
from core.northbound.rows import RouteStepRow
from core.northbound.subscribers import Subscriber

STEP = RouteStepRow(1, "result", "PSTN-1", "030 to sip:192.0.2.1")
ASKED = [
    ("test route 1001 9030", ExplainRoute("1001", "9030")),
    ("test route +4930 9030 from trunk PSTN-1", ExplainRoute("+4930", "9030", trunk="PSTN-1")),
    ("test route 1001 9030 from PSTN-1", ExplainRoute("1001", "9030", trunk="PSTN-1")),
    ("test route 1001 9030 from 1001", ExplainRoute("1001", "9030", subscriber="1001")),
    ("test route 1001 alice from subscriber 1001", ExplainRoute("1001", "alice", subscriber="1001")),
    ("test route 1001 URN:service:sos.fire", ExplainRoute("1001", "urn:service:sos.fire")),
    ("test route 1 2 at 2026-12-24T20:00", ExplainRoute("1", "2", at=1_798_142_400.0)),
]


def manager(path: Path) -> FakeManager:
    made = FakeManager(path)
    running = made.configuration.running
    made.configuration.running = msgspec.structs.replace(running, trunks=(Trunk("PSTN-1"),))
    made.subscribers.put(Subscriber("1001"))
    made.fake_worker.answers = {ExplainRoute: [STEP]}
    return made


@pytest.mark.parametrize(("line", "order"), ASKED)
@played
async def test_the_worker_is_asked(tmp_path: Path, line: str, order: ExplainRoute) -> None:
    there = manager(tmp_path)
    shown, _ = await gathered(there.session(), line)
    assert shown == [STEP]
    assert there.fake_worker.orders == [order]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("test route 1 2 from trunk NONE", "There is no trunk NONE"),
        ("test route 1 2 from 4711", "There is no subscriber 4711"),
    ],
)
@played
async def test_who_is_not_there_calls_nobody(tmp_path: Path, line: str, text: str) -> None:
    rows, result = await gathered(manager(tmp_path).session(), line)
    assert (rows, result.code, result.errors) == ([], 1, [f"% {text}"])
