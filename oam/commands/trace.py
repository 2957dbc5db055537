"""`show trace`, `clear trace`, `export trace`, and `trace` mode: what was traced of signalling, and where it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from core.northbound.trace import clear
from oam.commands.registry import PRIVILEGED, CommandError, config, order, section, show
from oam.commands.secret_line import secret_line
from oam.files import FileError, locate, room, write_octets
from oam.slices import beside
from oam.trace.ladder import ladder
from oam.trace.message import Message, clock, host_port, moment, whole
from oam.trace.pcap import pcap
from oam.trace.search import Call, TraceError, Wanted, calls, find, the_call, the_message

if TYPE_CHECKING:
    from oam.context import Context

T = TypeVar("T")

LAST: Final = 100
"""Messages and calls shown when nothing says how many."""
_CALL_ID: Final = 80
"""Letters of a Call-ID in a list; `show trace call` takes a part of one."""
_WORDS: Final = {
    "trace": "SIP messages that were traced",
    "call": "One call, by its Call-ID or a part of it",
    "calls": "One line for each call",
    "message": "One message with all its lines",
    "messages": "A line for each message",
    "method": "Requests of this method and their responses",
    "last": "The newest",
    "detail": "Every message with all its lines",
    "pcap": "As Wireshark reads it",
    "text": "As lines of text",
}
_ARGUMENTS: Final = {
    "call": "Call-ID, or a part of it",
    "last": "How many; 100 unless given",
    "file": "File in the folder 'files' of the state directory",
    "number": "Number of the message, as in 'show trace'",
}


class TraceMessageRow(msgspec.Struct, frozen=True):
    """One traced message."""

    number: int
    time: str
    """Of the day, UTC."""
    way: str
    """`in` or `out`."""
    peer: str
    """The other end."""
    diff_s: float
    """Since the message before it in this list."""
    local: str
    """Our end."""
    transport: str
    call_id: str
    text: str
    """First line, without the version of SIP."""


class TraceCallRow(msgspec.Struct, frozen=True):
    """One call, registration or other exchange that was traced."""

    time: str
    method: str
    caller: str
    callee: str
    status: int | None
    """Last final response."""
    messages: int
    duration_s: float
    """From its first message to its last."""
    call_id: str


@show(
    "show trace [method METHOD$method] [last (1-1000000)$last]",
    row=TraceMessageRow,
    privilege=PRIVILEGED,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def show_trace(context: Context, method: str | None, last: int | None) -> AsyncIterator[TraceMessageRow]:
    """Messages that were traced, oldest first: the newest 100 unless the line says how many.

    Times are UTC. `debug sip` begins a trace. What was traced stays, also over a restart, until newer messages need
    the room or `clear trace` forgets it.

    Example: show trace last 20
    Example: show trace | include 486
    """
    return _messages(context, Wanted(method=method or "", last=last or LAST))


@show(
    "show trace call WORD$call messages",
    row=TraceMessageRow,
    privilege=PRIVILEGED,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def show_trace_call_messages(context: Context, call: str) -> list[TraceMessageRow]:
    """Messages of one call, a line each."""
    return _rows(await _call(context, call))


async def call_facts(context: Context, call: str) -> list[dict[str, object]]:
    """Return the messages of a call for programs."""
    messages = await _call(context, call)
    return [facts_of(message) | {"diff_s": row.diff_s} for message, row in zip(messages, _rows(messages), strict=True)]


@show(
    "show trace call WORD$call", privilege=PRIVILEGED, json=call_facts, words=_WORDS, arguments=_ARGUMENTS
)  # fmt: skip
async def show_trace_call(context: Context, call: str) -> str:
    """One call as a ladder diagram: an arrow for each message, with its time and the time since the one before.

    SDP marks a message that brings an offer or answer, x2 one that is sent for the second time; `=` is TCP, `-` UDP.

    Example: show trace call a84b4c76e66710
    """
    session = context.session
    messages = await _call(context, call)
    return "\n".join(ladder(messages, context.manager.configuration.running.hostname, session.width))


@show(
    "show trace call WORD$call detail", privilege=PRIVILEGED, json=call_facts, words=_WORDS, arguments=_ARGUMENTS
)  # fmt: skip
async def show_trace_call_detail(context: Context, call: str) -> str:
    """Every message of one call with all its lines."""
    return "\n\n".join("\n".join(whole(message)) for message in await _call(context, call))


@show(
    "show trace calls [last (1-20000)$last]",
    row=TraceCallRow,
    privilege=PRIVILEGED,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def show_trace_calls(context: Context, last: int | None) -> AsyncIterator[TraceCallRow]:
    """Calls, registrations and other exchanges that were traced, oldest first; the newest 100 unless told otherwise."""
    return _calls(context, last or LAST)


async def message_facts(context: Context, number: int) -> dict[str, object]:
    """Return one message for programs."""
    return facts_of(await _beside(the_message, context.manager.traces.path, number))


@show(
    "show trace message (1-9999999999)$number",
    privilege=PRIVILEGED,
    json=message_facts,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def show_trace_message(context: Context, number: int) -> str:
    """One message with all its lines; secrets in it are `x`, as they were never kept.

    Example: show trace message 42
    """
    return "\n".join(whole(await _beside(the_message, context.manager.traces.path, number)))


@order("clear trace", words=_WORDS)
async def clear_trace(context: Context) -> str:
    """Forget what was traced; traces that run go on."""
    try:
        number = await asyncio.to_thread(clear, context.manager.traces.path)
    except FileNotFoundError:
        number = 0
    except OSError as error:
        raise CommandError(f"The trace cannot be cleared: {error.strerror}") from error
    return f"Cleared up to message {number}" if number else "Nothing was traced"


@order(
    "export trace <pcap|text>$form FILE$file [call WORD$call]",
    timeout_s=None,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def export_trace(context: Context, form: str, file: str, call: str | None) -> str:
    """Write what was traced, or one call, to a file that Wireshark opens, or as text.

    Example: export trace pcap fault.pcap call a84b4c76e66710
    """
    messages = await _call(context, call) if call else None
    counted: list[int] = []
    try:
        path = locate(context.session, file)
        octets = await asyncio.to_thread(_export, context.manager.traces.path, path, form, messages, counted)
    except (FileError, TraceError, OSError) as error:
        raise CommandError(str(error)) from error
    return f"{sum(counted)} messages, {octets} octets written to {file}"


def _export(ring: Path, path: Path, form: str, messages: list[Message] | None, counted: list[int]) -> int:
    def chosen() -> Iterator[Message]:
        for step in [messages] if messages is not None else find(ring, Wanted()):
            counted.append(len(step))
            yield from step

    path.parent.mkdir(mode=0o750, exist_ok=True)
    free = room(path.parent)
    if form == "pcap":
        chunks = pcap(message.record for message in chosen())
    else:
        chunks = ("\n".join([*whole(message), "", ""]).encode() for message in chosen())
    return write_octets(path, _bounded(chunks, free, path))


def _bounded(chunks: Iterator[bytes], free: int, path: Path) -> Iterator[bytes]:
    for chunk in chunks:
        free -= len(chunk)
        if free < 0:
            raise FileError(f"{path}: no room in the file area")
        yield chunk


def facts_of(message: Message) -> dict[str, object]:
    """Return a message for programs."""
    record = message.record
    return {
        "number": record.number,
        "at": moment(record.at_us),
        "direction": "sent" if message.sent else "received",
        "transport": message.transport,
        "source": host_port(message.source),
        "destination": host_port(message.destination),
        "call_id": message.call_id,
        "method": message.method,
        "status": message.status or None,
        "caller": message.caller,
        "callee": message.callee,
        "sdp": message.with_sdp,
        "octets": record.length,
        "traces": [number + 1 for number in range(8) if record.traces >> number & 1],
        "message": record.octets.decode("utf-8", "replace"),
    }


async def _call(context: Context, text: str) -> list[Message]:
    return await _beside(the_call, context.manager.traces.path, text)


async def _beside(search: Callable[..., T], path: Path, wanted: object) -> T:
    """Search the ring in a thread. Raises CommandError."""
    try:
        return await asyncio.to_thread(search, path, wanted)
    except TraceError as error:
        raise CommandError(str(error)) from error


async def _messages(context: Context, wanted: Wanted) -> AsyncGenerator[TraceMessageRow, None]:
    before: Message | None = None
    try:
        async with aclosing(beside(find(context.manager.traces.path, wanted))) as steps:
            async for messages in steps:
                for row in _rows(messages, before):
                    yield row
                before = messages[-1] if messages else before
    except TraceError as error:
        raise CommandError(str(error)) from error


def _rows(messages: list[Message], before: Message | None = None) -> list[TraceMessageRow]:
    rows = []
    for message in messages:
        record = message.record
        since = record.at_us - (before.record.at_us if before else record.at_us)
        rows.append(
            TraceMessageRow(
                record.number, clock(record.at_us), "out" if message.sent else "in", host_port(record.remote),
                round(since / 1e6, 3), host_port(record.local), message.transport, message.call_id,
                _bare(message.start),
            )
        )  # fmt: skip
        before = message
    return rows


def _bare(start: str) -> str:
    """Return a first line without the version that all of them have."""
    return start.removeprefix("SIP/2.0 ").removesuffix(" SIP/2.0")


async def _calls(context: Context, last: int) -> AsyncGenerator[TraceCallRow, None]:
    found: dict[str, Call] = {}
    try:
        async with aclosing(beside(calls(context.manager.traces.path))) as steps:
            async for step in steps:
                found = step
    except TraceError as error:
        raise CommandError(str(error)) from error
    for call in [*found.values()][-last:]:
        yield TraceCallRow(
            clock(call.first_us), call.method, call.caller, call.callee, call.status or None, call.messages,
            round((call.last_us - call.first_us) / 1e6, 3), call.call_id[:_CALL_ID],
        )  # fmt: skip


class HepRow(msgspec.Struct, frozen=True):
    """The capture server."""

    address: str
    port: int
    capture_id: int
    sent: int
    dropped: int
    """Messages it was not sent: too many at a time, or the network took none."""
    error: str


@show("show trace hep", row=HepRow, privilege=PRIVILEGED, words={"hep": "Capture server (Homer)", **_WORDS})
def show_trace_hep(context: Context) -> list[HepRow]:
    """The capture server that is sent what is traced, and how that goes."""
    sender = context.manager.live.hep
    if sender is None:
        return []
    host = sender.host
    return [HepRow(host.address, host.port, host.capture_id, sender.sent, sender.dropped, sender.error)]


TRACE: Final = section("trace", "How much of signalling is kept when it is traced, and who is sent it.", words=_WORDS)
_HEP: Final = {"hep": "Capture server that takes HEP version 3 over UDP (Homer)", "host": "Where it is"}


@config(
    "buffer (1-512)$value",
    mode=TRACE,
    field="buffer",
    words={"buffer": "Room for messages; the oldest go first"},
    arguments={"value": "Megabytes"},
)
def buffer() -> None:
    """Room for traced messages, in megabytes; 16 hold some 15,000. Another size is taken up when no trace runs."""


@config(
    "hep host ADDRESS$address [port (1-65535)$port] [capture-id (0-4294967295)$capture_id]",
    mode=TRACE,
    field="hep",
    words={**_HEP, "port": "UDP port; 9060 unless given", "capture-id": "By which it knows this server; 2001"},
    arguments={"address": "Address of the capture server"},
)
def hep_host() -> None:
    """Send what is traced to a capture server as well; `debug sip` says what that is.

    Example: hep host 192.0.2.80 port 9060 capture-id 101
    """


@secret_line(
    "hep password",
    mode=TRACE,
    field="hep_password",
    words={**_HEP, "password": "Secret shared with the capture server"},
)
def hep_password() -> None:
    """Secret that the capture server asks for; kept encrypted, sent in clear as HEP has it."""
