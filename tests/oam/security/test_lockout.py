"""Failed logins: who is locked, for how long, and what it costs in memory."""

from __future__ import annotations

import pytest

from oam.security.lockout import ACCOUNT, ADDRESS, MAXIMUM, Lockout
from oam.settings.operators import Block, LoginSettings


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


THREE = Block(120, 3, 60)
"""Two minutes after three failures within one."""


def made(clock: Clock, block: Block = THREE) -> Lockout:
    """Return a lockout that goes by `clock`."""
    return Lockout(lambda: LoginSettings(block), clock)


def test_an_account_is_locked_wherever_the_guesses_come_from_and_unlocked_by_time() -> None:
    clock = Clock()
    lockout = made(clock)
    assert [lockout.failed("bob", f"192.0.2.{host}") for host in range(3)] == [[], [], ["account bob"]]
    assert lockout.locked("bob", "198.51.100.1")
    assert not lockout.locked("alice", "198.51.100.1")
    clock.now += 119
    assert lockout.locked("bob", "")
    clock.now += 2
    assert not lockout.locked("bob", "")
    assert lockout.refused == 2


def test_an_address_is_locked_whatever_accounts_the_guesses_are_for() -> None:
    lockout = made(Clock())
    found = [lockout.failed(name, "192.0.2.1") for name in "abc"]
    assert found[-1] == ["address 192.0.2.1"]
    assert lockout.locked("d", "192.0.2.1")
    assert not lockout.locked("d", "192.0.2.2")


def test_an_ipv6_client_counts_by_its_network() -> None:
    lockout = made(Clock())
    for host in range(3):
        lockout.failed(f"n{host}", f"2001:db8::{host}")
    assert lockout.locked("x", "2001:db8::ffff")
    assert not lockout.locked("x", "2001:db8:0:1::1")
    assert not lockout.locked("x", "::ffff:192.0.2.1")


def test_failures_that_lie_apart_lock_nothing() -> None:
    clock = Clock()
    lockout = made(clock)
    for _ in range(10):
        assert lockout.failed("bob", "") == []
        clock.now += 31


def test_a_success_forgets_the_failures_of_the_account_but_not_of_the_address() -> None:
    lockout = made(Clock())
    for _ in range(2):
        lockout.failed("bob", "192.0.2.1")
    lockout.succeeded("bob")
    assert lockout.failed("bob", "192.0.2.1") == ["address 192.0.2.1"]


@pytest.mark.parametrize("block", [Block(0, 3, 60), Block(120, 100, 60)])
def test_nothing_is_locked_when_it_is_off_or_not_reached(block: Block) -> None:
    lockout = made(Clock(), block)
    assert [lockout.failed("bob", "192.0.2.1") for _ in range(20)] == [[]] * 20
    assert not lockout.locked("bob", "192.0.2.1")


def test_what_is_remembered_is_bounded_and_printable() -> None:
    lockout = made(Clock())
    for number in range(MAXIMUM + 10):
        lockout.failed(f"\x1b{number}" + "x" * 1000, "192.0.2.1")
    rows = list(lockout.rows())
    assert len(rows) == MAXIMUM + 1
    assert all(row.name.isprintable() and len(row.name) <= 64 for row in rows)
    assert lockout.forgotten == 10


def test_clearing_unlocks() -> None:
    lockout = made(Clock())
    for _ in range(3):
        lockout.failed("bob", "192.0.2.1")
    assert {(row.kind, row.name, row.failures, row.last_from, row.locked_s) for row in lockout.rows()} == {
        ("account", "bob", 3, "192.0.2.1", 120),
        ("address", "192.0.2.1", 3, "bob", 120),
    }
    assert (lockout.locked_now(ACCOUNT), lockout.locked_now(ADDRESS)) == (1, 1)
    assert lockout.clear("bob") == 1
    assert (lockout.locked_now(ACCOUNT), lockout.locked_now(ADDRESS)) == (0, 1)
    assert not lockout.locked("bob", "")
    assert lockout.clear("bob") == 0
    assert lockout.clear() == 1
    assert list(lockout.rows()) == []
