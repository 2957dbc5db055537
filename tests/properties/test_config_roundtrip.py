"""Law of the configuration: what is rendered parses to the same settings, and one edit does what it says."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.northbound.routing_settings import (
    NATURES,
    AnalysisTable,
    CallRate,
    CauseMap,
    HeaderRule,
    Member,
    NumberingSettings,
    Period,
    PrefixEntry,
    ReasonMap,
    RouteGroup,
    Step,
    SubscriberGroup,
    TimeTable,
    TranslationRule,
    Trunk,
)
from core.northbound.settings import (
    LOG_AREAS,
    SEVERITIES,
    AuthenticationSettings,
    Listener,
    RegistrarSettings,
    Relay,
    SipSettings,
    problems,
)
from core.northbound.traffic_settings import (
    CODE_KINDS,
    Control,
    HardToReach,
    ResourcePriority,
    SourceLimit,
    TrafficSettings,
)
from oam.commands.registry import load
from oam.config.binding import LIST
from oam.config.text import parse, render
from oam.config.tree import Configuration
from oam.settings.logs import FACILITIES, LogSettings

pytestmark = pytest.mark.slow
REGISTRY = load()

LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,8}[a-z0-9_])?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=1, max_size=3).map(".".join)
ADDRESS = (st.integers(0, 2**32 - 1).map(IPv4Address) | st.integers(0, 2**128 - 1).map(IPv6Address)).map(str)
HOST = DOMAIN.filter(lambda name: not name.replace(".", "").isdigit()) | ADDRESS
PORT = st.integers(1, 65535)
URI = st.builds(lambda host, port: f"sip:{host}:{port};transport=tcp", DOMAIN.map(lambda x: x.replace("_", "x")), PORT)
REALM = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"\\'), max_size=20)
LISTENER = st.builds(Listener, st.sampled_from(("udp", "tcp")), ADDRESS, PORT, st.just("") | HOST)


def unique(entries: st.SearchStrategy[Any], key: Callable[[Any], Hashable] = lambda entry: entry) -> Any:  # noqa: ANN401
    """Draw tuples of entries told apart by `key`."""
    return st.lists(entries, max_size=5, unique_by=key).map(tuple)


SIP = st.builds(
    SipSettings,
    domains=unique(DOMAIN),
    listeners=unique(LISTENER, lambda each: (each.transport, each.address, each.port)),
    relays=unique(st.builds(Relay, DOMAIN, URI), lambda each: each.domain),
    timer_t1_ms=st.integers(10, 10_000),
    timer_t2_ms=st.integers(10, 60_000),
    timer_t4_ms=st.integers(10, 60_000),
    timer_c_s=st.integers(1, 3600),
    record_route=st.booleans(),
    max_transactions=st.integers(100, 10_000_000),
    max_calls=st.integers(1, 10_000_000),
    max_connections=st.integers(1, 1_000_000),
    max_partial_octets=st.integers(65_536, 1_073_741_824),
    max_message_octets=st.integers(1500, 1_048_576),
    max_header_octets=st.integers(256, 65_536),
    max_headers=st.integers(32, 4096),
    max_branches=st.integers(1, 256),
    coalesce_ms=st.integers(0, 20),
    drain_s=st.integers(0, 300),
)
REGISTRAR = st.builds(
    RegistrarSettings,
    expires_minimum_s=st.integers(1, 86_400),
    expires_default_s=st.integers(1, 604_800),
    expires_maximum_s=st.integers(1, 604_800),
    contacts_maximum=st.integers(1, 1000),
    bindings_maximum=st.integers(1, 100_000_000),
)
AUTHENTICATION = st.builds(
    AuthenticationSettings,
    realm=REALM,
    algorithms=st.permutations(("sha-256", "md5")).flatmap(
        lambda all_: st.integers(0, 2).map(lambda n: tuple(all_[:n]))
    ),
    challenge_register=st.booleans(),
    challenge_invite=st.booleans(),
    challenge_other=st.booleans(),
    nonce_lifetime_s=st.integers(10, 86_400),
)
LOGGING = st.builds(
    LogSettings,
    level=st.sampled_from(SEVERITIES),
    areas=unique(st.tuples(st.sampled_from(LOG_AREAS), st.sampled_from(SEVERITIES)), lambda each: each[0]),
    rate_limit=st.integers(0, 10_000),
    buffer_size=st.integers(0, 50_000),
    monitor_level=st.sampled_from(SEVERITIES),
    file=st.booleans(),
    file_mib=st.integers(1, 1000),
    facility=st.sampled_from(list(FACILITIES)),
    facilities=unique(st.tuples(st.sampled_from(LOG_AREAS), st.sampled_from(list(FACILITIES))), lambda each: each[0]),
)
DIGITS = st.text("0123456789*#ABCD", min_size=1, max_size=28)
NAME = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
NO_NAME = st.just("") | NAME
SCOPE = st.tuples(NO_NAME, st.just(""), st.just("")) | st.tuples(st.just(""), NAME, st.just(""))
SCOPE |= st.tuples(st.just(""), st.just(""), DIGITS)
KINDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "code-block": {"percent": st.integers(1, 100), "status": st.integers(400, 699)},
    "call-gap": {"interval_ms": st.integers(1, 86_400_000), "status": st.integers(400, 699)},
    "rate": {"rate": st.integers(1, 100_000), "per_s": st.integers(1, 3600), "burst": st.integers(0, 100_000)},
    "leaky-bucket": {"rate": st.integers(1, 100_000), "per_s": st.integers(1, 3600)},
    "reroute": {"which": st.sampled_from(("overflow", "all")), "target": NAME, "percent": st.integers(0, 100)},
    "cancel-to": {"percent": st.integers(1, 100)},
    "skip": {"percent": st.integers(1, 100)},
    "cancel-from": {"percent": st.integers(1, 100)},
    "directional": {"which": st.sampled_from(("in", "out"))},
    "turn-down": {"percent": st.integers(1, 100)},
    "reserve": {"which": st.just("idle"), "idle": st.integers(1, 1_000_000), "percent": st.integers(0, 100)},
}


@st.composite
def controls(draw: st.DrawFn) -> Control:
    kind = draw(st.sampled_from(tuple(KINDS)))
    trunk, group, calling = ("", "", "") if kind in ("directional", "turn-down") else draw(SCOPE)
    code = draw(DIGITS | st.just("") if kind in CODE_KINDS else NAME)
    return Control(
        kind, code, trunk, group, calling, owner=draw(NO_NAME), classes=draw(st.sampled_from(("ordinary", "all"))),
        hard_to_reach=draw(st.booleans()), time=draw(NO_NAME), until=draw(st.just("") | st.just("2026-12-01T04:00")),
        reason=draw(st.just("") | st.just("because of a televote")), shutdown=draw(st.booleans()),
        **{name: draw(of) for name, of in KINDS[kind].items()},
    )  # fmt: skip


NUMBERING = st.builds(
    NumberingSettings,
    calling_maximum=st.integers(1, 28),
    called_maximum=st.integers(1, 28),
    country_code=st.just("") | DIGITS,
    international_prefix=st.just("") | DIGITS,
    national_prefix=st.just("") | DIGITS,
    emergency=unique(DIGITS),
)
WHICH = st.sampled_from(("called", "calling", "redirecting"))
ORIGIN = st.sampled_from(("", "from-end"))
INSERTED = DIGITS | st.just("+") | DIGITS.map(lambda digits: "+" + digits)
INDEX, COUNT = st.integers(0, 28), st.integers(1, 28)
STEP = (
    st.builds(Step, WHICH, st.just("delete"), INDEX, ORIGIN, COUNT)
    | st.builds(Step, WHICH, st.just("insert"), INDEX, ORIGIN, digits=INSERTED)
    | st.builds(Step, WHICH, st.just("replace"), INDEX, ORIGIN, COUNT, INSERTED)
    | st.builds(Step, WHICH, st.just("match"), pattern=st.just("0([1-9].+)#"), digits=st.just(r"49\1*"))
    | st.builds(Step, WHICH, st.just("nature"), value=st.sampled_from(NATURES))
    | st.builds(Step, st.just("calling"), st.just("presentation"), value=st.sampled_from(("allowed", "restricted")))
    | st.builds(Step, st.just("calling"), st.just("display-name"), value=st.just("Front desk, 2nd floor"))
)
RULE = st.builds(TranslationRule, NAME, st.just("") | st.just("some text"), unique(STEP), NO_NAME)
TIME = st.times().map(lambda moment: f"{moment:%H:%M}")
PERIOD = st.builds(Period, st.sampled_from(("daily", "weekend", "mon,sun")), TIME, TIME | st.just("24:00"))
DATES = unique(st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(str))
TIME_TABLE = st.builds(TimeTable, NAME, st.sampled_from(("UTC", "Europe/Berlin")), unique(PERIOD), DATES, DATES)
GROUP = st.builds(
    SubscriberGroup, NAME, NO_NAME, st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.booleans()
)
ACTION = st.one_of(
    st.tuples(st.sampled_from(("route-group", "table")), NAME),
    st.tuples(st.just("redirect"), st.just("sip:hotline@example.com;transport=tcp") | URI),
    st.tuples(st.just("reject"), st.integers(400, 699).map(str)),
    st.just(("local", "")),
)


@st.composite
def entries(draw: st.DrawFn) -> PrefixEntry:
    action, target = draw(ACTION)
    trunk, group, calling = draw(SCOPE)
    minimum, maximum = draw(st.just((0, 0)) | st.tuples(COUNT, COUNT))
    return PrefixEntry(
        draw(st.just("") | DIGITS), minimum, maximum, draw(st.just("") | st.sampled_from(NATURES)), trunk, group,
        calling or draw(st.just("") | DIGITS), draw(NO_NAME), draw(st.integers(1, 100)), draw(NO_NAME), action, target,
    )  # fmt: skip


ENTRY_KEY = ("prefix", "nature", "trunk", "group", "calling", "time", "action", "target")
TABLE = st.builds(
    AnalysisTable,
    st.just("default") | NAME,
    unique(entries(), lambda each: tuple(getattr(each, name) for name in ENTRY_KEY)),
)


SEALED = st.just("") | st.text("abcXYZ019_-", min_size=40, max_size=40)
CODEC = st.sampled_from(("PCMA", "PCMU", "G729", "opus"))
FORMAT = st.sampled_from(("", "e164", "international", "national"))
HEADER = st.sampled_from(("X-Account", "User-Agent", "Via"))
HEADER_RULE = (
    st.builds(HeaderRule, st.sampled_from(("in", "out")), st.sampled_from(("add", "set")), HEADER, st.just("47 11"))
    | st.builds(HeaderRule, st.sampled_from(("in", "out")), st.just("remove"), HEADER)
    | st.builds(HeaderRule, st.sampled_from(("in", "out")), st.just("copy"), HEADER, HEADER)
)
FINAL = st.integers(400, 699)
CAUSE = st.builds(CauseMap, st.integers(300, 699), FINAL, st.integers(0, 127)) | st.builds(
    CauseMap, st.integers(300, 699), st.just(0), st.integers(1, 127)
)
NETWORK = st.sampled_from(("192.0.2.0/24", "192.0.2.1/32", "2001:db8::/32"))
TRUNK = st.builds(
    Trunk,
    NAME,
    st.just("") | st.just("some text"),
    addresses=unique(URI),
    direction=st.sampled_from(("both", "in", "out")),
    shutdown=st.booleans(),
    monitor_interval_s=st.integers(0, 3600),
    monitor_failures=st.integers(1, 100),
    monitor_successes=st.integers(1, 100),
    calls_maximum=st.integers(0, 1_000_000),
    rate=st.just(CallRate()) | st.builds(CallRate, st.integers(1, 100_000), st.integers(0, 100_000)),
    reserve=st.integers(0, 1_000_000),
    sources=unique(NETWORK),
    table=NO_NAME,
    translate_in=NO_NAME,
    translate_out=NO_NAME,
    called_format=FORMAT,
    calling_format=FORMAT,
    username=NO_NAME,
    secret=SEALED,
    inbound_username=NO_NAME,
    inbound_secret=SEALED,
    headers=unique(HEADER_RULE),
    codecs_permitted=unique(CODEC),
    codecs_denied=unique(CODEC),
    causes=unique(CAUSE, lambda each: each.status),
    reasons=unique(st.builds(ReasonMap, st.integers(1, 127), FINAL), lambda each: each.cause),
    trusted=st.booleans(),
    overload_control=st.booleans(),
)
ROUTE_GROUP = st.builds(
    RouteGroup,
    NAME,
    st.just("") | st.just("some text"),
    unique(st.builds(Member, NAME, st.integers(1, 100), st.integers(1, 10_000)), lambda each: each.trunk),
    st.sampled_from(("weight", "least-used", "percentage", "sequential")),
    st.just(RouteGroup("").failover) | unique(st.sampled_from(("300", "408", "480-489", "500-599"))),
    st.integers(1, 16),
    st.integers(500, 32_000),
)


def named(of: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401
    return unique(of, lambda each: each.name)


TRAFFIC = st.builds(
    TrafficSettings,
    controls=unique(controls(), lambda each: (each.kind, each.code, each.trunk, each.group, each.calling)),
    hard_to_reach=st.builds(
        HardToReach, st.integers(0, 95), st.integers(10, 3600), st.integers(1, 99), st.integers(1, 28)
    ),
    priorities=unique(st.builds(ResourcePriority, st.sampled_from(("ets", "wps", "dsn"))), lambda each: each.namespace),
    source_limit=st.builds(SourceLimit, st.integers(0, 100_000), st.integers(0, 100_000)),
    emergency_unauthenticated=st.booleans(),
)
HOSTNAME = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?", fullmatch=True)
SETTINGS = st.builds(
    Configuration,
    hostname=HOSTNAME,
    sip=st.just(SipSettings()) | SIP,
    registrar=st.just(RegistrarSettings()) | REGISTRAR,
    authentication=st.just(AuthenticationSettings()) | AUTHENTICATION,
    logging=st.just(LogSettings()) | LOGGING,
    numbering=st.just(NumberingSettings()) | NUMBERING,
    time_tables=st.just(()) | named(TIME_TABLE),
    translation_rules=st.just(()) | named(RULE),
    subscriber_groups=st.just(()) | named(GROUP),
    trunks=st.just(()) | named(TRUNK),
    route_groups=st.just(()) | named(ROUTE_GROUP),
    tables=st.just(()) | named(TABLE),
    traffic=st.just(TrafficSettings()) | TRAFFIC,
)


@given(SETTINGS, st.booleans())
@settings(deadline=None, max_examples=100)
def test_what_is_rendered_parses_to_the_same(value: Configuration, everything: bool) -> None:
    found, complaints = parse(REGISTRY, render(REGISTRY, value, everything))
    assert found == value
    assert [each.text for each in complaints] == problems(value)


@given(SETTINGS, SETTINGS)
@settings(deadline=None, max_examples=30)
def test_everything_rendered_leaves_nothing_of_what_was_there_but_list_entries(
    old: Configuration, new: Configuration
) -> None:
    found, _ = parse(REGISTRY, render(REGISTRY, new, everything=True), old)
    for command in REGISTRY.commands:
        if command.binding is None or command.mode.record is not None or command.binding.entries is not None:
            continue
        was, wanted, got = (_at(each, command.binding.path) for each in (old, new, found))
        if command.binding.shape == LIST:
            keys = {command.binding.key_of(entry) for entry in got}
            assert {command.binding.key_of(entry) for entry in wanted} <= keys
            assert keys <= {command.binding.key_of(entry) for entry in (*was, *wanted)}
        else:
            assert got == wanted


@given(SETTINGS)
@settings(deadline=None, max_examples=30)
def test_every_rendered_line_can_be_negated_back_to_the_defaults(value: Configuration) -> None:
    negated: list[str] = []
    for line in render(REGISTRY, value, everything=True)[1:-1]:
        indent = " " if line.startswith(" ") else ""
        bare = line.strip()
        entry = bare == "!" or (not indent and bare in REGISTRY.modes)
        negated.append(line if entry else f"{indent}default {bare.removeprefix('no ')}")
    found, _ = parse(REGISTRY, negated, value)
    assert set(found.authentication.algorithms) == {"sha-256", "md5"}
    assert _without_algorithms(found) == _without_algorithms(Configuration())


def _at(value: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401
    for name in path:
        value = getattr(value, name)
    return value


def _without_algorithms(value: Configuration) -> list[object]:
    own = value.authentication
    return [
        value.hostname,
        value.sip,
        value.registrar,
        value.logging,
        own.realm,
        own.challenge_register,
        own.challenge_invite,
        own.challenge_other,
        own.nonce_lifetime_s,
    ]
