"""What became of a call on its way: what the stages found, which decided and why, and the attempts to reach somebody.

Theory of operation. While a request passes the stages, whoever decides something for good puts a note into `Notes`: the
number of the stage and references to what decided (an entry of a list, a control, a rule), never text made for the
purpose. When the request becomes a call its trail takes the notes over; each branch of it adds an `Attempt`. What all
this says is written out only when somebody asks (`core.pipeline.trails`). Times are monotonic seconds.
"""

from __future__ import annotations

from typing import Final

from core.effect import Flow
from core.transaction.transaction import Transaction
from core.wire.text import discreet

Note = tuple[int, float, int, object, object, object]
"""Stage, time, kind, and what the kind says: see `KINDS` below."""

FORWARD: Final = 17
"""Number of the last stage (`core.pipeline.stages`)."""
ROUTE: Final = 18
"""Number of the choice of trunks, which comes after all stages."""

# Kinds of notes, and their three values.
WHY: Final = 0
"""Object, what was found of it, none: two texts."""
LISTED: Final = 1
"""Kind of the value and the value (a pair), the verdict of the lists, none."""
CONTROL: Final = 2
"""The control, whether it let the call pass, none."""
ENTRY: Final = 3
"""Table, the entry that decides, the digits it was found by and how many of them are its prefix (a pair)."""
RULE: Final = 4
"""Name of the translation rule, numbers before, numbers after (None: it made none)."""
CHOSEN: Final = 5
"""Trunk, route group, none."""
PASSED_OVER: Final = 6
"""Trunk, why, none."""
STOPPED: Final = 7
"""Trunk, the status after which no further one is tried, none."""
TIMER: Final = 8
"""Name of the timer, what it meant, none."""

# Why an attempt ended.
ANSWERED: Final = "answered"
REFUSED: Final = "refused"
CANCELLED: Final = "cancelled"
TIMER_B: Final = "timer B: no answer at all"
TIMER_F: Final = "timer F: no answer at all"
TIMER_C_RANG: Final = "timer C: rang for too long"
SILENCE: Final = "silent: gave way to the next"
DEAF: Final = "did not answer CANCEL"
UNSENT: Final = "could not be sent"
UNREACHED: Final = "no listener of ours reaches it"
UNKNOWN_HOST: Final = "its name leads nowhere"
UNDRESSED: Final = "the request could not be made what it is to see"
CROWDED: Final = "no room: too many transactions or look-ups"
TOO_LATE: Final = "answered when the caller had been refused: ended"
CHALLENGED: Final = "challenge answered: tried again"
ELSEWHERE: Final = "the next address of the name is tried"
TEXT: Final = 256
"""Letters kept of any text that a peer wrote: what is remembered of a call must not grow with its header fields."""
_MOST_NOTES: Final = 60
"""Notes of one call; what comes beyond is not kept."""
_MOST_ATTEMPTS: Final = 40


class Notes:
    """Where the deciding parts of one engine leave their notes; there is one call at a time."""

    __slots__ = ("at", "items", "on", "stage")

    def __init__(self) -> None:
        self.on: bool = False
        """Somebody wants them; nothing is kept otherwise."""
        self.items: list[Note] = []
        self.stage: int = 0
        """Number of the stage that is at work."""
        self.at: float = 0.0

    def begin(self, now: float) -> None:
        """Begin the notes of a new request."""
        self.items = []
        self.on = True
        self.at = now

    def enters(self, stage: int) -> bool:
        """Note that the stage of this number is at work now."""
        self.stage = stage
        return True

    def add(self, kind: int, first: object, second: object, third: object) -> None:
        """Keep a note, if any are wanted."""
        if self.on and len(self.items) < _MOST_NOTES:
            self.items.append((self.stage, self.at, kind, first, second, third))

    def resume(self, trail: Trail | None, stage: int, now: float) -> None:
        """Go on with the notes of a call that is under way; with None nothing is kept."""
        self.on = trail is not None
        if trail is not None:
            self.items = trail.notes
            self.stage = stage
            self.at = now


class Attempt:
    """One branch of a call: one target, at one address."""

    __slots__ = ("cancelled", "cause", "client", "ended", "flow", "heard", "repeats", "ringing", "sent", "status",
                 "uri", "whose", "why")  # fmt: skip

    def __init__(self, uri: str, whose: str) -> None:
        self.uri: str = discreet(uri)[:TEXT]
        self.whose: str = whose
        """Name of the trunk; empty: a contact."""
        self.flow: Flow | None = None
        self.client: Transaction | None = None
        """While the attempt lasts."""
        self.repeats: int = 0
        """How often the request was sent again, once it is over."""
        self.sent: float = 0.0
        self.heard: float = 0.0
        """When the first response came."""
        self.ringing: float = 0.0
        self.cancelled: float = 0.0
        self.ended: float = 0.0
        self.status: int = 0
        """Final status; one that we made up where nothing came."""
        self.cause: str = ""
        """Reason header field of a failure (RFC 3326), as it came."""
        self.why: str = ""
        """Why it ended."""

    def went(self, flow: Flow, client: Transaction, now: float) -> None:
        """Note that the request is on its way."""
        self.flow = flow
        self.client = client
        self.sent = now

    def said(self, status: int, now: float) -> None:
        """Note a response."""
        if self.heard == 0.0:
            self.heard = now
        if status < 200:
            if status > 100 and self.ringing == 0.0:
                self.ringing = now
            return
        if self.status != 0 and status >= 300:
            return  # it was given up, and is no news
        self._ends(status, now)
        if status < 300:
            self.why = ANSWERED
        elif not self.why:
            self.why = CANCELLED if self.cancelled else REFUSED

    def over(self, status: int, why: str, now: float) -> None:
        """Note that it ended without a response."""
        self._ends(status, now)
        self.why = why

    def _ends(self, status: int, now: float) -> None:
        self.status = status
        self.ended = now
        if self.client is not None:
            self.repeats = self.client.resent
            self.client = None

    def resent(self) -> int:
        """Return how often the request has been sent again."""
        return self.repeats if self.client is None else self.client.resent


class Trail:
    """All that is known of one call besides the call itself."""

    __slots__ = ("attempts", "notes", "number", "numbers", "offset", "priority", "reason", "repeats", "resent",
                 "route_group", "server", "stage", "username")  # fmt: skip

    def __init__(self, notes: list[Note], offset: float) -> None:
        self.notes: list[Note] = notes
        self.offset: float = offset
        """What makes seconds since 1970 of its times."""
        self.attempts: list[Attempt] = []
        self.server: Transaction | None = None
        """Of its INVITE, while the call is being set up."""
        self.repeats: int = 0
        """How often the INVITE came again."""
        self.resent: int = 0
        """How often an answer to it was sent again."""
        self.number: int = 0
        """Of a refused attempt, which has no record; counted from 1."""
        self.stage: int = 0
        """Number of the last stage that had a say."""
        self.reason: str = ""
        """Reason phrase of a refusal of ours, where it has one of its own."""
        self.username: str = ""
        """Subscriber who has proved to be the caller."""
        self.priority: int = 0
        """Class."""
        self.route_group: str = ""
        self.numbers: object = None
        """Numbers as number analysis has left them (`core.routing.number`); None: it had no say."""

    def close(self) -> None:
        """Let go of what lives longer than it should for the sake of a trail; the call is over."""
        self.count()
        self.server = None
        for attempt in self.attempts:
            if attempt.client is not None:
                attempt.repeats = attempt.client.resent
                attempt.client = None

    def count(self) -> None:
        """Bring the counts of retransmissions up to date."""
        if self.server is not None:
            self.repeats, self.resent = self.server.repeats, self.server.resent

    def attempt(self, uri: str, whose: str) -> Attempt | None:
        """Begin an attempt; None when there have been too many."""
        if len(self.attempts) >= _MOST_ATTEMPTS:
            return None
        made = Attempt(uri, whose)
        self.attempts.append(made)
        return made

    def note(self, stage: int, now: float, kind: int, first: object, second: object) -> None:
        """Keep a note of what happens once the call is under way."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append((stage, now, kind, first, second, None))
