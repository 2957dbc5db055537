"""What the operator has configured, as the signalling plane takes it.

One frozen tree, replaced whole. A field's default is the value when the operator
configured nothing; its unit is in its name or its docstring. Ranges of single
values are checked by the command grammar; `problems` checks what one value
alone cannot tell.
"""

from __future__ import annotations

from ipaddress import ip_address

import msgspec

from core.northbound import number_checks
from core.northbound.route_checks import route_problems
from core.northbound.routing_settings import (
    AnalysisTable,
    DnsSettings,
    NumberingSettings,
    RouteGroup,
    SubscriberGroup,
    TimeTable,
    TranslationRule,
    Trunk,
)
from core.northbound.traffic_settings import BanSettings, TrafficSettings, overload_problems
from core.northbound.traffic_settings import problems as traffic_problems
from core.northbound.trunk_checks import dns_problems


class Listener(msgspec.Struct, frozen=True):
    """One local SIP socket."""

    transport: str
    """`udp` or `tcp`."""
    address: str
    """Numeric IPv4 or IPv6 address, without brackets."""
    port: int = 5060
    advertise: str = ""
    """Host put into Via, Record-Route instead of `address`; required for a wildcard address."""
    shutdown: bool = False
    """It takes nothing new; what belongs to calls in progress goes on."""

    @property
    def name(self) -> str:
        """`udp:127.0.0.1:5060`, `tcp:[::1]:5060`: the listener's name in rows and logs."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.transport}:{host}:{self.port}"


class Relay(msgspec.Struct, frozen=True):
    """Where requests for one foreign domain are sent; without one they are refused."""

    domain: str
    next_hop: str
    """SIP URI of the next hop."""


class SipSettings(msgspec.Struct, frozen=True):
    """Mode `sip`: identity, sockets, timers and bounds of the signalling plane."""

    domains: tuple[str, ...] = ()
    """Domains we are responsible for, besides the listener addresses; lower case."""
    listeners: tuple[Listener, ...] = ()
    relays: tuple[Relay, ...] = ()
    timer_t1_ms: int = 500
    timer_t2_ms: int = 4000
    timer_t4_ms: int = 5000
    timer_c_s: int = 180
    """Timer C, seconds; RFC 3261 §16.6 step 11 asks for more than three minutes."""
    record_route: bool = True
    max_transactions: int = 400_000
    """Four are left behind by each call for half a minute: as many as 4,000 calls/s make. Some 1.4 KB each."""
    max_calls: int = 50_000
    max_connections: int = 2_000
    """TCP connections, both directions."""
    max_partial_octets: int = 16_777_216
    """Octets of incomplete messages held for all TCP connections together."""
    max_message_octets: int = 65_535
    max_header_octets: int = 8_192
    """One header field, folded lines included."""
    max_headers: int = 256
    max_branches: int = 16
    """Branches of one forked request (targets taken from one target set)."""
    coalesce_ms: int = 2
    """How long datagrams may wait to be taken together while more than 500 a second come, milliseconds; 0: never."""
    drain_s: int = 10
    """How long a stopping worker goes on with what is in flight, seconds."""
    watchdog_s: int = 10
    """A worker whose loop has not turned for so long is killed and started again, seconds; 0: never."""


class RegistrarSettings(msgspec.Struct, frozen=True):
    """Mode `registrar`: RFC 3261 §10.3."""

    expires_minimum_s: int = 60
    expires_default_s: int = 3600
    expires_maximum_s: int = 7200
    contacts_maximum: int = 10
    """Contacts of one address-of-record."""
    bindings_maximum: int = 1_000_000
    """Contacts of all addresses-of-record together."""


class AuthenticationSettings(msgspec.Struct, frozen=True):
    """Mode `authentication`: digest, RFC 3261 §22, RFC 7616, RFC 8760."""

    realm: str = ""
    """Protection domain; empty means the first `sip domain`, else `sipctl`."""
    algorithms: tuple[str, ...] = ("sha-256", "md5")
    """Offered in this order: `sha-256`, `md5`; the strongest first."""
    challenge_register: bool = True
    challenge_invite: bool = True
    challenge_other: bool = True
    """Out-of-dialog requests other than REGISTER and INVITE."""
    nonce_lifetime_s: int = 300


class LoggingSettings(msgspec.Struct, frozen=True):
    """Mode `logging`: lowest severity written to stderr, by area."""

    level: str = "informational"
    """`emergencies` … `debugging`, IOS names, RFC 5424 order."""
    areas: tuple[tuple[str, str], ...] = ()
    """(area, severity) for areas that differ; areas are in LOG_AREAS."""
    rate_limit: int = 100
    """Messages a second that one area of one process may write; 0: no bound."""


class StatisticsSettings(msgspec.Struct, frozen=True):
    """Mode `statistics`: what is counted by object."""

    collect_objects: bool = True
    """False: only the counters of the whole are kept."""
    destinations_maximum: int = 100
    """Destinations with a row of their own, those called most; 0: none."""


SEVERITIES = (
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
)
LOG_AREAS = ("supervisor", "net", "sip", "registrar", "authentication", "store", "management")


class CallHistorySettings(msgspec.Struct, frozen=True):
    """What is remembered of calls that are over."""

    maximum: int = 2_000
    """Calls, and as many refused attempts; 0: none. Some 2 KB each."""


class Settings(msgspec.Struct, frozen=True):
    """All that a signalling worker is told."""

    hostname: str = "sipctl"
    sip: SipSettings = SipSettings()
    registrar: RegistrarSettings = RegistrarSettings()
    authentication: AuthenticationSettings = AuthenticationSettings()
    logging: LoggingSettings = LoggingSettings()
    dns: DnsSettings = DnsSettings()
    numbering: NumberingSettings = NumberingSettings()
    time_tables: tuple[TimeTable, ...] = ()
    translation_rules: tuple[TranslationRule, ...] = ()
    subscriber_groups: tuple[SubscriberGroup, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    route_groups: tuple[RouteGroup, ...] = ()
    tables: tuple[AnalysisTable, ...] = ()
    traffic: TrafficSettings = TrafficSettings()
    protection: BanSettings = BanSettings()
    call_history: CallHistorySettings = CallHistorySettings()
    statistics: StatisticsSettings = StatisticsSettings()

    @property
    def realm(self) -> str:
        """The digest realm in force."""
        return self.authentication.realm or (self.sip.domains[0] if self.sip.domains else "sipctl")


def problems(settings: Settings) -> list[str]:
    """Return what makes `settings` unusable, one sentence each, in the operator's words."""
    found: list[str] = []
    registrar = settings.registrar
    if not registrar.expires_minimum_s <= registrar.expires_default_s <= registrar.expires_maximum_s:
        found.append(
            "registrar: expires minimum, default and maximum must be in rising order "
            f"({registrar.expires_minimum_s}, {registrar.expires_default_s}, {registrar.expires_maximum_s})"
        )
    if settings.sip.timer_t1_ms > settings.sip.timer_t2_ms:
        found.append("sip: timer t1 must not be longer than timer t2")
    found += [
        f"sip: listener {listener.name} is a wildcard address and needs 'advertise HOST'"
        for listener in settings.sip.listeners
        if ip_address(listener.address).is_unspecified and not listener.advertise
    ]
    if not settings.authentication.algorithms:
        found.append("authentication: at least one algorithm is needed")
    found += dns_problems(settings.dns)
    found += route_problems(settings)
    found += overload_problems(settings.traffic.overload)
    found += number_checks.problems(settings)
    found += traffic_problems(
        settings.traffic,
        {each.name: each.calls_maximum for each in settings.trunks},
        {each.name for each in settings.route_groups},
        {each.name for each in settings.subscriber_groups},
        {each.name for each in settings.time_tables},
    )
    return found
