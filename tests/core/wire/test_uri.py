"""URIs: parts, comparison by RFC 3261 §19.1.4, IPv6 by RFC 5118 and RFC 5954, escapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire.error import WireError
from core.wire.uri import Uri, equal, escape_user, host_port, normal, parse_uri, render, unescape

Parts = tuple[str, str, str, str, int, dict[str, str], str]

PARTS: list[tuple[str, Parts]] = [
    # RFC 3261 §19.1.3
    ("sip:alice@atlanta.com", ("sip", "alice", "", "atlanta.com", 0, {}, "")),
    (
        "sip:alice:secretword@atlanta.com;transport=tcp",
        ("sip", "alice", "secretword", "atlanta.com", 0, {"transport": "tcp"}, ""),
    ),
    (
        "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
        ("sips", "alice", "", "atlanta.com", 0, {}, "subject=project%20x&priority=urgent"),
    ),
    (
        "sip:+1-212-555-1212:1234@gateway.com;user=phone",
        ("sip", "+1-212-555-1212", "1234", "gateway.com", 0, {"user": "phone"}, ""),
    ),
    ("sips:1212@gateway.com", ("sips", "1212", "", "gateway.com", 0, {}, "")),
    ("sip:alice@192.0.2.4", ("sip", "alice", "", "192.0.2.4", 0, {}, "")),
    (
        "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
        ("sip", "", "", "atlanta.com", 0, {"method": "REGISTER"}, "to=alice%40atlanta.com"),
    ),
    ("sip:alice;day=tuesday@atlanta.com", ("sip", "alice;day=tuesday", "", "atlanta.com", 0, {}, "")),
    # Case, ports, flags
    ("SIP:Bob@EXAMPLE.com:5062;LR;Maddr=X", ("sip", "Bob", "", "example.com", 5062, {"lr": "", "maddr": "X"}, "")),
    ("sip:127.0.0.1:5060;lr", ("sip", "", "", "127.0.0.1", 5060, {"lr": ""}, "")),
    ("sip:a@b;x==", ("sip", "a", "", "b", 0, {"x": "="}, "")),
    ("sip:a:@b", ("sip", "a", "", "b", 0, {}, "")),
    ("sip:a@h:65535", ("sip", "a", "", "h", 65535, {}, "")),
    ("sip:a@h:05060", ("sip", "a", "", "h", 5060, {}, "")),
    # RFC 4475 §3.1.1.2, §3.1.1.3, §3.1.1.9
    (
        "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
        (
            "sip",
            "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
            "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
            "example.com",
            0,
            {},
            "",
        ),
    ),
    ("sip:sips%3Auser%40example.com@example.net", ("sip", "sips%3Auser%40example.com", "", "example.net", 0, {}, "")),
    (
        "sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31",
        ("sip", "cal%6Cer", "", "host5.example.net", 0, {"lr": "", "name": "value%2541"}, ""),
    ),
    ("sip:user;par=u%40example.net@example.com", ("sip", "user;par=u%40example.net", "", "example.com", 0, {}, "")),
    (
        "sip:user@example.com?Route=%3Csip:example.com%3E",
        ("sip", "user", "", "example.com", 0, {}, "Route=%3Csip:example.com%3E"),
    ),
    # RFC 5118 §4.1, §4.3, §4.4
    ("sip:[2001:db8::10]", ("sip", "", "", "2001:db8::10", 0, {}, "")),
    ("sip:user@[2001:db8::10:5070]", ("sip", "user", "", "2001:db8::10:5070", 0, {}, "")),
    ("sip:user@[2001:db8::10]:5070", ("sip", "user", "", "2001:db8::10", 5070, {}, "")),
    ("sip:u@[2001:DB8:0:0:0:0:0:1];lr", ("sip", "u", "", "2001:db8::1", 0, {"lr": ""}, "")),
    ("sip:u@[::1]:5060", ("sip", "u", "", "::1", 5060, {}, "")),
    ("sip:u@[::FFFF:192.0.2.10]:19823", ("sip", "u", "", "::ffff:c000:20a", 19823, {}, "")),
    # Departures
    ("sip:*21#@h_1.example.com", ("sip", "*21#", "", "h_1.example.com", 0, {}, "")),
    ("sip:\xd0\xb0@h", ("sip", "\xd0\xb0", "", "h", 0, {}, "")),
    # tel, RFC 3966
    ("tel:+1-201-555-0123", ("tel", "+12015550123", "", "", 0, {}, "")),
    (
        "tel:7042;phone-context=example.com",
        ("tel", "7042", "", "", 0, {"phone-context": "example.com"}, ""),
    ),
    ("TEL:*21%23".replace("%23", "#"), ("tel", "*21#", "", "", 0, {}, "")),
    # Anything else
    ("nobodyKnowsThisScheme:totallyopaquecontent", ("nobodyknowsthisscheme", "", "", "", 0, {}, "")),
    ("soap.beep://192.0.2.103:3002", ("soap.beep", "", "", "", 0, {}, "")),
    ("urn:service:sos", ("urn", "", "", "", 0, {}, "")),
]


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_parts(text: str, parts: Parts) -> None:
    uri = parse_uri(text)
    assert (uri.scheme, uri.user, uri.password, uri.host, uri.port, uri.params, uri.headers) == parts
    assert uri.text == text


@pytest.mark.parametrize("text", [text for text, _ in PARTS])
def test_a_rendered_uri_equals_its_origin(text: str) -> None:
    uri = parse_uri(text)
    again = parse_uri(render(uri))
    assert equal(uri, again)
    assert equal(again, uri)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sip",
        "sip:",
        "sip:@example.com",
        "sip:a@",
        "sip:a@b@c",
        "sip:a b@c",
        "sip: a@b",
        "sip:a@b ",
        "sip:a@b:",
        "sip:a@b:0",
        "sip:a@b:65536",
        "sip:a@b:005060",
        "sip:a@b:" + "9" * 5000,
        "sip:a@b:-1",
        "sip:a@b;",
        "sip:a@b;;x",
        "sip:a@b;=x",
        "sip:a@b; lr",
        "sip:a@b;x=1;X=2",
        "sip:a@b;x=%4",
        "sip:a@b;x=%zz",
        "sip:a@b?",
        "sip:a%4@b",
        "sip:a%@b",
        'sip:a"@b',
        "sip:a<@b",
        "sip:a@b>",
        "sip:a@b;x=<",
        "sip:a\r\n@b",
        "sip:a\x00@b",
        "sip:a@b\x00",
        "sip:a@\xe9",
        "<sip:a@b>",
        "sip:a@[::1",
        "sip:a@::1",
        "sip:a@[::1]x",
        "sip:a@[1:2]",
        "sip:a@[:::]",
        "sip:a@[fe80::1%eth0]",
        "sip:2001:db8::10:5070",
        "tel:",
        "tel:+",
        "tel:--",
        "tel:+12x",
        "tel:12 34",
        "1x:y",
        "x:",
        "x:a b",
        "example.com",
        "*",
    ],
)
def test_broken(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_uri(text)
    assert caught.value.status == 400


# RFC 3261 §19.1.4, the examples of the text.
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        # RFC 5954 §4.2
        ("sip:bob@[2001:db8::1]", "sip:bob@[2001:0DB8:0::0001]"),
        ("sip:bob@[::ffff:192.0.2.128]", "sip:bob@[::ffff:C000:0280]"),
        # RFC 3966 §5
        ("tel:+1-201-555-0123", "tel:+12015550123"),
        ("tel:863-1234;phone-context=+1-914-555", "tel:8631234;Phone-Context=+1-914-555"),
        ("urn:service:sos", "URN:service:sos"),
    ],
)
def test_equal(a: str, b: str) -> None:
    assert equal(parse_uri(a), parse_uri(b))
    assert equal(parse_uri(b), parse_uri(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:bob@biloxi.com", "sips:bob@biloxi.com"),
        ("sip:bob@biloxi.com", "sip:bob:pw@biloxi.com"),
        ("sip:bob@biloxi.com", "sip:biloxi.com"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;maddr=192.0.2.1"),
        ("sip:bob@biloxi.com;user=phone", "sip:bob@biloxi.com"),
        ("sip:bob@biloxi.com;ttl=1", "sip:bob@biloxi.com"),
        ("sip:bob@biloxi.com;method=INVITE", "sip:bob@biloxi.com"),
        ("sip:a%3Bb@biloxi.com", "sip:a;b@biloxi.com"),
        ("sip:bob@[2001:db8::1]", "sip:bob@[2001:db8::2]"),
        ("tel:+12015550123", "tel:12015550123"),
        ("tel:123;phone-context=a.example", "tel:123;phone-context=b.example"),
        ("urn:service:sos", "urn:service:SOS"),
    ],
)
def test_not_equal(a: str, b: str) -> None:
    assert not equal(parse_uri(a), parse_uri(b))
    assert not equal(parse_uri(b), parse_uri(a))


def test_escapes() -> None:
    assert unescape("null-%00-null") == "null-\x00-null"
    assert unescape("%41%zz%4") == "A%zz%4"
    assert unescape("plain") == "plain"
    assert escape_user('a b@c"<%>#\xe9\u0430') == "a%20b%40c%22%3C%25%3E%23%E9%D0%B0"
    assert normal("%41%3b%7e") == "A%3B~"
    with pytest.raises(WireError):
        normal("a%4")


def test_host_port() -> None:
    assert host_port("example.com", 0) == "example.com"
    assert host_port("::1", 5060) == "[::1]:5060"


@given(st.text(st.characters(max_codepoint=255)))
def test_escaped_users_come_back(user: str) -> None:
    if user:
        uri = parse_uri(f"sip:{escape_user(user)}@h")
        assert unescape(uri.user) == user


PIECES = st.lists(
    st.sampled_from(
        [
            "sip:",
            "SIPS:",
            "tel:",
            "a",
            "+1",
            "@",
            ":",
            ";",
            "=",
            "?",
            "&",
            "%41",
            "%",
            "[",
            "::1",
            "]",
            "h",
            ".",
            "5060",
            "lr",
            "transport",
            "tcp",
            " ",
            '"',
            "<",
            ">",
            ",",
            "\x00",
            "\xe9",
            "#",
            "/",
            "-",
        ]
    ),
    max_size=14,
).map("".join)


@given(st.text(st.characters(max_codepoint=255)) | PIECES | PIECES.map(lambda text: "sip:" + text))
def test_any_text_gives_a_uri_or_a_wire_error(text: str) -> None:
    try:
        uri = parse_uri(text)
    except WireError:
        return
    assert_sane(uri, text)


def assert_sane(uri: Uri, text: str) -> None:
    """What every caller may rely on."""
    assert uri.text == text
    assert not set(text) & set(' \t\r\n\x00"<>')
    assert 0 <= uri.port < 65536
    assert equal(uri, uri)
    assert equal(parse_uri(render(uri)), uri)
    if uri.scheme in ("sip", "sips"):
        assert uri.host
