"""How much is kept of traces, and who is sent what they take."""

from __future__ import annotations

import msgspec


class HepHost(msgspec.Struct, frozen=True):
    """`hep host …`: a capture server that takes HEP version 3 over UDP (Homer); empty: none."""

    address: str = ""
    port: int = 9060
    capture_id: int = 2001
    """By which the server knows this one."""


class TraceSettings(msgspec.Struct, frozen=True):
    """Mode `trace`."""

    buffer: int = 16
    """Size of the ring, megabytes."""
    hep: HepHost = HepHost()
    hep_password: str = ""
    """Shared with the capture server, encrypted (type 6); empty: none is sent."""
