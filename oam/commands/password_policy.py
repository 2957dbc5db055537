"""`password-policy`: what secrets operators may choose."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section

POLICY: Final = section(
    "password_policy",
    "Set what secrets operators may choose.",
    syntax="password-policy",
    prompt="config-password-policy",
    words={"password-policy": "What secrets operators may choose"},
)


@config(
    "minimum-length (1-128)$length",
    mode=POLICY,
    field="minimum_length",
    words={"minimum-length": "Least number of characters"},
)
def minimum_length() -> None:
    """Least number of characters of a secret."""


@config(
    "history (0-24)$former",
    mode=POLICY,
    field="history",
    words={"history": "Former secrets that may not come again"},
    arguments={"former": "Number of them; the present one never may"},
)
def history() -> None:
    """How many former secrets of an operator may not come again, besides the present one."""


@config(
    "expires (0-3650)$days",
    mode=POLICY,
    field="expires_days",
    words={"expires": "Age at which a secret must be changed"},
    arguments={"days": "Days; 0: never"},
)
def expires() -> None:
    """Age, in days, at which a secret must be changed at the next login."""


@config(
    "classes (1-4)$classes",
    mode=POLICY,
    field="classes",
    words={"classes": "Lower case, upper case, digits, signs: how many of them"},
)
def classes() -> None:
    """How many of lower case letters, upper case letters, digits and signs a secret must have.

    NIST SP 800-63B advises against more than 1, 3GPP TS 33.117 wants 3.
    """


@config(
    "block-list FILE$file",
    mode=POLICY,
    field="block_list",
    words={"block-list": "Secrets that may not be chosen"},
    arguments={"file": "File of the file area, one secret a line"},
)
def block_list() -> None:
    """File with secrets that may not be chosen, besides those everybody tries first, which never may."""
