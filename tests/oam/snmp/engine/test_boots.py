"""The count of starts never falls, whatever becomes of its file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from oam.snmp.engine import boots


def test_it_is_raised_at_each_start(tmp_path: Path) -> None:
    assert [boots.raised(tmp_path) for _ in range(3)] == [1, 2, 3]
    assert [path.name for path in (tmp_path / "snmp").iterdir()] == [boots.FILE]


def test_at_its_end_it_stays(tmp_path: Path) -> None:
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp" / boots.FILE).write_text(f"{boots.LATCHED - 1}\n")
    assert [boots.raised(tmp_path) for _ in range(2)] == [boots.LATCHED, boots.LATCHED]


@pytest.mark.parametrize("octets", [b"", b"many", b"\xff\xfe", b"1 2"])
def test_what_cannot_be_read_is_no_reason_to_count_from_one(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp" / boots.FILE).write_bytes(octets)
    found = boots.raised(tmp_path)
    assert time.time() // 60 - 1 <= found <= time.time() // 60 + 1
    assert boots.raised(tmp_path) == found + 1


def test_a_disk_that_takes_nothing_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "snmp").write_text("no directory")
    assert boots.raised(tmp_path) > 1
    assert "the count of starts is not kept" in caplog.text
