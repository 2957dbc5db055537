"""A thousand traffic controls in force: the lines of configuration that `make bench` adds for them."""

from __future__ import annotations

from typing import Final

EACH: Final = 250
"""Of each of the four kinds."""


def lines() -> list[str]:
    """Return lines of mode `traffic-control`.

    Codes have three to six digits. One rate and one leaky bucket act on every call, and let each pass.
    """
    found = ["traffic-control", "rate any calls 100000", "leaky-bucket 1 calls 100000 burst 1000"]
    for number in range(EACH):
        found.append(f"code-block 2{number:03} percent 50")
        found.append(f"call-gap 3{number:04} interval 1000")
    for number in range(EACH - 1):
        found.append(f"rate 4{number:05} calls 10")
        found.append(f"leaky-bucket 5{number % 100:02}{number // 100} calls 10")
    return found
