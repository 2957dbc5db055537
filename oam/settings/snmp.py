"""`snmp-server …`: who may poll the server, what they see, and who is told of what happens. Off until configured.

Communities and keys are sealed in the configuration (type 6). Keys are localized: they serve one engine and are no
pass phrase any more (RFC 3414 §2.6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
    action: str
    """`included` or `excluded`."""


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
    """Sealed localized key with the engine it is for: `oam.snmp.engine.keys.opened`."""
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
    traps: bool = True
    """Notifications are sent at all, of those kinds that are switched on."""
    trap_alarms: bool = True
    """The two generic ones of alarms."""
    trap_alarm_types: bool = False
    """One for each type of alarm."""
    trap_start: bool = True
    """coldStart and warmStart."""
    trap_authentication: bool = True
    """authenticationFailure."""
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

    @property
    def notifications(self) -> tuple[str, ...]:
        """Kinds of notifications that are sent: of `alarms`, `alarm-types`, `start`, `authentication`."""
        kinds = {
            "alarms": self.trap_alarms,
            "alarm-types": self.trap_alarm_types,
            "start": self.trap_start,
            "authentication": self.trap_authentication,
        }
        return tuple(kind for kind, sent in kinds.items() if sent and self.traps)


def problems(snmp: SnmpSettings, access_lists: Collection[str], operators: Collection[str]) -> Iterator[str]:
    """Yield what makes these settings unusable, in the operator's words.

    `access_lists` and `operators` are the names of what is configured besides.
    """
    yield from _unknown_names(snmp, access_lists)
    yield from _unusable_users(snmp)
    yield from _unusable_hosts(snmp)
    if snmp.operator and snmp.operator not in operators:
        yield f"snmp-server: write operator {snmp.operator} is no account of this server"
    if not snmp.operator and _lets_set(snmp):
        yield "snmp-server: before a manager may set anything, 'snmp-server write operator NAME' says as whom it does"


def _lets_set(snmp: SnmpSettings) -> bool:
    """Whether anybody may set objects."""
    return any(each.access == "rw" for each in snmp.communities) or any(each.write for each in snmp.groups)


def _unknown_names(snmp: SnmpSettings, access_lists: Collection[str]) -> Iterator[str]:
    views = {each.name for each in snmp.views}
    used = [("a community", each.view, each.access_list) for each in snmp.communities]
    for group in snmp.groups:
        used += [(f"group {group.name}", view, group.access_list) for view in (group.read, group.write, group.notify)]
    used += [(f"user {each.name}", "", each.access_list) for each in snmp.users]
    for who, view, access_list in dict.fromkeys(used):
        if view and view not in views:
            yield f"snmp-server: {who}: view {view} does not exist"
        if access_list and access_list not in access_lists:
            yield f"snmp-server: {who}: access-list {access_list} does not exist"


def level_of(user: SnmpUser) -> str:
    """Return the highest security level that the algorithms of a user give."""
    return "priv" if user.privacy else "auth" if user.authentication else "noauth"


def called(user: SnmpUser) -> str:
    """Return how a user is named to operators."""
    return f"user {user.name}" + (f" remote {user.remote}" if user.remote else "")


def _unusable_users(snmp: SnmpSettings) -> Iterator[str]:
    levels = {each.name: each.level for each in snmp.groups}
    engines = {each.address for each in snmp.remote_engines}
    for user in snmp.users:
        who = f"snmp-server: {called(user)}"
        wanted = levels.get(user.group)
        if wanted is None:
            yield f"{who}: group {user.group} does not exist"
        elif LEVELS.index(level_of(user)) < LEVELS.index(wanted):
            yield f"{who}: group {user.group} is of level {wanted}, the user has algorithms for {level_of(user)}"
        if user.remote and user.remote not in engines:
            yield f"{who}: 'snmp-server engineID remote {user.remote} HEX' must come first"


def _unusable_hosts(snmp: SnmpSettings) -> Iterator[str]:
    users = {(each.name, each.remote): each for each in snmp.users}
    levels = {each.name: each.level for each in snmp.groups}
    for host in snmp.hosts:
        if host.version == "1" and host.kind == "informs":
            yield f"snmp-server: host {host.address}: version 1 has no informs"
        if host.version != "3":
            continue
        # The engine that has authority is ours for a trap and the receiver's for an inform (RFC 3414 §1.5.1).
        remote = host.address if host.kind == "informs" else ""
        user = users.get((host.name, remote))
        where = f" remote {remote}" if remote else ""
        if user is None:
            yield f"snmp-server: host {host.address}: user {host.name}{where} does not exist, {host.kind} need it"
        elif LEVELS.index(level_of(user)) < LEVELS.index(host.level):
            yield f"snmp-server: host {host.address}: user {host.name}{where} has no algorithms for {host.level}"
        elif LEVELS.index(host.level) < LEVELS.index(levels.get(user.group, LEVELS[0])):
            yield f"snmp-server: host {host.address}: group {user.group} wants level {levels[user.group]}"
