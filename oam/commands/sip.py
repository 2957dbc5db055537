"""`sip`: identity, listeners, relays, timers and bounds of the signalling plane."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section

SIP: Final = section("sip", "SIP identity, listeners, timers and bounds.")

_TIMERS: Final = {
    "timer": "SIP timers (RFC 3261 table 4)",
    "t1": "Round-trip time estimate, in milliseconds",
    "t2": "Longest retransmission interval, in milliseconds",
    "t4": "How long a message stays in the network, in milliseconds",
    "c": "How long a call may ring without an answer, in seconds",
}
_BOUNDS: Final = {
    "transactions": "Transactions at one time",
    "calls": "Calls, early and answered",
    "connections": "TCP connections, both directions",
    "partial-octets": "Octets of incomplete messages on all TCP connections",
    "message-octets": "Octets of one message",
    "header-octets": "Octets of one header field",
    "headers": "Header fields of one message",
    "branches": "Targets of one forked request",
}


@config(
    "domain DOMAIN$value",
    mode=SIP,
    field="domains",
    words={"domain": "Domain name"},
    arguments={"value": "Domain that this server is responsible for"},
)
def domain() -> None:
    """Serve a domain, besides the addresses of the listeners.

    Requests for other domains are refused unless a `relay` says where they go.

    Example: domain example.com
    """


@config(
    "listener <udp|tcp>$transport ADDRESS$address port (1-65535)$port [advertise HOST$advertise]",
    mode=SIP,
    field="listeners",
    key=("transport", "address", "port"),
    words={
        "listener": "Local socket that takes SIP messages",
        "udp": "Over UDP",
        "tcp": "Over TCP",
        "port": "Port number",
        "advertise": "Host to put into Via and Record-Route in place of the address",
    },
    arguments={"address": "Local IPv4 or IPv6 address", "advertise": "Host that others can reach"},
)
def listener() -> None:
    """Listen on a local address and port; the default port of SIP is 5060.

    A wildcard address (0.0.0.0, ::) needs `advertise`.

    Example: listener udp 192.0.2.10 port 5060
    Example: listener tcp :: port 5060 advertise sip.example.com
    """


@config(
    "listener <udp|tcp>$transport ADDRESS$address port (1-65535)$port shutdown",
    mode=SIP,
    field="listeners.shutdown",
    owner=("transport", "address", "port"),
    words={
        "listener": "Local socket that takes SIP messages",
        "udp": "Over UDP",
        "tcp": "Over TCP",
        "port": "Port number",
        "shutdown": "Take nothing new; calls in progress go on",
    },
    arguments={"address": "Local IPv4 or IPv6 address"},
)
def listener_shutdown() -> None:
    """Take nothing new on a listener: new requests are answered with 503 and Retry-After; calls in progress go on.

    Its socket stays open, so `no listener ... shutdown` brings it back at once. Calls from here go by other listeners
    where there are some, and phones behind NAT that have registered by it are not called. `show listeners` says
    `draining` and how many calls are left, then `shutdown`.

    Example: listener udp 192.0.2.10 port 5060 shutdown
    """


@config(
    "relay domain DOMAIN$domain next-hop URI$next_hop",
    mode=SIP,
    field="relays",
    key=("domain",),
    words={"relay": "Send requests for a foreign domain onwards", "domain": "Domain name", "next-hop": "Where to"},
    arguments={"domain": "Foreign domain"},
)
def relay() -> None:
    """Send requests for a foreign domain to a next hop; without one they are refused.

    Example: relay domain example.net next-hop sip:192.0.2.20:5060
    """


@config("timer t1 (10-10000)$value", mode=SIP, field="timer_t1_ms", words=_TIMERS)
def timer_t1() -> None:
    """T1: estimate of the round-trip time, in milliseconds (RFC 3261 §17.1.1.1)."""


@config("timer t2 (10-60000)$value", mode=SIP, field="timer_t2_ms", words=_TIMERS)
def timer_t2() -> None:
    """T2: longest interval between retransmissions of a response or non-INVITE request, in milliseconds."""


@config("timer t4 (10-60000)$value", mode=SIP, field="timer_t4_ms", words=_TIMERS)
def timer_t4() -> None:
    """T4: longest time a message stays in the network, in milliseconds."""


@config("timer c (1-3600)$value", mode=SIP, field="timer_c_s", words=_TIMERS)
def timer_c() -> None:
    """Timer C: how long a call may ring without an answer, in seconds (RFC 3261 §16.6 step 11)."""


@config("record-route", mode=SIP, field="record_route", words={"record-route": "Stay in the path of answered calls"})
def record_route() -> None:
    """Put this server into the route of the dialogs it sets up (RFC 3261 §16.6 step 4)."""


@config("maximum transactions (100-10000000)$value", mode=SIP, field="max_transactions", words=_BOUNDS)
def maximum_transactions() -> None:
    """Transactions at one time; above it new requests are answered with 503.

    A tenth of them is kept for requests within calls. Each call leaves four behind for half a minute.
    """


@config("maximum calls (1-10000000)$value", mode=SIP, field="max_calls", words=_BOUNDS)
def maximum_calls() -> None:
    """Calls at one time, early and answered; above it new INVITEs are answered with 503."""


@config("maximum connections (1-1000000)$value", mode=SIP, field="max_connections")
def maximum_connections() -> None:
    """TCP connections at one time, in both directions; above it new ones are closed."""


@config("maximum partial-octets (65536-1073741824)$value", mode=SIP, field="max_partial_octets")
def maximum_partial_octets() -> None:
    """Octets of incomplete messages held for all TCP connections together."""


@config("maximum message-octets (1500-1048576)$value", mode=SIP, field="max_message_octets")
def maximum_message_octets() -> None:
    """Octets of one message; a longer one is refused with 513 or closes its connection."""


@config("maximum header-octets (256-65536)$value", mode=SIP, field="max_header_octets")
def maximum_header_octets() -> None:
    """Octets of one header field, folded lines included."""


@config("maximum headers (32-4096)$value", mode=SIP, field="max_headers")
def maximum_headers() -> None:
    """Header fields of one message."""


@config("maximum branches (1-256)$value", mode=SIP, field="max_branches")
def maximum_branches() -> None:
    """Branches of one forked request; targets beyond it are not tried."""


@config(
    "coalesce (0-20)$value",
    mode=SIP,
    field="coalesce_ms",
    words={"coalesce": "How long datagrams may wait under load to be taken together, in milliseconds"},
)
def coalesce() -> None:
    """How long datagrams may wait to be taken together while more than 500 a second come, in milliseconds; 0 is never.

    It saves CPU, a fifth of a call's here, and adds about as much to the delay of each message.
    """


@config(
    "drain (0-300)$value",
    mode=SIP,
    field="drain_s",
    words={"drain": "How long a stopping server finishes what is in flight, in seconds"},
)
def drain() -> None:
    """How long a stopping server goes on with what is in flight, in seconds."""


@config(
    "watchdog (0-300)$value",
    mode=SIP,
    field="watchdog_s",
    words={"watchdog": "How long the signalling process may stand still, in seconds"},
)
def watchdog() -> None:
    """How long the signalling process may stand still before it is killed and started again, in seconds; 0 is never.

    One that is busy, however much, is not meant: it would have to do nothing at all. Established calls go on.
    """
