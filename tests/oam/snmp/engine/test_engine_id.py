"""The engine ID: made once, kept, configured, refused when it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam.settings.snmp import SnmpSettings
from oam.snmp.engine import engine_id
from oam.snmp.oids import ENTERPRISE


def test_it_is_made_once(tmp_path: Path) -> None:
    made = engine_id.local(SnmpSettings(), tmp_path)
    assert len(made) == 13
    assert int.from_bytes(made[:4], "big") == 0x80000000 | ENTERPRISE
    assert made[4] == 5
    assert engine_id.local(SnmpSettings(), tmp_path) == made
    assert [each.name for each in (tmp_path / "snmp").iterdir()] == [engine_id.FILE]


def test_no_two_servers_have_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert engine_id.kept(tmp_path / "one") != engine_id.kept(tmp_path / "two")


def test_of_two_that_make_it_at_once_both_have_the_first(tmp_path: Path) -> None:
    first = engine_id.kept(tmp_path)
    assert engine_id._made(tmp_path / "snmp" / engine_id.FILE) == first


def test_the_configured_one_counts_and_nothing_is_made(tmp_path: Path) -> None:
    settings = SnmpSettings(engine_id="800000090300AABBCCDDEE00")
    assert engine_id.local(settings, tmp_path).hex() == "800000090300aabbccddee00"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "8000", "00" * 33, "0" * 11, "00" * 12, "ff" * 5, "80000009zz"])
def test_what_is_no_engine_id(text: str) -> None:
    with pytest.raises(engine_id.EngineIdError):
        engine_id.parse(text)


@pytest.mark.parametrize("octets", [b"", b"8000", b"\xff\xfe"])
def test_a_damaged_file_is_not_replaced(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "snmp" / engine_id.FILE
    path.parent.mkdir()
    path.write_bytes(octets)
    with pytest.raises(engine_id.EngineIdError) as refused:
        engine_id.kept(tmp_path)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == octets


def test_a_state_directory_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(engine_id.EngineIdError):
        engine_id.kept(tmp_path / "missing")
