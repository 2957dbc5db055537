"""`show transactions`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from core.northbound.orders import ListTransactions
from core.northbound.rows import TransactionRow
from oam.commands.registry import show
from oam.signalling import rows

if TYPE_CHECKING:
    from core.northbound.orders import Row
    from oam.context import Context


@show("show transactions", row=TransactionRow, words={"transactions": "SIP transactions in progress"})
def show_transactions(context: Context) -> AsyncIterator[Row]:
    """SIP transactions in progress (RFC 3261 §17)."""
    return rows(context, ListTransactions())
