"""name-addr, addr-spec, parameters, lists."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire.address import parse_address, parse_params, split_list, unquote
from core.wire.error import WireError

ADDRESSES: list[tuple[str, str, str, dict[str, str]]] = [
    ("<sip:a@b>", "", "sip:a@b", {}),
    ("<sip:a@b>;tag=1", "", "sip:a@b", {"tag": "1"}),
    ('"Alice" <sip:a@b>;tag=1', "Alice", "sip:a@b", {"tag": "1"}),
    ('"Alice"<sip:a@b>', "Alice", "sip:a@b", {}),
    ("Alice <sip:a@b;lr>;tag=x", "Alice", "sip:a@b;lr", {"tag": "x"}),
    ("caller<sip:caller@example.com>;tag=323", "caller", "sip:caller@example.com", {"tag": "323"}),
    ("A. B. Bell  \t<sip:a@b>", "A. B. Bell", "sip:a@b", {}),
    ("sip:a@b;tag=1;x", "", "sip:a@b", {"tag": "1", "x": ""}),
    ("sip:a@b", "", "sip:a@b", {}),
    (" sip:a@b ; tag = 1 ", "", "sip:a@b", {"tag": "1"}),
    ("  <sip:a@b>", "", "sip:a@b", {}),
    ("sip:vivekg@c.example.com ;   tag    = 1918181833n", "", "sip:vivekg@c.example.com", {"tag": "1918181833n"}),
    (
        '"J Rosenberg \\\\\\""       <sip:jdrosen@example.com>   ;   tag = 98asjd8',
        'J Rosenberg \\"',
        "sip:jdrosen@example.com",
        {"tag": "98asjd8"},
    ),
    (
        '"Quoted string \\"\\"" <sip:j@b> ; newparam =       newvalue ;   secondparam ; q = 0.33',
        'Quoted string ""',
        "sip:j@b",
        {"newparam": "newvalue", "secondparam": "", "q": "0.33"},
    ),
    ('"a <sip:x@y>, b" <sip:a@b>', "a <sip:x@y>, b", "sip:a@b", {}),
    ('<sip:a@b>;+sip.instance="<urn:uuid:1>";Q=0.5', "", "sip:a@b", {"+sip.instance": "<urn:uuid:1>", "q": "0.5"}),
    ("token1~` token2'+_ token3*%!.- <sip:m@b>;fromParam''~+*_!.-%=\"\xd1\x80\";tag=_token~1'+`*%!-.",
     "token1~` token2'+_ token3*%!.-", "sip:m@b", {"fromparam''~+*_!.-%": "\xd1\x80", "tag": "_token~1'+`*%!-."}),
    ("\xd0\x98 <sip:a@b>", "\xd0\x98", "sip:a@b", {}),
    ("<sip:a@[2001:db8::1]>;received=[::1]", "", "sip:a@[2001:db8::1]", {"received": "[::1]"}),
    ("<sip:user@example.com?Route=%3Csip:sip.example.com%3E>", "",
     "sip:user@example.com?Route=%3Csip:sip.example.com%3E", {}),
    ("isbn:2983792873", "", "isbn:2983792873", {}),
    ("<sip:a@b>;tag=", "", "sip:a@b", {"tag": ""}),
    ("<tel:+1-201>;tag=1", "", "tel:+1-201", {"tag": "1"}),
    ('"" <sip:a@b>', "", "sip:a@b", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "display", "uri", "params"), ADDRESSES)
def test_parts(text: str, display: str, uri: str, params: dict[str, str]) -> None:
    address = parse_address(text)
    assert (address.display, address.uri_text, address.params) == (display, uri, params)
    assert address.tag == params.get("tag", "")
    assert address.text.strip(" ") == text.strip(" ")


def test_uri_is_parsed_once() -> None:
    address = parse_address("<sip:a@b>")
    assert address.uri().user == "a"
    assert address.uri() is address.uri()


def test_a_broken_uri_is_found_when_asked_for() -> None:
    address = parse_address("<sip:a@b@c>")
    with pytest.raises(WireError):
        address.uri()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "<>",
        "<a>",
        "<sip:a@b",
        "sip:a@b>",
        '"Mr. J. User <sip:j.user@example.com>',
        '"a" b <sip:a@b>',
        '"a"',
        '"a" sip:a@b',
        "Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
        'a"b <sip:a@b>',
        '"Watson, Thomas" < sip:t.watson@example.org >',
        "< sip:a@b>",
        "<sip:a@b >",
        "<sip:a\t@b>",
        '"Joe" <sip:joe@example.org>;;;;',
        "<sip:a@b>;",
        "<sip:a@b>x",
        "<sip:a@b> x",
        "<sip:a@b>;tag=1;tag=2",
        "<sip:a@b>;tag=1;Tag=2",
        '<sip:a@b>;x="a',
        '<sip:a@b>;x="a"b',
        "<sip:a@b>;a b",
        "<sip:a@b>;=x",
        "<sip:a@b>;x=a,b",
        "<sip:a@b>;x=\x00",
        "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
        "sip:a,b@c",
        "sip:a;b@c",
        "sip:a @b",
        "a@b",
        "John sip:a@b",
        "John: <sip:a@b>",
    ],
)
def test_broken(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_address(text)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("value", "elements"),
    [
        ("", []),
        ("  ", []),
        ("a", ["a"]),
        (" a , b ", ["a", "b"]),
        ("a,,b,", ["a", "b"]),
        ("<sip:a,b@c>, <sip:d>", ["<sip:a,b@c>", "<sip:d>"]),
        ('"a, b" <sip:a@b>;q=1 ,sip:c@d', ['"a, b" <sip:a@b>;q=1', "sip:c@d"]),
        ('"a\\", b" <sip:a@b>, c', ['"a\\", b" <sip:a@b>', "c"]),
        ('a;x="1,2",b', ['a;x="1,2"', "b"]),
        ('a, "b, c', ["a", '"b, c']),
        ("a, <b, c", ["a", "<b, c"]),
        ('"', ['"']),
        (",", []),
        ("<,>", ["<,>"]),
        ('"a<" <b>, c', ['"a<" <b>', "c"]),
    ],
)
def test_lists(value: str, elements: list[str]) -> None:
    assert split_list(value) == elements


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("", {}),
        (" ", {}),
        (";a", {"a": ""}),
        (";A=B;c=", {"a": "B", "c": ""}),
        (' ; a = "x;y\\"z" ; b', {"a": 'x;y"z', "b": ""}),
        (";received=2001:db8::1;x=a=b", {"received": "2001:db8::1", "x": "a=b"}),
    ],
)
def test_params(text: str, params: dict[str, str]) -> None:
    assert parse_params(text) == params


def test_unquote() -> None:
    assert unquote('BEL:\\\x07 \\"x\\\\') == 'BEL:\x07 "x\\'


TEXT = st.text(st.characters(max_codepoint=255))
PIECES = st.lists(
    st.sampled_from(
        ["<", ">", '"', "\\", ",", ";", "=", " ", "\t", "sip:", "a", "@", "b", "tag", "tag=1", "x", "*", "\x00", "\xe9"]
    ),
    max_size=16,
).map("".join)


@given(TEXT | PIECES | PIECES.map(lambda tail: "<sip:a@b>" + tail))
def test_any_text_gives_an_address_or_a_wire_error(text: str) -> None:
    try:
        address = parse_address(text)
    except WireError:
        return
    assert address.uri_text in text
    with suppress(WireError):
        assert address.uri().text == address.uri_text


@given(TEXT | PIECES)
def test_any_text_gives_parameters_or_a_wire_error(text: str) -> None:
    try:
        params = parse_params(text)
    except WireError:
        return
    assert all(name == name.lower() and name for name in params)


@given(TEXT | PIECES)
def test_splitting_loses_only_commas_and_blanks(value: str) -> None:
    elements = split_list(value)
    assert all(element == element.strip(" \t") and element for element in elements)
    kept = "".join(elements)
    assert [c for c in kept if c not in ", \t"] == [c for c in value if c not in ", \t"]


@given(st.lists(st.sampled_from(['"a, b" <sip:x@y>;q=1', "<sip:a,b@c>", "sip:d@e", 'x;y="1,2"']), max_size=5))
def test_a_joined_list_comes_apart_again(elements: list[str]) -> None:
    assert split_list(", ".join(elements)) == elements


@given(TEXT)
def test_any_display_name_survives_quoting(display: str) -> None:
    quoted = display.replace("\\", "\\\\").replace('"', '\\"')
    assert parse_address(f'"{quoted}" <sip:a@b>').display == display
