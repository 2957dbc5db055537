"""The test call over real sockets against a fake server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest
from support.fake_proxy import FakeProxy

from oam.testcall.call import CallError, run
from oam.testcall.plan import Party

CALLER = Party("1001", "1001", "example.com", {}, ("", 0))
CALLEE = Party("1002", "1002", "example.com", {}, ("", 0))


@contextlib.contextmanager
def served(proxy: FakeProxy) -> Iterator[None]:
    """Let `proxy` answer on a socket of its own; its address is filled in."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setblocking(False)
        listener.bind(("127.0.0.1", 0))
        proxy.address = listener.getsockname()

        def read() -> None:
            octets, source = listener.recvfrom(65535)
            for answer, target in proxy.handle(octets, source):
                listener.sendto(answer, target)

        loop.add_reader(listener, read)
        try:
            yield
        finally:
            loop.remove_reader(listener)


def test_steps_come_as_they_happen() -> None:
    async def scenario() -> list[str]:
        proxy = FakeProxy(("", 0))
        with served(proxy):
            steps = [step async for step in run(proxy.address, "example.com", CALLER, CALLEE, 5.0)]
        assert proxy.binding is None
        return [step.event for step in steps]

    events = asyncio.run(scenario())
    assert events[0] == "REGISTER: 200 OK"
    assert "INVITE: 180 Ringing" in events
    assert events[-2:] == ["BYE: 200 OK", "REGISTER: 200 OK"]


def test_a_refusal_is_raised_after_the_steps_seen() -> None:
    async def scenario() -> list[str]:
        proxy = FakeProxy(("", 0))
        proxy.refuse["INVITE"] = "404 Not Found"
        seen: list[str] = []

        async def gather() -> None:
            async for step in run(proxy.address, "example.com", CALLER, CALLEE, 5.0):
                seen.append(step.event)

        with served(proxy):
            with pytest.raises(CallError, match="INVITE was answered 404 Not Found"):
                await gather()
            assert proxy.binding is None
        return seen

    assert asyncio.run(scenario())[:2] == ["REGISTER: 200 OK", "INVITE: 404 Not Found"]


def test_leaving_early_removes_the_binding() -> None:
    async def scenario() -> None:
        proxy = FakeProxy(("", 0))
        with served(proxy):
            steps = run(proxy.address, "example.com", CALLER, CALLEE, 5.0)
            assert (await anext(steps)).event == "REGISTER: 200 OK"
            assert proxy.binding is not None
            await steps.aclose()
            assert proxy.binding is None

    asyncio.run(scenario())


def test_an_address_that_is_not_ours_is_refused() -> None:
    async def scenario() -> None:
        async for _ in run(("192.0.2.1", 5060), "example.com", CALLER, CALLEE, 1.0):
            raise AssertionError("a step without a server")

    with pytest.raises(CallError, match=r"no socket on 192\.0\.2\.1: Cannot assign requested address"):
        asyncio.run(scenario())
