"""Whether the configuration was changed, when, by whom, and whether it is saved."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from oam.snmp import oids, syntax
from oam.snmp.action import READY, action
from oam.snmp.object import Column, Table

if TYPE_CHECKING:
    from oam.config.archive import Version
    from oam.config.lock import Holder
    from oam.config.store import ConfigurationStore
    from oam.context import Manager


class ConfigurationRow(msgspec.Struct, frozen=True):
    """The configuration. Moments are seconds since 1970; 0: never."""

    changed_at: float
    changed_by: str
    changed_from: str
    saved: bool
    saved_at: float
    startup_octets: int
    version: int
    """0: there is none."""
    version_at: float
    version_by: str
    version_kind: str
    unconfirmed: bool
    unconfirmed_until: float
    unconfirmed_by: str
    locked: bool
    locked_by: str
    locked_from: str
    locked_at: float
    lock_waiting: int
    action: str = READY


async def _configuration(manager: Manager) -> Sequence[ConfigurationRow]:
    store = manager.configuration
    saved = await manager.snmp.saved.now()
    saved_at, octets = _startup(store)
    versions: dict[int, Version] = {}
    with contextlib.suppress(OSError):  # where nothing can be read nothing can be told
        versions = await asyncio.to_thread(store.archive.versions)
    number = max(versions, default=0)
    newest = versions.get(number)
    pending, holder = store.unconfirmed.pending, store.exclusive.holder
    return (
        ConfigurationRow(
            changed_at=store.changed_at,
            changed_by=store.changed_by,
            changed_from=store.changed_from,
            saved=saved,
            saved_at=saved_at,
            startup_octets=octets,
            version=number,
            version_at=newest.at if newest else 0.0,
            version_by=newest.by if newest else "",
            version_kind=newest.kind if newest else "",
            unconfirmed=pending is not None,
            unconfirmed_until=pending.deadline if pending else 0.0,
            unconfirmed_by=pending.by if pending else "",
            locked=holder is not None,
            locked_by=holder.user if holder else "",
            locked_from=_place(holder) if holder else "",
            locked_at=holder.since if holder else 0.0,
            lock_waiting=store.exclusive.waiting,
        ),
    )


def _startup(store: ConfigurationStore) -> tuple[float, int]:
    """Return when startup-config was written, and its octets; 0 where there is none."""
    try:
        status = store.startup_path.stat()
    except OSError:
        return 0.0, 0
    return status.st_mtime, status.st_size


def _place(holder: Holder) -> str:
    return f"{holder.line} {holder.address}".strip()


CONFIGURATION: Final = Table(
    (*oids.CONFIGURATION, 1),
    "sipctlConfigurationState",
    "The configuration: whether it was changed, when and by whom, and whether the server would start with it.",
    (
        Column(1, "sipctlConfigChangedAt", syntax.DATE, "changed_at",
               "When the running configuration was last changed, or management was started."),
        Column(2, "sipctlConfigChangedBy", syntax.TEXT, "changed_by",
               "Operator who changed it. startup-config: nobody has since management was started."),
        Column(3, "sipctlConfigChangedFrom", syntax.TEXT, "changed_from",
               "Where he was: transport and address. Empty: the server changed it by itself."),
        Column(4, "sipctlConfigSaved", syntax.TRUTH, "saved",
               "Whether startup-config has what runs. false(2): the next start would lose something."),
        Column(5, "sipctlConfigSavedAt", syntax.DATE, "saved_at",
               "When startup-config was last written; empty: there is none."),
        Column(6, "sipctlConfigStartupSize", syntax.GAUGE, "startup_octets",
               "Size of startup-config; 0: there is none.", "octets"),
        Column(7, "sipctlConfigVersion", syntax.GAUGE, "version",
               "Number of the newest version in the archive. Numbers only rise. 0: the archive is empty."),
        Column(8, "sipctlConfigVersionAt", syntax.DATE, "version_at", "When that version was made."),
        Column(9, "sipctlConfigVersionBy", syntax.TEXT, "version_by", "Who made it."),
        Column(10, "sipctlConfigVersionKind", syntax.text(32), "version_kind",
               "What made it: commit, configure, write, replace, rollback and others."),
        Column(11, "sipctlConfigUnconfirmed", syntax.TRUTH, "unconfirmed",
               "Whether a commit awaits its confirmation. Unless it is confirmed, the older configuration comes back."),
        Column(12, "sipctlConfigUnconfirmedUntil", syntax.DATE, "unconfirmed_until",
               "When the older configuration comes back; empty: nothing awaits a confirmation."),
        Column(13, "sipctlConfigUnconfirmedBy", syntax.TEXT, "unconfirmed_by", "Whose commit awaits it."),
        Column(14, "sipctlConfigLocked", syntax.TRUTH, "locked",
               "Whether an operator has locked the configuration: all others wait or are refused."),
        Column(15, "sipctlConfigLockedBy", syntax.TEXT, "locked_by", "Who has locked it; empty: nobody."),
        Column(16, "sipctlConfigLockedFrom", syntax.TEXT, "locked_from", "Line and address of his session."),
        Column(17, "sipctlConfigLockedAt", syntax.DATE, "locked_at", "Since when he has; empty: nobody has."),
        Column(18, "sipctlConfigLockWaiting", syntax.GAUGE, "lock_waiting",
               "Changes and sessions that wait for the lock now.", "sessions"),
        action(
            19,
            "sipctlConfigSave",
            "Setting perform(2) saves the running configuration, as 'write memory' does. It is refused while a commit "
            "awaits its confirmation.",
            "write memory",
        ),
    ),
    _configuration,
)  # fmt: skip

TABLES: Final = (CONFIGURATION,)
