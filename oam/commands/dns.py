"""`ip name-server`, `ip domain …`, `show hosts`, `clear host`, `test dns`: how names of next hops become addresses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ClearHost, ListHosts, LookUpHost
from core.northbound.rows import HostRow
from oam.commands.registry import PRIVILEGED, CommandError, config, order, show
from oam.signalling import count, rows

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {
    "ip": "Internet protocol, both versions",
    "name-server": "DNS server",
    "domain": "How names are looked up",
    "timeout": "How long a server is waited for",
    "cache": "Answers of DNS that are kept",
    "port": "Port number",
}
_LOOK_S: Final = 0.05
_LONGEST_S: Final = 20.0
"""A look-up ends sooner, found or not."""


@config(
    "ip name-server ADDRESS$address [port (1-65535)$port]",
    field="dns.servers",
    key=("address", "port"),
    words=_WORDS,
    arguments={"address": "Address of the server", "port": "Port of the server; 53 unless given"},
)
def name_server() -> None:
    """Ask this DNS server, after those configured already; without any, those of the system are asked.

    A server that does not answer in time is asked last for half a minute.

    Example: ip name-server 192.0.2.53
    """


@config("ip domain timeout (1-60)$value", field="dns.timeout_s", words=_WORDS, arguments={"value": "Seconds"})
def domain_timeout() -> None:
    """How long one DNS server may take for a question, in seconds; then the next one is asked."""


@config("ip domain cache maximum (1-1000000)$value", field="dns.cache_maximum", words=_WORDS)
def cache_maximum() -> None:
    """Names whose answers are kept; beyond that the one not used for longest goes."""


async def hosts_facts(context: Context, host: str | None) -> dict[str, object]:
    """Return the names for programs."""
    running = context.manager.configuration.running
    servers = [msgspec.to_builtins(each) for each in running.dns.servers]
    found = [msgspec.to_builtins(row) for row in await _known(context, host)]
    for each in found:
        del each["type"]
    return {
        "hostname": running.hostname, "domains": list(running.sip.domains), "name_servers": servers, "hosts": found,
    }  # fmt: skip


@show(
    "show hosts [WORD$host]",
    json=hosts_facts,
    words={"hosts": "Names: of this system, and those looked up"},
    arguments={"host": "Part of a name"},
)
async def show_hosts(context: Context, host: str | None) -> str:
    """Names of this system and its name servers; then names looked up, with their addresses and what is left of them.

    A state of `expired` still serves while a new look-up fails. With SRV records each has its priority and weight.

    Example: show hosts trunk.example.net
    """
    running = context.manager.configuration.running
    first, *others = running.sip.domains or ("not set",)
    servers = ", ".join(
        each.address if each.port == 53 else f"{each.address} port {each.port}" for each in running.dns.servers
    )
    lines = [
        f"Default domain is {first}", f"Host name is {running.hostname}", *(f"Also serves {each}" for each in others),
        f"Name servers are {servers or 'those of the system'}",
    ]  # fmt: skip
    known = await _known(context, host)
    if known:
        width = max(len("Host"), *(len(each.host) for each in known))
        lines += ["", f"{'Host':{width}}  Service  State      TTL    Address(es)"]
        for each in known:
            ttl = "-" if each.ttl_s is None else str(each.ttl_s)
            lines.append(
                f"{each.host:{width}}  {each.service or '-':7}  {each.state:9}  {ttl:5}  {each.addresses}".rstrip()
            )
    return "\n".join(lines)


async def _known(context: Context, host: str | None) -> list[HostRow]:
    """Return what signalling knows of names, in their order; nothing while it is away."""
    try:
        found = [row async for row in rows(context, ListHosts(host or "")) if isinstance(row, HostRow)]
    except CommandError:
        return []
    return sorted(found, key=lambda row: (row.host, row.service))


@order(
    "clear host <all|WORD$host>",
    words={"host": "Names that were looked up", "all": "Every name; so does *"},
    arguments={"host": "Name to forget"},
)
async def clear_host(context: Context, host: str | None) -> str:
    """Forget what DNS said of one name, or of all: the next call asks again.

    Example: clear host trunk.example.net
    """
    name = "" if host in (None, "*") else host
    forgotten = await count(context, ClearHost(name or ""))
    if name and not forgotten:
        raise CommandError(f"Nothing is known of {name}")
    return f"{forgotten} entr{'y' if forgotten == 1 else 'ies'} removed"


@show(
    "test dns HOST$host [port (1-65535)$port] [transport <udp|tcp>$transport]",
    row=HostRow,
    privilege=PRIVILEGED,
    words={
        "dns": "Look a name up as a call would",
        "transport": "Transport whose SRV records are asked for",
        "udp": "Over UDP",
        "tcp": "Over TCP",
        "port": "Port number",
    },
    arguments={"host": "Name of a next hop", "port": "With a port only addresses are asked for (RFC 3263)"},
)
async def test_dns(context: Context, host: str, port: int | None, transport: str | None) -> list[HostRow]:
    """Ask the name servers anew where a name leads, as for a call there; what they say is kept.

    Example: test dns trunk.example.net
    """
    name = host.lower().removesuffix(".")
    wanted = LookUpHost(name, port or 0, transport or "udp")
    if not await count(context, wanted):
        raise CommandError("Too many names are being looked up; try again")
    return await _outcome(context, name, "" if port else wanted.transport)


async def _outcome(context: Context, name: str, service: str) -> list[HostRow]:
    """Wait until a look-up has ended; return what is known then. Raises CommandError when nothing was found."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _LONGEST_S
    while loop.time() < end:
        known = [row async for row in rows(context, ListHosts(name)) if isinstance(row, HostRow) and row.host == name]
        found = [row for row in known if row.service == service or row.state == "hosts"]
        if any(row.state == "hosts" for row in found):
            return [row for row in found if row.state == "hosts"]
        if found and found[0].state != "asked":
            if not found[0].addresses:
                reasons = {"not-found": "has no address", "failed": "could not be looked up: no name server answers"}
                raise CommandError(f"{name} {reasons.get(found[0].state, found[0].state)}")
            return found
        await asyncio.sleep(_LOOK_S)
    raise CommandError(f"{name} is still being looked up")
