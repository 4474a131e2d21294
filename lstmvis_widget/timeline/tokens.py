"""The tokens of a text as strings, one a time step."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.coded import counted, distinct_rows
from lstmvis_widget.given.columns import Entries, entries_of, labels_of
from lstmvis_widget.given.missing import is_missing
from lstmvis_widget.given.numbers import LARGEST, checked_ints
from lstmvis_widget.work.showing import shown

from .pieces import plain
from .search import TokenIndex
from .vocabulary import as_vocabulary, text_of_id, texts_of_ids

SHOWN_CHARACTERS = 200
"""Longer tokens are shortened to this many characters where they are shown."""


class Tokens(Sequence[str]):
    """T tokens.

    Parameters
    ----------
    tokens : sequence of str, sequence of int, or None
        Strings or ids, as `tokens_of` reads them. Ids are looked up in ``vocabulary``. None: the positions.
    steps : int or None
        T, the number of tokens there must be. None: as many as there are.
    vocabulary : mapping, sequence or tokenizer, optional
        id → string, as `as_vocabulary` reads it. An id that it lacks is shown as ``⟨id 17⟩``; a warning counts these
        ids.

    Attributes
    ----------
    ids : ndarray of int64, shape (T,), or None
        The tokens as ids, where they were given so.

    Raises
    ------
    TypeError
        The tokens are neither strings nor ids, or they are ids and there is no vocabulary.
    ValueError
        Their number isn't T.
    """

    def __init__(self, tokens: Any, steps: int | None, vocabulary: Any = None) -> None:
        self._vocabulary = None if vocabulary is None else as_vocabulary(vocabulary)
        found = None if tokens is None else tokens_of(tokens, steps, with_vocabulary=self._vocabulary is not None)
        self.ids: NDArray[np.int64] | None = found if isinstance(found, np.ndarray) else None
        self._texts: list[str] | None = found if isinstance(found, list) else None
        self._steps = steps if steps is not None else 0 if found is None else len(found)
        if self.ids is not None and self._vocabulary is not None:
            _warn_of_missing(self.ids, self._vocabulary)

    @property
    def are_known(self) -> bool:
        """Whether there are tokens; False where positions stand for them."""
        return self._texts is not None or self.ids is not None

    def __len__(self) -> int:
        return self._steps

    @overload
    def __getitem__(self, step: int) -> str: ...
    @overload
    def __getitem__(self, step: slice) -> list[str]: ...
    def __getitem__(self, step: int | slice) -> str | list[str]:
        if isinstance(step, slice):
            return self._all_texts(step)
        at = range(len(self))[step]
        if self._texts is not None:
            return self._texts[at]
        return str(at) if self.ids is None else text_of_id(int(self.ids[at]), self._vocabulary)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all_texts(slice(None)))

    def _all_texts(self, steps: slice) -> list[str]:
        if self._texts is not None:
            return self._texts[steps]
        if self.ids is None:
            return list(map(str, range(len(self))[steps]))
        texts: list[str] = texts_of_ids(self.ids[steps], self._vocabulary).tolist()
        return texts

    def shown(self, step: int) -> str:
        """The token at ``step``, shortened if it is very long."""
        return shortened(self[step])

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
        with shown(None, f"finding {shortened(str(phrase))}") as progress:
            return self.lookup.find(phrase, ignore_case=ignore_case, regex=regex, progress=progress)

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


def tokens_of(
    tokens: Any, steps: int | None, *, with_vocabulary: bool | None, of: str = "time steps of the states"
) -> list[str] | NDArray[np.int64]:
    """The tokens as T strings or T ids: this decides it for every way by which tokens come in.

    | given | read as |
    | --- | --- |
    | list, array, column or h5py dataset of strings, also as ``asstr()`` | strings |
    | bytes in such | strings, read as UTF-8 |
    | categorical columns, enumerations of HDF5 | strings, the names of the categories |
    | list, array, tensor, column or h5py dataset of integers | ids |
    | shape (T, 1) or (1, T) | the T tokens |
    | what a tokenizer of transformers returns, with ``input_ids`` | ids |
    | what a tokenizer of tokenizers returns | ids with a vocabulary, else its pieces |

    Parameters
    ----------
    tokens : any of these
    steps : int or None
        T; None: as many as there are.
    with_vocabulary : bool or None
        Whether there is a vocabulary: for ids there must be one, for strings none. None: there is none, and ids are
        taken as they are.
    of : str
        What there are T of, for the message.

    Raises
    ------
    TypeError
        They are neither strings nor integers, or both, or one is missing; or there is a vocabulary for strings, or none
        for ids.
    ValueError
        Their number isn't T.
    """
    found = _strings_or_ids(_column_of(tokens, steps, with_vocabulary=with_vocabulary))
    if steps is not None and len(found) != steps:
        msg = f"there must be a token for each of the {steps} {of}; got {len(found)} tokens"
        raise ValueError(msg)
    if isinstance(found, list) and with_vocabulary and found:
        msg = "vocabulary goes with tokens that are integer ids; these tokens are strings already"
        raise TypeError(msg)
    if not isinstance(found, list) and with_vocabulary is False:
        msg = "tokens that are integer ids need a vocabulary (id → string)"
        raise TypeError(msg)
    return found


def _column_of(tokens: Any, steps: int | None, *, with_vocabulary: bool | None) -> Any:
    """The tokens alone, from what a tokenizer returned; anything else as it is."""
    if isinstance(tokens, Tokens):
        return tokens.ids if with_vocabulary and tokens.ids is not None else tokens[:]
    if isinstance(tokens, Mapping) and "input_ids" in tokens:
        return tokens["input_ids"]
    if hasattr(tokens, "ids") and hasattr(tokens, "tokens") and hasattr(tokens, "offsets"):
        return tokens.ids if with_vocabulary else tokens.tokens
    wanted = f"tokens must be a sequence of {'T' if steps is None else steps} strings or ids"
    if isinstance(tokens, str | bytes):
        msg = (
            f"{wanted}; got the text {brief(tokens)} ({type(tokens).__name__}): split it, as in text.split() for words "
            "or list(text) for characters; read_tokens(path) reads those of a text file"
        )
        raise TypeError(msg)
    listed = hasattr(tokens, "__iter__") or hasattr(tokens, "__array__")
    if isinstance(tokens, Mapping | AbstractSet) or not listed:
        raise TypeError(f"{wanted}; got {type(tokens).__name__}, {brief(tokens)}")
    return tokens


def _strings_or_ids(column: Any) -> list[str] | NDArray[np.int64]:
    entries = entries_of(column, "tokens")
    if entries.kind in "iu":
        return checked_ints("tokens", entries.array, low=-LARGEST)
    if entries.is_categorical:
        entries = Entries(labels_of(entries, "tokens"))
    rows, kinds = entries.rows, entries.kinds
    if kinds == {str}:
        return rows
    if entries.kind in "OTf" and not kinds <= {str, bytes, int, type(None)}:
        rows = [None if is_missing(row) else row for row in rows]
        kinds = set(map(type, rows))
    there = kinds - {type(None)}
    are_texts = all(issubclass(kind, str | bytes) for kind in there)
    are_ids = not are_texts and all(issubclass(kind, int | np.integer) and kind is not bool for kind in there)
    were_ids = None in rows and all(
        issubclass(kind, float) for kind in there
    )  # a masked integer makes all of them floats
    if not (are_texts or are_ids or were_ids):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        msg = f"tokens must be all strings, or all integer ids; got {names}"
        raise TypeError(msg)
    if None in rows:
        msg = (
            f"token {rows.index(None)} is missing, and every time step needs one. pandas.read_csv takes words such as "
            "'NA' and 'null' for missing, unless it is called with keep_default_na=False"
        )
        raise TypeError(msg)
    if are_ids:
        return checked_ints("tokens", rows, low=-LARGEST)
    if kinds == {bytes}:
        distinct, places = distinct_rows(rows)
        texts = np.array([row.decode("utf-8", "replace") for row in distinct], object)
        return list(texts[places])
    return [row.decode("utf-8", "replace") if isinstance(row, bytes) else plain(row) for row in rows]


def shortened(text: str) -> str:
    """The text as it is shown: cut if it is very long."""
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _warn_of_missing(ids: NDArray[np.int64], vocabulary: Mapping[int, str]) -> None:
    distinct, _, times = counted(ids)
    counts = Counter(
        {each: n for each, n in zip(distinct.tolist(), times.tolist(), strict=True) if each not in vocabulary}
    )
    if counts:
        commonest = ", ".join(str(number) for number, _ in counts.most_common(3)) + (", …" if len(counts) > 3 else "")
        msg = (
            f"{counts.total():,} of {len(ids):,} tokens have ids that aren't in the vocabulary "
            f"({len(counts):,} ids: {commonest}); they are shown as {text_of_id(next(iter(counts)), vocabulary)}"
        )
        warnings.warn(msg, UserWarning, stacklevel=4)
