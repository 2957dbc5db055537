"""`authentication`: digest challenges (RFC 3261 §22, RFC 7616, RFC 8760)."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section

AUTHENTICATION: Final = section("authentication", "Digest authentication of subscribers.")


@config(
    "realm REALM$value",
    mode=AUTHENTICATION,
    field="realm",
    words={"realm": "Protection domain named in challenges"},
)
def realm() -> None:
    """Name the realm; without it, it is the first `sip domain`.

    Stored credentials are made for one realm: after a change every subscriber needs its secret set again.
    """


@config(
    "algorithm <sha-256|md5>$value",
    mode=AUTHENTICATION,
    field="algorithms",
    words={
        "algorithm": "Digest algorithm to offer",
        "sha-256": "SHA-256 (RFC 7616)",
        "md5": "MD5, for old phones",
    },
)
def algorithm() -> None:
    """Offer a digest algorithm, after those offered already; `no` withdraws it.

    By default SHA-256 is offered first and MD5 second.
    """


@config(
    "challenge register",
    mode=AUTHENTICATION,
    field="challenge_register",
    words={
        "challenge": "Requests that need credentials",
        "register": "REGISTER",
        "invite": "INVITE outside a dialog",
        "other": "Any other request outside a dialog",
    },
)
def challenge_register() -> None:
    """Ask for credentials on REGISTER."""


@config("challenge invite", mode=AUTHENTICATION, field="challenge_invite")
def challenge_invite() -> None:
    """Ask for credentials on an INVITE outside a dialog."""


@config("challenge other", mode=AUTHENTICATION, field="challenge_other")
def challenge_other() -> None:
    """Ask for credentials on any other request outside a dialog."""


@config(
    "nonce lifetime (10-86400)$value",
    mode=AUTHENTICATION,
    field="nonce_lifetime_s",
    words={"nonce": "Challenge nonces", "lifetime": "How long one is good for, in seconds"},
)
def nonce_lifetime() -> None:
    """How long a nonce is accepted, in seconds; then the phone is challenged again with `stale=true`.

    Example: nonce lifetime 600
    """
