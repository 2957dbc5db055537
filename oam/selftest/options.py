"""Asks a listener of our own with OPTIONS (RFC 3261 §11) whether it answers; any response will do."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Final

from oam.testcall.message import parse, render

ANSWER_S: Final = 2.0
T1_S: Final = 0.5
"""First interval of retransmission over UDP (RFC 3261 §17.1.2.2)."""
_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_OCTETS: Final = 4096


async def asked(transport: str, address: str, port: int) -> tuple[str, float]:
    """Return the answer's status line without its version, and after how many milliseconds it came.

    Raises OSError, TimeoutError.
    """
    host = _WILDCARDS.get(address, address)
    began = time.monotonic()
    async with asyncio.timeout(ANSWER_S):
        octets = await (_over_tcp(host, port) if transport == "tcp" else _over_udp(host, port))
    message = parse(octets)
    if message is None or not message.status:
        raise ConnectionError("what it answers is no SIP")
    return message.answer, round((time.monotonic() - began) * 1000, 1)


def request(transport: str, host: str, port: int, own: str) -> bytes:
    """Return an OPTIONS to `host`; `own` is the host and port it comes from."""
    target = f"sip:{f'[{host}]' if ':' in host else host}:{port}"
    token = secrets.token_hex(8)
    return render(
        f"OPTIONS {target} SIP/2.0",
        [
            ("Via", f"SIP/2.0/{transport.upper()} {own};branch=z9hG4bK{token};rport"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:self-test@{own}>;tag={token[:8]}"),
            ("To", f"<{target}>"),
            ("Call-ID", f"{token}@self-test"),
            ("CSeq", "1 OPTIONS"),
        ],
    )


def _own(name: tuple[str, int]) -> str:
    return f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"


class _Answer(asyncio.DatagramProtocol):
    def __init__(self, done: asyncio.Future[bytes]) -> None:
        self._done = done

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if not self._done.done():
            self._done.set_result(data)

    def error_received(self, error: Exception) -> None:
        if not self._done.done():
            self._done.set_exception(error)


async def _over_udp(host: str, port: int) -> bytes:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bytes] = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Answer(done), remote_addr=(host, port))
    try:
        octets = request("udp", host, port, _own(transport.get_extra_info("sockname")[:2]))
        wait = T1_S
        while True:
            transport.sendto(octets)
            try:
                async with asyncio.timeout(wait):
                    return await asyncio.shield(done)
            except TimeoutError:
                wait *= 2
    finally:
        transport.close()


async def _over_tcp(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request("tcp", host, port, _own(writer.get_extra_info("sockname")[:2])))
        return await reader.read(_OCTETS)
    finally:
        writer.close()
