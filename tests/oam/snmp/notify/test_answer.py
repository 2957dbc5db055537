"""Answers to informs, whatever octets they are; what each honest one means is tested with the sender."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from oam.snmp import ber
from oam.snmp.engine import message, reading, usm
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.reading import Malformed
from oam.snmp.notify.answer import Answer, Asked, of_community, of_version_3
from oam.snmp.notify.timeline import Timeline

ENGINE = b"\x80\0\0\0\5station"
USER = usm.User(b"noc", "sha-256", b"k" * 32, "aes-128", b"p" * 16)
SECURITY = usm.Security(ENGINE, usm.Clock(3), Counters())
ASKED = Asked(7, USER, usm.PRIV, ENGINE)


def reply(tag: int, level: int, user: usm.User = USER, number: int = 7, reason: int = 0) -> bytes:
    variable = message.variable((*usm.STATS, reason, 0), ber.integer(1, ber.COUNTER32)) if reason else b""
    scoped = message.with_scope(ENGINE, b"", message.pdu(tag, ber.integer(number), variable))
    return SECURITY.protected(message.headed(number, level), scoped, user, level)


def read(octets: bytes, asked: Asked = ASKED, timeline: Timeline | None = None) -> Answer | None:
    return of_version_3(octets, asked, SECURITY, timeline or Timeline())


RESPONSE = reply(reading.RESPONSE, usm.PRIV)
REPORT = reply(reading.REPORT, usm.NO_AUTH, usm.User(b""), reason=usm.UNKNOWN_USER[0])
MESSAGES = (RESPONSE, REPORT, reply(reading.REPORT, usm.AUTH, reason=usm.NOT_IN_TIME[0]))


def test_a_response_is_taken_at_the_level_that_was_asked_at_alone() -> None:
    """RFC 3412 §7.2.12."""
    assert read(RESPONSE) == Answer(status=0, engine_id=ENGINE)
    assert read(reply(reading.RESPONSE, usm.AUTH)) is None
    assert read(reply(reading.RESPONSE, usm.PRIV, number=8)) is None
    assert read(RESPONSE, ASKED._replace(engine_id=b"\x80\0\0\0\5another")) is None
    assert read(RESPONSE, ASKED._replace(user=USER._replace(authentication_key=b"x" * 32))) is None


def test_only_a_proved_clock_is_taken() -> None:
    timeline = Timeline()
    assert read(MESSAGES[2], timeline=timeline) == Answer(late=True)
    assert timeline.boots == 3
    timeline = Timeline()
    forged = reply(reading.REPORT, usm.NO_AUTH, usm.User(b"noc"), reason=usm.NOT_IN_TIME[0])
    assert read(forged, timeline=timeline) is None
    assert timeline.boots == 0


def test_a_report_says_what_is_wrong() -> None:
    assert read(REPORT) == Answer(problem="it does not know the user")
    other = reply(reading.REPORT, usm.NO_AUTH, usm.User(b""), reason=9)
    assert read(other) == Answer(problem="it reports what it does not say")


def test_versions_do_not_mix() -> None:
    pdu = message.pdu(reading.RESPONSE, ber.integer(7), b"")
    plain = message.with_community(message.VERSION_2C, b"public", pdu)
    assert of_community(plain, ASKED) == Answer(status=0)
    assert of_community(message.with_community(message.VERSION_1, b"public", pdu), ASKED) is None
    assert read(plain) is None
    assert of_community(RESPONSE, ASKED) is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MESSAGES), st.integers(0, 400), st.binary(max_size=6), st.integers(0, 8))
def test_octets_of_any_kind_raise_nothing_else(octets: bytes, at: int, inserted: bytes, removed: int) -> None:
    spoilt = octets[:at] + inserted + octets[at + removed :]
    timeline = Timeline()
    try:
        found = read(spoilt, timeline=timeline)
        of_community(spoilt, ASKED)
    except Malformed:
        return
    assert found is None or found.status is None or spoilt == octets
    if spoilt != octets:
        assert timeline.boots == 0, "only an authentic message sets a clock"
