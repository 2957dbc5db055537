"""The codec filter on offers and answers, well-formed and not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.routing.codecs import CHANGED, NOTHING_LEFT, UNTOUCHED, CodecFilter, apply, codec_filter, filter_sdp
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\na=sendrecv\r\n"
AUDIO = (
    "m=audio 49170 RTP/AVP 0 8 18 97 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:18 G729/8000\r\n"
    "a=fmtp:18 annexb=no\r\na=rtpmap:97 iLBC/8000\r\na=fmtp:97 mode=30\r\na=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\na=ptime:20\r\n"
)
VIDEO = (
    "m=video 51372 RTP/SAVPF 96 97 98\r\na=rtpmap:96 H264/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
    "a=rtpmap:98 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:98 nack\r\na=rtcp-fb:* ccm fir\r\n"
)
IMAGE = "m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\n"


def filtered(text: str, permitted: tuple[str, ...] = (), denied: tuple[str, ...] = ()) -> tuple[str, int]:
    wanted = codec_filter(permitted, denied)
    assert wanted is not None
    return filter_sdp(wanted, text)


def test_no_lists_no_filter() -> None:
    assert codec_filter((), ()) is None


def test_what_is_denied_goes_with_its_attributes() -> None:
    text, outcome = filtered(HEAD + AUDIO, denied=("g729", "ILBC"))
    assert outcome == CHANGED
    assert text == HEAD + (
        "m=audio 49170 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        "a=fmtp:101 0-15\r\na=ptime:20\r\n"
    )


def test_what_is_permitted_stays_and_events_with_it() -> None:
    text, outcome = filtered(HEAD + AUDIO, permitted=("PCMA",))
    assert outcome == CHANGED
    assert "m=audio 49170 RTP/AVP 8 101\r\n" in text
    text, _ = filtered(HEAD + AUDIO, permitted=("PCMA",), denied=("telephone-event",))
    assert "m=audio 49170 RTP/AVP 8\r\na=ptime:20\r\n" in text


def test_retransmission_goes_with_what_it_repeats() -> None:
    text, _ = filtered(HEAD + VIDEO, denied=("h264",))
    assert text == HEAD + (
        "m=video 51372 RTP/SAVPF 98\r\na=rtpmap:98 VP8/90000\r\na=rtcp-fb:98 nack\r\na=rtcp-fb:* ccm fir\r\n"
    )


def test_a_line_that_loses_all_is_refused_and_the_others_stay() -> None:
    text, outcome = filtered(HEAD + AUDIO + VIDEO, permitted=("PCMA",))
    assert outcome == CHANGED
    assert "m=video 0 RTP/SAVPF 96 97 98\r\na=rtpmap:96" in text


def test_events_alone_keep_no_line_alive() -> None:
    text, outcome = filtered(HEAD + AUDIO, permitted=("opus",))
    assert outcome == NOTHING_LEFT
    assert text == HEAD + AUDIO.replace("m=audio 49170", "m=audio 0")


@pytest.mark.parametrize("text", [HEAD, HEAD + IMAGE, HEAD + AUDIO.replace("49170", "0"), "", "m=", "m=audio\r\n", "x"])
def test_what_has_nothing_to_take_out_is_left_alone(text: str) -> None:
    assert filtered(text, permitted=("opus",)) == (text, UNTOUCHED)


def test_a_number_without_a_name_is_not_permitted_and_not_denied() -> None:
    text = HEAD + "m=audio 4000/2 RTP/AVP 8 120\n"
    assert filtered(text, denied=("opus",)) == (text, UNTOUCHED)
    assert filtered(text, permitted=("PCMA",)) == (HEAD + "m=audio 4000/2 RTP/AVP 8\n", CHANGED)


def message(body: str, kind: str = "application/sdp", *extra: str) -> Message:
    lines = [
        "INVITE sip:1002@example.com SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
        "From: <sip:1001@example.com>;tag=1",
        "To: <sip:1002@example.com>",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        f"c: {kind}",
        *extra,
        f"l: {len(body)}",
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1"), Limits())


ONLY_A_LAW = CodecFilter(("PCMA",), ())


def test_a_message_keeps_its_length_true() -> None:
    given_message = message(HEAD + AUDIO)
    assert apply(ONLY_A_LAW, given_message) == CHANGED
    again = parse_message(given_message.render(), Limits())
    assert again.body == filtered(HEAD + AUDIO, ("PCMA",))[0].encode()
    assert again.lines[-1] == f"Content-Length: {len(again.body)}"


@pytest.mark.parametrize(
    ("body", "kind", "extra"),
    [
        (HEAD + AUDIO, "text/plain", ()),
        (HEAD + AUDIO, "application/sdp", ("Content-Encoding: gzip",)),
        (HEAD + AUDIO, "multipart/mixed", ()),
        (HEAD + AUDIO, "multipart/mixed;boundary=x", ()),
        ("", "application/sdp", ()),
        (HEAD + "m=audio 4000 RTP/AVP 8\r\n", "application/sdp", ()),
    ],
)
def test_a_message_without_anything_to_take_out_leaves_as_it_came(body: str, kind: str, extra: tuple[str, ...]) -> None:
    given_message = message(body, kind, *extra)
    octets = given_message.render()
    assert apply(ONLY_A_LAW, given_message) == UNTOUCHED
    assert given_message.render() == octets


def test_session_descriptions_among_other_parts() -> None:
    isup = "--b\r\nContent-Type: application/isup;version=itu\r\n\r\n\x01\x02m=audio 1 RTP/AVP 0\r\n"
    sdp = "--b\r\nContent-Length: 9\r\nContent-Type: application/sdp\r\n\r\n"
    encoded = "--b\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\nbT0=\r\n--b--\r\n"
    given_message = message("x\r\n" + isup + sdp + HEAD + AUDIO + "\r\n" + encoded, 'Multipart/Mixed; boundary="b"')
    assert apply(ONLY_A_LAW, given_message) == CHANGED
    inner = filtered(HEAD + AUDIO, ("PCMA",))[0]
    expected = "x\r\n" + isup + sdp.replace(": 9", f": {len(inner)}") + inner + "\r\n" + encoded
    assert given_message.body == expected.encode("latin-1")


LINES = st.sampled_from(
    [*(HEAD + AUDIO + VIDEO + IMAGE).split("\r\n"), "m=audio 1 RTP/AVP", "m=audio x RTP/AVP 0 0 0", "a=rtpmap:", "m= ",
     "a=fmtp:97 apt", "a=rtpmap:8", "m=audio 5 RTP/AVP 8 pcma"]
)  # fmt: skip
JUNK = st.one_of(st.text(st.characters(codec="latin-1"), max_size=200), st.lists(LINES, max_size=30).map("\r\n".join))
NAMES = st.lists(st.sampled_from(["PCMA", "pcmu", "H264", "rtx", "opus"]), max_size=2).map(tuple)


@given(JUNK, NAMES, NAMES)
def test_junk_is_filtered_once_and_for_all(text: str, permitted: tuple[str, ...], denied: tuple[str, ...]) -> None:
    wanted = CodecFilter(permitted, denied)
    once, outcome = filter_sdp(wanted, text)
    assert (once != text) or outcome == UNTOUCHED
    assert filter_sdp(wanted, once) == (once, UNTOUCHED)
    given_message = message(text, "multipart/mixed;boundary=m")
    apply(wanted, given_message)


def test_the_time_a_body_takes_grows_with_its_length_alone() -> None:
    """All calls wait meanwhile: a datagram with many formats and many attributes must not take long."""
    text = f"{HEAD}m=audio 1 RTP/AVP {'0 ' * 16000}\r\n" + "a=fmtp:x\r\n" * 3000
    took = []
    for _ in range(3):
        began = time.perf_counter()
        filtered(text, ("pcma",))
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1
