"""Help in Chinese: English text -> Chinese, a table for each area."""

from __future__ import annotations

from typing import Final

from oam.help.zh.access import ACCESS
from oam.help.zh.automation import AUTOMATION
from oam.help.zh.calls import CALLS
from oam.help.zh.collection import COLLECTION
from oam.help.zh.configuration import CONFIGURATION
from oam.help.zh.dns import DNS
from oam.help.zh.environment import ENVIRONMENT
from oam.help.zh.faults import FAULTS
from oam.help.zh.graphs import GRAPHS
from oam.help.zh.lists import LISTS
from oam.help.zh.logging import LOGGING
from oam.help.zh.measurement import MEASUREMENT
from oam.help.zh.numbers import NUMBERS
from oam.help.zh.operators import OPERATORS
from oam.help.zh.overload import OVERLOAD
from oam.help.zh.prometheus import PROMETHEUS
from oam.help.zh.shell import SHELL
from oam.help.zh.sip import SIP
from oam.help.zh.snmp import SNMP
from oam.help.zh.statistics import STATISTICS
from oam.help.zh.trace import TRACE
from oam.help.zh.traffic import TRAFFIC
from oam.help.zh.trunks import TRUNKS

TABLES: Final = (
    SHELL,
    OPERATORS,
    ACCESS,
    CONFIGURATION,
    AUTOMATION,
    CALLS,
    COLLECTION,
    SIP,
    LISTS,
    DNS,
    NUMBERS,
    TRAFFIC,
    TRUNKS,
    TRACE,
    OVERLOAD,
    FAULTS,
    STATISTICS,
    MEASUREMENT,
    ENVIRONMENT,
    PROMETHEUS,
    GRAPHS,
    SNMP,
    LOGGING,
)
ZH: Final = {english: text for table in TABLES for english, text in table.items()}
