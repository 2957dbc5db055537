"""Import and export of bulk prefixes: all or nothing, differences alone, with news of long work."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import played
from support.opened import OPENED

from core.northbound.number_checks import Names
from core.northbound.prefixes import PrefixStore, open_prefixes
from core.northbound.routing_settings import AnalysisTable, Member, RouteGroup
from core.northbound.settings import Settings
from oam.prefixes.transfer import export_file, import_file
from oam.transfer import TransferError

GROUPS = tuple(RouteGroup(name, members=(Member("T"),)) for name in ("A", "B"))
NAMES = Names(Settings(route_groups=GROUPS))


@pytest.fixture
def store(tmp_path: Path) -> PrefixStore:
    opened = open_prefixes(tmp_path)
    OPENED.append(opened.close)
    return opened


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in ("prefix,action,target", *lines)))
    return path


async def imported(path: Path, store: PrefixStore, replace: bool = False, news_s: float = 60.0) -> str:
    lines = [line async for line in import_file(path, store, lambda: NAMES, replace, news_s)]
    return lines[-1].partition(", in ")[0].partition(": ")[2]


def prefixes(store: PrefixStore) -> list[tuple[str, str]]:
    return [(entries[0].prefix, entries[0].target) for _, entries in store.iterate()]


@played
async def test_import_adds_changes_and_replaces(tmp_path: Path, store: PrefixStore) -> None:
    path = tmp_path / "in.csv"
    first = write(path, "1,route-group,A", "2,route-group,A")
    assert await imported(first, store) == "2 added, 0 changed, 0 removed"
    second = write(path, "2,route-group,B", "3,route-group,B")
    assert await imported(second, store) == "1 added, 1 changed, 0 removed"
    assert prefixes(store) == [("1", "A"), ("2", "B"), ("3", "B")]
    assert await imported(second, store, replace=True) == "0 added, 0 changed, 1 removed"
    assert prefixes(store) == [("2", "B"), ("3", "B")]


@played
async def test_a_fault_leaves_everything_as_it_was(tmp_path: Path, store: PrefixStore) -> None:
    await imported(write(tmp_path / "in.csv", "1,route-group,A"), store)
    with pytest.raises(TransferError) as caught:
        await imported(write(tmp_path / "in.csv", "2,route-group,A", "3,route-group,C", "4,drop,"), store, True)
    assert str(caught.value).splitlines() == [
        "Nothing was imported from in.csv:",
        "line 3: there is no route-group C",
        "line 4: action 'drop': one of route-group, table, redirect, reject, local",
    ]
    assert prefixes(store) == [("1", "A")]


@played
async def test_what_was_removed_while_reading_is_missed(tmp_path: Path, store: PrefixStore) -> None:
    answers = [NAMES, Names(Settings())]
    with pytest.raises(TransferError, match="there is no route-group A"):
        async for _ in import_file(
            write(tmp_path / "in.csv", "1,route-group,A"), store, lambda: answers.pop(0), replace=False
        ):
            pass
    assert store.count == 0


@played
async def test_circles_through_what_was_imported_before(tmp_path: Path, store: PrefixStore) -> None:
    names = Names(Settings(route_groups=GROUPS, tables=(AnalysisTable("X"), AnalysisTable("Y"))))
    path = tmp_path / "in.csv"

    async def taken(*lines: str, replace: bool = False) -> str:
        path.write_text("".join(f"{line}\n" for line in ("table,prefix,action,target", *lines)))
        try:
            async for _ in import_file(path, store, lambda: names, replace):
                pass
        except TransferError as error:
            return str(error).splitlines()[-1]
        return ""

    assert await taken("X,49,table,Y", "Y,7,table,X") == ""
    assert await taken("Y,1,route-group,A", "Y,491,table,X") == (
        "line 3: prefix 491 table X: the tables go round in a circle: X -> Y -> X"
    )
    assert store.get("Y", "1") == []
    assert await taken("Y,491,table,X", "X,49,route-group,A") == ""
    assert (await taken("X,4,table,Y")).endswith("X -> Y -> X")
    assert await taken("X,4,table,Y", replace=True) == ""


@played
async def test_what_was_exported_comes_back(tmp_path: Path, store: PrefixStore) -> None:
    await imported(write(tmp_path / "in.csv", "1,route-group,A", "any,route-group,B"), store)
    lines = [line async for line in export_file(tmp_path / "out.csv", store)]
    assert lines[-1].startswith("2 prefixes exported to out.csv, ")
    assert await imported(tmp_path / "out.csv", store, replace=True) == "0 added, 0 changed, 0 removed"


@played
async def test_long_work_tells_how_far_it_is(tmp_path: Path, store: PrefixStore) -> None:
    path = write(tmp_path / "in.csv", *(f"{n},route-group,A" for n in range(3000)))
    lines = [line async for line in import_file(path, store, lambda: NAMES, replace=False, news_s=0.0001)]
    assert len(lines) > 1
    assert all(line.endswith((" lines read", " storing")) for line in lines[:-1])


@played
async def test_leaving_early_imports_nothing_or_all(tmp_path: Path, store: PrefixStore) -> None:
    path = write(tmp_path / "in.csv", *(f"{n},route-group,A" for n in range(60_000)))
    work = import_file(path, store, lambda: NAMES, replace=False, news_s=0.001)
    await anext(work)
    await work.aclose()
    assert store.count in (0, 60_000)


@played
async def test_a_file_that_is_not_there(tmp_path: Path, store: PrefixStore) -> None:
    with pytest.raises(TransferError, match="No such file"):
        await imported(tmp_path / "gone.csv", store)
