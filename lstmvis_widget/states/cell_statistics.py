"""Statistics of each cell over all steps: mean and spread in one pass by blocks, and quantiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported
from lstmvis_widget.work.memory import free_memory

from .moment_tree import LEAF_ROWS, MomentTree

Array = NDArray[Any]
Doubles = NDArray[np.float64]

Seen = Callable[[int, Array], None]
"""Is given the first row and the rows of a block that is read, which it must not change."""


def not_seen(start: int, rows: Array) -> None:
    """Do nothing with them."""


READ_VALUES = 2**20
"""Values read at once."""

SORTED_BYTES = 2**30
"""Bytes of states held at once to be sorted, at most, where reading them again takes time."""

SORTED_BYTES_IN_MEMORY = 2**25
"""The same for states in memory."""

QUANTILE_STEPS = 1000
"""Quantiles are counted in thousandths."""


@dataclass(frozen=True)
class StatesReader:
    """Reads states for a statistic: their shape and dtype, and how rows are read.

    Parameters
    ----------
    shape : (int, int)
        (T, D).
    dtype : numpy dtype
        Of the values read.
    read : callable
        Returns the rows [start, stop) as an array of shape (stop − start, D).
    in_memory : bool
        Whether the states are an array in memory, so that reading them takes no time.
    elsewhere : callable, optional
        The fold of rows that lie elsewhere, see `lstmvis_widget.states.sources.States.fold_source`; None: they are read
        here.
    kept : callable
        Returns the mean and the spread of each cell that the states' file keeps, or None.
    check : callable
        Called before each read; an exception ends the pass.
    progress : callable
        Given the share done, 0…1, before each read.
    seen : callable
        Given the first row and the rows of each read of the first pass.
    """

    shape: tuple[int, int]
    dtype: np.dtype[Any]
    read: Callable[[int, int], Array]
    in_memory: bool = False
    elsewhere: Callable[..., MomentTree | None] | None = None
    kept: Callable[[], Moments | None] = lambda: None
    check: Check = never_cancelled
    progress: Report = not_reported
    seen: Seen = not_seen

    def blocks(self, number: int = 0, passes: int = 1) -> Iterator[tuple[int, Array]]:
        """(start, rows) of each block in order, in pass ``number`` of ``passes``."""
        steps, cells = self.shape
        for start, stop in blocks_of(steps, max(1, READ_VALUES // max(1, cells))):
            self.check()
            self.progress((number + start / steps) / passes)
            rows = self.read(start, stop)
            if number == 0:
                self.seen(start, rows)
            yield start, rows


@dataclass(frozen=True)
class Moments:
    """Mean and spread of the finite values of each cell.

    Parameters
    ----------
    mean : ndarray of float64, shape (D,)
        0 for a cell without a finite value.
    spread : ndarray of float64, shape (D,)
        Standard deviation (ddof 0). Exactly 0 if all finite values are the same, or there is none.
    """

    mean: Doubles
    spread: Doubles

    def __post_init__(self) -> None:
        for name in ("mean", "spread"):
            values = getattr(self, name)
            if values.ndim != 1 or values.shape != self.mean.shape:
                raise ValueError(f"mean and spread must have the shape (cells,); {name} has {values.shape}")
            if not np.isfinite(values).all():
                cell = int(np.argmin(np.isfinite(values)))
                raise ValueError(f"the {name} of cell {cell} is beyond double precision: {values[cell]}")
        if (self.spread < 0).any():
            raise ValueError(f"a spread must be at least 0; that of cell {int(self.spread.argmin())} is less")


class MomentsPass:
    """Mean and spread of rows that arrive in portions. The result doesn't depend on the portions, to the last bit.

    Parameters
    ----------
    cells : int
        D.
    """

    def __init__(self, cells: int) -> None:
        self._waiting = np.empty((LEAF_ROWS, cells))
        self._waits = self._added = 0
        self._tree = MomentTree.nothing()

    def add(self, rows: Array) -> None:
        """Add the next rows, of shape (n, D) and any real dtype. NaN and ±∞ are left out."""
        start = 0
        while start < len(rows):
            some = rows[start : start + LEAF_ROWS - self._waits]
            self._waiting[self._waits : self._waits + len(some)] = some
            self._waits += len(some)
            start += len(some)
            if self._waits == LEAF_ROWS:
                self._take_in()

    def result(self) -> Moments:
        """Mean and spread of all rows. Nothing can be added after it.

        Raises
        ------
        ValueError
            The values of a cell lie too far apart for double precision.
        """
        self._take_in()
        return _moments(self._tree, self._waiting.shape[1])

    def _take_in(self) -> None:
        rows, self._waits = self._waiting[: self._waits], 0
        self._tree = self._tree.joined(MomentTree.of(self._added, rows))
        self._added += len(rows)


def _moments(tree: MomentTree, cells: int) -> Moments:
    sums = tree.whole()
    if sums is None:
        return Moments(np.zeros(cells), np.zeros(cells))
    spread = np.sqrt(sums.squares / np.maximum(sums.number, 1))
    return Moments(np.where(sums.number > 0, sums.first + sums.mean, 0.0), spread)


def moments_of(reader: StatesReader) -> Moments:
    """Mean and spread of each cell, in one pass over the states.

    Raises
    ------
    OSError
        The states can't be read.
    ValueError
        The values of a cell lie too far apart for double precision.
    """
    if reader.elsewhere is not None:
        tree = reader.elsewhere(MomentTree.of, MomentTree.joined, check=reader.check, progress=reader.progress)
        return _moments(MomentTree.nothing() if tree is None else tree, reader.shape[1])
    sums = MomentsPass(reader.shape[1])
    for _, values in reader.blocks():
        sums.add(values)
    return sums.result()


def quantiles_of(reader: StatesReader) -> Array:
    """The values that divide the steps of each cell into thousandths, exactly.

    The values of a cell are sorted whole. Where those of all cells don't fit into `SORTED_BYTES`, or into a quarter of
    the free memory, there is one pass over the states for each portion of the cells that does.

    Returns
    -------
    ndarray of shape (D, 1000)
        In the precision of the states (integers: double precision). For j = 1…1000, at least the share j / 1000 of the
        steps of cell c have a value below x iff x > ``result[c, j - 1]``. NaN doesn't count as a step; a cell that has
        only NaN gets +∞ throughout.
    """
    return _tables(reader, _thousandths)[0]


def quantiles_both_ways(reader: StatesReader) -> tuple[Array, Array]:
    """`quantiles_of` the states and of the negated states, which take no second pass and no second sort."""
    high, low = _tables(reader, _thousandths, _thousandths_of_negated)
    return high, low


def _tables(reader: StatesReader, *statistics: Callable[[Array, int], Array]) -> tuple[Array, ...]:
    """For each statistic a row for each cell, given the sorted values of the cell, and how many aren't NaN."""
    steps, cells = reader.shape
    dtype = reader.dtype if reader.dtype.kind == "f" else np.dtype(np.float64)
    room = SORTED_BYTES_IN_MEMORY if reader.in_memory else min(SORTED_BYTES, free_memory() // 4)
    portions = list(blocks_of(cells, max(1, room // max(1, steps * dtype.itemsize))))
    tables = tuple(np.full((cells, QUANTILE_STEPS), np.inf, dtype) for _ in statistics)
    for number, (first, end) in enumerate(portions):
        by_cell = np.empty((end - first, steps), dtype)
        for start, values in reader.blocks(number, len(portions)):
            by_cell[:, start : start + len(values)] = values[:, first:end].T
        for cell, values_of_cell in enumerate(by_cell, start=first):
            reader.check()
            values_of_cell.sort()  # NaN comes last
            count = steps - int(np.isnan(values_of_cell).sum())
            if count:
                for table, statistic in zip(tables, statistics, strict=True):
                    table[cell] = statistic(values_of_cell, count)
    return tables


def _thousandths(values: Array, count: int) -> Array:
    thousandths: Array = values[_steps_below(count) - 1]
    return thousandths


def _thousandths_of_negated(values: Array, count: int) -> Array:
    thousandths: Array = -values[count - _steps_below(count)]
    return thousandths


def _steps_below(count: int) -> NDArray[np.int64]:
    """Of so many steps, how many must lie below each thousandth."""
    parts = np.arange(1, QUANTILE_STEPS + 1, dtype=np.int64)
    return -(-parts * count // QUANTILE_STEPS)
