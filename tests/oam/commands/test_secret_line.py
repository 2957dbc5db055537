"""Secrets that must be said again: typed as they are, kept and shown encrypted, wherever a line has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from core.northbound.keyring import Keyring
from oam.commands.secret_line import sealing

LINES = [
    (["trunk PSTN", "authentication outbound user us"], "authentication outbound secret"),
    (["trunk PSTN", "authentication inbound user them"], "authentication inbound secret"),
    (["tacacs server T"], "key"),
    (["radius server R"], "key"),
    (["measurement-job J"], "push secret"),
    (["notification-target NOC"], "token"),
    (["trace"], "hep password"),
]


@pytest.mark.parametrize(("before", "line"), LINES)
@pytest.mark.parametrize("kind", ["", "0 "])
def test_what_was_typed_is_shown_encrypted_and_can_be_said_again(
    tmp_path: Path, before: list[str], line: str, kind: str
) -> None:
    @played
    async def kept() -> None:
        manager = FakeManager(tmp_path)
        session = manager.session(batch=False)
        await done(session, ["configure terminal", *before, f"{line} {kind}hunter-2-x", "end"])
        shown = next(text for text in manager.configuration.render() if text.startswith(f" {line} "))
        word, encrypted = shown.split()[-2:]
        assert (word, Keyring(tmp_path).decrypted(encrypted)) == ("6", "hunter-2-x")
        await done(session, ["configure terminal", before[0], f"no {line}", shown.strip(), "end"])
        assert shown in manager.configuration.render()

    kept()


def test_what_is_encrypted_already_is_left_as_it_is(tmp_path: Path) -> None:
    assert sealing("key")({"key": "SEALED"}, Keyring(tmp_path)) == {"key": "SEALED"}
