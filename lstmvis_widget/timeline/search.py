"""Where phrases stand in a text: in the text as it reads, by its tokens, or by a regular expression."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.coded import distinct_rows
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from . import regex_process
from .joining import Joined, join
from .phrase_search import PhraseSearch, distinct
from .pieces import spaces_of
from .token_kinds import WORDS

Ranges = NDArray[np.int64]
"""Half-open ranges of time steps, (n, 2), in the order of their starts."""


class TokenIndex:
    """The tokens of a text, prepared so that a million of them are searched in milliseconds.

    Parameters
    ----------
    tokens : iterable of str
        The T tokens.
    vocabulary : collection of str, optional
        All tokens that there could be, which tell better than those of a short text what kind of tokens they are.
    breaks : array_like of int, optional
        The starts of sequences: the text reads as if there were white space before them.
    are_positions : bool
        Whether the tokens are numbers of time steps, which stand for tokens that aren't known.
    """

    def __init__(
        self,
        tokens: Iterable[str],
        *,
        vocabulary: Collection[str] = (),
        breaks: ArrayLike = (),
        are_positions: bool = False,
    ) -> None:
        rows = list(tokens)
        keys, self._codes = distinct_rows(rows if set(map(type, rows)) <= {str} else list(map(_key_of, rows)))
        self._tokens = [key if isinstance(key, str) else key[0] for key in keys]
        self._vocabulary, self._breaks, self._are_positions = vocabulary, breaks, are_positions
        self._by_token: dict[bool, tuple[dict[str, int], NDArray[np.int32]]] = {}
        self._by_phrase: dict[bool, PhraseSearch] = {}

    @cached_property
    def joined(self) -> Joined:
        """The text that the tokens read as."""
        kind = WORDS if self._are_positions else None
        return join(self._tokens, self._codes, kind=kind, vocabulary=self._vocabulary, breaks=self._breaks)

    def text(self, start: int, stop: int, part: slice = slice(None)) -> str:
        """What the tokens [start, stop) read as, without white space at the ends; of a long text ``part``."""
        if start >= stop:
            return ""
        low, high = int(self.joined.starts[start]), int(self.joined.ends[stop - 1])
        first, end, _ = part.indices(high - low)
        return self.joined.text[low + first : low + end]

    def find(
        self,
        phrase: str | Sequence[str],
        *,
        ignore_case: bool = False,
        regex: bool = False,
        by_sequence: bool = False,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> Ranges:
        """The same as `Tokens.find`; ``check`` may raise to end it, ``progress`` takes the share that is searched.

        With ``by_sequence``, a regular expression is looked for in each sequence as in a text by itself.
        """
        if regex:
            parts = self.sequences_in_text() if by_sequence else None
            return self._expression(phrase, parts, ignore_case=ignore_case, check=check, progress=progress)
        words = words_of(phrase)
        if not isinstance(phrase, str) or self._are_marked(words):
            return self._of_tokens(words, ignore_case=ignore_case, check=check)
        return self._phrases(ignore_case=ignore_case).find(words, check, progress)

    def prepare(self, *, ignore_case: bool, regex: bool) -> None:
        """Make what a search needs and later ones use again."""
        if regex:
            _ = self.joined
        else:
            self._phrases(ignore_case=ignore_case)

    def _phrases(self, *, ignore_case: bool) -> PhraseSearch:
        if ignore_case not in self._by_phrase:
            self._by_phrase[ignore_case] = PhraseSearch(self.joined, ignore_case=ignore_case)
        return self._by_phrase[ignore_case]

    def _are_marked(self, words: Sequence[str]) -> bool:
        """Whether these are tokens, and one of them is written otherwise than it reads, as ``##ing`` is."""
        return not self.joined.marked.isdisjoint(words) and self._numbered(ignore_case=False)[0].keys() >= set(words)

    def _of_tokens(self, words: Sequence[str], *, ignore_case: bool, check: Check) -> Ranges:
        """All ranges whose tokens are ``words``; they may overlap."""
        steps = len(self._codes)
        numbers, codes = self._numbered(ignore_case=ignore_case)
        wanted = [numbers.get(word.casefold() if ignore_case else str(word)) for word in words]
        starts = np.arange(0)
        if None not in wanted and len(wanted) <= steps:
            starts = np.flatnonzero(codes[: steps - len(wanted) + 1] == wanted[0])
            for offset, number in enumerate(wanted[1:], 1):
                check()
                starts = starts[codes[starts + offset] == number]
        return np.stack([starts, starts + len(wanted)], axis=1).astype(np.int64)

    def _numbered(self, *, ignore_case: bool) -> tuple[dict[str, int], NDArray[np.int32]]:
        """A number for each text of a token, and that of the token at each time step."""
        if ignore_case not in self._by_token:
            numbers: dict[str, int] = {}
            texts = (token.casefold() if ignore_case else str(token) for token in self._tokens)
            table = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int32)
            self._by_token[ignore_case] = numbers, table[self._codes] if len(table) else self._codes
        return self._by_token[ignore_case]

    def sequences_in_text(self) -> NDArray[np.int64]:
        """The characters [first, end) of each sequence in the text that is read, of shape (n, 2)."""
        joined = self.joined
        starts = np.unique(np.append(0, np.asarray(self._breaks, np.int64)))[: len(joined.starts)]
        ends = np.append(starts[1:], len(joined.starts)) - 1
        return np.stack([joined.starts[starts], joined.ends[ends]], axis=1).astype(np.int64)

    def _expression(
        self,
        pattern: Any,
        parts: NDArray[np.int64] | None,
        *,
        ignore_case: bool,
        check: Check,
        progress: Report,
    ) -> Ranges:
        """The ranges of tokens that the matches of a regular expression touch."""
        joined = self.joined
        first, end = regex_process.find_all(
            pattern, joined.text, ignore_case=ignore_case, parts=parts, check=check, progress=progress
        ).T
        # A match of only the blank between two tokens touches none.
        starts = np.searchsorted(joined.ends, first, side="right")
        stops = np.searchsorted(joined.starts, end, side="left")
        return distinct(np.stack([starts, stops], axis=1)[starts < stops])


def words_of(phrase: str | Sequence[str]) -> list[str]:
    """The parts of a phrase: the items of a list, or the parts of a string between white space.

    Raises
    ------
    TypeError
        It is neither a string nor a sequence of strings.
    ValueError
        It has no part.
    """
    words = phrase.split() if isinstance(phrase, str) else phrase
    if isinstance(words, bytes) or not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise TypeError(f"a phrase is a string, or a list of strings; got {type(phrase).__name__}")
    if not words:
        raise ValueError("there is no token in the phrase")
    return list(words)


def as_typed(text: str) -> tuple[str, bool]:
    """The phrase, or the regular expression as ``/regex/``, that was typed, and whether it is an expression."""
    typed = text.strip()
    is_expression = len(typed) > 2 and typed.startswith("/") and typed.endswith("/")
    return (typed[1:-1], True) if is_expression else (typed, False)


def _key_of(token: str) -> tuple[str, int] | str:
    """What tells a token from others: readable pieces with different spaces may be equal as texts."""
    return token if type(token) is str else (token, spaces_of(token))
