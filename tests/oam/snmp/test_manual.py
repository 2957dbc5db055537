"""The manual page of the MIB; that it is well-formed is tested with the other pages."""

from __future__ import annotations

import re

from oam.fault.catalogue import ALARMS
from oam.help.man import roff
from oam.snmp.manual import EXAMPLES, manual
from oam.snmp.mib_text import module_text, own_tables
from oam.snmp.notifications import NOTIFICATIONS
from oam.snmp.objects import TABLES

_NAME = re.compile(r"\bsipctl[A-Z]\w+")


def test_everything_is_there() -> None:
    page = manual()
    for name in [*(table.name for table in TABLES), *(each.name for each in NOTIFICATIONS)]:
        assert name in page
    for table in own_tables():
        assert roff(table.help.partition(" ")[0]) in page
    assert all(roff(each.title) in page.replace("\n", " ") for each in ALARMS.values())


def test_whatever_it_names_is_in_the_mib() -> None:
    assert set(_NAME.findall(manual())) - set(_NAME.findall(module_text())) == set()
    named = [command for _, command in EXAMPLES if "WHO=" not in command and "snmptrapd" not in command]
    assert all(_NAME.search(command) for command in named)


def test_examples_fit_a_terminal() -> None:
    assert [command for _, command in EXAMPLES if len(command) > 72] == []
