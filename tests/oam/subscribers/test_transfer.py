"""Import and export of files: all or nothing, with news of long work."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from support.management import REALM, played, subscriber

from core.northbound.subscribers import SubscriberStore, open_subscribers
from oam.subscribers.transfer import export_file, import_file
from oam.transfer import TransferError


@pytest.fixture
def store(tmp_path: Path) -> SubscriberStore:
    return open_subscribers(tmp_path)


async def imported(path: Path, store: SubscriberStore, news_s: float = 60.0) -> list[str]:
    return [line async for line in import_file(path, store, REALM, news_s)]


@played
async def test_import_adds_and_replaces(tmp_path: Path, store: SubscriberStore) -> None:
    store.put(subscriber("1001", number="5551"))
    store.put(subscriber("1009"))
    path = tmp_path / "in.csv"
    path.write_text("\ufeffname,number,secret\r\n1001,,new\r\n1002,5551,other\r\n", encoding="utf-8")
    lines = await imported(path, store)
    assert len(lines) == 1
    assert lines[0].startswith("2 subscribers imported from in.csv in ")
    assert [each.name for each in store] == ["1001", "1002", "1009"]
    assert store.get("1001") == subscriber("1001", secret="new")
    found = store.find("5551")
    assert found is not None
    assert found.name == "1002"


@played
async def test_a_fault_leaves_everything_as_it_was(tmp_path: Path, store: SubscriberStore) -> None:
    store.put(subscriber("1001"))
    path = tmp_path / "in.csv"
    path.write_text("name,secret\n1002,x\n10 03,y\n")
    with pytest.raises(TransferError) as caught:
        await imported(path, store)
    assert str(caught.value) == "Nothing was imported from in.csv:\nline 3: name '10 03': not a subscriber name"
    assert [each.name for each in store] == ["1001"]


@played
async def test_a_number_of_somebody_else_is_refused_with_its_line(tmp_path: Path, store: SubscriberStore) -> None:
    store.put(subscriber("1001", number="5551"))
    path = tmp_path / "in.csv"
    path.write_text("name,number\n1002,5552\n1003,5551\n")
    with pytest.raises(TransferError, match="line 3: 5551 already belongs to subscriber 1001"):
        await imported(path, store)
    assert store.count == 1


@played
async def test_credentials_for_another_realm_are_warned_of(tmp_path: Path, store: SubscriberStore) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"name,realm,ha1_md5\n1001,old.org,{'0' * 32}\n")
    assert (await imported(path, store))[-1] == (
        'Warning: 1 have credentials for another realm than "example.com" and need a new secret'
    )


@played
async def test_long_work_tells_how_far_it_is(tmp_path: Path, store: SubscriberStore) -> None:
    path = tmp_path / "in.csv"
    path.write_text("name,secret\n" + "".join(f"{number},x\n" for number in range(500)))
    lines = await imported(path, store, news_s=0.0001)
    assert len(lines) > 1
    assert all(line.endswith((" lines read", " storing")) for line in lines[:-1])
    assert lines[-1].startswith("500 subscribers imported")


@played
async def test_leaving_early_while_reading_imports_nothing(tmp_path: Path, store: SubscriberStore) -> None:
    path = tmp_path / "in.csv"
    path.write_text("name,secret\n" + "".join(f"{number},x\n" for number in range(20_000)))
    work = import_file(path, store, REALM, news_s=0.001)
    assert (await anext(work)).endswith(" lines read")
    await work.aclose()
    assert store.count == 0


@played
async def test_export_and_import_agree_and_the_file_is_the_owners(tmp_path: Path, store: SubscriberStore) -> None:
    everybody = [subscriber("1001", number="5551"), subscriber("1002", enabled=False)]
    store.put_many(everybody)
    path = tmp_path / "out.csv"
    lines = [line async for line in export_file(path, store)]
    assert lines[-1].startswith(f"2 subscribers exported to out.csv, {path.stat().st_size} octets, in ")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "secret" not in path.read_text()
    other = open_subscribers(tmp_path / "other")
    await imported(path, other)
    assert list(other) == everybody


@played
async def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, store: SubscriberStore) -> None:
    path = tmp_path / "no" / "such" / "out.csv"
    with pytest.raises(TransferError, match=r"out\.csv: No such file or directory"):
        assert [line async for line in export_file(path, store)]
    assert not path.exists()


@pytest.mark.parametrize("kind", ["missing", "directory", "pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, store: SubscriberStore, kind: str) -> None:
    path = tmp_path / kind
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)

    @played
    async def refused() -> None:
        with pytest.raises(TransferError, match=f"Nothing was imported: {path}: "):
            await imported(path, store)

    refused()
