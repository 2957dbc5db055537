"""Listeners opened, kept, closed; all or nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from support.waiting import free_ports

from core.northbound.settings import Listener
from sipctl import sockets as module
from sipctl.sockets import BindError, Sockets, bind


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    """An owner of sockets that closes them in the end."""
    made = Sockets()
    yield made
    made.keep({})


def listeners(count: int, transport: str = "udp") -> list[Listener]:
    return [Listener(transport, "127.0.0.1", port) for port in free_ports(count)]


def address(sockets: Sockets, number: int) -> tuple[str, int]:
    with socket.socket(fileno=sockets.fd(number)) as sock:
        found: tuple[str, int] = sock.getsockname()
        sock.detach()
    return found


@pytest.mark.parametrize(
    ("transport", "host"), [("udp", "127.0.0.1"), ("udp", "::1"), ("tcp", "127.0.0.1"), ("tcp", "::1")]
)
def test_a_listener_is_opened(sockets: Sockets, transport: str, host: str) -> None:
    listener = Listener(transport, host, free_ports()[0])
    assert sockets.change([listener]) == ({0: listener}, [0])
    assert address(sockets, 0)[:2] == (host, listener.port)


def test_what_stays_keeps_number_and_socket(sockets: Sockets) -> None:
    first, second, third = listeners(3)
    sockets.change([first, second])
    fd = sockets.fd(1)
    changed, new = sockets.change([third, second])
    assert (changed, new) == ({2: third, 1: second}, [2])
    assert set(sockets.listeners()) == {0, 1, 2}
    sockets.keep(changed)
    assert (set(sockets.listeners()), sockets.fd(1)) == ({1, 2}, fd)
    assert sockets.change([first, second, third])[1] == [3]


def test_what_is_advertised_changes_without_a_new_socket(sockets: Sockets) -> None:
    (old,) = listeners(1)
    sockets.change([old])
    new = Listener("udp", old.address, old.port, "sip.example.com")
    changed, opened = sockets.change([new])
    sockets.keep(changed)
    assert (sockets.listeners(), opened) == ({0: new}, [])


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_port_in_use_is_told_and_nothing_new_stays_open(sockets: Sockets, transport: str) -> None:
    wanted, taken = listeners(2, transport)
    with bind(taken), pytest.raises(BindError) as caught:
        sockets.change([wanted, taken])
    assert str(caught.value) == (f"sip: listener {taken.name}: Address already in use (another program uses it)")
    assert sockets.listeners() == {}
    bind(wanted).close()


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(BindError, match=r"^sip: listener udp:192\.0\.2\.1:5060: Cannot assign requested address$"):
        bind(Listener("udp", "192.0.2.1"))


def test_listeners_are_bounded(sockets: Sockets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LISTENERS", 1)
    with pytest.raises(BindError, match="more than 1 listeners"):
        sockets.change(listeners(2))
    assert sockets.listeners() == {}


def test_udp_asks_for_room() -> None:
    (listener,) = listeners(1)
    with bind(listener) as sock:
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > 65_536
