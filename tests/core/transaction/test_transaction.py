"""One transaction, before and after its time."""

from __future__ import annotations

import random

from support.engine import flow

from core.effect import UDP
from core.northbound.settings import SipSettings
from core.transaction import tables
from core.transaction.layer import TransactionLayer
from core.transaction.transaction import Transaction

PEER = flow("192.0.2.1")


def make(kind: int) -> tuple[TransactionLayer, Transaction]:
    layer = TransactionLayer(SipSettings(), memoryview(bytearray(8 * 256)).cast("q"), [])
    return layer, Transaction(kind, "key", "z9hG4bKx", "INVITE", PEER, PEER.transport != UDP, layer, None, 5.0)


def test_each_kind_begins_in_its_first_state() -> None:
    states = [make(kind)[1].state for kind in range(4)]
    assert states == [tables.PROCEEDING, tables.TRYING, tables.CALLING, tables.TRYING]


def test_a_timer_drives_the_machine() -> None:
    layer, transaction = make(tables.CLIENT_INVITE)
    transaction.last = b"INVITE"
    transaction.interval = 0.5
    transaction.on_timer(tables.TIMER_A, 10.0)
    assert transaction.interval == 1.0
    assert [effect[2] for effect in layer.out] == [b"INVITE"]


def test_no_timer_wakes_what_is_over() -> None:
    layer, transaction = make(tables.CLIENT_INVITE)
    transaction.state = tables.TERMINATED
    for timer in random.Random(1).sample(range(11), 11):
        transaction.on_timer(timer, 10.0)
    assert layer.out == []
    assert transaction.state == tables.TERMINATED
