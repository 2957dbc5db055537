"""Log lines and the severities of areas."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from core.northbound.logs import NOTICE, set_levels, set_up
from core.northbound.settings import LOG_AREAS, LoggingSettings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {area: logging.getLogger(area).level for area in LOG_AREAS}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for area, before in levels.items():
        logging.getLogger(area).setLevel(before)


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
