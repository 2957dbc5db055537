"""The transaction layer: matching (RFC 3261 §17.1.3, §17.2.3) and the actions of the machines.

Owns both tables and the timer wheel; appends what is to be sent to `out`. A full
table is the caller's to refuse: it asks `full` before it opens a transaction.
"""

from __future__ import annotations

from typing import Final

from core.effect import SEND as SEND_EFFECT
from core.effect import UDP, Effect, Flow
from core.northbound import counters
from core.northbound.settings import SipSettings
from core.statistics.messages import NUMBER, MessageCounts
from core.transaction import tables
from core.transaction.tables import (
    ACCEPTED,
    CLIENT_INVITE,
    CLIENT_OTHER,
    COMPLETED,
    CONFIRM,
    END,
    ERROR,
    FAULT,
    GOT_1XX,
    GOT_2XX,
    GOT_FAILURE,
    IGNORE,
    PASS,
    PASS_ACK,
    PASS_FINAL,
    PROCEEDING,
    RESEND,
    RESEND_A,
    RESEND_E,
    RESEND_G,
    RESEND_T2,
    SEND_1XX,
    SEND_2XX,
    SEND_FAILURE,
    SEND_FINAL,
    SERVER_INVITE,
    SERVER_OTHER,
    TABLES,
    TERMINATED,
    TIMEOUT,
)
from core.transaction.transaction import Transaction, TransactionEvents, TransactionUser
from core.transaction.wheel import SLOT_S, Wheel
from core.wire.header import CALL_ID, FROM, ROUTE, TO, VIA
from core.wire.message import Message
from core.wire.via import Via

_MAGIC: Final = "z9hG4bK"
_MAGIC_LENGTH: Final = 7
_TIMER_D_S: Final = 32.0
_ACK: Final[int] = NUMBER["ACK"]


class TransactionLayer(TransactionEvents):
    """All transactions of one engine."""

    __slots__ = (
        "clients",
        "maximum",
        "messages",
        "out",
        "pending",
        "servers",
        "slots",
        "t1",
        "t1_64",
        "t2",
        "t4",
        "trying",
        "wheel",
    )

    def __init__(self, settings: SipSettings, slots: memoryview, out: list[Effect]) -> None:
        self.servers: dict[str, Transaction] = {}
        self.clients: dict[str, Transaction] = {}
        self.wheel: Wheel = Wheel()
        self.slots: memoryview = slots
        self.out: list[Effect] = out
        self.messages: MessageCounts = MessageCounts()
        self.pending: int = 0
        """Transactions without a final response: Trying, Calling and Proceeding come before all other states."""
        self.configure(settings)

    def configure(self, settings: SipSettings) -> None:
        """Take new timers and bounds; running timers keep theirs."""
        self.t1: float = settings.timer_t1_ms / 1000.0
        self.t1_64: float = 64 * self.t1
        self.t2: float = settings.timer_t2_ms / 1000.0
        self.t4: float = settings.timer_t4_ms / 1000.0
        self.trying: float = _time_to_t2(self.t1, self.t2)
        self.maximum: int = settings.max_transactions

    def count(self) -> int:
        """Count the transactions in both tables."""
        return len(self.servers) + len(self.clients)

    def full(self, wanted: int = 1) -> bool:
        """Tell whether there is no room for `wanted` more."""
        return len(self.servers) + len(self.clients) + wanted > self.maximum

    def find_server(self, request: Message, via: Via) -> Transaction | None:
        """Find the server transaction a request belongs to; for ACK, the INVITE's (§17.2.3)."""
        if _is_unique(via):
            return self.servers.get(server_key(via, request.method))
        found = self.servers.get(_key_2543(request, request.method))
        if found is not None and request.method == "ACK" and found.tag and request.to().tag != found.tag:
            return None
        return found

    def find_invite(self, cancel: Message, via: Via) -> Transaction | None:
        """Find the INVITE server transaction that a CANCEL names (§9.2)."""
        if _is_unique(via):
            return self.servers.get(server_key(via, "INVITE"))
        return self.servers.get(_key_2543(cancel, "INVITE"))

    def open_server(self, request: Message, via: Via, flow: Flow, now: float) -> Transaction:
        """Open the server transaction of a new request; `flow` is where its responses go."""
        method = request.method
        key = server_key(via, method) if _is_unique(via) else _key_2543(request, method)
        kind = SERVER_INVITE if method == "INVITE" else SERVER_OTHER
        server = Transaction(kind, key, via.branch, method, flow, flow.transport != UDP, self, None, now)
        self.servers[key] = server
        self._opened()
        return server

    def open_client(
        self, method: str, branch: str, call_id: str, octets: bytes, request: Message | None, flow: Flow,
        user: TransactionUser | None, now: float,
    ) -> Transaction:  # fmt: skip
        """Open a client transaction and send its request (§17.1.1.2, §17.1.2.2).

        `request` is what `octets` were made of; an INVITE's is needed for its ACK. `call_id` is the request's.
        """
        reliable = flow.transport != UDP
        if method == "INVITE":
            client = Transaction(CLIENT_INVITE, branch, branch, method, flow, reliable, self, user, now)
            client.request = request
            retransmit, give_up = tables.TIMER_A, tables.TIMER_B
        else:
            key = client_key(branch, method)
            client = Transaction(CLIENT_OTHER, key, branch, method, flow, reliable, self, user, now)
            retransmit, give_up = tables.TIMER_E, tables.TIMER_F
        client.last = octets
        client.call_id = call_id
        client.interval = self.t1
        self.clients[client.key] = client
        self._opened()
        self.out.append((SEND_EFFECT, flow, octets, client.key))
        self.slots[counters.REQUESTS_SENT] += 1
        self.messages.sent(client.number)
        if not reliable:
            self.wheel.start(now + self.t1, client, retransmit)
        self.wheel.start(now + self.t1_64, client, give_up)
        return client

    def receive_request(self, server: Transaction, request: Message, now: float) -> bool:
        """Drive a server transaction by a retransmission or an ACK; True when the request is the user's instead."""
        event = tables.ACK
        if request.method != "ACK":
            event = tables.REQUEST
            self.slots[counters.RETRANSMISSIONS_RECEIVED] += 1
            server.repeats += 1
            self.messages.received_again(server.number)
        if TABLES[server.kind][server.state][event][0] == PASS:
            return True
        if event == tables.ACK:
            self.slots[counters.ACK_RECEIVED] += 1
            self.messages.received(_ACK)
        self.step(server, event, now)
        return False

    def receive_response(self, client: Transaction, response: Message, now: float) -> None:
        """Drive a client transaction by a response."""
        status = response.status
        event = GOT_1XX if status < 200 else GOT_2XX if status < 300 else GOT_FAILURE
        action, state = TABLES[client.kind][client.state][event]
        if action == IGNORE:
            return
        if client.state <= PROCEEDING < state:
            self.pending -= 1
        client.state = state
        if action == PASS:
            if client.user is not None:
                client.user.on_response(client, response, now)
        elif action == PASS_FINAL:
            self._start_wait(client, now)
            client.last = b""
            client.request = None
            if client.user is not None:
                client.user.on_response(client, response, now)
            if client.reliable and client.kind == CLIENT_OTHER:
                self._end(client)
        elif action == PASS_ACK:
            self._acknowledge(client, response, now)
        else:
            self._act(client, action, now)

    def respond(self, server: Transaction, status: int, octets: bytes, now: float) -> None:
        """Send a response within a server transaction; dropped where its state forbids it."""
        event = SEND_1XX if status < 200 else SEND_2XX if status < 300 else SEND_FAILURE
        action, state = TABLES[server.kind][server.state][event]
        if action == IGNORE:
            return
        if server.state <= PROCEEDING < state:
            self.pending -= 1
        server.state = state
        self.out.append((SEND_EFFECT, server.flow, octets, ""))
        self.slots[counters.RESPONSES_SENT_1XX + status // 100 - 1] += 1
        self.messages.response_sent(server.number, status)
        if state != ACCEPTED:
            server.last = octets
        if action == SEND_FINAL:
            self._start_final(server, now)

    def step(self, transaction: Transaction, event: int, now: float) -> None:
        """Drive a machine by a timer, a request or a transport error."""
        action, state = TABLES[transaction.kind][transaction.state][event]
        if transaction.state <= PROCEEDING < state:
            self.pending -= 1
        transaction.state = state
        if event == tables.TIMER_H and action != IGNORE and transaction.user is not None:
            transaction.user.on_unconfirmed(transaction, now)
        if action != IGNORE:
            self._act(transaction, action, now)

    def send_failed(self, key: str, now: float) -> None:
        """Tell the client transaction with this key that its request could not be sent."""
        client = self.clients.get(key)
        if client is not None:
            self.step(client, tables.TRANSPORT_ERROR, now)

    def abandon(self, transaction: Transaction) -> None:
        """Forget a server transaction that must never be answered (RFC 4320 §4.2), or a client that nobody answers."""
        self._end(transaction)

    def _opened(self) -> None:
        self.pending += 1
        self.slots[counters.TRANSACTIONS_OPENED] += 1

    def _act(self, transaction: Transaction, action: int, now: float) -> None:
        if action == RESEND:
            self._resend(transaction)
        elif action == RESEND_A:
            self._resend(transaction)
            transaction.interval *= 2
            self.wheel.start(now + transaction.interval - SLOT_S, transaction, tables.TIMER_A)
        elif action in (RESEND_E, RESEND_T2, RESEND_G):
            self._resend(transaction)
            doubled = self.t2 if action == RESEND_T2 else min(2 * transaction.interval, self.t2)
            transaction.interval = doubled
            timer = tables.TIMER_G if action == RESEND_G else tables.TIMER_E
            self.wheel.start(now + doubled - SLOT_S, transaction, timer)
        elif action == CONFIRM:
            transaction.last = b""
            if transaction.reliable:
                self._end(transaction)
            else:
                self.wheel.start(now + self.t4, transaction, tables.TIMER_I)
        elif action == END:
            self._end(transaction)
        elif action in (TIMEOUT, ERROR):
            user = transaction.user
            self._end(transaction)
            if action == TIMEOUT:
                self.slots[counters.TIMEOUTS] += 1
            if user is not None:
                if action == TIMEOUT:
                    user.on_timeout(transaction, now)
                else:
                    user.on_error(transaction, now)
        elif action == FAULT:
            raise AssertionError(f"transaction {transaction.kind} has no such state")

    def _resend(self, transaction: Transaction) -> None:
        if transaction.last:
            key = transaction.key if transaction.kind >= CLIENT_INVITE else ""
            self.out.append((SEND_EFFECT, transaction.flow, transaction.last, key))
            self.slots[counters.RETRANSMISSIONS_SENT] += 1
            transaction.resent += 1
            if key:
                self.messages.sent_again(transaction.number if transaction.state != COMPLETED else _ACK)
                if transaction.count is not None:
                    transaction.count.sent_again()
            else:
                self.slots[counters.RESPONSES_RESENT] += 1
                self.messages.response_sent_again(transaction.number, transaction.state != PROCEEDING)

    def _start_wait(self, client: Transaction, now: float) -> None:
        """Start Timer M or K: how long a finished client transaction absorbs what still comes."""
        if client.state == ACCEPTED:
            self.wheel.start(now + self.t1_64, client, tables.TIMER_M)
        elif not client.reliable:
            self.wheel.start(now + self.t4, client, tables.TIMER_K)

    def _start_final(self, server: Transaction, now: float) -> None:
        """Start the timers of a final response: L after 2xx, G and H after a failure, J for other methods."""
        if server.kind == SERVER_OTHER:
            if server.reliable:
                self._end(server)
            else:
                self.wheel.start(now + self.t1_64, server, tables.TIMER_J)
        elif server.state == ACCEPTED:
            server.last = b""  # a retransmitted INVITE is absorbed; the 2xx is the UAS's to send again
            self.wheel.start(now + self.t1_64, server, tables.TIMER_L)
        else:
            server.interval = self.t1
            if not server.reliable:
                self.wheel.start(now + self.t1, server, tables.TIMER_G)
            self.wheel.start(now + self.t1_64, server, tables.TIMER_H)

    def _acknowledge(self, client: Transaction, response: Message, now: float) -> None:
        """Answer a failure with the transaction's own ACK, then tell the user (§17.1.1.3)."""
        request = client.request
        client.request = None
        if request is not None:
            client.last = failure_ack(request, response)
            self.out.append((SEND_EFFECT, client.flow, client.last, ""))
            self.slots[counters.REQUESTS_SENT] += 1
            self.messages.sent(_ACK)
        if client.user is not None:
            client.user.on_response(client, response, now)
        if client.reliable:
            self._end(client)
        else:
            self.wheel.start(now + _TIMER_D_S, client, tables.TIMER_D)

    def _end(self, transaction: Transaction) -> None:
        """Take a transaction out of its table and let go of all it held."""
        if transaction.state <= PROCEEDING:
            self.pending -= 1
        transaction.state = TERMINATED
        transaction.user = None
        transaction.last = b""
        transaction.request = None
        if transaction.kind >= CLIENT_INVITE:
            self.clients.pop(transaction.key, None)
        else:
            self.servers.pop(transaction.key, None)


def _time_to_t2(t1: float, t2: float) -> float:
    """Return how long after a request its Timer E is set to T2: when a 100 is due (RFC 4320 §4.1)."""
    elapsed, interval = 0.0, t1
    while interval < t2:
        elapsed += interval
        interval *= 2
    return elapsed


def _is_unique(via: Via) -> bool:
    """Tell whether the branch alone names a transaction: the magic cookie and something after it (§8.1.1.7)."""
    branch = via.branch
    return branch.startswith(_MAGIC) and len(branch) > _MAGIC_LENGTH


def server_key(via: Via, method: str) -> str:
    """Key of an RFC 3261 server transaction: branch, sent-by, and the method, where ACK means INVITE (§17.2.3)."""
    if method == "INVITE" or method == "ACK":
        return via.branch + "|" + via.sent_by
    return via.branch + "|" + via.sent_by + "|" + method


def client_key(branch: str, method: str) -> str:
    """Key of a client transaction: the branch, and the method unless it is INVITE (§17.1.3)."""
    if method == "INVITE":
        return branch
    return branch + "|" + method


def _key_2543(request: Message, method: str) -> str:
    """Key for a request without the magic cookie (§17.2.3): Request-URI, tags, Call-ID, CSeq number, top Via.

    The To tag is left out where ACK and INVITE must meet; `find_server` compares it for ACK.
    """
    via = request.via()
    number = request.cseq()[0]
    name = "INVITE" if method == "ACK" else method
    tag = "" if name == "INVITE" else request.to().tag
    sent_by = f"{via.sent_by};{via.branch}"
    return f"2543|{name}|{request.request_uri}|{request.from_().tag}|{tag}|{request.call_id}|{number}|{sent_by}"


def failure_ack(request: Message, response: Message) -> bytes:
    """Make the ACK of a non-2xx final response (§17.1.1.3): the request's top Via, From, Call-ID, Route; its To.

    `request` is the INVITE as it was sent.
    """
    return _hop_request(request, "ACK", _line(response, TO))


def cancel_request(request: Message) -> bytes:
    """Make the CANCEL of an INVITE as it was sent (§9.1)."""
    return _hop_request(request, "CANCEL", _line(request, TO))


def _hop_request(request: Message, method: str, to_line: str) -> bytes:
    via = request.front[0] if request.front else _line(request, VIA)
    lines = [f"{method} {request.request_uri} SIP/2.0", via, _line(request, FROM), to_line]
    lines.append(_line(request, CALL_ID))
    lines.extend([request.lines[i] for i in range(len(request.ids)) if request.ids[i] == ROUTE])
    lines.append(f"CSeq: {request.cseq()[0]} {method}")
    lines.append("Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
    return "\r\n".join(lines).encode("latin-1")


def _line(message: Message, header: int) -> str:
    return message.lines[message.where(header)]
