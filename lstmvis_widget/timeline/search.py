"""Where phrases stand in a text: found by the numbers of their tokens, or as regular expressions in the joined text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, never_cancelled

from . import regex_process

Ranges = NDArray[np.int64]
"""Half-open ranges of time steps, (n, 2), in the order of their starts."""


class TokenIndex:
    """The tokens of a text as numbers, so that a million of them are compared in milliseconds.

    Parameters
    ----------
    tokens : iterable of str
        The T tokens.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(token, len(numbers)) for token in tokens]
        self._numbers = numbers
        self._codes = np.array(codes, np.int32)
        self._folded: tuple[dict[str, int], NDArray[np.int32]] | None = None
        self._text: str | None = None
        lengths = np.array([len(token) for token in numbers], np.int64)[self._codes] if codes else np.zeros(0, np.int64)
        self._ends = np.cumsum(lengths + 1) - 1
        self._starts = self._ends - lengths

    def find(
        self,
        phrase: str | Sequence[str],
        *,
        ignore_case: bool = False,
        regex: bool = False,
        check: Check = never_cancelled,
    ) -> Ranges:
        """The same as `Tokens.find`; ``check`` may raise to end it."""
        if regex:
            return self._expression(phrase, ignore_case=ignore_case, check=check)
        return self._phrase(words_of(phrase), ignore_case=ignore_case)

    def _phrase(self, words: Sequence[str], *, ignore_case: bool) -> Ranges:
        """All ranges whose tokens are ``words``; they may overlap."""
        steps = len(self._codes)
        if ignore_case:
            numbers, codes = self._without_case()
            words = [word.casefold() for word in words]
        else:
            numbers, codes = self._numbers, self._codes
        wanted = [numbers.get(word) for word in words]
        starts = np.arange(0)
        if None not in wanted and len(wanted) <= steps:
            starts = np.flatnonzero(codes[: steps - len(wanted) + 1] == wanted[0])
            for offset, number in enumerate(wanted[1:], 1):
                starts = starts[codes[starts + offset] == number]
        return np.stack([starts, starts + len(wanted)], axis=1).astype(np.int64)

    def _without_case(self) -> tuple[dict[str, int], NDArray[np.int32]]:
        if self._folded is None:
            numbers: dict[str, int] = {}
            folded = [numbers.setdefault(token.casefold(), len(numbers)) for token in self._numbers]
            self._folded = numbers, np.array(folded, np.int32)[self._codes] if folded else self._codes
        return self._folded

    def _expression(self, pattern: Any, *, ignore_case: bool, check: Check) -> Ranges:
        """The ranges of tokens that the matches of a regular expression touch."""
        if self._text is None:
            words = list(self._numbers)
            self._text = " ".join([words[code] for code in self._codes.tolist()])
        first, end = regex_process.find_all(pattern, self._text, ignore_case=ignore_case, check=check).T
        # A match of only the blank between two tokens touches none.
        starts = np.searchsorted(self._ends, first, side="right")
        stops = np.searchsorted(self._starts, end, side="left")
        ranges = np.stack([starts, stops], axis=1)[starts < stops]
        is_new = np.append(True, (np.diff(ranges, axis=0) != 0).any(axis=1))[: len(ranges)]
        distinct: Ranges = ranges[is_new]
        return distinct


def words_of(phrase: str | Sequence[str]) -> list[str]:
    """The tokens of a phrase: the items of a list, or the parts of a string between white space.

    Raises
    ------
    TypeError
        It is neither a string nor a sequence of strings.
    ValueError
        It has no token.
    """
    words = phrase.split() if isinstance(phrase, str) else phrase
    if isinstance(words, bytes) or not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise TypeError(f"a phrase is a string, or a list of strings; got {type(phrase).__name__}")
    if not words:
        raise ValueError("there is no token in the phrase")
    return list(words)
