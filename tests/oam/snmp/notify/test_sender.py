"""Informs to a station that checks everything, traps as they leave; on clocks that the test turns."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.management import FakeManager, played
from support.notified import OWN, community, configured, user
from support.station import REMOTE, Station

from oam.settings.snmp import SnmpHost, SnmpUser
from oam.snmp import ber
from oam.snmp.engine import message, reading, usm
from oam.snmp.notify import notification
from oam.snmp.notify.credentials import UnfitError
from oam.snmp.notify.sender import NoAnswerError, Sender

TOLD = notification.test("words")
SHORT_S = 0.1


def nothing(_: object) -> None:
    """Be told, and forget it."""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Scene:
    """A station, and what is sent to it."""

    def __init__(self, state: Path) -> None:
        self.clock = Clock()
        self.station = Station(self.clock)
        self.manager = FakeManager(state)
        self.failed: list[str] = []

    @contextlib.asynccontextmanager
    async def sender(self, host: SnmpHost, *users: SnmpUser, remote: bytes = REMOTE) -> AsyncGenerator[Sender, None]:
        host = replace(host, address="127.0.0.1", port=self.station.port)
        configured(self.manager.state, (host,), users, remote=remote, manager=self.manager, notifications=())
        async with self.station.served(), self.manager.snmp.served():
            sender = Sender(host, self.manager, self.failed.append, self.clock)
            yield sender
            sender.close()

    def knows(self, user: SnmpUser) -> None:
        """Have the station know a user by the same keys."""
        from oam.snmp.engine.access import keys_of

        known = keys_of(user, self.manager.registry.keyring, REMOTE)
        assert known is not None
        self.station.security.users[known.name] = known


V2C = SnmpHost("", kind="informs", version="2c")
V3 = SnmpHost("", kind="informs", version="3", level="priv", name="noc")


def sealed(scene: Scene) -> SnmpUser:
    return user(scene.manager, "noc", REMOTE, "sha-256", "aes-128")


@played
async def test_an_inform_of_version_2c_is_acknowledged(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with scene.sender(replace(V2C, community=community(scene.manager))) as sender:
        await sender.inform(TOLD, 1, 5)
        (told,) = scene.station.told
        assert told.variables[1][1] == ber.object_identifier(TOLD.oid)
        assert scene.manager.snmp.counters.out_traps == 1
        assert scene.manager.snmp.counters.out_pkts == 1


@played
async def test_an_answer_that_does_not_come_is_asked_for_again(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with scene.sender(replace(V2C, community=community(scene.manager))) as sender:
        scene.station.deaf = 2
        await sender.inform(TOLD, 3, SHORT_S)
        assert (scene.station.heard, len(scene.station.told), sender.repeated) == (3, 1, 2)
        scene.station.deaf = 3
        with pytest.raises(NoAnswerError, match="it does not answer"):
            await sender.inform(TOLD, 2, SHORT_S)


@played
async def test_a_response_with_an_error_is_final(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with scene.sender(replace(V2C, community=community(scene.manager))) as sender:
        scene.station.status = 5
        with pytest.raises(NoAnswerError, match="error-status 5"):
            await sender.inform(TOLD, 3, 5)
        assert scene.station.heard == 1


@played
async def test_the_clock_of_the_host_is_learnt_and_right_twenty_minutes_later(tmp_path: Path) -> None:
    """The first inform is answered with its clock (RFC 3414 §3.2.7a), the later ones at once."""
    scene = Scene(tmp_path)
    noc = sealed(scene)
    async with scene.sender(V3, noc) as sender:
        scene.knows(noc)
        await sender.inform(TOLD, 1, 5)
        assert scene.station.reports == ["not_in_time_windows"]
        for minutes in (20, 600):
            scene.clock.now += minutes * 60
            await sender.inform(TOLD, 1, 5)
        assert (len(scene.station.told), scene.station.reports) == (3, ["not_in_time_windows"])
        assert sender.repeated == 0
        assert sender.engine_id == REMOTE


@played
async def test_a_host_that_was_started_anew_is_told_at_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    noc = sealed(scene)
    async with scene.sender(V3, noc) as sender:
        scene.knows(noc)
        await sender.inform(TOLD, 1, 5)
        scene.clock.now += 1200
        scene.station.restart(8)
        await sender.inform(TOLD, 1, 5)
        assert len(scene.station.told) == 2
        scene.station.restart(1)
        with pytest.raises(NoAnswerError, match="its clock has gone back"):
            await sender.inform(TOLD, 1, SHORT_S)


@played
async def test_each_algorithm_is_understood(tmp_path: Path) -> None:
    for number, (authentication, privacy) in enumerate((a, p) for a in usm.DIGESTS for p in ("des", "aes-256")):
        scene = Scene(tmp_path / str(number))
        noc = user(scene.manager, "noc", REMOTE, authentication, privacy)
        async with scene.sender(V3, noc) as sender:
            scene.knows(noc)
            await sender.inform(TOLD, 1, 5)
            assert len(scene.station.told) == 1


@played
async def test_an_engine_that_is_not_configured_is_asked_for(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    noc = user(scene.manager, "noc", REMOTE, "sha-256")
    async with scene.sender(replace(V3, level="auth"), noc, remote=b"") as sender:
        line = f"snmp-server engineid remote 127.0.0.1 {REMOTE.hex()}"
        with pytest.raises(UnfitError, match=line):
            await sender.inform(TOLD, 1, 5)
        assert sender.engine_id == REMOTE
        heard = scene.station.heard
        with pytest.raises(UnfitError, match=line):
            await sender.inform(TOLD, 1, 5)
        assert scene.station.heard == heard, "it is not asked each time"


@played
async def test_who_needs_no_key_is_told_by_the_engine_that_answers(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    noc = user(scene.manager, "noc", REMOTE)
    async with scene.sender(replace(V3, level="noauth"), noc, remote=b"") as sender:
        scene.knows(noc)
        scene.station.deaf = 1
        await sender.inform(TOLD, 2, SHORT_S)
        assert len(scene.station.told) == 1


@played
async def test_another_engine_than_is_configured_is_named(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    other = b"\x80\0\0\0\1another"
    noc = user(scene.manager, "noc", other, "sha")
    async with scene.sender(replace(V3, level="auth"), noc, remote=other) as sender:
        with pytest.raises(NoAnswerError, match=f"its engine ID is {REMOTE.hex()}"):
            await sender.inform(TOLD, 1, SHORT_S)
        assert sender.engine_id == REMOTE


@played
async def test_a_refusal_says_what_is_wrong(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    noc = sealed(scene)
    async with scene.sender(V3, noc) as sender:
        with pytest.raises(NoAnswerError, match="it does not know the user"):
            await sender.inform(TOLD, 3, 5, patient=False)
        assert scene.station.heard == 1
        scene.knows(replace(noc, authentication_key=user(scene.manager, "x", REMOTE, "sha-512").authentication_key))
        with pytest.raises(NoAnswerError, match="its authentication key of the user is another"):
            await sender.inform(TOLD, 2, SHORT_S)
        assert sender.repeated == 1, "nobody proved it: it is tried again as if nothing had come"


@played
async def test_an_answer_that_proves_nothing_is_none(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    noc = sealed(scene)
    async with scene.sender(V3, noc) as sender:
        scene.knows(noc)
        scene.station.forged = True
        with pytest.raises(NoAnswerError, match="it does not answer"):
            await sender.inform(TOLD, 1, SHORT_S)
        assert len(scene.station.told) == 1


@played
async def test_octets_of_any_kind_are_no_answer(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
        station.bind(("127.0.0.1", 0))
        station.setblocking(False)
        loop = asyncio.get_running_loop()
        host = replace(V2C, address="127.0.0.1", port=station.getsockname()[1], community=community(manager))
        configured(tmp_path, (host,), manager=manager, notifications=())
        async with manager.snmp.served():
            sender = Sender(host, manager, nothing)
            inform = loop.create_task(sender.inform(TOLD, 1, 5))
            octets, peer = await loop.sock_recvfrom(station, 2000)
            for cut in range(0, len(octets), 7):
                station.sendto(octets[:cut] + b"\xff" + octets[cut:], peer)
            station.sendto(octets, peer)
            assert not inform.done()
            inform.cancel()
            sender.close()


@played
async def test_traps_of_version_3_have_our_clock(tmp_path: Path) -> None:
    """Also twenty minutes after the start (RFC 3414 §2.2.2)."""
    manager, clock = FakeManager(tmp_path), Clock()
    noc = user(manager, "noc", OWN, "sha-256", "aes-128")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
        station.bind(("127.0.0.1", 0))
        host = SnmpHost("127.0.0.1", station.getsockname()[1], version="3", level="priv", name="noc")
        configured(tmp_path, (host,), (noc,), manager=manager, notifications=())
        async with manager.snmp.served():
            engine = manager.snmp.engine
            assert engine is not None
            engine.security.clock = usm.Clock(5, clock)
            sender = Sender(host, manager, nothing)
            for minutes in (0, 20, 600):
                clock.now += minutes * 60
                await sender.trap(TOLD)
                octets = station.recv(2000)
                sent, level = security_of(octets)
                assert (sent.engine_id, sent.boots, level) == (OWN, 5, usm.PRIV)
                assert sent.seconds == clock.now - 1000
                assert engine.security.admitted(octets, sent, level).name == b"noc"
            sender.close()


def security_of(octets: bytes) -> tuple[usm.Parameters, int]:
    _, at, end = message.envelope(octets)
    header, at = message.header(octets, at, end)
    assert not header.flags & message.REPORTABLE, "nobody reports on a trap"
    start, stop = reading.inside(octets, at, end, ber.OCTET_STRING)
    assert header.level is not None
    return usm.parameters(octets, start, stop), header.level


@played
async def test_a_change_of_the_source_is_in_force_at_the_next(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
        station.bind(("127.0.0.1", 0))
        host = SnmpHost("127.0.0.1", station.getsockname()[1], version="1", community=community(manager))
        configured(tmp_path, (host,), manager=manager, notifications=())
        async with manager.snmp.served():
            sender = Sender(host, manager, nothing)
            for source in ("127.0.0.2", "127.0.0.3", "lo"):
                configured(tmp_path, (host,), manager=manager, notifications=(), trap_source=source)
                await sender.trap(TOLD)
                octets, peer = station.recvfrom(2000)
                address = "127.0.0.1" if source == "lo" else source
                assert peer[0] == address
                assert ber.wrapped(ber.IP_ADDRESS, socket.inet_aton(address)) in octets
            sender.close()
