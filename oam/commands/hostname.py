"""`hostname`: the name of this system."""

from __future__ import annotations

from oam.commands.registry import config


@config(
    "hostname HOSTNAME$value",
    field="hostname",
    always=True,
    words={"hostname": "Name of this system, shown in the prompt"},
)
def hostname() -> None:
    """Name this system: what the prompt shows and what other systems see."""
