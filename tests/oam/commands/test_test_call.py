"""`test call` refuses what cannot work before it sends anything."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import REALM, FakeManager, gathered, played, subscriber

from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from core.northbound.settings import AuthenticationSettings, Listener, SipSettings
from core.northbound.subscribers import Subscriber
from oam.commands.test_call import _reachable
from oam.config.tree import Configuration

LISTENERS = (Listener("tcp", "127.0.0.1", 5060), Listener("udp", "127.0.0.1", 5060))


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    made = FakeManager(tmp_path, Configuration(sip=SipSettings(domains=(REALM,), listeners=LISTENERS)))
    made.subscribers.put_many([subscriber("1001"), subscriber("1002"), subscriber("1003", enabled=False)])
    made.subscribers.put(Subscriber("1004"))
    made.fake_worker.answers = {ListListeners: [ListenerRow(LISTENERS[1].name, "down", 0, 0, 0, 0)]}
    return made


async def refusal(manager: FakeManager, line: str) -> str:
    rows, result = await gathered(manager.session(), line)
    assert rows == []
    assert result.code == 1
    return result.errors[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("test call 1009 1002", "% There is no subscriber 1009"),
        ("test call 1001 1009", "% There is no subscriber 1009"),
        ("test call 1003 1002", "% Subscriber 1003 is disabled"),
        ("test call 1001 1004", '% Subscriber 1004 has no secret for realm "example.com"'),
        ("test call 1001 1002", "% No UDP listener is up"),
    ],
)
def test_what_is_missing_is_said(manager: FakeManager, line: str, reason: str) -> None:
    @played
    async def scenario() -> None:
        assert await refusal(manager, line) == reason

    scenario()


@played
async def test_a_server_that_does_not_challenge_needs_no_secret(manager: FakeManager) -> None:
    running = manager.configuration.running
    open_ = AuthenticationSettings(challenge_register=False, challenge_invite=False)
    manager.configuration.running = msgspec.structs.replace(running, authentication=open_)
    assert await refusal(manager, "test call 1001 1004") == "% No UDP listener is up"


@played
async def test_registered_phones_are_not_rung_unless_forced(
    manager: FakeManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.northbound.locations.LocationReader.contacts", lambda _, user: user == "1002")
    assert await refusal(manager, "test call 1001 1002") == (
        "% 1002 has phones registered, which would ring too; add 'force' to call all the same"
    )
    assert await refusal(manager, "test call 1001 1002 force") == "% No UDP listener is up"


@pytest.mark.parametrize(
    ("address", "reached"), [("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("::1", "::1")]
)
def test_a_wildcard_listener_is_called_on_loopback(address: str, reached: str) -> None:
    assert _reachable(Listener("udp", address)) == reached
