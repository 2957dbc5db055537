"""A secret that an operator types stands nowhere afterwards, however the line was meant, spelled or refused."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.management import FakeManager

from oam import dispatch
from oam.commands.registry import CONFIG, EXEC
from oam.config.text import parse
from oam.context import Frame, Session
from oam.security.login import Identity
from oam.shell import session as shell

SECRET = "xyzzy-plugh-2718"
LINES = (
    "username bob privilege 15 secret 0 {}",
    "username bob role operator secret {}",
    "username bob password 0 {}",
    "username bob totp 0 {}",
    "enable secret 0 {}",
    "enable password {}",
    "tacacs server T key 0 {}",
    "push secret 0 {}",
    "push secret {}",
    "key 0 {}",
    "key {}",
    "secret 0 {}",
    "test aaa group radius bob {}",
    "repeat 1 test aaa group radius bob {}",
    "alias exec t test aaa group radius bob {}",
    "snmp-server community {} view V rw",
    "snmp-server community 0 {} ro NMS",
    "snmp-server user bob G v3 auth sha-256 0 {} priv aes 128 0 battery-staple",
    "snmp-server user bob G remote 192.0.2.9 v3 auth sha battery-staple priv des {}",
    "snmp-server host 192.0.2.9 informs version 2c 0 {}",
    "snmp-server host 192.0.2.9 {} udp-port 1162",
)
"""How secrets are typed, each also where it is no command."""


def spoiled(word: str, how: int) -> str:
    """Return a word mistyped or abbreviated: `how` says in which way."""
    if len(word) < 4:
        return word
    place = 1 + how // 6 % (len(word) - 2)
    return (
        word,
        word[:place] + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + word[place] + word[place:],
        word[: max(place, 2)],
        word.upper(),
    )[how % 6]


@st.composite
def typed(draw: st.DrawFn) -> str:
    """Draw a line with a secret in it; one of its words may be mistyped, something may stand behind it."""
    words = draw(st.sampled_from(LINES)).split()
    index = draw(st.integers(0, len(words) - 2))
    words[index] = spoiled(words[index], draw(st.integers(0, 60)))
    line = draw(st.sampled_from(("", "do ", "no ", "default ", " "))) + " ".join(words)
    return line.format(SECRET) + draw(st.sampled_from(("", " more", " | include x", "\x07")))


@pytest.fixture(scope="module")
def manager() -> FakeManager:
    """Return a manager for all examples: each leaves the configuration as it likes."""
    return FakeManager(Path(tempfile.mkdtemp()))


def kept(manager: FakeManager, line: str, mode: str, role: str) -> str:
    """Run `line` as a shell does; return all that is left of it."""
    log = logging.getLogger()
    records: list[str] = []
    recorded = len(manager.audit.queued())
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    session = Session(manager, user="admin", privilege=15)
    session.identity = Identity("admin", 15, role)
    if mode != EXEC.name:
        session.modes.append(Frame(CONFIG))
    if mode not in (EXEC.name, CONFIG.name):
        session.modes.append(Frame(manager.registry.modes[mode], "bob", ("bob",)))
    shown: list[str] = []

    async def write(lines: list[str]) -> None:
        shown.extend(lines)

    async def run() -> list[str]:
        shell.remember(session, line)
        result = await shell.run(session, line, write)
        return [result.command, result.reason, *result.errors]

    try:
        told = asyncio.run(run())
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
    audit = [str(each) for each in manager.audit.queued()[recorded:]]
    _, problems = parse(manager.registry, [line])
    return "\n".join([*told, *shown, *session.history, *records, *audit, *(str(each) for each in problems)])


@settings(max_examples=150, deadline=None)
@given(
    line=typed(),
    mode=st.sampled_from(("exec", "config", "subscriber", "tacacs-server", "measurement-job", "sip")),
    role=st.sampled_from(("", "operator")),
)
@example(line=f"username bob secrte 0 {SECRET}", mode="config", role="")
@example(line=f"e secret {SECRET}", mode="config", role="")
def test_no_secret_is_kept(manager: FakeManager, line: str, mode: str, role: str) -> None:
    assert SECRET.lower() not in kept(manager, line, mode, role).lower(), dispatch.masked(
        Session(manager, privilege=15), line
    )
