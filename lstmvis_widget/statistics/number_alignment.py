"""How well each cell goes with the numbers of a track: rank correlation, and the R² of a straight line."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.labels import MISSING, OTHER
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, part

from .aligning import Alignment
from .bin_counts import bin_of_each, counted_in_bins, ranks_of_bins
from .binned_rows import in_blocks
from .counted_rows import CountedSteps
from .dealt_numbers import DealtNumbers, RankCorrelations, codes_of, spread_of_ranks
from .line_fits import Moments, exponents_of
from .number_sums import NumberSums, SummingNumbers
from .rank_sums import midranks
from .rearranging import p_of
from .sorted_alignment import READING, portions_of, read_cells

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST = 0.4
"""Share of the work that the first pass is, where values are put into bins."""


class NumbersAsked(NamedTuple):
    """What is asked: how well cells go with numbers.

    Parameters
    ----------
    states : States
    cells : ndarray of int64
        Sorted.
    values : ndarray of float64, shape (T,)
        The numbers; NaN where none is known, or the step doesn't count.
    sequences : Sequences
    split : int
        From this step on, steps are held out.
    permutations : int
        Draws for the null distribution.
    seed : int
    """

    states: States
    cells: Ints
    values: Floats
    sequences: Sequences
    split: int
    permutations: int
    seed: int


class _Part(NamedTuple):
    """The fitted steps, or the held-out ones: which of the counted steps they are, and how their numbers are dealt."""

    numbers: slice
    dealt: DealtNumbers


class _Found(NamedTuple):
    """What is found on one part of the steps: correlations of shape (arrangements, cells), and moments."""

    rho: Floats
    moments: Moments


def number_alignment(
    asked: NumbersAsked, most_sorted: int, at_once: int, check: Check, progress: Report
) -> dict[str, Floats]:
    """The measures by name, each of shape (cells,).

    Parameters
    ----------
    asked : NumbersAsked
    most_sorted : int
        With more counted steps than this, values are put into bins instead of sorted.
    at_once : int
        Ranks that are held at once, where values are sorted.
    check : callable
        Called before each block is read and before each cell.
    progress : callable
    """
    codes = codes_of(asked.values)[1]
    counted = np.flatnonzero(codes != MISSING)
    known = asked.values[counted]
    size = int(exponents_of(np.abs(known).max(initial=0.0)[None])[0])
    measured = _Measured(asked, counted, known * 2.0**-size, codes)
    if not len(counted) or not len(asked.cells):
        return measured.measures([])
    portions = portions_of(measured.alignment) if len(counted) <= most_sorted else None
    if portions is None:
        return measured.measures([_binned(measured, check, progress)])
    return measured.measures(_sorted(measured, portions, at_once, check, progress))


class _Measured:
    """The counted steps, in parts, and the measures of what is found on these."""

    def __init__(self, asked: NumbersAsked, counted: Ints, numbers: Floats, codes: Ints) -> None:
        fitted = int(np.searchsorted(counted, asked.split))
        self.asked, self.numbers = asked, numbers
        steps = np.arange(len(codes))
        first = np.where(steps < asked.split, codes, MISSING)
        self.parts = [_Part(slice(0, fitted), DealtNumbers(first, asked.sequences, asked.permutations, asked.seed))]
        if asked.split < len(codes):
            rest = DealtNumbers(np.where(steps < asked.split, MISSING, codes), asked.sequences, 0, asked.seed)
            self.parts.append(_Part(slice(fitted, len(counted)), rest))
        self.alignment = Alignment(
            states=asked.states,
            cells=asked.cells,
            counted=counted,
            codes=np.full(len(counted), OTHER),
            names=0,
            fitted=fitted,
            held_out=len(self.parts) > 1,
            dealing=None,
        )

    def moments(self, exponents: Ints) -> list[Moments]:
        """Moments of each part, of as many cells as there are exponents."""
        return [Moments(exponents) for _ in self.parts]

    def measures(self, found: list[list[_Found]]) -> dict[str, Floats]:
        """The measures, given what was found of each portion of the cells on each part."""
        fitted = [each[0] for each in found]
        cells = len(self.asked.cells)
        rho = _joined([each.rho for each in fitted], (len(self.parts[0].dealt), cells), axis=1)
        measures = {"spearman": rho[0], "r2": _joined([each.moments.r2 for each in fitted], (cells,))}
        if len(self.parts) > 1:
            measures["spearman_held_out"] = _joined([rest.rho[0] for _, rest in found], (cells,))
            theirs = [each.moments.r2_on(rest.moments) for each, rest in found]
            measures["r2_held_out"] = _joined(theirs, (cells,))
        if self.asked.permutations:
            strength = np.nan_to_num(np.abs(rho[1:]))
            unknown, observed = np.isnan(rho[0]), np.abs(rho[0])
            best = strength.max(axis=1, initial=0.0)[:, None]
            measures["p"] = np.where(unknown, np.nan, p_of(observed, strength))
            measures["p_max"] = np.where(unknown, np.nan, p_of(observed, best))
        return measures


def _joined(parts: list[Floats], shape: tuple[int, ...], axis: int = 0) -> Floats:
    return np.concatenate(parts, axis=axis) if parts else np.full(shape, np.nan)


def _sorted(
    measured: _Measured, portions: list[tuple[int, int]], at_once: int, check: Check, progress: Report
) -> list[list[_Found]]:
    """What is found with the ranks of all values, a portion of the cells after the other."""
    alignment, found = measured.alignment, []
    total, steps = len(alignment.cells), len(alignment.counted)
    for first, end in portions:
        share = part(progress, first / total, end / total)
        values = read_cells(alignment, alignment.cells[first:end], check, part(share, 0, READING))
        share = part(share, READING, 1)
        for begin, stop in blocks_of(end - first, max(1, at_once // steps)):
            rest = part(share, begin / (end - first), stop / (end - first))
            found.append(_of_cells(measured, values[begin:stop], check, rest))
    return found


def _of_cells(measured: _Measured, values: NDArray[Any], check: Check, progress: Report) -> list[_Found]:
    """What is found of some cells on each part, given their values at the counted steps, of shape (cells, steps)."""
    finite = np.where(np.isfinite(values), values, values.dtype.type(0))
    moments = measured.moments(exponents_of(np.abs(finite.astype(np.float64)).max(axis=1, initial=0.0)))
    found = []
    for number, (each, theirs) in enumerate(zip(measured.parts, moments, strict=True)):
        share = part(progress, number / len(moments), (number + 1) / len(moments))
        ranks, spread = np.empty((each.dealt.steps, len(values))), np.zeros(len(values))
        ranking = _Ranking(values[:, each.numbers], measured.numbers[each.numbers], ranks, spread, theirs)
        if each.dealt.steps:
            in_blocks(list(blocks_of(len(values), 1)), ranking.rank, check, part(share, 0, 0.7))
        correlations = RankCorrelations(each.dealt, spread)
        if each.dealt.steps:
            correlations.add(slice(0, each.dealt.steps), ranks, check)
        found.append(_Found(correlations.found(), theirs))
    return found


class _Ranking(NamedTuple):
    """Ranks the values of some cells, of shape (cells, steps), and takes in their moments with the numbers."""

    values: NDArray[Any]
    numbers: Floats
    ranks: Floats
    spread: Floats
    moments: Moments

    def rank(self, cell: int, _: int, __: Check) -> None:
        """Rank one cell."""
        self.ranks[:, cell] = midranks(self.values[cell])
        self.spread[cell] = self.ranks[:, cell].std()  # exactly 0 where all are alike, of so few steps
        self.moments.add(cell, self.values[cell], self.numbers)


def _binned(measured: _Measured, check: Check, progress: Report) -> list[_Found]:
    """What is found with values in bins, in two passes: the first counts them, the second knows their ranks."""
    rows, counted = counted_in_bins(measured.alignment, check, part(progress, 0, FIRST))
    ends = np.stack([np.where(np.isfinite(each), np.abs(each), 0) for each in counted.ends.values()])
    moments = measured.moments(exponents_of(ends.max(axis=(0, 2))))
    found, one_group = [], np.zeros(len(measured.numbers), np.int64)
    for number, (each, theirs) in enumerate(zip(measured.parts, moments, strict=True)):
        counts = counted.counts[:, number]
        ranks = np.stack([ranks_of_bins(of_cell[None])[0] for of_cell in counts], axis=1)
        correlations = RankCorrelations(each.dealt, np.array([spread_of_ranks(of_cell) for of_cell in counts]))
        first, end = each.numbers.start, each.numbers.stop
        bounds = [FIRST + (1 - FIRST) * place / len(one_group) for place in (first, end)]
        if measured.asked.states.elsewhere is not None:
            summing = SummingNumbers(
                measured.asked.cells, counted.edges, ranks, theirs.exponents, each.dealt.dealt_ranks().drawn()
            )
            sums = _summed_elsewhere(measured, each, summing, check, part(progress, *bounds))
            found.append(_Found(correlations.found(sums.products), sums.moments))
            continue
        for turned in rows.turned(rows.blocks(first, end), one_group, 1, check, part(progress, *bounds)):
            binned = np.empty(turned.values.shape, np.uint16)
            binning = _Binning(turned.values, measured.numbers[turned.numbers], counted.edges, binned, theirs)
            adding = _Adding(binned, ranks, turned.numbers.start - first, correlations)
            in_blocks(list(blocks_of(len(binned), 1)), binning.look_up, check, part(turned.progress, 0, 0.5))
            in_blocks(
                list(blocks_of(turned.values.shape[1], rows.usual)), adding.add, check, part(turned.progress, 0.5, 1)
            )
        found.append(_Found(correlations.found(), theirs))
    return found


def _summed_elsewhere(
    measured: _Measured, each: _Part, summing: SummingNumbers, check: Check, progress: Report
) -> NumberSums:
    """The sums over one part of the steps, made where the rows are."""
    theirs = np.stack([measured.numbers[each.numbers], each.dealt.observed_ranks()], axis=1)
    beside = CountedSteps(measured.alignment.counted[each.numbers], theirs)
    return (
        measured.asked.states.fold(
            summing, NumberSums.joined, beside=beside, ranges=beside.ranges, check=check, progress=progress
        )
        or summing.nothing()
    )


class _Binning(NamedTuple):
    """Looks up the bins of values of shape (cells, steps), and takes in their moments with the numbers."""

    values: NDArray[Any]
    numbers: Floats
    edges: NDArray[Any]
    binned: NDArray[np.uint16]
    moments: Moments

    def look_up(self, cell: int, _: int, __: Check) -> None:
        """Look up those of one cell."""
        self.moments.add(cell, self.values[cell], self.numbers)
        self.binned[cell] = bin_of_each(self.values[cell], self.edges[cell])


class _Adding(NamedTuple):
    """Adds steps to correlations, given the bins of their values, (cells, steps), and the ranks of bins, (bins, cells).

    ``first`` is the number of the first of these steps among those of the part.
    """

    binned: NDArray[np.uint16]
    ranks: Floats
    first: int
    correlations: RankCorrelations

    def add(self, start: int, stop: int, check: Check) -> None:
        """Add some of the steps."""
        ranks = np.take_along_axis(self.ranks, self.binned[:, start:stop].T, axis=0)
        self.correlations.add(slice(self.first + start, self.first + stop), ranks, check)
