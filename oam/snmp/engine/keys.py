"""From a pass phrase to the key of a user at one engine (RFC 3414 §2.6 and §A.2, RFC 7860 §9.3), kept sealed.

Hashing a pass phrase takes milliseconds by design: not on a loop that serves others. The algorithms are pysnmp's,
loaded with the first pass phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.northbound.keyring import SecretError

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring

SHORTEST: Final = 8
"""Characters that a pass phrase has at least (RFC 3414 §11.2)."""


class PassPhraseError(ValueError):
    """A pass phrase cannot be used; the text is for the operator and says nothing of it."""


def password_key(phrase: str, authentication: str) -> bytes:
    """Return the hash of a pass phrase, the key of no engine yet. Raises PassPhraseError."""
    from oam.snmp.engine import protocols

    if len(phrase) < SHORTEST:
        raise PassPhraseError(f"A pass phrase has at least {SHORTEST} characters (RFC 3414)")
    return protocols.password_key(phrase.encode("utf-8", "surrogateescape"), authentication)


def authentication_key(phrase: str, authentication: str, engine_id: bytes) -> bytes:
    """Return the key that a pass phrase is for authentication at an engine. Raises PassPhraseError."""
    from oam.snmp.engine import protocols

    return protocols.authentication_key(password_key(phrase, authentication), authentication, engine_id)


def privacy_key(phrase: str, authentication: str, privacy: str, engine_id: bytes) -> bytes:
    """Return the key that a pass phrase is for privacy at an engine. Raises PassPhraseError."""
    from oam.snmp.engine import protocols

    return protocols.privacy_key(password_key(phrase, authentication), authentication, privacy, engine_id)


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
