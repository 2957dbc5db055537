"""`prometheus`: the figures of the server for Prometheus; `show prometheus`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from oam.commands.registry import config, section, show
from oam.commands.sockets import access_list_line, count_lines, counts_of, listen_line, socket_facts, socket_lines

if TYPE_CHECKING:
    from oam.context import Context

PROMETHEUS: Final = section(
    "prometheus",
    "Figures of the server for Prometheus, at http://ADDRESS:PORT/metrics; off unless switched on.",
    words={"prometheus": "Figures for Prometheus to fetch"},
)


@listen_line(PROMETHEUS, "Open a socket for Prometheus")
def listen() -> None:
    """Serve the figures on one local address and port; each line is one more.

    The figures are sent as clear text to whom the access list permits; nobody logs in.

    Example: listen 192.0.2.10 port 9464
    """


@access_list_line(PROMETHEUS, "Who may fetch the figures")
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
        "listeners": socket_facts(endpoint.listening),
        "connections": endpoint.listening.connections,
        "counts": counts_of(endpoint.listening, endpoint.counts),
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
    lines += socket_lines(endpoint.listening)
    lines.append(f"Access list: {settings.access_list or 'none, only this host may fetch'}")
    lines.append(f"Connections: {endpoint.listening.connections}")
    lines += count_lines(counts_of(endpoint.listening, endpoint.counts))
    return "\n".join(lines)
