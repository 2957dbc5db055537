"""Frames of the console socket: whatever the chunks, the same frames come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.shell import frames
from oam.shell.frames import MAX_PAYLOAD, FrameError, FrameReader, decode_pairs, encode, encode_pairs, encode_stream

FRAMES = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=6)


@given(FRAMES, st.integers(1, 9))
def test_chunks_do_not_matter(sent: list[tuple[int, bytes]], size: int) -> None:
    octets = b"".join(encode(kind, payload) for kind, payload in sent)
    reader = FrameReader()
    received = [frame for at in range(0, len(octets), size) for frame in reader.feed(octets[at : at + size])]
    assert received == sent


def test_long_octets_become_several_frames() -> None:
    octets = bytes(range(256)) * 1000
    received = FrameReader().feed(encode_stream(frames.OUTPUT, octets))
    assert len(received) == 4
    assert b"".join(payload for _, payload in received) == octets
    assert encode_stream(frames.OUTPUT, b"") == b""


def test_a_frame_too_long_is_an_error_before_it_has_come() -> None:
    with pytest.raises(FrameError):
        FrameReader().feed(b"\1" + (MAX_PAYLOAD + 1).to_bytes(4, "big"))


@given(st.dictionaries(st.sampled_from(["term", "mode", "rows"]), st.text(st.characters(exclude_characters="\0"))))
def test_pairs_come_back(pairs: dict[str, str]) -> None:
    expected = {key: value.encode("utf-8", "replace").decode() for key, value in pairs.items()}
    assert decode_pairs(encode_pairs(pairs)) == expected


def test_pairs_cannot_be_smuggled_in() -> None:
    assert decode_pairs(encode_pairs({"term": "x\0mode=interactive"})) == {"term": "xmode=interactive"}
    assert decode_pairs(b"nonsense\0=\0\xff\0") == {"nonsense": "", "": "", "\ufffd": ""}
