"""`numbering`: what a number may look like, and how this network dials."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section

NUMBERING: Final = section("numbering", "Numbers: lengths, prefixes, emergency numbers.")

_NUMBERS: Final = {"calling": "Number of the caller", "called": "Number that is called"}


@config("calling maximum (1-28)$value", mode=NUMBERING, field="calling_maximum", words=_NUMBERS)
def calling_maximum() -> None:
    """Most digits of a calling number; a call with more is refused with 484."""


@config("called maximum (1-28)$value", mode=NUMBERING, field="called_maximum", words=_NUMBERS)
def called_maximum() -> None:
    """Most digits of a called number; a call with more is refused with 484."""


@config(
    "country-code DIGITS$value",
    mode=NUMBERING,
    field="country_code",
    words={"country-code": "Digits that make a national number international"},
)
def country_code() -> None:
    """Country code of this network; without one the number formats of trunks convert nothing.

    Example: country-code 86
    """


@config(
    "international-prefix DIGITS$value",
    mode=NUMBERING,
    field="international_prefix",
    without="",
    words={"international-prefix": "What is dialled before an international number"},
)
def international_prefix() -> None:
    """What is dialled before an international number."""


@config(
    "national-prefix DIGITS$value",
    mode=NUMBERING,
    field="national_prefix",
    without="",
    words={"national-prefix": "What is dialled before a national number"},
)
def national_prefix() -> None:
    """What is dialled before a national number."""


@config(
    "emergency DIGITS$value",
    mode=NUMBERING,
    field="emergency",
    words={"emergency": "Number of an emergency service"},
)
def emergency() -> None:
    """Number of an emergency service: no control, list or limit but the hard cap refuses calls to it.

    The first one is what `urn:service:sos` (RFC 5031) means; number analysis says where it leads.

    Example: emergency 112
    """
