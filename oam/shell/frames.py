"""Frames on the console socket: one type octet, a 4-octet big-endian length, the payload.

The client opens with HELLO. An interactive client then relays what its terminal
gives (INPUT, RESIZE); a script sends its lines (LINE) and END. The server answers with
OUTPUT and ERROR octets and closes with EXIT. `sipctl` starts with this, so it imports
nothing: `typing` alone would cost a quarter of the start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

HELLO: Final = 1
"""`key=value` pairs, each ended by NUL: `mode`, `term`, `locale`, `columns`, `rows`, and a script's flags."""
INPUT: Final = 2
"""Octets as the terminal gave them."""
RESIZE: Final = 3
"""`columns rows` in ASCII."""
LINE: Final = 4
"""Where the line stands (`file:line`), NUL, the line without its end."""
END: Final = 5
"""No more lines."""
INTERRUPT: Final = 6
"""Ctrl-C in a script: stop the running command and the script."""
OUTPUT: Final = 16
ERROR: Final = 17
EXIT: Final = 18
"""The exit code in ASCII; nothing follows."""

HEADER_OCTETS: Final = 5
MAX_PAYLOAD: Final = 65_536
"""Longest payload taken; senders cut OUTPUT, ERROR and INPUT at this."""


class FrameError(Exception):
    """The octets are no frames of this protocol."""


def encode(kind: int, payload: bytes = b"") -> bytes:
    """Return one frame; `payload` is at most MAX_PAYLOAD octets."""
    return bytes((kind,)) + len(payload).to_bytes(4, "big") + payload


def encode_stream(kind: int, octets: bytes) -> bytes:
    """Return as many frames of `kind` as `octets` need; nothing for nothing."""
    if len(octets) <= MAX_PAYLOAD:
        return encode(kind, octets) if octets else b""
    return b"".join(encode(kind, octets[at : at + MAX_PAYLOAD]) for at in range(0, len(octets), MAX_PAYLOAD))


def encode_pairs(pairs: dict[str, str]) -> bytes:
    """Return the payload of HELLO; NULs within are dropped."""
    return "".join(f"{key}={value}".replace("\0", "") + "\0" for key, value in pairs.items()).encode("utf-8", "replace")


def decode_pairs(payload: bytes) -> dict[str, str]:
    """Return what HELLO says; a repeated key's last value counts."""
    text = payload.decode("utf-8", "replace")
    return dict(pair.partition("=")[::2] for pair in text.split("\0") if pair)


class FrameReader:
    """Cuts a stream into frames; how the octets were chunked changes nothing."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, octets: bytes) -> list[tuple[int, bytes]]:
        """Return the (type, payload) pairs now complete; raises FrameError on a payload over MAX_PAYLOAD."""
        held = self._held
        held += octets
        frames = []
        at = 0
        while len(held) - at >= HEADER_OCTETS:
            end = at + HEADER_OCTETS + int.from_bytes(held[at + 1 : at + HEADER_OCTETS], "big")
            if end - at > HEADER_OCTETS + MAX_PAYLOAD:
                raise FrameError(f"payload of {end - at - HEADER_OCTETS} octets")
            if end > len(held):
                break
            frames.append((held[at], bytes(held[at + HEADER_OCTETS : end])))
            at = end
        del held[:at]
        return frames
