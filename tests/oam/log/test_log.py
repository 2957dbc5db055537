"""The log of the whole server: messages of every process, numbered on over restarts, kept within a bound."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.loggers import loggers_as_before
from support.management import FakeManager, done, gathered, played
from support.waiting import until

from core.northbound.logs import LogLine, encode_line, set_up


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    with loggers_as_before():
        yield


def _line(text: str, severity: int = 3, area: str = "net") -> LogLine:
    return LogLine("sip-1", 7, area, severity, 1000.5, text)


@played
async def test_messages_of_other_processes_are_taken(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.log.start()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as worker:
        for octets in (b"\xff" * 40, encode_line(_line("x", area="nowhere")), encode_line(_line("socket\x1b[2J gone"))):
            worker.sendto(octets, str(tmp_path / "run" / "log.sock"))
    await until(lambda: manager.log.buffer)
    (entry,) = manager.log.buffer
    assert (entry.sequence, entry.line.process, entry.line.text) == (1, "sip-1", "socket\\u001b[2J gone")
    assert manager.log.malformed == 2
    manager.log.close()


@played
async def test_what_management_itself_logs_is_taken_from_every_thread(tmp_path: Path) -> None:
    set_up("sipctl-oam")
    manager = FakeManager(tmp_path)
    manager.log.start()
    logging.getLogger("management").warning("from the loop")
    await asyncio.to_thread(logging.getLogger("store").warning, "from a thread")
    await until(lambda: len(manager.log.buffer) == 2)
    assert [entry.line.text for entry in manager.log.buffer] == ["from the loop", "from a thread"]
    manager.log.close()


@played
async def test_numbers_go_on_after_a_restart_and_so_does_what_can_be_shown(tmp_path: Path) -> None:
    first = FakeManager(tmp_path)
    first.log.start()
    first.log.take(_line("before"))
    first.log.close()
    second = FakeManager(tmp_path)
    second.log.start()
    second.log.take(_line("after"))
    assert [(entry.sequence, entry.line.text) for entry in second.log.buffer] == [(1, "before"), (2, "after")]
    second.log.close()


@played
async def test_memory_is_bounded_as_configured_and_takes_what_is_severe_enough(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.log.start()
    session = manager.session()
    await done(session, ["configure terminal", "logging buffer size 3", "logging buffer level errors", "end"])
    for number in range(5):
        manager.log.take(_line(f"error {number}"))
        manager.log.take(_line(f"warning {number}", 4))
    rows, _ = await gathered(session, "show logging")
    assert [(row.sequence, row.text) for row in rows] == [(5, "error 2"), (7, "error 3"), (9, "error 4")]
    manager.log.close()


@played
async def test_show_logging_chooses_by_severity_area_and_number(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    for severity, area in ((3, "net"), (6, "net"), (2, "sip"), (4, "net")):
        manager.log.take(_line(f"{area} {severity}", severity, area))
    session = manager.session()
    rows, _ = await gathered(session, "show logging level warnings area net")
    assert [row.text for row in rows] == ["net 3", "net 4"]
    rows, _ = await gathered(session, "show logging last 1")
    assert [(row.text, row.severity) for row in rows] == [("net 4", "warnings")]
    await done(session, ["clear logging"])
    assert (await gathered(session, "show logging"))[0] == []


@played
async def test_no_file_is_written_where_none_is_wanted(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.log.start()
    await done(manager.session(), ["configure terminal", "no logging file", "end"])
    manager.log.take(_line("nowhere"))
    assert manager.log.file is None
    manager.log.close()
    assert not (tmp_path / "logs" / "sipctl.log").exists()
