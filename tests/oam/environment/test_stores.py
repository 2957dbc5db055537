"""Databases: whole ones, damaged ones, and those that are none any more."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, played, subscriber
from support.sqlite import damage, database

from oam.environment.stores import StoreCheck, check, sqlite_files


def test_a_database_that_was_overwritten_is_found_when_all_of_it_is_read(tmp_path: Path) -> None:
    path = database(tmp_path / "audit" / "audit.db")
    assert check(tmp_path) == [StoreCheck("audit", "sqlite", True, "")]
    before = damage(path)
    assert check(tmp_path, ()) == [StoreCheck("audit", "sqlite", False, "")]
    (found,) = check(tmp_path, {"audit"})
    assert found.problem
    path.write_bytes(before)
    assert check(tmp_path) == [StoreCheck("audit", "sqlite", True, "")]


def test_one_that_is_no_database_any_more_is_found_at_once(tmp_path: Path) -> None:
    path = database(tmp_path / "audit" / "audit.db")
    path.write_bytes(b"\0" * 8192)
    (found,) = check(tmp_path, ())
    assert found.problem == "it is no database any more"


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "end").write_text("{}")
    database(tmp_path / "audit" / "audit.db")
    assert [each.name for each in sqlite_files(tmp_path)] == ["audit.db"]


@played
async def test_environments_in_use_are_read_by_another_process(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put(subscriber("1001", number="2001"))
    found = {each.store: each for each in check(tmp_path)}
    assert {"subscribers", "lists", "prefixes"} <= set(found)
    assert [each for each in found.values() if each.problem] == []


def test_an_environment_whose_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    assert check(tmp_path, ()) == [StoreCheck("lists", "lmdb", False, "its file is gone")]
    (found,) = check(tmp_path)
    assert found.problem
