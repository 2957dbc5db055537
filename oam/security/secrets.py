"""Secrets at rest: one-way hashes of what operators log in with.

Hashes look as on routers: `$8$SALT$HASH` (PBKDF2-SHA256, 20,000 rounds) and `$9$SALT$HASH` (scrypt,
N=16384, r=1), salt of 14 signs, base64 in the order `./0-9A-Za-z`. What we must be able to say again
is encrypted instead (`core.northbound.keyring`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

from oam.grammar.types import SECRET_HASH

_SALT_SIGNS: Final = 14
_ALPHABET: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TO_ROUTER: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", _ALPHABET)
_NOBODY: Final = "$9$" + "." * _SALT_SIGNS + "$" + "." * 43


def hashed(secret: str) -> str:
    """Return the type 9 hash of `secret`; takes some 50 ms."""
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(_SALT_SIGNS))
    return f"$9${salt}${_digest('9', secret, salt)}"


def verified(secret: str, stored: str) -> bool:
    """Tell whether `secret` is the one that `stored` was made of; takes as long when `stored` is no hash at all."""
    found = SECRET_HASH.fullmatch(stored)
    _, kind, salt, wanted = (stored if found else _NOBODY).split("$")
    return hmac.compare_digest(_digest(kind, secret, salt), wanted) and found is not None


def _digest(kind: str, secret: str, salt: str) -> str:
    octets, seasoning = secret.encode("utf-8", "surrogatepass"), salt.encode()
    if kind == "8":
        made = hashlib.pbkdf2_hmac("sha256", octets, seasoning, 20_000, 32)
    else:
        made = hashlib.scrypt(octets, salt=seasoning, n=16_384, r=1, p=1, dklen=32)
    return base64.b64encode(made).decode().rstrip("=").translate(_TO_ROUTER)
