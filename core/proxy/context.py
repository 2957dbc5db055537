"""The response context (RFC 3261 §16.7): one request upstream, its branches downstream.

Theory of operation. `Proxy` opens a context with groups of targets; all of a group are
tried at once, the next group when every branch of it has failed; after the groups come
the targets of the context's route, one by one. Each branch is a
client transaction. The first 2xx goes upstream and the others are cancelled; failures
are kept until no branch is left and the best of them goes upstream. The context lives
as long as one of its transactions refers to it.
"""

from __future__ import annotations

from typing import Final

from core.dialog.call import Call
from core.dialog.trail import FORWARD, TIMER, TIMER_B, TIMER_F, UNSENT, Attempt, Trail
from core.effect import Flow
from core.proxy.request import MAX_BREADTH_DEFAULT
from core.proxy.route import ResponseEditor, Route
from core.proxy.target import Target
from core.statistics.call_count import CallCount
from core.transaction.transaction import Transaction, TransactionUser
from core.transaction.wheel import Timed
from core.wire.message import Message
from core.wire.uri import Uri

TIMER_C: Final = 100
TIMER_CANCELLED: Final = 101
TIMER_TRYING: Final = 102
TIMER_SILENT: Final = 103


NOWHERE_ELSE: Final[list[Flow]] = []
"""Nobody changes it."""


class BranchEvents:
    """Where a branch hands its timers: the proxy."""

    __slots__ = ()

    def branch_timer(self, branch: Branch, timer: int, now: float) -> None:
        """Take note that a timer of the branch has run out."""
        raise NotImplementedError

    def got_response(self, context: ResponseContext, branch: Branch, response: Message, now: float) -> None:
        """Take a response of the branch."""
        raise NotImplementedError

    def got_nothing(self, context: ResponseContext, branch: Branch, status: int, why: str, now: float) -> None:
        """Take note that the branch ended without a response: 408 timed out, 503 not sent; `why` as the trail says."""
        raise NotImplementedError


class Branch(Timed):
    """One target being tried."""

    __slots__ = ("attempt", "cancel_sent", "cancel_wanted", "client", "context", "expires_c", "flow", "further",
                 "given_up", "hop", "id", "out", "provisional", "response", "status", "target",
                 "turned_away")  # fmt: skip

    def __init__(self, context: ResponseContext, target: Target, out: Message) -> None:
        self.context: ResponseContext | None = context
        """None once the context is done."""
        self.target: Target = target
        self.out: Message | None = out
        """The request for this target; dropped on the final response."""
        self.hop: Uri | None = None
        """Where the branch goes next, while its host is being resolved."""
        self.id: str = ""
        """Branch parameter."""
        self.client: Transaction | None = None
        self.flow: Flow | None = None
        self.further: list[Flow] = NOWHERE_ELSE
        """Other places of the same name, to be tried when `flow` leads nowhere (RFC 3263 §4.3)."""
        self.turned_away: bool = False
        """It was answered when the caller had been refused, and has been ended."""
        self.given_up: bool = False
        """It said nothing for too long and another was tried, and it may still say something: a ring is cancelled."""
        self.provisional: bool = False
        self.cancel_wanted: bool = False
        """To be cancelled as soon as a provisional response allows it (§9.1)."""
        self.cancel_sent: bool = False
        self.expires_c: float = 0.0
        """When Timer C runs out; each provisional response moves it on (§16.7 step 2)."""
        self.status: int = 0
        """Final status; 0 while it is being tried."""
        self.response: Message | None = None
        """The final failure, unless we made the status up."""
        self.attempt: Attempt | None = (
            None if context.trail is None else context.trail.attempt(target.uri, target.whose)
        )
        """What the trail of its call says of it."""

    def on_timer(self, timer: int, now: float) -> None:
        context = self.context
        if context is not None:
            context.events.branch_timer(self, timer, now)

    def is_over(self) -> None:
        """Note that one that was given up will say no more; let go of the context where that is done."""
        self.given_up = False
        if self.context is not None and self.context.done:
            self.context = None

    def close(self, status: int) -> None:
        """Note the final status and let go of the request."""
        self.status = status
        self.out = None


class ResponseContext(TransactionUser):
    """A request being proxied, and what is known of its branches."""

    __slots__ = ("branches", "breadth", "call", "cancelled", "count", "done", "editor", "events", "flow", "groups",
                 "inbound", "is_invite", "loop", "refused", "request", "route", "server", "sticky", "token",
                 "trail")  # fmt: skip

    def __init__(self, request: Message, flow: Flow, sticky: bool, events: BranchEvents) -> None:
        self.request: Message | None = request
        """What came, own Route removed; dropped when a final response has gone upstream."""
        self.flow: Flow = flow
        """Where the request came from."""
        self.sticky: bool = sticky
        """Its sender is reached by `flow` only (NAT, stream)."""
        self.events: BranchEvents = events
        self.server: Transaction | None = None
        self.is_invite: bool = request.method == "INVITE"
        self.branches: list[Branch] = []
        self.groups: list[list[Target]] = []
        """Groups of targets not tried yet."""
        self.route: Route | None = None
        """Where further targets come from; None where the target set is all."""
        self.editor: ResponseEditor | None = None
        """Who changes the bodies of responses."""
        self.call: Call | None = None
        """The call that an initial INVITE began, or that a BYE is to end."""
        self.trail: Trail | None = None
        """Of the call that it began."""
        self.count: CallCount | None = None
        """Statistics of the call that the request belongs to."""
        self.token: str = ""
        """Token for our Record-Route; empty when we need not stay on the path."""
        self.loop: str = ""
        """The loop part of our branches (RFC 5393)."""
        self.breadth: int = MAX_BREADTH_DEFAULT
        """Max-Breadth, to be shared by parallel branches (RFC 5393 §5.3.3)."""
        self.cancelled: bool = False
        self.done: bool = False
        """A final response has gone upstream."""
        self.refused: bool = False
        """It was a failure."""

    def on_response(self, client: Transaction, response: Message, now: float) -> None:
        for branch in self.branches:
            if branch.client is client:
                self.events.got_response(self, branch, response, now)
                return

    def on_timeout(self, transaction: Transaction, now: float) -> None:
        self._ended(transaction, 408, TIMER_B if self.is_invite else TIMER_F, now)

    def on_unconfirmed(self, server: Transaction, now: float) -> None:
        if self.trail is not None:
            self.trail.resent = server.resent
            self.trail.note(FORWARD, now, TIMER, "timer H", "the caller did not acknowledge the refusal")

    def on_error(self, transaction: Transaction, now: float) -> None:
        self._ended(transaction, 503, UNSENT, now)

    def _ended(self, client: Transaction, status: int, why: str, now: float) -> None:
        for branch in self.branches:
            if branch.client is client:
                if branch.status == 0:
                    self.events.got_nothing(self, branch, status, why, now)
                else:
                    branch.is_over()
                return
