"""Finding phrases in a text as it reads: white space and the edges of words count, how much white space doesn't."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report, not_reported

from .joining import Joined, is_of_word, is_unspaced

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

HITS_AT_ONCE = 1000
"""Occurrences that are found between two looks whether they are still wanted."""


class PhraseSearch:
    """Finds phrases in a text.

    The text is kept without its white space. Between two characters of it is a gap, numbered like the character after
    it, in which there is white space or not, or in which white space doesn't matter (`Joined.loose`). A phrase occurs
    where its characters stand, with white space in the same gaps, and ends that are allowed:

    - In words and characters, it begins and ends with a token.
    - In other texts, it begins and ends with a word: where there is white space, or where not both characters beside
      the gap belong to words; in scripts that have no spaces between words, anywhere.

    Parameters
    ----------
    joined : Joined
    ignore_case : bool
    """

    def __init__(self, joined: Joined, *, ignore_case: bool) -> None:
        self._ignore_case = ignore_case
        points = np.frombuffer(joined.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        is_blank = _where(str.isspace, points)
        kept = points[~is_blank]
        place = np.append(0, np.cumsum(~is_blank))  # of each character, among those that are kept
        first, end = place[joined.starts], place[joined.ends]
        blank = _flags(len(kept) + 1, place[:-1][is_blank])
        is_blank[joined.inserted] = False
        own_blank = _flags(len(kept) + 1, place[:-1][is_blank])
        loose = _flags(len(kept) + 1, first[joined.loose])
        loose &= ~own_blank & ~_flags(len(kept) + 1, first[~joined.loose])
        if joined.whole_tokens:
            opening, closing = _flags(len(kept) + 1, first[first < end]), _flags(len(kept) + 1, end[first < end])
        else:
            opening = closing = blank | loose | _edges_of_words(kept)
        text = kept.tobytes().decode("utf-32-le", "surrogatepass")
        self._text = text.casefold() if ignore_case else text
        if len(self._text) > len(text):  # some characters become several; no occurrence begins or ends amidst them
            sizes = _of_each(kept, lambda character: len(character.casefold()))
            moved = np.append(0, np.cumsum(sizes))
            first, end = moved[first], moved[end]
            blank, loose, opening, closing = (
                _flags(len(self._text) + 1, moved[flags]) for flags in (blank, loose, opening, closing)
            )
        self._first, self._end = first, end
        self._allowed, self._opening, self._closing = blank | loose, opening, closing
        self._needed = blank & ~loose
        self._needed_before = np.append(0, np.cumsum(self._needed, dtype=np.int32))

    def find(self, words: Sequence[str], check: Check, progress: Report = not_reported) -> Ints:
        """The ranges of tokens, (n, 2), that occurrences touch; ``words`` are the parts between its white space.

        They are in the order of their starts and of their ends, and no range comes twice.
        """
        words = [word.casefold() if self._ignore_case else word for word in words]
        phrase = "".join(words)
        at = _occurrences(self._text, phrase, check, progress)
        gaps = np.cumsum([len(word) for word in words])[:-1]
        needed = np.zeros(len(at), np.int64)
        right = self._opening[at] & self._closing[at + len(phrase)]
        for gap in gaps.tolist():
            right &= self._allowed[at + gap]
            needed += self._needed[at + gap]
        # White space is needed nowhere else within it.
        right &= self._needed_before[at + len(phrase)] - self._needed_before[at + 1] == needed
        at = at[right]
        starts = np.searchsorted(self._end, at, side="right")
        stops = np.searchsorted(self._first, at + len(phrase), side="left")
        return distinct(np.stack([starts, stops], axis=1))


def distinct(ranges: Ints) -> Ints:
    """Sorted ranges, each once."""
    is_new = np.append(True, (np.diff(ranges, axis=0) != 0).any(axis=1))[: len(ranges)]
    found: Ints = ranges[is_new]
    return found


def _occurrences(text: str, phrase: str, check: Check, progress: Report) -> Ints:
    """Where the phrase begins in the text; occurrences may overlap."""
    found: list[int] = []
    at = text.find(phrase)
    while at >= 0:
        found.append(at)
        if len(found) % HITS_AT_ONCE == 0:
            check()
            progress(at / len(text))
        at = text.find(phrase, at + 1)
    return np.array(found, np.int64)


def _where(has: Callable[[str], bool], points: NDArray[np.uint32]) -> Flags:
    """Which characters, given by their code points, have a property."""
    return _of_each(points, has).astype(bool)


def _of_each(points: NDArray[np.uint32], number: Callable[[str], int]) -> Ints:
    """A number of each character, given by their code points."""
    table = np.bincount(points)
    there = np.flatnonzero(table)
    table[there] = [number(chr(point)) for point in there.tolist()]
    found: Ints = table[points]
    return found


def _flags(size: int, true: Any) -> Flags:
    flags = np.zeros(size, bool)
    flags[true] = True
    return flags


def _edges_of_words(points: NDArray[np.uint32]) -> Flags:
    """In which gaps between characters a word may begin or end, whether or not there is white space."""
    edges = np.ones(len(points) + 1, bool)
    of_word, unspaced = _where(is_of_word, points), _where(is_unspaced, points)
    edges[1:-1] = ~(of_word[:-1] & of_word[1:]) | unspaced[:-1] | unspaced[1:]
    return edges
