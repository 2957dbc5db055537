"""What the alarms take from the configuration: profiles, bounds, and which object is part of which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oam.settings.aaa import RADIUS

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.fault.alarms import Alarms


def follow(alarms: Alarms, configuration: ConfigurationStore) -> None:
    """Have `alarms` be as `configuration` says, now and after every change."""
    alarms.profiles = lambda: configuration.running.alarm_profiles
    alarms.owners = lambda name: owners(configuration.running, name)
    if alarms.store is not None:
        alarms.store.maximum = lambda: configuration.running.alarms.history_maximum

    def changed(old: Configuration, new: Configuration) -> None:
        if (old.alarm_profiles, old.route_groups) != (new.alarm_profiles, new.route_groups):
            alarms.refresh()

    configuration.observers.append(changed)
    alarms.refresh()


def owners(configuration: Configuration, name: str) -> Iterator[str]:
    """Yield the objects that object `name` is part of: the groups of a trunk, all servers of a server's protocol."""
    kind, _, rest = name.partition(" ")
    if kind == "trunk":
        for group in configuration.route_groups:
            if any(member.trunk == rest for member in group.members):
                yield f"route-group {group.name}"
    elif kind == "server":
        protocol = rest.partition(" ")[0]
        if protocol in ("tacacs", RADIUS):
            yield f"servers {protocol}"
