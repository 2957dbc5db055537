"""Look-ups: answers once, shared, bounded, in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.effect import UDP
from core.net import resolver
from core.net.resolver import Resolver

Answers = list[tuple[int, list[tuple[str, int]]]]


def resolve(
    questions: list[tuple[int, str]], lookup: Callable[[str], Awaitable[list[str]]], timeout_s: float
) -> Answers:
    """Ask all, return the answers in their order."""

    async def inside() -> Answers:
        answers: Answers = []
        done = asyncio.Event()

        def answer(token: int, found: list[tuple[str, int]]) -> None:
            answers.append((token, found))
            if len(answers) == len(questions):
                done.set()

        asked = Resolver(answer, lookup, timeout_s)
        for token, host in questions:
            asked.resolve(token, host, 0, UDP)
        assert answers == []
        await done.wait()
        asked.close()
        return answers

    return asyncio.run(inside())


async def known(host: str) -> list[str]:
    return [f"{host}-address"]


async def unknown(host: str) -> list[str]:
    raise OSError("no such name")


async def malformed(host: str) -> list[str]:
    raise UnicodeError("label too long")


async def slow(host: str) -> list[str]:
    await asyncio.sleep(0.05)
    return ["too late"]


def test_each_question_is_answered() -> None:
    assert resolve([(1, "a"), (2, "b")], known, 1) == [(1, [("a-address", 5060)]), (2, [("b-address", 5060)])]


@pytest.mark.parametrize("lookup", [unknown, malformed])
def test_a_name_that_is_not_found_has_no_address(lookup: Callable[[str], Awaitable[list[str]]]) -> None:
    assert resolve([(1, "a")], lookup, 1) == [(1, [])]


def test_a_slow_name_service_is_not_waited_for() -> None:
    assert resolve([(1, "a")], slow, 0.01) == [(1, [])]


def test_questions_for_one_name_share_a_look_up() -> None:
    asked: list[str] = []

    async def lookup(host: str) -> list[str]:
        asked.append(host)
        return ["x"]

    assert resolve([(1, "a"), (2, "a"), (3, "a")], lookup, 1) == [(n, [("x", 5060)]) for n in (1, 2, 3)]
    assert asked == ["a"]


def test_one_look_up_too_many_is_answered_as_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "MAX_OUTSTANDING", 1)
    assert sorted(resolve([(1, "a"), (2, "b")], known, 1)) == [(1, [("a-address", 5060)]), (2, [])]


def test_the_system_s_resolver_finds_numeric_addresses() -> None:
    async def inside() -> Answers:
        answers: Answers = []
        asked = Resolver(lambda token, found: answers.append((token, found)))
        asked.resolve(1, "127.0.0.9", 5070, UDP)
        asked.resolve(2, "::9", 0, UDP)
        while len(answers) < 2:
            await asyncio.sleep(0.001)
        asked.close()
        return answers

    assert sorted(asyncio.run(inside())) == [(1, [("127.0.0.9", 5070)]), (2, [("::9", 5060)])]
