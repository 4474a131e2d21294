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
from lstmvis_widget.work.internal import for_the_package
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
    """One match: a range of time steps, and how similar its on cells are to the selected cells.

    Attributes
    ----------
    start, stop : int
        The half-open range [start, stop).
    length : int
        ``stop − start``, in steps.
    overlap : int
        ``|S1 ∩ S2|``: how many of the selected cells S1 follow the pattern there.
    union : int
        ``|S1 ∪ S2|``: how many cells are selected, or follow the pattern there.

    Examples
    --------
    A match has names for its numbers, and can be the next selection:

    >>> from lstmvis_widget import StateExplorer
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
    >>> best = explorer.matches[0]
    >>> best
    Match(start=1678, stop=1681, length=3, overlap=16, union=16)
    >>> " ".join(explorer.tokens[best.start : best.stop])
    'a little bottle'
    >>> explorer.selection = explorer.matches[1]  # go on from the second best
    """

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
        ``|S1 ∩ S2|``, 1 … ``|S1|``.
    union : ndarray of int64, shape (n,)
        ``|S1 ∪ S2|``; ``union − n_selected`` additional cells are on.
    n_selected : int
        ``|S1|``.
    reason : str
        Why there are no matches; "" where there are some, or where the reason isn't known.
    origin : RankingArguments or None
        The arguments of the ranking; None where nothing was ranked.

    Examples
    --------
    The best match is the selection itself. The next ones begin a noun phrase in the same way:

    >>> from lstmvis_widget import StateExplorer
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
    >>> matches = explorer.matches
    >>> matches[:4]
    4 matches of 16 selected cells
        start     stop   length  overlap    union  text
         1678     1681        3       16       16  a little bottle
        10103    10105        2       15       32  an excellent
          283      285        2       15       33  a large
        10256    10258        2       15       35  a little
    >>> matches[0].overlap, matches["overlap"].min(), matches.n_selected
    (16, np.int64(14), 16)
    >>> matches["text"][1]
    'an excellent'
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
    @for_the_package
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
        """The first ``n`` matches, or all if there are fewer.

        Parameters
        ----------
        n : int, default 10
            How many, at least 0.

        Returns
        -------
        Matches
            With the counts of all.

        Examples
        --------
        The best matches of "said the" are other places with the same words:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(5470, 5472))
        >>> explorer.matches.head(3)
        3 matches of 34 selected cells
            start     stop   length  overlap    union  text
             5470     5472        2       34       34  said the
             5554     5556        2       34       35  said the
             5648     5650        2       33       37  said the
        """
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

        Examples
        --------
        What is like "Oh dear"?

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(158, 160))
        >>> explorer.matches.text[:5]
        ['Oh dear', 'oh dear', 'Oh dear', 'Miss Alice', 'Oh my']
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
        """The same matches, with their words.

        Parameters
        ----------
        tokens : sequence of T str
            The tokens of the text that they were ranked over.

        Returns
        -------
        Matches
            The same rows, with a column `text`.

        Raises
        ------
        ValueError
            A match ends after the last token.

        Examples
        --------
        `rank_matches` knows no words. With the tokens, its result has a column of them:

        >>> from lstmvis_widget import rank_matches
        >>> states = [[1, 0], [1, 1], [0, 0], [1, 1], [0, 1]]
        >>> matches = rank_matches(states, [0, 1], 0.5)
        >>> matches.text is None
        True
        >>> matches.with_tokens(["the", "old", "cat", "sat", "down"])
        4 matches of 2 selected cells
            start     stop   length  overlap    union  text
                1        2        1        2        2  old
                3        4        1        2        2  sat
                0        2        2        1        2  the old
                3        5        2        1        2  sat down
        """
        if len(self) and len(tokens) < self.stop.max():
            raise ValueError(f"the matches reach to step {self.stop.max()}; there are {len(tokens)} tokens")
        matches = self[:]
        matches._tokens, matches._text = tokens, None  # noqa: SLF001  (of our own class)
        return matches

    # -------------------------------------------------------------------- counts

    @property
    @for_the_package
    def known_counts(self) -> Counts | None:
        """The counts over all candidates if they have been computed, else None."""
        return self._counts

    @for_the_package
    def with_counts_of(self, other: Matches) -> Matches:
        """These matches with the counts of ``other``, which are of the same candidates."""
        return self._rows(slice(None), other)

    @for_the_package
    def counted_by(self, count: Callable[[Check, Report], Counts]) -> Matches:
        """These matches, whose candidates ``count`` counts if they haven't been counted."""
        columns = (self.start, self.stop, self.overlap, self.union)
        counted = Matches(*columns, n_selected=self.n_selected, count=count)
        counted._counts = self.known_counts
        return self._rows(slice(None), counted)

    def counts(self, check: Check = never_cancelled, progress: Progress = None) -> Counts:
        """The counts over all candidates: computed once, when first needed, as they can take longer than the matches.

        Parameters
        ----------
        check : callable, optional
            Called now and then; it may raise to end the work, which a later call begins anew.
        progress : bool or callable, optional
            Whether to show a bar, as for `rank_matches`.

        Returns
        -------
        Counts
            ``n_candidates``, ``length_histogram`` and ``full_overlap_length_histogram``, also properties of the
            matches.

        Examples
        --------
        Two ranges of one step and one of two steps share a cell with the selection:

        >>> from lstmvis_widget import rank_matches
        >>> counts = rank_matches([[1, 0], [1, 1], [0, 0], [1, 1]], [0, 1], 0.5).counts()
        >>> counts.n_candidates
        3
        >>> counts.length_histogram
        array([0, 2, 1])
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
        """The number of all candidates, of any length of at least ``min_length``.

        Examples
        --------
        The list holds the best 50, but many more ranges share a cell with the selection:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh", selection=(40, 42))
        >>> len(explorer.matches), explorer.matches.n_candidates
        (50, 5726)
        """
        return self.counts().n_candidates

    def n_candidates_of_length(self, length: int) -> int:
        """The number of candidates of one length, all of which ``length_filter=length`` ranks.

        Parameters
        ----------
        length : int
            In steps, at least 1.

        Returns
        -------
        int
            0 where no candidate is as long.

        Raises
        ------
        TypeError, ValueError
            ``length`` isn't an integer of at least 1.

        Examples
        --------
        How many candidates are exactly as long as the selection?

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
        >>> explorer.matches.n_candidates_of_length(3)
        2124
        """
        histogram = self.length_histogram
        length = checked_int("length", length, 1)
        return int(histogram[length]) if length < len(histogram) else 0

    @property
    def length_histogram(self) -> Ints:
        """Entry L is the number of candidates of length L; shape (longest + 1,).

        Examples
        --------
        The longer the range, the fewer candidates there are:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
        >>> explorer.matches.length_histogram[:8]
        array([   0,    0, 3781, 2124, 1179,  717,  427,  272])
        """
        return self.counts().length_histogram

    @property
    def full_overlap_length_histogram(self) -> Ints:
        """The same, counting only candidates with all selected cells (overlap = ``|S1|``); the same shape.

        Examples
        --------
        The selection alone has all its cells on; nowhere else in the book are they on together:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
        >>> (
        ...     explorer.matches.full_overlap_length_histogram.nonzero()[0],
        ...     explorer.matches.full_overlap_length_histogram.sum(),
        ... )
        (array([3]), np.int64(1))
        """
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

        Examples
        --------
        Of the best 200 matches, 41 overlap a better one:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681), k=200)
        >>> len(explorer.matches), len(explorer.matches.folded())
        (200, 159)
        """
        return self._rows(np.flatnonzero(self.folded_into() == np.arange(len(self))), self)

    def folded_into(self) -> Ints:
        """For each match the row it is folded into: the best kept match that it overlaps, or itself if it is kept.

        Returns
        -------
        int64 array of shape (n,)
            Numbers of rows, 0 … n − 1.

        Examples
        --------
        Rows 2 and 3 overlap a better match each, so they are folded into it:

        >>> from lstmvis_widget import rank_matches
        >>> states = [[1, 0], [1, 1], [0, 0], [1, 1], [0, 1]]
        >>> matches = rank_matches(states, [0, 1], 0.5)
        >>> matches
        4 matches of 2 selected cells
            start     stop   length  overlap    union
                1        2        1        2        2
                3        4        1        2        2
                0        2        2        1        2
                3        5        2        1        2
        >>> matches.folded_into()
        array([0, 1, 0, 1])
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
        by : {"step", "match", "range", "overlap"}
            What is counted: steps in the matches, whole matches, or matches that are (or overlap) a range of the label.
        labels : iterable of str, optional
            Labels to look at; by default all.
        where : array_like of bool, shape (T,), or (track, label), optional
            The steps that count; the track may be the name of one of the explorer.
        against : str or iterable of str, optional
            Labels that each label is held against; by default all others.
        exclude : (int, int), or array_like of int, shape (n, 2), optional
            Leave out matches that overlap this range, or one of these: ``explorer.selection``, or
            ``explorer.selected_ranges``, which were chosen and not found.
        confidence : float, default 0.95
            Level of the interval of the odds ratio, between 0 and 1.
        progress : bool or callable, optional
            Whether to show a bar, as for `rank_matches`.

        Returns
        -------
        pandas.DataFrame
            ``label, share, base_rate, odds_ratio, ci_low, ci_high, p, p_adjusted, count, total``; the smallest p first.
            The function `enrichment` says what they mean.

        Raises
        ------
        ImportError
            pandas or scipy isn't installed.
        TypeError, ValueError
            The track has no labels or not these, or an argument is out of its range.

        Examples
        --------
        Of the words in the matches of "the Mouse", 87 % lie in a noun phrase; of all words, a third:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(4456, 4458))
        >>> table = explorer.matches.enrichment("chunk", exclude=explorer.selection)
        >>> table[["label", "share", "base_rate", "count"]].head(3).round(2)
          label  share  base_rate  count
        0  I-NP   0.39       0.12     36
        1  B-NP   0.48       0.22     45
        2  B-VP   0.05       0.14      5
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
        track : str, Track, or sequence of T labels
            The name of a track of the explorer, or a track, categorical or of zeros and ones.
        by : {"step", "match", "range", "overlap"}
            What is counted, as for `enrichment`.
        labels : iterable of str, optional
            Labels to look at; by default all.
        where : array_like of bool, shape (T,), or (track, label), optional
            The steps that count.
        against : str or iterable of str, optional
            Labels that each label is held against; by default all others.
        exclude : (int, int), or array_like of int, shape (n, 2), optional
            Leave out matches that overlap this range, or one of these.
        n : int, default 200
            Draws of each kind: p can't go below 1 / (n + 1).
        seed : int, default 0
            Of the draws: the same seed gives the same table.
        check : callable, optional
            Called now and then; it may raise to end the work.
        progress : bool or callable, optional
            Whether to show a bar, as for `rank_matches`.

        Returns
        -------
        pandas.DataFrame
            ``label, kind, share, null_mean, null_low, null_high, p, n``. The function `enrichment_null` says what they
            mean. The matches of random cells are ranked with the same arguments as these, for which the states are read
            once more.

        Raises
        ------
        ImportError
            pandas isn't installed.
        TypeError, ValueError
            As for `enrichment`.

        Examples
        --------
        Noun phrases are frequent in these matches. Would they be by chance (the labels rotated), or with other cells?

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(4456, 4458))
        >>> table = explorer.matches.enrichment_null("chunk", labels=["I-NP"], exclude=explorer.selection, n=39)
        >>> table[["kind", "share", "null_mean", "null_high", "p"]].round(3)
               kind  share  null_mean  null_high      p
        0  rotation  0.387      0.125      0.204  0.025
        1     cells  0.387      0.006      0.021  0.025
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
        """The matches as a table, the best first.

        Returns
        -------
        pandas.DataFrame
            With the columns ``start``, ``stop``, ``length``, ``overlap``, ``union`` and, where tokens are known,
            ``text``.

        Raises
        ------
        ImportError
            pandas isn't installed.

        Examples
        --------
        The matches that are as long as the selection, as a table:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(5470, 5473))
        >>> table = explorer.matches.to_pandas()
        >>> table.loc[table["length"] == 3, ["start", "overlap", "text"]].head(3)
           start  overlap             text
        0   5470       24   said the Mouse
        1   5569       24   said the Mouse
        2   9668       24  said the others
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
