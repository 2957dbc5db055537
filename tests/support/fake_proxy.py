"""A proxy and registrar of a few lines, for user agents under test: one call at a time, no timers."""

from __future__ import annotations

from oam.testcall.message import Message, parse, render, respond, uri_of

Address = tuple[str, int]


class FakeProxy:
    """Answer and forward as a server would; `handle` maps one datagram to those it causes."""

    def __init__(self, address: Address, *, challenge: str = "", record_route: bool = True) -> None:
        self.address = address
        self.challenge = challenge
        """Value of the challenge for REGISTER and INVITE; none when empty."""
        self.record_route = record_route
        self.refuse: dict[str, str] = {}
        """Method -> status line to answer it with."""
        self.binding: Address | None = None
        self.seen: list[str] = []
        """Start lines received."""
        self.credentials: list[str] = []

    def handle(self, octets: bytes, source: Address) -> list[tuple[bytes, Address]]:
        """Return what goes out for one datagram."""
        message = parse(octets)
        assert message is not None
        self.seen.append(message.start)
        if message.status:
            return self._response(message)
        if message.method in self.refuse:
            return [] if message.method == "ACK" else [(self._reply(message, self.refuse[message.method]), source)]
        proxy = message.method != "REGISTER"
        given = message.first("proxy-authorization" if proxy else "authorization")
        if self.challenge and message.method in ("REGISTER", "INVITE") and not given and not _in_dialog(message):
            status = "407 Proxy Authentication Required" if proxy else "401 Unauthorized"
            header = "Proxy-Authenticate" if proxy else "WWW-Authenticate"
            return [(self._reply(message, status, [(header, self.challenge)]), source)]
        if given:
            self.credentials.append(given)
        if message.method == "REGISTER":
            return [(self._register(message), source)]
        if message.method == "ACK" and ";tag=server" in message.first("to"):
            return []
        return self._forward(message, source)

    def _register(self, message: Message) -> bytes:
        self.binding = None if message.first("expires") == "0" else _hostport(uri_of(message.first("contact")))
        return self._reply(message, "200 OK")

    def _forward(self, message: Message, source: Address) -> list[tuple[bytes, Address]]:
        if self.binding is None:
            return [(self._reply(message, "480 Temporarily Unavailable"), source)]
        host, port = self.address
        via = f"SIP/2.0/UDP {host}:{port};branch=z9hG4bKproxy{message.branch}"
        headers = [("Via", via)]
        if message.method == "INVITE" and self.record_route:
            headers.append(("Record-Route", f"<sip:{host}:{port};lr>"))
        headers += [(name, value) for name, value in message.headers if name not in ("route", "content-length")]
        forwarded = (render(message.start, headers), self.binding)
        trying = (self._reply(message, "100 Trying"), source)
        return [trying, forwarded] if message.method == "INVITE" else [forwarded]

    def _response(self, message: Message) -> list[tuple[bytes, Address]]:
        vias = message.all("via")[1:]
        headers = [("Via", via) for via in vias]
        headers += [(name, value) for name, value in message.headers if name not in ("via", "content-length")]
        return [(render(message.start, headers), _hostport("sip:" + vias[0].split(" ")[1].partition(";")[0]))]

    @staticmethod
    def _reply(message: Message, status: str, extra: list[tuple[str, str]] | None = None) -> bytes:
        return respond(message, status, "" if status.startswith("100") else "server", extra or [])


def _in_dialog(message: Message) -> bool:
    return ";tag=" in message.first("to")


def _hostport(uri: str) -> Address:
    host, _, port = uri.partition(":")[2].rpartition("@")[2].rpartition(":")
    return host.strip("[]"), int(port)
