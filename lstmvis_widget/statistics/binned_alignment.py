"""The alignment of cells with labels over many steps: values are counted in bins, in two passes over the states."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part

from .aligning import SIGNS, Alignment, Counts, Dealing, Floats, Ints, Measures, Rules, auc_of, greatest, measures_of
from .bin_counts import Counted, bin_of_each, counted_in_bins, ranks_of_bins
from .binned_rows import CACHED_VALUES, Rows, Turned, Values, in_blocks, turned_at_once
from .counted_rows import CountedRows, CountedSteps

DRAWN_VALUES = 2**21
"""Values that labels dealt anew take at once; after so many it may be cancelled."""

RANKED_BYTES = 2**26
"""Bytes of ranks that are held at once, where the rows are."""

FIRST, ONLY = 0.8, 0.97
"""Share of the work that is done after the first pass if there is a second one, and if not."""


def binned_alignment(asked: Alignment, check: Check, progress: Report) -> Measures:
    """The measures of all cells, with their values in bins.

    In the first pass the values of each cell are sorted, as many steps at once as fit into memory, and each bin counts
    its steps, and those with each label. That tells the AUC, equal bins being ties, and for each label the bin from
    which on, up or down, a cell is best on; the least or greatest value of that bin is the threshold. The second pass,
    which only held-out steps and draws need, judges the thresholds and sums the ranks of labels that are dealt anew.

    Parameters
    ----------
    asked : Alignment
        At least one cell, and one counted step.
    check : callable
        Called before each block; it may raise to end the work.
    progress : callable
    """
    first = ONLY if asked.dealing is None and not asked.held_out else FIRST
    counted = counted_in_bins(asked, check, part(progress, 0, first))
    return _Second(*counted).measures(check, part(progress, first, 1))


class _Second:
    """The measures, from the counts in bins and, for held-out steps and draws, a second pass."""

    def __init__(self, rows: Rows, counted: Counted) -> None:
        self._asked, self._rows, self._counted = rows.asked, rows, counted
        shape = len(rows.asked.cells), rows.asked.names
        self._fitted = rows.asked.labelled(slice(0, rows.asked.fitted))
        self._tested = rows.asked.labelled(slice(rows.asked.fitted, None))
        self._auc, self._auc_held_out = np.zeros((2, *shape))
        self._rules = Rules.none(*shape)

    def measures(self, check: Check, progress: Report) -> Measures:
        """The measures by name, and ``greatest`` of the draws; see `sorted_alignment`."""
        asked, fitted = self._asked, self._asked.fitted
        in_blocks(list(blocks_of(len(self._auc), 1)), self._take_best, check, part(progress, 0, 0.1))
        measures = measures_of(self._auc, self._rules, self._fitted, fitted)
        upto = 0.1 + 0.9 * fitted / len(asked.counted)
        if asked.dealing is not None:
            measures["greatest"] = self._dealt(asked.dealing, check, part(progress, 0.1, upto))
        if asked.held_out:
            counts = self._judged(check, part(progress, upto, 1))
            f1 = np.where(np.isnan(measures["f1"]), np.nan, counts.f1)
            measures |= {"auc_held_out": self._auc_held_out, "f1_held_out": f1}
        return measures

    def _take_best(self, cell: int, _: int, __: Check) -> None:
        """Find the AUC of a cell for each label, and its best threshold."""
        names, counts = self._asked.names, self._counted.counts[cell]
        ranks = ranks_of_bins(counts[: names + 1])[0]
        sums = _rank_sums(counts[1 : names + 1], ranks)
        self._auc[cell] = auc_of(sums, self._fitted, self._asked.fitted)[0]
        if self._asked.held_out:
            ranks, held_out = ranks_of_bins(counts[names + 1 :])
            sums = _rank_sums(counts[names + 2 :], ranks)
            self._auc_held_out[cell] = auc_of(sums, self._tested, int(held_out.sum()))[0]
        known = counts[: names + 1].copy()
        known[:, self._counted.lowest(cell)] -= self._counted.unknown[cell, : names + 1].astype(known.dtype)
        filled = np.flatnonzero(known.any(axis=0))
        for sign in SIGNS:
            bins = filled[::-sign]
            on = known[:, bins].sum(axis=0, dtype=np.float64).cumsum()
            for name in np.flatnonzero(self._fitted).tolist() if len(bins) else ():
                found, labelled = known[name + 1, bins].cumsum(dtype=np.float64), self._fitted[name]
                place = int((found / (on + labelled)).argmax())
                threshold = float(self._counted.ends[sign][cell, bins[place]])
                self._rules.take_better(
                    cell,
                    name,
                    labelled=labelled,
                    sign=sign,
                    threshold=threshold,
                    hits=int(found[place]),
                    on=int(on[place]),
                )

    def _dealt(self, dealing: Dealing, check: Check, progress: Report) -> Floats:
        """The greatest |AUC − ½| of all cells with labels dealt anew, for each draw and label."""
        asked, counted = self._asked, self._counted
        ranks = np.stack([ranks_of_bins(counts)[0] for counts in counted.counts[:, : asked.names + 1]], axis=1)
        draws = DrawnRanks(dealing, list(dealing.draws()), ranks)
        if asked.states.elsewhere is not None:
            fitted = CountedSteps(asked.counted[: asked.fitted], np.zeros(asked.fitted, np.uint8))
            work = DrawnRanksOfBlock(draws.to_send(), asked.cells, counted.edges)
            found = asked.states.fold(
                work, RankSums.joined, beside=fitted, ranges=fitted.ranges, check=check, progress=progress
            )
            sums = found or draws.nothing()
        else:
            sums = self._dealt_here(draws, check, progress)
        return greatest(auc_of(sums.sums, sums.labelled, asked.fitted))

    def _dealt_here(self, draws: DrawnRanks, check: Check, progress: Report) -> RankSums:
        counted, total, adding = self._counted, draws.nothing(), threading.Lock()
        blocks, one_group = self._rows.blocks(0, self._asked.fitted), np.zeros(len(self._asked.counted), np.int64)
        for turned in self._rows.turned(blocks, one_group, 1, check, progress):
            binned: Values = np.empty(turned.values.shape, np.uint16)

            def find_bins(cell: int, _: int, __: Check, turned: Turned = turned, binned: Values = binned) -> None:
                binned[cell] = bin_of_each(turned.values[cell], counted.edges[cell])

            def add(start: int, stop: int, check: Check, turned: Turned = turned, binned: Values = binned) -> None:
                first = turned.numbers.start
                draws.add(total, slice(first + start, first + stop), binned[:, start:stop].T, check, adding)

            in_blocks(list(blocks_of(len(binned), 1)), find_bins, check, part(turned.progress, 0, 0.5))
            in_blocks(list(blocks_of(binned.shape[1], self._rows.usual)), add, check, part(turned.progress, 0.5, 1))
        return total

    def _judged(self, check: Check, progress: Report) -> Counts:
        """Hits and on steps at the thresholds among the held-out steps."""
        asked, dtype = self._asked, self._rows.dtype
        signs = self._rules.sign.T.astype(dtype)
        judging = Judging(asked.cells, signs, signs * self._rules.threshold.T.astype(dtype), self._fitted > 0)
        tested = slice(asked.fitted, None)
        codes = np.where(asked.codes[tested] >= 0, asked.codes[tested], asked.names)
        beside = CountedSteps(asked.counted[tested], codes, asked.names)
        found = asked.states.fold(
            judging, Hits.joined, beside=beside, ranges=beside.ranges, check=check, progress=progress
        )
        hits, on = found or judging.nothing()
        return Counts(
            hits.T.astype(np.float64),
            on.T.astype(np.float64),
            self._tested[None],
            len(asked.counted) - asked.fitted,
        )


class Hits(NamedTuple):
    """At how many steps the rules say that the labels stand, and at how many of these they do; (names, cells)."""

    hits: Ints
    on: Ints

    def joined(self, other: Hits) -> Hits:
        """With those of other steps."""
        return Hits(self.hits + other.hits, self.on + other.on)


@dataclass(frozen=True)
class Judging:
    """Judges the rules of some cells for labels by a block of rows; ``Hits.joined`` adds those of two blocks.

    Parameters
    ----------
    cells : ndarray of int64
    signs, thresholds : ndarray of float, shape (names, cells)
        On is where the value, times the sign, is ≥ the threshold.
    known : ndarray of bool, shape (names,)
        Which of the labels have rules.
    """

    cells: Ints
    signs: Values
    thresholds: Values
    known: NDArray[np.bool_]

    def nothing(self) -> Hits:
        """Of no steps."""
        return Hits(*np.zeros((2, *self.signs.shape), np.int64))

    def __call__(self, first: int, values: NDArray[Any], counted: CountedRows) -> Hits:
        """Of the counted rows; what stands beside each is the number of its label."""
        hits, on = self.nothing()
        for start, stop in blocks_of(len(values), max(1, CACHED_VALUES // max(1, len(self.cells)))):
            rows, codes, _ = counted.of(first + start, stop - start)
            piece = values[start:stop][rows][:, self.cells].astype(self.signs.dtype, copy=False)
            for name in np.flatnonzero(self.known).tolist():
                is_on = piece * self.signs[name] >= self.thresholds[name]
                hits[name] += is_on[codes == name].sum(axis=0)
                on[name] += is_on.sum(axis=0)
        return Hits(hits, on)


def _rank_sums(counts: NDArray[Any], ranks: Floats) -> Floats:
    """For each group the sum of the ranks of its steps, of shape (groups, 1); without threads of a linear algebra."""
    return np.array([(of_group * ranks).sum() for of_group in counts])[:, None]


class RankSums(NamedTuple):
    """For each draw, the sums of the ranks of the steps that get each label, (draws, names, cells), and how many do."""

    sums: Floats
    labelled: Floats

    def joined(self, other: RankSums) -> RankSums:
        """With those of other steps."""
        return RankSums(self.sums + other.sums, self.labelled + other.labelled)


class DrawnRanks(NamedTuple):
    """Sums the ranks of labels that are dealt anew.

    Attributes
    ----------
    dealing : Dealing
    drawn : list of ndarray
        The arrangements.
    ranks : ndarray of float64, shape (bins, cells)
        Of the steps in each bin.
    """

    dealing: Dealing
    drawn: list[Ints]
    ranks: Floats

    def nothing(self) -> RankSums:
        """Of no steps."""
        shape = len(self.drawn), self.dealing.names
        return RankSums(np.zeros((*shape, self.ranks.shape[1])), np.zeros(shape))

    def to_send(self) -> DrawnRanks:
        """The same in few bytes, for where the rows are."""
        return self._replace(dealing=self.dealing._replace(blocks=self.dealing.blocks.to_send()))

    def add(
        self, total: RankSums, numbers: slice, binned: NDArray[np.uint16], check: Check, adding: threading.Lock
    ) -> None:
        """Add some fitted steps to the sums, given the bins of their values, of shape (steps, cells)."""
        ranks = np.take_along_axis(self.ranks, binned, axis=0)
        places, sizes, ranks = self.dealing.blocks.summed(numbers, ranks)
        together = max(1, DRAWN_VALUES // max(1, len(places) * self.dealing.names))
        for first, end in blocks_of(len(self.drawn), together):
            check()
            has = self.dealing.dealt(self.drawn[first:end], places)
            sums, labelled = has @ ranks, has @ sizes
            with adding:
                total.sums[first:end] += sums
                total.labelled[first:end] += labelled


@dataclass(frozen=True)
class DrawnRanksOfBlock:
    """Sums the ranks of a block of rows with labels dealt anew; ``RankSums.joined`` adds those of two blocks.

    Parameters
    ----------
    draws : DrawnRanks
    cells : ndarray of int64
    edges : ndarray of float, shape (cells, bins − 1)
    """

    draws: DrawnRanks
    cells: Ints
    edges: Values

    def __call__(self, first: int, values: NDArray[Any], counted: CountedRows) -> RankSums:
        """The sums of the counted rows."""
        total = self.draws.nothing()
        at_once = max(1, RANKED_BYTES // max(1, 8 * len(self.cells)))
        for start, stop in blocks_of(len(values), at_once):
            rows, group, numbers = counted.of(first + start, stop - start)
            if not len(group):
                continue
            turned = turned_at_once(values[start:stop][rows][:, self.cells], group, 1, self.edges.dtype)
            binned = np.stack([bin_of_each(*each) for each in zip(turned.values, self.edges, strict=True)], axis=1)
            self.draws.add(total, numbers, binned, never_cancelled, threading.Lock())
        return total
