"""SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966); any other scheme is carried as text.

Departures, all on the liberal side, for what phones and container hosts send:
the user part may hold `#^{|}` and octets above 0x7F unescaped, a host name may
hold `_`. Nothing that could end a header value, an address or a list element
is ever let through.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from core.wire.error import WireError

_UNRESERVED: Final = "A-Za-z0-9\\-_.!~*'()"
_ESCAPED: Final = "%[0-9A-Fa-f]{2}"
_PARAM: Final = rf"{_UNRESERVED}\[\]/:&+$%,#^{{|}}"

HOST: Final = r"[A-Za-z0-9_.\-]++|\[[0-9A-Fa-f:.]++\]"
"""Regular expression of a host: name, IPv4 address or IPv6 reference (checked further by `host_text`)."""

# Before 3.11.5 Python matches a possessive group wrongly: only single characters are repeated possessively here.
_USER: Final = (
    rf"((?:[{_UNRESERVED}&=+$,;?/#^{{|}}\x80-\xff]++|{_ESCAPED})+)(?::((?:[{_UNRESERVED}&=+$,]++|{_ESCAPED})*))?@"
)
_REST: Final = rf"({HOST})(?::([0-9]++))?(;[{_PARAM};=]++)?(?:\?([{_PARAM};=?]++))?"
_SIP_USER = re.compile(f"([sS][iI][pP][sS]?):{_USER}{_REST}").fullmatch
_SIP_HOST = re.compile(f"([sS][iI][pP][sS]?):{_REST}").fullmatch
_TEL = re.compile(rf"[tT][eE][lL]:(\+[0-9\-.()]++|[0-9A-Fa-f*#\-.()]++)((?:;[{_PARAM}]++(?:=[{_PARAM}=\"]*+)?)*)")
_OTHER = re.compile(r"([A-Za-z][A-Za-z0-9+\-.]*+):[!#-;=?-~]++")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_NOT_USER = re.compile(rf"[^{_UNRESERVED}&=+$,;?/]")
_UNRESERVED_CHARS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()")
_VISUAL: Final = {ord(c): None for c in "-.()"}
_LONGEST_KEPT: Final = 256
_BOTH_OR_NEITHER: Final = ("transport", "user", "ttl", "method", "maddr")


class Uri:
    """One URI, taken apart. For schemes other than sip, sips and tel only `scheme` and `text` are set."""

    __slots__ = ("headers", "host", "params", "password", "port", "scheme", "text", "user")

    def __init__(
        self,
        scheme: str,
        user: str,
        password: str,
        host: str,
        port: int,
        params: dict[str, str],
        headers: str,
        text: str,
    ) -> None:
        self.scheme = scheme
        """Lower case."""
        self.user = user
        """Still escaped; for tel the number without visual separators; empty if there is none."""
        self.password = password
        self.host = host
        """Lower case; an IPv6 address without brackets, in the form of RFC 5952."""
        self.port = port
        """0 if there is none."""
        self.params = params
        """Names in lower case, values as sent (needless escapes resolved); a parameter without value has ""."""
        self.headers = headers
        """What follows `?`, as sent."""
        self.text = text
        """The whole URI as it came."""

    def __repr__(self) -> str:
        return f"Uri({self.text!r})"


def parse_uri(text: str) -> Uri:
    """Take `text` apart, a URI and nothing around it. Raises WireError."""
    plain = _parse_plain(text)
    if plain is not None:
        return plain
    user: str | None = None
    password: str | None = None
    if "@" in text:
        match = _SIP_USER(text)
        if match is None:
            return _parse_foreign(text)
        scheme, user, password, host, digits, tail, headers = match.groups()
    else:
        match = _SIP_HOST(text)
        if match is None:
            return _parse_foreign(text)
        scheme, host, digits, tail, headers = match.groups()
    host = host_text(host) if host[0] == "[" else host.lower()
    port = 0
    if digits is not None:
        port = int(digits) if len(digits) < 6 else 0
        if not 0 < port < 65536:
            raise WireError(400, "Port out of range")
    params = _params(tail) if tail else {}
    return Uri(scheme.lower(), user or "", password or "", host, port, params, headers or "", text)


def known_uri(text: str) -> Uri:
    """Take `text` apart as `parse_uri` does; the result is shared by all who ask, so nobody may change it."""
    return _kept_uri(text) if len(text) < _LONGEST_KEPT else parse_uri(text)


@lru_cache(maxsize=8192)
def _kept_uri(text: str) -> Uri:
    return parse_uri(text)


def _parse_plain(text: str) -> Uri | None:
    """Read `sip:user@host` with or without a port, of letters, digits and dots only: most are written so."""
    at = text.find("@")
    if at < 0 or not text.startswith("sip:") or not text.isascii():
        return None
    colon = text.find(":", at)
    end = colon if colon >= 0 else len(text)
    user, host, digits = text[4:at], text[at + 1 : end], text[end + 1 :]
    if not user.isalnum() or not host.replace(".", "").isalnum() or (colon >= 0 and not digits.isdigit()):
        return None
    return Uri("sip", user, "", host.lower(), port_number(digits) if digits else 0, {}, "", text)


def _parse_foreign(text: str) -> Uri:
    match = _OTHER.fullmatch(text)
    if match is None:
        raise WireError(400, "Malformed URI")
    scheme = match.group(1).lower()
    if scheme in ("sip", "sips"):
        raise WireError(400, "Malformed SIP URI")
    if scheme != "tel":
        return Uri(scheme, "", "", "", 0, {}, "", text)
    match = _TEL.fullmatch(text)
    if match is None:
        raise WireError(400, "Malformed tel URI")
    number, tail = match.groups()
    number = number.translate(_VISUAL)
    if number in ("", "+"):
        raise WireError(400, "Malformed tel URI")
    return Uri(scheme, number, "", "", 0, _params(tail) if tail else {}, "", text)


def _params(tail: str) -> dict[str, str]:
    """Take `;name=value;name` apart; of `tail` only the characters have been checked."""
    if "%" in tail:
        tail = normal(tail)
    if tail.find(";", 1) < 0:
        name, _, value = tail.partition("=")
        if name == ";":
            raise WireError(400, "Malformed URI parameters")
        return {name[1:].lower(): value}
    params: dict[str, str] = {}
    pieces = tail.split(";")
    for piece in pieces[1:]:
        name, _, value = piece.partition("=")
        params[name.lower()] = value
    if len(params) != len(pieces) - 1 or "" in params:
        raise WireError(400, "Malformed URI parameters")
    return params


def port_number(digits: str) -> int:
    """Return a port, 1 to 65535, from its decimal digits."""
    port = int(digits) if len(digits) <= 5 else 0
    if not 0 < port < 65536:
        raise WireError(400, "Port out of range")
    return port


def host_text(host: str) -> str:
    """Return `host` in the one spelling we compare by: lower case, IPv6 without brackets per RFC 5952."""
    if host[0] == "[":
        return ipv6_text(host[1:-1])
    return host.lower()


@lru_cache(maxsize=4096)
def ipv6_text(text: str) -> str:
    """Return the RFC 5952 form of an IPv6 address, so that equal addresses are equal text (RFC 5954 §4.2)."""
    try:
        return IPv6Address(text).compressed
    except AddressValueError:
        raise WireError(400, "Malformed IPv6 address") from None


def unescape(text: str) -> str:
    """Resolve every `%HH`; one character per octet, like all header text. A stray `%` stays."""
    if "%" not in text:
        return text
    return _ESCAPE.sub(_octet, text)


def _octet(match: re.Match[str]) -> str:
    return chr(int(match.group(1), 16))


def normal(text: str) -> str:
    """Resolve the escapes of unreserved characters only, spell the others in upper case (RFC 3261 §19.1.4).

    Raises WireError at a `%` that begins no escape.
    """
    if "%" not in text:
        return text
    pieces = text.split("%")
    out = [pieces[0]]
    for piece in pieces[1:]:
        if _ESCAPE.match("%" + piece) is None:
            raise WireError(400, "Malformed escape in URI")
        char = chr(int(piece[:2], 16))
        out.append(char if char in _UNRESERVED_CHARS else "%" + piece[:2].upper())
        out.append(piece[2:])
    return "".join(out)


def escape_user(text: str) -> str:
    """Escape what a user part may not hold as it is; characters above U+00FF by their UTF-8 octets."""
    return _NOT_USER.sub(_escape_char, text)


def _escape_char(match: re.Match[str]) -> str:
    char: str = match.group()
    octets = char.encode("latin-1") if char <= "\xff" else char.encode("utf-8", "surrogatepass")
    return "".join([f"%{octet:02X}" for octet in octets])


def host_port(host: str, port: int) -> str:
    """Write `host[:port]`, brackets around an IPv6 address; port 0 is left out."""
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if port else host


def render(uri: Uri) -> str:
    """Write a URI from its parts (from `text` for a scheme we do not take apart)."""
    if not uri.host and uri.scheme != "tel":
        return uri.text
    out = [uri.scheme, ":", uri.user]
    if uri.host:
        if uri.password:
            out += [":", uri.password]
        if uri.user:
            out.append("@")
        out.append(host_port(uri.host, uri.port))
    for name, value in uri.params.items():
        out += [";", name]
        if value:
            out += ["=", value]
    if uri.headers:
        out += ["?", uri.headers]
    return "".join(out)


def equal(a: Uri, b: Uri) -> bool:
    """Compare by RFC 3261 §19.1.4 (tel by RFC 3966 §5); not transitive, for parameters on one side only are ignored."""
    if a.text == b.text:
        return True
    if a.scheme != b.scheme or a.host != b.host or a.port != b.port:
        return False
    if a.scheme == "tel":
        return a.user.lower() == b.user.lower() and _folded(a.params) == _folded(b.params)
    if not a.host:
        return a.text[len(a.scheme) :] == b.text[len(b.scheme) :]
    if normal(a.user) != normal(b.user) or normal(a.password) != normal(b.password):
        return False
    return _params_equal(a.params, b.params) and _headers_equal(a.headers, b.headers)


def _folded(params: dict[str, str]) -> dict[str, str]:
    return {name: value.lower() for name, value in params.items()}


def _params_equal(a: dict[str, str], b: dict[str, str]) -> bool:
    for name in _BOTH_OR_NEITHER:
        if (name in a) != (name in b):
            return False
    for name, value in a.items():
        other = b.get(name)
        if other is not None and other.lower() != value.lower():
            return False
    return True


def _headers_equal(a: str, b: str) -> bool:
    # "URI header components are never ignored", but their order is.
    return a == b or _header_set(a) == _header_set(b)


def _header_set(headers: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for piece in headers.split("&"):
        name, _, value = piece.partition("=")
        found.append((unescape(name).lower(), unescape(value)))
    found.sort()
    return found
