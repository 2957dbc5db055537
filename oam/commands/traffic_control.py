"""Mode `traffic-control`: controls of called numbers and of routes, hard-to-reach codes, trusted priorities."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.northbound.traffic_settings import ALL, ORDINARY, Control
from oam.commands.registry import CommandError, completer, config, section
from oam.grammar.types import name as as_name

if TYPE_CHECKING:
    from oam.context import Context

TRAFFIC_CONTROL: Final = section(
    "traffic",
    "Controls that keep traffic within bounds (E.412), and how this server protects itself.",
    syntax="traffic-control",
    prompt="config-traffic-control",
    words={"traffic-control": "Controls of traffic, and overload"},
)

_WORDS: Final = {
    "code-block": "Refuse a share of the calls to a code",
    "call-gap": "After a call has passed, let none pass for a while",
    "rate": "Bound the calls to a code in a time; what was not used may come at once",
    "leaky-bucket": "Bound the calls to a code in a time, evenly spaced",
    "reroute": "Send calls of a route group to another one",
    "cancel-to": "Keep a share of the calls from a trunk or route group",
    "skip": "Let a share of the calls pass a trunk over, on to the next choice",
    "cancel-from": "Keep a share of what overflows from a trunk or route group from going on",
    "directional": "Let a trunk take calls in one direction only",
    "turn-down": "Take a share of a trunk's calls away",
    "reserve": "Keep calls from the last idle circuits of a trunk",
    "idle": "While no more than so many of its calls are left",
    "from": "Only calls from somewhere",
    "trunk": "That came by this trunk",
    "group": "Of subscribers of this group",
    "calling": "Whose calling number begins so",
    "percent": "Share that is hit",
    "reason": "Status code of the refusal, 503 unless it is said",
    "owner": "Whose control it is; else whoever gives the line",
    "interval": "How long, in milliseconds",
    "calls": "How many calls",
    "per": "In so many seconds, one unless it is said",
    "burst": "How many may come at once",
    "overflow": "What the group could not take",
    "all": "All calls",
    "to": "Where to",
    "in": "Calls from it only",
    "out": "Calls to it only",
    "class": "Classes of calls that it acts on; emergency calls pass all controls",
    "ordinary": "Calls without priority",
    "priority": "Calls of priority",
    "hard-to-reach": "Act only on codes marked hard to reach",
    "time": "Act only while a time table is in force",
    "until": "Act until then and no longer",
    "because": "Why it is there",
}
_ARGUMENTS: Final = {
    "trunk": "Name of the trunk",
    "group": "Name of the subscriber group",
    "calling": "First digits of the calling number",
    "percent": "Per cent",
    "status": "SIP status code",
    "owner": "Name of an operator",
    "target": "Name of the route group",
    "time": "Name of the time table",
}
_KEY: Final = ("kind", "code", "trunk", "group", "calling", "idle")
_SCOPE: Final = "[from <trunk NAME$trunk|group NAME$group|calling DIGITS$calling>]"
_REFUSAL: Final = "[reason (400-699)$status] [owner NAME$owner]"
_ANY: Final = (
    "<<code-block|call-gap|rate|leaky-bucket>$kind CODE$code"
    "|<reroute|cancel-to|skip|cancel-from|directional|turn-down>$kind ROUTE$code"
    "|reserve$kind ROUTE$code idle (1-1000000)$idle>"
    f" {_SCOPE}"
)


@completer("route")
def routes(context: Context, prefix: str) -> list[str]:
    """Name the trunks and route groups that are configured."""
    running = context.manager.configuration.running
    return [*(each.name for each in running.trunks), *(each.name for each in running.route_groups)]


def own(context: Context, arguments: dict[str, object]) -> None:
    """Make whoever gives a line the owner of the control, unless the line names one."""
    if "owner" in arguments:
        return
    try:
        arguments["owner"] = as_name(context.session.user)
    except ValueError:
        # A name that other servers vouch for may be none that a line can hold.
        return


def still_to_come(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a moment that is over, unless it is what the control says already. Raises CommandError."""
    moment = str(arguments["until"])
    if datetime.fromisoformat(moment).replace(tzinfo=UTC) > datetime.now(UTC):
        return
    said = Control(**{name: arguments[name] for name in (*_KEY, "until") if name in arguments})  # type: ignore[arg-type]
    known = context.manager.configuration.running.traffic.controls
    if not any(all(getattr(each, name) == getattr(said, name) for name in (*_KEY, "until")) for each in known):
        raise CommandError(f"{moment} is over")


@config(
    f"code-block$kind CODE$code {_SCOPE} percent (1-100)$percent {_REFUSAL}",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def code_block() -> None:
    """Refuse a share of the calls whose called number begins so; exactly the share, evenly spread.

    Of code blocks that fit a call the one with most digits decides, of these the one with a scope. What it lets pass
    comes to call gaps, rates and leaky buckets, in this order. `because`, `class`, `hard-to-reach`, `shutdown`, `time`
    and `until` are lines of their own, as `code-block 0900 until 2026-12-01T04:00`; `no code-block 0900` removes all
    of it.

    Example: code-block 0900 percent 100 reason 403
    Example: code-block 0900 from trunk PSTN-1 percent 50
    """


@config(
    f"call-gap$kind CODE$code {_SCOPE} interval (1-86400000)$interval_ms {_REFUSAL}",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def call_gap() -> None:
    """Let one call pass, then none for the interval, and so on (E.412): at most one call an interval.

    Example: call-gap 170 interval 5000
    """


@config(
    f"rate$kind CODE$code {_SCOPE} calls (1-100000)$rate [per (1-3600)$per_s] [burst (1-100000)$burst] {_REFUSAL}",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def rate() -> None:
    """Let so many calls pass in a time (token bucket); after a quiet time as many as `burst` may come at once.

    Example: rate 400 calls 10 burst 20
    Example: rate 1258 calls 30 per 60
    """


@config(
    f"leaky-bucket$kind CODE$code {_SCOPE} calls (1-100000)$rate [per (1-3600)$per_s] [burst (1-100000)$burst]"
    f" {_REFUSAL}",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def leaky_bucket() -> None:
    """Let calls pass evenly spaced (RFC 7415 §3.5.1); `burst` of them, one unless it is said, may come ahead of time.

    Example: leaky-bucket 400 calls 10
    """


@config(
    f"reroute$kind ROUTE$code {_SCOPE} <overflow|all>$which to NAME$target [percent (1-100)$percent]"
    " [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def reroute() -> None:
    """Send calls of a route group to another: all of them, or those it could not take. A call is rerouted once.

    Example: reroute PSTN overflow to PSTN-2
    """


@config(
    f"cancel-to$kind ROUTE$code {_SCOPE} percent (1-100)$percent [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def cancel_to() -> None:
    """Keep a share of the calls from entering a trunk or route group; they go nowhere else and are refused.

    Example: cancel-to PSTN-1 percent 25
    """


@config(
    f"skip$kind ROUTE$code {_SCOPE} percent (1-100)$percent [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def skip() -> None:
    """Let a share of the calls pass over a trunk, or all trunks of a route group, on to the next choice.

    Example: skip PSTN-1 percent 50
    """


@config(
    f"cancel-from$kind ROUTE$code {_SCOPE} percent (1-100)$percent [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def cancel_from() -> None:
    """Keep a share of the calls that a trunk or route group could not take from going on to the next choice.

    Example: cancel-from PSTN-1 percent 100
    """


@config(
    "directional$kind ROUTE$code <in|out>$which [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def directional() -> None:
    """Make a trunk of both directions one that takes calls in one direction only; calls in progress go on.

    Example: directional PSTN-1 in
    """


@config(
    "turn-down$kind ROUTE$code percent (1-100)$percent [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def turn_down() -> None:
    """Take a share of a trunk's `calls maximum` away; calls in progress go on.

    Example: turn-down PSTN-1 percent 50
    """


@config(
    f"reserve$kind ROUTE$code idle$which (1-1000000)$idle {_SCOPE} [percent (1-100)$percent] [owner NAME$owner]",
    mode=TRAFFIC_CONTROL,
    field="controls",
    key=_KEY,
    check=own,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def reserve() -> None:
    """Keep ordinary calls, or a share of them, from a trunk when no more than so many calls are left of its maximum.

    What is left is `calls maximum`, less what `turn-down` takes away, less the calls there are (selective circuit
    reservation). A trunk may have several thresholds: of the narrowest scope that acts on a call the lowest one that
    is reached decides. Calls that are kept back go on to the next choice.

    Example: reserve PSTN-1 idle 10 percent 50
    Example: reserve PSTN-1 idle 5
    """


@config(
    f"{_ANY} class <{ORDINARY}|priority|{ALL}>$classes",
    mode=TRAFFIC_CONTROL,
    field="controls.classes",
    owner=_KEY,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def classes() -> None:
    """Which calls a control acts on: ordinary ones unless it says otherwise; never on emergency calls."""


@config(
    f"{_ANY} hard-to-reach",
    mode=TRAFFIC_CONTROL,
    field="controls.hard_to_reach",
    owner=_KEY,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def only_hard_to_reach() -> None:
    """Have a control act only on calls to codes that are marked hard to reach."""


@config(
    f"{_ANY} time NAME$time",
    mode=TRAFFIC_CONTROL,
    field="controls.time",
    owner=_KEY,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def window() -> None:
    """Have a control act only while a time table is in force."""


@config(
    f"{_ANY} until MOMENT$until",
    mode=TRAFFIC_CONTROL,
    field="controls.until",
    owner=_KEY,
    check=still_to_come,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def until() -> None:
    """Have a control act until then, in UTC; after that it stays to be seen, and does nothing.

    Example: code-block 0900 until 2026-12-01T04:00
    """


@config(
    f"{_ANY} shutdown",
    mode=TRAFFIC_CONTROL,
    field="controls.shutdown",
    owner=_KEY,
    words=_WORDS | {"shutdown": "Act on nothing"},
    arguments=_ARGUMENTS,
)
def shutdown() -> None:
    """Have a control act on nothing; it keeps its place and its counts, and `no … shutdown` puts it in force again.

    Example: code-block 0900 shutdown
    """


@config(
    f"{_ANY} because LINE$reason",
    mode=TRAFFIC_CONTROL,
    field="controls.reason",
    owner=_KEY,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def because() -> None:
    """Note why a control is there.

    Example: code-block 0900 because televote on Saturday
    """


@config(
    "hard-to-reach ratio (0-95)$answer_ratio [window (10-3600)$window_s] [minimum (1-100000)$minimum_calls]"
    " [digits (1-28)$digits]",
    mode=TRAFFIC_CONTROL,
    field="hard_to_reach",
    words={
        "hard-to-reach": "Mark codes whose calls are seldom answered",
        "ratio": "Mark below this answer-seizure ratio, per cent; unmark at 5 above it; 0: never",
        "window": "Over so many seconds, 300 unless it is said",
        "minimum": "With at least so many calls in the window, 30 unless it is said",
        "digits": "A code is so many first digits, 4 unless it is said",
    },
)
def hard_to_reach() -> None:
    """Mark codes hard to reach by themselves: those whose calls are answered too seldom.

    Calls that are over count: the ratio is answers to attempts of the window. A mark goes when the ratio is 5 above the
    bound again, or when the window holds fewer calls than the minimum. Controls with `hard-to-reach` act on marked
    codes only.

    Example: hard-to-reach ratio 20 window 300 minimum 30 digits 4
    """


@config(
    "resource-priority <ets|wps|q735|dsn|drsn|esnet>$namespace",
    mode=TRAFFIC_CONTROL,
    field="priorities",
    words={
        "resource-priority": "Calls that trusted trunks mark so are of the class priority (RFC 4412)",
        "ets": "Government Emergency Telecommunications Service",
        "wps": "Wireless Priority Service",
        "q735": "Multi-level precedence and preemption, ITU-T Q.735.3",
        "dsn": "Defense Switched Network",
        "drsn": "Defense RED Switched Network",
        "esnet": "Emergency services network (RFC 7135)",
    },
)
def resource_priority() -> None:
    """Take calls of a trusted trunk whose Resource-Priority has this namespace as calls of the class priority.

    Resource-Priority that comes from anybody but a trunk with `trusted` is removed.

    Example: resource-priority ets
    """


@config(
    "source-limit rate (0-100000)$rate [burst (1-100000)$burst]",
    mode=TRAFFIC_CONTROL,
    field="source_limit",
    words={
        "source-limit": "Bound the new calls of one address that is no trunk's",
        "rate": "Calls a second; 0: no bound",
        "burst": "How many may come at once, as many as a second's unless it is said",
    },
)
def source_limit() -> None:
    """Bound the new calls of each single address; addresses of trunks have the bounds of their trunk.

    Emergency calls are not bounded. Where more than 10000 addresses call at a time, the others share what one may.

    Example: source-limit rate 10 burst 20
    """


@config(
    "emergency unauthenticated",
    mode=TRAFFIC_CONTROL,
    field="emergency_unauthenticated",
    words={
        "emergency": "Emergency calls: to emergency numbers and urn:service:sos",
        "unauthenticated": "Ask them for no credentials",
    },
)
def emergency_unauthenticated() -> None:
    """Let emergency calls pass without credentials, also from phones that are nobody's.

    Without it an emergency call is challenged like any other, and phones answer by themselves.
    """
