"""What must not be kept of a message is hidden, and nothing else changes."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.agent import digest

from core.trace.masking import masked

HEAD = b"REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
DIGEST = (
    b'Authorization: Digest username="1001", realm="r", nonce="abc", uri="sip:r", response="%s", cnonce="c0ffee"\r\n'
)
SECRETS = [
    (b'Authorization: Digest username="1001", response="%s", nonce="n"\r\n', b"0123456789abcdef0123456789abcdef"),
    (b"Proxy-Authorization: digest RESPONSE = \r\n  %s\r\n", b"0123456789abcdef"),
    (b'Authentication-Info: rspauth="%s"\r\n', b"6629fae49393a05397450978507c4ef1"),
    (b"Authorization: Bearer %s\r\n", b"eyJhbGciOiJIUzI1NiJ9.e30.abc"),
    (b"authorization : Basic\r\n %s\r\n", b"QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    (b"Contact: <sip:alice:%s@192.0.2.1>\r\n", b"letmein"),
    (b"Contact: sip:a,b;x:%s@192.0.2.1\r\n", b"letmein"),
    (b"\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%s|2^20|1:32\r\n", b"WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"),
    (b"\r\na=crypto:1 X inline:first|1;inline:%s\r\n", b"c2Vjb25ka2V5"),
    (b"\r\nk=base64:%s\r\n", b"c2VjcmV0a2V5"),
    (b"\r\na=key-mgmt:mikey %s\r\n", b"AQAFgM0XflABAAAAAAAA"),
    (b"\r\na=ice-pwd:%s\r\n", b"asd88fgpdd777uzjYhagZg"),
    (b"\r\nname=x&password=%s&more=1", b"hunter2"),
    (b'\r\n{"user":"x","Password" : "%s"}', b"hunter2"),
    (b"\r\n<password>%s</password>", b"hunter2"),
    (b'Authorization: Digest response="%s', b"never-closed"),
]


@pytest.mark.parametrize(("form", "secret"), SECRETS)
def test_a_secret_becomes_as_many_signs(form: bytes, secret: bytes) -> None:
    before, after = form.split(b"%s")
    found = masked(HEAD + before + secret + after)
    assert secret not in found
    assert len(found) == len(HEAD + before + secret + after)
    assert found.startswith(HEAD)


def test_all_of_it_is_hidden_and_no_more() -> None:
    found = masked(HEAD + DIGEST % (b"a" * 32))
    assert found == HEAD + DIGEST % (b"x" * 32)


@pytest.mark.parametrize(
    "message",
    [
        HEAD + b"Contact: <sip:1001@192.0.2.1:5060>\r\nTo: <sip:1001@example.com>\r\n\r\n",
        HEAD + b"Contact: <sip:192.0.2.1:5060;transport=udp>, <sip:1001@192.0.2.2>\r\n\r\n",
        HEAD + b"Subject: no response yet\r\n\r\na=rtpmap:8 PCMA/8000\r\n",
        HEAD + b'WWW-Authenticate: Digest realm="r", nonce="0123", algorithm=MD5\r\n\r\n',
        b"",
        b"\r\n\r\n",
    ],
)
def test_a_message_without_secrets_stays_the_same_object(message: bytes) -> None:
    assert masked(message) is message


WORDS = st.text("abcdefghijklmnopqrstuvwyz0123456789", min_size=6, max_size=40).map(lambda text: "S3" + text)


@given(st.lists(st.tuples(st.sampled_from([form for form, _ in SECRETS[:-1]]), WORDS), max_size=6))
def test_no_secret_is_left_wherever_it_stands(parts: list[tuple[bytes, str]]) -> None:
    message = HEAD + b"".join(b"\r\n" + form.replace(b"%s", secret.encode()) for form, secret in parts)
    found = masked(message)
    assert [secret for _, secret in parts if secret.encode() in found] == []
    assert len(found) == len(message)


@given(st.binary(max_size=400))
def test_any_octets_keep_their_length(octets: bytes) -> None:
    assert len(masked(HEAD + octets)) == len(HEAD) + len(octets)


@given(
    st.text(string.ascii_letters, min_size=1, max_size=12),
    st.text(string.printable.strip() + " ", min_size=1, max_size=20),
    st.sampled_from(("MD5", "SHA-256")),
    st.sampled_from(("Authorization: ", "authorization:", "Proxy-Authorization:  ", "PROXY-AUTHORIZATION:\r\n ")),
    st.sampled_from((",", ", ", ",\r\n\t", " , ")),
)
def test_no_answer_to_a_challenge_is_left(user: str, secret: str, algorithm: str, name: str, comma: str) -> None:
    challenge = {"realm": "example.com", "nonce": "n0nce", "algorithm": algorithm}
    value = digest(user, secret, challenge, "REGISTER", "sip:example.com")
    answer = value.partition('response="')[2].partition('"')[0]
    found = masked(HEAD + name.encode() + value.replace(", ", comma).encode() + b"\r\n\r\n")
    assert answer.encode() not in found
    assert b'nonce="n0nce"' in found
    assert f'username="{user}"'.encode() in found


@pytest.mark.parametrize(
    "piece",
    [b"password:", b"response=", b'secret="', b"inline:", b"\nk=a", b"authorization:a\r\n ", b"authorization:digest",
     b"sip:", b"sips:a:", b"key-mgmt:"],
)  # fmt: skip
def test_no_message_takes_long(piece: bytes) -> None:
    message = HEAD + piece * (65_000 // len(piece)) + b"@"
    began = time.process_time()
    assert len(masked(message)) == len(message)
    assert time.process_time() - began < 0.5, "the effort grows faster than the message"
