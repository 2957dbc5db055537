"""Disks that refuse and databases that are damaged: real volumes, real files."""

from __future__ import annotations

from pathlib import Path

import lmdb
import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, played, subscriber
from support.sqlite import damage, database
from support.volume import NO_MOUNT, Volume

from oam.fault.sources.storage import DEEP_S, Disks, Stores


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
@raises_and_clears(12)
@played
async def test_a_volume_that_turns_read_only(tmp_path: Path) -> None:
    with Volume(tmp_path / "records") as volume:
        watch = Watch(FakeManager(tmp_path))
        source = Disks(watch.manager)
        name = f"folder {volume.path}"
        assert await watch.look(source) == {}
        volume.read_only()
        assert await watch.look(source) == {(12, name): "critical"}
        assert watch.text(12, name) == "Read-only file system"
        volume.read_only(False)
        assert await watch.look(source) == {}


@played
async def test_a_disk_that_answers_nothing(tmp_path: Path) -> None:
    watch = Watch(FakeManager(tmp_path))
    source = Disks(watch.manager)

    async def run(*_: object) -> None:
        raise TimeoutError

    source._aside.run = run  # type: ignore[method-assign, assignment]
    assert await watch.look(source) == {(12, f"folder {tmp_path}"): "critical"}


@raises_and_clears(13)
@played
async def test_a_database_that_was_overwritten(tmp_path: Path) -> None:
    now = [0.0]
    watch = Watch(FakeManager(tmp_path))
    path = database(tmp_path / "audit" / "audit.db")
    source = Stores(watch.manager, lambda: now[0])
    assert await watch.look(source) == {}
    octets = damage(path)
    now[0] = 60.0
    assert await watch.look(source) == {(13, "store audit"): "critical"}
    path.write_bytes(octets)
    now[0] = 90.0
    assert await watch.look(source) == {}, "a damaged one is read at each look"


@raises_and_clears(13)
@played
async def test_subscribers_that_contradict_themselves(tmp_path: Path) -> None:
    now = [0.0]
    manager = FakeManager(tmp_path)
    manager.subscribers.put(subscriber("1001", number="2001"))
    watch = Watch(manager)
    source = Stores(manager, lambda: now[0])
    now[0] = 60.0
    assert await watch.look(source) == {}
    manager.subscribers.close()
    put(tmp_path, b"2002", b"1009")
    now[0] += DEEP_S
    assert await watch.look(source) == {(13, "store subscribers"): "critical"}
    assert "leads to nothing" in watch.text(13, "store subscribers")
    put(tmp_path, b"2002", b"")
    assert await watch.look(source) == {}
    manager.subscribers = type(manager.subscribers)(tmp_path / "subscribers")


def put(state: Path, key: bytes, value: bytes) -> None:
    """Write, or remove, a number behind the store's back."""
    with lmdb.open(str(state / "subscribers"), max_dbs=8) as environment:
        table = environment.open_db(b"numbers")
        with environment.begin(write=True) as transaction:
            if value:
                transaction.put(key, value, db=table)
            else:
                transaction.delete(key, db=table)
