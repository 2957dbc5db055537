"""What `management ssh`, `management telnet` and `prometheus` have in common: the sockets that others connect to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from oam.commands.registry import F, Mode, config

if TYPE_CHECKING:
    from oam.shell.listening import Listening

_ADDRESS: Final = {"address": "Local address, IPv4 or IPv6; 0.0.0.0 or :: is every one"}


def listen_line(mode: Mode, text: str, options: str = "", words: Mapping[str, str] | None = None) -> Callable[[F], F]:
    """Declare `listen` as `config` does; `text` is its help, `options` may follow."""
    return config(
        f"listen ADDRESS$address port (1-65535)$port {options}".rstrip(),
        mode=mode,
        field="listeners",
        key=("address", "port"),
        words={"listen": text, "port": "TCP port", **(words or {})},
        arguments=_ADDRESS,
    )


def access_list_line(mode: Mode, text: str = "Who may connect") -> Callable[[F], F]:
    """Declare `access-list` as `config` does; `text` is its help."""
    return config(
        "access-list NAME$name",
        mode=mode,
        field="access_list",
        words={"access-list": text},
        arguments={"name": "Name of an `ip access-list`"},
    )


def socket_facts(listening: Listening) -> list[dict[str, Any]]:
    """Return what there is to say of each socket, by name."""
    return [
        {
            "address": each.settings.address,
            "port": each.settings.port,
            "problem": each.problem,
            "accepted": each.accepted,
        }
        for each in listening.listeners.values()
    ]


def socket_lines(listening: Listening) -> list[str]:
    """Return a line for each socket."""
    lines = []
    for each in listening.listeners.values():
        state = f"down: {each.problem}" if each.problem else f"up, {each.accepted} accepted"
        tls = ", TLS" if each.settings.tls else ""
        lines.append(f"  {each.settings.address} port {each.settings.port}{tls}: {state}")
    return lines


def counts_of(listening: Listening, own: msgspec.Struct) -> dict[str, int]:
    """Return the counts of a protocol, `own`, and how many connections were refused and why."""
    admission = listening.admission
    return {
        **msgspec.structs.asdict(own),
        "refused_access_list": admission.refused_acl,
        "refused_maximum": admission.refused_total,
        "refused_source": admission.refused_source,
        "refused_full": listening.refused_full,
    }


def count_lines(counts: Mapping[str, int]) -> list[str]:
    """Return a line for each count."""
    return [f"  {name.replace('_', ' ') + ':':24}{value}" for name, value in counts.items()]
