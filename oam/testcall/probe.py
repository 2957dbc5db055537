"""One test call, without I/O: octets in, octets and steps out, time passed in.

Theory of operation. Two user agents, CALLER and CALLEE, each behind its own UDP
socket, take these steps in order; each waits for the one before it:

    CALLEE REGISTER -> 200   CALLER INVITE -> CALLEE 180 -> 200 -> CALLER ACK
    CALLER BYE -> CALLEE 200   CALLEE REGISTER (expires 0) -> 200

A challenge (401, 407) is answered once. Requests are sent again as RFC 3261 §17.1
asks of UDP, and so is the 200 to INVITE until its ACK. Anything out of order ends
the call with `failure`; then whatever is still up is taken down: CANCEL or BYE, and
the binding removed, whatever happened before.
"""

from __future__ import annotations

import random
from typing import Final

from oam.testcall import digest
from oam.testcall.message import Message, hostport_of, parse, render, respond, routes_of, tag_of, uri_of
from oam.testcall.plan import CALLEE, CALLER, NAMES, Address, Plan, StepRow, bracket
from oam.testcall.transaction import T1_S, T2_S, ClientTransaction

CLEANUP_S: Final = 2.0
"""How long taking down may last after a failure."""


class Probe:
    """The machine. Send what is in `out`, call `tick` at `next_tick`, until `done`."""

    def __init__(self, plan: Plan, draw: random.Random) -> None:
        self.plan = plan
        self.out: list[tuple[int, bytes, Address]] = []
        self.steps: list[StepRow] = []
        self.failure = ""
        self.done = False
        self._draw = draw
        self._call_id = self._token(16)
        self._register_id = self._token(16)
        self._tags = (self._token(8), self._token(8))
        self._cseq = [0, 0]
        self._pending: dict[tuple[str, str], ClientTransaction] = {}
        self._deadline = float("inf")
        self._failed_at = float("inf")
        self._bound = False
        """The server may hold our binding."""
        self._leaving = False
        self._invite: Message | None = None
        """The INVITE as the callee got it."""
        self._invited_at = 0.0
        self._answer_at = float("inf")
        self._answered_at = 0.0
        self._answer = b""
        self._answer_interval = T1_S
        self._remote: Message | None = None
        """The 200 as the caller got it: dialog state of ACK and BYE."""
        self._acks: dict[str, bytes] = {}
        """ACK by the To tag of the 200 that it acknowledges."""
        self._acked_at = 0.0
        self._confirmed = False
        self._rang_at = 0.0
        self._ending: ClientTransaction | None = None
        """The BYE that ends the call."""
        self._ended = False

    @property
    def next_tick(self) -> float:
        """When `tick` has something to do."""
        times = [pending.resend_at for pending in self._pending.values()]
        return min(self._deadline, self._answer_at, self._failed_at + CLEANUP_S, *times, float("inf"))

    def start(self, now: float) -> None:
        """Begin."""
        self._deadline = now + self.plan.timeout_s
        self._register(60, now)

    def receive(self, side: int, octets: bytes, now: float) -> None:
        """Take one datagram that came to `side`."""
        message = parse(octets)
        if message is None or self.done:
            return
        if message.status:
            self._response(side, message, now)
        else:
            self._request(side, message, now)
        self._settle()

    def tick(self, now: float) -> None:
        """Do what is due."""
        if now >= self._failed_at + CLEANUP_S:
            self.done = True
            return
        if now >= self._deadline:
            self.fail(f"no end after {self.plan.timeout_s:g} s; waiting for {self._awaited()}", now)
        if now >= self._answer_at:
            self._send_answer(now)
        for pending in self._pending.values():
            if now >= pending.resend_at:
                self.out.append((pending.side, pending.octets, pending.address))
                pending.sent_again(now)
        self._settle()

    def fail(self, reason: str, now: float) -> None:
        """End the call for `reason` and take down what is up."""
        if self.failure or self.done:
            return
        self.failure = reason
        self._failed_at = now
        self._deadline = self._answer_at = float("inf")
        invite = next((key for key, pending in self._pending.items() if pending.method == "INVITE"), None)
        waiting = self._pending[invite] if invite else None
        self._pending = {invite: waiting} if invite and waiting else {}
        if invite and waiting:
            self._cancel(invite[0], waiting, now)
        if self._remote is not None and not self._ended:
            self._bye(now)
        if self._bound:
            self._register(0, now)
        self._settle()

    # What comes in

    def _response(self, side: int, message: Message, now: float) -> None:
        key = (message.branch, message.method)
        pending = self._pending.get(key)
        if pending is None or pending.side != side:
            if self._remote is not None and message.method == "INVITE" and message.status // 100 == 2:
                self._answered_again(message, now)
            return
        if message.status < 200:
            pending.provisional(now)
            self._provisional(message, pending, now)
            return
        del self._pending[key]
        if pending.method == "INVITE" and message.status >= 300:
            self.out.append((side, self._ack_refusal(pending, message), self.plan.server))
        if message.status in (401, 407) and not pending.authorized and pending.retry is not None:
            self._step(side, f"{pending.method}: {message.answer}", pending.sent_at, now)
            self._authorize(pending, message, now)
        else:
            self._final(message, pending, now)

    def _provisional(self, message: Message, pending: ClientTransaction, now: float) -> None:
        if message.status == 100:
            self._step(pending.side, f"{pending.method}: {message.answer}", pending.sent_at, now)
        elif pending.method == "INVITE" and not self._rang_at:
            self._rang_at = now
            since = self._invited_at or pending.sent_at
            self._step(pending.side, f"{pending.method}: {message.answer}", since, now)
            if self._invite is not None and not self._answer:
                self._send_answer(now)

    def _final(self, message: Message, pending: ClientTransaction, now: float) -> None:
        answered = pending.method == "INVITE" and message.status // 100 == 2 and self._answered_at
        since = self._answered_at if answered else pending.sent_at
        self._step(pending.side, f"{pending.method}: {message.answer}", since, now)
        if pending.method == "REGISTER":
            self._registered(message, now)
        elif message.status // 100 != 2:
            if pending.method in ("INVITE", "BYE"):
                self.fail(f"{pending.method} was answered {message.answer}", now)
        elif pending.method == "INVITE":
            self._established(message, now)
        elif pending is self._ending and not self.failure:
            self._register(0, now)

    def _registered(self, message: Message, now: float) -> None:
        if self._leaving:
            self._bound = self._bound and message.status // 100 != 2
            if self._bound:
                self.fail(f"the binding could not be removed: {message.answer}", now)
            self._bound = False
            self.done = self.done or not self.failure
        elif message.status // 100 == 2:
            self._send_invite(now)
        else:
            self._bound = False
            self.fail(f"REGISTER was answered {message.answer}", now)

    def _established(self, message: Message, now: float) -> None:
        self._remote = message
        self._acked_at = now
        self._acknowledge(message)
        if tag_of(message.first("to")) != self._tags[CALLEE]:
            self.fail("another phone of the callee has answered", now)
        if self.failure or self._confirmed:
            self._bye(now)

    def _answered_again(self, message: Message, now: float) -> None:
        """A 200 sent again gets its ACK again; that of a second phone its ACK and a BYE (RFC 3261 §13.2.2.4)."""
        known = tag_of(message.first("to")) in self._acks
        self._acknowledge(message)
        if not known:
            self._hang_up(message, now)

    def _acknowledge(self, message: Message) -> None:
        ack = self._acks.setdefault(tag_of(message.first("to")), self._in_dialog("ACK", message)[0])
        self.out.append((CALLER, ack, self._dialog_address(message)))

    def _request(self, side: int, message: Message, now: float) -> None:
        if side != CALLEE or message.first("call-id") != self._call_id:
            return
        if message.method == "INVITE":
            self._invited(message, now)
        elif message.method == "ACK" and not self._confirmed and self._answer:
            self._confirmed = True
            self._answer_at = float("inf")
            self._step(CALLEE, "ACK received", self._acked_at, now)
            self._bye(now)
        elif message.method == "BYE":
            if not self._ended:
                self._ended = True
                self._step(CALLEE, "BYE received", self._ending.sent_at if self._ending is not None else now, now)
            self._answer_with(message, "200 OK")
        elif message.method == "CANCEL":
            self._answer_with(message, "200 OK")
            if self._invite is not None and not self._answer:
                self._answer_with(self._invite, "487 Request Terminated")

    def _invited(self, message: Message, now: float) -> None:
        if self._invite is not None:
            if self._answer:
                self.out.append((CALLEE, self._answer, self.plan.server))
            return
        self._invite = message
        sent = next((pending.sent_at for pending in self._pending.values() if pending.method == "INVITE"), now)
        self._step(CALLEE, "INVITE received", sent, now)
        self._invited_at = now
        self._answer_with(message, "180 Ringing")
        self._answer_at = now + T1_S

    # What goes out

    def _register(self, expires: int, now: float) -> None:
        callee = self.plan.callee
        self._leaving = expires == 0
        self._bound = True
        uri = f"sip:{self.plan.domain}"
        aor = f"<sip:{callee.user}@{self.plan.domain}>"
        headers = [
            ("From", f"{aor};tag={self._tags[CALLEE]}"),
            ("To", aor),
            ("Call-ID", self._register_id),
            ("Contact", f"<{self._contact(CALLEE)}>;expires={expires}"),
            ("Expires", str(expires)),
        ]
        self._transact(CALLEE, "REGISTER", uri, headers, self.plan.server, now)

    def _send_invite(self, now: float) -> None:
        caller, callee, domain = self.plan.caller, self.plan.callee, self.plan.domain
        uri = f"sip:{callee.user}@{domain}"
        headers = [
            ("From", f"<sip:{caller.user}@{domain}>;tag={self._tags[CALLER]}"),
            ("To", f"<{uri}>"),
            ("Call-ID", self._call_id),
            ("Contact", f"<{self._contact(CALLER)}>"),
        ]
        self._transact(CALLER, "INVITE", uri, headers, self.plan.server, now)

    def _send_answer(self, now: float) -> None:
        """Answer the call, or answer it again (RFC 3261 §13.3.1.4)."""
        if not self._answer:
            assert self._invite is not None
            self._answered_at = now
            contact = [("Contact", f"<{self._contact(CALLEE)}>")]
            self._answer = respond(self._invite, "200 OK", self._tags[CALLEE], contact)
        self.out.append((CALLEE, self._answer, self.plan.server))
        self._answer_at = now + self._answer_interval
        self._answer_interval = min(self._answer_interval * 2, T2_S)

    def _answer_with(self, request: Message, status: str) -> None:
        contact = [("Contact", f"<{self._contact(CALLEE)}>")]
        self.out.append((CALLEE, respond(request, status, self._tags[CALLEE], contact), self._upstream(request)))

    def _bye(self, now: float) -> None:
        if self._remote is None or self._ending is not None:
            return
        self._ending = self._hang_up(self._remote, now)

    def _hang_up(self, remote: Message, now: float) -> ClientTransaction:
        octets, key = self._in_dialog("BYE", remote)
        return self._begin(key, CALLER, "BYE", octets, self._dialog_address(remote), now)

    def _cancel(self, branch: str, invite: ClientTransaction, now: float) -> None:
        """Give up a pending INVITE (RFC 3261 §9.1)."""
        sent = parse(invite.octets)
        assert sent is not None
        kept = [(name, value) for name, value in sent.headers if name in ("via", "from", "to", "call-id", "route")]
        headers = [(name.title(), value) for name, value in kept] + [("CSeq", f"{sent.cseq} CANCEL")]
        headers.append(("Max-Forwards", "70"))
        octets = render(f"CANCEL {sent.start.split(' ')[1]} SIP/2.0", headers)
        self._begin((branch, "CANCEL"), CALLER, "CANCEL", octets, invite.address, now)

    def _transact(
        self, side: int, method: str, uri: str, headers: list[tuple[str, str]], address: Address, now: float
    ) -> ClientTransaction:
        self._cseq[side] += 1
        branch = "z9hG4bK" + self._token(12)
        head = [("Via", self._via(side, branch)), ("Max-Forwards", "70"), *headers]
        head += [("CSeq", f"{self._cseq[side]} {method}"), ("User-Agent", "sipctl test call")]
        pending = self._begin((branch, method), side, method, render(f"{method} {uri} SIP/2.0", head), address, now)

        def retry(credentials: tuple[str, str], later: float) -> None:
            again = self._transact(side, method, uri, [*headers, credentials], address, later)
            again.authorized = True

        pending.retry = retry
        return pending

    def _begin(
        self, key: tuple[str, str], side: int, method: str, octets: bytes, address: Address, now: float
    ) -> ClientTransaction:
        pending = self._pending[key] = ClientTransaction(side, method, octets, address, now)
        self.out.append((side, octets, address))
        return pending

    def _authorize(self, pending: ClientTransaction, message: Message, now: float) -> None:
        party = self.plan.caller if pending.side == CALLER else self.plan.callee
        proxy = message.status == 407
        challenges = message.all("proxy-authenticate" if proxy else "www-authenticate")
        uri = pending.octets.split(b" ", 2)[1].decode()
        try:
            value = digest.authorization(
                challenges, pending.method, uri, party.username, party.realm, party.ha1, self._token(8)
            )
        except digest.DigestError as error:
            self._bound = self._bound and pending.method != "REGISTER"
            self.fail(f"{NAMES[pending.side]} {party.user} cannot answer the challenge: {error}", now)
            return
        assert pending.retry is not None
        pending.retry(("Proxy-Authorization" if proxy else "Authorization", value), now)

    def _ack_refusal(self, pending: ClientTransaction, message: Message) -> bytes:
        """ACK to a non-2xx final response (RFC 3261 §17.1.1.3)."""
        sent = parse(pending.octets)
        assert sent is not None
        headers = [("Via", sent.first("via")), ("Max-Forwards", "70"), ("From", sent.first("from"))]
        headers += [("To", message.first("to")), ("Call-ID", self._call_id), ("CSeq", f"{sent.cseq} ACK")]
        return render(f"ACK {sent.start.split(' ')[1]} SIP/2.0", headers)

    def _in_dialog(self, method: str, remote: Message) -> tuple[bytes, tuple[str, str]]:
        """Request of the caller in the dialog that the 200 `remote` made (RFC 3261 §12.2.1.1, §13.2.2.4)."""
        if method != "ACK":
            self._cseq[CALLER] += 1
        number = remote.cseq if method == "ACK" else self._cseq[CALLER]
        branch = "z9hG4bK" + self._token(12)
        headers = [("Via", self._via(CALLER, branch)), ("Max-Forwards", "70")]
        headers += [("Route", route) for route in reversed(routes_of(remote))]
        headers += [("From", remote.first("from")), ("To", remote.first("to")), ("Call-ID", self._call_id)]
        headers.append(("CSeq", f"{number} {method}"))
        return render(f"{method} {uri_of(remote.first('contact'))} SIP/2.0", headers), (branch, method)

    # Small things

    def _dialog_address(self, remote: Message) -> Address:
        """The server when it recorded its route, else the phone itself, where it has a numeric address."""
        if routes_of(remote):
            return self.plan.server
        return hostport_of(uri_of(remote.first("contact"))) or self.plan.server

    def _upstream(self, request: Message) -> Address:
        """Where the callee answers: the caller when its Via is on top, else the server, whatever name it goes by."""
        caller = self.plan.caller.local
        sent_by = request.first("via").partition(" ")[2].partition(";")[0].strip()
        return caller if sent_by == f"{bracket(caller[0])}:{caller[1]}" else self.plan.server

    def _via(self, side: int, branch: str) -> str:
        host, port = (self.plan.caller if side == CALLER else self.plan.callee).local
        return f"SIP/2.0/UDP {bracket(host)}:{port};branch={branch};rport"

    def _contact(self, side: int) -> str:
        party = self.plan.caller if side == CALLER else self.plan.callee
        return f"sip:{party.user}@{bracket(party.local[0])}:{party.local[1]}"

    def _token(self, digits: int) -> str:
        return f"{self._draw.getrandbits(digits * 4):0{digits}x}"

    def _step(self, side: int, event: str, since: float, now: float) -> None:
        self.steps.append(StepRow(len(self.steps) + 1, NAMES[side], event, round((now - since) * 1000, 3)))

    def _awaited(self) -> str:
        if self._answer and not self._confirmed and not any(p.method == "INVITE" for p in self._pending.values()):
            return "the ACK"
        methods = [pending.method for pending in self._pending.values()]
        return f"the answer to {methods[0]}" if methods else "the next message"

    def _settle(self) -> None:
        """A failed call is done once nothing is pending."""
        if self.failure and not self._pending:
            self.done = True
