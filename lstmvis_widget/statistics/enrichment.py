"""What labels the matches have, against how frequent these are anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.matching.matches import CountedUnit
from lstmvis_widget.timeline.chunks import PREFIXES, ranges_of
from lstmvis_widget.timeline.labels import Labels, as_labels, runs_of
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import CategoricalTrack
from lstmvis_widget.work.cancelling import never_cancelled
from lstmvis_widget.work.extras import import_extra

from .contingency import Stratum, fisher_p, odds_ratio

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

COUNTED_UNITS = get_args(CountedUnit)

OUTSIDE = "O"
"""What BIO labels call a step outside of all chunks."""


class Found(NamedTuple):
    """Ranges [start, stop) to be judged, such as matches."""

    start: Ints
    stop: Ints


def enrichment(
    matches: Any,
    track: Any,
    *,
    by: CountedUnit = "step",
    sequences: ArrayLike | None = None,
    exclude: tuple[int, int] | None = None,
    confidence: float = 0.95,
    check: Callable[[], None] = never_cancelled,
) -> pd.DataFrame:
    """How often each label occurs in the matches, against its base rate.

    Parameters
    ----------
    matches : Matches, or array_like of int, shape (n, 2)
        Half-open ranges of time steps.
    track : Track or sequence of T labels
        Categorical, or zeros and ones.
    by : {"step", "match", "range"}
        What is counted. ``"step"``: the distinct steps that lie in a match. ``"match"``: the matches all of whose steps
        have the label. ``"range"``: the matches that are exactly one of the label's ranges (`ranges_of`), such as a
        noun phrase from its first to its last word; of BIO labels the rows are the kinds of phrase.
    sequences : array_like of int, optional
        Lengths of the sequences. Only for ``"match"`` and ``"range"``, whose base rate is that of all ranges, within
        one sequence, of the same lengths as the matches.
    exclude : (int, int), optional
        Matches that overlap this range are left out, such as the selection, which was not found but made.
    confidence : float, default 0.95
        Of the interval of the odds ratio.
    check : callable, optional
        Called on the way; it may raise to end the work.

    Returns
    -------
    pandas.DataFrame
        One row a label, the smallest p first:

        - ``label``;
        - ``share``, 0…1: of the steps or matches that have it; ``count`` of ``total``;
        - ``base_rate``, 0…1: of all steps, or of all ranges of the matches' lengths (in the same mixture);
        - ``odds_ratio``, with ``ci_low`` and ``ci_high``: the odds of the label inside the matches over those
          outside, Mantel-Haenszel over the lengths;
        - ``p``: one-sided, Fisher's exact test (over several lengths its stratified form);
        - ``p_adjusted``: for the number of labels, after Benjamini and Hochberg.

        Neighbouring steps are alike and matches are chosen, so that p alone says little: `enrichment_null` compares
        with what chance makes of the same annotation.

    Raises
    ------
    ImportError
        pandas or scipy isn't installed.
    TypeError, ValueError
        The track has no labels, or another number of steps than it should.

    References
    ----------
    R. A. Fisher: Statistical methods for research workers (1934), section 21.02.
    N. Mantel, W. Haenszel: Statistical aspects of the analysis of data from retrospective studies of disease (1959).
    Y. Benjamini, Y. Hochberg: Controlling the false discovery rate (1995).
    """
    pandas = import_extra("pandas", "analysis", "enrichment")
    stats = import_extra("scipy.stats", "analysis", "enrichment")
    counting = counting_of(track, by, sequences)
    found = without(as_found(matches), exclude)
    counting.check(found)
    rows = []
    for label, strata in counting.strata(found):
        check()
        count, total = sum(each.hits for each in strata), sum(each.inside for each in strata)
        weights = sum(each.inside * each.labelled / each.total for each in strata if each.total)
        share, base = (count / total, weights / total) if total else (np.nan, np.nan)
        ratio = odds_ratio(strata, confidence) if total else (np.nan,) * 3
        rows.append((label, share, base, *ratio, fisher_p(strata) if total else 1.0, count, total))
    columns = ["label", "share", "base_rate", "odds_ratio", "ci_low", "ci_high", "p", "count", "total"]
    table = pandas.DataFrame(rows, columns=columns)
    adjusted = stats.false_discovery_control(table["p"]) if len(table) else table["p"]
    table.insert(7, "p_adjusted", adjusted)
    return table.sort_values(["p", "odds_ratio", "label"], ascending=[True, False, True], ignore_index=True)


def as_found(matches: Any) -> Found:
    """The ranges of ``matches``."""
    if hasattr(matches, "start") and hasattr(matches, "stop"):
        return Found(np.asarray(matches.start, np.int64), np.asarray(matches.stop, np.int64))
    ranges = np.asarray(matches, np.int64).reshape(-1, 2)
    return Found(ranges[:, 0], ranges[:, 1])


def without(found: Found, exclude: tuple[int, int] | None) -> Found:
    """Those that don't overlap ``exclude``."""
    if exclude is None:
        return found
    kept = (found.stop <= exclude[0]) | (found.start >= exclude[1])
    return Found(found.start[kept], found.stop[kept])


class Counting:
    """Counts labels in ranges; each kind of unit has a class."""

    names: tuple[str, ...]

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        self.labels = labels
        self.sequences = sequences
        self.names = labels.names

    @property
    def steps(self) -> int:
        """T."""
        return len(self.labels.codes)

    def check(self, found: Found) -> None:
        """Refuse ranges that don't lie within the track."""
        if len(found.stop) and (found.start.min() < 0 or found.stop.max() > self.steps):
            raise ValueError(f"the matches reach beyond the {self.steps} time steps of the track")

    def inside(self, found: Found) -> int:
        """How many units are inside."""
        raise NotImplementedError

    def hits(self, found: Found) -> Ints:
        """For each name how many units inside have that label."""
        raise NotImplementedError

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        """For each name the counts inside and in all, of each stratum."""
        raise NotImplementedError


# ruff: noqa: D102  (the methods below do what the class above says)


class Steps(Counting):
    """The distinct steps in the ranges."""

    def inside(self, found: Found) -> int:
        return int(covered(found, self.steps).sum())

    def hits(self, found: Found) -> Ints:
        codes = self.labels.codes[covered(found, self.steps)]
        return np.bincount(codes[codes >= 0], minlength=len(self.names))

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        inside, codes = self.inside(found), self.labels.codes
        labelled = np.bincount(codes[codes >= 0], minlength=len(self.names))
        for name, hits, all_of_it in zip(self.names, self.hits(found).tolist(), labelled.tolist(), strict=True):
            yield name, [Stratum(hits, inside, all_of_it, self.steps)]


class _Ranges(Counting):
    """Whole ranges, each length a stratum."""

    def places(self, length: int) -> int:
        """How many ranges of this length there are."""
        return int(np.maximum(self.sequences.lengths - length + 1, 0).sum())

    def which(self, found: Found) -> Ints:
        """For each range the place of its name, −1 for none."""
        raise NotImplementedError

    def labelled(self, length: int) -> Ints:
        """For each name how many ranges of this length have it."""
        raise NotImplementedError

    def inside(self, found: Found) -> int:
        return len(found.start)

    def hits(self, found: Found) -> Ints:
        names = self.which(found)
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


class WholeMatches(_Ranges):
    """Ranges all of whose steps have the label."""

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        super().__init__(labels, sequences)
        self._runs = runs_of(labels.codes, sequences)

    def which(self, found: Found) -> Ints:
        run = np.searchsorted(self._runs.start, found.start, side="right") - 1
        return np.where(self._runs.stop[run] >= found.stop, self._runs.code[run], -1)

    def labelled(self, length: int) -> Ints:
        named = self._runs.code >= 0
        room = np.maximum(self._runs.stop - self._runs.start - length + 1, 0)[named]
        return np.bincount(self._runs.code[named], weights=room, minlength=len(self.names)).astype(np.int64)


class WholeRanges(_Ranges):
    """Ranges that are exactly one of a label's."""

    def __init__(self, labels: Labels, sequences: Sequences) -> None:
        super().__init__(labels, sequences)
        track = CategoricalTrack([labels.names[code] if code >= 0 else None for code in labels.codes.tolist()])
        self.names = tuple(dict.fromkeys(_kind(name) for name in labels.names if name != OUTSIDE))
        self._ranges = [ranges_of(track, name, sequences=sequences.lengths) for name in self.names]
        self._of = [dict(ranges.tolist()) for ranges in self._ranges]

    def which(self, found: Found) -> Ints:
        names = np.full(len(found.start), -1, np.int64)
        for row, (start, stop) in enumerate(zip(found.start.tolist(), found.stop.tolist(), strict=True)):
            names[row] = next((i for i, stops in enumerate(self._of) if stops.get(start) == stop), -1)
        return names

    def labelled(self, length: int) -> Ints:
        return np.array([(ranges[:, 1] - ranges[:, 0] == length).sum() for ranges in self._ranges], np.int64)


def _kind(label: str) -> str:
    """NP for B-NP; other labels are their own kind."""
    prefix, dash, kind = label.partition("-")
    return kind if dash and prefix in PREFIXES else label


def counting_of(track: Any, by: CountedUnit, sequences: ArrayLike | None) -> Counting:
    """What counts the labels of ``track`` by step, match or range."""
    if by not in COUNTED_UNITS:
        raise ValueError(f"by must be one of {', '.join(map(repr, COUNTED_UNITS))}; got {by!r}")
    labels = as_labels(track)
    lengths = Sequences.of(sequences, len(labels.codes))
    if by == "step":
        return Steps(labels, lengths)
    return WholeMatches(labels, lengths) if by == "match" else WholeRanges(labels, lengths)


def covered(found: Found, steps: int) -> NDArray[np.bool_]:
    """Which of the steps lie in a range."""
    change = np.zeros(steps + 1, np.int64)
    np.add.at(change, found.start, 1)
    np.add.at(change, found.stop, -1)
    return np.cumsum(change[:-1]) > 0
