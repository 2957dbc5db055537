"""Types of arguments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.grammar.banner import Unfinished
from oam.grammar.types import TYPES, integer

GOOD = [
    ("ADDRESS", "192.0.2.1", "192.0.2.1"),
    ("ADDRESS", "2001:DB8:0::1", "2001:db8::1"),
    ("ADDRESS", "[::1]", "::1"),
    ("DOMAIN", "Example.COM", "example.com"),
    ("DOMAIN", "example.com.", "example.com"),
    ("DOMAIN", "localhost", "localhost"),
    ("HOST", "sip.example.com", "sip.example.com"),
    ("HOST", "::1", "::1"),
    ("HOSTNAME", "sip-1.Lab", "sip-1.Lab"),
    ("REALM", "Example.com", "Example.com"),
    ("URI", "sip:192.0.2.1:5080;transport=udp", "sip:192.0.2.1:5080;transport=udp"),
    ("URI", "sip:[::1]:5060", "sip:[::1]:5060"),
    ("URI", "sips:gw@example.com", "sips:gw@example.com"),
    ("SUBSCRIBER", "+49-30/1001", "+49-30/1001"),
    ("LINE", "Alice  Brown", "Alice  Brown"),
    ("LINE", "山田\u3000花子", "山田\u3000花子"),
    ("DIGEST", "$ha1$a.b$md5=" + "0" * 32, "$ha1$a.b$md5=" + "0" * 32),
    ("ALARM", "2", 2),
    ("ALARM", "trunk-unreachable", 2),
    ("WILDCARD", "0.0.0.255", "0.0.0.255"),
    ("WILDCARD", "0.0.0.0", "0.0.0.0"),
    ("WILDCARD", "255.255.255.255", "255.255.255.255"),
]
BAD = [
    ("ADDRESS", "192.0.2"),
    ("ADDRESS", "fe80::1%eth0"),
    ("ADDRESS", "[192.0.2.1"),
    ("DOMAIN", "a..b"),
    ("DOMAIN", "-a.b"),
    ("DOMAIN", "a b"),
    ("DOMAIN", "x" * 64),
    ("DOMAIN", ".".join(["abcdefg"] * 40)),
    ("HOST", "a b"),
    ("HOSTNAME", "-sip"),
    ("HOSTNAME", "sip_1"),
    ("HOSTNAME", "s" * 64),
    ("REALM", 'a"b'),
    ("URI", "http://example.com"),
    ("URI", "sip:example.com:99999"),
    ("URI", "sip:example.com?x=y"),
    ("URI", "sip:[1::2::3]"),
    ("SUBSCRIBER", "a@b"),
    ("SUBSCRIBER", "a" * 65),
    ("LINE", "bell\x07"),
    ("LINE", "two\u2028lines"),
    ("WORD", "esc\x1b[31m"),
    ("DIGEST", "$ha1$a.b"),
    ("DIGEST", "secret"),
    ("ALARM", "999"),
    ("ALARM", "0"),
    ("ALARM", "٢"),
    ("ALARM", "trunk"),
    ("WILDCARD", "255.255.255.0"),
    ("WILDCARD", "0.0.255.0"),
    ("WILDCARD", "0.0.0.257"),
    ("WILDCARD", "::ff"),
]


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_good_word_becomes_its_value_and_back(name: str, text: str, value: str) -> None:
    kind = TYPES[name]
    assert kind.convert(text) == value
    assert kind.convert(kind.render(value)) == value


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_bad_word_is_refused_with_a_reason(name: str, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        TYPES[name].convert(text)
    assert str(caught.value)


@pytest.mark.parametrize("text", ["9", "21", "-10", "+11", "1e1", "", "١٢", "9" * 5000])
def test_numbers_out_of_range_or_out_of_alphabet_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        integer(10, 20).convert(text)


@given(st.sampled_from(sorted(TYPES)), st.text())
def test_any_text_is_a_value_or_a_value_error(name: str, text: str) -> None:
    kind = TYPES[name]
    try:
        value = kind.convert(text)
    except ValueError:
        return
    if not isinstance(value, Unfinished):  # which is no value yet
        assert kind.convert(kind.render(value)) == value


def test_every_type_has_help_and_secrets_are_marked() -> None:
    assert all(kind.help for kind in TYPES.values())
    secret = {"SECRET", "PASSWORD", "DIGEST", "HASH8", "HASH9", "SEALED", "BASE32"}
    assert {kind.name for kind in TYPES.values() if kind.secret} == secret
