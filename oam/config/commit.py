"""Changes as a whole: archived with author and comment, confirmed in time or taken back.

A commit's version is on the disk before the commit is in force, and counts as soon as it is; a
commit to be confirmed has also written what it comes back to. A process killed at any moment leaves
the old configuration or the new one.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from core.northbound.wirefmt import NorthboundError
from oam.config.archive import Staged
from oam.config.lock import SYSTEM
from oam.config.store import Author, ConfigurationStore, Make, Refusal
from oam.config.tree import Configuration
from oam.config.unconfirmed import Pending

log = logging.getLogger("management")

RETRY_S: Final = 30.0
"""A configuration that could not come back is tried again after so long."""
LOOK_S: Final = 5.0
"""Longest sleep of the watch: the time of day may be set meanwhile."""
WARN_S: Final = 60.0
"""How long before the end operators are told."""


class _Kept:
    """The journal of a commit."""

    def __init__(self, store: ConfigurationStore, author: Author, kind: str, comment: str, minutes: int) -> None:
        self._store = store
        self._author = author
        self._kind = kind
        self._comment = comment
        self._minutes = minutes
        self._staged: Staged | None = None
        self._before: Pending | None = store.unconfirmed.pending
        self.number = 0

    async def prepare(self, old: Configuration, new: Configuration) -> None:
        store = self._store
        self._staged = await store.archive.stage(
            lambda: store.render(settings=new), self._author.name, self._kind, self._comment
        )
        self._before = store.unconfirmed.pending
        if self._minutes:
            await store.unconfirmed.arm(lambda: store.render(settings=old), self._author.name, self._minutes)

    async def done(self) -> None:
        if self._staged is None:
            return
        try:
            self.number = await self._store.archive.publish(self._staged)
        except OSError as error:
            log.error("the version of a commit is not in the archive: %s", error)

    async def undone(self) -> None:
        if self._staged is not None:
            self._store.archive.discard(self._staged)
        try:
            await self._store.unconfirmed.restore(self._before)
        except OSError as error:
            log.error("what a refused commit would have come back to cannot be removed: %s", error)


async def commit(
    store: ConfigurationStore, made: Make, author: Author, kind: str, comment: str = "", minutes: int = 0
) -> tuple[Refusal, int]:
    """Bring what `made` makes of the running configuration into force whole, and archive it.

    With `minutes` it comes back unless it is confirmed within them. Returns why it was refused, and the
    number of its version: 0 when it was refused, changed nothing, or is the newest version already.
    """
    journal = _Kept(store, author, kind, comment, minutes)
    try:
        return await store.change(made, author, journal), journal.number
    except (NorthboundError, OSError) as error:
        return Refusal([str(error)]), 0


async def revert(store: ConfigurationStore, author: Author, why: str) -> Refusal:
    """Bring back the configuration that an unconfirmed change began with, and tell everybody `why`."""
    pending = store.unconfirmed.pending
    if pending is None:
        return Refusal(["No Rollback Confirmed Change pending"])
    settings, problems = await asyncio.to_thread(store.parse, pending.lines)
    refused = Refusal([str(each) for each in problems])
    confirmed = False

    def made(running: Configuration) -> Configuration:
        nonlocal confirmed
        confirmed = store.unconfirmed.pending is None
        store.unconfirmed.reverting = not confirmed
        return running if confirmed else settings

    try:
        if not refused:
            refused, _ = await commit(store, made, author, "rollback", why)
        if not refused and not confirmed:
            await _cleared(store)
    finally:
        store.unconfirmed.reverting = False
    if confirmed:
        return Refusal()
    if refused:
        store.announce("rollback", f"the configuration cannot come back: {refused[0]}", "critical")
        return refused
    store.announce(
        "rollback", f"the configuration of before the change by {pending.by} is in force again: {why}", "warnings"
    )
    return refused


async def _cleared(store: ConfigurationStore) -> None:
    try:
        await store.unconfirmed.clear()
    except OSError as error:
        log.error("a change stays unconfirmed on the disk: %s", error)


async def watch(store: ConfigurationStore) -> None:
    """Take back what is not confirmed in time, also what a former process left; runs until it is cancelled."""
    warned: Pending | None = None
    if store.unconfirmed.fault:
        text = "an unconfirmed change stays: unconfirmed-commit, which has what to come back to, cannot be read: "
        store.announce("commit-unconfirmed", text + store.unconfirmed.fault, "errors")
    while True:
        unconfirmed = store.unconfirmed
        unconfirmed.changed.clear()
        pending, left = unconfirmed.pending, unconfirmed.left_s
        if pending is not None and left <= 0:
            try:
                await _ran_out(store, pending)
            except Exception:
                log.exception("the configuration cannot come back")
                await asyncio.sleep(RETRY_S)
            continue
        if pending is not None and left <= WARN_S < pending.minutes * 60 and warned != pending:
            warned = pending
            text = f"the change by {pending.by} will be taken back in one minute unless 'configure confirm' is given"
            store.announce("commit-unconfirmed", text, "warnings")
        try:
            async with asyncio.timeout(None if pending is None else min(max(left, 0.0), LOOK_S)):
                await unconfirmed.changed.wait()
        except TimeoutError:
            continue


async def _ran_out(store: ConfigurationStore, pending: Pending) -> None:
    allowed = "1 minute" if pending.minutes == 1 else f"{pending.minutes} minutes"
    text = f"the change by {pending.by} was not confirmed within {allowed}"
    store.announce("commit-unconfirmed", text, "warnings")
    author = Author("commit timer", SYSTEM)
    if await store.finished(revert(store, author, "not confirmed in time")):
        try:
            await store.unconfirmed.postpone(RETRY_S)
        except OSError as error:
            log.error("%s", error)
            await asyncio.sleep(RETRY_S)
