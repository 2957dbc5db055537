"""Lines `overload …` of the mode `traffic-control`, `show overload`, `show overload peers`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from core.northbound.orders import ListOverload, ListOverloadPeers
from core.northbound.rows import OverloadPeerRow, OverloadRow
from core.northbound.traffic_settings import Threshold
from oam.commands.registry import config, show
from oam.commands.traffic_control import TRAFFIC_CONTROL
from oam.signalling import rows

if TYPE_CHECKING:
    from core.northbound.orders import Row
    from oam.context import Context

_WORDS: Final = {
    "overload": "How this server protects itself",
    "cpu": "Processor time of signalling, per cent of one processor",
    "lag": "How late the signalling process comes to its work, in milliseconds",
    "queue": "Fill of the sockets' receive buffers, per cent",
    "memory": "Memory of the signalling process, in MiB",
    "calls": "Calls, per cent of 'maximum calls'",
    "high": "Overload begins here",
    "low": "Overload is over below",
    "control": "Refuse new requests while there are too many",
    "hold": "How long all must be well before a level is left, in seconds",
    "retry-after": "How long refused elements are told to wait, in seconds",
    "feedback": "Tell upstream elements that ask for it how much to send (RFC 7339, RFC 7415)",
    "validity": "How long what they are told holds, in milliseconds",
    "rate-maximum": "New calls a second that this server is engineered for; 0: what its processor takes",
    "hard-cap": "New calls a second above which even emergency calls are refused",
}


_PER_CENT: Final = "<high (1-100)$high low (0-99)$low>"
"""One part, so that `no overload INDICATOR` needs none of it."""
_NUMBER: Final = "<high (1-1000000)$high low (0-1000000)$low>"
_NONE: Final = Threshold()


@config(f"overload cpu {_PER_CENT}", mode=TRAFFIC_CONTROL, field="overload.cpu", without=_NONE, words=_WORDS)
def cpu() -> None:
    """When new requests are refused to keep the rest going: processor time, per cent of one; `no` minds it not.

    Overload begins once an indicator has reached `high` for most of a second. New calls are refused first (level 1),
    then registrations, those of phones that have none before others (level 2), then calls of the class priority
    (level 3). How many are let in follows the indicators ten times a second. Requests within a dialog are never
    refused, emergency calls by the hard cap alone.

    Example: overload cpu high 85 low 70
    """


@config(f"overload lag {_NUMBER}", mode=TRAFFIC_CONTROL, field="overload.lag", without=_NONE, words=_WORDS)
def lag() -> None:
    """The same by how late the signalling process comes to its work, in milliseconds."""


@config(f"overload queue {_PER_CENT}", mode=TRAFFIC_CONTROL, field="overload.queue", without=_NONE, words=_WORDS)
def queue() -> None:
    """The same by the fill of the fullest socket's receive buffer, per cent."""


@config(f"overload memory {_NUMBER}", mode=TRAFFIC_CONTROL, field="overload.memory", without=_NONE, words=_WORDS)
def memory() -> None:
    """The same by the memory of the signalling process, in MiB; by default it is not minded.

    Example: overload memory high 2000 low 1800
    """


@config(f"overload calls {_PER_CENT}", mode=TRAFFIC_CONTROL, field="overload.calls", without=_NONE, words=_WORDS)
def calls() -> None:
    """The same by calls in progress, per cent of `maximum calls`; by default they are not minded."""


@config("overload control", mode=TRAFFIC_CONTROL, field="overload.enabled", words=_WORDS)
def enabled() -> None:
    """Refuse new requests while there are too many; else only `overload rate-maximum` and `hard-cap` bound them."""


@config("overload hold (1-3600)$value", mode=TRAFFIC_CONTROL, field="overload.hold_s", words=_WORDS)
def hold() -> None:
    """How long nothing may be refused and no indicator be high before a level is left, in seconds."""


@config(
    "overload retry-after (0-3600)$minimum_s (0-3600)$maximum_s",
    mode=TRAFFIC_CONTROL,
    field="overload.retry_after",
    words=_WORDS,
)
def retry_after() -> None:
    """Have refusals say Retry-After, drawn between two bounds; 0 0: none is said.

    An element that is told so sends nothing at all for that long (RFC 3261 §21.5.4): for phones, not for other servers.

    Example: overload retry-after 5 30
    """


@config("overload feedback", mode=TRAFFIC_CONTROL, field="overload.feedback", words=_WORDS)
def feedback() -> None:
    """Tell upstream elements that ask for it how much to keep back (RFC 7339), or how much to send (RFC 7415)."""


@config(
    "overload feedback validity (100-60000)$value", mode=TRAFFIC_CONTROL, field="overload.validity_ms", words=_WORDS
)
def validity() -> None:
    """How long what upstream elements are told holds, in milliseconds."""


@config("overload rate-maximum (0-100000)$value", mode=TRAFFIC_CONTROL, field="overload.rate_maximum", words=_WORDS)
def rate_maximum() -> None:
    """New calls a second that this server is engineered for, those of priority and emergency apart; 0: no such bound.

    Example: overload rate-maximum 200
    """


@config("overload hard-cap (0-100000)$value", mode=TRAFFIC_CONTROL, field="overload.hard_cap", words=_WORDS)
def hard_cap() -> None:
    """New calls a second above which even emergency calls are refused; 0: 20 per cent above `rate-maximum`.

    Without either, emergency calls are bounded while there is overload only: by what was carried when it began, and 20
    per cent more. Emergency messages count as calls.

    Example: overload hard-cap 300
    """


@show("show overload", row=OverloadRow, words=_WORDS)
def show_overload(context: Context) -> AsyncIterator[Row]:
    """Overload level, what is let in, and the indicators with their thresholds."""
    return rows(context, ListOverload())


@show("show overload peers", row=OverloadPeerRow, words={"peers": "Neighbours that exchange overload feedback with us"})
def show_overload_peers(context: Context) -> AsyncIterator[Row]:
    """Upstream elements that are told how much to send, and downstream elements that told us."""
    return rows(context, ListOverloadPeers())
