"""Who may see and set what: views, and the rights of communities and users, compiled from the configuration.

What is not said is not allowed: no view of this name, nothing seen; no write view, nothing set (RFC 3415 §3.2).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from core.northbound.keyring import Keyring, SecretError
from oam.settings.snmp import LEVELS
from oam.shell.admission import NOBODY, THIS_HOST, chosen, permitted
from oam.snmp.engine import keys, usm
from oam.snmp.names import resolved
from oam.snmp.object import below
from oam.snmp.oids import Oid

if TYPE_CHECKING:
    from oam.config.tree import Configuration
    from oam.settings.access import AccessList
    from oam.settings.snmp import Community, SnmpUser, SnmpView

log = logging.getLogger("management")

BEHIND: Final = 1 << 32
"""An arc greater than any: `(*tree, BEHIND)` comes behind all of a tree and before what follows it."""
REMEMBERED: Final = 4096
"""Addresses of which it is remembered whether anything lets them in."""


class View:
    """Which part of the tree somebody sees."""

    def __init__(self, trees: Iterable[tuple[Oid, bool]]) -> None:
        self._trees = sorted(trees, key=lambda each: -len(each[0]))
        """The longest first: the first that fits decides."""
        self.everything = [included for tree, included in self._trees if not tree] == [True] and len(self._trees) == 1

    def sees(self, oid: Oid) -> bool:
        """Tell whether an instance, or a whole column, is in the view."""
        if self.everything:
            return True
        for tree, included in self._trees:
            if oid[: len(tree)] == tree:
                return included
        return False

    def behind(self, oid: Oid) -> Oid | None:
        """Return behind which OID to go on when `oid` is not in the view; None: nothing more is in it."""
        hidden = next((tree for tree, _ in self._trees if below(oid, tree)), ())
        found = [(*tree[:-1], tree[-1] - 1, BEHIND) if tree[-1] else tree[:-1] for tree in self._included(oid, hidden)]
        if hidden:
            found.append((*hidden, BEHIND))
        return min(found, default=None)

    def _included(self, oid: Oid, hidden: Oid) -> list[Oid]:
        """Return the trees that are seen, behind `oid` and in what hides it."""
        return [tree for tree, included in self._trees if included and tree > oid and below(tree, hidden)]


EVERYTHING: Final = View([((), True)])
NOTHING: Final = View([])


class Rights(NamedTuple):
    """What a community or a user may do."""

    name: str
    """For audit and log: of a user the name, of a community `community` and its number in `show snmp community`."""
    level: int
    """The least security level."""
    access_list: AccessList | None
    """None: everybody."""
    read: View = NOTHING
    write: View | None = None
    """None: nothing can be set."""
    notify: View = NOTHING
    second_list: AccessList | None = None
    """Besides: that of the user when the group has one too."""

    def admits(self, address: str) -> bool:
        """Tell whether it may be used from `address`."""
        return permitted(self.access_list, address) and permitted(self.second_list, address)


class Access:
    """All rights of one configuration."""

    def __init__(self, configuration: Configuration, keyring: Keyring | None, engine_id: bytes) -> None:
        settings = configuration.snmp
        self._lists = configuration.access_lists
        self._views = _views(settings.views)
        self._groups = {each.name: each for each in settings.groups}
        self._remembered: dict[str, bool] = {}
        self.communities: dict[bytes, Rights] = {}
        self.users: dict[bytes, Rights] = {}
        """Users of this engine."""
        self.keys: dict[bytes, usm.User] = {}
        """The same users, as the security knows them."""
        for number, each in enumerate(settings.communities, 1):
            self._add_community(number, each, keyring)
        for user in settings.users:
            opened = None if user.remote else keys_of(user, keyring, engine_id)
            if opened is not None:
                self.keys[opened.name] = opened
                self.users[opened.name] = self._rights(user, opened)
        all_rights = (*self.communities.values(), *self.users.values())
        self._lists_used = {(each.access_list, each.second_list) for each in all_rights}

    def _add_community(self, number: int, community: Community, keyring: Keyring | None) -> None:
        try:
            name = keyring.decrypted(community.community) if keyring else ""
        except SecretError as error:
            log.error("SNMP: community %d cannot be used: %s", number, error)
            return
        seen = self.view(community.view)
        only = chosen(self._lists, community.access_list, THIS_HOST)
        writable = seen if community.access == "rw" else None
        if name:
            self.communities[name.encode()] = Rights(f"community {number}", usm.NO_AUTH, only, seen, writable, seen)

    def _rights(self, user: SnmpUser, opened: usm.User) -> Rights:
        group = self._groups.get(user.group)
        if group is None:
            return Rights(user.name, usm.PRIV, NOBODY)
        # Who need not prove anything asks from this host, if nothing else is said.
        default = None if opened.authentication or user.access_list else THIS_HOST
        return Rights(
            user.name,
            LEVELS.index(group.level) + 1,
            chosen(self._lists, group.access_list, default),
            self.view(group.read),
            self.view(group.write) if group.write else None,
            self.view(group.notify),
            chosen(self._lists, user.access_list, None),
        )

    def view(self, name: str) -> View:
        """Return the view of this name: everything for none, nothing when there is no such view."""
        return self._views.get(name, NOTHING) if name else EVERYTHING

    def lets_in(self, address: str) -> bool:
        """Tell whether anybody may ask from `address`: what nobody may is not even read."""
        known = self._remembered.get(address)
        if known is None:
            known = any(permitted(one, address) and permitted(other, address) for one, other in self._lists_used)
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[address] = known
        return known


def keys_of(user: SnmpUser, keyring: Keyring | None, engine_id: bytes) -> usm.User | None:
    """Return a configured user with its keys; None, and a line in the log: they cannot be used with this engine."""
    found = []
    for word in (user.authentication_key, user.privacy_key):
        try:
            made_for, key = keys.opened(keyring, word) if word and keyring else (engine_id, b"")
        except SecretError as error:
            log.error("SNMP: user %s cannot be used: %s", user.name, error)
            return None
        if made_for != engine_id:
            log.error("SNMP: user %s cannot be used: its keys are of engine %s", user.name, made_for.hex())
            return None
        found.append(key)
    return usm.User(user.name.encode(), user.authentication, found[0], user.privacy, found[1])


def _views(trees: Iterable[SnmpView]) -> dict[str, View]:
    named: dict[str, list[tuple[Oid, bool]]] = {}
    for each in trees:
        tree = resolved(each.tree)
        if tree is None:
            log.error("SNMP view %s: there is no %s", each.name, each.tree)
        # What was to hide something hides everything: a view never shows more than it says.
        hidden = tree is None and each.action != "included"
        if tree is not None or hidden:
            named.setdefault(each.name, []).append((tree or (), each.action == "included"))
    return {name: View(found) for name, found in named.items()}
