"""Orders management gives a worker, and the answers; msgpack on the worker's Unix socket.

Every request carries `id`; a worker answers with one or more `Reply` of that id, the
last with `done=True`. Large tables are answered in slices, one slice a loop turn, so
that no listing delays a call.
"""

from __future__ import annotations

import msgspec

from core.northbound.call_rows import CallDetailRow, CallHistoryRow, CallLegRow, CallRow, CallStageRow, CallTrailRow
from core.northbound.rows import (
    AnalysisHitsRow,
    BanRow,
    BindingRow,
    CodeRow,
    ControlDetailRow,
    ControlRow,
    CounterRow,
    HostRow,
    ListenerRow,
    ListHitsRow,
    ListVerdictRow,
    OverloadPeerRow,
    OverloadRow,
    PingRow,
    RouteGroupRow,
    RouteStepRow,
    TraceRow,
    TransactionRow,
    TrialRow,
    TrunkRow,
)
from core.northbound.trace import TraceFilter


class ListCalls(msgspec.Struct, frozen=True, tag=True):
    """Answered with CallRow, or CallDetailRow with `detail`; `match` is a substring of Call-ID, caller or callee."""

    detail: bool = False
    match: str = ""


class ListTransactions(msgspec.Struct, frozen=True, tag=True):
    """Answered with TransactionRow."""


class ListListeners(msgspec.Struct, frozen=True, tag=True):
    """Answered with ListenerRow."""


class ClearBinding(msgspec.Struct, frozen=True, tag=True):
    """Remove the bindings of `user`, or of everybody when it is empty. `count` of the reply is how many went."""

    user: str = ""


class ListHosts(msgspec.Struct, frozen=True, tag=True):
    """Answered with HostRow; `match` is a substring of the name."""

    match: str = ""


class ClearHost(msgspec.Struct, frozen=True, tag=True):
    """Forget what DNS said of `host`, of all names when it is empty. `count` of the reply is how many entries went."""

    host: str = ""


class LookUpHost(msgspec.Struct, frozen=True, tag=True):
    """Ask DNS anew; what it says is listed by ListHosts, once the state is no longer `asked`.

    `count` of the reply is 0 when too many names are being looked up already.
    """

    host: str
    port: int = 0
    """0: SRV is asked first (RFC 3263 §4.2)."""
    transport: str = "udp"


class ReadLists(msgspec.Struct, frozen=True, tag=True):
    """Take up what has changed in black and white lists, which is done once a second anyhow."""


class ListBans(msgspec.Struct, frozen=True, tag=True):
    """Answered with BanRow."""


class LiftBan(msgspec.Struct, frozen=True, tag=True):
    """End the ban of `address`, or all of them when it is empty. `count` of the reply is how many there were."""

    address: str = ""


class ListHits(msgspec.Struct, frozen=True, tag=True):
    """Answered with ListHitsRow, one for each entry that was hit."""


class ClearHits(msgspec.Struct, frozen=True, tag=True):
    """Count the hits of the `black` or `white` list from 0 again. `count` of the reply is how many entries had some."""

    colour: str


class AskLists(msgspec.Struct, frozen=True, tag=True):
    """Answered with one ListVerdictRow; `value` is in its one form. Nothing is counted."""

    kind: str
    value: str


class ListControls(msgspec.Struct, frozen=True, tag=True):
    """Answered with ControlRow, or ControlDetailRow with `detail`, in the order in which controls are asked."""

    detail: bool = False
    code: str | None = None
    """Only those of this code (empty: of every number), trunk or route group."""
    active: bool = False
    """Only those in force now."""


class ListCodes(msgspec.Struct, frozen=True, tag=True):
    """Answered with CodeRow: codes called lately, those hard to reach first."""


class ClearControls(msgspec.Struct, frozen=True, tag=True):
    """Count the calls of controls from 0 again. `count` of the reply is how many controls there are."""


class ListTrunks(msgspec.Struct, frozen=True, tag=True):
    """Answered with TrunkRow, of one trunk or of all when `name` is empty."""

    name: str = ""


class ListRouteGroups(msgspec.Struct, frozen=True, tag=True):
    """Answered with RouteGroupRow, of one group or of all when `name` is empty."""

    name: str = ""


class ProbeTrunk(msgspec.Struct, frozen=True, tag=True):
    """Send OPTIONS to a trunk now. `count` of the reply is 1, or 0 when there is none of this name.

    What came of it is in the trunk's row once its `probes` has risen.
    """

    name: str


class ClearTrunkStatistics(msgspec.Struct, frozen=True, tag=True):
    """Set the statistics of a trunk, or of all when `name` is empty, to nought. `count`: how many trunks."""

    name: str = ""


class ListOverload(msgspec.Struct, frozen=True, tag=True):
    """Answered with OverloadRow."""


class ListOverloadPeers(msgspec.Struct, frozen=True, tag=True):
    """Answered with OverloadPeerRow."""


class ExplainRoute(msgspec.Struct, frozen=True, tag=True):
    """Answered with RouteStepRow: what would become of a call, step by step; nothing is changed by asking."""

    calling: str
    called: str
    trunk: str = ""
    """Trunk it comes by; empty: none."""
    subscriber: str = ""
    """Subscriber who calls; empty: nobody is looked for."""
    at: float = 0.0
    """Seconds since 1970; 0: now."""


class ListAnalysis(msgspec.Struct, frozen=True, tag=True):
    """Answered with AnalysisHitsRow, for every line of the analysis tables that has decided about a call."""


class ExplainNumber(msgspec.Struct, frozen=True, tag=True):
    """Answered with RouteStepRow: what number analysis makes of a number; nothing is changed by it."""

    called: str
    """As it is dialled, `+` and visual separators included."""
    calling: str = ""
    rule: str = ""
    """Translation rule to apply alone."""
    trunk: str = ""
    group: str = ""


class StartTrace(msgspec.Struct, frozen=True, tag=True):
    """Trace signalling, in place of the trace of the same number; the ring has been prepared. `count`: the number."""

    number: int
    """1 to `trace.TRACES`."""
    filter: TraceFilter
    seconds: float
    """It stops after so long, whatever happens."""
    messages: int = 0
    """It stops after so many; 0: without bound."""
    by: str = ""
    """Operator who wants it."""


class StopTrace(msgspec.Struct, frozen=True, tag=True):
    """End one trace, all when `number` is 0. `count` of the reply is how many ended."""

    number: int = 0


class ListTraces(msgspec.Struct, frozen=True, tag=True):
    """Answered with TraceRow."""


class ListCallHistory(msgspec.Struct, frozen=True, tag=True):
    """Answered with CallHistoryRow, the newest first: calls in progress, those that have ended, refused attempts."""

    number: str = ""
    """Part of the caller's or the called number."""
    subscriber: str = ""
    """Name of a subscriber who calls or is called."""
    alias: str = ""
    """His number, which means him too."""
    trunk: str = ""
    """Trunk it came by, or that it was tried to reach somebody by."""
    call_id: str = ""
    """Part of the Call-ID."""
    failed: bool = False
    """Only those that were not answered."""
    since: float = 0.0
    """Only those that began then or later, seconds since 1970."""
    last: int = 100
    """At most so many."""


class ExplainCall(msgspec.Struct, frozen=True, tag=True):
    """Answered with CallTrailRow, CallLegRow, CallStageRow of each call with this id or Call-ID, the newest first."""

    id: str
    explain: bool = False
    """CallStageRow too."""


class SendPing(msgspec.Struct, frozen=True, tag=True):
    """Send an OPTIONS to `target`. `count` of the reply is the ping's number, 0 when there are too many."""

    target: str
    """SIP URI; of `user`, one of his contacts as it is registered."""
    user: str = ""


class AskPing(msgspec.Struct, frozen=True, tag=True):
    """Answered with PingRow, once more after the ping has ended."""

    number: int


class BeginTrial(msgspec.Struct, frozen=True, tag=True):
    """Call a number by a trunk, and give the call up as soon as it rings or is answered.

    `count` of the reply is the trial's number, 0 when there are too many, or there is no such trunk or no number.
    """

    trunk: str
    called: str
    calling: str = ""


class AskTrial(msgspec.Struct, frozen=True, tag=True):
    """Answered with TrialRow: all that has happened so far; with the one that is the last for the last time."""

    number: int


class Ping(msgspec.Struct, frozen=True, tag=True):
    """Answered at once; shows that the worker's loop turns."""


Order = (
    ListCalls
    | ListTransactions
    | ListListeners
    | ClearBinding
    | ListHosts
    | ClearHost
    | LookUpHost
    | ReadLists
    | ListBans
    | LiftBan
    | ListHits
    | ClearHits
    | AskLists
    | ListControls
    | ListCodes
    | ClearControls
    | ListTrunks
    | ListRouteGroups
    | ProbeTrunk
    | ClearTrunkStatistics
    | ExplainRoute
    | Ping
    | ListOverload
    | ListOverloadPeers
    | ListAnalysis
    | ExplainNumber
    | StartTrace
    | StopTrace
    | ListTraces
    | ListCallHistory
    | ExplainCall
    | SendPing
    | AskPing
    | BeginTrial
    | AskTrial
)
Row = (
    BindingRow
    | CallRow
    | CallDetailRow
    | TransactionRow
    | ListenerRow
    | CounterRow
    | HostRow
    | BanRow
    | ListHitsRow
    | ListVerdictRow
    | ControlRow
    | ControlDetailRow
    | CodeRow
    | TrunkRow
    | RouteGroupRow
    | OverloadRow
    | OverloadPeerRow
    | RouteStepRow
    | AnalysisHitsRow
    | TraceRow
    | CallHistoryRow
    | CallTrailRow
    | CallLegRow
    | CallStageRow
    | PingRow
    | TrialRow
)


class Request(msgspec.Struct, frozen=True):
    """One order with the number its replies bear."""

    id: int
    order: Order


class Reply(msgspec.Struct, frozen=True):
    """A slice of the answer; `error` is empty unless the order failed."""

    id: int
    rows: tuple[Row, ...] = ()
    count: int = 0
    done: bool = True
    error: str = ""
