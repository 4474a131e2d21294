"""The steps of a sequence as columns of a chart: where steps would be too narrow, several share one, as in the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import reduced_at

NARROWEST, WIDEST = 0.9, 8.0
"""Widths of a step in points."""


@dataclass(frozen=True)
class StepColumns:
    """Steps [start, stop) in columns of ``stride`` steps each, ``step`` points wide a step; the last may have fewer."""

    start: int
    stop: int
    stride: int
    step: float

    @property
    def count(self) -> int:
        """How many columns there are."""
        return -(-(self.stop - self.start) // self.stride)

    @property
    def span(self) -> float:
        """Width of all columns in points."""
        return (self.stop - self.start) * self.step

    @property
    def edges(self) -> NDArray[np.int64]:
        """The first step of each column, and the end, all counted from ``start``."""
        return np.append(np.arange(0, self.stop - self.start, self.stride), self.stop - self.start)

    def extent(self, start: int, stop: int) -> tuple[float, float] | None:
        """Left edge and width of some steps in points; None if none of them is among the columns."""
        first, last = max(start, self.start), min(stop, self.stop)
        return ((first - self.start) * self.step, (last - first) * self.step) if first < last else None


def columns_for(start: int, stop: int, room: float) -> StepColumns:
    """The columns of steps [start, stop) in so many points: as wide as there is room for, within limits."""
    steps, width = max(0, stop - start), max(1.0, room)
    stride = max(1, int(np.ceil(steps * NARROWEST / width)))
    return StepColumns(start, stop, stride, min(WIDEST, width / max(1, steps)))


def means_in(columns: StepColumns, values: NDArray[Any]) -> NDArray[np.float64]:
    """The mean of the values of each column, without those that are NaN; NaN where all are. Rows are steps."""
    values = np.asarray(values, np.float64)
    if columns.stride == 1 or len(values) == 0:
        return values
    known = ~np.isnan(values)
    starts = columns.edges[:-1]
    sums = reduced_at(np.add, np.where(known, values, 0), starts, axis=0)
    counts = reduced_at(np.add, known.astype(np.int64), starts, axis=0)
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return means


def greatest_in(columns: StepColumns, values: NDArray[Any]) -> NDArray[np.int64]:
    """The place of the greatest value of each column, of equal ones the first; −1 where all are NaN."""
    found = np.full(columns.count, -1, np.int64)
    for column, (start, stop) in enumerate(zip(columns.edges[:-1], columns.edges[1:], strict=True)):
        part = values[start:stop]
        if not np.isnan(part).all():
            found[column] = start + int(np.nanargmax(part))
    return found


def most_frequent_in(columns: StepColumns, codes: NDArray[Any]) -> NDArray[np.int64]:
    """The code that most steps of each column have, of equally frequent ones the first that occurs; −1: none."""
    if columns.stride == 1:
        return np.asarray(codes, np.int64)
    found = np.full(columns.count, -1, np.int64)
    for column, (start, stop) in enumerate(zip(columns.edges[:-1], columns.edges[1:], strict=True)):
        part = codes[start:stop]
        names, firsts, counts = np.unique(part[part >= 0], return_index=True, return_counts=True)
        if len(names):
            found[column] = names[np.lexsort((firsts, -counts))[0]]
    return found
