"""`snmp-server host`, `snmp-server enable traps` and what else is about who is told; the rest is in `snmp_server`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import config
from oam.commands.snmp_server import COMMUNITY_WORDS, WORDS

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring

_WORDS: Final = (
    WORDS
    | COMMUNITY_WORDS
    | {
        "host": "Who is told of alarms and other events",
        "traps": "Messages that nobody confirms",
        "informs": "Messages that are sent again until they are confirmed",
        "version": "Version of SNMP; 2c unless given",
        "1": "SNMPv1 (traps as RFC 3584 converts them)",
        "2c": "Version 2c",
        "3": "Version 3",
        "noauth": "Neither authentication nor privacy",
        "auth": "Authentication",
        "priv": "Authentication and privacy",
        "udp-port": "UDP port of the host; 162 unless given",
    }
)


def seal_community(arguments: dict[str, object], keyring: Keyring) -> dict[str, object]:
    """Replace a plain community; which host it is for must not show which hosts have the same."""
    plain = arguments.pop("plain", None)
    if plain is None:
        return arguments
    return arguments | {"community": keyring.sealed(str(plain), f"snmp host {arguments['address']}")}


@config(
    "snmp-server host ADDRESS$address [<traps|informs>$kind]"
    " <[version <1|2c>$version] <0 SECRET$plain|6 SEALED$community|SECRET$plain>"
    "|version 3$version <noauth|auth|priv>$level NAME$name> [udp-port (1-65535)$port]",
    field="snmp.hosts",
    key=("address", "port"),
    consumed=("plain",),
    prepare=seal_community,
    words=_WORDS,
    arguments={
        "address": "Address of the host",
        "plain": "Community, without spaces",
        "name": "Name of the user; for informs one of the receiver (`snmp-server user … remote`)",
        "port": "Port of the host",
    },
)
def host() -> None:
    """Send notifications to a host; each address and port has one line. No listener is needed for it.

    'show snmp host' tells how it fares, 'test snmp trap' tries it.

    Example: snmp-server host 192.0.2.50 informs version 2c 0 correct-horse
    Example: snmp-server host 192.0.2.51 version 3 priv nms
    """


_TRAPS: Final = WORDS | {
    "enable": "Switch on",
    "traps": "Notifications, as traps or informs",
    "alarms": "Alarms raised, changed and cleared",
    "alarm-types": "The same, with a notification of its own for each type of alarm",
    "start": "Starts of the agent: coldStart and warmStart",
    "authentication": "Requests with a wrong community, user or key: authenticationFailure",
}


@config("snmp-server enable traps", field="snmp.traps", words=_TRAPS)
def traps() -> None:
    """Send notifications. This is the default; 'no snmp-server enable traps' silences all kinds of them."""


@config("snmp-server enable traps alarms", field="snmp.trap_alarms", words=_TRAPS)
def trap_alarms() -> None:
    """Send sipctlAlarmRaised and sipctlAlarmCleared. This is the default."""


@config("snmp-server enable traps alarm-types", field="snmp.trap_alarm_types", words=_TRAPS)
def trap_alarm_types() -> None:
    """Send for each alarm the notification of its type, besides or in place of the two generic ones."""


@config("snmp-server enable traps start", field="snmp.trap_start", words=_TRAPS)
def trap_start() -> None:
    """Send coldStart and warmStart. This is the default."""


@config("snmp-server enable traps authentication", field="snmp.trap_authentication", words=_TRAPS)
def trap_authentication() -> None:
    """Send authenticationFailure. This is the default."""


@config(
    "snmp-server trap-source <ADDRESS|INTERFACE>$source",
    field="snmp.trap_source",
    words=WORDS | {"trap-source": "Where notifications come from"},
    arguments={"source": "Local address, or name of an interface"},
)
def trap_source() -> None:
    """Have notifications come from this local address, or from that of this interface.

    Many managers know a server by the address that its notifications come from.

    Example: snmp-server trap-source 192.0.2.10
    """


@config(
    "snmp-server queue-length (1-100000)$notifications",
    field="snmp.queue_length",
    words=WORDS | {"queue-length": "Notifications that wait for one host"},
    arguments={"notifications": "Notifications"},
)
def queue_length() -> None:
    """How many notifications wait for one host; where there is no room the oldest is dropped and counted."""


_INFORM: Final = WORDS | {
    "inform": "Messages that are confirmed",
    "timeout": "Seconds until one is sent again",
    "retries": "How often one is sent again",
}


@config("snmp-server inform timeout (1-60)$seconds", field="snmp.inform_timeout_s", words=_INFORM)
def inform_timeout() -> None:
    """How long the confirmation of an inform is waited for, in seconds; twice as long each time, up to a minute."""


@config("snmp-server inform retries (0-100)$times", field="snmp.inform_retries", words=_INFORM)
def inform_retries() -> None:
    """How often an inform that nobody confirms is sent again."""


@config(
    "snmp-server notification-log size (0-10000)$notifications",
    field="snmp.log_size",
    words=WORDS | {"notification-log": "Notifications kept for managers that missed them", "size": "How many"},
    arguments={"notifications": "Notifications; 0: none"},
)
def log_size() -> None:
    """How many notifications managers find in NOTIFICATION-LOG-MIB (RFC 3014); the oldest give way."""
