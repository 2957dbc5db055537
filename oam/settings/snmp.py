"""`snmp-server …`: who may poll the server, what they see, and who is told of what happens. Off until configured.

Communities and keys are sealed in the configuration (type 6). Keys are localized: they serve one engine and are no
pass phrase any more (RFC 3414 §2.6).
"""

from __future__ import annotations

import msgspec

AUTHENTICATION = ("md5", "sha", "sha-224", "sha-256", "sha-384", "sha-512")
"""RFC 3414 §6 and §7, RFC 7860."""
PRIVACY = ("des", "aes-128", "aes-256")
"""RFC 3414 §8, RFC 3826, and AES-256 as net-snmp has it (draft-blumenthal-aes-usm-04)."""
LEVELS = ("noauth", "auth", "priv")
"""Security levels, the weakest first."""


class SnmpListener(msgspec.Struct, frozen=True):
    """`snmp-server listen ADDRESS [port N]`."""

    address: str
    port: int = 161


class Community(msgspec.Struct, frozen=True):
    """`snmp-server community 6 SEALED [view NAME] [ro|rw] [access LIST]`: v1 and v2c."""

    community: str
    """Sealed."""
    view: str = ""
    """What it sees; empty: everything that is served."""
    access: str = "ro"
    """`ro` or `rw`."""
    access_list: str = ""
    """Who may use it; empty: only this host."""


class SnmpView(msgspec.Struct, frozen=True):
    """`snmp-server view NAME TREE included|excluded`: one subtree of a view; the longest that fits decides."""

    name: str
    tree: str
    """Dotted OID, or the name of an object of the MIB; kept as it was written."""
    action: str = "included"


class SnmpGroup(msgspec.Struct, frozen=True):
    """`snmp-server group NAME v3 LEVEL [read VIEW] [write VIEW] [notify VIEW] [access LIST]`."""

    name: str
    level: str
    """The least that its users must use."""
    read: str = ""
    """View; empty: everything that is served."""
    write: str = ""
    """View; empty: nothing."""
    notify: str = ""
    """View; empty: everything."""
    access_list: str = ""


class SnmpUser(msgspec.Struct, frozen=True):
    """`snmp-server user NAME GROUP [remote ADDRESS] v3 [auth ALGORITHM 6 KEY [priv ALGORITHM 6 KEY]]`."""

    name: str
    group: str
    remote: str = ""
    """Address of the engine it belongs to, for informs; empty: this one."""
    authentication: str = ""
    """One of AUTHENTICATION; empty: none."""
    authentication_key: str = ""
    """Sealed localized key with the engine it is for: `oam.snmp.keys.opened`."""
    privacy: str = ""
    privacy_key: str = ""
    access_list: str = ""


class RemoteEngine(msgspec.Struct, frozen=True):
    """`snmp-server engineID remote ADDRESS HEX`."""

    address: str
    engine_id: str


class SnmpHost(msgspec.Struct, frozen=True):
    """`snmp-server host ADDRESS [traps|informs] version 1|2c|3 … NAME [udp-port N]`: who is told."""

    address: str
    port: int = 162
    kind: str = "traps"
    """`traps` or `informs`."""
    version: str = "2c"
    """`1`, `2c`, `3`."""
    level: str = ""
    """Of version 3, one of LEVELS."""
    name: str = ""
    """User of version 3."""
    community: str = ""
    """Sealed; of versions 1 and 2c."""


class SnmpSettings(msgspec.Struct, frozen=True):
    """All of `snmp-server`."""

    listeners: tuple[SnmpListener, ...] = ()
    """None: no agent."""
    engine_id: str = ""
    """Hexadecimal; empty: made once and kept in the state directory."""
    contact: str = ""
    location: str = ""
    communities: tuple[Community, ...] = ()
    views: tuple[SnmpView, ...] = ()
    groups: tuple[SnmpGroup, ...] = ()
    users: tuple[SnmpUser, ...] = ()
    remote_engines: tuple[RemoteEngine, ...] = ()
    hosts: tuple[SnmpHost, ...] = ()
    notifications: tuple[str, ...] = ("alarms", "start", "authentication")
    """`enable traps …`: `alarms` the two generic ones, `alarm-types` one for each kind, `start` coldStart and
    warmStart, `authentication` authenticationFailure."""
    trap_source: str = ""
    """Local address or interface that notifications come from; empty: as the route has it."""
    queue_length: int = 1000
    """Notifications that wait for one host."""
    inform_timeout_s: int = 5
    inform_retries: int = 3
    packet_size: int = 1472
    """Most octets of a response."""
    operator: str = ""
    """Operator (`username`) as whom managers set objects; empty: nothing can be set."""
    subscribers: bool = False
    """Tables of subscribers and their contacts are served."""
    log_size: int = 1000
    """Notifications kept in NOTIFICATION-LOG-MIB."""
