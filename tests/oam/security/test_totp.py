"""One-time passwords against the vectors of RFC 6238 and RFC 4226."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from oam.security import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "password"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(now: int, password: str) -> None:
    assert totp.code(SECRET, now // totp.STEP_S, 8) == password
    assert totp.step_of(SECRET, password[2:], now) == now // totp.STEP_S


def test_the_vectors_of_rfc_4226() -> None:
    assert [totp.code(SECRET, step) for step in range(4)] == ["755224", "287082", "359152", "969429"]


def test_clocks_may_differ_by_one_step_and_no_more() -> None:
    password = totp.code(SECRET, 100)
    found = [totp.step_of(SECRET, password, step * totp.STEP_S) for step in range(97, 104)]
    assert found == [-1, -1, 100, 100, 100, -1, -1]


def test_a_password_is_good_once() -> None:
    password = totp.code(SECRET, 100)
    assert totp.step_of(SECRET, password, 3000, last=99) == 100
    assert totp.step_of(SECRET, password, 3000, last=100) == -1
    assert totp.step_of(SECRET, password, 3000, last=101) == -1


@pytest.mark.parametrize("given", ["", "000000", "é", "75522", "7552245", "２８７０８２"])
def test_what_is_no_password_is_refused(given: str) -> None:
    assert totp.step_of(SECRET, given, 45) == -1


def test_a_new_secret_is_as_long_as_the_hash() -> None:
    assert len(base64.b32decode(totp.new_secret())) == 20
    assert totp.new_secret() != totp.new_secret()


def test_the_uri_says_what_an_authenticator_needs() -> None:
    found = urlsplit(totp.uri(SECRET, "bob", "sip 1"))
    assert (found.scheme, found.netloc, found.path) == ("otpauth", "totp", "/sip%201:bob")
    assert parse_qs(found.query) == {"secret": [SECRET], "issuer": ["sip 1"]}
