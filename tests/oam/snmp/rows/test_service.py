"""How the server is, in the words of the standards, and since when."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, played

from core.northbound.counters import OVERLOAD_LEVEL, STARTED_AT
from core.northbound.rows import ProcessRow
from core.northbound.settings import Listener, SipSettings
from oam.config.tree import Configuration
from oam.snmp.rows import service

OPEN = Listener("udp", "192.0.2.1")
SHUT = msgspec.structs.replace(OPEN, port=5080, shutdown=True)


def process(state: str, name: str = "sip-1") -> ProcessRow:
    return ProcessRow(name, 7, state, 0, 0, 0.0, 0)


@pytest.mark.parametrize(
    ("state", "listeners", "level", "word"),
    [
        ("running", (), 0, "up"),
        ("running", (OPEN, SHUT), 0, "up"),
        ("running", (SHUT,), 0, "quiescing"),
        ("running", (OPEN,), 1, "congested"),
        ("stopping", (OPEN,), 0, "quiescing"),
        ("starting", (OPEN,), 0, "restarting"),
        ("backoff", (OPEN,), 0, "restarting"),
        ("stopped", (OPEN,), 1, "down"),
    ],
)
def test_words(tmp_path: Path, state: str, listeners: tuple[Listener, ...], level: int, word: str) -> None:
    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path, Configuration(sip=SipSettings(listeners=listeners)))
        manager.fake_supervisor.rows = [process("running", "oam"), process(state)]
        manager.counters[0][OVERLOAD_LEVEL] = level
        assert (await service.state(manager)).word == word

    scenario()


@played
async def test_nobody_knows_without_the_supervisor(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.away = True
    assert (await service.state(manager)).word == "unknown"


@played
async def test_signalling_that_runs_and_does_not_answer_is_not_up(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [process("running")]
    manager.fake_worker.answers = None
    assert (await service.state(manager)).word == "unknown"


@played
async def test_since_when(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.counters[0][STARTED_AT] = 1_000
    manager.fake_supervisor.rows = [process("running")]
    assert await service.state(manager) == ("up", 1_000)
    manager.counters[0][STARTED_AT] = 2_000
    assert await service.state(manager) == ("up", 2_000), "it was restarted while nobody looked"
    before = time.time()
    manager.fake_supervisor.rows = [process("stopped")]
    down = await service.state(manager)
    assert down.word == "down"
    assert before <= down.since <= time.time()
    assert await service.state(manager) == down
    manager.fake_supervisor.rows = [process("running")]
    assert (await service.state(manager)).since >= down.since, "up again, though the process is the old one"
