"""`show crypto key` and `crypto key generate`: the SSH host keys.

They stand apart from `management ssh`, whose lines the supervisor reads too: it has no use for an SSH library.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, order, show
from oam.shell.host_keys import HostKeyError, HostKeyRow, row

if TYPE_CHECKING:
    from asyncssh import SSHKey

    from oam.context import Context

_KEYS: Final = {"crypto": "Keys of this server", "key": "SSH host keys"}


@show("show crypto key", row=HostKeyRow, words=_KEYS)
async def show_crypto_key(context: Context) -> list[HostKeyRow]:
    """Fingerprints of the SSH host keys, to compare with what a client shows."""
    return [row(each) for each in await _keys(context)]


@order(
    "crypto key generate",
    confirm="Clients will warn of changed host keys. Replace them?",
    words=_KEYS | {"generate": "Make new keys in the place of the old ones"},
)
async def generate(context: Context) -> str:
    """Make new SSH host keys, for new connections; sessions go on.

    Clients that know the old keys refuse to connect until they are told the new ones.
    """
    try:
        keys = await context.manager.ssh.replace_host_keys()
    except HostKeyError as error:
        raise CommandError(str(error)) from error
    return "\n".join(f"{each.algorithm} {each.fingerprint}" for each in map(row, keys))


async def _keys(context: Context) -> Sequence[SSHKey]:
    try:
        return await context.manager.ssh.host_keys()
    except HostKeyError as error:
        raise CommandError(str(error)) from error
