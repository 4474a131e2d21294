"""The values of many steps in few columns of pixels: the envelope of each cell, and the density of all values.

Mirrors have envelopes of their own, but no part in the density: they would only repeat the values of their cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from .density import BINS, Extent, Floats, add_counts, is_enough, mark, sampled_every
from .pixel_columns import ColumnEdges, column_edges
from .sources import States

MEMORY = 64 * 2**20
"""Bytes that the kept columns of one layer take, at most."""

FULL_SHARE = 0.1
"""A bin with this share of a column's values, or more, is drawn as dense as can be."""

BLOCK_BYTES, PIECE_BYTES = 2**24, 2**23
"""What is read, and looked at, in one go: in smaller pieces, threads wait for each other more than they work."""

Look = Callable[[int, NDArray[Any]], None]
"""Takes the number of the first row of a block, and its values."""

FEW = 8
"""Rows that are reduced to one in one go."""


@dataclass(frozen=True)
class PixelColumns:
    """The envelopes and the density of some steps, column by column. `pixel_columns` says what a column is.

    Attributes
    ----------
    edges : ndarray of int64, shape (n + 1,)
        Column i holds the steps [edges[i], edges[i + 1]).
    stride : int
        Steps in a whole column.
    cells : ndarray of int64, or None
        The cells of ``low`` and ``high``; None: all.
    low, high : ndarray of float, shape (n, cells)
        The least and greatest finite value of each cell; NaN if it has none.
    lowest, highest : ndarray of float, shape (n,)
        The same over all cells without mirrors.
    counts : ndarray of uint32, shape (n, BINS)
        The number of values of these cells in each bin of ``extent``, see `add_counts`; values outside aren't counted.
    extent : (float, float)
    every : int
        One of so many values was counted, at random, and counts as so many; 1: all of them. A bin that holds the
        least or the greatest value of a cell in a column isn't empty even so.
    """

    edges: ColumnEdges
    stride: int
    cells: NDArray[np.int64] | None
    low: Floats
    high: Floats
    lowest: Floats
    highest: Floats
    counts: NDArray[np.uint32]
    extent: Extent
    every: int = 1

    def __len__(self) -> int:
        return len(self.edges) - 1

    def within(self, start: int, stop: int) -> PixelColumns:
        """The columns from the one that holds ``start`` to the one that holds ``stop - 1``."""
        first, last = start // self.stride - self.first_column, -(-stop // self.stride) - self.first_column
        rows = slice(max(0, first), min(len(self), last))
        return PixelColumns(
            self.edges[rows.start : rows.stop + 1],
            self.stride,
            self.cells,
            self.low[rows],
            self.high[rows],
            self.lowest[rows],
            self.highest[rows],
            self.counts[rows],
            self.extent,
            self.every,
        )

    @property
    def nbytes(self) -> int:
        """Bytes of memory that they take."""
        return sum(part.nbytes for part in (self.low, self.high, self.lowest, self.highest, self.counts))

    @property
    def first_column(self) -> int:
        """Number of the first column; column 0 starts at step 0."""
        return int(self.edges[0]) // self.stride

    def of_cells(self, cells: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """``low`` and ``high`` of these cells, shape (n, cells); KeyError if one isn't known."""
        if self.cells is None:
            return self.low[:, cells], self.high[:, cells]
        place = {cell: i for i, cell in enumerate(self.cells.tolist())}
        places = [place[cell] for cell in cells.tolist()]
        return self.low[:, places], self.high[:, places]

    def merged(self, stride: int, cells: NDArray[np.int64]) -> PixelColumns:
        """Columns of a larger stride. The first column must begin one of them."""
        size = stride // self.stride
        low, high = self.of_cells(cells)
        return PixelColumns(
            np.concatenate([self.edges[:-1:size], self.edges[-1:]]),
            stride,
            cells,
            _grouped(np.fmin, low, size),
            _grouped(np.fmax, high, size),
            _grouped(np.fmin, self.lowest, size),
            _grouped(np.fmax, self.highest, size),
            _grouped(np.add, self.counts, size),
            self.extent,
            self.every,
        )


def _grouped(reduce: np.ufunc, rows: NDArray[Any], size: int) -> NDArray[Any]:
    """Reduce each ``size`` rows, a power of two or all of them, to one; the last group may have fewer."""
    if size == 1:
        return rows
    whole = len(rows) // size * size
    parts = [_reduced(reduce, rows[:whole], size)]
    if len(rows) > whole:
        parts.append(reduce.reduce(rows[whole:], axis=0, dtype=rows.dtype)[None])
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _reduced(reduce: np.ufunc, rows: NDArray[Any], size: int) -> NDArray[Any]:
    """Reduce each ``size`` rows, first those far apart: so numpy gets long runs, however short the rows are."""
    groups, rest = len(rows) // size, rows.shape[1:]
    while size > 1:
        few = FEW if size % FEW == 0 else size
        size //= few
        rows = reduce.reduce(rows.reshape(groups, few, size, *rest), axis=1, dtype=rows.dtype)
    return rows.reshape(groups, *rest)


class Envelopes:
    """The columns of one layer at any stride. They are kept at a stride at which those of all steps fit in memory.

    Parameters
    ----------
    states : States
    extent : (float, float)
        The range of values that is divided into bins.
    memory : int
        Bytes that the kept columns may take.
    """

    def __init__(self, states: States, extent: Extent, memory: int = MEMORY) -> None:
        self.states, self.extent = states, extent
        self._memory = memory
        self._base: PixelColumns | None = None
        self._latest: PixelColumns | None = None

    @property
    def base_stride(self) -> int:
        """The least stride at which the columns of all steps and all cells fit in memory; 0 if there is none."""
        fitting = self._memory // self.column_bytes
        return 1 << max(0, -(-len(self.states) // fitting) - 1).bit_length() if fitting else 0

    @property
    def kept_bytes(self) -> int:
        """Bytes that the kept columns of all steps take."""
        return 0 if self._base is None else self._base.nbytes

    @property
    def nbytes(self) -> int:
        """Bytes that all kept columns take."""
        latest = self._latest
        return self.kept_bytes + (0 if latest is None else latest.nbytes)

    @property
    def column_bytes(self) -> int:
        """Bytes that a column of all cells takes."""
        return 2 * (self.states.shape[1] + 1) * drawn_dtype(self.states).itemsize + 4 * BINS

    @property
    def would_be_filled(self) -> bool:
        """Whether `fill` would read all states, so that a view of all steps finds them read."""
        return self._base is None and self.base_stride > 1

    def fill(
        self, *, also: Look | None = None, progress: Report = not_reported, check: Check = never_cancelled
    ) -> None:
        """Read all states for the views to come, if they have more steps than columns that are kept.

        Parameters
        ----------
        also : callable, optional
            Given each block that is read, and its first step; from several threads.
        progress, check : callable, optional
            See `columns`.
        """
        if self.would_be_filled:
            self._base = summarise(
                self.states,
                0,
                len(self.states),
                self.base_stride,
                self.extent,
                also=also,
                progress=progress,
                check=check,
            )

    def columns(
        self,
        start: int,
        stop: int,
        stride: int,
        cells: NDArray[np.int64],
        *,
        progress: Report = not_reported,
        check: Check = never_cancelled,
    ) -> PixelColumns:
        """The columns of [start, stop) with ``low`` and ``high`` of some cells.

        At a large stride all states are read, once for now and later; at a small one only the steps asked for. Where
        columns hold many values a sample of them is counted: at least `ENOUGH_VALUES` of a column of the first stride
        that is asked for, and `FEWEST_VALUES` at others.

        Parameters
        ----------
        start, stop : int
            ``start`` is a multiple of ``stride``, ``stop`` a multiple or T.
        stride : int
            A power of two.
        cells : ndarray of int
        progress : callable, optional
            Given the share done, 0…1.
        check : callable, optional
            Called between blocks; an exception, such as `CancelledError`, ends the work.

        Raises
        ------
        OSError
            Rows can't be read.
        """
        kept = self._kept(start, stop, stride, cells)
        if kept is None:
            # Columns of all steps that have been counted for a wider view leave little to read in a nearer one.
            coarse = bool(self.base_stride) and stride >= self.base_stride and self._base is None
            span = (0, len(self.states), self.base_stride) if coarse else (start, stop, stride)
            # Keep all cells if they fit, so that other cells need no other read.
            fits = coarse or len(range(start, stop, stride)) * self.column_bytes <= self._memory
            kept = summarise(
                self.states,
                *span,
                self.extent,
                cells=None if fits else cells,
                every=sampled_every(stride, self.states.plain_cells),
                progress=progress,
                check=check,
            )
            if coarse:
                self._base = kept
            else:
                self._latest = kept
        return kept.within(start, stop).merged(stride, cells)

    def _kept(self, start: int, stop: int, stride: int, cells: NDArray[np.int64]) -> PixelColumns | None:
        """The kept columns from which these can be made, if any."""
        for columns in (self._base, self._latest):
            if columns is None or columns.stride > stride:
                continue
            if columns.edges[0] > start or columns.edges[-1] < stop:
                continue
            known = columns.cells is None or set(cells.tolist()) <= set(columns.cells.tolist())
            if known and is_enough(columns.every, stride, self.states.plain_cells):
                return columns
        return None


def drawn_dtype(states: States) -> np.dtype[Any]:
    """The dtype in which values are sent to the page: float32 if it holds them exactly, else float64."""
    exact = (states.dtype.kind == "f" and states.dtype.itemsize <= 4) or states.dtype.itemsize <= 2
    return np.dtype(np.float32 if exact else np.float64)


def summarise(
    states: States,
    start: int,
    stop: int,
    stride: int,
    extent: Extent,
    *,
    cells: NDArray[np.int64] | None = None,
    every: int | None = None,
    also: Look | None = None,
    progress: Report = not_reported,
    check: Check = never_cancelled,
) -> PixelColumns:
    """Compute the columns of the steps [start, stop) in one pass, in blocks and threads.

    Parameters are those of `Envelopes.columns` and `Envelopes.fill`. ``cells`` None: all. Of ``every`` values at most,
    one is counted; None: as `sampled_every` says.
    """
    edges = column_edges(start, stop, stride)
    dtype = drawn_dtype(states)
    kept = states.shape[1] if cells is None else len(cells)

    def unknown(*shape: int) -> Floats:
        return np.full((len(edges) - 1, *shape), np.nan, dtype)

    width = states.shape[1] * states.dtype.itemsize
    rows = _power_of_two(BLOCK_BYTES // width)
    piece = min(rows, max(stride, _power_of_two(PIECE_BYTES // width)))
    plain = states.plain_cells
    wanted = every or sampled_every(stride, plain)
    columns = PixelColumns(
        edges,
        stride,
        cells,
        unknown(kept),
        unknown(kept),
        unknown(),
        unknown(),
        np.zeros((len(edges) - 1, BINS), np.uint32),
        extent,
        min(wanted, stride, piece),
    )
    size = max(rows, stride)
    handed_out = 0

    def before_each() -> None:
        nonlocal handed_out
        check()
        progress(min(1.0, handed_out * size / (stop - start)))
        handed_out += 1

    blocks = SharedBlocks(blocks_of(stop - start, size, first=start), before_each)

    def work() -> None:
        for begin, end in blocks:
            for at in range(begin, end, rows):
                check()
                read = states.read(at, min(end, at + rows))
                values = read.astype(dtype, copy=False)
                for row in range(0, len(values), piece):
                    _take_in(columns, values[row : row + piece], at + row, plain)
                if also is not None:
                    also(at, read)

    in_threads(work)
    return columns


def _power_of_two(most: int) -> int:
    return 1 << (max(1, most).bit_length() - 1)


def _take_in(columns: PixelColumns, values: Floats, at: int, plain: int) -> None:
    """Add rows of values from step ``at`` on. They are whole columns, or lie in one column.

    The first ``plain`` cells are no mirrors.
    """
    first = at // columns.stride - columns.first_column
    size = min(columns.stride, len(values))
    low, high, finite = _extremes(values, size)
    rows = slice(first, first + len(low))
    cells = slice(None) if columns.cells is None else columns.cells
    np.fmin(columns.low[rows], low[:, cells], out=columns.low[rows])
    np.fmax(columns.high[rows], high[:, cells], out=columns.high[rows])
    low, high = low[:, :plain], high[:, :plain]
    lowest, highest = np.fmin.reduce(low, axis=1), np.fmax.reduce(high, axis=1)
    np.fmin(columns.lowest[rows], lowest, out=columns.lowest[rows])
    np.fmax(columns.highest[rows], highest, out=columns.highest[rows])
    counts, every, extent = columns.counts[rows], columns.every, columns.extent
    inside = finite and bool(lowest.min() >= extent[0]) and bool(highest.max() <= extent[1])
    add_counts(counts, values[:, :plain], size, extent, every=every, at=at, inside=inside)
    if every > 1:
        mark(counts, np.concatenate([low, high], axis=1), extent, inside=inside)


def _extremes(values: Floats, size: int) -> tuple[Floats, Floats, bool]:
    """The least and greatest finite values of each ``size`` rows, and whether all values are finite."""
    low, high = _grouped(np.minimum, values, size), _grouped(np.maximum, values, size)
    if np.isfinite(low).all() and np.isfinite(high).all():  # minimum and maximum pass on NaN
        return low, high, True
    values = np.where(np.isfinite(values), values, values.dtype.type(np.nan))
    return _grouped(np.fmin, values, size), _grouped(np.fmax, values, size), False


def shades(columns: PixelColumns, cells: int, bins: range) -> NDArray[np.uint8]:
    """The density of the values in each column, as bytes to be drawn.

    Parameters
    ----------
    columns : PixelColumns
    cells : int
        The number of cells that are counted.
    bins : range
        The bins to draw; ``step`` of them are drawn as one.

    Returns
    -------
    ndarray of uint8, shape (columns, len(bins))
        255 times the square root of the bin's share of the column's values over `FULL_SHARE`, at most 255. Rounded up,
        so that even one value can be seen; in a sample, one that is the least or the greatest of its cell.
    """
    counts = columns.counts[:, bins.start : bins.stop]
    together = counts.reshape(len(columns), -1, bins.step).sum(axis=2)
    values = np.diff(columns.edges)[:, None] * cells
    shades: NDArray[np.uint8] = np.ceil(255 * np.sqrt(np.minimum(together / values / FULL_SHARE, 1))).astype(np.uint8)
    return shades
