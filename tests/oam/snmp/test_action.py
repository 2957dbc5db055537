"""Objects that do something when they are set."""

from __future__ import annotations

import pytest

from oam.snmp.action import PERFORM, READY, action
from oam.snmp.objects import COLUMNS

ACTIONS = {"sipctlSystemClearCounters": "clear counters", "sipctlConfigSave": "write memory"}


@pytest.mark.parametrize("value", [READY, "", 2, None])
def test_nothing_but_perform_can_be_set(value: object) -> None:
    made = action(1, "sipctlTest", "It does.", "clear counters")
    assert made.write is not None
    assert list(made.write(None, PERFORM)) == ["clear counters"]
    with pytest.raises(ValueError, match="perform"):
        made.write(None, value)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_a_line_of_the_shell(name: str) -> None:
    _, column = COLUMNS[name]
    assert column.write is not None
    assert list(column.write(None, PERFORM)) == [ACTIONS[name]]
