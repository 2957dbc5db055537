"""Digest of the user agents against the examples of RFC 7616 §3.9.1 and RFC 2617 §3.5."""

from __future__ import annotations

import hashlib

import pytest

from oam.testcall.digest import DigestError, authorization

REALM = "http-auth@example.org"
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def challenge(algorithm: str, **changes: str) -> str:
    fields = {"realm": REALM, "qop": "auth, auth-int", "nonce": NONCE, "opaque": OPAQUE, **changes}
    return f"Digest algorithm={algorithm}, " + ", ".join(f'{name}="{value}"' for name, value in fields.items())


HA1 = {
    "md5": hashlib.md5(f"Mufasa:{REALM}:Circle of Life".encode()).hexdigest(),
    "sha-256": hashlib.sha256(f"Mufasa:{REALM}:Circle of Life".encode()).hexdigest(),
}


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_rfc(algorithm: str, response: str) -> None:
    value = authorization([challenge(algorithm)], "GET", "/dir/index.html", "Mufasa", REALM, HA1, CNONCE)
    assert f'response="{response}"' in value
    assert f"algorithm={algorithm}, qop=auth, nc=00000001" in value
    assert f'opaque="{OPAQUE}"' in value


def test_without_qop_the_old_form_is_used() -> None:
    ha1 = {"md5": hashlib.md5(b"Mufasa:testrealm@host.com:Circle Of Life").hexdigest()}
    offer = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    value = authorization([offer], "GET", "/dir/index.html", "Mufasa", "testrealm@host.com", ha1, "x")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert "nc=" not in value


def test_the_first_that_can_be_answered_is_taken() -> None:
    offers = ["Basic realm=x", challenge("SHA-512-256"), challenge("MD5")]
    assert "algorithm=MD5" in authorization(offers, "GET", "/", "Mufasa", REALM, HA1, "x")


@pytest.mark.parametrize(
    ("offers", "reason"),
    [
        ([], "no digest challenge was offered"),
        (["Basic realm=x"], "no digest challenge was offered"),
        ([challenge("SHA-512-256")], "no credentials for algorithm SHA-512-256"),
        (
            [challenge("MD5", realm="other")],
            f'the credentials are for realm "{REALM}", the challenge is for "other"',
        ),
    ],
)
def test_what_cannot_be_answered_is_explained(offers: list[str], reason: str) -> None:
    with pytest.raises(DigestError) as caught:
        authorization(offers, "GET", "/", "Mufasa", REALM, HA1, "x")
    assert str(caught.value) == reason
