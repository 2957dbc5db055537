"""`prometheus`: the figures of the server for Prometheus; `show prometheus`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from oam.commands.registry import config, section, show

if TYPE_CHECKING:
    from oam.context import Context

PROMETHEUS: Final = section(
    "prometheus",
    "Figures of the server for Prometheus, at http://ADDRESS:PORT/metrics; off unless switched on.",
    words={"prometheus": "Figures for Prometheus to fetch"},
)


@config(
    "listen ADDRESS$address port (1-65535)$port",
    mode=PROMETHEUS,
    field="listeners",
    key=("address", "port"),
    words={"listen": "Open a socket for Prometheus", "port": "TCP port"},
    arguments={"address": "Local address, IPv4 or IPv6; 0.0.0.0 or :: is every one"},
)
def listen() -> None:
    """Serve the figures on one local address and port; each line is one more.

    The figures are sent as clear text to whom the access list permits; nobody logs in.

    Example: listen 192.0.2.10 port 9464
    """


@config(
    "access-list NAME$value",
    mode=PROMETHEUS,
    field="access_list",
    words={"access-list": "Who may fetch the figures"},
    arguments={"value": "Name of an `ip access-list`"},
)
def access_list() -> None:
    """Let those fetch the figures whom an access list permits; without one, only this host."""


@config("shutdown", mode=PROMETHEUS, field="shutdown", words={"shutdown": "Serve no figures"})
def shutdown() -> None:
    """Serve no figures. This is the default."""


def prometheus_json(context: Context) -> dict[str, Any]:
    """What `show prometheus` shows, as values."""
    endpoint = context.manager.prometheus
    settings = context.manager.configuration.running.prometheus
    return {
        "enabled": not settings.shutdown,
        "access_list": settings.access_list,
        "listeners": [
            {
                "address": each.settings.address,
                "port": each.settings.port,
                "problem": each.problem,
                "accepted": each.accepted,
            }
            for each in endpoint.listening.listeners.values()
        ],
        "connections": endpoint.listening.connections,
        "counts": _counts(context),
    }


@show(
    "show prometheus",
    privilege=15,
    json=prometheus_json,
    words={"prometheus": "Whether figures are served to Prometheus, and how often they were"},
)
def show_prometheus(context: Context) -> str:
    """Prometheus: whether figures are served, where, to whom, and what was refused."""
    endpoint = context.manager.prometheus
    settings = context.manager.configuration.running.prometheus
    lines = [f"Prometheus is {'disabled' if settings.shutdown else 'enabled'}"]
    for each in endpoint.listening.listeners.values():
        state = f"down: {each.problem}" if each.problem else f"up, {each.accepted} accepted"
        lines.append(f"  {each.settings.address} port {each.settings.port}: {state}")
    lines.append(f"Access list: {settings.access_list or 'none, only this host may fetch'}")
    lines.append(f"Connections: {endpoint.listening.connections}")
    lines += [f"  {name.replace('_', ' ') + ':':24}{value}" for name, value in _counts(context).items()]
    return "\n".join(lines)


def _counts(context: Context) -> dict[str, int]:
    endpoint = context.manager.prometheus
    admission = endpoint.listening.admission
    return {
        **msgspec.structs.asdict(endpoint.counts),
        "refused_access_list": admission.refused_acl,
        "refused_maximum": admission.refused_total,
        "refused_source": admission.refused_source,
    }
