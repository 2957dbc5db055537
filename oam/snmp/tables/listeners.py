"""The SIP sockets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.northbound.counters import STARTED_AT
from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow as Socket
from core.northbound.statistics import CALLS, KINDS, LISTENER
from oam.snmp import oids, syntax
from oam.snmp.convention import ADMIN_STATE, STATE
from oam.snmp.object import HIDDEN, WRITE, Column, Table
from oam.snmp.rows.asking import asked

if TYPE_CHECKING:
    from core.northbound.settings import Listener
    from oam.context import Manager

KIND: Final = "listener"


class ListenerRow(msgspec.Struct, frozen=True):
    """One SIP socket; `None` where signalling does not answer."""

    index: int
    name: str
    transport: str
    address: str
    port: int
    advertised: str
    state: str
    admin_state: str
    connections: int | None
    received: int | None
    sent: int | None
    dropped: int | None
    calls: int | None
    discontinuity_at: float


async def _listeners(manager: Manager) -> Sequence[ListenerRow]:
    configured = manager.configuration.running.sip.listeners
    told = await asked(manager, ListListeners(), Socket)
    sockets = {each.listener: each for each in told or ()}
    calls = {each.name: each.values[CALLS] for each in await manager.statistics.rows((KINDS[LISTENER],))}
    numbers = manager.snmp.indexes.all(KIND, (each.name for each in configured))
    await manager.snmp.indexes.save()
    return [
        _row(manager, each, numbers[each.name], sockets.get(each.name), calls.get(each.name), told is not None)
        for each in configured
        if each.name in numbers
    ]


def _row(
    manager: Manager, listener: Listener, index: int, socket: Socket | None, calls: int | None, answered: bool
) -> ListenerRow:
    state = socket.state if socket is not None else "down" if answered else "unknown"
    counts = (socket.received, socket.sent, socket.dropped) if socket is not None else ()
    started = max(block[STARTED_AT] for block in manager.counters)
    return ListenerRow(
        index=index,
        name=listener.name,
        transport=listener.transport,
        address=listener.address,
        port=listener.port,
        advertised=listener.advertise,
        state=state,
        admin_state="shutdown" if listener.shutdown else "up",
        connections=socket.connections if socket is not None else None,
        received=socket.received if socket is not None else None,
        sent=socket.sent if socket is not None else None,
        dropped=socket.dropped if socket is not None else None,
        calls=socket.calls if socket is not None and socket.calls is not None else calls,
        discontinuity_at=manager.snmp.discontinuities.of(KIND, listener.name, counts, started),
    )


def _set_state(row: Any, value: Any) -> Sequence[str]:
    line = f"listener {row.transport} {row.address} port {row.port} shutdown"
    return ("configure terminal", "sip", line if value == "shutdown" else f"no {line}", "end")


LISTENER_TABLE: Final = Table(
    (*oids.LISTENERS, 1),
    "sipctlListenerTable",
    "The SIP sockets that are configured.",
    (
        Column(1, "sipctlListenerIndex", syntax.INDEX, "index", "Number of the listener, kept for its name.",
               access=HIDDEN),
        Column(2, "sipctlListenerName", syntax.text(80), "name", "Its name: transport, address and port."),
        Column(3, "sipctlListenerTransport", syntax.enumeration({"udp": 1, "tcp": 2}), "transport",
               "Transport that it takes SIP over."),
        Column(4, "sipctlListenerAddress", syntax.text(64), "address", "Local IPv4 or IPv6 address, as text."),
        Column(5, "sipctlListenerPort", syntax.PORT, "port", "Local port."),
        Column(6, "sipctlListenerAdvertised", syntax.TEXT, "advertised",
               "Host that others are told in place of the address; empty: the address itself."),
        Column(
            7,
            "sipctlListenerState",
            STATE.syntax,
            "state",
            "down(2): its socket is not open. draining(4): it is shut down and carries calls still. unknown(5): "
            "signalling does not answer.",
        ),
        Column(
            8,
            "sipctlListenerAdminState",
            ADMIN_STATE.syntax,
            "admin_state",
            "Setting shutdown(2) has it take nothing new: new requests are answered with 503, calls in progress go on. "
            "The configuration is changed, and not saved.",
            access=WRITE,
            write=_set_state,
        ),
        Column(9, "sipctlListenerConnections", syntax.GAUGE, "connections",
               "TCP connections that are open; 0 over UDP.", "connections"),
        Column(10, "sipctlListenerReceived", syntax.COUNTER, "received",
               "Messages received by it; over UDP all datagrams that were read.", "messages"),
        Column(11, "sipctlListenerSent", syntax.COUNTER, "sent", "SIP messages sent by it.", "messages"),
        Column(12, "sipctlListenerDropped", syntax.COUNTER, "dropped",
               "Datagrams that the kernel dropped for want of room (UDP), connections refused (TCP).",
               "datagrams or connections"),
        Column(13, "sipctlListenerCalls", syntax.GAUGE, "calls",
               "Calls at this moment that came in by it. While it is shut down: all those that it carries still.",
               "calls"),
        Column(14, "sipctlListenerDiscontinuityTime", syntax.TIME_STAMP, "discontinuity_at",
               "Value of sysUpTime when the counters of this row last began anew, as they do with a new signalling "
               "process and when the listener is configured anew."),
    ),
    _listeners,
    ("sipctlListenerIndex",),
)  # fmt: skip

TABLES: Final = (LISTENER_TABLE,)
