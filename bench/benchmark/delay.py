"""Delay a server adds to a call: INVITE handed to the kernel by the caller until it lies in the callee's socket.

Both ends are one small user agent in this process. Arrival is the kernel's own receive
time stamp, so that our wake-ups are not counted; what a datagram takes without a server
between is measured the same way and subtracted.
"""

from __future__ import annotations

import select
import socket
import struct
import time

from benchmark.servers import Server, bind

SO_TIMESTAMPNS = 35
_STAMP = struct.Struct("@qq")
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 6000 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
)


def _socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


def _receive(sock: socket.socket) -> tuple[str, int]:
    """Return a datagram and the kernel's time of its arrival, nanoseconds since 1970."""
    data, ancillary, _, _ = sock.recvmsg(8192, 64)
    seconds, nanoseconds = _STAMP.unpack(ancillary[0][2][: _STAMP.size])
    return data.decode(), seconds * 1_000_000_000 + nanoseconds


def _header_lines(text: str, *names: str) -> str:
    wanted = tuple(name.lower() + ":" for name in names)
    return "".join(line + "\r\n" for line in text.split("\r\n") if line.lower().startswith(wanted))


class Pair:
    """Caller and callee, with the delay of every INVITE that went through."""

    def __init__(self, server: tuple[str, int], user: str) -> None:
        self._server = server
        self._user = user
        self.caller = _socket()
        self.callee = _socket()
        self._sent: dict[str, int] = {}
        self.delays_us: list[float] = []
        self.ended = 0
        self._byes: list[tuple[float, str]] = []

    def close(self) -> None:
        """Close both sockets."""
        self.caller.close()
        self.callee.close()

    def run(self, rate: float, calls: int) -> list[float]:
        """Make `calls` calls at `rate`; return the one-way delay of each INVITE in µs."""
        started = time.monotonic()
        made = 0
        while self.ended < calls and time.monotonic() - started < calls / rate + 10:
            now = time.monotonic()
            if made < calls and now >= started + made / rate:
                self._invite(made)
                made += 1
                continue
            due = [started + made / rate] if made < calls else []
            due += [self._byes[0][0]] if self._byes else []
            wait = max(0.0, min(due, default=now + 0.1) - now)
            for sock in select.select([self.caller, self.callee], [], [], wait)[0]:
                self._caller_turn() if sock is self.caller else self._callee_turn()
            while self._byes and self._byes[0][0] <= time.monotonic():
                self.caller.sendto(self._byes.pop(0)[1].encode(), self._server)
        return self.delays_us

    def _invite(self, number: int) -> None:
        host, port = self._server
        own = self.caller.getsockname()[1]
        call_id = f"{number}-{own}@delay"
        text = (
            f"INVITE sip:{self._user}@{host}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bKi{own}{number};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:caller@{host}:{port}>;tag=t{number}\r\n"
            f"To: <sip:{self._user}@{host}:{port}>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: 1 INVITE\r\nContact: <sip:caller@127.0.0.1:{own}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(_SDP)}\r\n\r\n{_SDP}"
        ).encode()
        self._sent[call_id] = time.time_ns()
        self.caller.sendto(text, self._server)

    def _callee_turn(self) -> None:
        text, arrived = _receive(self.callee)
        copied = _header_lines(text, "Via", "Record-Route", "From", "Call-ID", "CSeq")
        to = _header_lines(text, "To").rstrip()
        if text.startswith("INVITE"):
            call_id = _header_lines(text, "Call-ID").split(":", 1)[1].strip()
            if call_id in self._sent:
                self.delays_us.append((arrived - self._sent.pop(call_id)) / 1000)
            own = self.callee.getsockname()[1]
            rest = (
                f"{copied}{to};tag=callee\r\nContact: <sip:{self._user}@127.0.0.1:{own}>\r\nContent-Length: 0\r\n\r\n"
            )
            for status in ("180 Ringing", "200 OK"):
                self.callee.sendto(f"SIP/2.0 {status}\r\n{rest}".encode(), self._server)
        elif text.startswith("BYE"):
            self.callee.sendto(f"SIP/2.0 200 OK\r\n{copied}{to}\r\nContent-Length: 0\r\n\r\n".encode(), self._server)

    def _caller_turn(self) -> None:
        text, _ = _receive(self.caller)
        if not text.startswith("SIP/2.0 200"):
            return
        if "BYE" in _header_lines(text, "CSeq"):
            self.ended += 1
            return
        for method, cseq in (("ACK", 1), ("BYE", 2)):
            request = self._in_dialog(text, method, cseq)
            if method == "ACK":
                self.caller.sendto(request.encode(), self._server)
            else:
                self._byes.append((time.monotonic() + 0.1, request))

    def _in_dialog(self, answer: str, method: str, cseq: int) -> str:
        own = self.caller.getsockname()[1]
        target = _header_lines(answer, "Contact").split("<")[1].split(">")[0]
        routes = _header_lines(answer, "Record-Route").replace("Record-Route", "Route")
        call_id = _header_lines(answer, "Call-ID")
        branch = f"z9hG4bK{method}{own}{call_id.split(':', 1)[1].split('-')[0].strip()}"
        return (
            f"{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch={branch};rport\r\n{routes}"
            f"Max-Forwards: 70\r\n{_header_lines(answer, 'From')}{_header_lines(answer, 'To')}{call_id}"
            f"CSeq: {cseq} {method}\r\nContent-Length: 0\r\n\r\n"
        )


def through(server: Server, user: str, rate: float, calls: int) -> list[float]:
    """Return the INVITE delays, µs, of calls to `user` through `server`."""
    pair = Pair(("127.0.0.1", server.port), user)
    try:
        bind(server, [user], pair.callee.getsockname()[1])
        return pair.run(rate, calls)
    finally:
        pair.close()


def direct(count: int) -> list[float]:
    """Return the delays, µs, of datagrams of the same size sent straight from one socket to the other."""
    pair = Pair(("127.0.0.1", 9), "nobody")
    delays = []
    try:
        for _ in range(count):
            sent = time.time_ns()
            pair.caller.sendto(b"x" * 700, pair.callee.getsockname())
            select.select([pair.callee], [], [], 1)
            delays.append((_receive(pair.callee)[1] - sent) / 1000)
    finally:
        pair.close()
    return delays
