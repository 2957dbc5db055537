"""Header rules: what each action does to a message, and that no rule reaches what SIP stands on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.northbound.routing_settings import HeaderRule
from core.northbound.trunk_checks import header_problem
from core.routing.headers import apply, edits
from core.wire.limits import Limits
from core.wire.message import Message, parse_message


def message(*extra: str) -> Message:
    lines = [
        "INVITE sip:1002@example.com SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
        'From: "Ann, A." <sip:1001@example.com;user=phone>;tag=1',
        "To: <sip:1002@example.com>",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        *extra,
        "Content-Length: 0",
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


def changed(rules: list[HeaderRule], *extra: str) -> list[str]:
    """Return the lines between CSeq and the end after the rules `out` have been carried out."""
    given_message = message(*extra)
    apply(edits(tuple(rules), "out"), given_message)
    again = parse_message(given_message.render(), Limits())
    assert again.lines == given_message.lines
    assert again.ids == given_message.ids
    assert given_message.lines[:5] == message().lines[:5]
    return given_message.lines[5:]


def rule(action: str, name: str, value: str = "", direction: str = "out") -> HeaderRule:
    made = HeaderRule(direction, action, name, value)
    assert header_problem(made) == ""
    return made


def test_add_goes_behind_what_there_is() -> None:
    found = changed([rule("add", "X-Carrier", "one")], "X-Carrier: zero", "Subject: s")
    assert found == ["X-Carrier: zero", "Subject: s", "Content-Length: 0", "X-Carrier: one"]


def test_set_takes_the_place_of_all_there_are() -> None:
    found = changed([rule("set", "x-carrier", "one")], "X-Carrier: a", "Subject: s", "X-CARRIER: b", "X-Other: c")
    assert found == ["x-carrier: one", "Subject: s", "X-Other: c", "Content-Length: 0"]
    assert changed([rule("set", "User-Agent", "us")]) == ["Content-Length: 0", "User-Agent: us"]
    assert changed([rule("set", "s", "long")], "s: short") == ["Subject: long", "Content-Length: 0"]


def test_remove_takes_every_line_in_every_spelling() -> None:
    assert changed([rule("remove", "Supported")], "k: timer", "SUPPORTED: 100rel") == ["Content-Length: 0"]
    assert changed([rule("remove", "X-A")], "x-a: 1", "X-AB: 2", "X-A : 3") == ["X-AB: 2", "Content-Length: 0"]


def test_copy_takes_values_without_the_tags_of_the_dialog() -> None:
    copy = rule("copy", "P-Asserted-Identity", "From")
    assert changed([copy], "P-Asserted-Identity: <sip:old@x>") == [
        'P-Asserted-Identity: "Ann, A." <sip:1001@example.com;user=phone>',
        "Content-Length: 0",
    ]
    assert changed([rule("copy", "X-B", "X-A")], "X-A: 1", "X-A: 2,\r\n 3") == [
        "X-A: 1", "X-A: 2,\r\n 3", "Content-Length: 0", "X-B: 1", "X-B: 2, 3",
    ]  # fmt: skip


def test_copy_of_what_is_not_there_changes_nothing() -> None:
    assert changed([rule("copy", "X-B", "X-A")], "X-B: stays") == ["X-B: stays", "Content-Length: 0"]


def test_rules_are_carried_out_in_order_and_in_their_direction_only() -> None:
    rules = [
        rule("copy", "X-Was", "Subject"), rule("set", "Subject", "ours"), rule("remove", "Subject", direction="in"),
    ]  # fmt: skip
    assert changed(rules, "Subject: theirs") == ["Subject: ours", "Content-Length: 0", "X-Was: theirs"]


def test_a_value_beyond_ascii_leaves_as_utf_8() -> None:
    assert changed([rule("set", "Organization", "Zürich")])[-1].encode("latin-1") == "Organization: Zürich".encode()


NAMES = st.sampled_from(
    ["X-A", "x-a", "Subject", "s", "Supported", "k", "P-Asserted-Identity", "Via", "v", "From", "To", "Call-ID", "CSeq",
     "Contact", "Route", "Max-Forwards", "Content-Length", "l", "Authorization", "bad name", "", "X:", "Expires"]
)  # fmt: skip
VALUES = st.one_of(st.text(max_size=20), NAMES)
RULES = st.builds(HeaderRule, st.just("out"), st.sampled_from(["add", "set", "remove", "copy"]), NAMES, VALUES)


@given(st.lists(RULES, max_size=6))
def test_whatever_is_let_pass_leaves_a_message_that_can_be_read(rules: list[HeaderRule]) -> None:
    kept = [each for each in rules if header_problem(each) == ""]
    changed(kept, "X-A: 1", "Subject: s", "k: timer", "Supported: 100rel", "Expires: 7")
