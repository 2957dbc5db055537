"""The exclusive lock: held by one, waited for by others, lost by nobody who is gone."""

from __future__ import annotations

import asyncio

from support.management import played

from oam.config.lock import SYSTEM, ExclusiveLock, Holder

HOLDER = Holder("alice", "vty 3", "192.0.2.1", 0.0)


@played
async def test_the_holder_is_named_to_others_and_passes_himself() -> None:
    lock = ExclusiveLock()
    one, two = object(), object()
    assert await lock.take(one, lambda: HOLDER) is None
    assert await lock.take(one, lambda: HOLDER) is None
    assert await lock.take(two, lambda: HOLDER) == HOLDER
    assert lock.against(one) is None
    assert lock.against(SYSTEM) is None
    assert lock.against(None) == HOLDER
    assert str(HOLDER) == "alice on vty 3 from 192.0.2.1 since 00:00:00 UTC"


@played
async def test_who_waits_gets_in_when_it_is_released() -> None:
    lock = ExclusiveLock()
    one, two = object(), object()
    await lock.take(one, lambda: HOLDER)
    waiting = asyncio.create_task(lock.take(two, lambda: Holder("bob", "", "", 0.0), 60.0))
    await asyncio.sleep(0)
    assert lock.waiting == 1
    lock.release(two)
    assert lock.holder == HOLDER, "released by one who has not got it"
    lock.release(one)
    assert await waiting is None
    assert lock.holder is not None
    assert lock.holder.user == "bob"
    assert lock.waiting == 0


@played
async def test_of_two_who_wait_one_gets_it() -> None:
    lock = ExclusiveLock()
    owners = [object() for _ in range(3)]
    await lock.take(owners[0], lambda: HOLDER)
    waiting = [asyncio.create_task(lock.take(each, lambda: HOLDER, 0.05)) for each in owners[1:]]
    await asyncio.sleep(0)
    lock.clear()
    assert sorted(each is None for each in await asyncio.gather(*waiting)) == [False, True]


@played
async def test_the_wait_ends_in_time_and_leaves_nothing() -> None:
    lock = ExclusiveLock()
    await lock.take(object(), lambda: HOLDER)
    assert await lock.free_for(object(), 0.01) == HOLDER
    waiting = asyncio.create_task(lock.free_for(object(), 60.0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert lock.waiting == 0
