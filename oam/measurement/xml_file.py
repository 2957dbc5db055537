"""A report as XML of 3GPP TS 32.435: one measInfo for each kind of object. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from oam.measurement.report import Block, Report, number
from oam.times import iso

NAMESPACE: Final = "http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec"
FORMAT_VERSION: Final = "32.435 V10.0"
VENDOR: Final = "sipctl"
NOTHING: Final = "NIL"
"""Written where there was no sample (3GPP TS 32.401 §5.2)."""
_SPECIAL: Final = str.maketrans({sign: f"\\{sign}" for sign in '\\,+"<>;=#'})
"""Signs that a value of a distinguished name has a backslash before (3GPP TS 32.300, RFC 2253 §2.4)."""


def written(report: Report) -> bytes:
    """Return the file."""
    return "\n".join(_lines(report)).encode("utf-8", "replace") + b"\n"


def _lines(report: Report) -> Iterator[str]:
    element = quoteattr(f"ManagedElement={_name(report.host)}")
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<measCollecFile xmlns="{NAMESPACE}">'
    yield f' <fileHeader fileFormatVersion="{FORMAT_VERSION}" vendorName="{VENDOR}">'
    yield f'  <fileSender localDn={element} elementType="SipServer"/>'
    yield f'  <measCollec beginTime="{iso(report.begin)}"/>'
    yield " </fileHeader>"
    yield " <measData>"
    yield f"  <managedElement localDn={element} swVersion={quoteattr(report.version)}/>"
    for block in report.blocks:
        yield from _block(report, block)
    yield " </measData>"
    yield f' <fileFooter><measCollec endTime="{iso(report.end)}"/></fileFooter>'
    yield "</measCollecFile>"


def _block(report: Report, block: Block) -> Iterator[str]:
    seconds = int(report.end - report.begin)
    yield f"  <measInfo measInfoId={quoteattr(block.kind)}>"
    yield f"   <job jobId={quoteattr(report.job)}/>"
    yield f'   <granPeriod duration="PT{seconds}S" endTime="{iso(report.end)}"/>'
    yield f'   <repPeriod duration="PT{seconds}S"/>'
    for place, name in enumerate(block.indicators, 1):
        yield f'   <measType p="{place}">{escape(name)}</measType>'
    for row in block.rows:
        yield f"   <measValue measObjLdn={quoteattr(object_name(row.kind, row.name))}>"
        for place, value in enumerate(row.values, 1):
            yield f'    <r p="{place}">{number(value) or NOTHING}</r>'
        yield f"    <suspect>{'true' if row.suspect else 'false'}</suspect>"
        yield "   </measValue>"
    yield "  </measInfo>"


def object_name(kind: str, name: str) -> str:
    """Return the distinguished name of an object below the managed element: `TrunkOut=PSTN`, `System=1`."""
    word = "".join(part.title() for part in kind.split("-"))
    return f"{word}={_name(name) or '1'}"


def _name(text: str) -> str:
    """Return a value of a distinguished name; what XML cannot hold is replaced."""
    return "".join(sign if sign.isprintable() else "_" for sign in text).translate(_SPECIAL)
