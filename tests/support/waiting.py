"""Waiting for a condition, and ports nobody uses."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], what: str = "a condition", seconds: float = 10) -> None:
    """Let others run until `condition()` holds; fail naming `what` when `seconds` pass first."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain for {what}") from None


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Return how long it took until `condition()` held; fail naming `what` when `seconds` pass first."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)
    return time.monotonic() - started


_SPAN = 5_000
_LOWEST = 10_000 + _SPAN * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0) % 20_000
"""Tests that run side by side look for ports in ranges of their own."""


def free_ports(count: int = 1, address: str = "127.0.0.1", lowest: int = _LOWEST) -> list[int]:
    """Return ports free for both UDP and TCP at `address` and outside the range the kernel hands out itself."""
    found: list[int] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        start = lowest + probe.getsockname()[1] % (_SPAN if lowest == _LOWEST else min(20_000, lowest // 2))
    for port in range(start, 32_000):
        if _is_free(address, port):
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports")


def _is_free(address: str, port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True
