"""`blacklist`, `whitelist`, their shows, imports and clears; mode `protection`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.lists import BLACK, WHITE
from core.northbound.orders import AskLists, ClearHits, LiftBan, ListBans, ListHits, ReadLists
from core.northbound.rows import BanRow, ListHitsRow, ListVerdictRow
from core.northbound.traffic_settings import BanRule, BanSettings


@played
async def test_entries_are_committed_with_owner_reason_and_end_and_the_worker_is_told(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(
        session,
        [
            "configure terminal",
            "blacklist calling +49-90* for 2 days reason toll fraud",
            "blacklist address 192.0.2.0/24",
            "whitelist called 110 until 2099-01-01T00:00",
            "whitelist user-agent Good/1.0",
        ],
    )
    entry = manager.lists.get(BLACK, "calling", "+4990*")
    assert entry is not None
    assert (entry.owner, entry.reason) == ("admin", "toll fraud")
    assert abs(entry.expires_at - time.time() - 2 * 86_400) < 60
    assert manager.lists.count(BLACK) == 2
    assert [each.value for each in manager.lists.iterate(WHITE)] == ["110", "good/1.0"]
    assert manager.fake_worker.orders == [ReadLists()] * 4
    await done(session, ["no blacklist calling +4990*", "no whitelist user-agent good/1.0"])
    assert manager.lists.get(BLACK, "calling", "+4990*") is None
    assert manager.lists.count(WHITE) == 1


REFUSED = [
    ("blacklist address 192.0.2.1/24", "has bits set behind its mask"),
    ("blacklist address nowhere", "not an address"),
    ("blacklist calling 1 until 2020-01-01T00:00", "is over"),
    ("blacklist called 1 reason " + "x" * 201, "at most 200"),
    ("no blacklist calling 1", "is not on the blacklist"),
    ("no whitelist calling 1", "is not on the whitelist"),
]


@pytest.mark.parametrize(("line", "reason"), REFUSED)
def test_what_cannot_be_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    @played
    async def inside() -> None:
        manager = FakeManager(tmp_path)
        session = manager.session()
        await done(session, ["configure terminal"])
        _, result = await gathered(session, line)
        assert result.code == 1
        assert reason in " ".join(result.errors)
        assert manager.lists.count(BLACK) == 0

    inside()


@played
async def test_a_worker_that_is_away_hinders_no_entry(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = None
    session = manager.session()
    await done(session, ["configure terminal", "blacklist calling 1", "end"])
    rows, _ = await gathered(session, "show blacklist")
    assert [(row.value, row.hits) for row in rows] == [("1", 0)]


@played
async def test_lists_are_shown_with_who_why_and_hits(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = {
        ListHits: [ListHitsRow("black", "calling", "1*", 7), ListHitsRow("white", "calling", "2", 9)],
        ListBans: [BanRow("192.0.2.1", "scan", 50, 1.0, 2.0, 3, 4)],
    }
    session = manager.session()
    await done(session, ["configure terminal", "blacklist calling 1* reason x", "blacklist calling 2"])
    await done(session, ["blacklist called 3", "end"])
    rows, _ = await gathered(session, "show blacklist calling")
    assert [(row.value, row.owner, row.reason, row.expires_at, row.hits) for row in rows] == [
        ("1*", "admin", "x", None, 7),
        ("2", "admin", "", None, 0),
    ]
    rows, _ = await gathered(session, "show blacklist called 3")
    assert [row.value for row in rows] == ["3"]
    rows, _ = await gathered(session, "show whitelist")
    assert rows == []
    rows, _ = await gathered(session, "show blacklist automatic")
    assert [row.address for row in rows] == ["192.0.2.1"]
    _, result = await gathered(session, "show blacklist called 4")
    assert "called 4 is not on the blacklist" in " ".join(result.errors)


@played
async def test_the_worker_is_asked_what_decides(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = {
        AskLists: [ListVerdictRow("address", "192.0.2.1", "refused", "black", "", "", "", None)]
    }
    session = manager.session()
    rows, _ = await gathered(session, "test blacklist address 192.0.2.1")
    assert rows[0].outcome == "refused"
    await gathered(session, "test blacklist called +49-30")
    assert manager.fake_worker.orders == [AskLists("address", "192.0.2.1"), AskLists("called", "+4930")]
    _, result = await gathered(session, "test blacklist address 192.0.2.0/24")
    assert result.code == 1


@played
async def test_files_are_imported_and_exported(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "in.csv").write_text("kind,value\ncalling,1\n")
    await done(session, ["configure terminal", "whitelist calling 2", "end"])
    printed = await done(session, ["import whitelist in.csv", "export whitelist out.csv"])
    assert printed[0].startswith("1 entry imported")
    assert (tmp_path / "files" / "out.csv").read_text().count("\n") == 3
    await done(session, ["import whitelist in.csv replace"])
    assert [each.value for each in manager.lists.iterate(WHITE)] == ["1"]
    assert manager.fake_worker.orders[-1] == ReadLists()
    (tmp_path / "files" / "in.csv").write_text("kind,value\ncalling,\n")
    _, result = await gathered(session, "import whitelist in.csv")
    assert "line 2: calling ''" in " ".join(result.errors)


@played
async def test_clears(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure terminal", "blacklist calling 1", "blacklist calling 2", "end"])
    entry = manager.lists.get(BLACK, "calling", "1")
    assert entry is not None
    manager.lists.put_many(BLACK, [type(entry)("calling", "3", 1.0, 2.0)])
    assert await done(session, ["clear blacklist expired"]) == ["1 entry removed"]
    assert await done(session, ["clear blacklist all"]) == ["2 entries removed"]
    manager.fake_worker.orders.clear()
    manager.fake_worker.counts[""] = 2
    await done(session, ["clear whitelist hits"])
    assert await done(session, ["clear blacklist automatic"]) == ["2 addresses released"]
    assert manager.fake_worker.orders == [ClearHits("white"), LiftBan("")]
    manager.fake_worker.counts[""] = 0
    _, result = await gathered(session, "clear blacklist automatic 192.0.2.1")
    assert "is not banned by itself" in " ".join(result.errors)


@played
async def test_protection_is_configured_line_by_line(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(
        session,
        [
            "configure terminal",
            "protection",
            "ban authentication attempts 5 within 30 for 3600",
            "no ban scan",
            "ban flood attempts 1000 within 10 for 60",
            "exempt 192.0.2.0/24",
            "maximum bans 500",
            "whitelist required called",
        ],
    )
    assert manager.configuration.running.protection == BanSettings(
        authentication=BanRule(5, 30, 3600),
        scan=BanRule(),
        flood=BanRule(1000, 10, 60),
        exempt=("192.0.2.0/24",),
        maximum=500,
        required=("called",),
    )
    await done(session, ["default ban scan", "no exempt 192.0.2.0/24", "no whitelist required called"])
    protection = manager.configuration.running.protection
    assert (protection.scan, protection.exempt, protection.required) == (BanSettings().scan, (), ())
