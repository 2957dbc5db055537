"""Who may operate the server, and what they may do."""

from __future__ import annotations

import msgspec


class Operator(msgspec.Struct, frozen=True):
    """`username NAME …`: an account of this server."""

    name: str
    privilege: int | None = None
    """None: 1, or 15 within a role."""
    role: str = ""
    """Name of the role that bounds what the privilege allows; empty: the privilege alone decides."""
    secret: str = ""
    """Hash, `$8$…` (PBKDF2-SHA256) or `$9$…` (scrypt); empty: no login by password."""
    keys: tuple[str, ...] = ()
    """SSH public keys, `ssh-ed25519 AAAA…`, comments dropped."""
    totp: str = ""
    """Encrypted (type 6) secret of the second factor; empty: none is asked for."""
    session_limit: int = 0
    """Sessions at one time; 0: as many as the line takes."""
    expires: str = ""
    """Last day of the account, `YYYY-MM-DD`; empty: never ends."""
    change_secret: bool = False
    """The secret must be changed at the next login."""
    disabled: bool = False

    @property
    def level(self) -> int:
        """The privilege that a session of the account has."""
        return self.privilege if self.privilege is not None else 15 if self.role else 1


class Rule(msgspec.Struct, frozen=True):
    """One line of a role; the last that fits decides, so what is specific follows what is general."""

    action: str
    """`permit` or `deny`."""
    mode: str
    """`exec`; `config`: every mode of configuration; the name of one mode; `any`; `group`: a group of commands."""
    command: str
    """How the canonical command begins, or the name of the group; `all` for every one."""


class Role(msgspec.Struct, frozen=True):
    """`role NAME`: what its operators see and may use; what no rule permits is denied."""

    name: str
    description: str = ""
    rules: tuple[Rule, ...] = ()


class PasswordPolicy(msgspec.Struct, frozen=True):
    """Mode `password-policy`."""

    minimum_length: int = 12
    history: int = 5
    """Former secrets that may not come again."""
    expires_days: int = 0
    """Days until a secret must be changed; 0: never."""
    classes: int = 1
    """Of lower case, upper case, digits and signs, how many must be there."""


class LoginSettings(msgspec.Struct, frozen=True):
    """`login …`: what failed logins cost."""

    block_for_s: int = 120
    """How long an account, or a source, is refused after too many failures; 0: never."""
    attempts: int = 5
    within_s: int = 60
    delay_s: int = 1
    """What a failed login waits for its answer."""
