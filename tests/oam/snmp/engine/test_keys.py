"""Keys of SNMPv3: the examples of RFC 3414 §A.3, and what the text of the RFCs makes of the same pass phrases."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.northbound.keyring import Keyring, SecretError
from oam.settings.snmp import AUTHENTICATION
from oam.snmp.engine import keys

PHRASE = "maplesyrup"
ENGINE = bytes.fromhex("000000000000000000000002")
HASHES = {"md5": "md5", "sha": "sha1", **{f"sha-{bits}": f"sha{bits}" for bits in (224, 256, 384, 512)}}


def by_the_rfc(authentication: str) -> bytes:
    """RFC 3414 §A.2: hash a million octets, then the hash with the engine's ID within."""
    name = HASHES[authentication]
    key = hashlib.new(name, (PHRASE.encode() * 110_000)[:1_048_576]).digest()
    return hashlib.new(name, key + ENGINE + key).digest()


@pytest.mark.parametrize(
    ("authentication", "key", "localized"),
    [
        ("md5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        ("sha", "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_the_examples_of_rfc_3414(authentication: str, key: str, localized: str) -> None:
    assert keys.password_key(PHRASE, authentication).hex() == key
    assert keys.authentication_key(PHRASE, authentication, ENGINE).hex() == localized


@pytest.mark.parametrize("authentication", AUTHENTICATION)
def test_every_algorithm_is_as_the_rfc_has_it(authentication: str) -> None:
    assert keys.authentication_key(PHRASE, authentication, ENGINE) == by_the_rfc(authentication)


@pytest.mark.parametrize("authentication", AUTHENTICATION)
def test_short_hashes_are_extended(authentication: str) -> None:
    """draft-blumenthal-aes-usm-04 §3.1.2.1."""
    local = by_the_rfc(authentication)
    longer = local + hashlib.new(HASHES[authentication], local).digest()
    assert keys.privacy_key(PHRASE, authentication, "aes-256", ENGINE) == longer[:32]
    for privacy in ("aes-128", "des"):
        assert keys.privacy_key(PHRASE, authentication, privacy, ENGINE) == local[:16]


@pytest.mark.parametrize("phrase", ["", "7letter"])
def test_short_pass_phrases_are_refused(phrase: str) -> None:
    with pytest.raises(keys.PassPhraseError) as refused:
        keys.authentication_key(phrase, "sha", ENGINE)
    assert "8 characters" in str(refused.value)
    assert "7letter" not in str(refused.value)


def test_a_sealed_key_says_for_which_engine_it_is(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    word = keys.sealed(keyring, b"key", ENGINE)
    assert keys.opened(keyring, word) == (ENGINE, b"key")
    for other in (keyring.encrypted("no key"), "AAAA"):
        with pytest.raises(SecretError):
            keys.opened(keyring, other)
