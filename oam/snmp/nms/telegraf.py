"""Telegraf: inputs.snmp for all tables, the index as a tag, and inputs.snmp_trap. OIDs are numbers: it needs no MIB."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Final

from oam.snmp.nms.polled import DATE, OTHER, STAMP, TEXT, Polled, kind, oid, own_names, polled, scale
from oam.snmp.object import Column
from oam.snmp.objects import COLUMNS

SOURCE: Final = "sysName"
"""What every figure is tagged with, besides the address that was asked."""
_HEAD = """\
# Telegraf reads sipctl by SNMP. Made by python -m oam.reference --write; do not edit: set agents and keys in a copy.

[[inputs.snmp]]
  agents = ["udp://192.0.2.10:161"]
  version = 3
  sec_name = "monitor"
  sec_level = "authPriv"
  auth_protocol = "SHA256"
  auth_password = "${SIPCTL_SNMP_AUTHENTICATION}"
  priv_protocol = "AES"
  priv_password = "${SIPCTL_SNMP_PRIVACY}"
  interval = "60s"
  timeout = "5s"
  retries = 2
  max_repetitions = 50
  agent_host_tag = "agent"
  name = "sipctl"
"""
_TRAP = """\

# Traps and informs. Names instead of numbers: put SIPCTL-MIB.txt and the modules it imports there.
[[inputs.snmp_trap]]
  service_address = "udp://:1162"
  path = ["/usr/share/snmp/mibs"]
  version = "3"
  sec_name = "traps"
  sec_level = "authPriv"
  auth_protocol = "SHA256"
  auth_password = "${SIPCTL_SNMP_AUTHENTICATION}"
  priv_protocol = "AES"
  priv_password = "${SIPCTL_SNMP_PRIVACY}"
"""


def telegraf_conf() -> str:
    """Write the configuration."""
    table, column = COLUMNS[SOURCE]
    source = _field("inputs.snmp.field", SOURCE, f"{oid(table, column)}.0", column, "  ", tag=True)
    return "".join((_HEAD, *source, *(line for each in polled() for line in _table(each)), _TRAP))


def _table(table: Polled) -> Iterator[str]:
    columns = [each for each in table.columns if kind(each) not in (DATE, OTHER, STAMP)]
    if not table.table.indexed:
        for column in columns:
            yield from _field(
                "inputs.snmp.field", column.name, f"{oid(table.table, column)}.0", column, "  ", tag=False
            )
        return
    yield f"\n  [[inputs.snmp.table]]\n    name = {json.dumps(table.table.name)}\n"
    yield f'    inherit_tags = ["{SOURCE}"]\n    index_as_tag = true\n'
    named = own_names(table.table)
    for name in named:
        number = oid(name.table, name.column)
        yield from _field("inputs.snmp.table.field", name.column.name, number, name.column, "    ", tag=True)
    for column in columns:
        if kind(column) != TEXT:
            number = oid(table.table, column)
            yield from _field("inputs.snmp.table.field", column.name, number, column, "    ", tag=False)


def _field(section: str, name: str, number: str, column: Column, pad: str, *, tag: bool) -> Iterator[str]:
    yield f"\n{pad}[[{section}]]\n{pad}  name = {json.dumps(name)}\n{pad}  oid = {json.dumps(number)}\n"
    if tag:
        yield f"{pad}  is_tag = true\n"
    if scale(column) != 1:
        yield f'{pad}  conversion = "float({-round(math.log10(scale(column)))})"\n'
