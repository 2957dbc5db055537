"""OPTIONS of our own (RFC 3261 §11): what asks somebody whether he is there."""

from __future__ import annotations

from core.proxy.domain import OwnListener
from core.wire.uri import Uri, host_port


def options(uri: Uri, target: str, own: OwnListener, branch: str, call_id: str, serial: int) -> bytes:
    """Write an OPTIONS for `target`, whose host is that of `uri`; From is the listener it goes out by."""
    to = f"sip:{host_port(uri.host, uri.port)}"
    place = host_port(own.host, own.port)
    return (
        f"OPTIONS {target or to} SIP/2.0\r\n{own.via}{branch}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:{place}>;tag={serial}\r\nTo: <{to}>\r\nCall-ID: {call_id}\r\n"
        f"CSeq: {serial} OPTIONS\r\n"
        f"Accept: application/sdp\r\nContent-Length: 0\r\n\r\n"
    ).encode("latin-1", "replace")
