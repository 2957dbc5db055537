"""`registrar`: intervals and bounds of registrations (RFC 3261 §10.3)."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section

REGISTRAR: Final = section("registrar", "Registration intervals and bounds.")

_EXPIRES: Final = {"expires": "Registration interval, in seconds"}


@config(
    "expires minimum (1-86400)$value",
    mode=REGISTRAR,
    field="expires_minimum_s",
    words=_EXPIRES,
)
def expires_minimum() -> None:
    """Shortest interval accepted, in seconds; a shorter one is answered with 423 (RFC 3261 §10.3 step 7)."""


@config("expires default (1-604800)$value", mode=REGISTRAR, field="expires_default_s", words=_EXPIRES)
def expires_default() -> None:
    """Interval given to a contact that asks for none, in seconds."""


@config("expires maximum (1-604800)$value", mode=REGISTRAR, field="expires_maximum_s", words=_EXPIRES)
def expires_maximum() -> None:
    """Longest interval given, in seconds; a longer wish is shortened.

    Example: expires maximum 3600
    """


@config(
    "contacts maximum (1-1000)$value",
    mode=REGISTRAR,
    field="contacts_maximum",
    words={"contacts": "Contacts of one address-of-record"},
)
def contacts_maximum() -> None:
    """Contacts of one address-of-record."""


@config(
    "bindings maximum (1-100000000)$value",
    mode=REGISTRAR,
    field="bindings_maximum",
    words={"bindings": "Contacts of all addresses-of-record together"},
)
def bindings_maximum() -> None:
    """Contacts of all addresses-of-record together; above it REGISTER is answered with 503."""
