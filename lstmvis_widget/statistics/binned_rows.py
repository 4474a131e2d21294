"""The values of cells at counted steps, turned into a row for each cell, to be sorted and counted in bins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.picked_rows import picked_rows
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part
from lstmvis_widget.work.memory import free_memory

from .aligning import Alignment, Ints
from .bin_edges import working_dtype

Values = NDArray[Any]

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

READING = 0.3
"""Share of a pass that is reading."""


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
        # Elsewhere as in memory, so that the same steps are looked at to choose bins.
        usual = min(len(states), states.block_rows) if states.elsewhere is not None else next(iter(states.blocks()))[1]
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
        some = [blocks[each] for each in sorted({round(at) for at in np.linspace(0, len(blocks) - 1, SAMPLED_BLOCKS)})]
        if self.asked.states.elsewhere is not None:
            parts = [self._picked(np.concatenate([self._sampled(block) for block in some]), check)]
        else:
            for block in some:
                check()
                numbers, values = self._kept[block] = self.read(*block)
                parts.append(values[self._sampled(block) - numbers.start])
        sample: Values = np.fmax(np.concatenate(parts), self.dtype.type(-np.inf), dtype=self.dtype)
        return sample

    def _sampled(self, block: tuple[int, int]) -> Ints:
        """Numbers of some counted steps of a block, and of some with a label."""
        numbers = self.numbers(*block)
        every = np.arange(numbers.start, numbers.stop)
        each = every, every[self.asked.codes[numbers] >= 0]
        return np.concatenate([steps[:: max(1, -(-len(steps) // SAMPLED_STEPS))] for steps in each])

    def _picked(self, numbers: Ints, check: Check) -> Values:
        """The values of some counted steps."""
        different, place = np.unique(numbers, return_inverse=True)
        asked = self.asked
        rows = [rows for _, rows in picked_rows(asked.states, asked.counted[different], asked.cells, check=check)]
        values: Values = np.concatenate(rows)[place]
        return values

    def turned(
        self, blocks: list[tuple[int, int]], group: Ints, groups: int, check: Check, progress: Report
    ) -> Iterator[Turned]:
        """The counted steps of these blocks, as many at a time as can be sorted at once, at least a block.

        ``group`` is the group of each counted step, 0 … groups − 1.
        """
        numbers, cells = [self.numbers(*block) for block in blocks], len(self.asked.cells)
        buffer = np.empty((0, 0), self.dtype)
        room = min(SORTED_BYTES, free_memory() // 4)
        for first, end in together(numbers, min(SORTED_STEPS, room // (cells * self.dtype.itemsize))):
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
            unknown = Unknown(np.zeros((cells, groups), np.int64))

            def take_in(
                start: int,
                stop: int,
                check: Check,
                *,
                first: int = these.start,
                out: Values = values,
                places: Ints = places,
                unknown: Unknown = unknown,
            ) -> None:
                found, read = self.read(start, stop)
                take_in_rows(
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


def turned_at_once(values: NDArray[Any], group: Ints, groups: int, dtype: np.dtype[Any]) -> Turned:
    """Rows of values, of shape (steps, cells), that are there already; ``group`` is the group of each."""
    order = np.argsort(group, kind="stable")
    places = np.empty(len(group), np.int64)
    places[order] = np.arange(len(group))
    out = np.empty((values.shape[1], len(group)), dtype)
    unknown = Unknown(np.zeros((values.shape[1], groups), np.int64))
    take_in_rows(values, group, places, out=out, unknown=unknown, check=never_cancelled)
    parts = np.searchsorted(group[order], np.arange(groups + 1))
    return Turned(slice(0, len(group)), out, parts, unknown.counts, not_reported)


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


def together(numbers: list[slice], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of successive blocks, given their counted steps, with ``most`` steps, but at least a block."""
    first = 0
    for end in range(1, len(numbers) + 1):
        if end == len(numbers) or numbers[end].stop - numbers[first].start > most:
            yield first, end
            first = end


class Unknown:
    """How many values of each cell and group are NaN, counted in threads."""

    def __init__(self, counts: Ints) -> None:
        self.counts = counts
        self._adding = threading.Lock()

    def add(self, name: int, counts: Ints) -> None:
        """Add those of one group."""
        with self._adding:
            self.counts[:, name] += counts


def take_in_rows(
    values: NDArray[Any], group: Ints, places: Ints, *, out: Values, unknown: Unknown, check: Check
) -> None:
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
