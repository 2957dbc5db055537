"""Via parameters of overload control: `oc`, `oc-algo`, `oc-validity`, `oc-seq` (RFC 7339 §4, RFC 7415 §3)."""

from __future__ import annotations

from typing import Final

LOSS: Final = 0
RATE: Final = 1
ALGORITHMS: Final = ("loss", "rate")
_NUMBERS: Final = {"loss": LOSS, "rate": RATE}

ASKED: Final = ';oc;oc-algo="loss,rate"'
"""What a Via of ours says to have feedback (RFC 7339 §5.1)."""
_VALIDITY_MS: Final = 500
"""When nothing is said of it (RFC 7339 §4.3)."""
_MOST_DIGITS: Final = 9
_LONGEST: Final = 2048


class Word:
    """What an overload control server has said in one response."""

    __slots__ = ("algorithm", "sequence", "validity_ms", "value")

    def __init__(self, algorithm: int, value: int, validity_ms: int, sequence: float) -> None:
        self.algorithm: int = algorithm
        self.value: int = value
        """LOSS: per cent of requests to keep back; RATE: requests a second that may come."""
        self.validity_ms: int = validity_ms
        """0 ends overload control."""
        self.sequence: float = sequence
        """Seconds and fraction of the sender's own; a later word has a greater one."""


def params_of(via: str) -> dict[str, str]:
    """Return the `oc` parameters of a Via value, values unquoted; the parameter alone is an empty text.

    What the value says more than once counts as it was said first. A line longer than any sensible one says nothing: it
    is read letter by letter.
    """
    found: dict[str, str] = {}
    at = via.find(";") if len(via) <= _LONGEST else -1
    while at >= 0:
        end = _end(via, at + 1)
        name, _, value = via[at + 1 : end].partition("=")
        name = name.strip(" \t").lower()
        if (name == "oc" or name.startswith("oc-")) and name not in found:
            found[name] = value.strip(" \t").removeprefix('"').removesuffix('"')
        at = end if end < len(via) and via[end] == ";" else -1
    return found


def _end(via: str, at: int) -> int:
    """Return where the parameter that begins at `at` ends: at the next `;` or `,` outside quotes."""
    quoted = False
    for place in range(at, len(via)):
        letter = via[place]
        if letter == '"':
            quoted = not quoted
        elif not quoted and (letter == ";" or letter == ","):
            return place
    return len(via)


def offered(via: str) -> int:
    """Return the algorithm to use towards a client whose Via asks for feedback; -1 when it does not.

    The first one in its list that we know; one without a list does loss, as every client must (RFC 7339 §4.2).
    """
    params = params_of(via)
    if params.get("oc") != "":
        return -1
    if "oc-algo" not in params:
        return LOSS
    for name in params["oc-algo"].split(","):
        number = _NUMBERS.get(name.strip(" \t").lower(), -1)
        if number >= 0:
            return number
    return -1


def feedback(algorithm: int, value: int, validity_ms: int, sequence: str) -> str:
    """Write the parameters of a response, to be put in place of the `;oc` that asked for them."""
    return f';oc={value};oc-algo="{ALGORITHMS[algorithm]}";oc-validity={validity_ms};oc-seq={sequence}'


def answered(via: str, word: str) -> str:
    """Return a Via value with `word` of `feedback` in place of what asked for it."""
    kept: list[str] = []
    at = via.find(";")
    kept.append(via[:at])
    while at >= 0:
        end = _end(via, at + 1)
        name = via[at + 1 : end].partition("=")[0].strip(" \t").lower()
        if name == "oc":
            kept.append(word)
        elif not name.startswith("oc-"):
            kept.append(via[at:end])
        if end < len(via) and via[end] == ";":
            at = end
        else:
            kept.append(via[end:])
            at = -1
    return "".join(kept)


def read(via: str) -> Word | None:
    """Read what a server says in the Via of ours that it returns; None when it says nothing that can be used.

    An `oc` without a value comes back from a server that does not know it (RFC 7339 §5.1).
    """
    params = params_of(via)
    value = _number(params.get("oc", ""))
    algorithm = _NUMBERS.get(params.get("oc-algo", "loss").lower(), -1)
    validity = _number(params["oc-validity"]) if "oc-validity" in params else _VALIDITY_MS
    sequence = _sequence(params.get("oc-seq", ""))
    if value < 0 or algorithm < 0 or validity < 0 or sequence < 0 or (algorithm == LOSS and value > 100):
        return None
    return Word(algorithm, value, validity, sequence)


def _number(text: str) -> int:
    """Read digits; -1 when it is something else, or longer than any sensible value."""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        return -1
    return int(text)


def _sequence(text: str) -> float:
    """Read `oc-seq`, 1*12DIGIT "." 1*5DIGIT; -1 when it is something else."""
    whole, dot, part = text.partition(".")
    if not (text.isascii() and whole.isdigit() and len(whole) <= 12):
        return -1.0
    if dot and not (part.isdigit() and len(part) <= 5):
        return -1.0
    return float(text)
