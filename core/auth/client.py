"""Digest as client: answering the challenge of a trunk (RFC 3261 §22.3, RFC 7616, RFC 8760). Pure.

Of several challenges the strongest is answered that we speak, so that nobody on the way can talk us down to MD5 by
putting it first (RFC 8760 §2.4 leaves the choice to local policy). `-sess`, auth-int and userhash are not spoken:
a challenge that insists on them is passed over.
"""

from __future__ import annotations

from typing import Final

from core.auth.digest import SHA512_256, TOKENS, digest, response
from core.wire.credentials import parse_credentials
from core.wire.error import WireError
from core.wire.header import AUTHORIZATION, NAMES, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, WWW_AUTHENTICATE
from core.wire.message import Message

_TOKENS: Final = {**TOKENS, "sha-512-256": "SHA-512-256"}
_STRENGTHS: Final = {"md5": 1, "sha-256": 2, **({"sha-512-256": 3} if SHA512_256 else {})}
MAX_ANSWERS: Final = 2
"""Challenges answered for one request: the first, and one that says our nonce was stale."""


class Challenge:
    """One Digest challenge that we can answer."""

    __slots__ = ("algorithm", "header", "named", "nonce", "opaque", "qop", "realm", "stale", "strength")

    def __init__(self, params: dict[str, str], header: int) -> None:
        self.header: int = header
        """AUTHORIZATION or PROXY_AUTHORIZATION: where the answer goes."""
        self.realm: str = params["realm"]
        self.nonce: str = params["nonce"]
        self.opaque: str | None = params.get("opaque")
        self.named: bool = "algorithm" in params
        self.algorithm: str = params.get("algorithm", "MD5").lower()
        self.strength: int = _STRENGTHS.get(self.algorithm, 0)
        self.qop: bool = "qop" in params
        """qop=auth is offered; False: none is (RFC 2069)."""
        self.stale: bool = params.get("stale", "").lower() == "true"


def strongest(message: Message) -> Challenge | None:
    """Return the strongest challenge of a 401 or 407 that we can answer, of equals the topmost. Never raises."""
    best: Challenge | None = None
    for asked, answered in ((PROXY_AUTHENTICATE, PROXY_AUTHORIZATION), (WWW_AUTHENTICATE, AUTHORIZATION)):
        # Each status has its own header (RFC 3261 §22.2, §22.3); forked 401 and 407 come merged.
        for value in message.all(asked):
            found = _challenge(value, answered)
            if found is not None and (best is None or found.strength > best.strength):
                best = found
    return best


def answer(challenged: Message, request: Message, username: str, password: str, cnonce: str, answers: int) -> bool:
    """Put credentials that answer the 401 or 407 `challenged` onto `request`, the next attempt's copy.

    `answers` counts those already given for this request, `cnonce` is fresh random text. False: there is nothing we
    can answer, or we have answered already and the far end does not want to hear it: the failure goes upstream.
    The digest is over the Request-URI of `request`, so put that in place first.
    """
    found = strongest(challenged)
    if found is None or not username or answers >= MAX_ANSWERS or (answers > 0 and not found.stale):
        return False
    value = credentials(found, username, password, request.method, request.request_uri, cnonce, 1)
    _remove_own(request, found)
    request.append(found.header, f"{NAMES[found.header]}: {value}")
    return True


def credentials(
    challenge: Challenge, username: str, password: str, method: str, uri: str, cnonce: str, count: int
) -> str:
    """Return the value of Authorization or Proxy-Authorization; `count` is how often the nonce has been used, from 1.

    `username` and `password` are text; `method`, `uri` and `cnonce` header text, one character per octet.
    """
    algorithm = challenge.algorithm
    name = username.encode("utf-8", "surrogatepass").decode("latin-1")
    secret = password.encode("utf-8", "surrogatepass").decode("latin-1")
    ha1 = digest(algorithm, f"{name}:{challenge.realm}:{secret}")
    nc = f"{count:08x}"
    if challenge.qop:
        proof = response(ha1, algorithm, challenge.nonce, nc, cnonce, method, uri)
    else:
        proof = digest(algorithm, f"{ha1}:{challenge.nonce}:{digest(algorithm, f'{method}:{uri}')}")
    parts = [
        f"Digest username={_quoted(name)}", f"realm={_quoted(challenge.realm)}", f"nonce={_quoted(challenge.nonce)}",
        f'uri="{uri}"', f'response="{proof}"',
    ]  # fmt: skip
    if challenge.named:
        parts.append(f"algorithm={_TOKENS[algorithm]}")
    if challenge.qop:
        parts.append(f'cnonce="{cnonce}", qop=auth, nc={nc}')
    if challenge.opaque is not None:
        parts.append(f"opaque={_quoted(challenge.opaque)}")
    return ", ".join(parts)


def _challenge(value: str, header: int) -> Challenge | None:
    """Return the challenge in one header value; None when it is broken or wants what we do not speak."""
    try:
        scheme, params = parse_credentials(value)
    except WireError:
        return None
    if scheme != "digest" or "realm" not in params or not params.get("nonce"):
        return None
    if "qop" in params and "auth" not in [each.strip(" \t").lower() for each in params["qop"].split(",")]:
        return None
    found = Challenge(params, header)
    return found if found.strength > 0 else None


def _remove_own(request: Message, challenge: Challenge) -> None:
    """Take away what answers the same realm already: credentials over an outlived nonce."""
    ids = request.ids
    for at in range(len(ids) - 1, -1, -1):
        if ids[at] != challenge.header:
            continue
        line = request.lines[at]
        try:
            _, params = parse_credentials(line[line.find(":") + 1 :].strip(" \t"))
        except WireError:
            continue
        if params.get("realm") == challenge.realm:
            request.remove(at)
            ids = request.ids


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
