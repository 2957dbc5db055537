"""Log lines and the severities of areas."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.loggers import loggers_as_before

from core.northbound.logs import (
    FOLD_S,
    HELD,
    NOTICE,
    REPEATS,
    Limiter,
    decode_line,
    forward,
    send_held,
    set_levels,
    set_up,
)
from core.northbound.settings import LOG_AREAS, LoggingSettings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    with loggers_as_before():
        yield


def test_a_line_names_time_process_area_and_severity(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    set_up("sipctl-test")
    logging.getLogger("management").log(NOTICE, "ready, %d commands", 7)
    words = capsys.readouterr().err.split(" ", 3)
    assert words[0].endswith("Z")
    assert words[1].startswith("sipctl-test[")
    assert words[2:] == ["management", "notifications: ready, 7 commands\n"]


def test_the_journal_gets_the_severity_of_every_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    set_up("sipctl-test")
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("sip").exception("dropped")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "<3>sip errors: dropped"
    assert all(line.startswith("<3>") for line in lines)


def test_an_area_may_differ_from_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("sipctl-test")
    set_levels(LoggingSettings(level="errors", areas=(("net", "debugging"),)))
    for area in LOG_AREAS:
        logging.getLogger(area).debug("detail of %s", area)
        logging.getLogger(area).warning("warning of %s", area)
    printed = capsys.readouterr().err
    assert printed.count("\n") == 2
    assert "detail of net" in printed
    assert "warning of net" in printed


def _record(text: str, area: str = "net") -> logging.LogRecord:
    return logging.LogRecord(area, logging.WARNING, "", 0, text, None, None)


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_text_that_repeats_itself_is_folded_and_its_number_told_afterwards() -> None:
    limiter = Limiter(clock := _Clock())
    written = [limiter.filter(_record("disk full")) for _ in range(10)]
    assert written.count(True) == REPEATS
    assert limiter.filter(_record("something else"))
    clock.now += FOLD_S
    assert limiter.filter(last := _record("disk full"))
    assert last.getMessage() == "disk full (7 more like this in the last 60 s)"


def test_an_area_is_held_to_a_rate_and_others_are_not() -> None:
    limiter = Limiter(clock := _Clock())
    limiter.rate = 5
    assert [limiter.filter(_record(f"peer {n}")) for n in range(8)].count(True) == 5
    assert limiter.filter(_record("other area", "sip"))
    clock.now += 1.0
    assert limiter.filter(last := _record("peer 9"))
    assert last.getMessage() == "peer 9 (3 messages of this area were kept back before it, over 5 a second)"


def test_what_must_always_be_told_is_kept_back_neither_by_a_rate_nor_as_a_repeat() -> None:
    limiter = Limiter(_Clock())
    limiter.rate = 2
    records = [_record("alarm-cleared: alarm 3") for _ in range(10)]
    for record in records:
        record.always = True
    assert all(limiter.filter(record) for record in records)
    assert limiter.filter(_record("another"))


def test_without_a_rate_nothing_but_repeats_is_kept_back() -> None:
    limiter = Limiter(_Clock())
    limiter.rate = 0
    assert all(limiter.filter(_record(f"peer {n}")) for n in range(1000))


def test_management_is_given_every_message(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as management:
        management.bind(str(tmp_path / "log.sock"))
        set_up("sip-1")
        forwarder = forward("sip-1", tmp_path)
        logging.getLogger("sip").error("fault in %s", "receive")
        line = decode_line(management.recv(65_536))
        forwarder.close()
    assert (line.process, line.area, line.severity, line.text) == ("sip-1", "sip", 3, "fault in receive")


def test_what_is_said_before_management_is_there_it_gets_afterwards(tmp_path: Path) -> None:
    set_up("sipctld")
    forwarder = forward("sipctld", tmp_path)
    logging.getLogger("supervisor").error("started")
    logging.getLogger("supervisor").error("ready")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as management:
        management.bind(str(tmp_path / "log.sock"))
        send_held()
        lines = [decode_line(management.recv(65_536)).text for _ in range(2)]
        logging.getLogger("supervisor").error("later")
        lines.append(decode_line(management.recv(65_536)).text)
    forwarder.close()
    assert lines == ["started", "ready", "later"]
    assert forwarder.dropped == 0


def test_nobody_waits_for_management(tmp_path: Path) -> None:
    set_up("sip-1")
    set_levels(LoggingSettings(rate_limit=0))
    forwarder = forward("sip-1", tmp_path)
    for number in range(HELD + 3):
        logging.getLogger("sip").error("nobody is there, message %d", number)
    assert forwarder.dropped == 3, "what is held has a bound"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as management:
        management.bind(str(tmp_path / "log.sock"))
        for number in range(5000):
            logging.getLogger("sip").error("message %d", number)
        assert forwarder.dropped > 3, "a socket that is not read has a bound"
    forwarder.close()
