"""How frequent labels are in the matches, against their base rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.matching.folding import folded_into
from lstmvis_widget.matching.matches import CountedUnit, Match
from lstmvis_widget.timeline.chunks import PREFIXES, ranges_of
from lstmvis_widget.timeline.labels import MISSING, Labels, as_labels, runs_of
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import CategoricalTrack
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .contingency import Stratum, fisher_p, odds_ratio
from .explored import matches_explored

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

COUNTED_UNITS = get_args(CountedUnit)

OUTSIDE = "O"
"""The label of a step outside of all chunks, among BIO labels."""


class Found(NamedTuple):
    """Ranges [start, stop) to count labels in, such as matches."""

    start: Ints
    stop: Ints

    def rows(self, rows: Any) -> Found:
        """Some of the ranges: a slice, row numbers, or a mask."""
        return Found(self.start[rows], self.stop[rows])


def enrichment(
    matches: Any,
    track: Any,
    *,
    by: CountedUnit = "step",
    sequences: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    confidence: float = 0.95,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """How often each label occurs in the matches, against its base rate.

    Parameters
    ----------
    matches : Matches, explorer, or array_like of int, shape (n, 2)
        Half-open ranges of time steps, the best first. A range that is given more than once counts once. Matches know
        the sequences that they were ranked in, an explorer stands for its matches.
    track : Track, sequence of T labels, or str
        Categorical, zeros and ones, or whole numbers. A name is that of a track of the explorer, or of the explorer
        that the matches are from.
    by : {"step", "match", "range"}
        The unit that is counted. ``"step"``: the distinct steps in the matches; steps without a label, None in the
        track, aren't counted. ``"match"``: whole matches; one has a label if all its steps have it. ``"range"``: whole
        matches; one has a label if it is exactly one of the label's ranges (`ranges_of`), such as a noun phrase from
        its first to its last word. With BIO labels the rows are the kinds of phrase.
    sequences : array_like of int, optional
        Lengths of the sequences. Needed for ``"match"`` and ``"range"`` only: their base rate is taken over all ranges
        within a sequence that are as long as the matches.
    exclude : (int, int), or array_like of int, shape (n, 2), optional
        Leave out matches that overlap this range, or one of these, such as the selection, which was chosen and not
        found.
    confidence : float, default 0.95
        Level of the confidence interval of the odds ratio, between 0 and 1.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each label, the smallest p first:

        - ``label``;
        - ``share``, 0…1: the share of the steps or matches that have the label; ``count`` of ``total``;
        - ``base_rate``, 0…1: the same share of all steps, or of all ranges with the lengths of the matches (in the same
          mixture);
        - ``odds_ratio``, with ``ci_low`` and ``ci_high``: the odds of the label in the matches divided by the odds
          outside, by Mantel and Haenszel over the lengths;
        - ``p``: one-sided, by Fisher's exact test (its stratified form over several lengths);
        - ``p_adjusted``: adjusted for the number of labels, after Benjamini and Hochberg.

        Matches that share steps share their labels, so that several tell little more than one. Hence odds ratio and
        interval of whole matches are those of the matches that don't overlap a better one (as `Matches.folded` keeps
        them), and p is never below theirs; ``share`` and ``count`` are of all.

        p takes labels as dealt to steps at random. It says little where neighbouring steps are alike, or a sequence has
        its label throughout. `enrichment_null` keeps that, and gives a p that holds.

    Raises
    ------
    ImportError
        pandas or scipy isn't installed.
    TypeError, ValueError
        The track has no labels, or the matches aren't ranges of its steps; with ``"match"`` and ``"range"``, one
        crosses the end of a sequence.

    References
    ----------
    R. A. Fisher: Statistical methods for research workers (1934), section 21.02.
    N. Mantel, W. Haenszel: Statistical aspects of the analysis of data from retrospective studies of disease (1959).
    Y. Benjamini, Y. Hochberg: Controlling the false discovery rate (1995).
    """
    pandas = import_extra("pandas", "analysis", "enrichment")
    stats = import_extra("scipy.stats", "analysis", "enrichment")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, such as 0.95; got {confidence!r}")
    matches, track, sequences = matches_explored(matches, track, sequences)
    counting = counting_of(track, by, sequences)
    found = counting.found(matches, exclude)
    rows: list[tuple[Any, ...]] = []
    with shown(progress, "counting labels") as report:
        alone = counting.strata(counting.independent(found))
        for (label, strata), (_, independent) in zip(counting.strata(found), alone, strict=True):
            check()
            report(len(rows) / len(counting.names))
            rows.append((label, *_counted(strata, independent, confidence)))
    columns = ["label", "share", "base_rate", "odds_ratio", "ci_low", "ci_high", "p", "count", "total"]
    table = pandas.DataFrame(rows, columns=columns)
    adjusted = stats.false_discovery_control(table["p"]) if len(table) else table["p"]
    table.insert(7, "p_adjusted", adjusted)
    return table.sort_values(["p", "odds_ratio", "label"], ascending=[True, False, True], ignore_index=True)


def _counted(strata: list[Stratum], independent: list[Stratum], confidence: float) -> tuple[float, ...]:
    """The numbers of a label's row, from its counts in all matches and in those that don't overlap a better one."""
    count, total = sum(each.hits for each in strata), sum(each.inside for each in strata)
    weights = sum(each.inside * each.labelled / each.total for each in strata if each.total)
    share, base = (count / total, weights / total) if total else (np.nan, np.nan)
    ratio = odds_ratio(independent, confidence) if total else (np.nan,) * 3
    p = max(fisher_p(strata), fisher_p(independent)) if total else 1.0
    return share, base, *ratio, p, count, total


def as_found(matches: Any) -> Found:
    """The ranges of `Matches`, of one or more `Match`, of a table with these columns, or of an array (n, 2)."""
    if hasattr(matches, "start") and hasattr(matches, "stop"):
        return Found(*(np.atleast_1d(np.asarray(each, np.int64)) for each in (matches.start, matches.stop)))
    rows = list(matches)
    given = np.asarray([row[:2] for row in rows] if rows and isinstance(rows[0], Match) else rows)
    if given.size == 0:
        given = np.zeros((0, 2), np.int64)
    elif given.shape == (2,):
        given = given[None]
    if given.ndim != 2 or given.shape[1] != 2 or given.dtype.kind not in "iu":
        raise ValueError(
            f"matches must be ranges, pairs of integers (start, stop); got shape {given.shape} of {given.dtype}"
        )
    return Found(*given.T.astype(np.int64))


def without(found: Found, exclude: ArrayLike | None) -> Found:
    """The ranges that don't overlap ``exclude``, a range or several."""
    if exclude is None:
        return found
    first, end = (np.sort(each) for each in as_found(exclude))
    # Of the ranges that begin before a match ends, all have to end before it begins.
    return found.rows(np.searchsorted(first, found.stop) == np.searchsorted(end, found.start, side="right"))


class Counting:
    """Counts labels in ranges; a subclass for each kind of unit."""

    names: tuple[str, ...]

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        self.labels = labels
        self.sequences = sequences
        self.names = labels.names

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return len(self.labels.codes)

    def found(self, matches: Any, exclude: ArrayLike | None) -> Found:
        """The distinct ranges of ``matches`` that don't overlap ``exclude``, the first of equal ones first.

        Raises
        ------
        ValueError
            They don't lie within the track, or not in a sequence.
        """
        given = as_found(matches)
        self.check(given)
        kept = without(given, exclude)
        _, first = np.unique(np.stack(kept, axis=1), axis=0, return_index=True)
        return kept.rows(np.sort(first))

    def check(self, found: Found) -> None:
        """Refuse ranges that aren't ranges of the track's steps."""
        wrong = (found.start < 0) | (found.start >= found.stop) | (found.stop > self.steps)
        if wrong.any():
            start, stop = (int(each[wrong.argmax()]) for each in found)
            raise ValueError(
                f"matches must be ranges [start, stop), start < stop, of the {self.steps} time steps of the track; got "
                f"[{start}, {stop})"
            )

    def independent(self, found: Found) -> Found:
        """The ranges whose units count as independent of each other."""
        return found

    def inside(self, found: Found) -> int:
        """How many units the ranges have."""
        raise NotImplementedError

    def hits(self, found: Found) -> Ints:
        """For each name, how many units of the ranges have that label."""
        raise NotImplementedError

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        """Each name with its counts in each stratum."""
        raise NotImplementedError


# ruff: noqa: D102  (the methods below are those of the class above)


class Steps(Counting):
    """Counts the distinct steps in the ranges that have a label."""

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        super().__init__(labels, sequences)
        self.counted = labels.codes != MISSING

    def inside_of(self, found: Found) -> NDArray[np.bool_]:
        """Which steps lie in the ranges, and have a label."""
        inside: NDArray[np.bool_] = covered(found, self.steps) & self.counted
        return inside

    def inside(self, found: Found) -> int:
        return int(self.inside_of(found).sum())

    def hits(self, found: Found) -> Ints:
        codes = self.labels.codes[self.inside_of(found)]
        return np.bincount(codes[codes >= 0], minlength=len(self.names))

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        inside, codes, total = self.inside(found), self.labels.codes, int(self.counted.sum())
        labelled = np.bincount(codes[codes >= 0], minlength=len(self.names))
        for name, hits, all_of_it in zip(self.names, self.hits(found).tolist(), labelled.tolist(), strict=True):
            yield name, [Stratum(hits, inside, all_of_it, total)]


class Ranges(Counting):
    """Counts whole ranges, in a stratum for each length."""

    def check(self, found: Found) -> None:
        super().check(found)
        if not len(found.start):
            return
        _, end = self.sequences.around(found.start)
        if (found.stop > end).any():
            row = int((found.stop > end).argmax())
            raise ValueError(
                f"the match [{found.start[row]}, {found.stop[row]}) crosses the end of a sequence, at {end[row]}. "
                'Whole matches lie in one; count steps instead, by="step", or give other sequences'
            )

    def independent(self, found: Found) -> Found:
        return found.rows(folded_into(*found) == np.arange(len(found.start)))

    def places(self, length: int) -> int:
        """How many ranges of this length there are."""
        return int(np.maximum(self.sequences.lengths - length + 1, 0).sum())

    def names_of(self, found: Found) -> Ints:
        """For each range the number of its name, −1 for none."""
        raise NotImplementedError

    def names_if_same(self, code: int, found: Found) -> Ints:
        """The same as `names_of` if the sequence of each range had the label of this code throughout."""
        raise NotImplementedError

    def labelled(self, length: int) -> Ints:
        """For each name, how many ranges of this length have it."""
        raise NotImplementedError

    def inside(self, found: Found) -> int:
        return len(found.start)

    def hits(self, found: Found) -> Ints:
        names = self.names_of(found)
        return np.bincount(names[names >= 0], minlength=len(self.names))

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        lengths = found.stop - found.start
        parts = []
        for length in np.unique(lengths).tolist():
            these = lengths == length
            hits = self.hits(Found(found.start[these], found.stop[these]))
            parts.append((hits, int(these.sum()), self.labelled(length), self.places(length)))
        for i, name in enumerate(self.names):
            yield name, [Stratum(int(hits[i]), inside, int(all_[i]), total) for hits, inside, all_, total in parts]


class WholeMatches(Ranges):
    """A range has the label that all its steps have."""

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        super().__init__(labels, sequences)
        self._runs = runs_of(labels.codes, sequences)

    def names_of(self, found: Found) -> Ints:
        run = np.searchsorted(self._runs.start, found.start, side="right") - 1
        return np.where(self._runs.stop[run] >= found.stop, self._runs.code[run], -1)

    def names_if_same(self, code: int, found: Found) -> Ints:
        return np.full(len(found.start), code)

    def labelled(self, length: int) -> Ints:
        named = self._runs.code >= 0
        room = np.maximum(self._runs.stop - self._runs.start - length + 1, 0)[named]
        return np.bincount(self._runs.code[named], weights=room, minlength=len(self.names)).astype(np.int64)


class WholeRanges(Ranges):
    """A range has the label of which it is exactly one range."""

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        super().__init__(labels, sequences)
        self.names = tuple(dict.fromkeys(_kind(name) for name in labels.names if name != OUTSIDE))
        track = CategoricalTrack([labels.names[code] if code >= 0 else None for code in labels.codes.tolist()])
        there = {_kind(name) for name in track.labels}
        nowhere = np.zeros((0, 2), np.int64)
        self._ranges = [
            ranges_of(track, name, sequences=sequences.lengths) if name in there else nowhere for name in self.names
        ]
        self._of = [dict(ranges.tolist()) for ranges in self._ranges]

    def names_of(self, found: Found) -> Ints:
        names = np.full(len(found.start), -1, np.int64)
        for row, (start, stop) in enumerate(zip(found.start.tolist(), found.stop.tolist(), strict=True)):
            names[row] = next((i for i, stops in enumerate(self._of) if stops.get(start) == stop), -1)
        return names

    def names_if_same(self, code: int, found: Found) -> Ints:
        same = Labels(self.labels.names, np.full(self.steps, code))
        return WholeRanges(same, self.sequences).names_of(found)

    def labelled(self, length: int) -> Ints:
        return np.array([(ranges[:, 1] - ranges[:, 0] == length).sum() for ranges in self._ranges], np.int64)


def _kind(label: str) -> str:
    """``NP`` of ``B-NP``; any other label itself."""
    prefix, dash, kind = label.partition("-")
    return kind if dash and prefix in PREFIXES else label


def counting_of(track: Any, by: CountedUnit, sequences: ArrayLike | None) -> Counting:
    """The counting of the labels of ``track`` by step, match or range."""
    if by not in COUNTED_UNITS:
        raise ValueError(f"by must be one of {', '.join(map(repr, COUNTED_UNITS))}; got {by!r}")
    labels = as_labels(track)
    lengths = Sequences.of(sequences, len(labels.codes))
    if by == "step":
        return Steps(labels, lengths)
    return WholeMatches(labels, lengths) if by == "match" else WholeRanges(labels, lengths)


def covered(found: Found, steps: int) -> NDArray[np.bool_]:
    """Which of the steps lie in a range; shape (steps,)."""
    change = np.zeros(steps + 1, np.int64)
    np.add.at(change, found.start, 1)
    np.add.at(change, found.stop, -1)
    return np.cumsum(change[:-1]) > 0
