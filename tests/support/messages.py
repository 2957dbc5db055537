"""SIP messages for playbooks: complete, minimal, and easy to vary."""

from __future__ import annotations

from core.effect import TCP, Flow
from core.wire.header import CALL_ID, CSEQ, FROM, RECORD_ROUTE, TO, VIA
from core.wire.message import Message


def request(
    method: str,
    uri: str,
    source: Flow,
    *,
    caller: str = "sip:alice@example.com",
    callee: str = "sip:bob@example.com",
    from_tag: str = "a1",
    to_tag: str = "",
    call_id: str = "call-1",
    cseq: int = 1,
    branch: str = "z9hG4bKalice1",
    max_forwards: int = 70,
    rport: bool = False,
    sent_by: str = "",
    extra: tuple[str, ...] = (),
) -> str:
    """Write a request as `source` would send it."""
    transport = "TCP" if source.transport == TCP else "UDP"
    via = f"Via: SIP/2.0/{transport} {sent_by or f'{source.host}:{source.port}'};branch={branch}"
    lines = [
        f"{method} {uri} SIP/2.0",
        via + (";rport" if rport else ""),
        f"From: <{caller}>;tag={from_tag}",
        f"To: <{callee}>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {method}",
        f"Max-Forwards: {max_forwards}",
        *extra,
        "Content-Length: 0",
        "",
        "",
    ]
    return "\n".join(lines)


def response(to: Message, status: int, reason: str = "X", to_tag: str = "b1", extra: tuple[str, ...] = ()) -> str:
    """Write the response of a UAS to a request it received."""
    lines = [f"SIP/2.0 {status} {reason}"]
    for i, header in enumerate(to.ids):
        if header in (VIA, FROM, CALL_ID, CSEQ, RECORD_ROUTE):
            lines.append(to.lines[i])
        elif header == TO:
            lines.append(to.lines[i] + (f";tag={to_tag}" if to_tag and ";tag=" not in to.lines[i] else ""))
    lines += [*extra, "Content-Length: 0", "", ""]
    return "\n".join(lines)


def register(user: str, source: Flow, *, contact: str = "", expires: int = 3600, cseq: int = 1, **more: object) -> str:
    """Write a REGISTER of `user`."""
    aor = f"sip:{user}@example.com"
    value = contact or f"<sip:{user}@{source.host}:{source.port}>"
    extra = (f"Contact: {value}", f"Expires: {expires}")
    options: dict[str, object] = {"branch": f"z9hG4bKreg{user}{cseq}", "call_id": f"reg-{user}", **more}
    return request(
        "REGISTER",
        "sip:example.com",
        source,
        caller=aor,
        callee=aor,
        cseq=cseq,
        extra=extra,
        **options,  # type: ignore[arg-type]
    )
