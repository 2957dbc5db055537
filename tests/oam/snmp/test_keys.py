"""Keys of SNMPv3: the examples of RFC 3414 §A.3, and what another implementation makes of the same pass phrases."""

from __future__ import annotations

from pathlib import Path

import pytest
from pysnmp.entity import config
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.eso.priv.aes256 import AesBlumenthal256
from pysnmp.proto.secmod.rfc3414 import localkey
from pysnmp.proto.secmod.rfc7860.auth.hmacsha2 import HmacSha2

from core.northbound.keyring import Keyring, SecretError
from oam.settings.snmp import AUTHENTICATION, PRIVACY
from oam.snmp import keys

PHRASE = "maplesyrup"
ENGINE = bytes.fromhex("000000000000000000000002")
PEER = {
    "md5": config.USM_AUTH_HMAC96_MD5,
    "sha": config.USM_AUTH_HMAC96_SHA,
    "sha-224": config.USM_AUTH_HMAC128_SHA224,
    "sha-256": config.USM_AUTH_HMAC192_SHA256,
    "sha-384": config.USM_AUTH_HMAC256_SHA384,
    "sha-512": config.USM_AUTH_HMAC384_SHA512,
}


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


def test_every_algorithm_has_a_key() -> None:
    assert set(keys.HASHES) == set(AUTHENTICATION) == set(PEER)
    assert set(keys.PRIVACY_OCTETS) == set(PRIVACY)


@pytest.mark.parametrize("authentication", [each for each in AUTHENTICATION if each.startswith("sha-")])
def test_sha_2_is_as_pysnmp_has_it(authentication: str) -> None:
    peer = localkey.password_to_key(PHRASE, OctetString(ENGINE), HmacSha2.HASH_ALGORITHM[PEER[authentication]])
    assert keys.authentication_key(PHRASE, authentication, ENGINE) == bytes(peer)


@pytest.mark.parametrize("authentication", AUTHENTICATION)
def test_short_hashes_are_extended_as_pysnmp_does_it(authentication: str) -> None:
    peer = AesBlumenthal256().localize_key(
        PEER[authentication], keys.password_key(PHRASE, authentication), OctetString(ENGINE)
    )
    key = keys.privacy_key(PHRASE, authentication, "aes-256", ENGINE)
    assert (len(key), key) == (32, bytes(peer))
    assert keys.privacy_key(PHRASE, authentication, "aes-128", ENGINE) == key[:16]


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
