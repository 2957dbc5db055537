"""The MIB, as smilint, net-snmp and pysmi find it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import cast

import pytest
from support.mibs import STANDARD, needs_standard

from oam.context import Manager
from oam.snmp import mib_text
from oam.snmp.mib import Mib
from oam.snmp.mib_text import REVISIONS, module_text, objects_group, own_tables
from oam.snmp.objects import TABLES
from oam.snmp.tables.system import SYSTEM


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "SIPCTL-MIB.txt"
    path.write_text(module_text(), encoding="ascii")
    return path


@pytest.mark.peer
@needs("smilint")
@needs_standard
def test_smilint_finds_nothing(module: Path) -> None:
    assert lint(module) == ""


@pytest.mark.peer
@needs("smilint")
@needs_standard
def test_an_object_that_is_given_up_stays_as_obsolete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = list(SYSTEM.columns)
    columns[1] = columns[1]._replace(obsolete=True)
    given_up = SYSTEM._replace(columns=tuple(columns))
    monkeypatch.setattr(mib_text, "TABLES", tuple(given_up if each is SYSTEM else each for each in TABLES))
    path = tmp_path / "SIPCTL-MIB.txt"
    path.write_text(module_text())
    assert lint(path) == ""
    assert path.read_text().count("STATUS      obsolete") == 2
    mib = Mib(cast(Manager, None), (given_up,))
    assert [place.column.number for place in mib._places] == [each.number for each in columns if not each.obsolete]


def lint(module: Path) -> str:
    """Return what smilint says."""
    environment = {**os.environ, "SMIPATH": str(STANDARD)}
    done = subprocess.run(["smilint", "-l", "6", str(module)], capture_output=True, text=True, env=environment)
    assert done.returncode == 0
    return done.stdout + done.stderr


@pytest.mark.peer
@needs("snmptranslate")
@needs_standard
def test_net_snmp_loads_it_without_a_warning(module: Path) -> None:
    command = ["snmptranslate", "-M", f"{STANDARD}:{module.parent}", "-m", "SIPCTL-MIB", "-Pw"]
    done = subprocess.run([*command, "-Tp"], capture_output=True, text=True)
    # It says of each macro of SMIv2 that it knows it already.
    warnings = [line for line in done.stderr.splitlines() if not line.endswith("parsed and ignored).")]
    assert (done.returncode, warnings) == (0, [])
    assert "sipctlSystemVersion(1)" in done.stdout


def test_the_newest_revision_comes_first() -> None:
    dates = [each.at for each in REVISIONS]
    assert dates == sorted(dates, reverse=True)
    assert f'LAST-UPDATED "{dates[0]}"' in module_text()
    assert all(f'REVISION     "{date}"' in module_text() for date in dates)


def test_a_group_of_the_conformance_has_a_number_of_its_own() -> None:
    numbers = [objects_group(table) for table in own_tables()]
    assert len({number for _, number in numbers}) == len({name for name, _ in numbers}) == len(numbers)


def test_quotation_marks_do_not_end_a_text() -> None:
    assert mib_text._quoted('say "no" now') == " " * 8 + "\"say 'no' now\""
