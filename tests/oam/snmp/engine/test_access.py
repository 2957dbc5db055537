"""Views decide by the longest subtree; what is not said is not allowed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.keyring import Keyring
from oam.config.tree import Configuration
from oam.settings.access import AccessList, AccessRule
from oam.settings.snmp import Community, SnmpGroup, SnmpSettings, SnmpUser, SnmpView
from oam.shell import admission
from oam.snmp import oids
from oam.snmp.engine import access, keys, usm
from oam.snmp.engine.access import EVERYTHING, NOTHING, Access, View

OWN = b"\x80\x00\x00\x00\x05engine"
ALL = sorted({oid for size in range(1, 4) for oid in product(range(3), repeat=size)})
TREES = st.dictionaries(st.lists(st.integers(0, 2), max_size=3).map(tuple), st.booleans(), max_size=5)


@given(TREES)
def test_what_is_skipped_is_what_is_not_seen(trees: dict[oids.Oid, bool]) -> None:
    """Going on `behind` what is hidden finds every instance that is seen, and in their order."""
    view = View(trees.items())
    found = []
    at: oids.Oid | None = (-1,)
    while at is not None:
        following = next((oid for oid in ALL if oid > at), None)
        if following is None:
            break
        if view.sees(following):
            found.append(following)
            at = following
            continue
        behind = view.behind(following)
        assert behind is None or behind >= following
        at = behind
    assert found == [oid for oid in ALL if view.sees(oid)]


@given(TREES)
def test_the_longest_subtree_decides(trees: dict[oids.Oid, bool]) -> None:
    """RFC 3415 §3.2."""
    view = View(trees.items())
    for oid in ALL:
        fitting = [tree for tree in trees if oid[: len(tree)] == tree]
        assert view.sees(oid) is (trees[max(fitting, key=len)] if fitting else False)


def test_without_a_view_everything_or_nothing_is_seen() -> None:
    assert EVERYTHING.everything
    assert EVERYTHING.sees((1, 3))
    assert not NOTHING.sees((1, 3))
    assert NOTHING.behind((1, 3)) is None


def made(tmp_path: Path, settings: Callable[[Keyring], SnmpSettings], lists: tuple[AccessList, ...] = ()) -> Access:
    keyring = Keyring(tmp_path)
    return Access(msgspec.structs.replace(Configuration(), snmp=settings(keyring), access_lists=lists), keyring, OWN)


def with_community(view: str = "") -> Callable[[Keyring], SnmpSettings]:
    return lambda keyring: SnmpSettings(communities=(Community(keyring.encrypted("secret"), view),))


def test_a_community_is_for_this_host_and_only_reads(tmp_path: Path) -> None:
    found = made(tmp_path, with_community())
    rights = found.communities[b"secret"]
    assert rights.name == "community 1"
    assert rights.admits("127.0.0.1")
    assert not rights.admits("192.0.2.1")
    assert rights.read is EVERYTHING
    assert rights.write is None
    assert "secret" not in repr(rights)


def test_an_access_list_and_a_view_bound_a_community(tmp_path: Path) -> None:
    lists = (AccessList("nms", (AccessRule("permit", "192.0.2.0/24"),)),)
    views = (SnmpView("some", "sipctlSystem", "included"), SnmpView("some", "sipctlSystemCalls", "excluded"))
    found = made(
        tmp_path,
        lambda keyring: SnmpSettings(
            views=views, communities=(Community(keyring.encrypted("secret"), "some", "rw", "nms"),)
        ),
        lists,
    )
    rights = found.communities[b"secret"]
    assert [rights.admits(each) for each in ("192.0.2.1", "::ffff:192.0.2.1", "127.0.0.1")] == [True, True, False]
    assert rights.read.sees((*oids.SYSTEM, 1, 1, 0))
    assert not rights.read.sees((*oids.SYSTEM, 1, 4, 0))
    assert rights.write is rights.read
    assert [found.lets_in(each) for each in ("192.0.2.7", "127.0.0.1")] == [True, False]


def test_a_view_that_is_not_there_shows_nothing(tmp_path: Path) -> None:
    found = made(tmp_path, with_community("gone"))
    assert found.communities[b"secret"].read is NOTHING


def test_a_name_that_is_none_never_shows_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An excluded subtree that nobody knows excludes everything that no longer subtree names."""
    views = (SnmpView("v", "unheardOf", "excluded"), SnmpView("v", "sipctlSystem", "included"))
    found = made(tmp_path, lambda _: SnmpSettings(views=(*views, SnmpView("w", "unheardOf", "included"))))
    assert not found.view("v").sees((1, 3, 6))
    assert found.view("v").sees((*oids.SYSTEM, 1))
    assert not found.view("w").sees((1, 3, 6))
    assert caplog.text.count("there is no unheardOf") == 2


def test_users_have_their_groups_rights_and_keys_of_this_engine(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def users(keyring: Keyring) -> tuple[SnmpUser, ...]:
        key = keys.sealed(keyring, b"k" * 20, OWN)
        other = keys.sealed(keyring, b"k" * 20, b"another engine")
        return (
            SnmpUser("good", "group", authentication="sha", authentication_key=key),
            SnmpUser("stale", "group", authentication="sha", authentication_key=other),
            SnmpUser("broken", "group", authentication="sha", authentication_key="nonsense"),
            SnmpUser("homeless", "gone"),
            SnmpUser("open", "open"),
            SnmpUser("far", "group", remote="192.0.2.1"),
        )

    groups = (SnmpGroup("group", "auth", write="some"), SnmpGroup("open", "noauth"))
    views = (SnmpView("some", "1.3", "included"),)
    found = made(tmp_path, lambda keyring: SnmpSettings(users=users(keyring), groups=groups, views=views))
    assert set(found.users) == set(found.keys) == {b"good", b"homeless", b"open"}
    assert found.keys[b"good"] == usm.User(b"good", "sha", b"k" * 20)
    assert found.users[b"good"].level == usm.AUTH
    assert found.users[b"good"].admits("192.0.2.1")
    assert found.users[b"good"].write is not None
    assert not found.users[b"homeless"].admits("127.0.0.1")
    # Without proof of who asks it is this host, as with communities.
    assert [found.users[b"open"].admits(each) for each in ("127.0.0.1", "192.0.2.1")] == [True, False]
    assert "user stale cannot be used: its keys are of engine" in caplog.text
    assert "user broken cannot be used" in caplog.text
    assert "kkkk" not in repr(found.keys) + caplog.text


def test_what_is_remembered_of_addresses_is_bounded(tmp_path: Path) -> None:
    found = made(tmp_path, with_community())
    for number in range(access.REMEMBERED + 10):
        assert not found.lets_in(f"10.0.{number >> 8}.{number & 255}")
    assert len(found._remembered) <= access.REMEMBERED


def test_many_with_the_same_access_list_cost_a_stranger_no_more_than_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who invents addresses has each looked for in the lists."""
    lists = (AccessList("nms", (AccessRule("permit", "192.0.2.0/24"),)),)

    def twenty(keyring: Keyring) -> SnmpSettings:
        names = [f"community-{number}" for number in range(20)]
        return SnmpSettings(communities=tuple(Community(keyring.encrypted(each), access_list="nms") for each in names))

    found = made(tmp_path, twenty, lists)
    looked_at: list[str] = []
    permitted = admission.permitted

    def counting(access_list: AccessList | None, address: str) -> bool:
        looked_at.append(address)
        return permitted(access_list, address)

    monkeypatch.setattr(access, "permitted", counting)
    assert not found.lets_in("198.51.100.1")
    assert len(looked_at) <= 2
    assert found.lets_in("192.0.2.1")
