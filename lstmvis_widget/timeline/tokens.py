"""The tokens of a text as strings, one a time step."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .pieces import Piece
from .search import TokenIndex
from .vocabulary import Vocabulary, as_vocabulary, text_of_id

SHOWN_CHARACTERS = 200
"""Longer tokens are shortened to this many characters where they are shown."""


class Tokens(Sequence[str]):
    """T tokens.

    Parameters
    ----------
    tokens : sequence of str, sequence of int, or None
        Strings (bytes are read as UTF-8), or ids, which are looked up in ``vocabulary``. None: the positions.
    steps : int
        T, the number of tokens there must be.
    vocabulary : mapping or sequence, optional
        id → string. An id that it lacks is shown as ``⟨id 17⟩``; a warning counts these ids.

    Raises
    ------
    TypeError
        The tokens are neither strings nor ids, or they are ids and there is no vocabulary.
    ValueError
        Their number isn't T.
    """

    def __init__(self, tokens: Any, steps: int, vocabulary: Vocabulary | None = None) -> None:
        self._steps = steps
        self._vocabulary = None if vocabulary is None else as_vocabulary(vocabulary)
        self._tokens: Sequence[Any] | None = None if tokens is None else _as_sequence(tokens, steps)
        if self._tokens is not None:
            are_ids({type(token) for token in self._tokens}, with_vocabulary=self._vocabulary is not None)
            if self._vocabulary is not None:
                _warn_of_missing(self._tokens, self._vocabulary)

    @property
    def are_known(self) -> bool:
        """Whether there are tokens; False where positions stand for them."""
        return self._tokens is not None

    def __len__(self) -> int:
        return self._steps

    @overload
    def __getitem__(self, step: int) -> str: ...
    @overload
    def __getitem__(self, step: slice) -> list[str]: ...
    def __getitem__(self, step: int | slice) -> str | list[str]:
        if isinstance(step, slice):
            return [self._text(at) for at in range(*step.indices(len(self)))]
        return self._text(range(len(self))[step])

    def __iter__(self) -> Iterator[str]:
        return (self._text(step) for step in range(len(self)))

    def _text(self, step: int) -> str:
        if self._tokens is None:
            return str(step)
        token = self._tokens[step]
        if isinstance(token, bytes):
            return token.decode("utf-8", "replace")
        if isinstance(token, Piece):  # which knows where it has spaces
            return token
        return str(token) if self._vocabulary is None else text_of_id(int(token), self._vocabulary)

    def shown(self, step: int) -> str:
        """The token at ``step``, shortened if it is very long."""
        return shortened(self._text(step))

    def find(self, phrase: str | Sequence[str], *, ignore_case: bool = False, regex: bool = False) -> NDArray[np.int64]:
        """Find all occurrences of a phrase in the text as it reads.

        The text is the tokens, joined as their kind tells, which is found from the vocabulary or else from the tokens:

        - Words by spaces, but by nothing between two words of scripts that have no spaces, such as Chinese.
        - Characters (all tokens are single ones, such as of a text or of DNA) by nothing, and so are tokens that have
          white space of their own (``" Rabbit"``).
        - Pieces of words by their marks: ``▁Rab bit``, ``ĠRab bit``, ``Rab ##bit``, ``Rab@@ bit``, ``Rab bit</w>``.
          Bytes are decoded, so that several pieces may make one character. Readable pieces, as `record_states` gives
          them, keep where they had a mark. Pieces that have lost their marks otherwise read like words.

        Parameters
        ----------
        phrase : str or sequence of str
            A string is text: ``"the White Rabbit"`` is found whatever the tokens are. Any white space in it stands for
            any white space in the text; beside punctuation that is a token of its own, and where the text has no white
            space, it may be there or not. In words and characters, an occurrence is whole tokens (in words, ``"the"``
            doesn't occur in ``then``); in pieces, it is whole words as they read. Tokens written with their marks, such
            as ``"##bit"``, and the items of a list are tokens: each must equal a whole one. With ``regex`` it is a
            regular expression of Python's ``re`` over the text. There, white space is as it stands in the text: one
            space between words, also beside punctuation.
        ignore_case : bool
            Whether upper and lower case are the same.
        regex : bool
            Whether ``phrase`` is a regular expression.

        Returns
        -------
        int64 array of shape (n, 2)
            Half-open ranges [start, stop) of time steps, in the order of their starts: the tokens that an occurrence
            has at least a character of. White space at the ends of a token doesn't count, unless the token is nothing
            else. Occurrences of a phrase may overlap; the matches of an expression don't. Equal ranges count once, and
            a match without a character counts as none.

        Raises
        ------
        TypeError
            The phrase isn't made of strings.
        ValueError
            The phrase is blank; or the regular expression is wrong, or its search takes longer than 5 seconds. The
            search runs in a process of its own, which is then ended. Where no process can be started, as in Pyodide,
            an expression that could take too long in this text is refused.
        """
        return self.lookup.find(phrase, ignore_case=ignore_case, regex=regex)

    @cached_property
    def lookup(self) -> TokenIndex:
        """The index in which phrases are looked up, built when it is first needed."""
        return self.index_with_breaks()

    def index_with_breaks(self, breaks: ArrayLike = ()) -> TokenIndex:
        """An index in which phrases are looked up, for a text with white space before these time steps."""
        vocabulary = () if self._vocabulary is None else self._vocabulary.values()
        return TokenIndex(self, vocabulary=vocabulary, breaks=breaks, are_positions=not self.are_known)

    def __repr__(self) -> str:
        return f"Tokens({self[:5]}{' and so on' if len(self) > 5 else ''}, {len(self)} steps)"


def are_ids(kinds: set[type], *, with_vocabulary: bool) -> bool:
    """Whether tokens of these types are ids; else they are strings.

    Raises
    ------
    TypeError
        They are neither, or both; or there is a vocabulary for strings, or none for ids.
    """
    if all(issubclass(kind, str | bytes) for kind in kinds):
        if with_vocabulary and kinds:
            msg = "vocabulary goes with tokens that are integer ids; these tokens are strings already"
            raise TypeError(msg)
        return False
    if not all(issubclass(kind, int | np.integer) and not issubclass(kind, bool) for kind in kinds):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        msg = f"tokens must be all strings, or all integer ids; got {names}"
        raise TypeError(msg)
    if not with_vocabulary:
        msg = "tokens that are integer ids need a vocabulary (id → string)"
        raise TypeError(msg)
    return True


def shortened(text: str) -> str:
    """The text as it is shown: cut if it is very long."""
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _as_sequence(tokens: Any, steps: int) -> Sequence[Any]:
    if isinstance(tokens, Tokens | list | tuple):
        sequence: Sequence[Any] = tokens
    elif isinstance(tokens, str | bytes | Mapping) or not hasattr(tokens, "__iter__"):
        msg = f"tokens must be a sequence of {steps} strings or ids; got {type(tokens).__name__}"
        raise TypeError(msg)
    else:
        sequence = list(tokens[:]) if hasattr(tokens, "dtype") else list(tokens)
    if len(sequence) != steps:
        msg = f"there must be a token for each of the {steps} time steps of the states; got {len(sequence)} tokens"
        raise ValueError(msg)
    return sequence


def _warn_of_missing(ids: Sequence[Any], vocabulary: Mapping[int, str]) -> None:
    counts = Counter(int(each) for each in ids if int(each) not in vocabulary)
    if counts:
        commonest = ", ".join(str(number) for number, _ in counts.most_common(3)) + (", …" if len(counts) > 3 else "")
        msg = (
            f"{counts.total():,} of {len(ids):,} tokens have ids that aren't in the vocabulary "
            f"({len(counts):,} ids: {commonest}); they are shown as {text_of_id(next(iter(counts)), vocabulary)}"
        )
        warnings.warn(msg, UserWarning, stacklevel=4)
