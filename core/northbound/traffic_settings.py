"""Traffic control as the operator has configured it: controls, overload thresholds, automatic bans."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec

CODE_KINDS: Final = ("code-block", "call-gap", "rate", "leaky-bucket")
"""Controls of called numbers, in the order in which they are asked."""
ROUTE_KINDS: Final = ("reroute", "cancel-to", "skip", "cancel-from", "directional", "turn-down", "reserve")
"""Controls of trunks and route groups."""
ORDINARY: Final = "ordinary"
ALL: Final = "all"
CONTROLS_MAXIMUM: Final = 10_000


class Control(msgspec.Struct, frozen=True):
    """One control of mode `traffic-control`; kind, code, scope and `idle` tell it from the others.

    Code controls act on called numbers that begin with `code`; route controls on the trunk or route group `code` names.
    """

    kind: str
    """One of CODE_KINDS and ROUTE_KINDS."""
    code: str
    """Digits a called number begins with (`any`: empty), or the name of a trunk or route group."""
    trunk: str = ""
    """Only calls that came by this trunk."""
    group: str = ""
    """Only calls of subscribers of this group."""
    calling: str = ""
    """Only calls whose calling number begins so."""
    percent: int = 0
    """For `code-block`, `cancel-to`, `cancel-from`, `skip`, `turn-down`, `reroute`, `reserve`: share that is hit; 0:
    all, which the last two alone may leave unsaid."""
    interval_ms: int = 0
    """For `call-gap`: after a call has passed, none passes for so long."""
    rate: int = 0
    """For `rate` and `leaky-bucket`: calls …"""
    per_s: int = 1
    """… in so many seconds."""
    burst: int = 0
    """For `rate`: calls that may come at once; for `leaky-bucket`: calls the bucket holds. 0: as many as `rate`, one
    for `leaky-bucket`."""
    target: str = ""
    """For `reroute`: the route group taken instead."""
    which: str = ""
    """For `reroute`: `overflow` (what the group could not take) or `all`; for `directional`: `in` or `out`; for
    `reserve`: `idle`."""
    idle: int = 0
    """For `reserve`: it acts while no more than so many of the trunk's calls are left."""
    status: int = 503
    """What calls that a code control refuses are answered with."""
    owner: str = ""
    """Who put it there."""
    classes: str = ORDINARY
    """Calls it acts on: `ordinary`, `priority`, `all` (of both; on emergency calls none does)."""
    hard_to_reach: bool = False
    """Only calls to codes marked hard to reach."""
    time: str = ""
    """Only while this time table is in force."""
    until: str = ""
    """In force until then, `YYYY-MM-DDTHH:MM` in UTC; empty: until it is removed."""
    reason: str = ""
    """Why."""
    shutdown: bool = False
    """It acts on nothing, and keeps its place and its counts."""


class HardToReach(msgspec.Struct, frozen=True):
    """`hard-to-reach …`: when codes are marked by themselves."""

    answer_ratio: int = 0
    """Mark a code whose answer-seizure ratio, per cent, falls below this; 0: mark none."""
    window_s: int = 300
    """Over so long."""
    minimum_calls: int = 30
    """With at least so many attempts in the window."""
    digits: int = 4
    """A code is so many first digits of the called number."""


class Threshold(msgspec.Struct, frozen=True):
    """`overload INDICATOR high N low N`."""

    high: int = 0
    """From here on calls are refused …; 0: the indicator is not minded."""
    low: int = 0
    """… until it has fallen below this."""


INDICATORS: Final = ("cpu", "lag", "queue", "memory", "calls")
"""What overload is known by: the fields of OverloadSettings that are thresholds."""


class RetryAfter(msgspec.Struct, frozen=True):
    """`overload retry-after MINIMUM MAXIMUM`: between what Retry-After of a 503 is drawn; 0 and 0: none is said."""

    minimum_s: int = 0
    maximum_s: int = 0


class OverloadSettings(msgspec.Struct, frozen=True):
    """`overload …` in mode `traffic-control`: how this server protects itself."""

    enabled: bool = True
    cpu: Threshold = Threshold(98, 85)
    """Processor time of signalling, per cent of one processor. What lasts 0.8 s counts, here the mean, elsewhere the
    least: a stall that passes by itself is no overload, and neither is a busy processor that keeps up."""
    lag: Threshold = Threshold(100, 25)
    """How late the event loop comes to its work, ms."""
    queue: Threshold = Threshold(25, 10)
    """Fill of the receive buffer of the fullest socket, per cent."""
    memory: Threshold = Threshold()
    """Of the process, MiB."""
    calls: Threshold = Threshold()
    """Per cent of `maximum calls`."""
    hold_s: int = 5
    """A level is left for a lower one after so long in which nothing was refused and every indicator was low."""
    retry_after: RetryAfter = RetryAfter()
    feedback: bool = True
    """Upstream elements that ask for it (RFC 7339) are told how much to send."""
    validity_ms: int = 500
    """How long such a word holds."""
    hard_cap: int = 0
    """New calls a second above which even emergency calls are refused; 0: 20 % above `rate_maximum`, or without that
    20 % above what was carried when overload began, while it lasts and for what is exempt."""
    rate_maximum: int = 0
    """New calls a second this server is engineered for, exempt ones apart; 0: what its processor takes."""


def overload_problems(overload: OverloadSettings) -> list[str]:
    """Return what makes overload control unusable, one sentence each, in the operator's words."""
    found: list[str] = []
    for name in INDICATORS:
        threshold: Threshold = getattr(overload, name)
        if threshold.high and threshold.low >= threshold.high:
            found.append(
                f"traffic-control: overload {name}: low must be below high ({threshold.low}, {threshold.high})"
            )
        if threshold.high > 100 and name in ("cpu", "queue", "calls"):
            found.append(f"traffic-control: overload {name}: there is no more than 100 per cent ({threshold.high})")
    if overload.retry_after.minimum_s > overload.retry_after.maximum_s:
        found.append("traffic-control: overload retry-after: the shortest must not be above the longest")
    if 0 < overload.hard_cap < overload.rate_maximum:
        found.append("traffic-control: overload hard-cap must not be below overload rate-maximum")
    return found


class BanRule(msgspec.Struct, frozen=True):
    """`ban CAUSE attempts N within SECONDS for SECONDS`; without attempts nobody is banned for it."""

    attempts: int = 0
    within_s: int = 0
    seconds: int = 0
    """The ban; doubled for one who comes back, up to a day."""


class BanSettings(msgspec.Struct, frozen=True):
    """Mode `protection`: addresses banned by themselves, and white lists that are required."""

    authentication: BanRule = BanRule(20, 60, 600)
    """Wrong credentials."""
    malformed: BanRule = BanRule(50, 60, 600)
    """What is no SIP message."""
    scan: BanRule = BanRule(50, 60, 600)
    """Requests of and to users who do not exist, and to domains that are not served."""
    flood: BanRule = BanRule()
    """Requests refused because they are too many."""
    exempt: tuple[str, ...] = ()
    """Networks that are never banned by themselves; the server itself, trunks and white addresses are not either."""
    maximum: int = 10_000
    """Addresses banned by themselves at one time."""
    required: tuple[str, ...] = ()
    """Kinds (`calling`, `called`, `user-agent`, `subscriber`) of which only what is on the white list may pass."""


class ResourcePriority(msgspec.Struct, frozen=True):
    """`resource-priority NAMESPACE`: what trusted peers may claim (RFC 4412)."""

    namespace: str
    """`ets`, `wps`, `q735`, `dsn`, `drsn`, `esnet` (RFC 7135)."""


class SourceLimit(msgspec.Struct, frozen=True):
    """`source-limit rate N [burst N]`: new calls of one address that is no trunk's."""

    rate: int = 0
    """A second; 0: no bound."""
    burst: int = 0
    """Calls that may come at once; 0: as many as `rate`."""


class TrafficSettings(msgspec.Struct, frozen=True):
    """Mode `traffic-control`."""

    controls: tuple[Control, ...] = ()
    hard_to_reach: HardToReach = HardToReach()
    overload: OverloadSettings = OverloadSettings()
    priorities: tuple[ResourcePriority, ...] = ()
    """Namespaces whose calls are of the class `priority`."""
    source_limit: SourceLimit = SourceLimit()
    emergency_unauthenticated: bool = False
    """Emergency calls are not asked for credentials."""


_NEEDED: Final = (
    ("code-block", "percent", "percent"),
    ("call-gap", "interval_ms", "interval"),
    ("rate", "rate", "calls"),
    ("leaky-bucket", "rate", "calls"),
    ("cancel-to", "percent", "percent"),
    ("cancel-from", "percent", "percent"),
    ("skip", "percent", "percent"),
    ("turn-down", "percent", "percent"),
    ("reserve", "which", "idle"),
    ("directional", "which", "in or out"),
    ("reroute", "target", "to"),
)
"""What each kind cannot do without: field, and the operator's word for it."""


def problems(
    traffic: TrafficSettings,
    trunks: Mapping[str, int],
    route_groups: Collection[str],
    groups: Collection[str],
    time_tables: Collection[str],
) -> Iterator[str]:
    """Yield what makes the controls unusable, given the names there are, of trunks with their `calls maximum`."""
    if len(traffic.controls) > CONTROLS_MAXIMUM:
        yield f"traffic-control: at most {CONTROLS_MAXIMUM} controls"
    needed = {kind: (field, word) for kind, field, word in _NEEDED}
    for control in traffic.controls:
        what = f"traffic-control: {control.kind} {control.code or 'any'}"
        if control.kind not in needed:
            yield f"{what}: there is no such control"
            continue
        field, word = needed[control.kind]
        if not getattr(control, field):
            yield f"{what}: there is no such control, or it lacks '{word}'"
        if control.trunk and control.trunk not in trunks:
            yield f"{what}: there is no trunk {control.trunk}"
        if control.group and control.group not in groups:
            yield f"{what}: there is no subscriber group {control.group}"
        if control.time and control.time not in time_tables:
            yield f"{what}: there is no time table {control.time}"
        if control.kind in ROUTE_KINDS:
            yield from _route_problems(control, what, trunks, route_groups)
    yield from _reroute_loops(traffic.controls)


def _route_problems(
    control: Control, what: str, trunks: Mapping[str, int], route_groups: Collection[str]
) -> Iterator[str]:
    if control.kind in ("directional", "turn-down", "reserve"):
        if control.code not in trunks:
            yield f"{what}: there is no trunk {control.code}"
        elif control.kind == "turn-down" and not trunks[control.code]:
            yield f"{what}: the trunk has no 'calls maximum' of which a share could be taken away"
        elif control.kind == "reserve" and not trunks[control.code]:
            yield f"{what}: the trunk has no 'calls maximum' of which circuits could be reserved"
    elif control.kind == "reroute":
        for name in (control.code, control.target):
            if name and name not in route_groups:
                yield f"{what}: there is no route group {name}"
    elif control.code not in trunks and control.code not in route_groups:
        yield f"{what}: there is no trunk or route group {control.code}"


def _reroute_loops(controls: tuple[Control, ...]) -> Iterator[str]:
    """Yield reroutes of everything that lead back to where they begin."""
    leads = {each.code: each.target for each in controls if each.kind == "reroute" and each.which == "all"}
    for start in leads:
        at, steps = leads[start], 0
        while at in leads and at != start and steps < len(leads):
            at, steps = leads[at], steps + 1
        if at == start:
            yield f"traffic-control: reroute {start}: leads back to {start}"
