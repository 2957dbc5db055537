"""What a manager sets, as a row would hold it; and why it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oam.snmp import ber, syntax
from oam.snmp.convention import ADMIN_STATE
from oam.snmp.engine.status import WRONG_ENCODING, WRONG_LENGTH, WRONG_TYPE, WRONG_VALUE
from oam.snmp.standard import display
from oam.snmp.syntax import Syntax
from oam.snmp.values import BadValue, decoded


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (syntax.INTEGER, -5),
        (syntax.UNSIGNED, 2**32 - 1),
        (syntax.INDEX, 1),
        (syntax.COUNTER, 2**64 - 1),
        (syntax.TICKS, 12.5),
        (syntax.TRUTH, True),
        (syntax.TRUTH, False),
        (ADMIN_STATE.syntax, "shutdown"),
        (syntax.TEXT, "Zürich"),
        (display(), "Zurich"),
        (syntax.octets("OCTET STRING (SIZE (0 | 3))"), b"\xff\xfe\x00"),
        (syntax.octets("OCTET STRING (SIZE (0 | 3))"), b""),
        (syntax.OID, (1, 3, 6, 1)),
    ],
)
def test_what_is_encoded_comes_back(kind: Syntax, value: object) -> None:
    assert decoded(kind, kind.encode(value)) == value


KINDS = (
    syntax.INTEGER, syntax.UNSIGNED, syntax.INDEX, syntax.COUNTER, syntax.TICKS, syntax.TRUTH, ADMIN_STATE.syntax,
    syntax.TEXT, display(), syntax.octets("OCTET STRING (SIZE (0 | 3))"), syntax.OID,
)  # fmt: skip


def _tagged(drawn: tuple[Syntax, bytes]) -> bytes:
    return ber.wrapped(drawn[0].tag, drawn[1])


STRING = ber.OCTET_STRING


@pytest.mark.parametrize(
    ("kind", "value", "status"),
    [
        (syntax.INTEGER, b"\x04\x01a", WRONG_TYPE),
        (syntax.TEXT, b"\x02\x01\x05", WRONG_TYPE),
        (syntax.UNSIGNED, b"\x02\x01\x05", WRONG_TYPE),
        (syntax.INTEGER, b"", WRONG_TYPE),
        (syntax.INTEGER, b"\x05\x00", WRONG_TYPE),
        (syntax.INTEGER, b"\x02\x00", WRONG_ENCODING),
        (syntax.INTEGER, b"\x02\x0a" + bytes(10), WRONG_ENCODING),
        (syntax.INTEGER, b"\x02\x05\x01", WRONG_ENCODING),
        (syntax.OID, b"\x06\x02\x2b\x86", WRONG_ENCODING),
        (syntax.text(3), ber.wrapped(STRING, b"four"), WRONG_LENGTH),
        (syntax.text(8, 2), ber.wrapped(STRING, b"a"), WRONG_LENGTH),
        (syntax.octets("OCTET STRING (SIZE (0 | 3))"), ber.wrapped(STRING, b"ab"), WRONG_LENGTH),
        (syntax.TEXT, ber.wrapped(STRING, b"\xff\xfe"), WRONG_VALUE),
        (display(), ber.wrapped(STRING, "Zürich".encode()), WRONG_VALUE),
        (ADMIN_STATE.syntax, ber.integer(3), WRONG_VALUE),
        (syntax.TRUTH, ber.integer(0), WRONG_VALUE),
        (syntax.INDEX, ber.integer(0, ber.GAUGE32), WRONG_VALUE),
        (syntax.UNSIGNED, ber.integer(2**32, ber.GAUGE32), WRONG_VALUE),
        (syntax.UNSIGNED, b"\x42\x01\xff", WRONG_VALUE),
        (syntax.INTEGER, ber.integer(2**31), WRONG_VALUE),
    ],
)
def test_what_is_refused(kind: Syntax, value: bytes, status: int) -> None:
    with pytest.raises(BadValue) as refused:
        decoded(kind, value)
    assert refused.value.status == status


@given(st.binary(max_size=40) | st.tuples(st.sampled_from(KINDS), st.binary(max_size=20)).map(_tagged))
@settings(max_examples=200, deadline=None)
def test_any_octets_are_a_value_or_refused(octets: bytes) -> None:
    for kind in KINDS:
        try:
            value = decoded(kind, octets)
        except BadValue:
            continue
        again = decoded(kind, kind.encode(value))
        assert again == (pytest.approx(value, abs=0.011) if kind is syntax.TICKS else value)
