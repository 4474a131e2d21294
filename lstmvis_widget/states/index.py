"""Which cells are on at which steps, at one threshold: the states thresholded and packed, one bit a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.places import reduced_at
from lstmvis_widget.work.blocks import THREADS, Block, SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled

from .bits import WORD_BITS, Bits, Words
from .elsewhere import BuildElsewhere
from .on_off import OnRule, on_rule
from .pixel_columns import ColumnEdges
from .sources import States, as_states

COUNTED_STEPS = 2**16
"""Steps whose on cells are counted at once."""

FEW_BITS = 8
"""Up to so many bits of a word are counted one by one, which is faster then."""


class OnOffIndex:
    """Which cells are on at which steps, at one threshold.

    Only this module, `bits` beside it and `lstmvis_widget.matching` know how the bits lie; others call the methods.

    Parameters
    ----------
    bits : Bits
        Of all steps, or of a part of them: then steps that are asked for are the part's own.
    cells : int
        D, the number of cells.
    threshold : float
        A cell is on iff its value is ≥ threshold; NaN is off.
    """

    def __init__(self, bits: Bits, cells: int, threshold: float) -> None:
        self.bits = bits
        self.cells = cells
        self.threshold = threshold

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return self.bits.steps

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the bits take."""
        return self.bits.words.nbytes

    @staticmethod
    def bytes_for(steps: int, cells: int) -> int:
        """Memory that an index of T steps and D cells takes."""
        return -(-cells // WORD_BITS) * WORD_BITS // 8 * steps

    @classmethod
    def build(
        cls,
        states: Any,
        threshold: float,
        *,
        block_rows: int | None = None,
        threads: int = THREADS,
        progress: Report | None = None,
        check: Check = never_cancelled,
        also: Callable[[int, NDArray[Any]], None] | None = None,
    ) -> OnOffIndex:
        """Threshold and pack the states, block by block.

        Parameters
        ----------
        states : array_like of shape (T, D)
            Or anything else that `States` takes.
        threshold : float
        block_rows : int, optional
            Rows in a block; by default about 4 MB of states.
        threads : int, default 2
            Blocks worked on at once. Sources other than numpy arrays are read by one thread at a time.
        progress : callable, optional
            Gets the share done, 0…1, before each block.
        check : callable, optional
            Called before each block; what it raises (`CancelledError`) ends the build within one block.
        also : callable, optional
            Gets the first row and the values of each block, in any order and from several threads, to make something
            else in the same pass over the states.

        Raises
        ------
        OSError
            Rows can't be read.
        """
        build = IndexBuild(as_states(states), threshold, block_rows=block_rows, also=also)
        return build.run(threads=threads, progress=progress, check=check)

    def with_threshold(self, threshold: float) -> OnOffIndex:
        """The same bits under another threshold: of byte codes, where the states have it, not the codes."""
        return OnOffIndex(self.bits, self.cells, threshold)

    def mask(self, cells: ArrayLike) -> Words:
        """The given cells as words: shape (ceil(D / 64),)."""
        on = np.zeros((1, self.cells))
        on[0, np.asarray(cells, np.intp)] = 1
        mask: Words = Packer(self.cells).pack(on, on_rule(1))[0].copy()
        return mask

    def count_on(self, cells: ArrayLike, steps: ArrayLike) -> NDArray[np.int64]:
        """How many of ``cells`` are on at each of ``steps``."""
        columns = self.bits.column(np.asarray(steps, np.int64))
        selected = self.bits.words[:, columns] & self.mask(cells)[:, None]
        counts: NDArray[np.int64] = np.bitwise_count(selected).sum(axis=0, dtype=np.int64)
        return counts

    def mean_on(self, cells: ArrayLike, edges: ColumnEdges) -> NDArray[np.float32]:
        """How many of ``cells`` are on, on average over the steps of each column; ``edges`` as of `column_edges`."""
        return (self.sum_on(cells, edges) / np.diff(edges)).astype(np.float32)

    def sum_on(self, cells: ArrayLike, edges: ColumnEdges) -> NDArray[np.int64]:
        """How many of ``cells`` are on, in all steps of each column together."""
        mask = self.mask(cells)[:, None]
        first, end = int(edges[0]), int(edges[-1])
        counts = np.zeros(end - first, np.uint32)
        for start, stop in blocks_of(end - first, COUNTED_STEPS, first):
            on = np.bitwise_count(self.bits.stretch(self.bits.words, start, stop) & mask)
            counts[start - first : stop - first] = on.sum(axis=0, dtype=np.uint32)
        sums: NDArray[np.int64] = reduced_at(np.add, counts, edges[:-1] - first, dtype=np.int64)
        return sums

    def counts_on(self, cells: ArrayLike, edges: ColumnEdges, stride: int) -> NDArray[np.int64]:
        """At how many steps of each column each of ``cells`` is on; shape (columns, cells).

        ``edges`` as of `column_edges` with this ``stride``, a power of two.
        """
        wanted = np.asarray(cells, np.intp)
        counts = np.zeros((len(edges) - 1, len(wanted)), np.int64)
        first, end = int(edges[0]), int(edges[-1])
        together = max(1, COUNTED_STEPS // stride)
        for row in np.unique(wanted // WORD_BITS).tolist():
            places = np.flatnonzero(wanted // WORD_BITS == row)
            bits = (wanted[places] % WORD_BITS).astype(np.uint64)
            for column in range(0, len(counts), together):
                start = (first // stride + column) * stride
                stop = start + stride * min(together, len(counts) - column)
                low, high = max(start, first), min(stop, end)
                words = np.zeros(stop - start, np.uint64)
                words[low - start : high - start] = self.bits.stretch(self.bits.words[row], low, high)
                for power, digits in enumerate(sums_of_bits(words.reshape(-1, stride))):
                    on = (digits[:, None] >> bits) & np.uint64(1)
                    counts[column : column + len(on), places] += on.astype(np.int64) << power
        return counts

    def on_rates(self, cells: ArrayLike | None = None, check: Check = never_cancelled) -> NDArray[np.float64]:
        """The share of all steps at which each of some cells is on, 0…1.

        Parameters
        ----------
        cells : array_like of int, shape (n,), optional
            By default all D cells.
        check : callable, optional
            Called now and then; it may raise to end the work.

        Returns
        -------
        float64 array of shape (n,)
        """
        return self.steps_on(cells, check) / max(self.steps, 1)

    def steps_on(self, cells: ArrayLike | None = None, check: Check = never_cancelled) -> NDArray[np.int64]:
        """At how many steps each of some cells is on, by default each of all D cells; shape (n,)."""
        wanted = np.arange(self.cells) if cells is None else np.asarray(cells, np.intp)
        counts = np.zeros((len(self.bits.words), WORD_BITS), np.int64)
        words = self.bits.words[:, self.bits.own_columns]
        for row in np.unique(wanted // WORD_BITS).tolist():
            bits = np.unique(wanted[wanted // WORD_BITS == row] % WORD_BITS)
            for start, stop in blocks_of(words.shape[1], COUNTED_STEPS):
                check()
                counts[row, bits] += _counts_of_bits(words[row, start:stop], bits.astype(np.uint64))
        counted: NDArray[np.int64] = counts.reshape(-1)[wanted]
        return counted


def _counts_of_bits(words: Words, bits: Words) -> NDArray[np.int64]:
    """In how many of the words (at least one) each of these bits is set."""
    one = np.uint64(1)
    if len(bits) <= FEW_BITS:
        return np.array([np.count_nonzero(words & (one << bit)) for bit in bits])
    padded = np.zeros((1, 1 << (len(words) - 1).bit_length()), np.uint64)
    padded[0, : len(words)] = words
    counts = np.zeros(len(bits), np.int64)
    for power, [digits] in enumerate(sums_of_bits(padded)):
        counts += ((digits >> bits) & one).astype(np.int64) << power
    return counts


def sums_of_bits(words: Words) -> list[Words]:
    """For each row the sum of each of the 64 bits over its 2ⁿ words, in binary.

    Bit c of the i-th result is digit i of the sum of all bits c. Neighbours are added, then their sums, and so on, for
    64 bits at once.
    """
    digits = [words]
    while digits[0].shape[1] > 1:
        added: list[Words] = []
        carry: Words | None = None
        for digit in digits:
            one, other = digit[:, 0::2], digit[:, 1::2]
            either, both = one ^ other, one & other
            added.append(either if carry is None else either ^ carry)
            carry = both if carry is None else both | (either & carry)
        digits = [*added, *([] if carry is None else [carry])]
    return [digit[:, 0] for digit in digits]


class IndexBuild:
    """The build of an index, which can be cancelled between blocks and resumed later.

    Parameters are those of `OnOffIndex.build`, and ``known_as``, the threshold that the index is said to have: of byte
    codes that of the states.

    Attributes
    ----------
    broken : bool
        A block could not be read or packed, so that the build can't be resumed.
    """

    def __init__(
        self,
        states: States,
        threshold: float,
        *,
        block_rows: int | None = None,
        known_as: float | None = None,
        also: Callable[[int, NDArray[Any]], None] | None = None,
    ) -> None:
        steps, cells = states.shape
        self._states, self._also = states, also
        self._threshold = threshold if known_as is None else known_as
        # `also` needs the transformed values; without it the source's values are compared with a moved threshold.
        self._read, self._on = (
            (states.read_source, states.on_rule(threshold)) if also is None else (states.read, on_rule(threshold))
        )
        self._words = np.zeros((-(-cells // WORD_BITS), steps), np.uint64)
        self._reached = 0
        self.broken = False
        self._blocks = self._remaining(block_rows)
        self._count = count_of_blocks(steps, block_rows or states.block_rows)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the bits take."""
        return self._words.nbytes

    def _remaining(self, block_rows: int | None) -> Iterator[Block]:
        for start, stop in self._states.blocks(block_rows):
            self._reached = start
            yield start, stop
        self._reached = len(self._states)

    def run(
        self,
        *,
        threads: int = THREADS,
        progress: Report | None = None,
        check: Check = never_cancelled,
    ) -> OnOffIndex:
        """Pack the blocks that are left. After a `CancelledError` from ``check`` it can be called again."""
        steps, cells = self._states.shape

        def before_each() -> None:
            check()
            if progress is not None and steps:
                progress(self._reached / steps)

        blocks = SharedBlocks(self._blocks, before_each)

        def pack_blocks() -> None:
            packer = Packer(cells)  # one for each thread
            for start, stop in blocks:
                try:
                    self._pack(packer, start, stop)
                except BaseException:
                    self.broken = True
                    raise

        in_threads(pack_blocks, threads, blocks=self._count)
        return OnOffIndex(Bits(self._words), cells, self._threshold)

    def _pack(self, packer: Packer, start: int, stop: int) -> None:
        values = self._read(start, stop)
        self._words[:, start:stop] = packer.pack(values, self._on).T
        if self._also is not None:
            self._also(start, values)


def begin_index(
    states: States, threshold: float, *, also: Callable[[int, NDArray[Any]], None] | None = None
) -> IndexBuild | BuildElsewhere:
    """The build of an index where the rows are: here, or elsewhere; there ``also`` gets nothing."""
    rows = states.elsewhere
    return IndexBuild(states, threshold, also=also) if rows is None else rows.begin_index(states, threshold)


class Packer:
    """Thresholds rows of values and packs them into words, in a buffer that it uses again: each thread needs its own.

    Parameters
    ----------
    cells : int
        D, the number of values in a row.
    """

    def __init__(self, cells: int) -> None:
        self._cells = cells
        self._on = np.zeros((0, -(-cells // WORD_BITS) * WORD_BITS), bool)

    def pack(self, values: NDArray[Any], rule: OnRule) -> Words:
        """Words of shape (n, ceil(D / 64)) for n rows of values; bit c % 64 of word c // 64: cell c is on."""
        rows = len(values)
        if len(self._on) < rows:
            self._on = np.zeros((rows, self._on.shape[1]), bool)
        on = self._on[:rows]
        rule(values, on[:, : self._cells])
        words = np.packbits(on.reshape(-1), bitorder="little").view("<u8")
        return words.reshape(rows, -1).astype(np.uint64, copy=False)
