"""`show ip interface brief`: the interfaces of the host, where robots look first."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import psutil

from oam.commands.registry import show

if TYPE_CHECKING:
    from oam.context import Context


class InterfaceRow(msgspec.Struct, frozen=True):
    """One address of one network interface of the host."""

    interface: str
    ip_address: str
    status: str
    """`up` or `down`."""
    protocol: str
    mtu_octets: int


@show(
    "show ip interface [brief]",
    row=InterfaceRow,
    words={
        "ip": "Internet protocol, both versions",
        "interface": "Network interfaces of the host",
        "brief": "One line an address",
    },
)
def show_ip_interface(context: Context) -> Iterator[InterfaceRow]:
    """Network interfaces of the host and their addresses."""
    states = psutil.net_if_stats()
    for name, addresses in sorted(psutil.net_if_addrs().items()):
        state = states.get(name)
        word = "up" if state is not None and state.isup else "down"
        found = [text for each in addresses if (text := _address(each.address))]
        for text in found or ["unassigned"]:
            yield InterfaceRow(name, text, word, word, state.mtu if state is not None else 0)


def _address(text: str) -> str:
    """Return an internet address without its scope; empty for an address of another family."""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
