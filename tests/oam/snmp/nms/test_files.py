"""Every file for an NMS speaks of objects that there are, by name and by number; none is stale (test_reference.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oam.snmp import oids
from oam.snmp.nms.files import FOLDER, pages
from oam.snmp.nms.zabbix_common import uuid
from oam.snmp.notifications import NOTIFICATIONS
from oam.snmp.objects import COLUMNS, TABLES, oid_of

ROOT = Path(__file__).parents[4]
README = f"{FOLDER}/README.md"
PAGES = pages()


def known_numbers() -> Iterator[oids.Oid]:
    yield oids.PRODUCTS
    yield oids.MODULE
    for table in TABLES:
        yield table.oid
    for name in COLUMNS:
        yield oid_of(name)
        yield (*oid_of(name), 0)
    for notification in NOTIFICATIONS:
        yield (*oids.NOTIFICATIONS, notification.number)


NUMBERS = {oids.dotted(each) for each in known_numbers()}
WORDS = {
    *COLUMNS,
    *(table.name for table in TABLES),
    *oids.AREAS,
    *(each.name for each in NOTIFICATIONS),
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_number_is_that_of_an_object(name: str) -> None:
    numbers = {each.strip(".") for each in re.findall(r"(?<![\d.])\.?1\.3\.6\.1(?:\.\d+)+", PAGES[name])}
    assert numbers - NUMBERS == set()
    assert numbers or not name.endswith((".xml", ".yaml", "snmp.yml", ".conf")), "it would find nothing"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_name_is_that_of_an_object(name: str) -> None:
    words = set(re.findall(r"(?<![A-Za-z])sipctl[A-Z][A-Za-z0-9]*(?![\w\[])", PAGES[name]))
    assert words - WORDS == set()
    assert words or "os_detection" in name or "datacollection" in name, "it would find nothing"


def test_no_file_is_left_that_nobody_writes() -> None:
    kept = {path.relative_to(ROOT).as_posix() for path in (ROOT / FOLDER).rglob("*") if path.is_file()}
    made_from_a_walk = {name for name in kept if f"{FOLDER}/librenms/tests/" in name}
    assert kept - made_from_a_walk - {README} == set(PAGES)


def test_the_page_beside_them_speaks_of_each() -> None:
    text = (ROOT / README).read_text(encoding="utf-8")
    for name in PAGES:
        path = name.removeprefix(f"{FOLDER}/")
        assert path in text or path.rpartition("/")[0].startswith("librenms/resources"), path
    for word in re.findall(r"\b(sipctl[A-Z]\w+)", text):
        assert word in WORDS


def test_files_are_made_of_ascii_lines_that_end() -> None:
    for name, text in PAGES.items():
        assert text.isascii(), name
        assert text.endswith("\n"), name
        assert "\t" not in text, name


def test_uuids_stay_for_ever() -> None:
    assert uuid("template") == "24cb5fce374b44429fdb3178b870513b", "Zabbix would make a second template"
