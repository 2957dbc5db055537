"""`banner`: texts shown unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, config
from oam.grammar.banner import Unfinished

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {
    "banner": "Text shown to whoever comes",
    "motd": "Shown before the login on telnet, behind it elsewhere",
    "login": "Shown before the login",
    "exec": "Shown behind the login, before the first prompt",
}
_ARGUMENTS: Final = {"text": "Any sign as delimiter; the text, over many lines; the delimiter again"}


def _closed(_context: Context, arguments: dict[str, object]) -> None:
    if isinstance(arguments["text"], Unfinished):
        raise CommandError("The delimiter that ends the banner has not come")


@config("banner motd BANNER$text", field="banners.motd", check=_closed, words=_WORDS, arguments=_ARGUMENTS)
def motd() -> None:
    """Set the message of the day.

    Robots read banners too: what they would take for a prompt, a question or a refused login is
    not allowed in one.

    Example: banner motd ^C Authorized use only ^C
    """


@config("banner login BANNER$text", field="banners.login", check=_closed, words=_WORDS, arguments=_ARGUMENTS)
def login() -> None:
    """Set what is shown before somebody logs in."""


@config("banner exec BANNER$text", field="banners.exec", check=_closed, words=_WORDS, arguments=_ARGUMENTS)
def exec_() -> None:
    """Set what is shown to those who have logged in."""
