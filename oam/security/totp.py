"""Time-based one-time passwords (RFC 6238): six digits, SHA-1, a new one every 30 seconds.

What authenticator applications assume when nobody tells them otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import quote, urlencode

STEP_S: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps that the clocks may differ, either way (RFC 6238 §5.2)."""
_OCTETS: Final = 20


def new_secret() -> str:
    """Make a secret, in base32, as long as the hash is (RFC 4226 §4)."""
    return base64.b32encode(secrets.token_bytes(_OCTETS)).decode()


def code(secret: str, step: int, digits: int = DIGITS) -> str:
    """Return the password of `step`, counted from the epoch (RFC 4226 §5.3); `secret` is base32."""
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(secret: str, given: str, now: float, last: int = -1) -> int:
    """Return the step whose password `given` is, -1 when none: it must be newer than `last`, the one used before."""
    current = int(now) // STEP_S
    found = -1
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(code(secret, max(step, 0)).encode(), given.strip().encode()) and step > last:
            found = step
    return found


def uri(secret: str, name: str, issuer: str) -> str:
    """Return what an authenticator application is told by a QR code."""
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?{urlencode({'secret': secret, 'issuer': issuer})}"
