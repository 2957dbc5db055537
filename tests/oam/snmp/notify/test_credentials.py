"""As whom a host is told: what the configuration says, or why it does not do."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from support.management import FakeManager
from support.notified import OWN, community, configured, user
from support.station import REMOTE

from oam.settings.snmp import Community, SnmpGroup, SnmpHost, SnmpView
from oam.snmp.engine import usm
from oam.snmp.engine.access import Access
from oam.snmp.notify.credentials import Credentials, UnfitError, credentials
from oam.snmp.oids import NOTIFICATIONS, OBJECTS

INFORMS = SnmpHost("127.0.0.1", kind="informs", version="3", level="auth", name="noc")
TRAPS = replace(INFORMS, kind="traps")


def found(manager: FakeManager, host: SnmpHost) -> Credentials:
    running = manager.configuration.running
    access = Access(running, manager.registry.keyring, OWN)
    return credentials(running.snmp, host, access, manager.registry.keyring, OWN)


def test_traps_are_of_a_user_of_ours_and_informs_of_one_of_theirs(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    own, theirs = user(manager, "noc", OWN, "sha-256"), user(manager, "noc", REMOTE, "sha-256")
    configured(tmp_path, users=(own, theirs), remote=REMOTE, manager=manager)
    trap, inform = found(manager, TRAPS), found(manager, INFORMS)
    assert trap.user.authentication_key != inform.user.authentication_key
    assert (trap.engine_id, inform.engine_id) == (b"", REMOTE)
    assert (trap.level, inform.level) == (usm.AUTH, usm.AUTH)


def test_the_same_address_may_be_written_in_other_ways(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    theirs = replace(user(manager, "noc", REMOTE, "sha"), remote="2001:db8::1")
    configured(tmp_path, users=(theirs,), manager=manager)
    assert found(manager, replace(INFORMS, address="2001:DB8:0::1")).user.name == b"noc"


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        (replace(TRAPS, name="nobody"), "there is no `snmp-server user nobody GROUP v3`"),
        (replace(INFORMS, address="192.0.2.9"), "there is no `snmp-server user noc GROUP remote 192.0.2.9 v3`"),
        (replace(TRAPS, level="priv"), "user noc has no key for priv"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, host: SnmpHost, problem: str) -> None:
    manager = FakeManager(tmp_path)
    users = user(manager, "noc", OWN, "sha"), user(manager, "noc", REMOTE, "sha")
    configured(tmp_path, users=users, manager=manager)
    with pytest.raises(UnfitError, match=problem):
        found(manager, host)


def test_keys_of_another_engine_are_of_no_use(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    configured(tmp_path, users=(user(manager, "noc", REMOTE, "sha"),), remote=b"\x80\0\0\0\1another", manager=manager)
    with pytest.raises(UnfitError, match=f"are for engine {REMOTE.hex()}: give the pass phrases again"):
        found(manager, INFORMS)


def test_our_own_keys_end_with_our_engine_id(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    old = replace(user(manager, "noc", REMOTE, "sha"), remote="")
    configured(tmp_path, users=(old,), manager=manager)
    with pytest.raises(UnfitError, match=f"are for engine {REMOTE.hex()}"):
        found(manager, TRAPS)


def test_a_group_may_ask_for_more_than_the_host_has(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    users = (user(manager, "noc", OWN, "sha", "aes-128"),)
    groups = (SnmpGroup("managers", "priv"),)
    configured(tmp_path, users=users, manager=manager, groups=groups)
    assert found(manager, replace(TRAPS, level="priv")).level == usm.PRIV
    with pytest.raises(UnfitError, match="group managers asks for priv"):
        found(manager, TRAPS)
    configured(tmp_path, users=users, manager=manager, groups=())
    with pytest.raises(UnfitError, match="there is no group managers"):
        found(manager, TRAPS)


def test_the_notify_view_is_that_of_the_group_or_of_the_community(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    view = SnmpView("alarms", "sipctlNotifications", "included")
    sealed = community(manager, "known")
    configured(
        tmp_path, users=(user(manager, "noc", OWN, "sha"),), manager=manager, views=(view,),
        groups=(SnmpGroup("managers", "auth", notify="alarms"),),
        communities=(Community(sealed, view="alarms"),),
    )  # fmt: skip
    for host in (TRAPS, SnmpHost("127.0.0.1", community=community(manager, "known"))):
        seen = found(manager, host).view
        assert seen.sees((*NOTIFICATIONS, 1))
        assert not seen.sees((*OBJECTS, 1))
    other = found(manager, SnmpHost("127.0.0.1", community=community(manager, "unknown")))
    assert other.community == b"unknown"
    assert other.view.sees((*OBJECTS, 1)), "a community that is for notifications alone has no view"
