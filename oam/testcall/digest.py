"""Digest credentials of the test call's user agents (RFC 7616, RFC 8760), from the stored HA1 values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

_HASHES = {"md5": hashlib.md5, "sha-256": hashlib.sha256}
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


class DigestError(Exception):
    """No challenge offered can be answered; the text says why."""


def authorization(
    challenges: Sequence[str], method: str, uri: str, username: str, realm: str, ha1: Mapping[str, str], cnonce: str
) -> str:
    """Answer the first challenge for whose algorithm `ha1` has a value made for `realm`.

    Raises DigestError.
    """
    reasons = []
    for challenge in challenges:
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() != "digest":
            continue
        offer = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(rest)}
        algorithm = offer.get("algorithm", "MD5")
        secret = ha1.get(algorithm.lower(), "")
        if offer.get("realm") != realm:
            reasons.append(f'the credentials are for realm "{realm}", the challenge is for "{offer.get("realm", "")}"')
        elif not secret:
            reasons.append(f"no credentials for algorithm {algorithm}")
        else:
            return _answer(offer, algorithm, method, uri, username, secret, cnonce)
    raise DigestError("; ".join(dict.fromkeys(reasons)) or "no digest challenge was offered")


def _answer(
    offer: Mapping[str, str], algorithm: str, method: str, uri: str, username: str, secret: str, cnonce: str
) -> str:
    def digest(text: str) -> str:
        return _HASHES[algorithm.lower()](text.encode()).hexdigest()

    fields = {"username": username, "realm": offer["realm"], "nonce": offer.get("nonce", ""), "uri": uri}
    if "auth" in re.split(r"[\s,]+", offer.get("qop", "")):
        proof = digest(f"{secret}:{fields['nonce']}:00000001:{cnonce}:auth:{digest(f'{method}:{uri}')}")
        tail = f', qop=auth, nc=00000001, cnonce="{cnonce}"'
    else:
        proof = digest(f"{secret}:{fields['nonce']}:{digest(f'{method}:{uri}')}")
        tail = ""
    if "opaque" in offer:
        tail += f', opaque="{offer["opaque"]}"'
    quoted = ", ".join(f'{name}="{value}"' for name, value in fields.items())
    return f'Digest {quoted}, response="{proof}", algorithm={algorithm}{tail}'
