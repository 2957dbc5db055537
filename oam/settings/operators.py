"""Who may operate the server, and what they may do."""

from __future__ import annotations

from typing import Final

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


def _role(name: str, description: str, *rules: tuple[str, str, str]) -> Role:
    return Role(name, description, tuple(Rule(*each) for each in rules))


BUILT_IN: Final = (
    _role("administrator", "Everything", ("permit", "any", "all")),
    _role(
        "operator",
        "Sees what the server does, clears and tests; sees and changes no configuration",
        *(("permit", "exec", each) for each in ("show", "clear", "test", "terminal", "who", "watch", "repeat", "help")),
        ("permit", "exec", "alarm"),
        *(
            ("deny", "exec", each)
            for each in (
                *(f"show {each}" for each in ("running-config", "startup-config", "archive", "audit", "tech-support")),
                *(f"show {each}" for each in ("accounts", "role", "roles", "schedule", "events")),
                "show subscriber * config",
                *(f"clear {each}" for each in ("line", "login", "audit")),
                *(f"clear {each}" for each in ("prefixes", "blacklist all", "whitelist all", "measurement-files")),
            )
        ),
    ),
    _role(
        "auditor",
        "Sees everything, the audit log and the configuration too; changes nothing",
        *(("permit", "exec", each) for each in ("show", "verify", "terminal", "who", "watch", "help")),
    ),
)
"""Roles that need no configuration; a configured role of the same name takes their place."""


class PasswordPolicy(msgspec.Struct, frozen=True):
    """Mode `password-policy`."""

    minimum_length: int = 12
    history: int = 5
    """Former secrets that may not come again."""
    expires_days: int = 0
    """Days until a secret must be changed; 0: never."""
    classes: int = 1
    """Of lower case, upper case, digits and signs, how many must be there."""
    block_list: str = ""
    """File of the file area with secrets that are not to be chosen, one a line."""


class Block(msgspec.Struct, frozen=True):
    """`login block-for SECONDS attempts N within SECONDS`: what fails so often is refused."""

    seconds: int = 120
    """For so long; 0: never."""
    attempts: int = 5
    within_s: int = 60


class LoginSettings(msgspec.Struct, frozen=True):
    """`login …`: what failed logins cost."""

    block: Block = Block()
    delay_s: int = 1
    """What a failed login waits for its answer."""


def problems(users: tuple[Operator, ...], roles: tuple[Role, ...]) -> list[str]:
    """Return what makes accounts unusable, in the operator's words."""
    known = {each.name for each in (*BUILT_IN, *roles)}
    return [
        f"username {each.name}: role {each.role} does not exist"
        for each in users
        if each.role and each.role not in known
    ]
