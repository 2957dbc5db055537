"""A DNS server on loopback, UDP and TCP at one port, that answers from a table and misbehaves on demand.

async with NameServer({"gw.example A": ["192.0.2.1"]}) as server:
    settings = DnsSettings((server.record,))
"""

from __future__ import annotations

import asyncio
import struct
from types import TracebackType
from typing import cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from core.northbound.routing_settings import NameServer as Record

JUNK = b"\x00\x01junk"
SOA = "ns.example. root.example. 1 3600 600 86400 7"


class NameServer:
    """Answers `NAME TYPE` from `zone`; NXDOMAIN where no type of the name is there, else no data.

    `ttls` differ from 300 by `NAME TYPE`; `additional` go along with every SRV answer. Names in `silent` are never
    answered, those in `truncated` fully over TCP only, those in `junk` with no DNS message, those in `failing` with
    SERVFAIL.
    """

    def __init__(self, zone: dict[str, list[str]], host: str = "127.0.0.1") -> None:
        self.zone = zone
        self.host = host
        self.port = 0
        self.ttls: dict[str, int] = {}
        self.additional: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.truncated: set[str] = set()
        self.junk: set[str] = set()
        self.failing: set[str] = set()
        self.asked: list[str] = []
        """`NAME TYPE` of every question, `tcp` behind it where it came so."""
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None

    @property
    def record(self) -> Record:
        """The settings that name this server."""
        return Record(self.host, self.port)

    async def __aenter__(self) -> NameServer:
        loop = asyncio.get_running_loop()
        self._tcp = await asyncio.start_server(self._serve, self.host, 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), (self.host, self.port))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._udp is not None
        assert self._tcp is not None
        self._udp.close()
        self._tcp.close()

    def answer(self, octets: bytes, tcp: bool) -> bytes:
        """Return the answer to one question; empty for none."""
        query = dns.message.from_wire(octets)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(f"{name} {dns.rdatatype.to_text(question.rdtype)}" + (" tcp" if tcp else ""))
        if name in self.silent:
            return b""
        if name in self.junk:
            return octets[:2] + JUNK
        response = dns.message.make_response(query)
        if name in self.failing:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.truncated and not tcp:
            response.flags |= dns.flags.TC
        else:
            self._fill(response, name, dns.rdatatype.to_text(question.rdtype))
        return response.to_wire()

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        for _ in range(8):
            alias = self.zone.get(f"{name} CNAME")
            if alias is None:
                break
            response.answer.append(self._rrset(name, "CNAME", alias))
            name = alias[0].rstrip(".")
        if f"{name} {kind}" in self.zone:
            response.answer.append(self._rrset(name, kind, self.zone[f"{name} {kind}"]))
            for key, values in self.additional.items():
                owner, _, other = key.partition(" ")
                response.additional.append(self._rrset(owner, other, values))
            return
        if not any(key.split()[0] == name for key in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        response.authority.append(dns.rrset.from_text("example.", self.ttls.get("SOA", 60), "IN", "SOA", SOA))

    def _rrset(self, name: str, kind: str, values: list[str]) -> dns.rrset.RRset:
        return dns.rrset.from_text_list(f"{name}.", self.ttls.get(f"{name} {kind}", 300), "IN", kind, values)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            octets = self.answer(await reader.readexactly(length), True)
            writer.write(struct.pack("!H", len(octets)) + octets)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        octets = self._server.answer(data, False)
        if octets and self._transport is not None:
            self._transport.sendto(octets, address)
