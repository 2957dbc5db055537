"""Authorization and challenge values."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.credentials import parse_credentials
from core.wire.error import WireError

CREDENTIALS: list[tuple[str, str, dict[str, str]]] = [
    # RFC 3261 §20.7
    (
        'Digest username="Alice", realm="atlanta.com", nonce="84a4cc6f3082121f32b42a2187831a9e",'
        ' response="7587245234b3434cc3412213e5f113a5432"',
        "digest",
        {
            "username": "Alice",
            "realm": "atlanta.com",
            "nonce": "84a4cc6f3082121f32b42a2187831a9e",
            "response": "7587245234b3434cc3412213e5f113a5432",
        },
    ),
    # RFC 3261 §20.27
    (
        'Digest realm="atlanta.com", domain="sip:ss1.carrier.com", qop="auth,auth-int", nonce="f84f", opaque="",'
        " stale=FALSE, algorithm=MD5",
        "digest",
        {
            "realm": "atlanta.com",
            "domain": "sip:ss1.carrier.com",
            "qop": "auth,auth-int",
            "nonce": "f84f",
            "opaque": "",
            "stale": "FALSE",
            "algorithm": "MD5",
        },
    ),
    (
        'DIGEST UserName="a\\"b\\\\c",nc=00000001 ,\tqop=auth , uri="sip:a@b;x=1,2"',
        "digest",
        {"username": 'a"b\\c', "nc": "00000001", "qop": "auth", "uri": "sip:a@b;x=1,2"},
    ),
    ('Digest   realm = "x" ,, nonce = "y",', "digest", {"realm": "x", "nonce": "y"}),
    ("NoOneKnowsThisScheme opaque-data=here", "nooneknowsthisscheme", {"opaque-data": "here"}),
    ("Bearer abc.def==", "bearer", {}),
    ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "basic", {}),
    ("Digest", "digest", {}),
]


@pytest.mark.parametrize(("text", "scheme", "params"), CREDENTIALS)
def test_parts(text: str, scheme: str, params: dict[str, str]) -> None:
    assert parse_credentials(text) == (scheme, params)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        'Digest realm="x',
        'Digest realm="x"y',
        'Digest realm="x" nonce="y"',
        "Digest realm=",
        "Digest =x",
        "Digest realm",
        "Digest realm=a b",
        'Digest realm="x", Realm="y"',
        'Di/gest realm="x"',
        "Digest realm=\x00",
        'Digest "x"',
    ],
)
def test_broken(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_credentials(text)
    assert caught.value.status == 400


def test_the_error_does_not_quote_the_credentials() -> None:
    with pytest.raises(WireError) as caught:
        parse_credentials('Digest response="5ecret" x')
    assert "5ecret" not in repr(caught.value)


@given(
    st.text(st.characters(max_codepoint=255))
    | st.lists(st.sampled_from(["Digest ", "a", "=", '"', "\\", ",", " ", "x=1", "\x00"]), max_size=14).map("".join)
)
def test_any_text_gives_credentials_or_a_wire_error(text: str) -> None:
    try:
        scheme, params = parse_credentials(text)
    except WireError:
        return
    assert scheme == scheme.lower()
    assert all(name == name.lower() for name in params)


TOKEN = r"[A-Za-z0-9\-.!%*_+`'~]++"
PAIR = rf'{TOKEN}[ \t]*+=[ \t]*+(?:"(?:[^"\\]++|\\.)*"|[^"=,\x00-\x20\x7f]++)[ \t]*+'
GRAMMAR = re.compile(rf"[ \t]*+{TOKEN}(?: [ \t,]*+(?:{PAIR}(?:,[ \t,]*+{PAIR})*(?:,[ \t,]*+)?)?)?", re.DOTALL)
PIECES = ["Digest ", "a", "bc", "nc", "=", '"', "\\", ",", " ", "\t", "x=1", 'y="z"', "\x00", "\x7f", "\xe9", "/"]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_the_grammar_allows_is_read_and_nothing_else(rest: str) -> None:
    text = f"Digest {rest}"
    allowed = GRAMMAR.fullmatch(text.strip(" \t")) is not None
    try:
        parse_credentials(text)
        read = True
    except WireError as error:
        read = "twice" in error.reason and allowed
    assert read == allowed


NAMES = st.from_regex(r"[a-z][a-z0-9\-]*", fullmatch=True)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, st.text(st.characters(max_codepoint=255)), max_size=6))
def test_quoted_values_come_back(params: dict[str, str]) -> None:
    quoted = [f'{name}="' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for name, value in params.items()]
    assert parse_credentials("Digest " + ", ".join(quoted)) == ("digest", params)
