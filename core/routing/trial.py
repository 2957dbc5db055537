"""A call to a trunk that an operator orders to see whether it takes calls: given up as soon as that is known.

It is an INVITE without an offer, written as for any call to the trunk. When it rings it is cancelled; when it is
answered it is acknowledged and ended at once. A challenge is answered with the trunk's credentials. It takes no place
of the trunk and is in none of its counts, nor in any record.
"""

from __future__ import annotations

from typing import Final

from core.auth.client import answer
from core.effect import SEND, Flow
from core.northbound.rows import TrialRow
from core.proxy import request as requests
from core.proxy.domain import is_numeric
from core.proxy.late import Ending
from core.proxy.nexthop import flow_of, flows_among
from core.proxy.proxy import Proxy
from core.proxy.route import Asker
from core.routing.attempt import dress
from core.routing.number import Number, Numbers, dialled
from core.routing.trunk import TrunkState
from core.routing.trunks import Trunks
from core.transaction.layer import cancel_request
from core.transaction.transaction import Transaction, TransactionUser
from core.transaction.wheel import Timed
from core.wire.error import WireError
from core.wire.header import VIA
from core.wire.limits import Limits
from core.wire.message import Message, parse_message
from core.wire.text import readable
from core.wire.uri import Uri, host_port

PATIENCE_S: Final = 15.0
"""A trunk that has neither rung nor answered by then is given up."""
MAXIMUM: Final = 20
_KEPT_S: Final = 60.0
_MOST: Final = 30
"""Events of one trial."""


class Trials:
    """The trial calls of one engine."""

    __slots__ = ("_boot", "_count", "_table", "proxy", "trunks")

    def __init__(self, proxy: Proxy, trunks: Trunks, boot: str) -> None:
        self.proxy: Proxy = proxy
        self.trunks: Trunks = trunks
        self._boot: str = boot
        self._count: int = 0
        self._table: dict[int, Trial] = {}

    def begin(self, name: str, called: str, calling: str, now: float) -> int:
        """Call `called` by the trunk `name`; return the number of the trial, 0 when there are too many or no trunk."""
        trunk = self.trunks.states.get(name)
        number = dialled(called)
        if trunk is None or number is None or not trunk.addresses or len(self._table) >= MAXIMUM:
            return 0
        self._count += 1
        trial = Trial(self, trunk, f"{self._boot}-trial-{self._count}", Numbers(number, dialled(calling)), now)
        self._table[self._count] = trial
        trial.start(now)
        return self._count

    def rows(self, number: int) -> list[TrialRow]:
        """Return what has happened so far, `over` last when that was all; it is forgotten then."""
        trial = self._table.get(number)
        if trial is None:
            return []
        if trial.is_over:
            del self._table[number]
        return trial.rows()

    def sweep(self, now: float) -> None:
        """Forget those that nobody asked for. Once a second or so."""
        for number, trial in list(self._table.items()):
            if now - trial.started > _KEPT_S:
                del self._table[number]


class Trial(Timed):
    """One such call."""

    __slots__ = ("_answers", "_call_id", "_cancelled", "_challenge", "_client", "_events", "_flow", "_is_heard",
                 "_numbers", "is_over", "started", "trials", "trunk")  # fmt: skip

    def __init__(self, trials: Trials, trunk: TrunkState, call_id: str, numbers: Numbers, now: float) -> None:
        self.trials: Trials = trials
        self.trunk: TrunkState = trunk
        self._call_id: str = call_id
        self._numbers: Numbers = numbers
        self._events: list[tuple[float, str]] = []
        self._client: Transaction | None = None
        self._flow: Flow | None = None
        self._challenge: Message | None = None
        self._answers: int = 0
        self._cancelled: bool = False
        self._is_heard: bool = False
        """A provisional response has come: the INVITE may be cancelled (RFC 3261 §9.1)."""
        self.started: float = now
        self.is_over: bool = False

    def note(self, what: str, now: float) -> None:
        """Note what has happened."""
        if len(self._events) < _MOST:
            self._events.append((now, what))

    def over(self, what: str, now: float) -> None:
        """Note that nothing further happens."""
        if not self.is_over:
            self.note(what, now)
            self.is_over = True
            self._challenge = None

    def rows(self) -> list[TrialRow]:
        """Show it."""
        last = len(self._events)
        return [
            TrialRow(at_ms=round((at - self.started) * 1000, 1), event=readable(what), over=self.is_over and n == last)
            for n, (at, what) in enumerate(self._events, 1)
        ]

    def start(self, now: float) -> None:
        """Find out where to send, and send."""
        proxy = self.trials.proxy
        proxy.layer.wheel.start(now + PATIENCE_S, self, 0)
        uri = self.trunk.addresses[0]
        if is_numeric(uri.host):
            self.found([] if (flow := flow_of(proxy.domain, uri, -1)) is None else [flow], now)
        elif not proxy.ask(uri, Name(self, uri)):
            self.over("too many names are being looked up", now)

    def found(self, flows: list[Flow], now: float) -> None:
        """Take the places that the trunk's first address leads to."""
        if self.is_over:
            return
        if not flows:
            self.over("its address cannot be reached", now)
            return
        self._flow = flows[0]
        self._send(now)

    def _send(self, now: float) -> None:
        proxy, flow = self.trials.proxy, self._flow
        own = None if flow is None else proxy.domain.listeners.get(flow.listener)
        if flow is None or own is None or proxy.layer.full(2):
            self.over("no room for another transaction", now)
            return
        try:
            out = self._written(host_port(own.host, own.port))
        except WireError as error:
            self.over(f"cannot be written for the trunk: {error.reason}", now)
            return
        branch = proxy.new_branch("")
        octets = requests.finish(out, own, branch)
        self._client = proxy.layer.open_client("INVITE", branch, self._call_id, octets, out, flow, Answer(self), now)
        self.note(f"INVITE {out.request_uri} to {flow!r}", now)

    def _written(self, place: str) -> Message:
        """Write the INVITE as the trunk is to see it. Raises WireError."""
        trunk, trunks = self.trunk, self.trials.trunks
        uri = trunk.addresses[0]
        calling: Number | None = self._numbers.calling
        user = "" if calling is None else f"{calling!r}@"
        text = (
            f"INVITE {uri.text} SIP/2.0\r\nVia: SIP/2.0/UDP {place}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{user}{place}>;tag={self._call_id}\r\n"
            f"To: <sip:{self._numbers.called!r}@{host_port(uri.host, uri.port)}>\r\nCall-ID: {self._call_id}\r\n"
            f"CSeq: {self._answers + 1} INVITE\r\nContact: <sip:{place}>\r\n"
            "Content-Length: 0\r\n\r\n"
        )
        out = parse_message(text.encode("latin-1", "replace"), Limits())
        out.remove(out.where(VIA))  # `finish` puts ours there
        dress(out, trunk, trunks, self._numbers, "")
        if self._challenge is not None:
            cnonce = f"{trunks.random.getrandbits(64):016x}"
            answer(self._challenge, out, trunk.settings.username, trunk.secret, cnonce, self._answers - 1)
        return out

    def heard(self, response: Message, now: float) -> None:
        """Take a response: go on, cancel, or end what has come about."""
        status = response.status
        told = f"{status} {response.reason}"
        if status < 200:
            self._is_heard = True
            if not self.is_over:
                self.note(told, now)
            if self.is_over or status > 100:
                self._cancel(now)
        elif self.is_over:
            if status < 300:
                self._hang_up(response, now)
        elif status < 300:
            self.note(told, now)
            self._hang_up(response, now)
            self.over("answered: acknowledged and ended with BYE", now)
        elif status in (401, 407) and self.trunk.settings.username and self._answers == 0:
            self.note(told, now)
            self._challenge = response
            self._answers = 1
            self._send(now)
        elif status == 487 and self._cancelled:
            self.over(f"{told}: it rang, and was cancelled", now)
        else:
            self.over(told, now)

    def failed(self, why: str, now: float) -> None:
        """Take note that there will be no response."""
        self.over(why, now)

    def on_timer(self, timer: int, now: float) -> None:
        if self.is_over:
            return
        self.over("neither rang nor answered: given up", now)
        if self._is_heard:
            self._cancel(now)
        elif self._client is not None:
            self._client.last = b""  # it is not asked again; should it ring after all it is cancelled

    def _cancel(self, now: float) -> None:
        proxy, client = self.trials.proxy, self._client
        if self._cancelled or client is None or client.request is None or proxy.layer.full():
            return
        self._cancelled = True
        octets = cancel_request(client.request)
        proxy.layer.open_client("CANCEL", client.branch, self._call_id, octets, None, client.flow, None, now)
        if not self.is_over:
            self.note("CANCEL", now)

    def _hang_up(self, response: Message, now: float) -> None:
        """Acknowledge an answer and end the call that it began."""
        proxy, flow = self.trials.proxy, self._flow
        if flow is None:
            return
        try:
            ending = Ending(response, flow, proxy.domain)
        except WireError:
            return
        own = proxy.domain.listeners.get(ending.flow.listener)
        if own is None:
            return
        proxy.out.append((SEND, ending.flow, ending.ack(own, proxy.new_branch("")), ""))
        if not proxy.layer.full():
            mark = proxy.new_branch("")
            octets = ending.bye(own, mark)
            proxy.layer.open_client("BYE", mark, ending.call_id, octets, None, ending.flow, None, now)


class Answer(TransactionUser):
    """Who is told what becomes of the INVITE of a trial."""

    __slots__ = ("_trial",)

    def __init__(self, trial: Trial) -> None:
        self._trial: Trial = trial

    def is_end(self) -> bool:
        return True

    def on_response(self, client: Transaction, response: Message, now: float) -> None:
        self._trial.heard(response, now)

    def on_timeout(self, transaction: Transaction, now: float) -> None:
        self._trial.failed("no answer", now)

    def on_error(self, transaction: Transaction, now: float) -> None:
        self._trial.failed("cannot be reached", now)


class Name(Asker):
    """The name of a trunk's address being resolved for a trial."""

    __slots__ = ("_trial", "_uri")

    def __init__(self, trial: Trial, uri: Uri) -> None:
        self._trial: Trial = trial
        self._uri: Uri = uri

    def resolved(self, places: list[tuple[str, int]], now: float) -> None:
        self._trial.found(flows_among(self._trial.trials.proxy.domain, places, self._uri, -1), now)
