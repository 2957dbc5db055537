"""From a pass phrase to the key of a user at one engine (RFC 3414 §2.6 and §A.2, RFC 7860 §9.3). Pure.

Hashing a pass phrase takes milliseconds by design: not on a loop that serves others.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from core.northbound.keyring import SecretError

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring

HASHES: Final = {
    "md5": "md5",
    "sha": "sha1",
    "sha-224": "sha224",
    "sha-256": "sha256",
    "sha-384": "sha384",
    "sha-512": "sha512",
}
"""Authentication algorithm -> its hash."""
PRIVACY_OCTETS: Final = {"des": 16, "aes-128": 16, "aes-256": 32}
"""Privacy algorithm -> octets of its key; DES has 8 of key and 8 that the IV is made with (RFC 3414 §8.1.1.1)."""
SHORTEST: Final = 8
"""Characters that a pass phrase has at least (RFC 3414 §11.2)."""
_EXPANDED: Final = 1_048_576


class PassPhraseError(ValueError):
    """A pass phrase cannot be used; the text is for the operator and says nothing of it."""


def password_key(phrase: str, authentication: str) -> bytes:
    """Return the hash of a pass phrase repeated to 1,048,576 octets (RFC 3414 §A.2). Raises PassPhraseError."""
    if len(phrase) < SHORTEST:
        raise PassPhraseError(f"A pass phrase has at least {SHORTEST} characters (RFC 3414)")
    octets = phrase.encode("utf-8", "surrogateescape")
    times = _EXPANDED // len(octets) + 1
    return _hashed(authentication, (octets * times)[:_EXPANDED])


def authentication_key(phrase: str, authentication: str, engine_id: bytes) -> bytes:
    """Return the key that a pass phrase is for authentication at an engine. Raises PassPhraseError."""
    return _localized(password_key(phrase, authentication), authentication, engine_id)


def privacy_key(phrase: str, authentication: str, privacy: str, engine_id: bytes) -> bytes:
    """Return the key that a pass phrase is for privacy at an engine. Raises PassPhraseError.

    Where the hash is shorter than the key, hashes of what there is are added (draft-blumenthal-aes-usm-04 §3.1.2.1),
    as net-snmp does for `AES-256`; with SHA-256 and longer hashes nothing is, and all implementations agree.
    """
    key = authentication_key(phrase, authentication, engine_id)
    octets = PRIVACY_OCTETS[privacy]
    while len(key) < octets:
        key += _hashed(authentication, key)
    return key[:octets]


def _localized(key: bytes, authentication: str, engine_id: bytes) -> bytes:
    return _hashed(authentication, key + engine_id + key)


def _hashed(authentication: str, octets: bytes) -> bytes:
    return hashlib.new(HASHES[authentication], octets, usedforsecurity=False).digest()


def sealed(keyring: Keyring, key: bytes, engine_id: bytes, purpose: str = "") -> str:
    """Return a localized key as one word of type 6; it says for which engine it is. Raises SecretError.

    The same key is the same word for each `purpose`, so that a line said again changes nothing.
    """
    return keyring.sealed(f"{engine_id.hex()}:{key.hex()}", f"snmp {purpose}")


def opened(keyring: Keyring, word: str) -> tuple[bytes, bytes]:
    """Return the engine ID and the key in a word of type 6. Raises SecretError."""
    engine_id, _, key = keyring.decrypted(word).partition(":")
    try:
        return bytes.fromhex(engine_id), bytes.fromhex(key)
    except ValueError:
        raise SecretError("the secret is no localized key") from None
