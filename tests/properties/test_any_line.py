"""No line an operator or a script can give raises, in any mode, at any privilege; help and completion neither."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.management import FakeManager

from oam.commands.registry import load
from oam.context import Frame, Session
from oam.dispatch import complete, execute, finish, help, masked, pipe_offset  # noqa: A004
from oam.grammar.syntax import keywords

pytestmark = pytest.mark.slow

REGISTRY = load()
WORDS = sorted({word for command in REGISTRY.commands for word in keywords(command.elements)})
VALUES = ("no", "default", "do", "5", "-1", "127.0.0.1", "::", "a.b", "sip:a", "x@y", '"', "'", "|", "é", "\x00", "!")
WORD = st.sampled_from(WORDS) | st.sampled_from(WORDS).map(lambda word: word[:2]) | st.sampled_from(VALUES) | st.text()
LINE = st.lists(WORD, max_size=7).map(" ".join)


@given(st.lists(LINE, max_size=4), st.sampled_from(sorted(REGISTRY.modes)), st.sampled_from((1, 15)))
@settings(deadline=None, max_examples=150)
def test_no_line_raises(lines: list[str], mode: str, privilege: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_give(Path(folder), lines, mode, privilege))


async def _give(folder: Path, lines: list[str], mode: str, privilege: int) -> None:
    manager = FakeManager(folder)
    session = Session(manager, privilege=privilege, batch=True, check_only=True)
    if mode != "exec":
        session.modes.append(Frame(REGISTRY.modes[mode], "1001"))
    for line in lines:
        help(session, line)
        complete(session, line)
        pipe_offset(session, line)
        masked(session, line)
        result = await execute(session, line)
        assert bool(result.errors) == bool(result.code)
        assert result.offset < len(line)
    await finish(session)
    manager.subscribers.close()
