"""The configuration of Telegraf is TOML that its plugins know, without secrets."""

from __future__ import annotations

import tomllib
from typing import Any

from oam.snmp import syntax
from oam.snmp.nms.telegraf import telegraf_conf
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import dotted

READ: dict[str, Any] = tomllib.loads(telegraf_conf())
POLL = READ["inputs"]["snmp"][0]


def test_only_what_the_plugins_know() -> None:
    """plugins/inputs/snmp and snmp_trap, README: Telegraf does not start with a key that it does not know."""
    security = {"sec_name", "sec_level", "auth_protocol", "auth_password", "priv_protocol", "priv_password", "version"}
    of_poll = {
        "agents",
        "interval",
        "timeout",
        "retries",
        "max_repetitions",
        "agent_host_tag",
        "name",
        "field",
        "table",
    }
    assert set(POLL) <= security | of_poll
    assert set(READ["inputs"]["snmp_trap"][0]) <= security | {"service_address", "path"}
    for table in POLL["table"]:
        assert set(table) == {"name", "inherit_tags", "index_as_tag", "field"}
        for field in table["field"]:
            assert set(field) <= {"name", "oid", "is_tag", "conversion"}


def test_fields_are_objects_of_their_kind() -> None:
    for field in POLL["field"]:
        assert not COLUMNS[field["name"]][0].indexed
        assert field["oid"] == f"{dotted(oid_of(field['name']))}.0"
    for table in POLL["table"]:
        for field in table["field"]:
            assert COLUMNS[field["name"]][0].indexed
            assert field["oid"] == dotted(oid_of(field["name"]))


def test_every_row_says_whose_it_is() -> None:
    tags = {field["name"] for field in POLL["field"] if field.get("is_tag")}
    assert tags == {"sysName"}
    for table in POLL["table"]:
        assert set(table["inherit_tags"]) == tags


def test_shares_and_times_are_divided() -> None:
    fields = [*POLL["field"], *(field for table in POLL["table"] for field in table["field"])]
    for field in fields:
        column = COLUMNS[field["name"]][1]
        hundredths = column.syntax is syntax.HUNDREDTHS or column.syntax.text == "TimeTicks"
        assert (field.get("conversion") == "float(2)") == hundredths
        if column.units.startswith("0.001 ") or column.units == "milliseconds":
            assert field["conversion"] == "float(3)"


def test_keys_come_from_the_environment() -> None:
    for plugin in (POLL, READ["inputs"]["snmp_trap"][0]):
        assert plugin["auth_password"].startswith("${")
        assert plugin["priv_password"].startswith("${")
