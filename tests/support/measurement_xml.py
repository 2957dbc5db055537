"""3GPP TS 32.435 checked and read by an XML parser: which element may stand where, how often, with which attributes."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree

SPACE = "{http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec}"
ONE, MAYBE, ANY, SOME = (1, 1), (0, 1), (0, 10**6), (1, 10**6)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
SPAN = re.compile(r"PT\d+S")
TEXT = re.compile(r".*", re.DOTALL)
PLACE = re.compile(r"[1-9]\d*")
VALUE = re.compile(r"-?\d+(\.\d+)?|NIL")
BOOLEAN = re.compile(r"true|false|0|1")

RULES: dict[str, tuple[list[tuple[str, tuple[int, int]]], dict[str, tuple[re.Pattern[str], bool]], re.Pattern[str]]] = {
    "measCollecFile": ([("fileHeader", ONE), ("measData", ANY), ("fileFooter", ONE)], {}, TEXT),
    "fileHeader": (
        [("fileSender", ONE), ("measCollec", ONE)],
        {"fileFormatVersion": (TEXT, True), "vendorName": (TEXT, False), "dnPrefix": (TEXT, False)},
        TEXT,
    ),
    "fileSender": ([], {"localDn": (TEXT, False), "elementType": (TEXT, False)}, TEXT),
    "measCollec": ([], {"beginTime": (TIME, False), "endTime": (TIME, False)}, TEXT),
    "measData": ([("managedElement", ONE), ("measInfo", ANY)], {}, TEXT),
    "managedElement": ([], {"localDn": (TEXT, False), "userLabel": (TEXT, False), "swVersion": (TEXT, False)}, TEXT),
    "measInfo": (
        [("job", MAYBE), ("granPeriod", ONE), ("repPeriod", MAYBE), ("measType", SOME), ("measValue", ANY)],
        {"measInfoId": (TEXT, False)},
        TEXT,
    ),
    "job": ([], {"jobId": (TEXT, True)}, TEXT),
    "granPeriod": ([], {"duration": (SPAN, True), "endTime": (TIME, True)}, TEXT),
    "repPeriod": ([], {"duration": (SPAN, True)}, TEXT),
    "measType": ([], {"p": (PLACE, True)}, TEXT),
    "measValue": ([("r", SOME), ("suspect", MAYBE)], {"measObjLdn": (TEXT, True)}, TEXT),
    "r": ([], {"p": (PLACE, True)}, VALUE),
    "suspect": ([], {}, BOOLEAN),
    "fileFooter": ([("measCollec", ONE)], {}, TEXT),
}
"""Element -> its children in order with how many of each, its attributes (pattern, required), its text."""


class Measured(NamedTuple):
    """One object of a file."""

    kind: str
    name: str
    suspect: bool
    values: dict[str, str]


def complaints(node: ElementTree.Element) -> list[str]:
    """Return what is against the rules in an element and below."""
    name = node.tag.removeprefix(SPACE)
    if not node.tag.startswith(SPACE) or name not in RULES:
        return [f"<{node.tag}> is no element"]
    children, attributes, text = RULES[name]
    found = []
    for attribute, value in node.attrib.items():
        if attribute not in attributes or not attributes[attribute][0].fullmatch(value):
            found.append(f"<{name}> has {attribute}={value!r}")
    found += [f"<{name}> lacks {key}" for key, (_, needed) in attributes.items() if needed and key not in node.attrib]
    if not children and not text.fullmatch(node.text or ""):
        found.append(f"<{name}> says {node.text!r}")
    tags = [child.tag.removeprefix(SPACE) for child in node]
    order = [tag for tag, _ in children]
    if [tag for tag in tags if tag in order] != sorted((tag for tag in tags if tag in order), key=order.index):
        found.append(f"<{name}> has its elements in the order {tags}")
    for tag, (least, most) in children:
        if not least <= tags.count(tag) <= most:
            found.append(f"<{name}> has {tags.count(tag)} <{tag}>")
    return found + [each for child in node for each in complaints(child)]


def read(octets: bytes) -> list[Measured]:
    """Return the objects of a file; AssertionError when it is not as the specification says."""
    root = ElementTree.fromstring(octets)
    assert root.tag == f"{SPACE}measCollecFile"
    assert complaints(root) == []
    found = []
    for info in root.iter(f"{SPACE}measInfo"):
        types = {each.attrib["p"]: each.text or "" for each in info.findall(f"{SPACE}measType")}
        assert len(types) == len(info.findall(f"{SPACE}measType"))
        for value in info.findall(f"{SPACE}measValue"):
            results = {each.attrib["p"]: each.text or "" for each in value.findall(f"{SPACE}r")}
            assert results.keys() == types.keys()
            suspect = value.findtext(f"{SPACE}suspect", "false")
            found.append(
                Measured(
                    info.attrib["measInfoId"],
                    value.attrib["measObjLdn"].partition("=")[2],
                    suspect in ("true", "1"),
                    {types[place]: text for place, text in results.items()},
                )
            )
    return found
