"""Work on all rows as a fold: something is made of each block of rows, and these are joined in the order of the rows.

So the same work can be done on blocks that are read here, and where the rows lie; see `RowsElsewhere.fold`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.work.blocks import Block, SharedBlocks, in_threads
from lstmvis_widget.work.cancelling import Check, Report

from .transforms import Transform

Array = NDArray[Any]
Part = TypeVar("Part")

OfBlock = Callable[..., Part]
"""Makes something of a block: of its first row, its values, which it must not change, and what stands beside these
rows, if the fold was given something that does."""

Join = Callable[[Part, Part], Part]
"""Joins what was made of some rows with what was made of the rows after them. It changes neither, and is associative:
so it doesn't matter how rows are divided into blocks."""

Ranges = Sequence[Block]
"""Ranges of rows [start, stop), ascending, without overlap, none of them empty."""


class Beside(Protocol):
    """What is known here of each row, such as its label, for work where the rows are."""

    def within(self, start: int, stop: int) -> Any:
        """What is known of the rows [start, stop) alone, in a form for ``of_block``; it can be pickled."""


class Where(NamedTuple):
    """What a fold looks at: what stands beside the rows, the rows that are read, and how many make a block here."""

    beside: Beside | None = None
    ranges: Ranges | None = None
    block_rows: int | None = None


def clipped(blocks: Iterable[Block], ranges: Ranges) -> Iterator[Block]:
    """Those parts of ascending blocks that lie in the ranges."""
    left = iter(ranges)
    current = next(left, None)
    for start, stop in blocks:
        while current is not None and current[0] < stop:
            low, high = max(start, current[0]), min(stop, current[1])
            if low < high:
                yield low, high
            if current[1] > stop:
                break
            current = next(left, None)
        if current is None:
            return


def fold_here(
    read: Callable[[int, int], Array],
    blocks: Iterator[Block],
    work: tuple[OfBlock[Part], Join[Part]],
    beside: tuple[Beside, ...] = (),
    *,
    count: int,
    steps: int,
    check: Check,
    progress: Report,
) -> Part | None:
    """Fold blocks that ``read`` reads, in threads.

    Parameters
    ----------
    read : callable
        Gives the rows [start, stop).
    blocks : iterator of (int, int)
        Ascending.
    work : (callable, callable)
        What makes something of a block, and what joins two of these.
    beside : tuple of Beside
        What stands beside the rows, if anything does.
    count : int
        How many blocks there are, at most or about.
    steps : int
        How many rows these have together.
    check, progress : callable
        Called before each block.

    Returns
    -------
    object, or None
        None where there are no blocks.
    """
    of_block, join = work
    stretches, numbers, done = _Stretches(join), iter(range(2**63 - 1)), 0

    def before_each() -> None:
        check()
        progress(min(1.0, done / max(1, steps)))

    number_of: dict[Block, int] = {}

    def numbered() -> Iterator[Block]:
        nonlocal done
        for block in blocks:
            number_of[block] = next(numbers)
            done += block[1] - block[0]
            yield block

    shared = SharedBlocks(numbered(), before_each)

    def run() -> None:
        for start, stop in shared:
            there = (each.within(start, stop) for each in beside)
            stretches.add(number_of.pop((start, stop)), of_block(start, read(start, stop), *there))

    in_threads(run, blocks=max(1, count))
    return stretches.whole()


class _Stretches(Generic[Part]):
    """What was made of blocks, by their numbers: neighbours are joined as soon as both are there, from any thread."""

    def __init__(self, join: Join[Part]) -> None:
        self._join, self._adding = join, threading.Lock()
        self._starting: dict[int, tuple[int, Part]] = {}  # the number of the first block: that after the last one
        self._ending: dict[int, int] = {}  # the number after the last block: that of the first one

    def add(self, number: int, made: Part) -> None:
        first, end = number, number + 1
        while True:
            with self._adding:
                before = self._ending.pop(first, None)
                if before is not None:
                    other = self._starting.pop(before)[1]
                elif end in self._starting:
                    after, other = self._starting.pop(end)
                    del self._ending[after]
                else:
                    self._starting[first], self._ending[end] = (end, made), first
                    return
            if before is not None:
                first, made = before, self._join(other, made)
            else:
                end, made = after, self._join(made, other)

    def whole(self) -> Part | None:
        return self._starting[0][1] if self._starting else None


@dataclass(frozen=True)
class AsRead(Generic[Part]):
    """Makes something of rows of a source as they lie there, by what makes it of rows as they are read.

    Parameters
    ----------
    of_block : callable
    dtype : numpy dtype
        Of the source's rows as they are read.
    transform : Transform, optional
        Fitted.
    """

    of_block: OfBlock[Part]
    dtype: np.dtype[Any]
    transform: Transform | None

    def __call__(self, first: int, values: Array, *beside: Beside) -> Part:
        """Of a block as it lies there."""
        values = as_read(values if type(values) is np.ndarray else as_numpy(values), self.dtype)
        return self.of_block(first, values if self.transform is None else self.transform.apply(values), *beside)


def as_read(values: Array, dtype: np.dtype[Any]) -> Array:
    """Rows of a source in native byte order and the dtype in which they are read; booleans become 0 and 1.

    Raises
    ------
    ValueError
        They are masked in part, and have no place for that.
    """
    values = native_numbers(values)
    if values.dtype != dtype:
        if dtype.kind in "iu" and values.dtype.kind == "f" and np.isnan(values).any():
            raise ValueError("masked in part: give the states as floats")
        values = values.astype(dtype)
    return values


def native_numbers(values: Array) -> Array:
    """Booleans as 0 and 1, and numbers in the byte order of this machine."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    return values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("="))


def every_row(_: int, values: Array) -> tuple[Array]:
    """All rows of a block. ``operator.add`` joins them."""
    return (values,)
