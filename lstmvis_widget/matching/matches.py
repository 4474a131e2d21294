"""The result of a match ranking: a sequence of matches, and its columns."""

from __future__ import annotations

import difflib
import operator
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, SupportsIndex, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.work.cancelling import LOOK, Check, Report, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from . import match_table
from .folding import folded_into

if TYPE_CHECKING:
    import pandas as pd

    from .ranking_arguments import RankingArguments

Ints = NDArray[np.int64]

CountedUnit = Literal["step", "match", "range", "overlap"]
"""What `Matches.enrichment` counts."""

INDEXING = 0.1
"""Share of comparing with the matches of random cells that is reading the states."""

SHOWN_ROWS = 10
"""Rows that the text and HTML tables show."""


class Match(NamedTuple):
    """One match: the range [start, stop), its length, overlap |S1 ∩ S2| and union |S1 ∪ S2|."""

    start: int
    stop: int
    length: int
    overlap: int
    union: int


class Counts(NamedTuple):
    """The number of all candidates, and by length: entry L of a histogram counts the candidates of length L."""

    n_candidates: int
    length_histogram: Ints
    full_overlap_length_histogram: Ints


class Matches(Sequence[Match]):
    """Ranges with a similar set of on cells, best first.

    Order: overlap descending, union ascending, length descending, start ascending.

    It is a sequence of `Match`: ``matches[0]`` is the best one, ``matches[:5]`` are the `Matches` of the first five,
    ``matches["start"]`` is a column. A part keeps origin, tokens, and the counts, which are those of all candidates.

    Attributes
    ----------
    start, stop : ndarray of int64, shape (n,)
        Half-open ranges of time steps.
    length : ndarray of int64, shape (n,)
        ``stop − start``, in steps.
    overlap : ndarray of int64, shape (n,)
        |S1 ∩ S2|, 1 … |S1|.
    union : ndarray of int64, shape (n,)
        |S1 ∪ S2|; ``union − n_selected`` additional cells are on.
    n_selected : int
        |S1|.
    reason : str
        Why there are no matches; "" where there are some, or where the reason isn't known.
    origin : RankingArguments or None
        The arguments of the ranking; None where nothing was ranked.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = Match._fields
    start: Ints
    stop: Ints
    length: Ints
    overlap: Ints
    union: Ints
    n_selected: int
    reason: str
    origin: RankingArguments | None

    def __init__(
        self,
        start: Ints,
        stop: Ints,
        overlap: Ints,
        union: Ints,
        *,
        n_selected: int,
        count: Callable[[Check, Report], Counts],
        reason: str = "",
    ) -> None:
        self.start, self.stop, self.length, self.overlap, self.union = (
            _frozen(column) for column in (start, stop, stop - start, overlap, union)
        )
        self.n_selected = n_selected
        self.reason = "" if len(start) else reason
        self.origin = None
        self._count = count
        self._counts: Counts | None = None
        self._counting = threading.Lock()
        self._tokens: Sequence[str] | None = None
        self._text: NDArray[Any] | None = None

    @classmethod
    def empty(cls, reason: str = "") -> Matches:
        """No matches of no cells, and the reason why there are none."""
        none = np.zeros(0, np.int64)
        nothing = Counts(0, np.zeros(1, np.int64), np.zeros(1, np.int64))
        return cls(none, none, none, none, n_selected=0, count=lambda *_: nothing, reason=reason)

    # ---------------------------------------------------------- rows and columns

    def __len__(self) -> int:
        return len(self.start)

    @overload
    def __getitem__(self, key: SupportsIndex) -> Match: ...
    @overload
    def __getitem__(self, key: slice) -> Matches: ...
    @overload
    def __getitem__(self, key: Literal["start", "stop", "length", "overlap", "union"]) -> Ints: ...
    @overload
    def __getitem__(self, key: Literal["text"]) -> list[str]: ...
    @overload
    def __getitem__(self, key: str) -> Ints | list[str]: ...
    def __getitem__(self, key: str | slice | SupportsIndex) -> Match | Matches | Ints | list[str]:
        """The row of an int, the `Matches` of a slice, or the column of a name."""
        if isinstance(key, str):
            return self._column(key)
        if isinstance(key, slice):
            return self._rows(key, self)
        row = _as_row(key)
        if not -len(self) <= row < len(self):
            raise IndexError(f"there are {len(self)} matches; got row {row}")
        return Match(*(int(getattr(self, name)[row]) for name in self.COLUMNS))

    def __iter__(self) -> Iterator[Match]:
        return (self[row] for row in range(len(self)))

    def head(self, n: int = 10) -> Matches:
        """The first ``n`` matches, or all if there are fewer."""
        return self[: checked_int("n", n)]

    def _column(self, name: str) -> Ints | list[str]:
        text = self.text
        known = self.COLUMNS if text is None else (*self.COLUMNS, "text")
        if name == "text" and text is not None:
            return text
        if name in known:
            column: Ints = getattr(self, name)
            return column
        if name == "text":
            raise KeyError("there is no column 'text', as these matches know no tokens")
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else "."
        raise KeyError(f"there is no column {name!r}{meant} The columns: {', '.join(known)}")

    def _ipython_key_completions_(self) -> list[str]:
        return [*self.COLUMNS, *(["text"] if self._knows_words else [])]

    def _rows(self, rows: Any, counted: Matches) -> Matches:
        columns = (column[rows].copy() for column in (self.start, self.stop, self.overlap, self.union))
        matches = Matches(*columns, n_selected=self.n_selected, count=counted.counts, reason=self.reason)
        matches._counts = counted.known_counts
        matches.origin = self.origin
        matches._tokens, matches._text = self._tokens, None if self._text is None else self._text[rows]
        return matches

    def __copy__(self) -> Matches:
        return self[:]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle rows, words and counts, which are counted for it; leave out `origin`, which holds the states."""
        columns = self.start, self.stop, self.overlap, self.union
        return _unpickled, (columns, self.n_selected, self.counts(), self.reason, self.text)

    # --------------------------------------------------------------------- words

    @property
    def text(self) -> list[str] | None:
        """The words of each match, joined by blanks; None where the tokens aren't known.

        Tokens of more than 200 characters, and matches of more than 100 steps, are shortened, with "…" at the end.
        """
        if self._text is None and self._tokens is not None:
            ranges = zip(self.start.tolist(), self.stop.tolist(), strict=True)
            words = [match_table.joined_words(self._tokens, *each) for each in ranges]
            self._text = _texts(words)
        return None if self._text is None else self._text.tolist()

    @property
    def _knows_words(self) -> bool:
        return self._tokens is not None or self._text is not None

    def with_tokens(self, tokens: Sequence[str]) -> Matches:
        """The same matches, which know the T tokens they were ranked over."""
        if len(self) and len(tokens) < self.stop.max():
            raise ValueError(f"the matches reach to step {self.stop.max()}; there are {len(tokens)} tokens")
        matches = self[:]
        matches._tokens, matches._text = tokens, None  # noqa: SLF001  (of our own class)
        return matches

    # -------------------------------------------------------------------- counts

    @property
    def known_counts(self) -> Counts | None:
        """The counts over all candidates if they have been computed, else None."""
        return self._counts

    def with_counts_of(self, other: Matches) -> Matches:
        """These matches with the counts of ``other``, which are of the same candidates."""
        return self._rows(slice(None), other)

    def counted_by(self, count: Callable[[Check, Report], Counts]) -> Matches:
        """These matches, whose candidates ``count`` counts if they haven't been counted."""
        columns = (self.start, self.stop, self.overlap, self.union)
        counted = Matches(*columns, n_selected=self.n_selected, count=count)
        counted._counts = self.known_counts
        return self._rows(slice(None), counted)

    def counts(self, check: Check = never_cancelled, progress: Progress = None) -> Counts:
        """The counts over all candidates: computed once, when first needed, as they can take longer than the matches.

        ``check`` is called now and then and may raise to end the work; a later call begins anew. ``progress`` is as of
        `rank_matches`.
        """
        with shown(progress, "counting candidates") as report:
            while not self._counting.acquire(timeout=LOOK):  # another thread counts
                check()
                report(0)
            try:
                if self._counts is None:
                    n_candidates, *histograms = self._count(check, report)
                    self._counts = Counts(n_candidates, *(_frozen(histogram) for histogram in histograms))
                    del self._count  # it holds the index
                return self._counts
            finally:
                self._counting.release()

    @property
    def n_candidates(self) -> int:
        """The number of all candidates, of any length of at least ``min_length``."""
        return self.counts().n_candidates

    def n_candidates_of_length(self, length: int) -> int:
        """The number of the candidates of ``length`` steps: those that ``length_filter=length`` ranks.

        Raises
        ------
        TypeError, ValueError
            ``length`` isn't an integer of at least 1.
        """
        histogram = self.length_histogram
        length = checked_int("length", length, 1)
        return int(histogram[length]) if length < len(histogram) else 0

    @property
    def length_histogram(self) -> Ints:
        """Entry L is the number of candidates of length L; shape (longest + 1,)."""
        return self.counts().length_histogram

    @property
    def full_overlap_length_histogram(self) -> Ints:
        """The same, counting only candidates with all selected cells (overlap = |S1|); the same shape."""
        return self.counts().full_overlap_length_histogram

    # ------------------------------------------------------------------- folding

    def folded(self) -> Matches:
        """Only the best of matches that overlap each other.

        Going down the ranking, a match is left out if it shares a step with a match kept before. So the matches that
        are kept don't overlap each other, and each match left out overlaps a better one of them.

        Returns
        -------
        Matches
            The rows that are kept. Counts and histograms stay those of all candidates.
        """
        return self._rows(np.flatnonzero(self.folded_into() == np.arange(len(self))), self)

    def folded_into(self) -> Ints:
        """For each match the row it is folded into: the best kept match that it overlaps, or itself if it is kept.

        Returns
        -------
        int64 array of shape (n,)
        """
        return folded_into(self.start, self.stop)

    # ---------------------------------------------------------------- statistics

    def enrichment(
        self,
        track: Any,
        *,
        by: CountedUnit = "step",
        labels: Iterable[str] | None = None,
        where: Any = None,
        against: Iterable[str] | None = None,
        exclude: ArrayLike | None = None,
        confidence: float = 0.95,
        progress: Progress = None,
    ) -> pd.DataFrame:
        """How often each label of a track occurs in the matches, against its base rate.

        Parameters
        ----------
        track : str, Track, or sequence of T labels
            The name of a track of the explorer, or a track, categorical or of zeros and ones.
        by, labels, where, against, exclude, confidence, progress
            As for `enrichment`, which says what the columns mean. ``exclude=explorer.selection`` leaves out matches
            that overlap the selection, ``exclude=explorer.selected_ranges`` those that overlap one of several;
            ``where`` may name a track of the explorer.

        Returns
        -------
        pandas.DataFrame
            ``label, share, base_rate, odds_ratio, ci_low, ci_high, p, p_adjusted, count, total``; the smallest p first.
        """
        from lstmvis_widget.statistics.enrichment import enrichment  # noqa: PLC0415  (statistics are built on matches)

        return enrichment(
            self,
            track,
            by=by,
            labels=labels,
            where=where,
            against=against,
            exclude=exclude,
            confidence=confidence,
            progress=progress,
        )

    def enrichment_null(
        self,
        track: Any,
        *,
        by: CountedUnit = "step",
        labels: Iterable[str] | None = None,
        where: Any = None,
        against: Iterable[str] | None = None,
        exclude: ArrayLike | None = None,
        n: int = 200,
        seed: int = 0,
        check: Check = never_cancelled,
        progress: Progress = None,
    ) -> pd.DataFrame:
        """The share of each label in the matches, against null distributions: the track rotated, and other cells.

        Parameters
        ----------
        track, by, labels, where, against, exclude
            As for `enrichment`.
        n, seed, check, progress
            As for `enrichment_null`, which says what the columns mean. The matches of random cells are ranked with the
            same arguments as these; for that the states are read once more.

        Returns
        -------
        pandas.DataFrame
            ``label, kind, share, null_mean, null_low, null_high, p, n``.
        """
        from lstmvis_widget.statistics import null_distributions  # noqa: PLC0415  (statistics are built on matches)

        origin = self.origin
        with shown(progress, "comparing labels with chance") as report:
            drawing = None
            if origin is not None:
                indexing = part(report, 0, INDEXING)
                drawing = null_distributions.random_matches(origin, check=check, progress=indexing)
            return null_distributions.enrichment_null(
                self,
                track,
                by=by,
                labels=labels,
                where=where,
                against=against,
                exclude=exclude,
                n=n,
                seed=seed,
                random_matches=drawing,
                check=check,
                progress=report if origin is None else part(report, INDEXING, 1),
            )

    # -------------------------------------------------------------------- tables

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with the columns start, stop, length, overlap, union and, where tokens are known, text.

        Raises
        ------
        ImportError
            pandas isn't installed.
        """
        pandas = import_extra("pandas", "analysis", "to_pandas")
        columns: dict[str, Any] = {name: getattr(self, name) for name in self.COLUMNS}
        if (text := self.text) is not None:
            columns["text"] = pandas.Series(text, dtype=object)
        return pandas.DataFrame(columns)

    def _summary(self) -> str:
        counted = f"{_plural(len(self), 'match', 'matches')} of {_plural(self.n_selected, 'selected cell')}"
        shown = f", the first {SHOWN_ROWS} shown" if len(self) > SHOWN_ROWS else ""
        return f"{counted}. {self.reason}" if self.reason else counted + shown

    def __repr__(self) -> str:
        shown = self.head(SHOWN_ROWS)
        return match_table.as_text(self._summary(), self.COLUMNS, shown, shown.text)

    def _repr_html_(self) -> str:
        shown = self.head(SHOWN_ROWS)
        return match_table.as_html(self._summary(), self.COLUMNS, shown, shown.text)


def _as_row(key: SupportsIndex) -> int:
    if not isinstance(key, bool | np.bool_):
        try:
            return operator.index(key)
        except TypeError:
            pass
    raise TypeError(f"matches are indexed by an int, a slice or the name of a column; got {type(key).__name__}")


def _frozen(column: Ints) -> Ints:
    column.flags.writeable = False
    return column


def _texts(words: list[str]) -> NDArray[Any]:
    texts = np.empty(len(words), object)
    texts[:] = words
    return texts


def _unpickled(
    columns: tuple[Ints, ...], n_selected: int, counts: Counts, reason: str, text: list[str] | None
) -> Matches:
    matches = Matches(*columns, n_selected=n_selected, count=lambda *_: counts, reason=reason)
    matches.counts()
    matches._text = None if text is None else _texts(text)  # noqa: SLF001  (of our own class)
    return matches


def _plural(count: int, one: str, several: str | None = None) -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
