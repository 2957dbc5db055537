"""Help in the operator's language.

Help alone is translated: what robots read, errors, prompts and headers, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from oam.help.zh import ZH

ENGLISH: Final = "en"
CATALOGUES: Final[Mapping[str, Mapping[str, str]]] = {"zh": ZH}
"""English text -> text, by language."""
LANGUAGES: Final = (ENGLISH, *CATALOGUES)
RANGE: Final = "Number from {} to {}"
"""Help of whole numbers; the bounds are the type's."""
_RANGE: Final = re.compile(r"Number from (\d+) to (\d+)")


def translated(text: str, language: str) -> str:
    """Return `text` in `language`; as it is where it has no translation."""
    catalogue = CATALOGUES.get(language)
    if catalogue is None:
        return text
    found = catalogue.get(text)
    if found is not None:
        return found
    numbers = _RANGE.fullmatch(text)
    return catalogue[RANGE].format(*numbers.groups()) if numbers else text
