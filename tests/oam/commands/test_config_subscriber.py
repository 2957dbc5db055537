"""Subscribers edited like a mode."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, played, subscriber

from core.northbound.orders import ClearBinding
from core.northbound.settings import AuthenticationSettings
from core.northbound.subscribers import Subscriber, make_ha1
from oam.commands.subscriber import read_digest, write_digest
from oam.config.tree import Configuration
from oam.dispatch import execute

REJECTED = "% Invalid input detected: nothing was changed."


@played
async def test_every_line_is_committed_at_once(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(authentication=AuthenticationSettings(realm="Lab")))
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "subscriber 1001"])
    assert manager.subscribers.get("1001") == Subscriber("1001")
    await done(session, ["secret 0 sword fish", "display-name Alice  Brown", "number 555", "no enabled"])
    ha1 = make_ha1("1001", "Lab", "sword fish")
    assert manager.subscribers.get("1001") == Subscriber("1001", "555", "Alice  Brown", False, ha1, "Lab")
    await done(session, ["no secret", "no display-name", "no number 555", "default enabled"])
    assert manager.subscribers.get("1001") == Subscriber("1001")


@played
async def test_what_is_shown_can_be_pasted(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(authentication=AuthenticationSettings(realm="My.Realm$=1")))
    session = manager.session(batch=False)
    lines = ["subscriber a.b-1", "secret 0 x", "display-name A | B", "number +49-1", "no enabled", "end"]
    await done(session, ["configure terminal", *lines])
    shown = await done(session, ["show subscriber a.b-1 config"])
    assert shown[0] == "subscriber a.b-1"
    assert shown[1].startswith(" secret 1 $ha1$My.Realm%24%3D1$md5=")
    assert shown[2:] == [" display-name A | B", " number +49-1", " no enabled", "!"]
    other = FakeManager(tmp_path / "other")
    await done(other.session(), ["configure terminal", *shown, "end"])
    assert other.subscribers.get("a.b-1") == manager.subscribers.get("a.b-1")


@played
async def test_a_number_of_somebody_else_is_refused(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put(subscriber("1001", number="555"))
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "subscriber 1002"])
    result = await execute(session, "number 555")
    assert result.errors == ["% 555 already belongs to subscriber 1001", REJECTED]
    assert manager.subscribers.get("1002") == Subscriber("1002")


@played
async def test_a_name_that_is_somebodys_number_is_refused(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put(subscriber("1001", number="555"))
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    result = await execute(session, "subscriber 555")
    assert result.code == 1
    assert result.errors[-1] == REJECTED
    assert session.mode.name == "config"


@played
async def test_removal_takes_the_contacts_too(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put(subscriber("1001"))
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "no subscriber 1001"])
    assert manager.subscribers.get("1001") is None
    assert manager.fake_worker.orders == [ClearBinding("1001")]
    result = await execute(session, "no subscriber 1001")
    assert result.errors == ["% There is no subscriber 1001", REJECTED]


@played
async def test_removal_without_a_worker_says_what_stays(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = None
    manager.subscribers.put(subscriber("1001"))
    printed = await done(manager.session(batch=False), ["configure terminal", "no subscriber 1001"])
    assert printed[-1] == "Contacts of 1001 stay until they expire: the signalling process is not running"


@played
async def test_a_subscriber_removed_meanwhile_is_an_error(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "subscriber 1001"])
    manager.subscribers.delete("1001")
    for line in ("display-name x", "secret 0 x", "no enabled"):
        assert (await execute(session, line)).errors[0] == "% There is no subscriber 1001"


@played
async def test_the_star_of_the_history_is_no_secret(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "subscriber 1001", "secret 0 sword"])
    before = manager.subscribers.get("1001")
    result = await execute(session, "secret 0 *")
    assert result.errors == ["% '*' stands for a secret that is not shown; type the secret itself", REJECTED]
    assert manager.subscribers.get("1001") == before


@played
async def test_the_record_is_shown_to_the_privileged_only(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put(subscriber("1001"))
    assert (await execute(manager.session(privilege=1), "show subscriber 1001 config")).code == 3
    result = await execute(manager.session(), "show subscriber 1002 config")
    assert result.errors == ["% There is no subscriber 1002"]


def test_digest_values_as_one_word() -> None:
    record = subscriber("1001")
    word = write_digest(record)
    assert " " not in word
    assert read_digest(word) == (record.realm, record.ha1)


@played
async def test_a_subscriber_is_shut_down_and_let_in_again(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "subscriber 1001", "shutdown"])
    found = manager.subscribers.get("1001")
    assert found is not None
    assert not found.enabled
    assert " no enabled" in await done(session, ["do show subscriber 1001 config"])
    await done(session, ["no shutdown"])
    assert manager.subscribers.get("1001") == Subscriber("1001")
