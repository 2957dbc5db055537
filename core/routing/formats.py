"""Number formats towards a trunk, and who is calling: P-Asserted-Identity and Privacy (RFC 3325, RFC 3323).

A number whose digits and nature do not tell which country it is in leaves as it came: short and local numbers,
emergency numbers, those with `*`, `#` or letters. From stays as the caller wrote it, a proxy may not change it.
"""

from __future__ import annotations

from typing import Final

from core.northbound.routing_settings import NumberingSettings
from core.routing.number import INTERNATIONAL, NATIONAL, Number, Numbers, number_of
from core.wire.address import parse_address
from core.wire.error import WireError
from core.wire.header import DIVERSION, FROM, P_ASSERTED_IDENTITY, P_PREFERRED_IDENTITY, PRIVACY
from core.wire.message import Message
from core.wire.uri import Uri, escape_user, known_uri

E164: Final = "e164"
NATIONAL_FORMAT: Final = "national"


def user_part(number: Number, form: str, numbering: NumberingSettings) -> str:
    """Return a number as the user part of a URI in the format `form` of a trunk; empty `form`: as it is."""
    digits = _global(number, numbering) if form and numbering.country_code else ""
    if not digits:
        return escape_user(repr(number))
    if form == E164:
        return "+" + digits
    own = numbering.country_code
    if form == NATIONAL_FORMAT and digits.startswith(own) and len(digits) > len(own):
        return numbering.national_prefix + digits[len(own) :]
    return numbering.international_prefix + digits


def _global(number: Number, numbering: NumberingSettings) -> str:
    """Return the digits with country code and without any prefix; empty when they do not tell."""
    digits = number.digits
    if not digits.isdigit() or digits in numbering.emergency:
        return ""
    if number.nature == INTERNATIONAL:
        return digits
    if number.nature == NATIONAL:
        return numbering.country_code + digits
    for prefix, begin in ((numbering.international_prefix, ""), (numbering.national_prefix, numbering.country_code)):
        if prefix and digits.startswith(prefix) and len(digits) > len(prefix):
            return begin + digits[len(prefix) :]
    return ""


def from_untrusted(message: Message) -> None:
    """Remove the identities that a peer we do not trust asserts or prefers (RFC 3325 §5); Privacy stays."""
    _remove(message, P_ASSERTED_IDENTITY)
    _remove(message, P_PREFERRED_IDENTITY)


def assert_caller(
    message: Message, numbers: Numbers | None, host: str, trusted: bool, form: str, numbering: NumberingSettings
) -> None:
    """Say who is calling, on a request that goes to a trunk (RFC 3325 §5, §7).

    One we trust is told: the calling number in its format, with the display name that translation or From gives, at
    our domain `host`; without a number what was asserted stays. One we do not trust is told nothing. A presentation
    that translation has restricted adds `id` to Privacy, one it has allowed takes it out.
    """
    _remove(message, P_PREFERRED_IDENTITY)
    if numbers is not None and numbers.presentation:
        _write_privacy(message, numbers.presentation == "restricted")
    if not trusted:
        _remove(message, P_ASSERTED_IDENTITY)
        return
    if numbers is None or numbers.calling is None:
        return
    others = _asserted_tel(message)
    _remove(message, P_ASSERTED_IDENTITY)
    user = user_part(numbers.calling, form, numbering)
    message.append(
        P_ASSERTED_IDENTITY, f"P-Asserted-Identity: {_display(message, numbers)}<sip:{user}@{host};user=phone>"
    )
    if others and user.startswith("+"):
        message.append(P_ASSERTED_IDENTITY, f"P-Asserted-Identity: <tel:{user}>")


def is_private(message: Message) -> bool:
    """Tell whether the caller wants the asserted identity kept from those we do not trust (RFC 3325 §9.3)."""
    return "id" in _privacy(message)


def write_redirecting(message: Message, number: Number, form: str, numbering: NumberingSettings) -> None:
    """Put a redirecting number into the topmost Diversion (RFC 5806), its parameters kept. Never raises."""
    if not message.has(DIVERSION):
        return
    try:
        values = message.all(DIVERSION)
        address = parse_address(values[0])
        uri = address.uri()
        if not uri.user or number_of(uri) is None:
            return
    except (WireError, IndexError):
        return
    text = _with_user(uri, user_part(number, form, numbering))
    values[0] = values[0].replace(f"<{address.uri_text}>", f"<{text}>", 1)
    if "<" not in values[0]:
        return
    _remove(message, DIVERSION)
    for value in values:
        message.append(DIVERSION, f"Diversion: {value}")


def called_uri(user: str, place: str) -> str:
    """Return the Request-URI for a number at a trunk's address: its URI `place` with `user` in it. Raises WireError."""
    uri = known_uri(place)
    return _with_user(uri, user)


def _with_user(uri: Uri, user: str) -> str:
    """Return a URI with another user; all behind the host stays as it was written."""
    if uri.scheme == "tel":
        return f"tel:{user}{uri.text[uri.text.find(';') :] if ';' in uri.text else ''}"
    text = uri.text
    begin = text.find(":") + 1
    end = text.rfind("@") + 1 if uri.user else begin
    return f"{text[:begin]}{user}@{text[end:]}"


def _asserted_tel(message: Message) -> bool:
    """Tell whether a tel URI was asserted beside a SIP URI (RFC 3325 §9.1: at most one of each)."""
    try:
        return "tel:" in [parse_address(value).uri_text[:4].lower() for value in message.all(P_ASSERTED_IDENTITY)]
    except WireError:
        return False


def _display(message: Message, numbers: Numbers) -> str:
    """Return the caller's display name, quoted, with a blank behind it; empty when there is none."""
    name = numbers.display_name
    if name is None:
        try:
            name = message.from_().display if message.has(FROM) else ""
        except WireError:
            name = ""
    else:
        name = name.encode("utf-8", "replace").decode("latin-1")
    if not name:
        return ""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" '


def _privacy(message: Message) -> list[str]:
    """Return the privacy types asked for, lower case (RFC 3323 §4.2: separated by semicolons)."""
    if not message.has(PRIVACY):
        return []
    found: list[str] = []
    for value in message.all(PRIVACY):
        found.extend([each.strip(" \t").lower() for each in value.split(";")])
    return [each for each in found if each]


def _write_privacy(message: Message, restricted: bool) -> None:
    """Add the privacy type `id` or take it out; the others stay."""
    wanted = _privacy(message)
    if restricted == ("id" in wanted):
        return
    kept = [each for each in wanted if each not in ("id", "none")]
    if restricted:
        kept.append("id")
    if kept == ["critical"]:
        kept = []
    _remove(message, PRIVACY)
    if kept:
        message.append(PRIVACY, f"Privacy: {';'.join(kept)}")


def _remove(message: Message, header: int) -> None:
    while message.has(header):
        message.remove(message.where(header))
