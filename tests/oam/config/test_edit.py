"""Drafts: edits gathered and frozen."""

from __future__ import annotations

import pytest

from core.northbound.settings import AuthenticationSettings, Listener, SipSettings
from oam.commands.registry import Target, load
from oam.config.edit import Draft, Edit
from oam.config.resolve import resolve
from oam.config.text import edit_of, render
from oam.config.tree import Configuration
from oam.grammar.result import Match
from oam.settings.lines import Timeout
from oam.settings.logs import LogSettings

REGISTRY = load()


def edit(mode: str, line: str) -> Edit:
    """Return the edit that `line` is in `mode`."""
    outcome, _ = resolve(REGISTRY, REGISTRY.modes[mode], line, 15)
    assert isinstance(outcome, Match)
    assert isinstance(outcome.command, Target)
    found = edit_of(outcome.command, outcome)
    assert found
    return found


def edited(base: Configuration, mode: str, *lines: str) -> Configuration:
    """Return `base` with `lines` of `mode` applied."""
    return Draft(base).apply_all(edit(mode, line) for line in lines).freeze()


def algorithms(*names: str) -> Configuration:
    """Return settings that offer `names`."""
    return Configuration(authentication=AuthenticationSettings(algorithms=names))


def test_leaf_set_and_reset() -> None:
    changed = edited(Configuration(), "sip", "timer t1 700")
    assert changed.sip.timer_t1_ms == 700
    assert edited(changed, "sip", "no timer t1") == Configuration()
    assert edited(changed, "sip", "default timer t1") == Configuration()


def test_flag() -> None:
    off = edited(Configuration(), "sip", "no record-route")
    assert off.sip.record_route is False
    assert edited(off, "sip", "default record-route") == Configuration()
    assert edited(off, "sip", "record-route") == Configuration()


def test_entries_keep_their_order_and_are_replaced_in_place() -> None:
    changed = edited(
        Configuration(),
        "sip",
        "listener udp 127.0.0.1 port 5060",
        "listener tcp 127.0.0.1 port 5060",
        "listener udp 127.0.0.1 port 5060 advertise a.b",
    )
    assert changed.sip.listeners == (Listener("udp", "127.0.0.1", 5060, "a.b"), Listener("tcp", "127.0.0.1", 5060))
    assert edited(changed, "sip", "no listener udp 127.0.0.1 port 5060").sip.listeners == changed.sip.listeners[1:]


def test_removing_what_is_not_there_changes_nothing() -> None:
    assert edited(Configuration(), "sip", "no domain a.b") == Configuration()


@pytest.mark.parametrize("form", ["no", "default"])
def test_a_line_taken_from_an_entry_that_is_not_there_does_not_make_it(form: str) -> None:
    line = f"{form} listener udp 127.0.0.1 port 5060 shutdown"
    assert edited(Configuration(), "sip", line) == Configuration()


def test_whole_section_reset_forgets_earlier_edits_of_it() -> None:
    base = Configuration(sip=SipSettings(domains=("a.b",)), logging=LogSettings(level="errors"))
    edits = [
        edit("sip", "domain c.d"),
        edit("sip", "timer t1 700"),
        edit("config", "no sip"),
        edit("sip", "domain e.f"),
    ]
    assert Draft(base).apply_all(edits).freeze() == Configuration(
        sip=SipSettings(domains=("e.f",)), logging=LogSettings(level="errors")
    )


def test_two_fields_of_a_section_in_global_mode() -> None:
    changed = edited(Configuration(), "config", "logging level net debugging", "logging level errors")
    assert changed.logging == LogSettings("errors", (("net", "debugging"),))
    assert edited(changed, "config", "no logging level net", "default logging level") == Configuration()


@pytest.mark.parametrize(
    ("base", "line", "result"),
    [
        (("sha-256", "md5"), "algorithm sha-256", ("sha-256", "md5")),
        (("sha-256", "md5"), "no algorithm md5", ("sha-256",)),
        (("sha-256",), "algorithm md5", ("sha-256", "md5")),
        (("md5",), "default algorithm", ("sha-256", "md5")),
        (("md5",), "default algorithm sha-256", ("md5", "sha-256")),
        (("md5",), "default algorithm md5", ("md5",)),
    ],
)
def test_list_with_a_default(base: tuple[str, ...], line: str, result: tuple[str, ...]) -> None:
    assert edited(algorithms(*base), "authentication", line) == algorithms(*result)


def test_nothing_edited_is_the_same_object() -> None:
    base = Configuration()
    assert Draft(base).freeze() is base


def test_no_may_mean_something_else_than_the_default() -> None:
    never = edited(Configuration(), "vty", "no exec-timeout")
    assert never.vty.exec_timeout == Timeout(0, 0)
    assert " exec-timeout 0 0" in render(REGISTRY, never)
    assert edited(never, "vty", "default exec-timeout") == Configuration()
