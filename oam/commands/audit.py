"""`show audit`, `verify audit`, `export audit`, and where audit records are sent."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.keyring import SecretError
from oam.commands.registry import CommandError, config, order, show
from oam.files import FileError, locate, write_text
from oam.security.audit_chain import Record
from oam.security.audit_reader import Wanted, find, one
from oam.slices import beside
from oam.times import iso, moment_of

if TYPE_CHECKING:
    from oam.context import Context
    from oam.security.audit import Audit

LAST: Final = 100
"""Records shown when nothing says how many."""
_WORDS: Final = {
    "audit": "Who did what, from where, when, with what result",
    "user": "Records of one operator",
    "since": "Records from then on",
    "failed": "What was refused or failed, and logins that did",
    "last": "The newest records",
    "command": "Records whose command, or change, contains a text",
    "record": "One record with the lines changed",
    "hosts": "Syslog hosts and what they were sent",
    "statistics": "How the audit log does",
    "host": "Syslog host that is sent every record and notice",
    "records": "Records kept",
}


class AuditRow(msgspec.Struct, frozen=True):
    """One audit record."""

    number: int
    recorded_at: float
    user: str
    kind: str
    code: int
    origin: str
    address: str
    line: str
    command: str


class AuditHostRow(msgspec.Struct, frozen=True):
    """One syslog host."""

    address: str
    transport: str
    port: int
    state: str
    sent: int
    waiting: int
    dropped: int
    error: str


@show(
    "show audit [user WORD$user] [since SINCE$since] [failed$failed] [last (1-1000000)$last] [command LINE$command]",
    row=AuditRow,
    privilege=15,
    words=_WORDS,
    arguments={"user": "Name of the operator", "command": "Text, in either case"},
)
def show_audit(
    context: Context, user: str | None, since: str | None, failed: str | None, last: int | None, command: str | None
) -> AsyncIterator[AuditRow]:
    """Audit records, oldest first: the newest 100 unless the line says since when or how many.

    Times are UTC. The code is the command's exit code, 0 when all was well, 3 when it was denied.

    Example: show audit user alice since 7d
    Example: show audit failed
    """
    start = moment_of(since, time.time())
    wanted = Wanted(
        user=user or "",
        since_us=int(start * 1_000_000),
        command=command or "",
        failed=failed is not None,
        last=last or (0 if since else LAST),
    )
    return _rows(context, wanted)


async def _rows(context: Context, wanted: Wanted) -> AsyncGenerator[AuditRow, None]:
    try:
        async with aclosing(beside(find(context.manager.state, wanted))) as slices:
            async for records in slices:
                for number, record in records:
                    yield row_of(number, record)
    except sqlite3.Error as error:
        raise CommandError(f"The audit log cannot be read: {error}") from error


def row_of(number: int, record: Record) -> AuditRow:
    """Return a record as `show audit` has it; a change shows how many lines it concerns."""
    text = record.command
    if not text and (record.before or record.after):
        removed, added = (len(each.splitlines()) for each in (record.before, record.after))
        text = f"-{removed} +{added} lines: {(record.after or record.before).splitlines()[-1].strip()}"
    return AuditRow(
        number, record.at_us / 1e6, record.user, record.kind, record.code, record.origin, record.address, record.line,
        text,
    )  # fmt: skip


async def record_facts(context: Context, number: int) -> dict[str, object]:
    """Return everything that one record holds, by name."""
    try:
        record = await asyncio.to_thread(one, context.manager.state, number)
    except sqlite3.Error as error:
        raise CommandError(f"The audit log cannot be read: {error}") from error
    if record is None:
        raise CommandError(f"There is no audit record {number}")
    return {"number": number, **record._asdict(), "at": iso(record.at_us / 1e6, 6)}


@show(
    "show audit record (1-9999999999)$number",
    privilege=15,
    json=record_facts,
    words=_WORDS,
    arguments={"number": "Number of the record"},
)
async def show_audit_record(context: Context, number: int) -> str:
    """One audit record, with the lines of the configuration before and after a change."""
    facts = await record_facts(context, number)
    before, after = (str(facts.pop(name)).splitlines() for name in ("before", "after"))
    del facts["at_us"]
    lines = [f"{name:8} {value if value != '' else '-'}" for name, value in facts.items()]
    return "\n".join([*lines, *(f"- {line}" for line in before), *(f"+ {line}" for line in after)])


@show("show audit hosts", row=AuditHostRow, privilege=15, words=_WORDS)
def show_audit_hosts(context: Context) -> list[AuditHostRow]:
    """Syslog hosts that audit records and notices are sent to, and how that goes."""
    rows = []
    for settings, host in context.manager.syslog.hosts.items():
        state = "failing" if host.error else "connected" if host.connected else "connecting"
        where = settings.address, settings.transport, host.port
        rows.append(AuditHostRow(*where, state, host.sent, host.waiting, host.dropped, host.error))
    return rows


def statistics(context: Context) -> dict[str, object]:
    """Return how the audit log does, by name."""
    audit = context.manager.audit
    return {
        "written": audit.written,
        "waiting": len(audit.queued()),
        "lost": audit.lost,
        "failures": audit.failures,
        "state": f"failing: {audit.failure}" if audit.failure else "working",
    }


@show("show audit statistics", privilege=15, json=statistics, words=_WORDS)
def show_audit_statistics(context: Context) -> str:
    """Records written and lost since management started, and whether the log can be written now."""
    return "\n".join(f"{name:9} {value}" for name, value in statistics(context).items())


@order("verify audit", privilege=15, timeout_s=None, words={"verify": "Check that nothing was changed", **_WORDS})
def verify_audit(context: Context) -> AsyncIterator[str]:
    """Walk the chain of the audit log and name the first record that was changed, added or taken out.

    Ends with code 1 when the chain is broken.
    """
    return _walked(context.manager.audit)


async def _walked(audit: Audit) -> AsyncGenerator[str, None]:
    verdict = None
    try:
        async with aclosing(audit.verification()) as steps:
            async for verdict in steps:
                if verdict.checked % 100_000 == 0 and verdict.checked:
                    yield f"{verdict.checked} records checked"
    except (OSError, sqlite3.Error, SecretError) as error:
        raise CommandError(f"The audit log cannot be read: {error}") from error
    if verdict is None or verdict.reason:
        reason = verdict.reason if verdict else "no verdict"
        audit.broken(reason)
        raise CommandError(f"The chain is broken: {reason}")
    audit.whole()
    if not verdict.checked:
        yield "The audit log is empty."
        return
    yield f"{verdict.checked} records, {verdict.first} to {verdict.last}: the chain is whole."
    if verdict.confessed:
        yield f"{verdict.confessed} of them tell of records that were lost or damaged when it happened."


@order(
    "export audit FILE$file [since SINCE$since]",
    privilege=15,
    timeout_s=None,
    words=_WORDS,
    arguments={"file": "File in the folder 'files' of the state directory"},
)
async def export_audit(context: Context, file: str, since: str | None) -> str:
    """Write audit records to a file, one JSON object a line, with the lines changed."""
    start = moment_of(since, time.time())
    counted: list[int] = []
    try:
        path = locate(context.session, file)
        state = context.manager.state
        octets = await asyncio.to_thread(_export, state, path, Wanted(since_us=int(start * 1_000_000)), counted)
    except (FileError, sqlite3.Error) as error:
        raise CommandError(str(error)) from error
    return f"{sum(counted)} records, {octets} octets written to {file}"


def _export(state: Path, path: Path, wanted: Wanted, counted: list[int]) -> int:
    def lines() -> Iterator[str]:
        for records in find(state, wanted):
            counted.append(len(records))
            for number, record in records:
                facts = {"number": number, "at": iso(record.at_us / 1e6, 6), **record._asdict()}
                yield msgspec.json.encode(facts).decode() + "\n"

    return write_text(path, lines())


@config(
    "audit host ADDRESS$address [transport <udp|tcp|tls>$transport] [port (1-65535)$port] [ca FILE$ca]",
    field="audit.hosts",
    key=("address",),
    words={
        **_WORDS,
        "transport": "How it is reached; UDP unless given",
        "udp": "Datagrams (RFC 5426): may be lost unnoticed",
        "tcp": "Counted messages over TCP (RFC 6587)",
        "tls": "Counted messages over TLS (RFC 5425)",
        "port": "Port; 514, over TLS 6514, unless given",
        "ca": "Who may sign the host's certificate",
    },
    arguments={
        "address": "Address of the host",
        "port": "Port of the host",
        "ca": "PEM file in the folder 'files'; without it what the system trusts",
    },
)
def audit_host() -> None:
    """Send every audit record and notice to a syslog host (RFC 5424), besides keeping it here."""


@config(
    "audit records maximum (1000-10000000)$records_maximum",
    field="audit.records_maximum",
    words=_WORDS,
    arguments={"records_maximum": "Records"},
)
def records_maximum() -> None:
    """Keep so many audit records; the oldest go first, and the chain begins behind them."""
