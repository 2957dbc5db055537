"""name-addr and addr-spec, header parameters, comma lists (RFC 3261 §20, §25.1).

All text here is one header value, unfolded. An unquoted display name may hold
octets above 0x7F: phones send UTF-8 there without quotes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from core.wire.error import WireError
from core.wire.scalar import TOKEN_CHARS, is_value
from core.wire.uri import Uri, known_uri

_VALUE: Final = r"!#-+\-.-:=?-~"
"""What stands in an unquoted parameter value: visible ASCII but `" , ; < >`, wider than token and host."""

_PLAIN = re.compile(rf"(?:;[{TOKEN_CHARS}]++(?:=[{_VALUE}]*+)?)*").fullmatch
_COMMON = re.compile(rf"(?:\"([^\"\\]*+)\" ?|([{TOKEN_CHARS}]*+) ?)<([^<>: \t]++:[^<> \t]++)>").fullmatch
_LONGEST_KNOWN: Final = 256
_PARAM = re.compile(
    rf"[ \t]*+;[ \t]*+([{TOKEN_CHARS}]++)[ \t]*+"
    rf'(?:=[ \t]*+(?:"((?:[^"\\]++|\\.)*)"|([{_VALUE}]*+))[ \t]*+)?',
    re.DOTALL,
)
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*)"[ \t]*+', re.DOTALL)
_DISPLAY = re.compile(rf"[{TOKEN_CHARS} \t\x80-\xff]*+")
_ELEMENT = re.compile(r'(?:[^",<]++|"(?:[^"\\]++|\\.)*"|<[^>]*+>|["<].*+)*', re.DOTALL)
_PAIR = re.compile(r"\\(.)", re.DOTALL)


class Address:
    """One From, To, Contact, Route … value."""

    __slots__ = ("_uri", "display", "params", "text", "uri_text")

    def __init__(self, display: str, uri_text: str, params: dict[str, str], text: str) -> None:
        self.display = display
        """Without quotes and backslashes."""
        self.uri_text = uri_text
        """As sent, not yet parsed."""
        self.params = params
        """Header parameters: names in lower case, quoted values unquoted, "" for a parameter without value."""
        self.text = text
        """The whole value as it came."""
        self._uri: Uri | None = None

    def uri(self) -> Uri:
        """Return the URI, parsed once. Raises WireError."""
        uri = self._uri
        if uri is None:
            uri = self._uri = known_uri(self.uri_text)
        return uri

    @property
    def tag(self) -> str:
        """The `tag` parameter, "" when absent."""
        return self.params.get("tag", "")

    def __repr__(self) -> str:
        return f"Address({self.text!r})"


def parse_address(text: str) -> Address:
    """Take one name-addr or addr-spec with its parameters apart; the URI stays unparsed. Raises WireError.

    What stands before the tag is the same whenever the same user calls or is called: it is looked up.
    """
    name, mark, tag = text.partition(";tag=")
    if len(name) < _LONGEST_KNOWN and (not mark or is_value(tag)):
        known = _name(name)
        if known is not None:
            return Address(known[0], known[1], {"tag": tag} if mark else {}, text)
    left = text.find("<")
    if left < 0:
        return _parse_addr_spec(text)
    display = ""
    if left:
        if text[0] in ' \t"':
            return _parse_quoted(text)
        display = text[:left]
        if _DISPLAY.fullmatch(display) is None:
            raise WireError(400, "Malformed display name")
        display = display.rstrip(" \t")
    return _parse_rest(text, display, left)


@lru_cache(maxsize=8192)
def _name(text: str) -> tuple[str, str] | None:
    """Read `"Display" <uri>` as nearly everybody writes it, return display name and URI; None for anything else."""
    if text.startswith("<") and text.endswith(">"):
        uri_text = text[1:-1]
        if is_value(uri_text) and 0 < uri_text.find(":") < len(uri_text) - 1:
            return "", uri_text
    match = _COMMON(text)
    if match is None:
        return None
    quoted, token, uri_text = match.groups()
    return token or quoted or "", uri_text


def _parse_quoted(text: str) -> Address:
    """Read a name-addr that begins with a blank or a quoted display name."""
    stripped = text.strip(" \t")
    if not stripped.startswith('"'):
        return parse_address(stripped)
    match = _QUOTED.match(stripped)
    if match is None:
        raise WireError(400, "Unbalanced quote in address")
    left = match.end()
    if left >= len(stripped) or stripped[left] != "<":
        raise WireError(400, "Malformed address")
    return _parse_rest(stripped, unquote(match.group(1)), left)


def _parse_rest(text: str, display: str, left: int) -> Address:
    """Read `<uri>` at `left`, and the parameters behind it."""
    right = text.find(">", left)
    uri_text = text[left + 1 : right]
    if right < 0 or ":" not in uri_text or " " in uri_text or "\t" in uri_text:
        raise WireError(400, "Malformed address")
    return Address(display, uri_text, parse_params(text[right + 1 :]), text)


def _parse_addr_spec(text: str) -> Address:
    """Read a value without `<`: any parameter is the header's, not the URI's (RFC 3261 §20)."""
    end = text.find(";")
    uri_text = text if end < 0 else text[:end]
    uri_text = uri_text.strip(" \t")
    if ":" not in uri_text or " " in uri_text or "\t" in uri_text or '"' in uri_text or ">" in uri_text:
        raise WireError(400, "Malformed address")
    # §20: "Even if the display-name is empty, the name-addr form MUST be used if the addr-spec
    # contains a comma, semicolon, or question mark."
    if "?" in uri_text or "," in uri_text:
        raise WireError(400, "URI needs angle brackets")
    return Address("", uri_text, parse_params(text[end:]) if end >= 0 else {}, text)


def parse_params(text: str) -> dict[str, str]:
    """Take `;name=value;name` apart: names in lower case, quoted values unquoted. Raises WireError."""
    if _PLAIN(text) is not None:
        return _split_params(text)
    params: dict[str, str] = {}
    end = len(text.rstrip(" \t"))
    position = 0
    while position < end:
        match = _PARAM.match(text, position)
        if match is None:
            raise WireError(400, "Malformed parameter")
        name, quoted, plain = match.groups()
        name = name.lower()
        if name in params:
            raise WireError(400, "Parameter given twice")
        params[name] = (plain or "") if quoted is None else unquote(quoted)
        position = match.end()
    return params


def _split_params(text: str) -> dict[str, str]:
    """Take apart what has matched _PLAIN."""
    params: dict[str, str] = {}
    pieces = text.split(";")
    for piece in pieces[1:]:
        name, _, value = piece.partition("=")
        params[name.lower()] = value
    # §7.3.1: "any given parameter-name MUST NOT appear more than once"
    if len(params) != len(pieces) - 1:
        raise WireError(400, "Parameter given twice")
    return params


def split_list(value: str) -> list[str]:
    """Split a header value at the commas outside quotes and angle brackets; blanks around and empty elements go.

    Behind an unbalanced quote or bracket all is one element, which its own reader then refuses.
    """
    if "," not in value:
        value = value.strip(" \t")
        return [value] if value else []
    elements: list[str] = []
    if '"' not in value and "<" not in value:
        for element in value.split(","):
            element = element.strip(" \t")
            if element:
                elements.append(element)
        return elements
    position = 0
    while position <= len(value):
        match = _ELEMENT.match(value, position)
        assert match is not None  # it matches the empty string
        element = match.group().strip(" \t")
        if element:
            elements.append(element)
        position = match.end() + 1
    return elements


def unquote(text: str) -> str:
    """Resolve the quoted-pairs of a quoted-string's inside."""
    return _PAIR.sub(r"\1", text) if "\\" in text else text
