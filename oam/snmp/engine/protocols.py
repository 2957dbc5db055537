"""The authentication and privacy protocols of SNMPv3, as pysnmp has them: keys from pass phrases, sealing and opening.

Loaded when the first key or sealed message needs it: a server without users of SNMPv3 does without. Everything around
them is ours (`oam.snmp.engine.usm` tells why).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pysnmp.proto.secmod.rfc3414  # noqa: F401  # the parts below import each other in this order only
from pyasn1.type.univ import OctetString
from pysnmp.proto.secmod.eso.priv.aes256 import AesBlumenthal256
from pysnmp.proto.secmod.rfc3414.auth.hmacmd5 import HmacMd5
from pysnmp.proto.secmod.rfc3414.auth.hmacsha import HmacSha
from pysnmp.proto.secmod.rfc3414.priv.des import Des
from pysnmp.proto.secmod.rfc3826.priv.aes import Aes
from pysnmp.proto.secmod.rfc7860.auth.hmacsha2 import HmacSha2

_AUTHENTICATION: Final[dict[str, tuple[Any, tuple[int, ...]]]] = {
    "md5": (HmacMd5(), HmacMd5.SERVICE_ID),
    "sha": (HmacSha(), HmacSha.SERVICE_ID),
    **{
        name: (HmacSha2(service), service)
        for name, service in (
            ("sha-224", HmacSha2.SHA224_SERVICE_ID),
            ("sha-256", HmacSha2.SHA256_SERVICE_ID),
            ("sha-384", HmacSha2.SAH384_SERVICE_ID),
            ("sha-512", HmacSha2.SHA512_SERVICE_ID),
        )
    },
}
"""RFC 3414 §6 and §7, RFC 7860: the protocol and its OID."""
_PRIVACY: Final[dict[str, Any]] = {"des": Des(), "aes-128": Aes(), "aes-256": AesBlumenthal256()}
"""RFC 3414 §8, RFC 3826; AES-256 extends short keys as draft-blumenthal-aes-usm-04 §3.1.2.1 says, which net-snmp's
`AES-256` does. With SHA-256 and longer hashes there is nothing to extend, and all implementations agree."""


def password_key(phrase: bytes, authentication: str) -> bytes:
    """Return the hash of a pass phrase repeated to 1,048,576 octets (RFC 3414 §A.2)."""
    return bytes(_AUTHENTICATION[authentication][0].hash_passphrase(phrase))


def authentication_key(key: bytes, authentication: str, engine_id: bytes) -> bytes:
    """Localize the hash of a pass phrase for an engine (RFC 3414 §2.6)."""
    return bytes(_AUTHENTICATION[authentication][0].localize_key(OctetString(key), OctetString(engine_id)))


def privacy_key(key: bytes, authentication: str, privacy: str, engine_id: bytes) -> bytes:
    """The same for privacy: cut or extended to what the protocol takes."""
    service = _AUTHENTICATION[authentication][1]
    return bytes(_PRIVACY[privacy].localize_key(service, OctetString(key), OctetString(engine_id)))


def sealed(privacy: str, key: bytes, boots: int, seconds: int, octets: bytes) -> tuple[bytes, bytes]:
    """Return `octets` encrypted, and the salt, which no other message under this key has had."""
    found, salt = _PRIVACY[privacy].encrypt_data(_octets(key), (boots, seconds, None), octets)
    return bytes(found), bytes(salt)


def opened(privacy: str, key: bytes, boots: int, seconds: int, salt: bytes, octets: bytes) -> bytes:
    """Return `octets` decrypted, padding behind them; the lengths of both fit the protocol."""
    return bytes(_PRIVACY[privacy].decrypt_data(_octets(key), (boots, seconds, OctetString(salt)), OctetString(octets)))


@lru_cache(maxsize=64)
def _octets(key: bytes) -> OctetString:
    return OctetString(key)
