"""`test snmp trap`: a notification that says it is a test, to see whether hosts hear of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import PRIVILEGED, CommandError, show
from oam.commands.show_snmp import WORDS
from oam.snmp.notify.target import SnmpTestRow

if TYPE_CHECKING:
    from oam.context import Context


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
