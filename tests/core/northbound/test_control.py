"""Between supervisor and worker: messages with descriptors, and the ends of both."""

from __future__ import annotations

import os
import socket

import pytest

from core.northbound.control import (
    MAX_LISTENERS,
    Configure,
    Configured,
    control_pair,
    receive_configure,
    receive_configured,
    send_configure,
    send_configured,
)
from core.northbound.settings import Listener


def test_settings_and_sockets_are_handed_over_and_answered() -> None:
    ours, theirs = control_pair()
    with ours, theirs, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        sip.bind(("127.0.0.1", 0))
        message = Configure(3, "settings", ((0, Listener("udp", "127.0.0.1", sip.getsockname()[1])),), (0,))
        send_configure(ours, message, [sip.fileno()])
        received = receive_configure(theirs)
        assert received is not None
        assert received[0] == message
        with socket.socket(fileno=received[1][0]) as handed:
            assert handed.getsockname() == sip.getsockname()
        send_configured(theirs, Configured(3, ("no",)))
        assert receive_configured(ours) == Configured(3, ("no",))


def test_as_many_listeners_as_are_allowed_fit() -> None:
    ours, theirs = control_pair()
    listeners = tuple(
        (number, Listener("udp", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 65535, "a" * 253))
        for number in range(MAX_LISTENERS)
    )
    with ours, theirs, socket.socket() as some:
        send_configure(
            ours, Configure(1, "settings", listeners, tuple(range(MAX_LISTENERS))), [some.fileno()] * MAX_LISTENERS
        )
        received = receive_configure(theirs)
        assert received is not None
        for fd in received[1]:
            os.close(fd)
        assert (received[0].listeners, len(received[1])) == (listeners, MAX_LISTENERS)


def test_the_end_of_the_other_is_noticed() -> None:
    ours, theirs = control_pair()
    with theirs:
        ours.close()
        assert receive_configure(theirs) is None
    ours, theirs = control_pair()
    with ours:
        theirs.close()
        assert receive_configured(ours) is None


def test_the_supervisor_does_not_wait() -> None:
    ours, theirs = control_pair()
    with ours, theirs, pytest.raises(BlockingIOError):
        receive_configured(ours)
