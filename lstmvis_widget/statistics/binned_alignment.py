"""The alignment of cells with labels over many steps: values are counted in bins, in two passes over the states."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, part

from .aligning import Alignment, Counts, Dealing, Floats, Ints, Measures, auc_of, greatest, measures_of
from .value_bins import ValueBins, in_order, ordered, working_dtype

USUAL_BINS, MOST_BINS, STEPS_A_BIN = 2**13, 2**15, 8
"""Bins for the values of a cell, unless their counts take too much memory: one for so many steps, within limits."""

FEWEST_BINS = 16

COUNTS_BYTES = 2**30
"""Memory for the counts of all bins."""

BLOCK_BYTES = 32 * 2**20
"""Size of the blocks that are read, about, in bytes of the states."""

SAMPLED_BLOCKS, SAMPLED_STEPS = 4, 1024
"""Blocks that bins are chosen from, spread over all steps, and the most steps of each."""

CACHED_VALUES = 2**15
"""Values that are worked on at once, so that they stay in the cache."""

DRAWN_VALUES = 2**21
"""Values that labels dealt anew take at once; after so many it may be cancelled."""

FIRST = 0.6
"""Share of the work that is done after the first pass."""


def binned_alignment(asked: Alignment, check: Check, progress: Report) -> Measures:
    """The measures of all cells, with their values in bins.

    In the first pass, each bin of each cell counts its steps, and those with each label. That tells the AUC, equal bins
    being ties, and for each label the bin from which on a cell is best on. The second pass finds the least value of
    that bin, which is the threshold, judges it on the held-out steps, and sums the ranks of labels that are dealt anew.

    Parameters
    ----------
    asked : Alignment
        At least one cell, and one counted step.
    check : callable
        Called before each block; it may raise to end the work.
    progress : callable
    """
    counted = _counted_in_bins(asked, check, part(progress, 0, FIRST))
    return _Second(*counted).measures(check, part(progress, FIRST, 1))


class _Rows:
    """Reads the counted steps of some cells block by block, in the precision that bins are chosen in."""

    def __init__(self, asked: Alignment) -> None:
        states = asked.states
        self.asked = asked
        self.dtype = working_dtype(states.dtype)
        row_bytes = max(1, states.shape[1] * states.dtype.itemsize)
        usual = next(iter(states.blocks()))[1]
        self._rows = usual * max(1, BLOCK_BYTES // (usual * row_bytes))

    def blocks(self, first: int, end: int) -> list[tuple[int, int]]:
        """Ranges of steps with all counted steps from number ``first`` up to ``end``; no block has none of them."""
        if first == end:
            return []
        counted = self.asked.counted
        start, stop = int(counted[first]), int(counted[end - 1]) + 1
        blocks = np.array(list(blocks_of(stop - start, self._rows, start)))
        some = np.diff(np.searchsorted(counted, blocks), axis=1)[:, 0] > 0
        return [(begin, stop) for begin, stop in blocks[some].tolist()]

    def read(self, start: int, stop: int) -> tuple[slice, NDArray[Any]]:
        """Which counted steps lie in [start, stop), and their values, of shape (steps, cells)."""
        asked = self.asked
        numbers = slice(*np.searchsorted(asked.counted, [start, stop]).tolist())
        values = asked.states.read(start, stop)
        if numbers.stop - numbers.start < len(values):
            values = values[asked.counted[numbers] - start]
        return numbers, values if len(asked.cells) == values.shape[1] else values[:, asked.cells]

    def pieces(self, values: NDArray[Any]) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Rows and their values, with −∞ for NaN, in pieces that fit the cache. The next piece overwrites one."""
        height = max(1, CACHED_VALUES // values.shape[1])
        buffer = np.empty((min(height, len(values)), values.shape[1]), self.dtype)
        for start, stop in blocks_of(len(values), height):
            piece = buffer[: stop - start]
            np.fmax(values[start:stop], self.dtype.type(-np.inf), out=piece, dtype=self.dtype)
            yield slice(start, stop), piece


def _in_blocks(
    blocks: list[tuple[int, int]], work: Callable[[int, int, Check], None], check: Check, progress: Report
) -> None:
    """Call ``work`` for each block, in threads, with a check for blocks that take long."""
    handed_out = 0

    def before_each() -> None:
        nonlocal handed_out
        check()
        progress(min(1.0, handed_out / max(1, len(blocks))))
        handed_out += 1

    shared = SharedBlocks(iter(blocks), before_each)

    def check_within() -> None:
        check()
        shared.check()

    def run() -> None:
        for start, stop in shared:
            work(start, stop, check_within)

    in_threads(run)


def _counted_in_bins(asked: Alignment, check: Check, progress: Report) -> tuple[_Rows, ValueBins, NDArray[Any]]:
    """The first pass: how many steps each bin has, of shape (cells, groups, bins).

    Group 0 are the fitted steps without any of the labels, group 1 those with the first one, and so on; then the same
    for the held-out steps.
    """
    rows = _Rows(asked)
    blocks = rows.blocks(0, len(asked.counted))
    sampled = sorted({round(place) for place in np.linspace(0, len(blocks) - 1, SAMPLED_BLOCKS)})
    known: dict[tuple[int, int], tuple[slice, NDArray[Any]]] = {}
    for number in sampled:
        check()
        known[blocks[number]] = rows.read(*blocks[number])
    groups = (asked.names + 1) * (2 if asked.held_out else 1)
    group = np.maximum(asked.codes + 1, 0)
    bins = ValueBins(_sample_of(rows, known), _bins_for(len(group), len(asked.cells) * groups))
    group[asked.fitted :] += (asked.names + 1) * asked.held_out
    group *= bins.bins
    counts = np.zeros((len(asked.cells), groups, bins.bins), np.uint32 if len(group) < 2**32 else np.uint64)
    one, adding = counts.dtype.type(1), [threading.Lock() for _ in counts]

    def count(start: int, stop: int, _: Check) -> None:
        sampled_before = (start, stop) in known
        numbers, values = known.pop((start, stop)) if sampled_before else rows.read(start, stop)
        binned = np.empty(values.shape[::-1], np.uint16)
        for inside, piece in rows.pieces(values):
            binned[:, inside] = bins.of(piece).T
        for cell, of_cell in enumerate(binned):
            places = of_cell + group[numbers]
            with adding[cell]:
                np.add.at(counts[cell].reshape(-1), places, one)

    _in_blocks([*known, *(block for block in blocks if block not in known)], count, check, progress)
    return rows, bins, counts


def _bins_for(steps: int, counts: int) -> int:
    """How many bins the values of so many steps are put into, a power of two, if each bin is counted so many times."""
    room = COUNTS_BYTES // (counts * np.dtype(np.uint32).itemsize)
    wanted = max(USUAL_BINS, min(MOST_BINS, steps // STEPS_A_BIN))
    return 1 << int(max(FEWEST_BINS, min(wanted, room))).bit_length() - 1


def _sample_of(rows: _Rows, known: dict[tuple[int, int], tuple[slice, NDArray[Any]]]) -> NDArray[Any]:
    parts = [values[:: max(1, -(-len(values) // SAMPLED_STEPS))] for _, values in known.values()]
    sample = np.concatenate(parts).astype(rows.dtype)
    np.fmax(sample, rows.dtype.type(-np.inf), out=sample)
    return sample


class _Second:
    """The measures, from the counts in bins and a second pass."""

    def __init__(self, rows: _Rows, bins: ValueBins, counts: NDArray[Any]) -> None:
        self._asked, self._rows, self._bins, self._counts = rows.asked, rows, bins, counts
        shape = counts.shape[0], rows.asked.names
        self._fitted = rows.asked.labelled(slice(0, rows.asked.fitted))
        self._tested = rows.asked.labelled(slice(rows.asked.fitted, None))
        self._auc, self._auc_held_out, self._hits, self._on = np.zeros((4, *shape))
        self._best = np.zeros(shape, np.int64)

    def measures(self, check: Check, progress: Report) -> Measures:
        """The measures by name, and ``greatest`` of the draws; see `sorted_alignment`."""
        asked, fitted = self._asked, self._asked.fitted
        _in_blocks(list(blocks_of(len(self._counts), 1)), self._take_best, check, part(progress, 0, 0.1))
        draws = None if asked.dealing is None else _Draws(asked.dealing, fitted, self._ranks())
        keys = self._least(draws, check, part(progress, 0.1, 0.1 + 0.9 * fitted / len(asked.counted)))
        threshold = np.where(self._fitted > 0, in_order(keys).T.astype(np.float64), np.nan)
        measures = measures_of(self._auc, threshold, Counts(self._hits, self._on, self._fitted[None], fitted))
        if asked.held_out:
            counts = self._judged(keys, check, part(progress, 0.1 + 0.9 * fitted / len(asked.counted), 1))
            f1 = np.where(np.isnan(measures["threshold"]), np.nan, counts.f1)
            measures |= {"auc_held_out": self._auc_held_out, "f1_held_out": f1}
        return measures | ({} if draws is None else {"greatest": draws.greatest()})

    def _take_best(self, cell: int, _: int, __: Check) -> None:
        """Find the AUC of a cell for each label, and the bin from which on it is best on."""
        names, counts = self._asked.names, self._counts[cell]
        ranks, sizes = _ranks_of(counts[: names + 1])
        sums = _rank_sums(counts[1 : names + 1], ranks)
        self._auc[cell] = auc_of(sums, self._fitted, self._asked.fitted)[0]
        if self._asked.held_out:
            ranks, held_out = _ranks_of(counts[names + 1 :])
            sums = _rank_sums(counts[names + 2 :], ranks)
            self._auc_held_out[cell] = auc_of(sums, self._tested, int(held_out.sum()))[0]
        filled = np.flatnonzero(sizes)[::-1]
        on = sizes[filled].cumsum(dtype=np.float64)
        for name in np.flatnonzero(self._fitted).tolist():
            found = counts[name + 1, filled].cumsum(dtype=np.float64)
            i = int((found / (on + self._fitted[name])).argmax())
            self._best[cell, name], self._hits[cell, name], self._on[cell, name] = filled[i], found[i], on[i]

    def _ranks(self) -> Floats:
        """The rank of the fitted steps in each bin of each cell; shape (bins, cells)."""
        fitted = self._counts[:, : self._asked.names + 1]
        return np.stack([_ranks_of(counts)[0] for counts in fitted], axis=1)

    def _least(self, draws: _Draws | None, check: Check, progress: Report) -> NDArray[Any]:
        """The key of the least value in the best bin for each label and cell, of shape (names, cells)."""
        begins = self._bins.least(self._best.T)
        most = np.iinfo(begins.dtype).max
        above = np.full(begins.shape, most, begins.dtype)
        taking, names = threading.Lock(), np.flatnonzero(self._fitted).tolist()

        def find(start: int, stop: int, check: Check) -> None:
            numbers, values = self._rows.read(start, stop)
            binned = None if draws is None else np.empty(values.shape, np.uint16)
            for inside, piece in self._rows.pieces(values):
                if binned is not None:
                    binned[inside] = self._bins.of(piece.copy())
                keys = ordered(piece)
                for name in names:
                    # Values below the bin become greater than all others, as unsigned integers wrap round.
                    least = np.subtract(keys, begins[name]).min(axis=0)
                    with taking:
                        np.minimum(above[name], least, out=above[name])
            if draws is not None and binned is not None:
                draws.add(numbers, binned, check)

        _in_blocks(self._rows.blocks(0, self._asked.fitted), find, check, progress)
        above[above == most] = 0
        above += begins
        return above

    def _judged(self, thresholds: NDArray[Any], check: Check, progress: Report) -> Counts:
        """Hits and on steps at these thresholds, given as keys, among the held-out steps."""
        asked = self._asked
        hits, on = np.zeros((2, *thresholds.shape))
        adding, names = threading.Lock(), np.flatnonzero(self._fitted).tolist()

        def judge(start: int, stop: int, _: Check) -> None:
            numbers, values = self._rows.read(start, stop)
            codes = asked.codes[numbers]
            for inside, piece in self._rows.pieces(values):
                keys = ordered(piece)
                for name in names:
                    is_on = keys >= thresholds[name]
                    found = is_on[codes[inside] == name].sum(axis=0), is_on.sum(axis=0)
                    with adding:
                        hits[name] += found[0]
                        on[name] += found[1]

        _in_blocks(self._rows.blocks(asked.fitted, len(asked.counted)), judge, check, progress)
        return Counts(hits.T, on.T, self._tested[None], len(asked.counted) - asked.fitted)


def _ranks_of(counts: NDArray[Any]) -> tuple[Floats, Ints]:
    """The rank of the steps in each bin, and how many there are, from counts of shape (groups, bins)."""
    sizes = counts.sum(0, dtype=np.int64)
    ranks: Floats = np.cumsum(sizes) - (sizes - 1) / 2
    return ranks, sizes


def _rank_sums(counts: NDArray[Any], ranks: Floats) -> Floats:
    """For each group the sum of the ranks of its steps, of shape (groups, 1); without threads of a linear algebra."""
    return np.array([(of_group * ranks).sum() for of_group in counts])[:, None]


class _Draws:
    """Sums of the ranks of labels that are dealt anew."""

    def __init__(self, dealing: Dealing, steps: int, ranks: Floats) -> None:
        self._dealing, self._steps, self._ranks = dealing, steps, ranks
        self._drawn = list(dealing.draws())
        self._sums = np.zeros((len(self._drawn), dealing.names, ranks.shape[1]))
        self._labelled = np.zeros((len(self._drawn), dealing.names))
        self._adding = threading.Lock()

    def add(self, numbers: slice, binned: NDArray[np.uint16], check: Check) -> None:
        """Add some fitted steps, given the bins of their values, of shape (steps, cells)."""
        dealing, bounds = self._dealing, self._dealing.blocks.bounds
        ranks = np.take_along_axis(self._ranks, binned, axis=0)
        places = np.arange(
            np.searchsorted(bounds, numbers.start, side="right") - 1, np.searchsorted(bounds, numbers.stop)
        )
        starts = np.maximum(bounds[places], numbers.start) - numbers.start
        sizes = np.diff(starts, append=len(ranks)).astype(np.float64)
        if len(places) < len(ranks):
            ranks = np.add.reduceat(ranks, starts, axis=0)
        together = max(1, DRAWN_VALUES // max(1, len(places) * dealing.names))
        for first, end in blocks_of(len(self._drawn), together):
            check()
            has = dealing.dealt(self._drawn[first:end], places)
            sums, labelled = has @ ranks, has @ sizes
            with self._adding:
                self._sums[first:end] += sums
                self._labelled[first:end] += labelled

    def greatest(self) -> Floats:
        """The greatest |AUC − ½| of all cells, for each draw and label."""
        return greatest(auc_of(self._sums, self._labelled, self._steps))
