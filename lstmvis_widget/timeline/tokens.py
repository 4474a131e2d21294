"""The tokens of a text as strings, one a time step."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .search import TokenIndex

SHOWN_CHARACTERS = 200
"""Longer tokens are shortened to this many characters where they are shown."""


class Tokens(Sequence[str]):
    """T tokens.

    Parameters
    ----------
    tokens : sequence of str, sequence of int, or None
        Strings (bytes are read as UTF-8), or ids, which are looked up in ``vocabulary``; None: the positions.
    steps : int
        T, the number of tokens there have to be.
    vocabulary : mapping or sequence, optional
        id → string. An id that isn't in it is shown as ``⟨id 17⟩``; a warning counts them.

    Raises
    ------
    TypeError
        The tokens are neither strings nor ids, or there are ids and no vocabulary.
    ValueError
        Their number isn't T.
    """

    def __init__(self, tokens: Any, steps: int, vocabulary: Mapping[int, str] | Sequence[str] | None = None) -> None:
        self._steps = steps
        self._vocabulary = None if vocabulary is None else as_vocabulary(vocabulary)
        self._tokens: Sequence[Any] | None = None if tokens is None else _as_sequence(tokens, steps)
        if self._tokens is not None:
            self._check_kinds({type(token) for token in self._tokens})
            if self._vocabulary is not None:
                _warn_of_missing(self._tokens, self._vocabulary)

    def _check_kinds(self, kinds: set[type]) -> None:
        if all(issubclass(kind, str | bytes) for kind in kinds):
            if self._vocabulary is not None:
                msg = "vocabulary goes with tokens that are integer ids; these tokens are strings already"
                raise TypeError(msg)
        elif not all(issubclass(kind, int | np.integer) and not issubclass(kind, bool) for kind in kinds):
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            msg = f"tokens must be all strings, or all integer ids; got {names}"
            raise TypeError(msg)
        elif self._vocabulary is None:
            msg = "tokens that are integer ids need a vocabulary (id → string)"
            raise TypeError(msg)

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
        if self._vocabulary is not None:
            return self._vocabulary.get(int(token), unknown_id(int(token)))
        return str(token)

    def shown(self, step: int) -> str:
        """The token at ``step``, shortened where it is very long."""
        return shortened(self._text(step))

    def find(self, phrase: str | Sequence[str], *, ignore_case: bool = False, regex: bool = False) -> NDArray[np.int64]:
        """Where a phrase stands.

        Parameters
        ----------
        phrase : str or sequence of str
            Tokens one after the other; those of a string are parted by white space. They have to be equal to whole
            tokens of the text. With ``regex`` it is a regular expression of Python's ``re`` over the text, which is
            all tokens joined by single spaces.
        ignore_case : bool
            Whether upper and lower case are the same.
        regex : bool
            Whether ``phrase`` is a regular expression.

        Returns
        -------
        int64 array of shape (n, 2)
            Half-open ranges [start, stop) of time steps, in the order of their starts. Those of a phrase are all its
            occurrences, which may overlap. Those of an expression are the tokens that each of its matches, which don't
            overlap, has at least a character of, each range once; a match without a character counts as none.

        Raises
        ------
        TypeError
            The phrase isn't made of strings.
        ValueError
            There is no token in it, or the regular expression can't be read, or takes longer than 5 seconds. It is
            searched for in a process of its own, which is ended then.
        """
        return self.lookup.find(phrase, ignore_case=ignore_case, regex=regex)

    @cached_property
    def lookup(self) -> TokenIndex:
        """What phrases are looked up in, built when it is first needed."""
        return TokenIndex(self)

    def __repr__(self) -> str:
        return f"Tokens({self[:5]}{' and so on' if len(self) > 5 else ''}, {len(self)} steps)"


def unknown_id(number: int) -> str:
    """How an id is shown that isn't in the vocabulary."""
    return f"⟨id {number}⟩"


def shortened(text: str) -> str:
    """The text as it is shown: cut where it is very long."""
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
            f"({len(counts):,} ids: {commonest}); they are shown as ⟨id {next(iter(counts))}⟩"
        )
        warnings.warn(msg, UserWarning, stacklevel=4)


def as_vocabulary(vocabulary: Any) -> dict[int, str]:
    """Id → string, of a mapping or of a sequence, or TypeError."""
    items = vocabulary.items() if isinstance(vocabulary, Mapping) else enumerate(vocabulary)
    mapping = {}
    for key, text in items:
        if not isinstance(key, int | np.integer) or not isinstance(text, str):
            msg = f"vocabulary must map integer ids to strings; got {key!r}: {text!r}"
            raise TypeError(msg)
        mapping[int(key)] = text
    return mapping
