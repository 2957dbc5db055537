"""Digest as client: known answers of RFC 7616, the choice among challenges, and what is not answered."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.auth.client import Challenge, answer, credentials, strongest
from core.auth.digest import ACCEPTED, SHA512_256, TOKENS, Authenticator, make_ha1
from core.northbound.settings import AuthenticationSettings
from core.store.records import Subscriber
from core.wire.credentials import parse_credentials
from core.wire.header import AUTHORIZATION, PROXY_AUTHORIZATION
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def request(*extra: str) -> Message:
    lines = [
        "INVITE sip:1002@192.0.2.9 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
        "From: <sip:1001@example.com>;tag=1",
        "To: <sip:1002@example.com>",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        *extra,
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


def challenged(*challenges: str, header: str = "Proxy-Authenticate", status: int = 407) -> Message:
    lines = [f"SIP/2.0 {status} Who are you", *request().lines, *[f"{header}: {each}" for each in challenges]]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


def given_of(message: Message, header: int = PROXY_AUTHORIZATION) -> dict[str, str]:
    scheme, params = parse_credentials(message.first(header))
    assert scheme == "digest"
    return params


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_known_answers(algorithm: str, expected: str) -> None:
    """RFC 7616 §3.9.1."""
    params = {"realm": "http-auth@example.org", "qop": "auth, auth-int", "algorithm": algorithm, "nonce": NONCE,
              "opaque": OPAQUE}  # fmt: skip
    challenge = Challenge(params, AUTHORIZATION)
    value = credentials(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", CNONCE, 1)
    assert value == (
        f'Digest username="Mufasa", realm="http-auth@example.org", nonce="{NONCE}", uri="/dir/index.html", '
        f'response="{expected}", algorithm={algorithm}, cnonce="{CNONCE}", qop=auth, nc=00000001, opaque="{OPAQUE}"'
    )


@pytest.mark.skipif(not SHA512_256, reason="OpenSSL without SHA-512/256")
def test_a_known_answer_beyond_ascii() -> None:
    """RFC 7616 §3.9.2 with the response of its erratum 4897; the user's name is not hashed here."""
    params = {"realm": "api@example.org", "qop": "auth", "algorithm": "SHA-512-256",
              "nonce": "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK"}  # fmt: skip
    value = credentials(
        Challenge(params, AUTHORIZATION), "Jäsøn Doe", "Secret, or not?", "GET", "/doe.json",
        "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", 1,
    )  # fmt: skip
    params = parse_credentials(value)[1]
    assert params["response"] == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    assert params["username"] == "Jäsøn Doe".encode().decode("latin-1")


def test_without_qop() -> None:
    """RFC 2617 §3.2.2.1, the example of RFC 2069 §2.4 with its erratum 749."""
    params = {"realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093"}
    value = credentials(
        Challenge(params, AUTHORIZATION), "Mufasa", "CircleOfLife", "GET", "/dir/index.html", "not said", 1
    )
    assert parse_credentials(value)[1] == {
        "username": "Mufasa", "realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "uri": "/dir/index.html", "response": "1949323746fe6a43ef61f9606e7febea",
    }  # fmt: skip


MD5 = 'Digest realm="r", nonce="m", qop="auth", algorithm=MD5'
SHA256 = 'Digest realm="r", nonce="s", qop="auth,auth-int", algorithm=SHA-256'
SHA512 = 'Digest realm="r", nonce="t", qop="auth", algorithm=SHA-512-256'


@pytest.mark.parametrize(
    ("challenges", "nonce"),
    [
        ((MD5,), "m"),
        (('Digest realm="r", nonce="n"',), "n"),
        ((MD5, SHA256), "s"),
        ((SHA256, MD5), "s"),
        ((SHA256, SHA256.replace('"s"', '"later"')), "s"),
        ((MD5, SHA256, SHA512), "t" if SHA512_256 else "s"),
        ((MD5, SHA256.replace("SHA-256", "SHA-256-sess")), "m"),
        ((MD5, SHA256.replace("auth,auth-int", "auth-int")), "m"),
        ((MD5, "Digest ,,= broken", "Bearer x", 'Digest realm="r", qop="auth"', 'Digest nonce="x"'), "m"),
    ],
)
def test_the_strongest_is_answered(challenges: tuple[str, ...], nonce: str) -> None:
    out = request()
    assert answer(challenged(*challenges), out, "us", "secret", "c", 0)
    assert given_of(out)["nonce"] == nonce
    assert given_of(out)["uri"] == "sip:1002@192.0.2.9"


@pytest.mark.parametrize("challenges", [(), ("Bearer x",), ('Digest realm="r", nonce="x", algorithm=AKAv1-MD5',)])
def test_what_cannot_be_answered_is_not(challenges: tuple[str, ...]) -> None:
    out = request()
    assert not answer(challenged(*challenges), out, "us", "secret", "c", 0)
    assert not answer(challenged(MD5), out, "", "", "c", 0)
    assert out.lines == request().lines


def test_each_header_has_its_answer() -> None:
    out = request()
    assert answer(challenged(MD5, header="WWW-Authenticate", status=401), out, "us", "secret", "c", 0)
    assert given_of(out, AUTHORIZATION)["nonce"] == "m"
    assert not out.has(PROXY_AUTHORIZATION)


def test_wrong_credentials_are_not_repeated_and_a_stale_nonce_is_replaced_once() -> None:
    out = request('Proxy-Authorization: Digest realm="other", nonce="theirs"')
    assert answer(challenged(MD5), out, "us", "secret", "c", 0)
    assert not answer(challenged(MD5), out, "us", "secret", "c", 1)
    fresh = MD5.replace('"m"', '"m2"') + ", stale=TRUE"
    assert answer(challenged(fresh), out, "us", "secret", "c", 1)
    assert [parse_credentials(value)[1]["nonce"] for value in out.all(PROXY_AUTHORIZATION)] == ["theirs", "m2"]
    assert not answer(challenged(fresh), out, "us", "secret", "c", 2)


def test_what_needs_quoting_is_quoted() -> None:
    out = request()
    assert answer(challenged(r'Digest realm="a\"b", nonce="n\\", opaque="", algorithm=md5'), out, 'u"s', "p", "c", 0)
    params = given_of(out)
    assert (params["realm"], params["nonce"], params["username"], params["opaque"]) == ('a"b', "n\\", 'u"s', "")
    assert params["algorithm"] == "MD5"


@pytest.mark.parametrize("algorithm", ["sha-256", "md5"])
def test_our_own_server_accepts_our_own_client(algorithm: str) -> None:
    server = Authenticator(b"s" * 32)
    server.configure("example.com", AuthenticationSettings(algorithms=(algorithm,)))
    out = request()
    asked = server.challenge(False, 1000.0, random.Random(1))
    assert answer(challenged(*asked), out, "zoë", "pässwörd", "c", 0)
    subscriber = Subscriber("zoë", ha1=make_ha1("zoë", "example.com", "pässwörd"), realm="example.com")
    assert server.check(given_of(out), out, subscriber, 1001.0) == ACCEPTED
    assert given_of(out)["algorithm"] == TOKENS[algorithm]


@given(st.lists(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60), max_size=3))
def test_no_challenge_raises(values: list[str]) -> None:
    message = challenged(*[f"Digest {value}" for value in values])
    found = strongest(message)
    if found is not None:
        out = request()
        assert answer(message, out, "us", "secret", "c", 0)
        parse_message(out.render(), Limits())
