"""The little of HTTP/1.1 that a scrape needs: one request read, one answer written, the connection closed (RFC 9112).

Pure. Any octets are taken: what is no request is a status, never an exception.
"""

from __future__ import annotations

from typing import Final, NamedTuple

REQUEST_OCTETS: Final = 8192
"""Request line and header fields together; more is refused with 431."""
PATH: Final = "/metrics"
REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}


class Asked(NamedTuple):
    """What a request comes to."""

    status: int
    """200: the page is to be sent."""
    chunked: bool = False
    """The client knows chunks (HTTP/1.1): it can tell a page that was cut off from a whole one."""


def complete(held: bytes | bytearray) -> bool:
    """Tell whether the header of a request is whole."""
    return b"\r\n\r\n" in held or b"\n\n" in held


def judged(held: bytes) -> Asked:
    """Say what to answer to a request whose header is in `held`."""
    line, _, fields = held.replace(b"\r\n", b"\n").partition(b"\n")
    words = line.decode("latin-1").split(" ")
    if len(words) != 3 or not all(words) or not words[2].startswith("HTTP/"):
        return Asked(400)
    method, target, version = words
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        return Asked(505)
    if version == "HTTP/1.1" and not _has_one_host(fields):
        return Asked(400)
    if _path(target) != PATH:
        return Asked(404)
    if method != "GET":
        return Asked(405)
    return Asked(200, version == "HTTP/1.1")


def _has_one_host(fields: bytes) -> bool:
    """RFC 9112 §3.2: without exactly one Host the answer is 400."""
    names = [field.partition(b":")[0].lower() for field in fields.partition(b"\n\n")[0].split(b"\n")]
    return names.count(b"host") == 1


def _path(target: str) -> str:
    """Return the path of a target in origin or absolute form (RFC 9112 §3.2), its query left out."""
    if target.lower().startswith("http://"):
        target = "/" + target[7:].partition("/")[2]
    return target.partition("?")[0]


def refusal(status: int) -> bytes:
    """Return a whole answer that says why there is no page."""
    text = f"{status} {REASONS[status]}\n".encode()
    more = ["Allow: GET"] if status == 405 else []
    return _head(status, "text/plain; charset=utf-8", [f"Content-Length: {len(text)}", *more]) + text


def head(content_type: str, chunked: bool) -> bytes:
    """Return what precedes the page."""
    return _head(200, content_type, ["Transfer-Encoding: chunked"] if chunked else [])


def _head(status: int, content_type: str, more: list[str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", f"Content-Type: {content_type}", "Connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(octets: bytes) -> bytes:
    """Return one chunk, of at least one octet (RFC 9112 §7.1)."""
    return b"%x\r\n%b\r\n" % (len(octets), octets)


LAST_CHUNK: Final = b"0\r\n\r\n"
