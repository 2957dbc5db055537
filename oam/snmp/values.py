"""From what a manager sets to what a row would hold: the reverse of `oam.snmp.syntax`. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from oam.snmp import ber
from oam.snmp.engine import reading
from oam.snmp.engine.status import WRONG_ENCODING, WRONG_LENGTH, WRONG_TYPE, WRONG_VALUE
from oam.snmp.syntax import Syntax

_BOUNDS: Final = {
    ber.INTEGER: (-(2**31), 2**31 - 1),
    ber.GAUGE32: (0, 2**32 - 1),
    ber.COUNTER32: (0, 2**32 - 1),
    ber.TIME_TICKS: (0, 2**32 - 1),
    ber.COUNTER64: (0, 2**64 - 1),
}
_TRUTH: Final = {1: True, 2: False}
_RANGES: Final = re.compile(r"\(([-0-9.| ]+)\)")
"""What a SYNTAX clause bounds a number to, or a size."""


class BadValue(Exception):  # noqa: N818
    """A value cannot be that of an object; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def decoded(syntax: Syntax, value: bytes) -> Any:
    """Return an encoded value as a row of an object of this type holds it. Raises BadValue."""
    if value[:1] != bytes((syntax.tag,)):
        raise BadValue(WRONG_TYPE)
    try:
        _, start, stop = reading.element(value, 0, len(value))
    except reading.Malformed:
        raise BadValue(WRONG_ENCODING) from None
    content = value[start:stop]
    if syntax.tag in _BOUNDS:
        return _number(syntax, content)
    if syntax.tag == ber.OCTET_STRING:
        return _string(syntax, content)
    if syntax.tag == ber.OBJECT_IDENTIFIER:
        try:
            return reading.oid(content, 0, len(content))
        except reading.Malformed:
            raise BadValue(WRONG_ENCODING) from None
    raise BadValue(WRONG_TYPE)


def _number(syntax: Syntax, content: bytes) -> Any:
    if not 1 <= len(content) <= 9:
        raise BadValue(WRONG_ENCODING)
    number = int.from_bytes(content, "big", signed=True)
    low, high = _BOUNDS[syntax.tag]
    if not low <= number <= high:
        raise BadValue(WRONG_VALUE)
    if syntax.names is not None:
        return _named(number, {number: name for name, number in syntax.names.items()})
    if syntax.text == "TruthValue":
        return _named(number, _TRUTH)
    if not _within(syntax.text, number):
        raise BadValue(WRONG_VALUE)
    return number / 100 if syntax.tag == ber.TIME_TICKS else number


def _named(number: int, names: dict[int, Any]) -> Any:
    if number not in names:
        raise BadValue(WRONG_VALUE)
    return names[number]


def _string(syntax: Syntax, content: bytes) -> Any:
    if not _within(syntax.text, len(content)):
        raise BadValue(WRONG_LENGTH)
    if not syntax.text.startswith(("SnmpAdminString", "DisplayString")):
        return content
    try:
        return content.decode("ascii" if syntax.text.startswith("DisplayString") else "utf-8")
    except UnicodeDecodeError:
        raise BadValue(WRONG_VALUE) from None


def _within(clause: str, number: int) -> bool:
    """Tell whether `number` is within the bounds that a SYNTAX clause names, if it names any."""
    found = _RANGES.search(clause)
    if found is None:
        return True
    for each in found[1].split("|"):
        low, _, high = each.strip().partition("..")
        if int(low) <= number <= int(high or low):
            return True
    return False
