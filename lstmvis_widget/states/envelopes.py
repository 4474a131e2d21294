"""The values of many steps in few columns of pixels: the envelope of each cell, and the density of all values.

Mirrors have envelopes of their own, but no part in the density: they would only repeat the values of their cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from .density import BINS, Extent, Floats, is_enough, sampled_every
from .pixel_columns import ColumnEdges, column_edges
from .sources import States
from .summaries import Summary, Summing, grouped

MEMORY = 64 * 2**20
"""Bytes that the kept columns of one layer take, at most."""

FULL_SHARE = 0.1
"""A bin with this share of a column's values, or more, is drawn as dense as can be."""

BLOCK_BYTES = 2**24
"""What is read in one go, where it is read here."""

Look = Callable[[int, NDArray[Any]], None]
"""Takes the number of the first row of a block, and its values."""


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
            grouped(np.fmin, low, size),
            grouped(np.fmax, high, size),
            grouped(np.fmin, self.lowest, size),
            grouped(np.fmax, self.highest, size),
            grouped(np.add, self.counts, size),
            self.extent,
            self.every,
        )


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
            # Keep all cells if they fit, so that other cells need no other read; but few are to come from elsewhere.
            near = self.states.elsewhere is None and len(range(start, stop, stride)) * self.column_bytes <= self._memory
            fits = coarse or near
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
    """Compute the columns of the steps [start, stop) in one pass, where the rows are.

    Parameters are those of `Envelopes.columns` and `Envelopes.fill`. ``cells`` None: all. Of ``every`` values at most,
    one is counted; None: as `sampled_every` says. ``also`` is for rows that are read here.
    """
    dtype = drawn_dtype(states)
    wanted = min(stride, every or sampled_every(stride, states.plain_cells))
    summing = Summing(stride, stop, cells, states.plain_cells, extent, wanted, dtype)

    def of_block(first: int, values: NDArray[Any]) -> Summary:
        if also is not None:
            also(first, values)
        return summing(first, values)

    rows = _power_of_two(BLOCK_BYTES // (states.shape[1] * states.dtype.itemsize))
    summary = states.fold(
        summing if also is None else of_block,
        Summary.joined,
        ranges=[(start, stop)],
        block_rows=rows,
        check=check,
        progress=progress,
    )
    if summary is None:
        raise ValueError(f"there are no steps in [{start}, {stop})")
    return PixelColumns(column_edges(start, stop, stride), stride, cells, *summary.whole(), extent, wanted)


def _power_of_two(most: int) -> int:
    return 1 << (max(1, most).bit_length() - 1)


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
