"""The result of a match ranking, as columns."""

from __future__ import annotations

import bisect
import html
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported
from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import pandas as pd

    from .ranking_arguments import RankingArguments

Ints = NDArray[np.int64]

CountedUnit = Literal["step", "match", "range"]
"""What `Matches.enrichment` counts."""

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
    """How many candidates there are in all, and of each length; entry L of a histogram counts those of length L."""

    n_candidates: int
    length_histogram: Ints
    full_overlap_length_histogram: Ints


class Matches:
    """Ranges with a similar set of on cells, best first.

    Order: overlap descending, union ascending, length descending, start ascending.

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
    """

    COLUMNS = Match._fields

    def __init__(
        self,
        start: Ints,
        stop: Ints,
        overlap: Ints,
        union: Ints,
        *,
        n_selected: int,
        count: Callable[[Check], Counts],
    ) -> None:
        self.start, self.stop, self.length, self.overlap, self.union = (
            _frozen(column) for column in (start, stop, stop - start, overlap, union)
        )
        self.n_selected = n_selected
        self._count = count
        self._counts: Counts | None = None
        self._counting = threading.Lock()
        self.origin: RankingArguments | None = None
        """The arguments of the ranking; None where nothing was ranked."""

    @classmethod
    def empty(cls) -> Matches:
        """No matches of no cells."""
        none = np.zeros(0, np.int64)
        nothing = Counts(0, np.zeros(1, np.int64), np.zeros(1, np.int64))
        return cls(none, none, none, none, n_selected=0, count=lambda _: nothing)

    @property
    def known_counts(self) -> Counts | None:
        """The counts over all candidates where they have been computed, else None."""
        return self._counts

    def with_counts_of(self, other: Matches) -> Matches:
        """These matches with the counts of ``other``, which are of the same candidates."""
        return self._rows(slice(None), other)

    def _rows(self, rows: Any, counted: Matches) -> Matches:
        columns = (column[rows].copy() for column in (self.start, self.stop, self.overlap, self.union))
        matches = Matches(*columns, n_selected=self.n_selected, count=counted.counts)
        matches._counts = counted.known_counts
        matches.origin = self.origin
        return matches

    def counts(self, check: Check = never_cancelled) -> Counts:
        """The counts over all candidates, which may take longer than the matches; computed once, when first asked for.

        ``check`` is called now and then and may raise to end the work; a later call begins anew.
        """
        with self._counting:
            if self._counts is None:
                self._counts = Counts(*(_frozen(count) for count in self._count(check)))
                del self._count  # it holds the index
            return self._counts

    @property
    def n_candidates(self) -> int:
        """The number of all candidates, of any length of at least ``min_length``."""
        return self.counts().n_candidates

    @property
    def length_histogram(self) -> Ints:
        """Entry L is the number of candidates of length L; shape (longest + 1,)."""
        return self.counts().length_histogram

    @property
    def full_overlap_length_histogram(self) -> Ints:
        """The same among candidates that hold all selected cells (overlap = |S1|); the same shape."""
        return self.counts().full_overlap_length_histogram

    def folded(self) -> Matches:
        """Only the best of matches that overlap each other.

        In the order of the ranking, a match that shares a step with one that was kept before is left out. So each
        match that is left out overlaps a better one of those kept, and those don't overlap each other.

        Returns
        -------
        Matches
            The rows that were kept. Counts and histograms stay those of all candidates.
        """
        return self._rows(np.flatnonzero(self.folded_into() == np.arange(len(self))), self)

    def folded_into(self) -> Ints:
        """The row of the match that each is folded into: the best of the kept ones it overlaps, itself where kept.

        Returns
        -------
        int64 array of shape (n,)
        """
        kept: list[tuple[int, int, int]] = []  # (start, stop, row), disjoint, sorted
        into = np.arange(len(self))
        for row, (start, stop) in enumerate(zip(self.start.tolist(), self.stop.tolist(), strict=True)):
            first = bisect.bisect_right(kept, start, key=lambda each: each[1])
            end = bisect.bisect_left(kept, stop, key=lambda each: each[0])
            if first < end:
                into[row] = min(better for _, _, better in kept[first:end])
            else:
                kept.insert(first, (start, stop, row))
        return into

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, row: int) -> Match:
        return Match(*(int(getattr(self, name)[row]) for name in self.COLUMNS))

    def __iter__(self) -> Iterator[Match]:
        return (self[row] for row in range(len(self)))

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with the columns start, stop, length, overlap, union.

        Raises
        ------
        ImportError
            pandas isn't installed.
        """
        pandas = import_extra("pandas", "analysis", "to_pandas")
        return pandas.DataFrame({name: getattr(self, name) for name in self.COLUMNS})

    def enrichment(
        self, track: Any, *, by: CountedUnit = "step", exclude: tuple[int, int] | None = None, confidence: float = 0.95
    ) -> pd.DataFrame:
        """How often each label of a track occurs in the matches, against its base rate.

        Parameters
        ----------
        track : str, Track, or sequence of T labels
            The name of a track of the explorer, or a track, categorical or of zeros and ones.
        by, exclude, confidence
            As for `enrichment`, which says what the columns mean. ``exclude=explorer.selection`` leaves the
            selection itself out.

        Returns
        -------
        pandas.DataFrame
            ``label, share, base_rate, odds_ratio, ci_low, ci_high, p, p_adjusted, count, total``; the smallest p first.
        """
        from lstmvis_widget.statistics.enrichment import enrichment  # noqa: PLC0415  (above this)

        sequences = None if self.origin is None else self.origin.sequences.lengths
        return enrichment(self, self._track(track), by=by, sequences=sequences, exclude=exclude, confidence=confidence)

    def enrichment_null(
        self,
        track: Any,
        *,
        by: CountedUnit = "step",
        exclude: tuple[int, int] | None = None,
        n: int = 200,
        seed: int = 0,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> pd.DataFrame:
        """The same shares among those that chance brings about: the track turned in time, and other cells.

        Parameters
        ----------
        track, by, exclude
            As for `enrichment`.
        n, seed, check, progress
            As for `enrichment_null`, which says what the columns mean. The matches of random cells are ranked as these
            were; for that the states are read once more.

        Returns
        -------
        pandas.DataFrame
            ``label, kind, share, null_mean, null_low, null_high, p, n``.
        """
        from lstmvis_widget.statistics.null_distributions import enrichment_null, random_matches  # noqa: PLC0415  (above this)

        origin = self.origin
        return enrichment_null(
            self,
            self._track(track),
            by=by,
            sequences=None if origin is None else origin.sequences.lengths,
            exclude=exclude,
            n=n,
            seed=seed,
            random_matches=None if origin is None else random_matches(origin, check=check),
            check=check,
            progress=progress,
        )

    def _track(self, track: Any) -> Any:
        if self.origin is not None:
            return self.origin.track(track)
        if isinstance(track, str):
            raise ValueError(f"these matches know no track {track!r}: none were ranked")  # noqa: TRY004
        return track

    def _summary(self) -> str:
        shown = f", the first {SHOWN_ROWS} shown" if len(self) > SHOWN_ROWS else ""
        return f"{len(self)} matches of {self.n_selected} selected cells{shown}"

    def __repr__(self) -> str:
        rows = [self.COLUMNS, *(map(str, self[row]) for row in range(min(len(self), SHOWN_ROWS)))]
        return "\n".join([self._summary(), *("".join(f"{value:>9}" for value in row) for row in rows)])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in self.COLUMNS)
        body = "".join(
            "<tr>" + "".join(f"<td>{value}</td>" for value in self[row]) + "</tr>"
            for row in range(min(len(self), SHOWN_ROWS))
        )
        return (
            f"<table><caption>{html.escape(self._summary())}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value
