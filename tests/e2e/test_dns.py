"""A running server and a name server: requests to a named next hop, from the wire and as the shell shows it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.house import House
from support.name_server import NameServer

pytestmark = pytest.mark.slow


@contextmanager
def served(zone: dict[str, list[str]]) -> Iterator[NameServer]:
    """Run a name server on a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = NameServer(zone)
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(5)
        yield server
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(5)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def message(number: int, domain: str) -> bytes:
    """Write a MESSAGE to a foreign domain."""
    return (
        f"MESSAGE sip:x@{domain} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{number};rport\r\n"
        f"From: <sip:a@example.com>;tag={number}\r\nTo: <sip:x@{domain}>\r\nCall-ID: dns-{number}\r\n"
        "CSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def test_a_named_next_hop_is_found_by_srv_and_a_silent_name_holds_nobody_up(tmp_path: Path) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        gateway.bind(("127.0.0.1", 0))
        gateway.settimeout(5)
        port = gateway.getsockname()[1]
        zone = {"_sip._udp.gw.example SRV": [f"10 0 {port} host.example."], "host.example A": ["127.0.0.1"]}
        with served(zone) as server:
            server.silent = {"_sip._udp.slow.example", "slow.example"}
            extra = (
                f"ip name-server 127.0.0.1 port {server.port}", "ip domain timeout 1", "authentication",
                " no challenge other", "sip", " relay domain example.net next-hop sip:gw.example",
                " relay domain example.org next-hop sip:slow.example",
            )  # fmt: skip
            with House(tmp_path, extra=extra, subscribers=()) as house:
                sender.connect(("127.0.0.1", house.port))
                for number in range(20):
                    sender.send(message(100 + number, "example.org"))
                sender.send(message(1, "example.net"))
                request, server_address = gateway.recvfrom(4096)
                first, _, rest = request.partition(b"\r\n")
                assert first == b"MESSAGE sip:x@example.net SIP/2.0"
                gateway.sendto(b"SIP/2.0 200 OK\r\n" + rest, server_address)
                (row,) = json.loads(house.do("show hosts gw.example | json"))["hosts"]
                assert (row["state"], row["addresses"]) == ("found", f"10/0 127.0.0.1 port {port}")
                assert "_sip._udp.gw.example SRV" in server.asked
                assert house.do("test dns localhost").splitlines()[-1].split()[:3] == ["localhost", "-", "hosts"]
                refused = house.command("test dns nowhere.example")
                assert "nowhere.example has no address" in refused.stdout + refused.stderr
                assert house.do("clear host gw.example").strip() == "1 entry removed"
            assert server.asked.count("_sip._udp.slow.example SRV") == 1
