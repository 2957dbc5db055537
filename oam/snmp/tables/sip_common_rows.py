"""Where the tables of SIP-COMMON-MIB have their rows from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from core.northbound.counters import (
    ACK_RECEIVED,
    BYE_RECEIVED,
    CANCEL_RECEIVED,
    DATAGRAMS_BANNED,
    INTERNAL_ERRORS,
    INVITE_RECEIVED,
    OPTIONS_RECEIVED,
    OTHER_REQUEST_RECEIVED,
    OVERLOAD_DROPPED,
    REGISTER_RECEIVED,
    REQUESTS_SENT,
    RESPONSES_RECEIVED_1XX,
    RESPONSES_RECEIVED_6XX,
    RESPONSES_RESENT,
    RESPONSES_SENT_1XX,
    RESPONSES_SENT_6XX,
    RETRANSMISSIONS_RECEIVED,
    RETRANSMISSIONS_SENT,
    SCHEMES_REFUSED,
    STRAY_RESPONSES,
    TRANSACTIONS_OPENED,
    TRANSACTIONS_PENDING,
)
from core.northbound.statistics import (
    FINAL_SENT_AGAIN,
    KINDS,
    METHOD,
    METHODS,
    PROVISIONAL_SENT_AGAIN,
    RECEIVED,
    SENT,
    SENT_AGAIN,
)
from oam.snmp.rows import service
from oam.snmp.rows.asking import started_at, total

if TYPE_CHECKING:
    from core.northbound.settings import SipSettings
    from core.northbound.statistics import ObjectRow
    from oam.context import Manager

MODULE: Final = "SIP-COMMON-MIB"
TIMER_D_MS: Final = 32_000
"""RFC 3261 §17.1.1.2: at least 32 seconds; signalling takes these."""
_REQUESTS: Final = (
    INVITE_RECEIVED, ACK_RECEIVED, BYE_RECEIVED, CANCEL_RECEIVED, REGISTER_RECEIVED, OPTIONS_RECEIVED,
    OTHER_REQUEST_RECEIVED, RETRANSMISSIONS_RECEIVED,
)  # fmt: skip
_RESPONSES_RECEIVED: Final = tuple(range(RESPONSES_RECEIVED_1XX, RESPONSES_RECEIVED_6XX + 1))
_RESPONSES_SENT: Final = (*range(RESPONSES_SENT_1XX, RESPONSES_SENT_6XX + 1), RESPONSES_RESENT)
_DISCARDED: Final = (STRAY_RESPONSES, OVERLOAD_DROPPED, DATAGRAMS_BANNED, INTERNAL_ERRORS)


class _OfApplication(msgspec.Struct, frozen=True):
    """A row of the only application."""

    appl_index: ClassVar[int] = service.APPLICATION


class ConfigurationRow(_OfApplication, frozen=True):
    """What the server is."""

    state: str
    changed_at: float
    started_at: float | None
    transactions: int
    version: str = "SIP/2.0"
    organization: str = ""
    roles: tuple[str, ...] = ("proxyServer", "redirectServer", "registrarServer")


class PortRow(_OfApplication, frozen=True):
    """One port, and what it is listened to with."""

    port: int
    transports: tuple[str, ...]


class OptionTagRow(_OfApplication, frozen=True):
    """One option tag."""

    number: int
    tag: str
    headers: tuple[str, ...]


class MethodRow(_OfApplication, frozen=True):
    """One method that is supported."""

    number: int
    name: str


class TimerRow(_OfApplication, frozen=True):
    """Timers in milliseconds; None: beyond the range of the standard."""

    a: int | None
    b: int | None
    c: int | None
    d: int | None
    e: int | None
    f: int | None
    g: int | None
    h: int | None
    i: int | None
    j: int | None
    k: int | None
    t1: int | None
    t2: int | None
    t4: int | None


class SummaryRow(_OfApplication, frozen=True):
    """All messages together."""

    requests_in: int
    requests_out: int
    responses_in: int
    responses_out: int
    transactions: int
    since_at: float


class MethodCounts(_OfApplication, frozen=True):
    """The requests of one method, and the responses sent again."""

    name: str
    inbound: int
    outbound: int
    again: int
    final_again: int
    provisional_again: int
    since_at: float


class CodeCounts(_OfApplication, frozen=True):
    """The responses with one status code to requests of one method."""

    method: str
    status: int
    received: int
    sent: int
    since_at: float
    active: str = "active"


class CurrentRow(_OfApplication, frozen=True):
    """Transactions now."""

    transactions: int


class OtherRow(_OfApplication, frozen=True):
    """What else is counted."""

    schemes: int
    discarded: int
    since_at: float
    methods: int = 0
    """A proxy sends on every method, and a registrar is sent REGISTER alone."""


async def configuration(manager: Manager) -> Sequence[ConfigurationRow]:
    """Return what the server is."""
    state = await service.state(manager)
    transactions = manager.configuration.running.sip.max_transactions
    return (ConfigurationRow(state.word, state.since, started_at(manager) or None, transactions),)


async def ports(manager: Manager) -> Sequence[PortRow]:
    """Return the ports that are listened to."""
    found: dict[int, set[str]] = {}
    for each in manager.configuration.running.sip.listeners:
        if not each.shutdown:
            found.setdefault(each.port, set()).add(each.transport)
    return [PortRow(port, tuple(sorted(transports))) for port, transports in found.items()]


async def option_tags(_manager: Manager) -> Sequence[OptionTagRow]:
    """Return nothing: none is supported."""
    return ()


async def methods(_manager: Manager) -> Sequence[MethodRow]:
    """Return the methods in Allow."""
    return SUPPORTED


async def configured_timers(manager: Manager) -> Sequence[TimerRow]:
    """Return the timers that are configured."""
    return (timers(manager.configuration.running.sip),)


def timers(settings: SipSettings) -> TimerRow:
    """Return the timers of RFC 3261 §17 as they are over UDP."""
    t1, t2, t4 = settings.timer_t1_ms, settings.timer_t2_ms, settings.timer_t4_ms
    values = {"a": t1, "e": t1, "g": t1, "i": t4, "k": t4, "c": 1000 * settings.timer_c_s, "d": TIMER_D_MS}
    values |= dict.fromkeys("bfhj", 64 * t1)
    values |= {"t1": t1, "t2": t2, "t4": t4}
    return TimerRow(**{each: _within(each, value) for each, value in values.items()})


def _within(timer: str, value: int) -> int | None:
    least, most = RANGES[timer]
    return value if least <= value <= most else None


async def summary(manager: Manager) -> Sequence[SummaryRow]:
    """Return the sums of all messages."""
    responses_again = total(manager, RESPONSES_RESENT)
    requests_again = max(total(manager, RETRANSMISSIONS_SENT) - responses_again, 0)
    values = (
        total(manager, *_REQUESTS),
        total(manager, REQUESTS_SENT) + requests_again,
        total(manager, *_RESPONSES_RECEIVED),
        total(manager, *_RESPONSES_SENT),
        total(manager, TRANSACTIONS_OPENED),
    )
    return (SummaryRow(*values, manager.snmp.discontinuities.of(MODULE, "summary", values)),)


async def method_counts(manager: Manager) -> Sequence[MethodCounts]:
    """Return what is counted of each method."""
    return [
        MethodCounts(
            row.name,
            row.values[RECEIVED],
            row.values[SENT],
            row.values[SENT_AGAIN],
            row.values[FINAL_SENT_AGAIN],
            row.values[PROVISIONAL_SENT_AGAIN],
            row.born_ms / 1000,
        )
        for row in await _counted(manager)
    ]


async def _counted(manager: Manager) -> list[ObjectRow]:
    """Return the rows of methods; none while nothing is counted in them."""
    if not manager.configuration.running.statistics.collect_objects:
        return []
    return await manager.statistics.rows((KINDS[METHOD],))


async def code_counts(manager: Manager) -> Sequence[CodeCounts]:
    """Return what is counted of each status code."""
    born = {row.name: row.born_ms / 1000 for row in await _counted(manager)}
    return [
        CodeCounts(method, status, received, sent, born[method])
        for method, status, received, sent in manager.statistics.codes()
        if method in born
    ]


async def current(manager: Manager) -> Sequence[CurrentRow]:
    """Return how many transactions wait."""
    return (CurrentRow(total(manager, TRANSACTIONS_PENDING)),)


async def other(manager: Manager) -> Sequence[OtherRow]:
    """Return what else is counted."""
    values = (total(manager, SCHEMES_REFUSED), total(manager, *_DISCARDED))
    return (OtherRow(*values, manager.snmp.discontinuities.of(MODULE, "other", values)),)


SUPPORTED: Final = tuple(MethodRow(number, name) for number, name in enumerate(METHODS[:-1], 1))
"""As the Allow header of signalling has them; their numbers are those of SipctlMethod."""
RANGES: Final = {
    "a": (100, 1000), "b": (32_000, 300_000), "c": (180_000, 300_000), "d": (0, 300_000), "e": (100, 1000),
    "f": (32_000, 300_000), "g": (0, 1000), "h": (32_000, 300_000), "i": (0, 10_000), "j": (32_000, 300_000),
    "k": (0, 10_000), "t1": (200, 10_000), "t2": (200, 10_000), "t4": (200, 10_000),
}  # fmt: skip
"""Least and greatest value of each timer, milliseconds."""
