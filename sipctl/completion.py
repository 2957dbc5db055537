"""`sipctl --complete [--state DIR] [-c COMMAND]... -c TEXT`: the words that may stand at the end of TEXT.

For shells that complete: one word a line, in a moment or not at all, and never an error.
"""

from __future__ import annotations

import _socket
import os

from oam.shell import frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

WAIT_S: Final = 0.5
"""How long a server may take over one step."""
_READ: Final = 65_536


def complete(path: str, lines: list[bytes]) -> bytes:
    """Ask the server at socket `path`; return nothing where there is none."""
    asked = [frames.encode(frames.HELLO, frames.encode_pairs({"mode": "complete"}))]
    asked += [frames.encode(frames.LINE, b"\0" + line[: frames.MAX_PAYLOAD - 1]) for line in lines]
    try:
        return _answer(path, b"".join(asked) + frames.encode(frames.END))
    except (OSError, frames.FrameError):
        return b""


def _answer(path: str, asked: bytes) -> bytes:
    """Return what the server says up to its EXIT; raises OSError."""
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.settimeout(WAIT_S)
        connection.connect(path)
        connection.sendall(asked)
        reader = frames.FrameReader()
        said = b""
        while octets := connection.recv(_READ):
            for kind, payload in reader.feed(octets):
                if kind == frames.OUTPUT:
                    said += payload
                elif kind == frames.EXIT:
                    return said
        return b""
    finally:
        connection.close()


def run(path: str, texts: list[tuple[str, bytes]]) -> int:
    """Print the words for the last of `texts`; a success whatever came of it."""
    os.write(1, complete(path, [text for _, text in texts]))
    return 0
