"""Looks for traced messages in the ring, step by step, so that it can be done beside the loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from core.northbound.trace import RingReader
from oam.trace.message import Message, read

STEP: Final = 500
"""Messages looked at in one step."""
CALL_MESSAGES: Final = 10_000
"""Most messages of one call that are shown."""
CALLS: Final = 20_000
"""Most calls that are listed; the newest."""
ENOUGH: Final = 5
"""Calls named when a part of a Call-ID stands for several."""


class TraceError(Exception):
    """What was asked for cannot be had; the text is for the operator."""


class Wanted(NamedTuple):
    """Which messages."""

    call: str = ""
    """The whole Call-ID."""
    method: str = ""
    """Requests of this method and their responses; upper case."""
    last: int = 0
    """The newest; 0: all."""


def opened(path: Path) -> RingReader | None:
    """Open the ring; None when nothing was ever traced. Raises TraceError when it cannot be read."""
    try:
        return RingReader(path)
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise TraceError(f"The trace cannot be read: {error.strerror}") from error


def find(path: Path, wanted: Wanted) -> Iterator[list[Message]]:
    """Yield the messages, oldest first, in steps. Raises TraceError."""
    reader = opened(path)
    if reader is None:
        return
    with reader:
        if not wanted.last:
            yield from _matching(reader, wanted)
            return
        newest: deque[Message] = deque(maxlen=wanted.last)
        for messages in _matching(reader, wanted):
            newest.extend(messages)
            yield []
        yield list(newest)


def _matching(reader: RingReader, wanted: Wanted) -> Iterator[list[Message]]:
    needle = wanted.call.encode("utf-8", "replace")
    step: list[Message] = []
    for looked, record in enumerate(reader.records()):
        if needle in record.octets:
            message = read(record)
            if (not wanted.call or message.call_id == wanted.call) and wanted.method in ("", message.method):
                step.append(message)
        if looked % STEP == STEP - 1:
            yield step
            step = []
    yield step


class Call(NamedTuple):
    """One call, registration or other exchange: what was traced of one Call-ID."""

    call_id: str
    first_us: int
    last_us: int
    messages: int
    method: str
    """Of the first request."""
    caller: str
    callee: str
    status: int
    """Of the last final response to that method; 0: none yet."""


def calls(path: Path) -> Iterator[dict[str, Call]]:
    """Yield, in steps, the calls found so far, by Call-ID; of more than CALLS the oldest are left out."""
    found: dict[str, Call] = {}
    for messages in find(path, Wanted()):
        for message in messages:
            _add(found, message)
        yield found


def _add(found: dict[str, Call], message: Message) -> None:
    at_us = message.record.at_us
    known = found.get(message.call_id)
    if known is None:
        if len(found) >= CALLS:
            del found[next(iter(found))]
        known = Call(message.call_id, at_us, at_us, 0, message.method, message.caller, message.callee, 0)
    final = message.status >= 200 and message.method == known.method
    found[message.call_id] = known._replace(
        first_us=min(known.first_us, at_us),
        last_us=max(known.last_us, at_us),
        messages=known.messages + 1,
        status=message.status if final else known.status,
    )


def the_call(path: Path, text: str) -> list[Message]:
    """Return the messages of the one call whose Call-ID is `text` or has it in it, by time. Raises TraceError."""
    exact: list[Message] = []
    partly: dict[str, list[Message]] = {}
    reader = opened(path)
    if reader is not None:
        needle = text.encode("utf-8", "replace")
        with reader:
            for record in reader.records():
                if needle in record.octets:
                    _sort_in(read(record), text, exact, partly)
    if not exact and len(partly) > 1:
        some = ", ".join([*partly][:ENOUGH]) + (", …" if len(partly) > ENOUGH else "")
        raise TraceError(f"Several calls have that in their Call-ID: {some}")
    messages = exact or next(iter(partly.values()), [])
    if not messages:
        raise TraceError("No message of such a call was traced")
    return sorted(messages, key=lambda message: (message.record.at_us, message.record.number))


def _sort_in(message: Message, text: str, exact: list[Message], partly: dict[str, list[Message]]) -> None:
    if message.call_id == text:
        if len(exact) < CALL_MESSAGES:
            exact.append(message)
    elif text in message.call_id and (message.call_id in partly or len(partly) <= ENOUGH):
        others = partly.setdefault(message.call_id, [])
        if len(others) < CALL_MESSAGES:
            others.append(message)


def the_message(path: Path, number: int) -> Message:
    """Return one message by its number. Raises TraceError."""
    reader = opened(path)
    if reader is not None:
        with reader:
            for record in reader.records():
                if record.number == number:
                    return read(record)
    raise TraceError(f"There is no message {number} in the trace")
