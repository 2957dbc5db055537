"""Rows of `show`: what tables, JSON, CSV and (later) SNMP are made of.

Field names are the JSON names; a row says nothing about how it looks. Times are
seconds since 1970 (`…_at`) or seconds (`…_s`); `None` is shown as `-`.
"""

from __future__ import annotations

import msgspec

from core.northbound.routing_settings import PrefixEntry
from core.northbound.trace import TraceFilter


class BindingRow(msgspec.Struct, frozen=True, tag=True):
    """One contact of one address-of-record."""

    aor: str
    contact: str
    received: str
    """Flow the REGISTER came by, `udp:192.0.2.1:5060`, when requests go there instead of to the contact."""
    q: float
    expires_s: int
    """What is left of it."""
    user_agent: str
    call_id: str
    cseq: int
    registered_at: float


class SubscriberRow(msgspec.Struct, frozen=True, tag=True):
    """One subscriber; never any credential."""

    name: str
    number: str
    display_name: str
    enabled: bool
    registered: int
    """Contacts now registered."""


class TransactionRow(msgspec.Struct, frozen=True, tag=True):
    """One transaction in a worker's table."""

    side: str
    """`server`, `client`."""
    method: str
    state: str
    """As RFC 3261 §17 and RFC 6026 name it, lower case."""
    branch: str
    peer: str
    age_s: float


class AnalysisHitsRow(msgspec.Struct, frozen=True, tag=True):
    """How often one line of an analysis table has decided about a call."""

    table: str
    entry: PrefixEntry
    hits: int


class ListenerRow(msgspec.Struct, frozen=True, tag=True):
    """One SIP socket."""

    listener: str
    state: str
    """`up`, `down`; shut down `draining` while it carries calls, else `shutdown`."""
    connections: int
    """Open connections; 0 for UDP."""
    received: int
    sent: int
    dropped: int
    """Datagrams the kernel dropped for want of room (UDP), connections refused (TCP)."""
    calls: int | None = None
    """Calls left on one that is shut down; None: it is not, and nobody has counted."""


class HostRow(msgspec.Struct, frozen=True, tag=True):
    """What is known of one name of a next hop."""

    host: str
    service: str
    """`udp`, `tcp`: with its SRV records; empty: its addresses alone."""
    state: str
    """`hosts` (the file), `found`, `not-found`, `failed`, `asked` (being looked up), `expired` (still serves while a
    new look-up fails), `old`."""
    addresses: str
    """In the order of priorities; of SRV `PRIORITY/WEIGHT ADDRESS, … port PORT`."""
    ttl_s: int | None
    """What is left of it."""


class ProcessRow(msgspec.Struct, frozen=True, tag=True):
    """One process of the server."""

    process: str
    pid: int
    state: str
    """`running`, `starting`, `stopping` (it finishes what is in flight), `backoff`, `stopped`."""
    restarts: int
    uptime_s: int
    cpu_s: float
    memory_octets: int
    ended_by: str = ""
    """How it last ended unasked: `SIGKILL`, `exit code 1`."""
    ended_at: float | None = None
    """When."""


class ControlRow(msgspec.Struct, frozen=True, tag=True):
    """One traffic control."""

    control: str
    code: str
    """Digits, `any`, or the name of a trunk or route group."""
    scope: str
    """`trunk NAME`, `group NAME`, `calling DIGITS`; empty: all calls."""
    bound: str
    """`50 %`, `1 in 5000 ms`, `10 in 1 s, burst 20`."""
    state: str
    """`active`, `waiting` (for its time table), `expired`, `shutdown`."""
    offered: int
    """Calls it decided on."""
    refused: int
    """Of these, those it did not let pass."""
    owner: str
    since_at: float
    """Since when the signalling process has had it."""
    reason: str


class ControlDetailRow(msgspec.Struct, frozen=True, tag=True):
    """One traffic control with all that is known of it."""

    control: str
    code: str
    scope: str
    bound: str
    state: str
    offered: int
    refused: int
    status: int
    """What refused calls are answered with."""
    classes: str
    """`ordinary`, `priority`, `all`."""
    hard_to_reach: bool
    """It acts only on codes that are hard to reach."""
    time: str
    """Time table."""
    until: str
    owner: str
    since_at: float
    reason: str
    idle: int | None = None
    """Of `reserve`: while no more than so many calls are left it acts."""


class CodeRow(msgspec.Struct, frozen=True, tag=True):
    """One code that was called lately."""

    code: str
    hard_to_reach: bool
    attempts: int
    answers: int
    answer_ratio: float
    """Per cent."""
    since_at: float | None
    """Since when it is hard to reach."""


class OverloadRow(msgspec.Struct, frozen=True, tag=True):
    """One figure of overload control."""

    item: str
    """`level`, `offered`, `carried` (new calls a second), `limit`, `refused`, or an indicator."""
    value: float
    unit: str
    high: float | None
    """Threshold of an indicator."""
    low: float | None
    state: str
    """Of the level what it refuses; of an indicator `high` or `normal`."""


class OverloadPeerRow(msgspec.Struct, frozen=True, tag=True):
    """One neighbour with which overload feedback is exchanged (RFC 7339)."""

    peer: str
    direction: str
    """`upstream`: it is told; `downstream`: it tells us."""
    algorithm: str
    """`loss`, `rate`; `pause` after a 503 with Retry-After."""
    value: float
    """Per cent to keep back, or requests a second."""
    rate: float | None
    """Upstream: new calls a second that come."""
    offered: float | None
    """Upstream: those that would come if it kept none back."""
    expires_s: float | None
    """Downstream: what is left of its word."""
    refused: int | None
    """Downstream: calls kept from it."""


class CounterRow(msgspec.Struct, frozen=True, tag=True):
    """One counter or gauge of the signalling plane."""

    counter: str
    value: int
    meaning: str


class BanRow(msgspec.Struct, frozen=True, tag=True):
    """One address banned by itself."""

    address: str
    """An IPv4 address, or the IPv6 network of 64 bits."""
    cause: str
    attempts: int
    """Offences that led to it."""
    banned_at: float
    expires_at: float
    """When it ends if the address is quiet by then."""
    dropped: int
    """Messages dropped since, by this worker."""
    quiet_s: int
    """Since it last sent something."""


class ListHitsRow(msgspec.Struct, frozen=True, tag=True):
    """How often one entry of a list was hit."""

    colour: str
    """`black`, `white`."""
    kind: str
    value: str
    hits: int


class ListVerdictRow(msgspec.Struct, frozen=True, tag=True):
    """What the lists say of one value, and which entry decides."""

    kind: str
    value: str
    outcome: str
    """`refused`, `passes`."""
    colour: str
    """List of the entry that decides: `black`, `white`, `automatic`; `exempt` without one; empty: none fits."""
    entry: str
    owner: str
    reason: str
    expires_at: float | None


class TrunkRow(msgspec.Struct, frozen=True, tag=True):
    """One trunk with all that is known of it; statistics since the worker started or they were cleared."""

    trunk: str
    state: str
    """`up`, `down`, `shutdown`, `draining` (shut down, calls left)."""
    reason: str
    """Why it is down."""
    since_at: float | None
    """When it last went down or came up."""
    direction: str
    addresses: tuple[str, ...]
    sources: tuple[str, ...]
    calls: int
    calls_in: int
    calls_out: int
    maximum: int
    """0: no bound."""
    peak: int
    attempts: int
    """Calls to it that were offered, those included that found it full, down or shut."""
    seizures: int
    answers: int
    answer_ratio: int | None
    """Answers per hundred seizures (ASR)."""
    busy: int
    no_answer: int
    silent: int
    """Calls to which nothing at all came back."""
    failed_3xx: int
    failed_4xx: int
    failed_5xx: int
    failed_6xx: int
    attempts_in: int
    seizures_in: int
    answers_in: int
    answer_ratio_in: int | None
    busy_in: int
    no_answer_in: int
    failed_in: int
    monitored: bool
    probes: int
    probes_failed: int
    """In a row, the last ones."""
    probe_status: int | None
    """What the last probe was answered with."""
    probe_ms: float | None
    heard_at: float | None
    """When a probe was last answered."""


class RouteGroupRow(msgspec.Struct, frozen=True, tag=True):
    """One member of a route group."""

    route_group: str
    distribution: str
    trunk: str
    preference: int
    weight: int
    state: str
    """Of the trunk, as in TrunkRow."""
    turn: int | None
    """As which it would be tried by a call that came now; `None`: not at all."""
    calls: int


class RouteStepRow(msgspec.Struct, frozen=True, tag=True):
    """One thing looked at or decided on the way of a call that is only asked about."""

    number: int
    step: str
    """`trunk`, `class`, `blacklist`, `number-analysis`, `translation`, `code-block`, … and last `result`."""
    object: str
    """Its name: of the table, rule, control, trunk."""
    outcome: str


class TraceRow(msgspec.Struct, frozen=True, tag=True):
    """One running trace."""

    trace: int
    filter: TraceFilter
    by: str
    started_at: float
    ends_at: float
    """When it stops at the latest."""
    taken: int
    """Messages written for it since this worker has run it."""
    left: int | None
    """Messages until it stops; None: no bound."""


class PingRow(msgspec.Struct, frozen=True, tag=True):
    """What has become of one OPTIONS that was ordered."""

    state: str
    """`waiting`, `answered`, `lost`."""
    address: str
    """Flow that it went by; empty: it did not go out."""
    status: int | None
    reason: str
    """Reason phrase of the answer; why there is none."""
    delay_ms: float | None
    """From sending it first to the answer."""
    resent: int
    """How often it was sent again."""
    agent: str
    """Server or User-Agent of who answered."""


class TrialRow(msgspec.Struct, frozen=True, tag=True):
    """One thing that has happened to a trial call."""

    at_ms: float
    """Since it was begun."""
    event: str
    over: bool
    """Nothing further happens."""
