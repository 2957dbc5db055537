"""Syslog hosts: what is sent, over real sockets, to servers that are well, slow, or away."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from support.management import FakeManager, done, played
from support.waiting import free_ports, until

from core.northbound.logs import LogLine, set_levels, set_up
from oam.config.tree import Configuration
from oam.fault.event import AlarmEvent
from oam.log.entry import Entry
from oam.notices import ManagementNotice
from oam.security import syslog as module
from oam.security.audit_chain import Record
from oam.security.syslog import Host, Syslog, of_entry, of_notice, of_record
from oam.settings.audit import AuditSettings, SyslogHost
from oam.settings.logs import LogHost, LogSettings

RECORD = Record(1_795_405_489_139_668, "command", "admin", "ssh", "192.0.2.1", "vty 0", "show clock", 0, "", "")


def text(message: bytes) -> str:
    """Return a message without its process number."""
    words = message.decode().split(" ")
    words[4] = "-"
    return " ".join(words)


def test_a_record_is_a_message_with_structured_data() -> None:
    assert text(of_record(RECORD, "sip1", 2048)) == (
        "<110>1 2026-11-23T03:44:49.139668Z sip1 sipctl - command"
        ' [audit@32473 user="admin" origin="ssh" address="192.0.2.1" line="vty 0" code="0"] show clock'
    )


def test_what_was_refused_is_a_warning() -> None:
    assert of_record(RECORD._replace(code=3), "sip1", 2048).startswith(b"<108>1 ")
    assert of_record(RECORD._replace(kind="login-failed"), "sip1", 2048).startswith(b"<108>1 ")


def test_the_lines_of_a_change_go_with_it() -> None:
    message = of_record(RECORD._replace(kind="change", command="", before="sip\n timer t1 600"), "sip1", 2048)
    assert b' before="sip /  timer t1 600"] change' in message


def test_values_are_escaped() -> None:
    assert rb' user="a\"b\\c\]d"' in of_record(RECORD._replace(user='a"b\\c]d'), "sip1", 2048)


def test_text_beyond_ascii_is_marked_as_utf_8() -> None:
    assert "] \ufeffshow 中文".encode() in of_record(RECORD._replace(command="show 中文"), "sip1", 2048)


def test_a_message_is_cut_and_its_structured_data_stays_whole() -> None:
    record = RECORD._replace(command="中" * 5000, before="x" * 5000, user='"' * 256)
    message = of_record(record, "sip1", 2048)
    assert len(message) <= 2048
    assert '"] \ufeff中' in message.decode()


def test_a_notice_is_a_message_of_its_severity() -> None:
    notice = ManagementNotice("telnet-on", "telnet is enabled", "warnings", 1000.5)
    assert text(of_notice(notice, "sip1", 2048)) == (
        '<28>1 1970-01-01T00:16:40.500000Z sip1 sipctl - telnet-on [notice@32473 kind="telnet-on"] telnet is enabled'
    )


ALARM = AlarmEvent(
    7, "changed", 3, 2, "trunk-unreachable", 'trunk "A"]', "major", "minor", "communications", 22, "no answer", 1000.5
)


def test_an_alarm_is_a_message_with_the_element_for_alarms() -> None:
    notice = ManagementNotice("alarm-changed", "major alarm 3", "critical", 1000.5, alarm=ALARM)
    assert text(of_notice(notice, "sip1", 2048)) == (
        "<26>1 1970-01-01T00:16:40.500000Z sip1 sipctl - alarm-changed"
        r' [alarm resource="trunk \"A\"\]" probableCause="connectionEstablishmentError" perceivedSeverity="major"'
        ' eventType="communicationsAlarm" trendIndication="moreSevere"]'
        '[notice@32473 kind="alarm-changed" alarm="2" id="3" sequence="7" what="changed"] major alarm 3'
    )


@played
async def test_a_syslog_host_hears_an_alarm_come_and_go(tmp_path: Path) -> None:
    server = Server()
    manager = FakeManager(tmp_path)
    async with listening(server.serve) as port:
        line = f"audit host 127.0.0.1 transport tcp port {port}"
        await done(manager.session(batch=False), ["configure terminal", line, "end"])
        manager.syslog.start()
        manager.notices.subscribers.append(manager.syslog.take_notice)
        manager.alarms.set(3, "route-group X", "A and B are down")
        manager.alarms.clear(3, "route-group X", "A is up")
        await until(lambda: len(server.messages) == 2)
        await manager.syslog.close()
    raised, cleared = (message.decode() for message in server.messages)
    assert raised.startswith("<25>1 ")
    assert '[alarm resource="route-group X" probableCause="outOfService" perceivedSeverity="critical"' in raised
    assert cleared.startswith("<29>1 ")
    assert 'perceivedSeverity="cleared" eventType="communicationsAlarm" trendIndication="lessSevere"]' in cleared


@played
async def test_a_host_of_the_log_hears_each_event_of_an_alarm_once_whatever_the_log_keeps_back(tmp_path: Path) -> None:
    server = Server()
    root = logging.getLogger()
    handlers, level = root.handlers[:], logging.getLogger("management").level
    async with listening(server.serve) as port:
        logs = LogSettings(
            level="informational", rate_limit=1, hosts=(LogHost("127.0.0.1", "tcp", port, level="errors"),)
        )
        manager = FakeManager(tmp_path, Configuration(logging=logs))
        set_up("sipctl-oam")
        set_levels(logs)
        manager.log.start()
        manager.log.subscribers.append(manager.syslog.take_entry)
        manager.notices.subscribers.append(manager.syslog.take_notice)
        manager.syslog.start()
        for number in range(5):
            manager.alarms.set(3, f"route-group {number}", "A and B are down")
        for number in range(5):
            manager.alarms.clear(3, f"route-group {number}", "A is up")
        logging.getLogger("management").error("the last")
        await until(lambda: len(server.messages) >= 11)
        await manager.syslog.close()
        manager.log.close()
        root.handlers[:] = handlers
        logging.getLogger("management").setLevel(level)
    alarms = [message.decode() for message in server.messages if b"[alarm resource=" in message]
    heard = [(re.findall(r'id="(\d+)" sequence="(\d+)" what="([a-z]+)"', each)) for each in alarms]
    assert heard == [
        [(str(number % 5 + 1), str(number + 1), "raised" if number < 5 else "cleared")] for number in range(10)
    ]
    assert [entry.notice is not None for entry in manager.log.buffer].count(True) == 10


class Server:
    """A syslog server over TCP or TLS; takes octet-counted messages."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.connections: list[asyncio.StreamWriter] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        try:
            while True:
                length = await reader.readuntil(b" ")
                self.messages.append(await reader.readexactly(int(length)))
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    context: ssl.SSLContext | None = None,
    port: int = 0,
) -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def sending(tmp_path: Path, transport: str, port: int, **more: str) -> AsyncIterator[Host]:
    manager = FakeManager(tmp_path)
    host = Host(SyslogHost("127.0.0.1", transport, port, **more), tmp_path, manager.notices)
    host.manager = manager  # type: ignore[attr-defined]
    try:
        yield host
    finally:
        await host.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(module, "BACK_OFF_S", (0.01,))


@played
async def test_datagrams_carry_one_message_each(tmp_path: Path) -> None:
    received: list[bytes] = []

    class Protocol(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            received.append(data)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    async with sending(tmp_path, "udp", transport.get_extra_info("sockname")[1]) as host:
        host.put(b"one")
        host.put(b"two")
        await until(lambda: len(received) == 2)
    transport.close()
    assert received == [b"one", b"two"]


@played
async def test_datagrams_that_are_sent_back_are_told_of_once_and_the_host_is_well_when_none_is_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    monkeypatch.setattr(module, "SETTLED_S", 0.2)
    (port,) = free_ports(1)
    async with sending(tmp_path, "udp", port) as host:
        notices = host.manager.notices  # type: ignore[attr-defined]
        host.put(b"lost")
        await until(lambda: host.error)
        assert host.error == "Connection refused"
        for number in range(20):
            host.put(b"lost %d" % number)
            await until(lambda: not host.waiting)
        assert notices.counts["syslog-failed"] == 1
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", port))
        await until(lambda: host.connected)
        host.put(b"taken")
        await until(lambda: not host.error)
        transport.close()


@played
async def test_a_stream_carries_counted_messages(tmp_path: Path) -> None:
    server = Server()
    async with listening(server.serve) as port, sending(tmp_path, "tcp", port) as host:
        host.put(b"one\nwith a line end")
        host.put("zwei €".encode())
        await until(lambda: len(server.messages) == 2)
        assert (host.sent, host.connected, host.error) == (2, True, "")
    assert server.messages == [b"one\nwith a line end", "zwei €".encode()]


@played
async def test_a_host_that_is_away_is_a_notice_and_gets_everything_when_it_is_back(tmp_path: Path, soon: None) -> None:
    async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with listening(nobody) as port:
        pass
    server = Server()
    async with sending(tmp_path, "tcp", port) as host:
        for number in range(10):
            host.put(b"%d" % number)
        await until(lambda: host.error)
        assert host.waiting == 10
        async with listening(server.serve, port=port):
            await until(lambda: len(server.messages) == 10)
            await until(lambda: not host.error)
        assert [notice.kind for notice in host.manager.notices.recent] == ["syslog-failed"]  # type: ignore[attr-defined]
    assert server.messages == [b"%d" % number for number in range(10)]


@played
async def test_a_connection_that_the_host_closes_is_made_anew(tmp_path: Path, soon: None) -> None:
    server = Server()
    async with listening(server.serve) as port, sending(tmp_path, "tcp", port) as host:
        host.put(b"one")
        await until(lambda: server.messages)
        server.connections[0].close()
        await until(lambda: len(server.connections) == 2)
        host.put(b"two")
        await until(lambda: len(server.messages) == 2)
    assert server.messages == [b"one", b"two"]


@played
async def test_a_host_that_takes_nothing_holds_up_nobody_and_what_is_too_much_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    monkeypatch.setattr(module, "WAITING", 50)
    monkeypatch.setattr(module, "STALL_S", 0.1)
    stalled = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await stalled.wait()
        writer.close()

    async with listening(slow) as port, sending(tmp_path, "tcp", port) as host:
        await until(lambda: host.connected)
        given = 0
        while not host.error:
            for _ in range(20):
                host.put(b"x" * 8000)
            given += 20
            await asyncio.sleep(0.0001)
        assert host.waiting <= 50
        assert host.dropped + host.sent + host.waiting == given
        assert host.dropped > 0
        stalled.set()


Key = ec.EllipticCurvePrivateKey


def authority(tmp_path: Path) -> ssl.SSLContext:
    """Make a throw-away authority (files/ca.pem) and the context of a server that it vouches for."""
    now = datetime.now(UTC)

    def certificate(name: str, key: Key, issuer: str, signer: Key) -> bytes:
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        )
        return built.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    ca, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "ca.pem").write_bytes(certificate("authority", ca, "authority", ca))
    private = server.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = tmp_path / "server.pem"
    chain.write_bytes(private + certificate("server", server, "authority", ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


@played
async def test_tls_to_a_server_that_the_authority_vouches_for(tmp_path: Path) -> None:
    server = Server()
    async with (
        listening(server.serve, authority(tmp_path)) as port,
        sending(tmp_path, "tls", port, ca="ca.pem") as host,
    ):
        host.put(b"secret matters")
        await until(lambda: server.messages)
    assert server.messages == [b"secret matters"]


@played
async def test_tls_to_a_server_that_nobody_vouches_for_sends_nothing(tmp_path: Path) -> None:
    server = Server()
    context = authority(tmp_path)
    authority(tmp_path)  # another one: what ca.pem holds now has not signed the server
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with listening(server.serve, context) as port, sending(tmp_path, "tls", port, ca="ca.pem") as host:
        host.put(b"secret matters")
        await until(lambda: host.error)
        assert "certificate verify failed" in host.error
        assert host.waiting == 1
    assert server.messages == []


@played
async def test_an_authority_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    async with sending(tmp_path, "tls", 6514, ca="missing.pem") as host:
        await until(lambda: host.error)
        assert "No such file" in host.error


@played
async def test_hosts_follow_the_configuration_and_those_that_stay_keep_their_queue(tmp_path: Path) -> None:
    one, two = SyslogHost("127.0.0.1", "tcp", 9), SyslogHost("127.0.0.2", "tcp", 9)
    manager = FakeManager(tmp_path, Configuration(audit=AuditSettings(hosts=(one,))))
    syslog = Syslog(manager.configuration, tmp_path, manager.notices)
    syslog.start()
    first = syslog.hosts[one]
    syslog.take_record(RECORD)
    syslog.take_notice(ManagementNotice("telnet-on", "x", "warnings", 0.0))
    running = manager.configuration.running
    await manager.configuration.apply(msgspec.structs.replace(running, audit=AuditSettings(hosts=(one, two))))
    assert [syslog.hosts[one], first.waiting, list(syslog.hosts)] == [first, 2, [one, two]]
    await manager.configuration.apply(msgspec.structs.replace(running, audit=AuditSettings(hosts=(two,))))
    assert list(syslog.hosts) == [two]
    await until(first._task.done)
    await syslog.close()
    assert not syslog.hosts


@played
async def test_what_is_sent_has_no_secret(tmp_path: Path) -> None:
    server = Server()
    async with listening(server.serve) as port:
        hosts = (SyslogHost("127.0.0.1", "tcp", port),)
        manager = FakeManager(tmp_path, Configuration(audit=AuditSettings(hosts=hosts)))
        syslog = Syslog(manager.configuration, tmp_path, manager.notices)
        manager.audit.subscribers.append(syslog.take_record)
        syslog.start()
        await done(manager.session(batch=False), ["configure terminal", "username ann secret 0 swordfish-and-chips"])
        await until(lambda: len(server.messages) == 3)
        await syslog.close()
    assert b"username ann secret" in b"".join(server.messages)
    assert not any(b"swordfish" in each or b"$9$" in each for each in server.messages)


def _entry(severity: int, text: str, notice: ManagementNotice | None = None) -> Entry:
    return Entry(5, LogLine("sip-1", 77, "net", severity, 1000.5, text), notice)


def test_a_message_of_the_log_names_its_process_area_and_number() -> None:
    assert of_entry(_entry(3, "socket gone"), "sip1", 2048, 16).decode() == (
        '<131>1 1970-01-01T00:16:40.500000Z sip1 sip-1 77 net [meta sequenceId="5"] socket gone'
    )


def test_a_message_that_tells_of_a_notice_is_sent_as_the_notice() -> None:
    notice = ManagementNotice("telnet-on", "telnet is enabled", "warnings", 1000.5)
    assert of_entry(_entry(4, "telnet-on: telnet is enabled", notice), "sip1", 2048, 16).startswith(b"<132>1 ")
    assert b'[notice@32473 kind="telnet-on"]' in of_entry(_entry(4, "", notice), "sip1", 2048, 16)


@played
async def test_a_host_of_the_log_gets_what_is_severe_enough_and_no_audit_record(tmp_path: Path) -> None:
    server = Server()
    async with listening(server.serve) as port:
        logs = LogSettings(hosts=(LogHost("127.0.0.1", "tcp", port, level="errors"),), facility="local3")
        manager = FakeManager(tmp_path, Configuration(logging=logs))
        manager.syslog.start()
        manager.syslog.take_record(RECORD)
        manager.syslog.take_entry(_entry(4, "not so bad"))
        manager.syslog.take_entry(_entry(2, "bad"))
        await until(lambda: server.messages)
        await manager.syslog.close()
    assert [message.split(b" ")[0] for message in server.messages] == [b"<154>1"]
