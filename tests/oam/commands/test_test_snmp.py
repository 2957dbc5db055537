"""`test snmp trap`, `test snmp engineid`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support.management import FakeManager, done, gathered, played
from support.notified import configured
from support.station import REMOTE, Station


class Heard(asyncio.DatagramProtocol):
    """Takes traps."""

    def __init__(self) -> None:
        self.octets: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, _address: object) -> None:
        self.octets.put_nowait(data)


@played
async def test_each_host_says_what_became_of_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    transport, heard = await asyncio.get_running_loop().create_datagram_endpoint(Heard, ("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    session = manager.session(batch=False)
    async with manager.snmp.served():
        await done(
            session, ["configure terminal", f"snmp-server host 127.0.0.1 0 seen-on-the-wire udp-port {port}", "end"]
        )
        rows, _ = await gathered(session, "test snmp trap")
        assert [(row.address, row.port, row.kind, row.version, row.result) for row in rows] == [
            ("127.0.0.1", port, "traps", "2c", "sent")
        ]
        async with asyncio.timeout(5):
            assert b"seen-on-the-wire" in await heard.octets.get()
        _, result = await gathered(session, "test snmp trap 192.0.2.1")
        assert result.errors == ["% 192.0.2.1 is no `snmp-server host`"]
    transport.close()


@played
async def test_without_hosts(tmp_path: Path) -> None:
    _, result = await gathered(FakeManager(tmp_path).session(), "test snmp trap")
    assert result.errors == ["% No `snmp-server host` is configured"]


@played
async def test_a_host_is_asked_for_its_engine_id_before_anything_is_configured(tmp_path: Path) -> None:
    manager = configured(tmp_path, inform_timeout_s=0.2)
    station = Station(lambda: 0.0)
    line = f"test snmp engineid 127.0.0.1 udp-port {station.port}"
    async with station.served(), manager.snmp.served():
        ((row,), _) = await gathered(manager.session(), line)
        assert (row.port, row.engine_id) == (station.port, REMOTE.hex())
        station.deaf = 1
        _, result = await gathered(manager.session(), line)
        assert result.errors == ["% 127.0.0.1 does not answer"]
    _, result = await gathered(manager.session(), "test snmp engineid nowhere.invalid")
    assert result.code != 0
