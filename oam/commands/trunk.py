"""`trunk NAME`: other networks, how they are reached, known and limited. `show trunk`, `test trunk`, `clear trunk`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ClearTrunkStatistics, ListTrunks, ProbeTrunk
from core.northbound.rows import TrunkRow
from oam.commands.registry import PRIVILEGED, CommandError, completer, config, entry, order, show
from oam.commands.secret_line import secret_line
from oam.signalling import count, rows

if TYPE_CHECKING:
    from oam.context import Context

TRUNK: Final = entry(
    "trunk NAME$name",
    "Edit a trunk: another network, reached at some addresses and known by some.",
    name="trunk",
    field="trunks",
    key=("name",),
    words={"trunk": "Another network"},
    arguments={"name": "Name of the trunk"},
)
_MONITOR: Final = {
    "monitor": "Find out whether it works",
    "options": "By OPTIONS requests",
    "interval": "Seconds between two of them; 0: none are sent",
    "failures": "So many in a row without an answer, or with 408 or 503, take it out of service",
    "successes": "So many answers in a row bring it back",
}
_CALLS: Final = {
    "calls": "Calls at one time",
    "maximum": "Most calls, both directions together; 0: no bound",
    "reserve": "Places kept for calls of priority",
}
_AUTHENTICATION: Final = {
    "authentication": "Digest credentials",
    "outbound": "Ours, when it challenges us",
    "inbound": "Its own, when we challenge it",
    "user": "Name in the credentials",
    "secret": "Secret in the credentials",
}
_HEADER: Final = {
    "header": "Change header fields of requests",
    "in": "Of requests from it",
    "out": "Of requests to it",
    "add": "Add a field, whether there is one or not",
    "set": "Put a field in place of all of its name",
    "remove": "Remove all fields of a name",
    "copy": "Put the values of another field in place",
    "from": "The field copied from",
}
_HEADER_ARGUMENTS: Final = {"name": "Name of the header field", "value": "Value", "source": "Name of the other field"}


@config("description LINE$description", mode=TRUNK, field="description", words={"description": "Text of your own"})
def description() -> None:
    """What the trunk is for."""


@config(
    "address URI$address",
    mode=TRUNK,
    field="addresses",
    words={"address": "Where calls to it are sent"},
    arguments={"address": "SIP URI, as sip:192.0.2.9:5060;transport=udp or sip:gw.example.net"},
)
def address() -> None:
    """Where calls to it are sent; several are tried in the order of their lines.

    A name without a port stands for all that SRV records, A and AAAA say of it (RFC 3263); its addresses are tried
    one after another when one does not answer, cannot be reached, or answers 503.

    Example: address sip:192.0.2.9:5060;transport=udp
    """


@config(
    "direction <both|in|out>$direction",
    mode=TRUNK,
    field="direction",
    words={
        "direction": "In which direction calls go",
        "both": "Calls from it and to it",
        "in": "Calls from it only",
        "out": "Calls to it only",
    },
)
def direction() -> None:
    """In which direction calls go."""


@config("shutdown", mode=TRUNK, field="shutdown", words={"shutdown": "Take no new calls; those in progress go on"})
def shutdown() -> None:
    """Take no new calls in either direction; those in progress go on (`show trunk` says how many are left)."""


@config("monitor options interval (0-3600)$seconds", mode=TRUNK, field="monitor_interval_s", words=_MONITOR)
def monitor_interval() -> None:
    """Send OPTIONS so often; without this line the trunk is taken for one that works.

    Any answer but 408 and 503 shows that it does. A call to which nothing came back counts as one that was not
    answered, too. While it is out of service it takes no calls from here.
    """


@config("monitor options failures (1-100)$number", mode=TRUNK, field="monitor_failures", words=_MONITOR)
def monitor_failures() -> None:
    """So many OPTIONS in a row that are not answered as by one that works take the trunk out of service."""


@config("monitor options successes (1-100)$number", mode=TRUNK, field="monitor_successes", words=_MONITOR)
def monitor_successes() -> None:
    """So many answers in a row bring the trunk back into service."""


@config("calls maximum (0-1000000)$number", mode=TRUNK, field="calls_maximum", words=_CALLS)
def calls_maximum() -> None:
    """Most calls at one time, both directions together; calls of the class emergency are not counted against it."""


@config("calls reserve (0-1000000)$number", mode=TRUNK, field="reserve", words=_CALLS)
def calls_reserve() -> None:
    """Places below the maximum that ordinary calls to it may not take: selective circuit reservation (E.412)."""


@config(
    "rate (1-100000)$per_s [burst (1-100000)$burst]",
    mode=TRUNK,
    field="rate",
    words={"rate": "New calls a second, each direction for itself", "burst": "How many of them may come at once"},
    arguments={"per_s": "Calls a second", "burst": "Calls; without this as many as in a second"},
)
def rate() -> None:
    """New calls a second, to it and from it, each direction for itself.

    Example: rate 20 burst 40
    """


@config(
    "source NETWORK$source",
    mode=TRUNK,
    field="sources",
    words={"source": "Network that its requests come from"},
    arguments={"source": "Network, as 192.0.2.0/28, or one address"},
)
def source() -> None:
    """Network whose requests are the trunk's: they need no subscriber's credentials; of several the longest counts.

    A REGISTER is never taken for a trunk's.
    """


_TABLE: Final = {"table": "Table of the number analysis for calls from it"}


@config("table NAME$table", mode=TRUNK, field="table", words=_TABLE, arguments={"table": "Name of the table"})
def table() -> None:
    """Table of the number analysis that calls from the trunk begin in; without this line it is `default`."""


_TRANSLATE: Final = {
    "translate": "Change the numbers of its calls",
    "in": "Of calls from it, before number analysis",
    "out": "Of calls to it, after all others",
}
_RULE: Final = {"rule": "Name of the translation rule"}


@config("translate in NAME$rule", mode=TRUNK, field="translate_in", words=_TRANSLATE, arguments=_RULE)
def translate_in() -> None:
    """Translation rule for calls from the trunk, before number analysis."""


@config("translate out NAME$rule", mode=TRUNK, field="translate_out", words=_TRANSLATE, arguments=_RULE)
def translate_out() -> None:
    """Translation rule for calls to the trunk, after all others."""


_FORMAT: Final = {
    "number-format": "How numbers are written to it",
    "called": "Called numbers, in the Request-URI",
    "calling": "Calling and redirecting numbers, in P-Asserted-Identity and Diversion",
    "e164": "With + and country code",
    "international": "With the prefix that is dialled before international numbers",
    "national": "As dialled within the country",
}
_FORMATS: Final = "<e164|international|national>"


@config(f"number-format called {_FORMATS}$form", mode=TRUNK, field="called_format", words=_FORMAT)
def called_format() -> None:
    """How called numbers are written to the trunk; without this line as they are."""


@config(f"number-format calling {_FORMATS}$form", mode=TRUNK, field="calling_format", words=_FORMAT)
def calling_format() -> None:
    """How calling and redirecting numbers are written to the trunk; without this line as they are."""


@config("authentication outbound user WORD$username", mode=TRUNK, field="username", words=_AUTHENTICATION)
def outbound_username() -> None:
    """Who we say we are when the trunk challenges us (RFC 3261 §22, RFC 8760)."""


@secret_line("authentication outbound secret", mode=TRUNK, field="secret", words=_AUTHENTICATION)
def outbound_secret() -> None:
    """Secret with which we answer the trunk's challenges; kept encrypted."""


@config("authentication inbound user WORD$username", mode=TRUNK, field="inbound_username", words=_AUTHENTICATION)
def inbound_username() -> None:
    """Who the trunk must prove to be when we challenge it; without this line its source is enough.

    A trunk that has a user here and no source is known by its credentials alone, wherever it sends from.
    """


@secret_line("authentication inbound secret", mode=TRUNK, field="inbound_secret", words=_AUTHENTICATION)
def inbound_secret() -> None:
    """Secret with which the trunk answers our challenges; kept encrypted."""


@config(
    "header <in|out>$direction <<add|set>$action WORD$name LINE$value|remove$action WORD$name"
    "|copy$action WORD$name from WORD$value>",
    mode=TRUNK,
    field="headers",
    key=("direction", "action", "name", "value"),
    words=_HEADER,
    arguments=_HEADER_ARGUMENTS,
)
def header() -> None:
    """Change header fields of requests from the trunk or to it; the lines are carried out in their order.

    Fields that SIP itself depends on cannot be changed.

    Example: header out remove User-Agent
    Example: header out set X-Account 4711
    """


_CODEC: Final = {
    "codec": "Which codecs are offered",
    "permit": "Leave these, and no others",
    "deny": "Take these out",
}


@config(
    "codec permit WORD$codec", mode=TRUNK, field="codecs_permitted", words=_CODEC, arguments={"codec": "Name, as PCMA"}
)
def codec_permit() -> None:
    """Codecs left in offers to the trunk and from it; with such lines all others are taken out.

    An offer of which nothing is left is refused with 488; one in a response passes as it is. Telephone events and
    comfort noise are no codecs.
    """


@config("codec deny WORD$codec", mode=TRUNK, field="codecs_denied", words=_CODEC, arguments={"codec": "Name, as G729"})
def codec_deny() -> None:
    """Codecs taken out of offers to the trunk and from it."""


@config(
    "cause-map (300-699)$status <status (400-699)$to_status [cause (1-127)$cause]|cause (1-127)$cause>",
    mode=TRUNK,
    field="causes",
    key=("status",),
    words={
        "cause-map": "See a failure of its as another",
        "status": "Status code passed on",
        "cause": "Q.850 cause put into Reason",
    },
    arguments={"status": "Status code that came", "to_status": "Status code", "cause": "Q.850 cause"},
)
def cause_map() -> None:
    """See a failure of the trunk as another; whether the next trunk is tried is decided by what came.

    Failures without a Q.850 cause get the usual one (RFC 3398).

    Example: cause-map 603 status 486 cause 17
    """


@config(
    "cause-map q850 (1-127)$cause [status (400-699)$status]",
    mode=TRUNK,
    field="reasons",
    key=("cause",),
    words={
        "cause-map": "See a failure of its as another",
        "q850": "By the Q.850 cause in its Reason",
        "status": "Status code passed on; else the usual one (RFC 3398)",
    },
    arguments={"cause": "Q.850 cause that came", "status": "Status code"},
)
def reason_map() -> None:
    """See a failure of the trunk with this Q.850 cause in Reason as another; a line for its status counts before.

    Example: cause-map q850 17
    Example: cause-map q850 21 status 603
    """


@config("trusted", mode=TRUNK, field="trusted", words={"trusted": "Believe what it says of callers and priority"})
def trusted() -> None:
    """Believe its asserted identities and Resource-Priority, and tell it ours (RFC 3325, RFC 4412)."""


@config(
    "overload-control",
    mode=TRUNK,
    field="overload_control",
    words={"overload-control": "Ask for its overload feedback and obey it"},
)
def overload_control() -> None:
    """Ask the trunk for overload feedback and obey it (RFC 7339, RFC 7415)."""


class TrunkSummary(msgspec.Struct, frozen=True):
    """A row of `show trunk`."""

    trunk: str
    state: str
    """`up`, `down`, `shutdown`, `draining`."""
    calls: int
    maximum: int | None
    attempts: int
    answers: int
    asr: int | None
    """Answers per hundred seizures."""
    attempts_in: int
    answers_in: int
    description: str


_SHOWN: Final = {"trunk": "Trunks: state, calls, statistics"}
_NAMED: Final = {"name": "Name of the trunk"}


@show("show trunk [TRUNK$name]", row=TrunkSummary, words=_SHOWN, arguments=_NAMED)
async def show_trunk(context: Context, name: str | None) -> AsyncIterator[TrunkSummary]:
    """Trunks: whether they take calls, how many they have, how calls to them went.

    `draining`: shut down, with calls left. ASR is the answer-seizure ratio, per cent.
    """
    described = {each.name: each.description for each in context.manager.configuration.running.trunks}
    async for row in _trunks(context, name):
        yield TrunkSummary(
            trunk=row.trunk,
            state=row.state,
            calls=row.calls,
            maximum=row.maximum or None,
            attempts=row.attempts,
            answers=row.answers,
            asr=row.answer_ratio,
            attempts_in=row.attempts_in,
            answers_in=row.answers_in,
            description=described.get(row.trunk, ""),
        )


@show("show trunk [TRUNK$name] detail", row=TrunkRow, words=_SHOWN, arguments=_NAMED)
def show_trunk_detail(context: Context, name: str | None) -> AsyncIterator[TrunkRow]:
    """Trunks with all that is known of each."""
    return _trunks(context, name)


async def _trunks(context: Context, name: str | None) -> AsyncIterator[TrunkRow]:
    """Yield the rows of all trunks or of one. Raises CommandError."""
    known = False
    async for row in rows(context, ListTrunks(name or "")):
        known = True
        if isinstance(row, TrunkRow):
            yield row
    if name is not None and not known:
        raise CommandError(f"There is no trunk {name}")


class ProbeRow(msgspec.Struct, frozen=True):
    """What `test trunk` has found."""

    trunk: str
    result: str
    """`alive`, `no answer`, `failed`."""
    status: int | None
    """What the OPTIONS was answered with."""
    delay_ms: float | None
    state: str
    """Of the trunk, as in `show trunk`."""


_WAIT_S: Final = 8.0
_LOOK_S: Final = 0.05


@show("test trunk TRUNK$name", row=ProbeRow, privilege=PRIVILEGED, words=_SHOWN, arguments=_NAMED)
async def test_trunk(context: Context, name: str) -> AsyncIterator[ProbeRow]:
    """Send OPTIONS to a trunk now and show how it was answered, and how fast.

    Any answer but 408 and 503 shows a trunk that works. It is probed whether it is monitored or not; of one that is
    monitored the outcome counts as any other.
    """
    before = [row.probes async for row in _trunks(context, name)]
    await count(context, ProbeTrunk(name))
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        async for row in _trunks(context, name):
            if row.probes > before[0]:
                alive = row.probe_status is not None and row.probe_status not in (408, 503)
                result = "alive" if alive else "no answer" if row.probe_status is None else "failed"
                yield ProbeRow(name, result, row.probe_status, row.probe_ms if alive else None, row.state)
                return
        await asyncio.sleep(_LOOK_S)
    raise CommandError("The probe has not ended; see 'show trunk'")


@order(
    "clear trunk statistics [TRUNK$name]",
    words={"trunk": "Trunks", "statistics": "What was counted of their calls"},
    arguments=_NAMED,
)
async def clear_trunk(context: Context, name: str | None) -> None:
    """Set what was counted of the calls of trunks, or of one, to nought; calls in progress stay counted."""
    if not await count(context, ClearTrunkStatistics(name or "")) and name is not None:
        raise CommandError(f"There is no trunk {name}")


@completer("trunk")
def names(context: Context, prefix: str) -> list[str]:
    """Name the trunks that are configured."""
    return [each.name for each in context.manager.configuration.running.trunks]
