"""Who sent a message, whether it is new, what is sealed in it: what RFC 3414 §3.2 lets in and what it does not."""

from __future__ import annotations

import pytest

from oam.settings.snmp import AUTHENTICATION, PRIVACY
from oam.snmp import ber
from oam.snmp.engine import message, reading, usm
from oam.snmp.engine.boots import LATCHED
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.keys import authentication_key, privacy_key
from oam.snmp.engine.usm import AUTH, NO_AUTH, PRIV, Clock, Refused, Security, User

OWN = b"\x80\x00\x7e\xd9\x05engine"
SCOPED = message.with_scope(OWN, b"", message.pdu(reading.GET, ber.integer(1), b""))
COMBINED = [(auth, priv) for auth in AUTHENTICATION for priv in PRIVACY]


def user(authentication: str = "", privacy: str = "", name: bytes = b"nms", phrase: str = "long-enough") -> User:
    auth_key = authentication_key(phrase, authentication, OWN) if authentication else b""
    priv_key = privacy_key(phrase, authentication, privacy, OWN) if privacy else b""
    return User(name, authentication, auth_key, privacy, priv_key)


class Time:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Site:
    """Our engine with one user, and a manager that knows its clock."""

    def __init__(self, known: User, boots: int = 5) -> None:
        self.time = Time()
        self.counters = Counters()
        self.security = Security(OWN, Clock(boots, self.time), self.counters)
        self.security.users = {known.name: known}
        self.time.now += 1000

    def sent(self, sender: User, level: int, *, engine_id: bytes = OWN, boots: int = 5, seconds: int = 1000) -> bytes:
        header = message.headed(1, level, message.REPORTABLE)
        return self.security.sent(header, SCOPED, sender, level, engine_id, boots, seconds)

    def received(self, octets: bytes, level: int) -> bytes:
        """Return the scopedPDU of a message; raises Refused and Malformed."""
        _, at, end = message.envelope(octets)
        _, at = message.header(octets, at, end)
        start, stop = reading.inside(octets, at, end, ber.OCTET_STRING)
        sent = usm.parameters(octets, start, stop)
        known = self.security.admitted(octets, sent, level)
        if level < PRIV:
            return octets[stop:end]
        start, stop = reading.whole(octets, stop, end, ber.OCTET_STRING)
        return self.security.opened(known, sent, octets[start:stop])

    def refusal(self, octets: bytes, level: int) -> tuple[str, int]:
        """Return why a message is not let in, and at which level that is told."""
        before = Counters(**{each: getattr(self.counters, each) for each in Counters.__struct_fields__})
        with pytest.raises(Refused) as caught:
            self.received(octets, level)
        field = caught.value.reason[1]
        moved = [each for each in Counters.__struct_fields__ if getattr(self.counters, each) != getattr(before, each)]
        assert moved == [field]
        return field, caught.value.level


@pytest.mark.parametrize(("authentication", "privacy"), COMBINED)
def test_what_is_sealed_is_opened(authentication: str, privacy: str) -> None:
    sender = user(authentication, privacy)
    site = Site(sender)
    octets = site.sent(sender, PRIV)
    assert SCOPED not in octets
    assert site.received(octets, PRIV)[: len(SCOPED)] == SCOPED


@pytest.mark.parametrize("authentication", AUTHENTICATION)
def test_every_octet_is_proved(authentication: str) -> None:
    sender = user(authentication)
    site = Site(sender)
    octets = site.sent(sender, AUTH)
    assert site.received(octets, AUTH) == SCOPED
    for at in range(len(octets) - len(SCOPED), len(octets)):
        changed = octets[:at] + bytes((octets[at] ^ 1,)) + octets[at + 1 :]
        with pytest.raises((Refused, reading.Malformed)):
            site.received(changed, AUTH)


@pytest.mark.parametrize("authentication", AUTHENTICATION)
@pytest.mark.parametrize("kept", [0, 1, 11])
def test_a_digest_that_is_cut_proves_nothing(authentication: str, kept: int) -> None:
    sender = user(authentication)
    site = Site(sender)
    octets = site.sent(sender, AUTH)
    size = usm.DIGESTS[authentication][1]
    at = octets.index(ber.wrapped(ber.OCTET_STRING, sender.name)) + 2 + len(sender.name)
    digest = octets[at + 2 : at + 2 + size]
    own = ber.wrapped(
        ber.SEQUENCE,
        ber.wrapped(ber.OCTET_STRING, OWN)
        + ber.integer(5)
        + ber.integer(1000)
        + ber.wrapped(ber.OCTET_STRING, sender.name)
        + ber.wrapped(ber.OCTET_STRING, digest[:kept])
        + b"\x04\x00",
    )
    cut = ber.wrapped(
        ber.SEQUENCE,
        message.headed(1, AUTH, message.REPORTABLE) + ber.wrapped(ber.OCTET_STRING, own) + SCOPED,
    )
    assert site.refusal(cut, AUTH) == ("wrong_digests", NO_AUTH)


def test_a_wrong_pass_phrase_proves_nothing() -> None:
    site = Site(user("sha-256"))
    assert site.refusal(site.sent(user("sha-256", phrase="something else"), AUTH), AUTH) == ("wrong_digests", NO_AUTH)


def test_others_are_not_known() -> None:
    site = Site(user("sha"))
    assert site.refusal(site.sent(user("sha", name=b"stranger"), AUTH), AUTH) == ("unknown_user_names", NO_AUTH)
    assert site.refusal(site.sent(user("sha", name=b""), AUTH), AUTH) == ("unknown_user_names", NO_AUTH)


@pytest.mark.parametrize("engine_id", [b"", b"\x00", b"\x80\x00\x7e\xd9\x05another", OWN[:-1]])
def test_a_message_to_another_engine_asks_for_ours(engine_id: bytes) -> None:
    """RFC 3414 §4, also of managers that remember an engine that is gone."""
    sender = user("sha", "aes-128")
    site = Site(sender)
    octets = site.sent(sender, PRIV, engine_id=engine_id)
    assert site.refusal(octets, PRIV) == ("unknown_engine_ids", NO_AUTH)


@pytest.mark.parametrize(
    ("boots", "seconds", "new"),
    [
        (5, 1000, True),
        (5, 850, True),
        (5, 1150, True),
        (5, 849, False),
        (5, 1151, False),
        (4, 1000, False),
        (6, 1000, False),
        (0, 0, False),
        (LATCHED, 1000, False),
    ],
)
def test_a_message_is_new_for_150_seconds(boots: int, seconds: int, new: bool) -> None:
    """RFC 3414 §3.2 (7) a: who is late is told our time, so that it is known to come from us."""
    sender = user("sha")
    site = Site(sender)
    octets = site.sent(sender, AUTH, boots=boots, seconds=seconds)
    if new:
        assert site.received(octets, AUTH) == SCOPED
    else:
        assert site.refusal(octets, AUTH) == ("not_in_time_windows", AUTH)


def test_a_message_that_is_kept_is_of_no_use_later() -> None:
    sender = user("sha-512", "aes-256")
    site = Site(sender)
    octets = site.sent(sender, PRIV)
    site.received(octets, PRIV)
    site.time.now += 151
    assert site.refusal(octets, PRIV)[0] == "not_in_time_windows"


def test_when_the_count_of_starts_has_ended_nobody_is_let_in() -> None:
    """RFC 3414 §2.2.1."""
    sender = user("sha")
    site = Site(sender, LATCHED)
    assert site.refusal(site.sent(sender, AUTH, boots=LATCHED), AUTH) == ("not_in_time_windows", AUTH)


@pytest.mark.parametrize(
    ("known", "sender", "level", "told_at"),
    [
        (user(), user("sha"), AUTH, NO_AUTH),
        (user(), user("sha", "des"), PRIV, NO_AUTH),
        (user("sha"), user(), NO_AUTH, NO_AUTH),
        (user("sha"), user("sha", "des"), PRIV, NO_AUTH),
        (user("sha", "des"), user(), NO_AUTH, NO_AUTH),
        (user("sha", "des"), user("sha"), AUTH, AUTH),
    ],
)
def test_a_user_has_one_level(known: User, sender: User, level: int, told_at: int) -> None:
    site = Site(known)
    assert site.refusal(site.sent(sender, level), level) == ("unsupported_sec_levels", told_at)


def test_a_user_of_privacy_may_look_for_our_clock_without() -> None:
    """RFC 3414 §4 (2): boots and time are nought in what looks for them."""
    sender = user("sha", "aes-128")
    site = Site(sender)
    octets = site.sent(sender, AUTH, boots=0, seconds=0)
    assert site.refusal(octets, AUTH) == ("not_in_time_windows", AUTH)


@pytest.mark.parametrize(
    ("privacy", "salt", "sealed"),
    [("aes-128", b"", b"x"), ("aes-128", b"x" * 9, b"x"), ("des", b"x" * 8, b"x" * 9), ("des", b"x" * 8, b"")],
)
def test_what_cannot_be_sealed_by_us_is_not_opened(privacy: str, salt: bytes, sealed: bytes) -> None:
    known = user("sha", privacy)
    site = Site(known)
    sent = usm.Parameters(OWN, 5, 1000, known.name, b"", 0, salt)
    with pytest.raises(Refused, match="decryption_errors"):
        site.security.opened(known, sent, sealed)


def test_keys_are_not_told() -> None:
    assert "key" not in repr(user("sha", "aes-128"))
