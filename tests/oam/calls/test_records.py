"""Call records found again in their files, the newest first and not for ever."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.northbound.orders import ListCallHistory
from core.northbound.records import CallRecord
from oam.calls import records
from oam.calls.records import find, history_row, one, trail_row

DAY = 1_700_006_400.0
"""2023-11-15, midnight UTC."""


def record(name: str, started: float, **more: object) -> CallRecord:
    made = CallRecord(
        name, "sip:1001@example.com", "sip:+49-30-123@example.com", "sip:4930123@192.0.2.9", f"{name}@phone",
        "udp:192.0.2.1:5060", "udp:192.0.2.9:5060", started, started + 1.0, started + 2.0, started + 12.0, 10.0, 200,
        "caller",
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def write(state: Path, day: str, *those: CallRecord, tail: bytes = b"") -> None:
    (state / "records").mkdir(exist_ok=True)
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in those)
    (state / "records" / f"calls-{day}.jsonl").write_bytes(lines + tail)


def found(state: Path, *, octets: int = records.MOST_OCTETS, **wanted: object) -> list[str]:
    return [each.id for piece in find(state, ListCallHistory(**wanted), octets) for each in piece]  # type: ignore[arg-type]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    write(tmp_path, "20231114", record("a", DAY - 100), record("b", DAY - 50, answered_at=None, status=486))
    write(tmp_path, "20231115", record("c", DAY + 10, trunk_out="PSTN"), record("d", DAY + 20, caller="sip:bob@x"))
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["d", "c", "b", "a"]),
        ({"failed": True}, ["b"]),
        ({"since": DAY - 60}, ["d", "c", "b"]),
        ({"trunk": "PSTN"}, ["c"]),
        ({"call_id": "d@"}, ["d"]),
        ({"number": "4930"}, ["d", "c", "b", "a"]),
        ({"number": "999"}, []),
        ({"subscriber": "bob"}, ["d"]),
        ({"subscriber": "nobody", "alias": "1001"}, ["c", "b", "a"]),
    ],
)
def test_records_are_found_the_newest_first(state: Path, wanted: dict[str, object], names: list[str]) -> None:
    assert found(state, **wanted) == names  # type: ignore[arg-type]


def test_a_line_that_is_being_written_or_broken_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "20231115", record("a", DAY), tail=b'{"id": "half')
    write(tmp_path, "20231116", record("b", DAY), tail=b"nonsense\n\xff\xfe\n")
    assert found(tmp_path) == ["b", "a"]


def test_without_records_there_is_nothing(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_search_ends_at_its_bound(tmp_path: Path) -> None:
    write(tmp_path, "20231115", *(record(f"{number:04}", DAY + number) for number in range(1000)))
    size = (tmp_path / "records" / "calls-20231115.jsonl").stat().st_size
    names = found(tmp_path, octets=size // 10)
    assert names[0] == "0999"
    assert 80 <= len(names) <= 120


def test_lines_are_whole_across_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_PIECE", 700)
    write(tmp_path, "20231115", *(record(f"{number:04}", DAY + number) for number in range(100)))
    assert found(tmp_path) == [f"{number:04}" for number in reversed(range(100))]


def test_one_call_is_found_by_id_or_call_id(state: Path) -> None:
    for name in ("b", "b@phone"):
        assert [each.id for piece in one(state, name) for each in piece] == ["b"]
    assert [each for piece in one(state, "b@pho") for each in piece] == []


def test_rows_say_what_a_record_says(state: Path) -> None:
    failed = record("b", DAY, answered_at=None, ended_at=DAY + 3.0, status=486, duration_s=0.0)
    assert (history_row(failed).state, history_row(failed).status) == ("failed", 486)
    row = trail_row(record("a", DAY))
    assert (row.state, row.setup_ms, row.duration_s, row.repeats) == ("ended", 2000.0, 10.0, None)
    assert trail_row(failed).setup_ms == 3000.0
