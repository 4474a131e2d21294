"""The pieces of subword tokenizers: what they mean as text, and where they have spaces."""

from __future__ import annotations

import re
from typing import Self

SPACE_MARK = "▁"
"""SentencePiece's mark of a space."""

WORD_END = "</w>"
"""The mark at the end of a word's last piece, as in CLIP."""

BYTE = re.compile(r"<0x([0-9A-F]{2})>")
"""A piece of SentencePiece that is one byte."""


class Piece(str):
    """The readable text of a piece, without the mark that says where the piece has a space.

    Parameters
    ----------
    text : str
    before, after : bool
        Whether there is a space before the piece, and after it, in the text that the pieces make.
    """

    __slots__ = ("after", "before")
    before: bool
    after: bool

    def __new__(cls, text: str, *, before: bool = False, after: bool = False) -> Self:
        """A text that equals ``text``, and keeps where it has spaces."""
        piece = super().__new__(cls, text)
        piece.before, piece.after = before, after
        return piece

    def __reduce__(self) -> tuple[object, ...]:
        return _piece, (str(self), self.before, self.after)


def _piece(text: str, before: bool, after: bool) -> Piece:  # noqa: FBT001  (pickle gives arguments by position)
    return Piece(text, before=before, after=after)


def plain(text: str) -> str:
    """A text as one of Python's own strings, unless it is a piece, which knows where it has spaces."""
    return text if isinstance(text, Piece) else str(text)


def spaces_of(text: str) -> int:
    """Where a text is known to have spaces: 0 nowhere, 1 before, 2 after, 3 on both sides."""
    return text.before + 2 * text.after if isinstance(text, Piece) else 0


def with_spaces(text: str, spaces: int) -> str:
    """The text that has spaces there, as `spaces_of` gives it."""
    return Piece(text, before=bool(spaces & 1), after=bool(spaces & 2)) if spaces else text


def _byte_of_each_character() -> dict[str, int]:
    """GPT-2's table: visible Latin-1 characters stand for their own byte, characters from 256 on for the others."""
    visible = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in visible]
    return {chr(byte): byte for byte in visible} | {chr(256 + place): byte for place, byte in enumerate(others)}


BYTE_OF = _byte_of_each_character()
"""The byte that each character of a byte-level piece stands for, as in GPT-2."""
