"""Help in Chinese: English text -> Chinese, from one table for each area."""

from __future__ import annotations

from typing import Final

TABLES: Final = ({"Number from {} to {}": "{} 至 {} 之间的数字"},)
ZH: Final = {english: text for table in TABLES for english, text in table.items()}
