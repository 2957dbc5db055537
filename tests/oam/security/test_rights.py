"""What a privilege and a role let somebody use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.commands.registry import CONFIG, EXEC, Mode, Registry, Target, config, load, order, show
from oam.grammar.result import CR, Match
from oam.security.rights import ByRole, Rights, compiled, known
from oam.settings.operators import BUILT_IN, Role, Rule

REGISTRY = load()
SIP = REGISTRY.modes["sip"]


def role(*rules: str) -> Rights:
    """Return the rights of privilege 15 within a role of these rules."""
    parts = (rule.split(" ", 2) for rule in rules)
    return ByRole(15, Role("r", rules=tuple(Rule(*each) for each in parts)))


def may(rights: Rights, line: str, mode: Mode = EXEC) -> bool:
    """Whether a line, matched without regard to rights, may be carried out."""
    outcome = REGISTRY.graphs[mode].match(line, 15)
    assert isinstance(outcome, Match), line
    assert isinstance(outcome.command, Target)
    allowed = rights.permits(outcome.command, outcome.canonical)
    assert rights.allows(outcome.command) or not allowed, "what may be done is shown"
    return allowed


def test_without_a_role_the_privilege_decides() -> None:
    assert may(compiled(15, "", ()), "configure terminal")
    assert not may(compiled(14, "", ()), "configure terminal")
    assert may(compiled(1, "", ()), "show version")
    assert not may(compiled(0, "", ()), "show version")
    assert may(compiled(-3, "", ()), "exit")
    assert may(compiled(99, "", ()), "configure terminal")


def test_a_role_that_permits_nothing_leaves_the_ways_out() -> None:
    rights = role()
    assert [may(rights, line) for line in ("exit", "enable", "disable", "password", "show privilege")] == [True] * 5
    assert [may(rights, line) for line in ("show version", "configure terminal")] == [False] * 2
    assert may(rights, "end", CONFIG)


def test_an_unknown_role_permits_nothing() -> None:
    assert not may(compiled(15, "nonesuch", ()), "show version")


def test_the_last_rule_that_fits_decides() -> None:
    rights = role("permit exec show", "deny exec show version", "permit exec clear")
    assert may(rights, "show clock")
    assert not may(rights, "show version")
    assert may(role("deny exec show version", "permit exec show"), "show version")


def test_a_role_never_gives_more_than_the_privilege() -> None:
    rights = ByRole(1, Role("r", rules=(Rule("permit", "any", "all"),)))
    assert may(rights, "show version")
    assert not may(rights, "configure terminal")
    assert not rights.writes("redirect")


def test_rules_tell_arguments_apart() -> None:
    rights = role("permit exec clear registration", "deny exec clear registration all")
    assert may(rights, "clear registration bob")
    assert not may(rights, "clear registration all")
    assert not may(role("permit exec clear registration 1001"), "clear registration 1002")
    assert may(role("permit exec clear registration 1001"), "clear registration 1001")


def test_a_star_is_any_one_word() -> None:
    rights = role("permit exec show", "deny exec show subscriber * config")
    assert may(rights, "show subscriber 1001")
    assert not may(rights, "show subscriber 1001 config")


def test_another_spelling_of_a_value_does_not_get_past_a_rule() -> None:
    rights = role("permit any all", "deny sip domain example.com")
    assert not may(rights, "domain example.com", SIP)
    assert not may(rights, "dom Example.COM.", SIP)


def test_no_and_default_go_with_their_line() -> None:
    rights = role("permit config hostname")
    assert [may(rights, line, CONFIG) for line in ("hostname x", "no hostname", "default hostname")] == [True] * 3
    rights = role("permit config all", "deny config no hostname")
    assert [may(rights, line, CONFIG) for line in ("hostname x", "no hostname")] == [True, False]


def test_modes_are_told_apart() -> None:
    assert may(role("permit config all"), "domain a.b", SIP)
    assert may(role("permit sip all"), "domain a.b", SIP)
    assert not may(role("permit sip all"), "hostname x", CONFIG)
    assert not may(role("permit exec all"), "hostname x", CONFIG)
    assert may(role("permit exec show"), "do show version", CONFIG)
    assert not may(role("permit config all"), "do show version", CONFIG)


def test_a_group_is_a_file_of_commands() -> None:
    assert may(role("permit group calls"), "show calls")
    assert not may(role("permit group calls"), "show version")
    assert may(role("permit group access-list"), "ip access-list A", CONFIG)
    assert may(role("permit group sip"), "sip", CONFIG)


def test_filters_that_write_count_as_commands() -> None:
    assert compiled(15, "", ()).writes("redirect")
    assert not compiled(14, "", ()).writes("redirect")
    assert not role("permit exec show").writes("redirect")
    assert role("permit exec redirect").writes("redirect")
    assert not role("permit any all", "deny exec tee").writes("tee")


def test_what_is_not_allowed_is_neither_offered_nor_found() -> None:
    rights = role("permit exec show clock")
    graph = REGISTRY.graphs[EXEC]
    offered = {each.word for each in graph.help("", rights)}
    assert {"show", "exit", "enable"} <= offered
    assert not {"configure", "clear", "reload"} & offered
    assert [each.word for each in graph.help("show ", rights)] == ["clock", "privilege"]
    assert graph.help("show clock ", rights)[-1] == CR
    assert isinstance(graph.match("show c", rights), Match)
    assert not isinstance(graph.match("show version", rights), Match)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ("exec show", True),
        ("exec relaod", False),
        ("exec all", True),
        ("config no hostname", True),
        ("sip domain", True),
        ("sip hostname", False),
        ("exec show * config", True),
        ("exec redirect", True),
        ("config redirect", False),
        ("group calls", True),
        ("group nonesuch", False),
    ],
)
def test_rules_that_fit_nothing_are_known(rule: str, fits: bool) -> None:
    mode, _, command = rule.partition(" ")
    assert known(Rule("permit", mode, command), REGISTRY.commands) is fits


def test_roles_that_are_built_in() -> None:
    named = {each.name: compiled(15, each.name, ()) for each in BUILT_IN}
    assert all(may(named["administrator"], line) for line in ("configure terminal", "reload", "show version"))
    assert named["administrator"].writes("tee")
    for line, operator, auditor in (
        ("show calls", True, True),
        ("clear registration all", True, False),
        ("show running-config", False, True),
        ("show subscriber 1001 config", False, True),
        ("show accounts", False, True),
        ("show roles", False, True),
        ("show role operator", False, True),
        ("clear prefixes default", False, False),
        ("clear prefixes default 4930", False, False),
        ("clear blacklist all", False, False),
        ("clear whitelist all", False, False),
        ("clear blacklist hits", True, False),
        ("clear blacklist automatic", True, False),
        ("show schedule", False, True),
        ("show events", False, True),
        ("configure terminal", False, False),
        ("reload", False, False),
        ("terminal length 0", True, True),
    ):
        assert (may(named["operator"], line), may(named["auditor"], line)) == (operator, auditor), line
    assert not named["operator"].writes("redirect")


def test_a_configured_role_takes_the_place_of_one_that_is_built_in() -> None:
    rights = compiled(15, "operator", (Role("operator", rules=(Rule("permit", "exec", "show version"),)),))
    assert may(rights, "show version")
    assert not may(rights, "show calls")


def test_optional_and_alternative_parts_are_walked() -> None:
    registry = Registry()

    @show("list [<all|<one|WORD> more>]", registry=registry, words={"list": "x", "one": "x", "more": "x"})
    def listed() -> None:
        """List."""

    @order("wipe <a|b>$what", registry=registry, words={"wipe": "x", "a": "x", "b": "x"})
    def wiped() -> None:
        """Wipe."""

    @config("hostname HOSTNAME$name", field="hostname", registry=registry, words={"hostname": "x"})
    def named() -> None:
        """Name."""

    def fitting(*starts: str) -> list[str]:
        return [each for each in starts if known(Rule("permit", "exec", each), registry.commands)]

    assert fitting("wipe a", "wipe b", "wipe c", "wipe a b") == ["wipe a", "wipe b"]
    assert fitting("show", "list", "list all", "list all x", "list x more", "list more") == [
        "list",
        "list all",
        "list x more",
        "list more",
    ]


RULES = st.builds(
    Rule,
    st.sampled_from(("permit", "deny")),
    st.sampled_from(("exec", "config", "any", "sip")),
    st.sampled_from(
        ("all", "show", "show running-config", "clear", "clear registration all", "hostname", "no hostname", "domain *")
    ),
)
LINES = (
    (EXEC, "show version"),
    (EXEC, "show running-config all"),
    (EXEC, "clear registration all"),
    (EXEC, "clear registration bob"),
    (EXEC, "configure terminal"),
    (CONFIG, "hostname x"),
    (CONFIG, "no hostname"),
    (CONFIG, "sip"),
    (SIP, "domain a.b"),
    (SIP, "no domain a.b"),
)


@given(st.lists(RULES, max_size=6), st.integers(0, 15), st.sampled_from(LINES))
def test_what_is_permitted_is_shown_and_what_is_shown_is_within_the_privilege(
    rules: list[Rule], privilege: int, place: tuple[Mode, str]
) -> None:
    mode, line = place
    rights = ByRole(privilege, Role("r", rules=tuple(rules)))
    everything = REGISTRY.graphs[mode].match(line, 15)
    assert isinstance(everything, Match)
    assert isinstance(everything.command, Target)
    target = everything.command
    found = REGISTRY.graphs[mode].match(line, rights)
    shown = isinstance(found, Match) and found.command is target
    assert shown is rights.allows(target)
    assert not rights.permits(target, everything.canonical) or shown
    assert not shown or target.privilege <= privilege


@given(st.lists(RULES, max_size=6), st.sampled_from(LINES))
def test_the_last_rule_that_fits_a_line_decides_by_definition(rules: list[Rule], place: tuple[Mode, str]) -> None:
    mode, line = place
    words = line.split()
    bare = words[1:] if words[0] == "no" else words

    def fits(rule: Rule) -> bool:
        start = [] if rule.command == "all" else rule.command.split()
        begins = any(
            len(each) >= len(start) and all(a in ("*", b) for a, b in zip(start, each, strict=False))
            for each in (words, bare)
        )
        modes = {"any", mode.name, "config"} if mode is not EXEC else {"any", "exec"}
        return begins and rule.mode in modes

    decided = next((rule.action == "permit" for rule in reversed(rules) if fits(rule)), False)
    assert may(ByRole(15, Role("r", rules=tuple(rules))), line, mode) is decided
