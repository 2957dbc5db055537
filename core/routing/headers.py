"""Header rules of a trunk: add, set, remove and copy header fields of requests, in the order of the lines.

What would break SIP is refused when it is configured (`core.northbound.trunk_checks.header_problem`), so rules are
carried out without further question. A rule touches the lines of its own header; all others leave as they came.
"""

from __future__ import annotations

from typing import Final

from core.northbound.routing_settings import HeaderRule
from core.wire.address import parse_address
from core.wire.error import WireError
from core.wire.header import FROM, NAMES, TO, UNKNOWN, header_id
from core.wire.message import Message

ADD: Final = 0
SET: Final = 1
REMOVE: Final = 2
COPY: Final = 3
_ACTIONS: Final = {"add": ADD, "set": SET, "remove": REMOVE, "copy": COPY}


class HeaderEdit:
    """One rule, ready to be carried out."""

    __slots__ = ("action", "header", "line", "name", "prefix", "source", "source_name")

    def __init__(self, rule: HeaderRule) -> None:
        self.action: int = _ACTIONS[rule.action]
        self.header: int = header_id(rule.name)
        self.name: str = rule.name.lower()
        name = NAMES[self.header] or rule.name
        self.prefix: str = f"{name}: "
        self.line: str = self.prefix + rule.value.strip().encode("utf-8").decode("latin-1")
        self.source: int = header_id(rule.value) if self.action == COPY else UNKNOWN
        self.source_name: str = rule.value.lower()


def edits(rules: tuple[HeaderRule, ...], direction: str) -> list[HeaderEdit]:
    """Return the rules for `direction`, `in` or `out`, made ready; once per settings."""
    return [HeaderEdit(rule) for rule in rules if rule.direction == direction]


def apply(rules: list[HeaderEdit], message: Message) -> None:
    """Carry out the rules on a request."""
    for rule in rules:
        if rule.action == ADD:
            message.append(rule.header, rule.line)
        elif rule.action == SET:
            _put(message, rule, [rule.line])
        elif rule.action == REMOVE:
            _put(message, rule, [])
        else:
            lines = [rule.prefix + value for value in _values(message, rule.source, rule.source_name)]
            if lines:
                _put(message, rule, lines)


def _put(message: Message, rule: HeaderEdit, lines: list[str]) -> None:
    """Put `lines` in place of all lines of the rule's header: where the first of them stood, else behind all others."""
    places = _places(message, rule.header, rule.name)
    at = places[0] if places else len(message.ids)
    for place in reversed(places):
        message.remove(place)
    for line in reversed(lines):
        message.insert(at, rule.header, line)


def _places(message: Message, header: int, name: str) -> list[int]:
    """Return where the lines of a header stand; one we do not know is told by its name."""
    if header != UNKNOWN and not message.has(header):
        return []
    return [
        at
        for at, found in enumerate(message.ids)
        if found == header and (header != UNKNOWN or _name_of(message.lines[at]) == name)
    ]


def _name_of(line: str) -> str:
    return line[: line.find(":")].strip(" \t").lower()


def _values(message: Message, header: int, name: str) -> list[str]:
    """Return the values to copy, a line each; of From and To without parameters, the tags are the dialog's own."""
    found: list[str] = []
    for at in _places(message, header, name):
        line = message.lines[at]
        value = " ".join([part.strip(" \t") for part in line[line.find(":") + 1 :].split("\r\n")]).strip(" \t")
        if header in (FROM, TO):
            value = _without_parameters(value)
        if value:
            found.append(value)
    return found


def _without_parameters(value: str) -> str:
    try:
        address = parse_address(value)
    except WireError:
        return ""
    end = value.find(f"<{address.uri_text}>")
    return f"<{address.uri_text}>" if end < 0 else value[: end + len(address.uri_text) + 2]
