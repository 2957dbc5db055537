"""Telnet, by clients that refuse everything, answer nothing, send anything or never read."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.management import FakeManager, done, gathered, played
from support.telnet import HOST, NAME, SECRET, Client, ServedTelnet, configuration, make_certificate
from support.waiting import free_ports, wait_until

from oam.config.tree import Configuration
from oam.settings.access import AccessList, AccessRule, ManagementListener, TelnetSettings
from oam.settings.lines import Banners

pytestmark = pytest.mark.slow

IAC, DONT, DO, WONT, WILL, SB, SE = (bytes((octet,)) for octet in (255, 254, 253, 252, 251, 250, 240))
IP, AYT, NOP, DM, BRK = (bytes((octet,)) for octet in (244, 246, 241, 242, 243))
ECHO, SGA, TTYPE, NAWS = b"\x01", b"\x03", b"\x18", b"\x1f"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedTelnet]:
    with ServedTelnet(tmp_path) as server:
        yield server


@pytest.fixture
def client(served: ServedTelnet) -> Iterator[Client]:
    with Client(served.port) as connected:
        yield connected


# --- the dialogue


def test_a_client_that_answers_nothing_is_asked_its_name(client: Client) -> None:
    assert client.expect(b"Username: ").endswith(b"\r\nUser Access Verification\r\n\r\nUsername: ")


def test_a_client_that_refuses_everything_works_and_is_echoed_to(client: Client) -> None:
    for option in range(256):
        client.send(IAC + DONT + bytes((option,)) + IAC + WONT + bytes((option,)))
    client.log_in()
    client.send(b"show clo")
    client.expect(b"show clo")
    client.send(b"ck\r\n")
    assert client.expect(b"sip1#").startswith(b"ck\r\n")


def test_a_client_that_insists_on_options_of_its_own_works(client: Client) -> None:
    for option in range(256):
        client.send(IAC + DO + bytes((option,)) + IAC + WILL + bytes((option,)))
    client.log_in()
    assert "UTC" in client.command("show clock")


def test_a_client_that_promises_its_terminal_type_and_never_tells_it_works(client: Client) -> None:
    client.send(IAC + WILL + TTYPE + IAC + WILL + NAWS)
    client.log_in()


def test_banners_come_before_the_login(tmp_path: Path) -> None:
    with ServedTelnet(tmp_path) as served:
        served.call(
            lambda manager: setattr(
                manager.configuration,
                "running",
                Configuration(
                    telnet=manager.configuration.running.telnet, banners=Banners(motd="Be\nkind", login="Be known")
                ),
            )
        )
        with Client(served.port) as client:
            assert b"Be\r\nkind\r\nBe known\r\n\r\nUser Access Verification\r\n" in client.expect(b"Username: ")


def test_nothing_of_the_password_is_echoed(client: Client) -> None:
    client.expect(b"Username: ")
    client.send(NAME.encode() + b"\r")
    assert client.expect(b"Password: ") == NAME.encode() + b"\r\nPassword: "
    client.send(SECRET.encode() + b"\r")
    assert client.expect(b"#") == b"\r\nsip1#"


@pytest.mark.parametrize("enter", [b"\r", b"\n", b"\r\n", b"\r\0"])
def test_each_way_to_press_enter_is_one_enter(client: Client, enter: bytes) -> None:
    client.expect(b"Username: ")
    client.send(NAME.encode() + enter)
    client.expect(b"Password: ")
    client.send(SECRET.encode() + enter)
    client.expect(b"sip1#")
    client.send(b"show clock" + enter)
    client.expect(b"show clock\r\n")
    assert client.expect(b"sip1#").count(b"\r\n") == 1
    client.send(enter)
    assert client.expect(b"sip1#") == b"\r\nsip1#"


def test_an_enter_split_between_packets_is_one_enter(client: Client) -> None:
    client.expect(b"Username: ")
    client.send(NAME.encode() + b"\r")
    client.expect(b"Password: ")
    client.send(b"\0" + SECRET.encode() + b"\r")
    client.expect(b"sip1#")
    client.send(b"\n")
    assert "UTC" in client.command("show clock")


def test_a_robot_that_presses_enter_to_see_a_prompt_is_asked_again(client: Client, served: ServedTelnet) -> None:
    client.expect(b"Username: ")
    client.send(b"\r\n\r\n\r\n\r\n")
    for _ in range(4):
        client.expect(b"Username: ")
    client.send(f"{NAME}\r{SECRET}\r".encode())
    client.expect(b"sip1#")
    assert served.call(lambda manager: manager.telnet.counts.logins_failed) == 0


def test_a_connection_has_so_many_attempts(client: Client, served: ServedTelnet) -> None:
    for name, secret in ((NAME, "wrong"), ("nobody", SECRET), (NAME, "")):
        client.expect(b"Username: ")
        client.send(name.encode() + b"\r")
        client.expect(b"Password: ")
        client.send(secret.encode() + b"\r")
        client.expect(b"% Login invalid\r\n")
    assert b"Username" not in client.rest()
    assert served.call(lambda manager: manager.telnet.counts.logins_failed) == 3


def test_ctrl_c_drops_an_attempt(client: Client) -> None:
    client.expect(b"Username: ")
    client.send(NAME.encode() + b"\r")
    client.expect(b"Password: ")
    client.send(b"abc\x03")
    client.expect(b"^C\r\n")
    client.log_in()


def test_exit_ends_the_connection(client: Client) -> None:
    client.log_in()
    client.send(b"exit\r\n")
    assert client.rest() == b"exit\r\n"


def test_what_is_typed_behind_exit_costs_nothing_of_the_output(client: Client) -> None:
    client.log_in()
    client.send(b"show clock\rexit\r" + b"show clock\r" * 10_000)
    said = client.rest()
    assert b" UTC " in said
    assert said.endswith(b"exit\r\n")


def test_who_is_on_comes_from_where(client: Client, served: ServedTelnet) -> None:
    client.log_in()
    (line,) = served.call(lambda manager: manager.lines.all())
    assert (line.name, line.session.user, line.session.origin, line.session.address) == ("vty 0", NAME, "telnet", HOST)


# --- commands of the protocol


def test_characters_split_between_packets_stay_whole(client: Client) -> None:
    client.log_in()
    for octet in "show clock | include é世".encode():
        client.send(bytes((octet,)))
    client.expect("é世".encode())


def test_a_command_split_between_packets_is_no_input(client: Client) -> None:
    client.log_in()
    client.send(b"show " + IAC)
    client.expect(b"show ")
    client.send(SB + NAWS + b"\0\x84\0")
    client.send(b"\x2b" + IAC)
    client.send(SE + b"clock\r")
    assert b"UTC" in client.expect(b"sip1#")


@pytest.mark.parametrize(("sent", "size"), [(b"\0\x84\0\x2b", (132, 43)), (b"\0\0\0\0", (80, 24))])
def test_the_window_may_be_resized_and_0_is_no_size(
    client: Client, served: ServedTelnet, sent: bytes, size: tuple[int, int]
) -> None:
    client.send(IAC + WILL + NAWS + IAC + SB + NAWS + b"\0\x20\0\x20" + IAC + SE)
    client.log_in()
    client.send(IAC + SB + NAWS + sent + IAC + SE)
    client.command("show clock")

    def seen(manager: FakeManager) -> tuple[int, int]:
        terminal = manager.lines.all()[0].terminal
        assert terminal is not None
        return terminal.columns, terminal.rows

    assert served.call(seen) == size


@pytest.mark.parametrize("command", [IP, BRK])
def test_a_break_is_ctrl_c(client: Client, command: bytes) -> None:
    client.log_in()
    client.send(b"show clo" + IAC + command)
    assert client.expect(b"sip1#").endswith(b"^C\r\nsip1#")


def test_urgent_data_is_no_gap(client: Client) -> None:
    """Telnet's synch sends its last octet as urgent data (RFC 854); the rest must not be taken for its command."""
    client.log_in()
    client.send(b"show cl" + IAC)
    client.socket.send(DM, socket.MSG_OOB)
    client.send(b"ock\r")
    assert b"UTC" in client.expect(b"sip1#")


def test_are_you_there_and_nothing_do_not_disturb(client: Client) -> None:
    client.log_in()
    client.send(IAC + NOP + IAC + AYT + b"\0")
    client.expect(b"[Yes]\r\n")
    assert "UTC" in client.command("show clock")


def test_garbage_in_subnegotiations_is_counted(client: Client, served: ServedTelnet) -> None:
    for option in range(256):
        client.send(IAC + SB + bytes((option,)) * 2 + b"\x01garbage" + IAC + SE)
    client.log_in()
    client.send(b"exit\r")
    client.rest()
    wait_until(lambda: served.call(lambda manager: manager.telnet.counts.malformed) > 200, 10, "the count")


def test_a_subnegotiation_without_end_takes_no_memory(client: Client, served: ServedTelnet) -> None:
    client.expect(b"Username: ")
    client.send(IAC + SB + TTYPE + b"\0" * 4096)
    client.rest()
    wait_until(lambda: served.call(lambda manager: manager.telnet.counts.dropped) == 1, 10, "the drop")


class Faults(logging.Handler):
    """What the server calls an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@contextmanager
def no_fault() -> Iterator[None]:
    """Nothing inside the `with` is an error to the server."""
    faults = Faults()
    logging.getLogger().addHandler(faults)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(faults)
    assert faults.said == []


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, int]]:
    """An operator at work, and the port of the server; in the end every session comes to its own."""
    with ServedTelnet(tmp_path_factory.mktemp("fuzz"), source_maximum=1000, unauthenticated_maximum=1000) as server:
        with Client(server.port) as client:
            client.log_in()
            yield client, server.port
        wait_until(lambda: server.call(lambda manager: manager.telnet.listening.connections) == 0, 20, "their ends")


PARTS = st.one_of(
    st.binary(max_size=40), st.sampled_from([IAC, SB, SE, DO, WILL, WONT, DONT, IP, TTYPE, NAWS, b"\r", b"\n", b"\x03"])
)


@settings(max_examples=60)
@given(st.lists(PARTS, max_size=80), st.booleans())
def test_no_octets_end_any_session_but_their_own(
    neighbour: tuple[Client, int], parts: list[bytes], logged_in: bool
) -> None:
    client, port = neighbour
    with no_fault():
        with Client(port) as rogue:
            if logged_in:
                rogue.log_in()
            rogue.send(b"".join(parts))
            assert "UTC" in client.command("show clock")
        assert "UTC" in client.command("show clock")


def test_a_flood_of_questions_that_reads_no_answers_is_dropped(client: Client, served: ServedTelnet) -> None:
    client.expect(b"Username: ")
    client.socket.settimeout(20)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with pytest.raises(ConnectionError):
        client.send((IAC + AYT) * 50_000_000)
    with Client(served.port) as other:
        other.log_in()
        assert "dropped:                1" in other.command("show telnet")


def test_a_client_that_never_reads_stops_itself_alone(client: Client, served: ServedTelnet) -> None:
    """What it has asked for is not even made: memory is bounded on both sides."""
    client.log_in()
    client.send(b"terminal length 0\r" + b"show running-config all\r" * 3000)
    with Client(served.port) as other:
        other.log_in()
        for _ in range(20):
            assert "UTC" in other.command("show clock")
    held = served.call(lambda manager: [len(each.terminal.peek()) for each in manager.lines.all() if each.terminal])
    assert max(held) > 1000


# --- who may come in


def test_strangers_of_one_source_are_bounded_and_operators_do_not_count(tmp_path: Path) -> None:
    with ServedTelnet(tmp_path, source_maximum=1) as served, Client(served.port) as first:
        first.expect(b"Username: ")
        with Client(served.port) as second:
            assert second.rest() == b""
        first.send(f"{NAME}\r{SECRET}\r".encode())
        first.expect(b"sip1#")
        with Client(served.port) as third:
            third.expect(b"Username: ")


def test_a_stranger_who_has_gone_does_not_count(served: ServedTelnet) -> None:
    for _ in range(30):
        with Client(served.port) as client:
            client.expect(b"Username: ")
        wait_until(lambda: served.call(lambda manager: manager.telnet.listening.connections) == 0, 10, "the end")


def test_logging_in_takes_no_longer_than_it_may(tmp_path: Path) -> None:
    with ServedTelnet(tmp_path, login_timeout_s=1) as served, Client(served.port) as client:
        assert client.rest().endswith(b"\r\n% Login timeout expired\r\n")
        assert served.call(lambda manager: manager.telnet.counts.login_timeouts) == 1


def test_an_access_list_decides(tmp_path: Path) -> None:
    nobody = AccessList("NOBODY", (AccessRule("deny", "any"),))
    with ServedTelnet(tmp_path, access_list="NOBODY") as served:
        running = served.call(lambda manager: manager.configuration.running)
        assert running.telnet.access_list == nobody.name
        with Client(served.port) as client:
            assert client.rest() == b""
        assert served.call(lambda manager: manager.telnet.listening.admission.refused_acl) == 1


# --- TLS


def trusting(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    return context


def test_with_tls_everything_is_encrypted_from_the_first_octet(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "files")
    with ServedTelnet(tmp_path, tls="tls", certificate=certificate.name) as served:
        with Client(served.port, trusting(certificate)) as client:
            assert isinstance(client.socket, ssl.SSLSocket)
            assert client.socket.version() in ("TLSv1.2", "TLSv1.3")
            client.log_in()
            assert "CN=localhost, valid until" in client.command("show telnet")
            client.send(b"exit\r")
            client.rest()
        renewed = make_certificate(tmp_path / "files")
        with Client(served.port, trusting(renewed)) as client:
            client.log_in()


def test_old_versions_of_tls_are_refused(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "files")
    context = trusting(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with ServedTelnet(tmp_path, tls="tls", certificate=certificate.name) as served, pytest.raises(ssl.SSLError):
        Client(served.port, context)


def test_a_client_without_tls_is_sent_away_and_counted(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "files")
    with ServedTelnet(tmp_path, tls="tls", certificate=certificate.name) as served:
        with Client(served.port) as client:
            client.send(b"admin\r\n")
            assert b"Username" not in client.rest()
        wait_until(lambda: served.call(lambda manager: manager.telnet.counts.handshakes_failed) == 1, 10, "the count")


def test_a_client_that_never_begins_tls_counts_as_a_stranger_and_is_sent_away(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "files")
    with ServedTelnet(tmp_path, tls="tls", certificate=certificate.name, login_timeout_s=1, source_maximum=1) as served:
        with Client(served.port) as silent:
            with Client(served.port) as second:
                assert second.rest() == b""
            assert silent.rest() == b""
        assert served.call(lambda manager: manager.telnet.counts.handshakes_failed) == 1


def test_a_certificate_that_is_gone_costs_the_connection_alone(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "files")
    with ServedTelnet(tmp_path, tls="tls", certificate=certificate.name) as served:
        certificate.unlink()
        with Client(served.port) as client:
            assert client.rest() == b""
        assert served.call(lambda manager: manager.telnet.counts.handshakes_failed) == 1


# --- the configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    (tmp_path / "files").mkdir()
    return FakeManager(tmp_path, Configuration(hostname="sip1"))


@played
async def test_telnet_is_off_unless_it_is_switched_on_and_a_notice_says_when_it_is(manager: FakeManager) -> None:
    (port,) = free_ports()
    async with manager.telnet.served():
        await done(manager.session(batch=False), ["configure terminal", "management telnet"])
        await done(
            session := manager.session(batch=False),
            ["configure terminal", "management telnet", f"listen {HOST} port {port}"],
        )
        assert not manager.telnet.listening.listeners
        assert not manager.notices.recent
        await done(session, ["no shutdown"])
        reader, writer = await asyncio.open_connection(HOST, port)
        assert await reader.readuntil(b"Username: ")
        (notice,) = manager.notices.recent
        assert (notice.kind, notice.severity) == ("telnet-on", "warnings")
        assert f"{HOST} port {port}" in notice.text
        writer.close()
        await done(session, ["shutdown"])
        with pytest.raises(OSError):
            await asyncio.open_connection(HOST, port)


@played
async def test_an_ipv6_client_of_this_host_may_come_in(tmp_path: Path) -> None:
    (port,) = free_ports()
    telnet = TelnetSettings(listeners=(ManagementListener("::1", port),), shutdown=False)
    async with FakeManager(tmp_path, Configuration(telnet=telnet)).telnet.served():
        reader, writer = await asyncio.open_connection("::1", port)
        assert await reader.readuntil(b"Username: ")
        writer.close()


@played
async def test_a_notice_says_at_the_start_that_telnet_is_on(tmp_path: Path) -> None:
    (port,) = free_ports()
    manager = FakeManager(tmp_path, configuration(port))
    async with manager.telnet.served():
        assert [each.kind for each in manager.notices.recent] == ["telnet-on"]


@played
async def test_a_certificate_that_cannot_be_used_is_a_refused_line(manager: FakeManager) -> None:
    folder = manager.state / "files"
    make_certificate(folder, "both.pem")
    make_certificate(folder, "public.pem", key="private.pem")
    make_certificate(folder, "other.pem", key="foreign.pem")
    (folder / "empty.pem").write_text("")
    (port,) = free_ports()
    async with manager.telnet.served():
        session = manager.session(batch=False)
        await done(session, ["configure terminal", "management telnet"])

        async def refused(line: str) -> str:
            result = (await gathered(session, line))[1]
            assert result.code
            return result.errors[0]

        assert "needs 'tls certificate" in await refused(f"listen {HOST} port {port} tls")
        assert "missing.pem: No such file" in await refused("tls certificate missing.pem")
        assert "outside of" in await refused("tls certificate ../../etc/passwd")
        assert "empty.pem: no certificate" in await refused("tls certificate empty.pem")
        await done(session, ["tls certificate public.pem"])
        assert "public.pem: no private key" in await refused(f"listen {HOST} port {port} tls")
        await done(session, ["tls private-key foreign.pem"])
        assert "foreign.pem: not the private key" in await refused(f"listen {HOST} port {port} tls")
        await done(session, ["tls private-key private.pem", f"listen {HOST} port {port} tls"])
        assert "no certificate" in await refused("tls certificate empty.pem")
        assert manager.configuration.running.telnet == TelnetSettings(
            listeners=(ManagementListener(HOST, port, "tls"),), certificate="public.pem", private_key="private.pem"
        )
