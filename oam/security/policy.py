"""What a secret must be, to be chosen: the password policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from oam.config import files
from oam.settings.operators import PasswordPolicy

COMMON: Final = frozenset(
    (  # noqa: SIM905  a table of words, not of quotes
        "123456 1234567 12345678 123456789 1234567890 0123456789 123456789012 111111 11111111 000000 00000000 "
        "abc123 abcd1234 a1b2c3d4 access admin admin123 admin1234 administrator asterisk baseball batman changeit "
        "changeme changeme123 cisco cisco123 default default123 dragon enable football freeswitch guest hello123 "
        "iloveyou juniper kamailio letmein letmein123 login manager master monkey network operator p@ssw0rd "
        "p@ssword pass pass1234 passw0rd passwd password password1 password12 password123 password1234 password12345 "
        "passwordpassword princess private public qazwsx qwerty qwerty123 qwerty123456 qwertyuiop qwertyuiop12 "
        "root router secret secret123 server service shadow sipserver sipctl sunshine superman superuser support "
        "switch system telephone test test123 test1234 toor trustno1 user voip welcome welcome1 welcome123 "
        "welcome12345 zaq12wsx 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc asdfghjkl zxcvbnm administrator1"
    ).split()
)
"""Secrets that everybody tries first."""
MAX_BLOCKED: Final = 1_000_000
"""Lines read of a block list."""


def problems(
    secret: str,
    name: str,
    policy: PasswordPolicy,
    *,
    blocked: Iterable[str] = (),
    former: Iterable[str] = (),
    verified: Callable[[str, str], bool] | None = None,
) -> list[str]:
    """Say what `policy` has against `secret` for the operator `name`; takes its time where there are `former` hashes.

    The reasons never name the secret.
    """
    found = []
    if len(secret) < policy.minimum_length:
        found.append(f"The secret is shorter than {policy.minimum_length} characters")
    folded = secret.casefold()
    if name and len(name) > 2 and (name.casefold() in folded or name.casefold() in folded[::-1]):
        found.append("The secret contains the name of the operator")
    if classes(secret) < policy.classes:
        found.append(
            f"The secret has less than {policy.classes} of lower case letters, upper case letters, digits and signs"
        )
    if folded in COMMON or len(set(folded)) < 4:
        found.append("The secret is one that everybody tries first")
    elif any(folded == each.casefold() for each in blocked):
        found.append("The secret is on the block list")
    if not found and verified is not None and any(verified(secret, each) for each in former):
        found.append(f"The secret is one of the last {policy.history + 1} of this operator")
    return found


def classes(secret: str) -> int:
    """Count the classes of characters in `secret`: lower case, upper case, digits, signs."""
    return sum(
        any(kind(each) for each in secret)
        for kind in (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
    )


def block_list(path: Path) -> list[str]:
    """Read the secrets that are not to be chosen, one a line; OSError or ValueError when the file cannot be read."""
    return [line.strip() for line in files.read(path)[:MAX_BLOCKED] if line.strip()]
