"""Files as XML of 3GPP TS 32.435: read by a parser that is not ours, checked element by element."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from support.measurement_xml import SPACE, Measured, complaints, read

from oam.measurement.report import Block, Report, Row
from oam.measurement.xml_file import object_name, written

REPORT = Report(
    "J", "sip1", "1.0 <b>", 1795881600.0, 1795882500.0,
    (
        Block("system", ("bids", "asr"), (Row("system", "", 900.0, False, (7, 50.125)),)),
        Block(
            "destination", ("bids", "asr"),
            (Row("destination", "+86", 900.0, True, (0, None)), Row("destination", '<&">', 900.0, False, (1, 100.0))),
        ),
    ),
)  # fmt: skip


def test_the_file_is_read_back() -> None:
    assert read(written(REPORT)) == [
        Measured("system", "1", False, {"bids": "7", "asr": "50.125"}),
        Measured("destination", r"\+86", True, {"bids": "0", "asr": "NIL"}),
        Measured("destination", r"\<&\"\>", False, {"bids": "1", "asr": "100"}),
    ]


def test_times_and_sender_stand_where_they_belong() -> None:
    root = ElementTree.fromstring(written(REPORT))
    header, footer = root[0], root[-1]
    assert header[0].attrib == {"localDn": "ManagedElement=sip1", "elementType": "SipServer"}
    assert header[1].attrib == {"beginTime": "2026-11-28T16:00:00Z"}
    assert footer[0].attrib == {"endTime": "2026-11-28T16:15:00Z"}
    info = root.find(f".//{SPACE}measInfo")
    assert info is not None
    assert info.find(f"{SPACE}granPeriod").attrib == {"duration": "PT900S", "endTime": "2026-11-28T16:15:00Z"}  # type: ignore[union-attr]
    assert info.find(f"{SPACE}job").attrib == {"jobId": "J"}  # type: ignore[union-attr]


def test_a_report_without_objects_is_still_a_file() -> None:
    assert read(written(REPORT._replace(blocks=()))) == []


@pytest.mark.parametrize(
    ("wrong", "instead"),
    [
        (b"<suspect>true</suspect>", b"<suspect>yes</suspect>"),
        (b'    <r p="2">50.125</r>\n', b'    <q p="2">50.125</q>\n'),
        (b' endTime="2026-11-28T16:15:00Z"/></fileFooter>', b' endTime="16:15"/></fileFooter>'),
        (b'   <job jobId="J"/>\n', b"   <job/>\n"),
    ],
)
def test_the_check_finds_what_is_wrong(wrong: bytes, instead: bytes) -> None:
    octets = written(REPORT)
    assert wrong in octets
    assert complaints(ElementTree.fromstring(octets.replace(wrong, instead)))


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("system", "", "System=1"),
        ("trunk-out", "PSTN", "TrunkOut=PSTN"),
        ("listener", "udp:[::1]:5060", "Listener=udp:[::1]:5060"),
        ("destination", "a,b=c\\d", r"Destination=a\,b\=c\\d"),
        ("destination", "a\x00b", "Destination=a_b"),
    ],
)
def test_objects_have_distinguished_names(kind: str, name: str, text: str) -> None:
    assert object_name(kind, name) == text
