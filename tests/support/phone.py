"""A user agent for playbooks: it knows its place, speaks for one user and remembers its dialog."""

from __future__ import annotations

from pathlib import Path

from support.engine import LISTENERS, OPEN, World, flow
from support.messages import register, request, response

from core.effect import TCP, Flow
from core.northbound.settings import SipSettings
from core.wire.header import CONTACT, RECORD_ROUTE
from core.wire.message import Message


class Phone:
    """One phone. What a test does not say is as plain as can be."""

    def __init__(
        self,
        world: World,
        name: str,
        place: Flow,
        *,
        sent_by: str = "",
        rport: bool = False,
        domain: str = "example.com",
    ) -> None:
        self.world = world
        self.name = name
        self.place = place
        self.rport = rport
        self.aor = f"sip:{name}@{domain}"
        self.tag = f"{name}-tag"
        host = f"[{place.host}]" if ":" in place.host else place.host
        self.sent_by = sent_by or f"{host}:{place.port}"
        self.contact = f"<sip:{name}@{self.sent_by}{';transport=tcp' if place.transport == TCP else ''}>"
        self.routes: list[str] = []
        self.target = ""
        self.peer = ""
        """To value (without tag) and tag of the other side."""
        self.peer_tag = ""
        self.call_id = f"call-{name}"
        self.cseq = 0

    def register(self, **more: object) -> Message:
        """Register for an hour."""
        self.world.send(self.registration(**more), self.place)
        return self.receive(200)

    def registration(self, **more: object) -> str:
        """Write a REGISTER."""
        self.cseq += 1
        options: dict[str, object] = {
            "contact": self.contact,
            "sent_by": self.sent_by,
            "rport": self.rport,
            "cseq": self.cseq,
            "branch": f"z9hG4bKreg-{self.name}-{self.place.host}-{self.cseq}",
            **more,
        }
        return register(self.name, self.place, **options)  # type: ignore[arg-type]

    def invite(self, callee: str = "bob", **more: object) -> str:
        """Send an INVITE; return it, for whoever wants to send it again."""
        self.cseq += 1
        self.peer = f"sip:{callee}@example.com"
        self.target = ""
        options: dict[str, object] = {"extra": (f"Contact: {self.contact}",), **more}
        text = self.write("INVITE", self.peer, **options)
        self.world.send(text, self.place)
        return text

    def write(self, method: str, uri: str, **more: object) -> str:
        """Write a request outside or inside the dialog."""
        options: dict[str, object] = {
            "caller": self.aor,
            "callee": self.peer or self.aor,
            "from_tag": self.tag,
            "call_id": self.call_id,
            "cseq": self.cseq,
            "branch": f"z9hG4bK{self.name}-{method}-{self.cseq}",
            "sent_by": self.sent_by,
            "rport": self.rport,
            **more,
        }
        return request(method, uri, self.place, **options)  # type: ignore[arg-type]

    def send(self, method: str, uri: str, **more: object) -> str:
        """Send a request outside a dialog."""
        self.cseq += 1
        text = self.write(method, uri, **more)
        self.world.send(text, self.place)
        return text

    def expect(self, method: str) -> Message:
        """Take the only message that came, a request; an INVITE is the dialog's from now on."""
        message = self.world.one(self.place)
        assert message.is_request
        assert message.method == method, message.start_line()
        if method == "INVITE" and not message.to().tag:
            self.routes = message.all(RECORD_ROUTE)
            self.target = _uri(message.first(CONTACT))
            self.peer, self.peer_tag = message.from_().uri_text, message.from_().tag
            self.call_id = message.call_id
            self.cseq = 100
        return message

    def answer(self, to: Message, status: int, *, extra: tuple[str, ...] = (), **more: object) -> str:
        """Answer a request; an INVITE with our Contact."""
        if to.method == "INVITE" and 100 < status < 300:
            extra = (f"Contact: {self.contact}", *extra)
        options: dict[str, object] = {"to_tag": "" if status == 100 else self.tag, **more}
        text = response(to, status, extra=extra, **options)  # type: ignore[arg-type]
        self.world.send(text, self.place)
        return text

    def receive(self, *statuses: int) -> Message:
        """Take the responses that came, which have these statuses; return the last. One to INVITE makes the dialog."""
        found = self.world.take(self.place)
        assert [message.status for message in found] == list(statuses)
        last = found[-1]
        if last.method == "INVITE" and last.has(RECORD_ROUTE):
            self.routes = last.all(RECORD_ROUTE)[::-1]
            self.target = _uri(last.first(CONTACT))
            self.peer_tag = last.to().tag
        return last

    def ack_failure(self, failure: Message) -> None:
        """Acknowledge a final failure of our INVITE (§17.1.1.3)."""
        via = failure.via()
        self.world.send(self.write("ACK", self.peer, to_tag=failure.to().tag, branch=via.branch), self.place)

    def cancel(self) -> None:
        """Cancel our INVITE (§9.1)."""
        self.world.send(self.write("CANCEL", self.peer, branch=f"z9hG4bK{self.name}-INVITE-{self.cseq}"), self.place)

    def ack(self, **more: object) -> str:
        """Acknowledge a 2xx."""
        return self.inside("ACK", **more)

    def inside(self, method: str, **more: object) -> str:
        """Send a request inside the dialog."""
        if method != "ACK":
            self.cseq += 1
        routes = tuple(f"Route: {value}" for value in self.routes)
        extra = more.pop("extra", ())
        assert isinstance(extra, tuple)
        options: dict[str, object] = {"to_tag": self.peer_tag, "extra": (*routes, *extra), **more}
        text = self.write(method, self.target, **options)
        self.world.send(text, self.place)
        return text


def establish(caller: Phone, callee: Phone, **more: object) -> None:
    """Make a call up to the ACK."""
    caller.invite(callee.name, **more)
    invite = callee.expect("INVITE")
    callee.answer(invite, 180)
    callee.answer(invite, 200)
    caller.receive(100, 180, 200)
    caller.ack()
    callee.expect("ACK")


def hang_up(one: Phone, other: Phone) -> None:
    """End a call."""
    one.inside("BYE")
    other.answer(other.expect("BYE"), 200)
    one.receive(200)


def _uri(value: str) -> str:
    return value.partition("<")[2].partition(">")[0]


def alice_and_bob(path: Path) -> tuple[World, Phone, Phone]:
    """Make a world, a caller at 192.0.2.1 and a subscriber, registered, at 192.0.2.2."""
    world = World(path)
    world.subscriber("bob")
    alice, bob = Phone(world, "alice", flow("192.0.2.1")), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    return world, alice, bob


def bounded(path: Path, **sip: int) -> tuple[World, Phone, Phone]:
    """As `alice_and_bob`, both registered and their transactions over, with these bounds of `sip`."""
    settings = SipSettings(domains=("example.com",), listeners=LISTENERS, **sip)  # type: ignore[arg-type]
    world = World(path, OPEN, settings)
    phones = Phone(world, "alice", flow("192.0.2.1")), Phone(world, "bob", flow("192.0.2.2"))
    for phone in phones:
        world.subscriber(phone.name)
        phone.register()
    world.advance(33)
    return world, *phones
