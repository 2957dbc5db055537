"""Mode `prometheus`: who may fetch the figures, and where."""

from __future__ import annotations

import msgspec

from oam.settings.access import AccessList, ManagementListener, SshSettings, TelnetSettings


class PrometheusSettings(msgspec.Struct, frozen=True):
    """Mode `prometheus`."""

    listeners: tuple[ManagementListener, ...] = ()
    access_list: str = ""
    """Who may fetch; without one nobody but this host may."""
    shutdown: bool = True


def problems(
    prometheus: PrometheusSettings, lists: tuple[AccessList, ...], ssh: SshSettings, telnet: TelnetSettings
) -> list[str]:
    """Return what makes these settings unusable together, in the operator's words."""
    found = []
    if prometheus.access_list and prometheus.access_list not in {each.name for each in lists}:
        found.append(f"prometheus: access-list {prometheus.access_list} does not exist")
    ours = {(each.address, each.port) for each in prometheus.listeners}
    for name, other in (("SSH", ssh), ("telnet", telnet)):
        both = sorted(ours & {(each.address, each.port) for each in other.listeners})
        found += [f"{address} port {port} cannot be both prometheus's and {name}'s" for address, port in both]
    return found
