"""Calls whose outcome the called number says: its last three digits are the status that the callee answers with.

Both ends are sockets in this process, one call at a time, so that what was driven is known to the message. `200` is
answered after ringing and ended by the caller, `100` and `180` are given up by the caller before and while they ring.
"""

from __future__ import annotations

import re
import select
import socket
import time
from typing import Self

from support.waiting import free_ports

_SECONDS = 5.0


def _header_lines(text: str, *names: str) -> str:
    wanted = tuple(name + ":" for name in names)
    return "".join(line + "\r\n" for line in text.split("\r\n") if line.startswith(wanted))


class Outcomes:
    """Caller and callee."""

    def __init__(self, server: tuple[str, int], callee_port: int = 0) -> None:
        self.server = server
        self.caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.callee = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.caller.bind(("127.0.0.1", 0))
        self.callee.bind(("127.0.0.1", callee_port or free_ports()[0]))
        self._made = 0
        self._branch = ""
        self._invite = ""
        """Of this call, as it came to the callee."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.caller.close()
        self.callee.close()

    def call(self, number: str) -> int:
        """Call a number; return its final status, when the call is over."""
        self._made += 1
        self._branch = f"z9hG4bK{self._made}-{self.caller.getsockname()[1]}"
        given_up = 0
        self._send("INVITE", number)
        while True:
            text = self._received()
            status = int(text[8:11])
            method = _header_lines(text, "CSeq").split()[-1]
            if method == "BYE":
                return 200
            if method != "INVITE":
                continue
            if status == 200:
                self._send("ACK", number, text, f"{self._branch}a")
                self._send("BYE", number, text, f"{self._branch}b")
            elif status >= 300:
                self._send("ACK", number, text)
                return status
            elif not given_up and number.endswith(str(status)):
                given_up = status
                self._wait_for_callee()
                self._send("CANCEL", number)

    def _wait_for_callee(self) -> None:
        """An INVITE may be cancelled at the callee when that has said something (RFC 3261 §9.1)."""
        ends = time.monotonic() + 0.1
        while (left := ends - time.monotonic()) > 0:
            if select.select([self.callee], [], [], left)[0]:
                self._answer()

    def _received(self) -> str:
        """Return the next response to the caller; the callee does its work meanwhile."""
        ends = time.monotonic() + _SECONDS
        while time.monotonic() < ends:
            for sock in select.select([self.caller, self.callee], [], [], 0.1)[0]:
                if sock is self.caller:
                    return self.caller.recv(65_535).decode()
                self._answer()
        raise AssertionError("no response")

    def _answer(self) -> None:
        """Do what the called number says."""
        text = self.callee.recv(65_535).decode()
        method = text.split(" ", 1)[0]
        found = re.match(r"\w+ sip:\d*?(\d{3})@", text)
        wanted = int(found[1]) if found else 0
        if method == "INVITE":
            self._invite = text
            statuses = {200: (180, 200), 100: (100,), 180: (180,)}.get(wanted, (wanted,))
        elif method == "CANCEL":
            self._respond(text, 200)
            text, statuses = self._invite, (487,)
        else:
            statuses = () if method == "ACK" else (200,)
        for status in statuses:
            self._respond(text, status)

    def _respond(self, request: str, status: int) -> None:
        to = _header_lines(request, "To").rstrip()
        tag = "" if ";tag=" in to or status == 100 else ";tag=callee"
        contact = f"Contact: <sip:callee@127.0.0.1:{self.callee.getsockname()[1]}>\r\n"
        copied = _header_lines(request, "Via", "Record-Route", "From", "Call-ID", "CSeq")
        text = f"SIP/2.0 {status} Told\r\n{copied}{to}{tag}\r\n{contact}Content-Length: 0\r\n\r\n"
        self.callee.sendto(text.encode(), self.server)

    def _send(self, method: str, number: str, answer: str = "", branch: str = "") -> None:
        """Send a request of this call: in its dialog or to its failure when there is an answer."""
        host, port = self.server
        own = self.caller.getsockname()[1]
        uri, routes = f"sip:{number}@{host}:{port}", ""
        to = f"To: <{uri}>\r\n"
        if answer:
            to = _header_lines(answer, "To")
        if branch:
            uri = _header_lines(answer, "Contact").split("<")[1].split(">")[0]
            routes = _header_lines(answer, "Record-Route").replace("Record-Route", "Route")
        text = (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch={branch or self._branch};rport\r\n"
            f"{routes}Max-Forwards: 70\r\nFrom: <sip:caller@{host}>;tag=c{self._made}\r\n{to}"
            f"Call-ID: {self._made}-{own}@outcomes\r\nCSeq: {2 if method == 'BYE' else 1} {method}\r\n"
            f"Contact: <sip:caller@127.0.0.1:{own}>\r\nContent-Length: 0\r\n\r\n"
        )
        self.caller.sendto(text.encode(), self.server)
