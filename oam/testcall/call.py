"""Carry a test call over UDP: two sockets, one timer, the steps as they happen."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import AsyncGenerator

import msgspec

from oam.testcall.plan import Address, Party, Plan, StepRow
from oam.testcall.probe import Probe


class CallError(Exception):
    """The call did not run to its end; the text says where and why."""


async def run(
    server: Address, domain: str, caller: Party, callee: Party, timeout_s: float
) -> AsyncGenerator[StepRow, None]:
    """Make the call through the listener at `server` and yield each step when it is seen.

    The parties' `local` is filled in here. However this ends, cancellation included, the
    call is taken down and the callee's binding removed. Raises CallError.
    """
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(2)]
        try:
            for each in sockets:
                each.setblocking(False)
                each.bind((server[0], 0))
        except OSError as error:
            raise CallError(f"no socket on {server[0]}: {error.strerror}") from error
        locals_ = [each.getsockname()[:2] for each in sockets]
        parties = [msgspec.structs.replace(p, local=a) for p, a in zip((caller, callee), locals_, strict=True)]
        probe = Probe(Plan(server, domain, parties[0], parties[1], timeout_s), random.SystemRandom())
        woken = asyncio.Event()
        for side, each in enumerate(sockets):
            loop.add_reader(each, _read, probe, side, each, woken)
            stack.callback(loop.remove_reader, each)
        probe.start(time.monotonic())
        try:
            async for step in _drive(probe, sockets, woken):
                yield step
        finally:
            if not probe.done:
                probe.fail("interrupted", time.monotonic())
                await _finish(probe, sockets, woken)
    if probe.failure:
        raise CallError(probe.failure)


async def _drive(probe: Probe, sockets: list[socket.socket], woken: asyncio.Event) -> AsyncGenerator[StepRow, None]:
    shown = 0
    while True:
        _send(probe, sockets)
        for step in probe.steps[shown:]:
            shown += 1
            yield step
        if probe.done:
            return
        woken.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), max(0.0, probe.next_tick - time.monotonic()))
        probe.tick(time.monotonic())


async def _finish(probe: Probe, sockets: list[socket.socket], woken: asyncio.Event) -> None:
    async for _ in _drive(probe, sockets, woken):
        pass


def _read(probe: Probe, side: int, each: socket.socket, woken: asyncio.Event) -> None:
    """Take what has come. An ICMP error of an earlier send is no news: the timer tells."""
    with contextlib.suppress(OSError):
        probe.receive(side, each.recv(65535), time.monotonic())
    woken.set()


def _send(probe: Probe, sockets: list[socket.socket]) -> None:
    """Send what the probe wants sent; what the kernel refuses is lost, as on any network."""
    for side, octets, address in probe.out:
        with contextlib.suppress(OSError):
            sockets[side].sendto(octets, address)
    probe.out.clear()
