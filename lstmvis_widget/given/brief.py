"""What was given, short enough for a message."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from typing import Any

MOST_CHARACTERS = 40


class _Brief(reprlib.Repr):
    """Looks at the first entries only, so that the text of a long list or a huge number is made at once."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = self.maxarray = 6
        self.maxstring = self.maxother = self.maxlong = MOST_CHARACTERS

    def repr_int(self, number: int, _: int) -> str:
        if number.bit_length() > 4 * MOST_CHARACTERS:  # Python refuses to write a number of 5,000 digits
            return f"an integer of {number.bit_length():,} bits"
        return repr(number)

    def repr_str(self, text: str, _: int) -> str:
        return repr(text[: MOST_CHARACTERS + 1])


def brief(value: Any, most: int = MOST_CHARACTERS) -> str:
    """The ``repr`` of a value in at most ``most`` characters; for an array its type, shape and dtype."""
    shape, dtype = getattr(value, "shape", ()), getattr(value, "dtype", None)
    if dtype is not None and isinstance(shape, tuple) and shape:
        return f"{type(value).__name__} of shape {tuple(shape)} and dtype {dtype}"
    try:
        text = _Brief().repr(value)
    except Exception:  # noqa: BLE001  (a message must not fail because of what it is about)
        text = ""
    text = " ".join(text.split())
    if not text:
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= most else text[: most - 1] + "…"


def few(names: Sequence[str], most: int = 5) -> str:
    """The first of some names, in quotes, and whether there are more."""
    return ", ".join([*map(brief, names[:most]), *(["…"] if len(names) > most else [])])
