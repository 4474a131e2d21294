"""Texts that may hold lone surrogates: halves of a character, which Python's strings can hold and UTF-8 can't."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def well_formed(text: str) -> str:
    """The text with U+FFFD in place of each lone surrogate; the two halves of a character become one."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def all_well_formed(value: Any) -> Any:
    """A value of dicts, lists and tuples in which all texts, also keys, are `well_formed`; itself if they are so."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        pairs = [(all_well_formed(key), all_well_formed(item)) for key, item in value.items()]
        same = all(a is key and b is item for (a, b), (key, item) in zip(pairs, value.items(), strict=True))
        return value if same else dict(pairs)
    if isinstance(value, list | tuple):
        items = [all_well_formed(item) if isinstance(item, str | dict | list | tuple) else item for item in value]
        if all(a is b for a, b in zip(items, value, strict=True)):
            return value
        return items if isinstance(value, list) else tuple(items)
    return value


def meant(text: Any, names: Iterable[str]) -> Any:
    """The one of ``names`` that a text is or, as the page shows it, stands for; the text itself if there is none."""
    known = list(names)
    if text in known or not isinstance(text, str):
        return text
    return next((name for name in known if well_formed(name) == text), text)
