"""Telephone numbers in SIP and tel URIs (RFC 3966, RFC 3261 §19.1.6), and those of one call while it is routed."""

from __future__ import annotations

from typing import Final

from core.wire.uri import Uri, unescape

INTERNATIONAL: Final = "international"
NATIONAL: Final = "national"
UNKNOWN: Final = "unknown"

_DIGITS: Final = frozenset("0123456789*#ABCD")
_VISUAL: Final = {ord(c): None for c in "-.() "}


class Number:
    """Digits without `+`, and their nature of address. Never changed: translation makes new ones."""

    __slots__ = ("digits", "nature")

    def __init__(self, digits: str, nature: str) -> None:
        self.digits: str = digits
        """`0-9 * # A-D`, any length."""
        self.nature: str = nature

    def __repr__(self) -> str:
        return f"+{self.digits}" if self.nature == INTERNATIONAL else self.digits


class Numbers:
    """The numbers of one call on its way; stages and translation replace them."""

    __slots__ = ("called", "calling", "display_name", "given", "presentation", "redirecting")

    def __init__(self, called: Number, calling: Number | None, redirecting: Number | None = None) -> None:
        self.called: Number = called
        self.calling: Number | None = calling
        """None: the caller has a name, or is anonymous."""
        self.given: Number | None = calling
        """The calling number as it came."""
        self.redirecting: Number | None = redirecting
        """Of the topmost Diversion (RFC 5806)."""
        self.display_name: str | None = None
        """What translation put in place of the caller's display name."""
        self.presentation: str = ""
        """`allowed` or `restricted` where translation says so."""

    def longest(self) -> int:
        """Return how many digits the longest of them has."""
        most = len(self.called.digits)
        for number in (self.calling, self.given, self.redirecting):
            if number is not None and len(number.digits) > most:
                most = len(number.digits)
        return most

    def copy(self) -> Numbers:
        """Return the same numbers, to be changed apart from these."""
        other = Numbers(self.called, self.calling, self.redirecting)
        other.given = self.given
        other.display_name = self.display_name
        other.presentation = self.presentation
        return other


def dialled(text: str) -> Number | None:
    """Return the number that somebody has written, `+` and visual separators included; None when it is none."""
    return _read(text, "")


def number_of(uri: Uri) -> Number | None:
    """Return the number a SIP or tel URI holds, visual separators removed; None when its user is a name.

    `+` makes it international, a `phone-context` of `+CC` national with that country code before it, thus
    international too; anything else is of unknown nature.
    """
    user = uri.user
    plain = user.isascii() and user.isdigit()
    context = uri.params.get("phone-context", "") if uri.params else ""
    if plain and not context and ";" not in user:
        return Number(user, UNKNOWN)
    return _read(unescape(user), context)


def _read(user: str, context: str) -> Number | None:
    user, _, tail = user.partition(";")
    if not context and tail:
        for piece in tail.split(";"):
            name, _, value = piece.partition("=")
            if name.lower() == "phone-context":
                context = value
    nature = UNKNOWN
    if user.startswith("+"):
        nature = INTERNATIONAL
        user = user[1:]
    digits = user.translate(_VISUAL).upper()
    if not digits or not _DIGITS.issuperset(digits):
        return None
    if nature == UNKNOWN and context.startswith("+"):
        prefix = context[1:].translate(_VISUAL)
        if prefix.isascii() and prefix.isdigit():
            return Number(prefix + digits, INTERNATIONAL)
    return Number(digits, nature)
