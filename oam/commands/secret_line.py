"""Lines that set a secret which must be said again: typed as it is, kept and shown encrypted (type 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from oam.commands.registry import F, Mode, Prepare, config

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring

SEALED_WORDS: Final = {
    "0": "The secret itself follows; it is kept encrypted",
    "6": "The secret follows as this server has encrypted it",
}


def secret_line(syntax: str, *, mode: Mode, field: str, words: Mapping[str, str]) -> Callable[[F], F]:
    """Declare a line as `config` does; what follows `syntax` is a secret, kept encrypted in `field`."""
    return config(
        f"{syntax} <0 PASSWORD$plain|6 SEALED$secret|PASSWORD$plain>",
        mode=mode,
        field=field,
        consumed=("plain",),
        prepare=sealing("secret"),
        words={**SEALED_WORDS, **words},
    )


def sealing(argument: str) -> Prepare:
    """Return what replaces `plain` by the encrypted secret, as `argument`; it raises SecretError."""

    def seal(arguments: dict[str, object], keyring: Keyring) -> dict[str, object]:
        plain = arguments.pop("plain", None)
        return arguments if plain is None else arguments | {argument: keyring.encrypted(str(plain))}

    return seal
