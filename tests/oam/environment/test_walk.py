"""Every record of an environment read: what does not fit is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import lmdb
import msgspec
import pytest

from oam.environment.walk import walk


def environment(folder: Path, tables: dict[bytes, dict[bytes, bytes]]) -> Path:
    """Make an environment with these tables."""
    folder.mkdir(exist_ok=True)
    with lmdb.open(str(folder), max_dbs=8) as opened:
        for name, records in tables.items():
            table = opened.open_db(name)
            with opened.begin(write=True) as transaction:
                for key, value in records.items():
                    transaction.put(key, value, db=table)
    return folder


PACKED = msgspec.msgpack.encode(["1001"])


def test_one_that_is_whole(tmp_path: Path) -> None:
    folder = environment(tmp_path / "subscribers", {b"subscribers": {b"1001": PACKED}, b"numbers": {b"2001": b"1001"}})
    assert walk(folder) == ""


def test_a_record_that_cannot_be_read(tmp_path: Path) -> None:
    folder = environment(tmp_path / "subscribers", {b"subscribers": {b"1001": PACKED, b"1002": b"\xc1"}})
    assert walk(folder).startswith("table subscribers: record 2 cannot be read")


def test_a_number_that_leads_to_nobody(tmp_path: Path) -> None:
    folder = environment(tmp_path / "subscribers", {b"subscribers": {b"1001": PACKED}, b"numbers": {b"2001": b"1009"}})
    assert walk(folder) == "table numbers: b'2001' leads to nothing"


@pytest.mark.parametrize(
    ("octets", "told"),
    [(b"", "No such file"), (b"\xa5" * 65_536, "MDB_INVALID")],
)
def test_the_process_says_what_is_wrong(tmp_path: Path, octets: bytes, told: str) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    if octets:
        (folder / "data.mdb").write_bytes(octets)
    words = [sys.executable, "-P", "-m", "oam.environment.walk", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert told in done.stdout
