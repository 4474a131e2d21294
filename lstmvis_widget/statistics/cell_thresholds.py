"""Thresholds of cells as a statistic is given them: one for all, one for each, or a table with signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_number, checked_float, checked_ints
from lstmvis_widget.given.tables import columns_of, is_table
from lstmvis_widget.matching.ranking import check_cells
from lstmvis_widget.states.on_off import is_on
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import Check, Report

from .counted_rows import CountedRows, CountedSteps

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PackedRows = tuple[tuple[NDArray[np.uint8], ...], ...]

ALLOWED = (
    "threshold must be a number, one for each of {} cells, or a table with the columns cell and threshold (and sign), "
    "such as that of cell_alignment"
)


COLUMNS = ("cell", "threshold", "sign", "label")


class CellThresholds(NamedTuple):
    """When each of some cells counts as on: at values of at least its threshold, or of at most it.

    Attributes
    ----------
    cells : ndarray of int64, shape (n,)
        Sorted.
    thresholds : float, or ndarray of float64, shape (n,)
        One for all cells, or one for each.
    signs : ndarray of int64, shape (n,), or None
        −1 for the cells that are on at values ≤ threshold; None: all are on at values ≥ threshold.
    """

    cells: Ints
    thresholds: float | Floats
    signs: Ints | None = None

    def on(self, states: States, start: int, stop: int, rows: Ints) -> NDArray[np.bool_]:
        """Which of the cells are on at some rows of the steps [start, stop); shape (rows, n). NaN is never on."""
        if isinstance(self.thresholds, float):
            rule = states.on_rule(self.thresholds)
            return rule(states.read_source(start, stop)[rows], None)[:, self.cells]
        return self.on_at(states.read(start, stop)[rows])

    def on_at(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of the cells are on, given rows of values of all cells; shape (rows, n)."""
        values = rows[:, self.cells]
        if isinstance(self.thresholds, float):
            return is_on(values, self.thresholds)
        with np.errstate(over="ignore"):  # as of one threshold: one beyond the range of float16 becomes infinite
            cut = self.thresholds.astype(values.dtype if values.dtype.kind == "f" else np.float64)
        at_least: NDArray[np.bool_] = values >= cut
        return at_least if self.signs is None else np.where(self.signs > 0, at_least, values <= cut)


def thresholds_of(given: Any, names: tuple[str, ...], width: int, cells: ArrayLike | None) -> list[CellThresholds]:
    """The thresholds for each of some labels: the same object where they are the same.

    Parameters
    ----------
    given : float, array_like of float, shape (D,), or table
        A table has the columns ``cell`` and ``threshold``, and may have ``sign`` and ``label``: then each label has the
        rows of its own. Rows without a threshold (NaN) are left out.
    names : tuple of str
        The labels.
    width : int
        D.
    cells : array_like of int, optional
        The cells to look at; by default all, or those of the table.

    Raises
    ------
    TypeError, ValueError
        It is none of these, a number isn't finite, or the table has a cell twice, no row of a label or of a cell.
    """
    wanted = None if cells is None else check_cells(cells, width)
    if _is_table(given):
        if not chosen_by_label(given):
            return [_of_table(given, None, width, wanted)] * len(names)
        return [_of_table(given, name, width, wanted) for name in names]
    numbers = np.arange(width) if wanted is None else wanted
    if as_number(given) is not None:
        return [CellThresholds(numbers, checked_float("threshold", given))] * len(names)
    if isinstance(given, str | bytes) or np.ndim(array := as_numpy(given)) != 1 or array.dtype.kind not in "fiu":
        raise TypeError(f"{ALLOWED.format(width)}; got {brief(given)}")
    if len(array) != width:
        raise ValueError(f"{ALLOWED.format(width)}; got {len(array)} numbers")
    each = np.array([checked_float("threshold", number) for number in array[numbers].tolist()])
    return [CellThresholds(numbers, each)] * len(names)


def chosen_by_label(given: Any) -> bool:
    """Whether these thresholds are those of a table that has some for each label."""
    return _is_table(given) and "label" in columns_of(given)


def _is_table(given: Any) -> bool:
    return (isinstance(given, Mapping) or is_table(given)) and {"cell", "threshold"} <= columns_of(given).keys()


def _of_table(table: Any, name: str | None, width: int, wanted: Ints | None) -> CellThresholds:
    """The thresholds that a table has for a label, or for all."""
    columns = {column: as_numpy(values) for column, values in columns_of(table).items() if column in COLUMNS}
    of_label = np.ones(len(columns["cell"]), bool) if name is None else columns["label"].astype(str) == name
    if name is not None and not of_label.any():
        raise ValueError(f"the table of thresholds has no row of the label {name!r}")
    known = of_label & ~np.isnan(columns["threshold"].astype(np.float64))
    numbers = checked_ints("the cells of the table", columns["cell"][known], 0, width - 1)
    order = np.argsort(numbers, kind="stable")
    numbers, thresholds = numbers[order], columns["threshold"][known].astype(np.float64)[order]
    signs = columns["sign"][known][order].astype(np.int64) if "sign" in columns else None
    twice = np.flatnonzero(np.diff(numbers) == 0)
    if len(twice):
        raise ValueError(
            f"the table has cell {numbers[twice[0]]} more than once: keep the rows of one label, or its column label"
        )
    if not np.isfinite(thresholds).all():
        raise ValueError(f"threshold must be a finite number; got {thresholds[~np.isfinite(thresholds)][0]}")
    if signs is not None and not np.isin(signs, (1, -1)).all():
        raise ValueError(f"sign must be 1 or -1; got {signs[~np.isin(signs, (1, -1))][0]}")
    if wanted is not None:
        without = np.setdiff1d(wanted, numbers)
        if len(without):
            of = "" if name is None else f" for {name!r}"
            raise ValueError(f"the table has no threshold of cell {without[0]}{of}")
        kept = np.isin(numbers, wanted)
        numbers, thresholds, signs = numbers[kept], thresholds[kept], None if signs is None else signs[kept]
    return CellThresholds(numbers, thresholds, signs)


class OnBits:
    """Which cells are on at some steps, one bit a value.

    Parameters
    ----------
    steps, cells : int
    """

    def __init__(self, steps: int, cells: int) -> None:
        self.steps, self.cells = steps, cells
        self._bytes = np.zeros((steps, -(-cells // 8)), np.uint8)

    def put(self, first: int, on: NDArray[np.bool_]) -> None:
        """Set the rows from ``first`` on."""
        self.put_packed(first, packed(on))

    def put_packed(self, first: int, packed: NDArray[np.uint8]) -> None:
        """Set the rows from ``first`` on, whose bits are packed."""
        self._bytes[first : first + len(packed)] = packed

    def rows(self, rows: Ints | slice) -> NDArray[np.float32]:
        """Zeros and ones of some rows; shape (rows, cells)."""
        ones: NDArray[np.float32] = np.unpackbits(
            self._bytes[rows], axis=1, count=self.cells, bitorder="little"
        ).astype(np.float32)
        return ones

    def column(self, cell: int, rows: Ints) -> NDArray[np.bool_]:
        """Whether a cell is on at some rows."""
        on: NDArray[np.bool_] = (self._bytes[rows, cell // 8] >> (cell % 8)) & 1 == 1
        return on


def packed(on: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Rows of booleans, one bit each."""
    return np.packbits(on, axis=1, bitorder="little")


@dataclass(frozen=True)
class OnOfBlock:
    """Tells by each of some thresholds which cells are on at the counted rows of a block; ``joined`` joins two blocks.

    What is told is a tuple for each of the thresholds, of packed rows.
    """

    thresholds: tuple[CellThresholds, ...]

    def __call__(self, first: int, values: NDArray[Any], counted: CountedRows) -> PackedRows:
        """Tell it of a block."""
        rows = values[counted.of(first, len(values))[0]]
        return tuple((packed(some.on_at(rows)),) for some in self.thresholds)

    @staticmethod
    def joined(one: PackedRows, other: PackedRows) -> PackedRows:
        """The rows of a block, and of the block after it."""
        return tuple((*before, *after) for before, after in zip(one, other, strict=True))


def _read_elsewhere(
    states: States, each: list[CellThresholds], counted: Ints, check: Check, progress: Report
) -> list[OnBits]:
    """`read_on` where the rows are: only bits come here."""
    found = [OnBits(len(counted), len(some.cells)) for some in each]
    beside = CountedSteps(counted, np.zeros(len(counted), np.uint8))
    told = states.fold(
        OnOfBlock(tuple(each)), OnOfBlock.joined, beside=beside, ranges=beside.ranges, check=check, progress=progress
    )
    for bits, rows in zip(found, told or (), strict=told is not None):
        bits.put_packed(0, np.concatenate(rows))
    return found


def read_on(states: States, each: list[CellThresholds], counted: Ints, check: Check, progress: Report) -> list[OnBits]:
    """Which cells are on at the counted steps, by each of these thresholds: in one pass over the states."""
    if states.elsewhere is not None:
        return _read_elsewhere(states, each, counted, check, progress)
    found = [OnBits(len(counted), len(some.cells)) for some in each]
    for start, stop in states.blocks():
        check()
        progress(start / max(1, len(states)))
        low, high = np.searchsorted(counted, [start, stop]).tolist()
        if low < high:
            for some, bits in zip(each, found, strict=True):
                bits.put(low, some.on(states, start, stop, counted[low:high] - start))
    return found
