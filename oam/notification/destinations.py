"""Where notices and messages of the log go, each with its queue, its bound and what it had no room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from oam.automation.hooks import WAITING as HOOK_WAITING
from oam.log.file import WAITING as FILE_WAITING
from oam.notification.targets import WAITING as TARGET_WAITING
from oam.security.syslog import WAITING as HOST_WAITING
from oam.settings.logs import LogHost
from oam.shell.announcements import HELD

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.shell.lines import Line


class DestinationRow(msgspec.Struct, frozen=True):
    """One place that notices or messages of the log go to."""

    destination: str
    """`buffer`, `file`, `syslog`, `audit-syslog`, `terminal`, `target`, `snmp-host`, `hook`."""
    name: str
    state: str
    dropped: int
    """What found no room."""
    waiting: int
    room: int
    """Most that may wait."""
    taken: int
    """What it took; of a hook, its runs."""
    level: str
    """What is less severe does not go there; empty: everything goes."""
    error: str


def destinations(manager: Manager) -> Iterator[DestinationRow]:
    """Yield every one."""
    settings = manager.configuration.running.logging
    log = manager.log
    held = len(log.buffer)
    unfit = f"{log.malformed} datagrams were no messages" if log.malformed else ""
    yield DestinationRow("buffer", "", "up", 0, held, settings.buffer_size, log.sequence, settings.buffer_level, unfit)
    file = log.file
    if file is None:
        yield DestinationRow("file", "", "off", 0, 0, FILE_WAITING, 0, settings.file_level, "")
    else:
        state = "down" if file.error else "up"
        yield DestinationRow(
            "file", "logs/sipctl.log", state, file.dropped, file.waiting, FILE_WAITING, file.written,
            settings.file_level, file.error,
        )  # fmt: skip
    for host in manager.syslog.hosts.values():
        is_log = isinstance(host.settings, LogHost)
        yield DestinationRow(
            "syslog" if is_log else "audit-syslog", f"{host.settings.address} port {host.port}",
            "up" if host.connected and not host.error else "down", host.dropped, host.waiting, HOST_WAITING, host.sent,
            host.settings.level if isinstance(host.settings, LogHost) else "", host.error,
        )  # fmt: skip
    for line in manager.lines.all():
        if line.session.monitor is not None:
            yield _terminal(line, settings.monitor_level)
    for name, target in manager.targets.targets.items():
        state = "down" if target.error else "up"
        lost = target.dropped + target.failed
        yield DestinationRow("target", name, state, lost, target.waiting, TARGET_WAITING, target.sent, "", target.error)
    for told in manager.snmp.notifier.targets.all.values():
        yield DestinationRow(
            "snmp-host", told.name, "down" if told.error else "up", told.dropped + told.failed, told.waiting, told.room,
            told.sent, "", told.error,
        )  # fmt: skip
    for name, hook in manager.automation.hooks.states.items():
        yield DestinationRow("hook", name, "up", hook.dropped, len(hook.waiting), HOOK_WAITING, hook.runs, "", "")


def _terminal(line: Line, level: str) -> DestinationRow:
    told = line.session.announcements
    if told is None:
        return DestinationRow("terminal", line.name, "up", 0, 0, HELD, 0, level, "")
    return DestinationRow("terminal", line.name, "up", told.lost, told.held, HELD, told.taken, level, "")
