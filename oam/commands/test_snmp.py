"""`test snmp trap`: a notification that says it is a test, to see whether hosts hear of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, show
from oam.commands.show_snmp import WORDS
from oam.outlets import reason
from oam.snmp.notify.target import SnmpTestRow

if TYPE_CHECKING:
    from oam.context import Context


class SnmpEngineRow(msgspec.Struct, frozen=True):
    """The engine of a host."""

    address: str
    port: int
    engine_id: str
    """Hexadecimal, as `snmp-server engineid remote` takes it."""


@show(
    "test snmp trap [ADDRESS$host]",
    row=SnmpTestRow,
    privilege=PRIVILEGED,
    words=WORDS | {"trap": "Send a notification that says it is a test"},
    arguments={"host": "Address of one host; without it all are sent it"},
)
async def trap(context: Context, host: str | None) -> list[SnmpTestRow]:
    """Send a test notification to the hosts, as traps or informs as they are configured, and show what became of each.

    An inform is acknowledged or it is not; of a trap nobody knows more than that it left, unless the host refuses it.

    Example: test snmp trap 192.0.2.50
    """
    rows = await context.manager.snmp.notifier.test(host)
    if not rows:
        raise CommandError(f"{host} is no `snmp-server host`" if host else "No `snmp-server host` is configured")
    return rows


@show(
    "test snmp engineid ADDRESS$host [udp-port (1-65535)$port]",
    row=SnmpEngineRow,
    privilege=PRIVILEGED,
    words=WORDS | {"engineid": "Ask a host for its engine ID"},
    arguments={"host": "Address of the host", "port": "Port that it takes notifications at, 162 unless given"},
)
async def engine_id(context: Context, host: str, port: int | None) -> list[SnmpEngineRow]:
    """Ask a host for its engine ID, which informs of version 3 need before its users can be configured.

    Example: test snmp engineid 192.0.2.50
    """
    try:
        found = await context.manager.snmp.notifier.discover(host, port or 162)
    except OSError as error:
        raise CommandError(f"{host}: {reason(error)}") from error
    if not found:
        raise CommandError(f"{host} does not answer")
    return [SnmpEngineRow(host, port or 162, found.hex())]
