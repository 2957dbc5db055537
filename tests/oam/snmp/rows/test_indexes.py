"""An index is given once and for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import played

from oam.snmp.rows import indexes
from oam.snmp.rows.indexes import Indexes


@played
async def test_a_name_keeps_its_number_over_a_restart(tmp_path: Path) -> None:
    first = Indexes(tmp_path)
    numbers = [first.of("trunk", name) for name in ("A", "B", "A", "C")]
    await first.save()
    second = Indexes(tmp_path)
    assert numbers == [1, 2, 1, 3]
    assert second.all("trunk", ("C", "D", "A")) == {"C": 3, "D": 4, "A": 1}


@played
async def test_kinds_are_counted_by_themselves(tmp_path: Path) -> None:
    numbers = Indexes(tmp_path)
    assert numbers.of("trunk", "A") == numbers.of("listener", "A") == 1


@played
async def test_further_names_get_none_and_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(indexes, "MOST", 2)
    numbers = Indexes(tmp_path)
    assert numbers.all("trunk", "AB") == {"A": 1, "B": 2}
    assert not caplog.records
    assert numbers.all("trunk", "ABCD") == {"A": 1, "B": 2}
    assert [each.getMessage() for each in caplog.records] == [
        "SNMP: 2 names of the kind trunk have had an index; others, 'C' for one, are not served"
    ]


@played
@pytest.mark.parametrize(
    "octets", [b"\xff{", b'{"trunk":{"A":1,"B":1}}', b'{"trunk":{"A":0}}', b'{"trunk":{"A":4294967296}}']
)
async def test_a_damaged_file_begins_anew_and_says_so(
    octets: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp" / "indexes").write_bytes(octets)
    numbers = Indexes(tmp_path)
    assert numbers.of("trunk", "B") == 1
    assert "begin anew" in caplog.text
    await numbers.save()
    # An operator may mend it: who has graphs by index wants the old ones back.
    assert (tmp_path / "snmp" / "indexes.damaged").read_bytes() == octets
    assert Indexes(tmp_path).of("trunk", "A") == 2


@played
async def test_a_number_is_not_given_again_when_an_earlier_name_was_taken_out(tmp_path: Path) -> None:
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp" / "indexes").write_bytes(b'{"trunk":{"A":1,"C":3}}')
    assert Indexes(tmp_path).all("trunk", "ACDE") == {"A": 1, "C": 3, "D": 4, "E": 5}


@played
async def test_what_cannot_be_written_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    numbers = Indexes(tmp_path)
    (tmp_path / "snmp").write_text("in the way")
    numbers.of("trunk", "A")
    for _ in range(3):
        await numbers.save()
    assert caplog.text.count("not kept") == 1
    (tmp_path / "snmp").unlink()
    await numbers.save()
    assert Indexes(tmp_path).of("trunk", "A") == 1
