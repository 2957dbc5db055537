"""What all of the template for Zabbix has: its name, severities, and how things are told apart."""

from __future__ import annotations

import hashlib
from typing import Final

TEMPLATE: Final = "sipctl by SNMP"
PRIORITIES: Final = {
    "critical": "DISASTER",
    "major": "HIGH",
    "minor": "AVERAGE",
    "warning": "WARNING",
    "indeterminate": "INFO",
}


def uuid(*parts: str) -> str:
    """Return a UUID that stays the same for a thing, in the form of version 4, which alone Zabbix takes."""
    digits = list(hashlib.sha256("/".join((TEMPLATE, *parts)).encode()).hexdigest()[:32])
    digits[12] = "4"
    digits[16] = "89ab"[int(digits[16], 16) % 4]
    return "".join(digits)
