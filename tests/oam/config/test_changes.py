"""What a change changed: the lines before and after, few of many, and no secret in them."""

from __future__ import annotations

import time

import msgspec
import pytest

from oam.commands.registry import Registry, load
from oam.config.changes import MAX_ENTRIES, changed_lines, masked_lines
from oam.config.text import parse
from oam.config.tree import Configuration
from oam.security.secrets import hashed
from oam.settings.access import AccessList, AccessRule


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


def configuration(registry: Registry, *lines: str) -> Configuration:
    made, problems = parse(registry, lines)
    assert problems == []
    return made


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (["hostname a"], ["hostname b"], ["hostname a"], ["hostname b"]),
        ([], ["hostname b"], ["hostname sipctl"], ["hostname b"]),
        (["sip", "timer t1 700"], ["sip", "timer t1 800"], ["sip", " timer t1 700"], ["sip", " timer t1 800"]),
        (
            ["ip access-list a", "permit 192.0.2.1"],
            ["ip access-list a", "permit 192.0.2.1", "deny any"],
            [],
            ["ip access-list a", " deny any"],
        ),
        (["ip access-list a", "permit any"], [], ["ip access-list a", " permit any"], []),
        (
            ["line vty", "exec-timeout 0 2"],
            ["line vty", "exec-timeout 0 0"],
            ["line vty", " exec-timeout 0 2"],
            ["line vty", " exec-timeout 0 0"],
        ),
        (
            ["login block-for 300 attempts 4 within 60"],
            ["login block-for 300 attempts 3 within 60"],
            ["login block-for 300 attempts 4 within 60"],
            ["login block-for 300 attempts 3 within 60"],
        ),
        (
            ["aaa authentication login default local none"],
            ["aaa authentication login default local"],
            ["aaa authentication login default local none"],
            [],
        ),
        (
            ["ip access-list a", "ip access-list b"],
            ["ip access-list a"],
            ["ip access-list b"],
            [],
        ),
    ],
)
def test_the_lines_that_differ_are_listed_behind_what_opens_their_mode(
    registry: Registry, old: list[str], new: list[str], before: list[str], after: list[str]
) -> None:
    assert changed_lines(registry, configuration(registry, *old), configuration(registry, *new)) == (before, after)


def test_nothing_changed_is_nothing_listed(registry: Registry) -> None:
    same = configuration(registry, "hostname a", "ip access-list a", "permit any")
    assert changed_lines(registry, same, same) == ([], [])


def test_secrets_and_hashes_are_masked(registry: Registry) -> None:
    one, other = hashed("swordfish"), hashed("cuttlefish")
    old = configuration(registry, f"username admin privilege 15 secret 9 {one}")
    new = configuration(registry, f"username admin privilege 15 secret 9 {other}")
    before, after = changed_lines(registry, old, new)
    assert before == after == ["username admin privilege 15 secret 9 *"]


def test_every_line_of_a_running_config_is_masked(registry: Registry) -> None:
    stored = hashed("swordfish")
    lines = [f"username admin secret 9 {stored}", "!", "sip", " domain a.b", "xyz secret 0 fish", f"odd {stored}"]
    masked = list(masked_lines(registry, lines))
    assert masked[:4] == ["username admin secret 9 *", "!", "sip", " domain a.b"]
    assert "fish" not in masked[4]
    assert masked[5] == "odd *"


def many(count: int) -> tuple[AccessList, ...]:
    return tuple(AccessList(f"list{number}") for number in range(count))


def test_a_large_change_is_cut(registry: Registry) -> None:
    after = changed_lines(registry, Configuration(), Configuration(access_lists=many(5000)))[1]
    assert len(after) <= MAX_ENTRIES + 1


def test_one_entry_among_ten_thousand_costs_little(registry: Registry) -> None:
    old = Configuration(access_lists=many(10_000))
    new = msgspec.structs.replace(old, access_lists=(*old.access_lists, AccessList("one-more")))
    started = time.process_time()
    assert changed_lines(registry, old, new) == ([], ["ip access-list one-more"])
    assert time.process_time() - started < 0.1


def test_a_list_read_anew_counts_by_what_it_says(registry: Registry) -> None:
    old, new = Configuration(access_lists=many(3)), Configuration(access_lists=many(4))
    assert changed_lines(registry, old, new) == ([], ["ip access-list list3"])


def test_another_order_of_the_same_entries_is_a_change_whose_lines_are_the_same(registry: Registry) -> None:
    old = Configuration(access_lists=many(2))
    assert changed_lines(registry, old, Configuration(access_lists=old.access_lists[::-1])) == ([], [])


def test_one_line_of_a_long_entry_costs_little(registry: Registry) -> None:
    rules = tuple(AccessRule("permit", f"10.{number // 256}.{number % 256}.1/32") for number in range(10_000))
    old = Configuration(access_lists=(AccessList("long", rules), AccessList("other")))
    longer = AccessList("long", (*rules, AccessRule("deny", "any")))
    new = Configuration(access_lists=(longer, old.access_lists[1]))
    started = time.process_time()
    assert changed_lines(registry, old, new) == ([], ["ip access-list long", " deny any"])
    assert time.process_time() - started < 0.1
