"""`self-test`, `show self-test`: whether this server is whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from oam.commands.registry import show
from oam.selftest.row import SelfTestRow

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {"self-test": "Whether this server is whole"}


@show("self-test", row=SelfTestRow, privilege=15, timeout_s=None, words=_WORDS)
def self_test(context: Context) -> AsyncIterator[SelfTestRow]:
    """Test processes, databases, configuration, disks, clock, listeners, certificates, audit log and program.

    Nothing is changed and no call is touched. What fails raises alarm 49, which the next run that passes clears. The
    same is done five seconds after management has started.

    Example: self-test
    """
    return context.manager.self_test.run()


@show("show self-test", row=SelfTestRow, words=_WORDS)
def show_self_test(context: Context) -> tuple[SelfTestRow, ...]:
    """Result of the last self-test; nothing before the first one has ended."""
    return context.manager.self_test.rows
