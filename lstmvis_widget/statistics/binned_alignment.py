"""The alignment of cells with labels over many steps: values are counted in bins, in two passes over the states."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, part
from lstmvis_widget.work.memory import free_memory

from .aligning import (
    SIGNS,
    Alignment,
    Counts,
    Dealing,
    Floats,
    Ints,
    Measures,
    Rules,
    auc_of,
    greatest,
    measures_of,
    summed_over_blocks,
)
from .bin_edges import bin_edges, working_dtype

Values = NDArray[Any]

USUAL_BINS, FEWEST_BINS = 2**13, 16
"""Bins for the values of a cell, and the fewest where their counts would take too much memory."""

COUNTS_BYTES = 2**29
"""Memory for the counts of all bins."""

SORTED_BYTES, SORTED_STEPS = 2**30, 2**20
"""Memory for the values that are sorted at once, but at most a quarter of what is free; and the most of a cell."""

BLOCK_BYTES = 32 * 2**20
"""Size of the blocks that are read, about, in bytes of the states."""

SAMPLED_BLOCKS, SAMPLED_STEPS = 4, 1024
"""Blocks that bins are chosen from, spread over all steps, and the most steps of each."""

PIECE_BYTES, PIECE_STEPS = 2**22, 256
"""What is turned into a row for each cell at once: it fits the cache, and the runs in the rows aren't too short."""

CACHED_VALUES = 2**15
"""Values that are worked on at once, so that they stay in the cache."""

DRAWN_VALUES = 2**21
"""Values that labels dealt anew take at once; after so many it may be cancelled."""

FIRST, ONLY, READING = 0.8, 0.97, 0.3
"""Share of the work that is done after the first pass if there is a second one, and if not; of a pass, for reading."""


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


class Turned(NamedTuple):
    """Values that are turned into a row for each cell.

    Attributes
    ----------
    numbers : slice
        Which counted steps they are of.
    values : ndarray of float, shape (cells, steps)
        NaN is −∞. In memory that the next ones overwrite.
    parts : ndarray of int64, shape (groups + 1,)
        The steps of group g are ``values[:, parts[g] : parts[g + 1]]``, within it in their order.
    unknown : ndarray of int64, shape (cells, groups)
        How many of these are NaN.
    progress : callable
        Takes the share done of the work on them.
    """

    numbers: slice
    values: Values
    parts: Ints
    unknown: Ints
    progress: Report


class Rows:
    """Reads the counted steps of some cells block by block, in the precision that bins are chosen in."""

    def __init__(self, asked: Alignment) -> None:
        states = asked.states
        self.asked = asked
        self.dtype = working_dtype(states.dtype)
        self._kept: dict[tuple[int, int], tuple[slice, NDArray[Any]]] = {}
        row_bytes = max(1, states.shape[1] * states.dtype.itemsize)
        usual = next(iter(states.blocks()))[1]
        self.usual = usual * max(1, BLOCK_BYTES // (usual * row_bytes))

    def blocks(self, first: int, end: int) -> list[tuple[int, int]]:
        """Ranges of steps with all counted steps from number ``first`` up to ``end``; no block has none of them."""
        if first == end:
            return []
        counted = self.asked.counted
        start, stop = int(counted[first]), int(counted[end - 1]) + 1
        blocks = np.array(list(blocks_of(stop - start, self.usual, start)))
        some = np.diff(np.searchsorted(counted, blocks), axis=1)[:, 0] > 0
        return [(begin, stop) for begin, stop in blocks[some].tolist()]

    def numbers(self, start: int, stop: int) -> slice:
        """Which counted steps lie in [start, stop)."""
        return slice(*np.searchsorted(self.asked.counted, [start, stop]).tolist())

    def read(self, start: int, stop: int) -> tuple[slice, NDArray[Any]]:
        """Which counted steps lie in [start, stop), and their values, of shape (steps, cells)."""
        kept = self._kept.pop((start, stop), None)
        if kept is not None:
            return kept
        asked, numbers = self.asked, self.numbers(start, stop)
        values = asked.states.read(start, stop)
        if numbers.stop - numbers.start < len(values):
            values = values[asked.counted[numbers] - start]
        return numbers, values if len(asked.cells) == values.shape[1] else values[:, asked.cells]

    def sample(self, check: Check) -> Values:
        """Values of some steps, and of some with a label; NaN is −∞. Their blocks are kept until they are counted."""
        blocks, parts = self.blocks(0, len(self.asked.counted)), []
        for number in sorted({round(place) for place in np.linspace(0, len(blocks) - 1, SAMPLED_BLOCKS)}):
            check()
            numbers, values = self.read(*blocks[number])
            self._kept[blocks[number]] = numbers, values
            each = np.arange(len(values)), np.flatnonzero(self.asked.codes[numbers] >= 0)
            parts += [values[steps[:: max(1, -(-len(steps) // SAMPLED_STEPS))]] for steps in each]
        sample: Values = np.fmax(np.concatenate(parts), self.dtype.type(-np.inf), dtype=self.dtype)
        return sample

    def turned(
        self, blocks: list[tuple[int, int]], group: Ints, groups: int, check: Check, progress: Report
    ) -> Iterator[Turned]:
        """The counted steps of these blocks, as many at a time as can be sorted at once, at least a block.

        ``group`` is the group of each counted step, 0 … groups − 1.
        """
        numbers, cells = [self.numbers(*block) for block in blocks], len(self.asked.cells)
        buffer = np.empty((0, 0), self.dtype)
        room = min(SORTED_BYTES, free_memory() // 4)
        for first, end in _together(numbers, min(SORTED_STEPS, room // (cells * self.dtype.itemsize))):
            share = part(progress, first / len(blocks), end / len(blocks))
            these = slice(numbers[first].start, numbers[end - 1].stop)
            steps = these.stop - these.start
            if buffer.shape[1] < steps:
                del buffer
                buffer = np.empty((cells, steps), self.dtype)
            values = buffer[:, :steps]
            order = np.argsort(group[these], kind="stable")
            places = np.empty(steps, np.int64)
            places[order] = np.arange(steps)
            unknown = _Unknown(np.zeros((cells, groups), np.int64))

            def take_in(
                start: int,
                stop: int,
                check: Check,
                *,
                first: int = these.start,
                out: Values = values,
                places: Ints = places,
                unknown: _Unknown = unknown,
            ) -> None:
                found, read = self.read(start, stop)
                _take_in(
                    read,
                    group[found],
                    places[found.start - first : found.stop - first],
                    out=out,
                    unknown=unknown,
                    check=check,
                )

            in_blocks(blocks[first:end], take_in, check, part(share, 0, READING))
            parts = np.searchsorted(group[these][order], np.arange(groups + 1))
            yield Turned(these, values, parts, unknown.counts, part(share, READING, 1))

    def pieces(self, values: NDArray[Any]) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Rows and their values in pieces that fit the cache."""
        for start, stop in blocks_of(len(values), max(1, CACHED_VALUES // values.shape[1])):
            yield slice(start, stop), values[start:stop].astype(self.dtype, copy=False)


def in_blocks(
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


def _together(numbers: list[slice], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of successive blocks, given their counted steps, with ``most`` steps, but at least a block."""
    first = 0
    for end in range(1, len(numbers) + 1):
        if end == len(numbers) or numbers[end].stop - numbers[first].start > most:
            yield first, end
            first = end


class _Unknown:
    """How many values of each cell and group are NaN, counted in threads."""

    def __init__(self, counts: Ints) -> None:
        self.counts = counts
        self._adding = threading.Lock()

    def add(self, name: int, counts: Ints) -> None:
        with self._adding:
            self.counts[:, name] += counts


def _take_in(values: NDArray[Any], group: Ints, places: Ints, *, out: Values, unknown: _Unknown, check: Check) -> None:
    """Put values of shape (steps, cells) into ``out``, each step at its place; steps of a group lie together there."""
    order = np.argsort(group, kind="stable")
    sorted_group, at_once = group[order], max(PIECE_STEPS, PIECE_BYTES // (len(out) * out.itemsize))
    for name in np.unique(group).tolist():
        of_group = order[slice(*np.searchsorted(sorted_group, [name, name + 1]))]
        for start, stop in blocks_of(len(of_group), at_once):
            check()
            steps = of_group[start:stop]
            near = values[steps[0] : steps[-1] + 1]
            piece = (near if len(near) == len(steps) else values[steps]).astype(out.dtype, copy=False)
            if np.isnan(piece.min()):
                unknown.add(name, np.isnan(piece).sum(axis=0))
                piece = np.fmax(piece, piece.dtype.type(-np.inf))
            out[:, places[steps[0]] : places[steps[-1]] + 1] = piece.T


class Counted(NamedTuple):
    """What the first pass finds.

    Attributes
    ----------
    edges : ndarray of float, shape (cells, bins − 1)
    counts : ndarray of unsigned int, shape (cells, groups, bins)
        Steps in each bin. Group 0 are the fitted steps without any of the labels, group 1 those with the first one, and
        so on; then the same for the held-out steps.
    ends : dict of int to ndarray of float, shape (cells, bins)
        By sign: the least (1) and the greatest (−1) value of the fitted steps in each bin; undefined if it has none.
    unknown : ndarray of int64, shape (cells, groups)
        How many of the steps in the bin of −∞ are NaN: these are never on.
    """

    edges: Values
    counts: NDArray[Any]
    ends: dict[int, Values]
    unknown: Ints

    def lowest(self, cell: int) -> int:
        """The bin of −∞, and of NaN."""
        return int(np.searchsorted(self.edges[cell], -np.inf, side="right"))


def counted_in_bins(asked: Alignment, check: Check, progress: Report) -> tuple[Rows, Counted]:
    """The first pass."""
    rows, cells = Rows(asked), len(asked.cells)
    groups = (asked.names + 1) * (2 if asked.held_out else 1)
    bins = _bins_for(cells, groups)
    sample = rows.sample(check)
    counted = Counted(
        np.empty((cells, bins - 1), rows.dtype),
        np.zeros((cells, groups, bins), np.uint32 if len(asked.counted) < 2**32 else np.uint64),
        {sign: np.full((cells, bins), sign * np.inf, rows.dtype) for sign in SIGNS},
        np.zeros((cells, groups), np.int64),
    )

    def choose(cell: int, _: int, __: Check) -> None:
        counted.edges[cell] = bin_edges(sample[:, cell], bins)

    each_cell = list(blocks_of(cells, 1))
    in_blocks(each_cell, choose, check, part(progress, 0, 0.02))
    group = np.maximum(asked.codes + 1, 0)
    group[asked.fitted :] += (asked.names + 1) * asked.held_out
    blocks = rows.blocks(0, len(group))
    for turned in rows.turned(blocks, group, groups, check, part(progress, 0.02, 1)):

        def count(cell: int, _: int, __: Check, turned: Turned = turned) -> None:
            counted.unknown[cell] += turned.unknown[cell]
            for name in np.flatnonzero(np.diff(turned.parts)).tolist():
                values = turned.values[cell, turned.parts[name] : turned.parts[name + 1]]
                values.sort()
                starts = bin_starts(values, counted.edges[cell])
                counted.counts[cell, name] += np.diff(starts).astype(counted.counts.dtype)
                if name <= asked.names:
                    starts[counted.lowest(cell)] = turned.unknown[cell, name]
                    filled = np.flatnonzero(np.diff(starts))
                    for sign, at in ((1, starts[filled]), (-1, starts[filled + 1] - 1)):
                        ends, nearer = counted.ends[sign][cell], np.minimum if sign > 0 else np.maximum
                        ends[filled] = nearer(ends[filled], values[at])

        in_blocks(each_cell, count, check, turned.progress)
    return rows, counted


def bin_starts(values: Values, edges: Values) -> Ints:
    """Where each bin begins among sorted values, and their number."""
    if len(values) > len(edges):
        within = np.searchsorted(values, edges)
    else:
        bins = np.searchsorted(edges, values, side="right")
        within = np.cumsum(np.bincount(bins, minlength=len(edges) + 1))[:-1]
    return np.concatenate([[0], within, [len(values)]])


def bin_of_each(values: Values, edges: Values) -> NDArray[np.uint16]:
    """The bin of each value."""
    order = values.argsort()
    starts = bin_starts(values[order], edges)
    bins = np.empty(len(values), np.uint16)
    bins[order] = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return bins


def _bins_for(cells: int, groups: int) -> int:
    """How many bins the values of each cell are put into, a power of two, if each is counted for so many groups."""
    room = COUNTS_BYTES // (cells * (groups + 2) * np.dtype(np.uint32).itemsize)
    return 1 << int(max(FEWEST_BINS, min(USUAL_BINS, room))).bit_length() - 1


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
        fitted, counted = self._asked.fitted, self._counted
        ranks = np.stack([ranks_of_bins(counts)[0] for counts in counted.counts[:, : self._asked.names + 1]], axis=1)
        draws = _Draws(dealing, fitted, ranks)
        blocks, one_group = self._rows.blocks(0, fitted), np.zeros(len(self._asked.counted), np.int64)
        for turned in self._rows.turned(blocks, one_group, 1, check, progress):
            binned: Values = np.empty(turned.values.shape, np.uint16)

            def find_bins(cell: int, _: int, __: Check, turned: Turned = turned, binned: Values = binned) -> None:
                binned[cell] = bin_of_each(turned.values[cell], counted.edges[cell])

            def add(start: int, stop: int, check: Check, turned: Turned = turned, binned: Values = binned) -> None:
                first = turned.numbers.start
                draws.add(slice(first + start, first + stop), binned[:, start:stop].T, check)

            in_blocks(list(blocks_of(len(binned), 1)), find_bins, check, part(turned.progress, 0, 0.5))
            in_blocks(list(blocks_of(binned.shape[1], self._rows.usual)), add, check, part(turned.progress, 0.5, 1))
        return draws.greatest()

    def _judged(self, check: Check, progress: Report) -> Counts:
        """Hits and on steps at the thresholds among the held-out steps."""
        asked, dtype = self._asked, self._rows.dtype
        signs = self._rules.sign.T.astype(dtype)
        thresholds = signs * self._rules.threshold.T.astype(dtype)
        hits, on = np.zeros((2, *thresholds.shape))
        adding, names = threading.Lock(), np.flatnonzero(self._fitted).tolist()

        def judge(start: int, stop: int, _: Check) -> None:
            numbers, values = self._rows.read(start, stop)
            codes = asked.codes[numbers]
            for inside, piece in self._rows.pieces(values):
                for name in names:
                    is_on = piece * signs[name] >= thresholds[name]
                    found = is_on[codes[inside] == name].sum(axis=0), is_on.sum(axis=0)
                    with adding:
                        hits[name] += found[0]
                        on[name] += found[1]

        in_blocks(self._rows.blocks(asked.fitted, len(asked.counted)), judge, check, progress)
        return Counts(hits.T, on.T, self._tested[None], len(asked.counted) - asked.fitted)


def ranks_of_bins(counts: NDArray[Any]) -> tuple[Floats, Ints]:
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
        dealing = self._dealing
        ranks = np.take_along_axis(self._ranks, binned, axis=0)
        places, sizes, ranks = summed_over_blocks(dealing.blocks.bounds, numbers, ranks)
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
