"""Records wait for their servers, in order and bounded."""

from __future__ import annotations

import asyncio

from support.management import played
from support.waiting import until

from oam.security.accounting import COMMAND, Queue, Record
from oam.security.server_state import QueueRow
from oam.security.verdict import FAIL, PASS, UNREACHABLE


def record(number: int) -> Record:
    return Record(COMMAND, "bob", "ssh", "192.0.2.7", "vty0-1", 0.0, command=f"show {number}")


class Server:
    """Takes records as long as `outcome` is PASS."""

    def __init__(self, outcome: str = PASS) -> None:
        self.outcome = outcome
        self.taken: list[str] = []
        self.asked = 0

    async def take(self, what: Record) -> str:
        self.asked += 1
        if self.outcome == PASS:
            self.taken.append(what.command)
        return self.outcome


@played
async def test_records_are_delivered_in_order() -> None:
    server = Server()
    queue = Queue(server.take)
    for number in range(5):
        queue.put(record(number))
    await until(lambda: queue.sent == 5)
    assert server.taken == [f"show {number}" for number in range(5)]
    assert queue.row() == QueueRow(5, 0, 0, 0)


@played
async def test_records_wait_while_no_server_answers_and_too_many_are_dropped() -> None:
    server = Server(UNREACHABLE)
    queue = Queue(server.take, maximum=3, retry_s=0.001)
    for number in range(5):
        queue.put(record(number))
    await until(lambda: server.asked > 2)
    assert queue.row() == QueueRow(0, 3, 2, 0)
    server.outcome = PASS
    await until(lambda: queue.sent == 3)
    assert server.taken == ["show 0", "show 1", "show 2"]


@played
async def test_a_record_that_is_refused_holds_up_no_other() -> None:
    queue = Queue(Server(FAIL).take)
    queue.put(record(1))
    queue.put(record(2))
    await until(lambda: queue.failed == 2)
    assert queue.row() == QueueRow(0, 0, 0, 2)


@played
async def test_a_fault_in_the_delivery_loses_one_record_and_not_the_queue() -> None:
    async def broken(_record: Record) -> str:
        raise RuntimeError("a fault of ours")

    queue = Queue(broken)
    queue.put(record(1))
    await until(lambda: queue.failed == 1)


@played
async def test_the_end_waits_for_what_can_be_delivered_and_no_longer() -> None:
    server = Server()
    queue = Queue(server.take)
    queue.put(record(1))
    await queue.close()
    assert server.taken == ["show 1"]
    stuck = Queue(Server(UNREACHABLE).take, retry_s=60)
    stuck.put(record(1))
    async with asyncio.timeout(2):
        await stuck.close(0.01)
