"""Positions of all steps along two principal axes, in a pass or two over the states."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part

from .moments import Frame, widest_frame
from .principal_axes import PRODUCTS_AT_ONCE, PrincipalAxes, axes_of, moments_of, most_steps, signed

Array = NDArray[Any]
Floats = NDArray[np.float64]

SHOWN = 2
"""Axes of a map."""

BEGUN, REFINED = 8, 4
"""Axes of a sample that are refined by a pass over all steps, and those of them among which the two are found."""

BLOCKS = 4
"""Usual blocks that are read at once: in smaller ones, threads wait for each other more than they work."""

TOTAL_EVERY = 4
"""One of so many steps tells how much all cells vary together."""

ROWS_AT_ONCE = 2**16
"""Rows that are turned at once."""


class StepsAlongAxes(NamedTuple):
    """Positions (T, 2), NaN for steps that aren't finite; and the steps that the axes were begun with, or None."""

    axes: PrincipalAxes
    positions: Floats
    begun_with: int | None


def along_principal_axes(states: States, seed: int, check: Check, progress: Report) -> StepsAlongAxes:
    """Put all steps along the two axes on which they vary most.

    Where the covariance of all steps would take much longer than reading them, the axes of a random sample are refined
    by one multiplication with it, as in an iteration for its eigenvectors: a pass over the states sums the products of
    all states with their positions along 8 axes of the sample. The two axes shown are the best ones in the space of the
    four best products: the variance along them is that of all steps.

    Parameters
    ----------
    states : States
    seed : int
        Of the sample.
    check : callable
        Called before each block.
    progress : callable

    Raises
    ------
    ValueError
        No step has finite values only.
    OSError
        The states can't be read.
    """
    refines = most_steps(states) < len(states) and states.shape[1] >= BEGUN
    known = moments_of(states, seed, check, part(progress, 0, 0.3 if refines else 0.6))
    axes = axes_of(known, BEGUN if refines else SHOWN, exact=not refines)
    frame = Frame.of(states, axes.mean, axes.scale)
    near = frame.is_near and bool(axes.explained.any())
    if not refines:
        found = _passed(_Pass(states, Along(frame, axes.axes.T, near)), check, part(progress, 0.6, 1))
        return StepsAlongAxes(axes, found.along((frame.shift - axes.mean) / frame.unit @ axes.axes.T), None)
    first = _Pass(states, Along(frame, _completed(axes.axes.T, seed), near, with_products=True))
    first = _passed(first, check, part(progress, 0.3, 0.7))
    best = np.linalg.eigh(first.basis.T @ first.products)[1][:, ::-1][:, :REFINED]
    basis, _ = np.linalg.qr(first.products @ best)
    last = _Pass(states, Along(first.frame, basis, first.near, with_total=True))
    last = _passed(last, check, part(progress, 0.7, 1))
    return _turned(last, known.count)


def _completed(basis: Floats, seed: int) -> Floats:
    """An orthonormal basis, in which random directions replace zeros: the sample didn't vary, all steps may."""
    completed = basis.copy()
    unknown = ~basis.any(axis=0)
    completed[:, unknown] = np.random.default_rng(seed).standard_normal((len(basis), int(unknown.sum())))
    found: Floats = np.linalg.qr(completed)[0]
    return found


class PassSums(NamedTuple):
    """What a pass finds of some rows.

    Attributes
    ----------
    positions : tuple of ndarray, each of shape (n, k)
        Of stretches of rows, one after the other, relative to the frame, in its unit; NaN for a row that isn't finite.
    number : int
        How many rows are finite.
    sums, squares : ndarray of float64, shape (k,) and (k, k)
        Of the positions, and of their products.
    products : ndarray of float64, shape (D, k), or ()
    total : ndarray of float64, shape (2,)
        The sum of the squares of the values of some steps, relative to the frame, and the number of these.
    failed : bool
        Whether a value lay so far out that squares failed.
    """

    positions: tuple[Array, ...]
    number: int
    sums: Floats
    squares: Floats
    products: Floats
    total: Floats
    failed: bool

    def joined(self, other: PassSums) -> PassSums:
        """With what is found of the rows after these."""
        with np.errstate(over="ignore", invalid="ignore"):
            return PassSums(
                (*self.positions, *other.positions),
                self.number + other.number,
                self.sums + other.sums,
                self.squares + other.squares,
                self.products + other.products,
                self.total + other.total,
                self.failed or other.failed,
            )


@dataclass(frozen=True, eq=False)
class Along:
    """Puts a block of rows along a basis; ``PassSums.joined`` joins what is found of two blocks.

    Parameters
    ----------
    frame : Frame
    basis : ndarray of float64, shape (D, k)
    near : bool
        Whether values needn't be shifted before they are multiplied.
    with_products, with_total : bool
        Whether the products of the states with their positions are summed, and the squares of values.
    """

    frame: Frame
    basis: Floats
    near: bool
    with_products: bool = False
    with_total: bool = False

    def __call__(self, _: int, rows: Array) -> PassSums:
        """What is found of a block."""
        with np.errstate(over="ignore", invalid="ignore"):  # of this thread
            found, products, total = self._of(rows)
            there = found
            if not np.isfinite(found).all():
                finite = np.isfinite(rows).all(axis=1)
                found, products, total = self._of(rows[finite])
                there = np.full((len(rows), self.basis.shape[1]), np.nan, found.dtype)
                there[finite] = found
            exact = found.astype(np.float64)
            sums, squares = exact.sum(axis=0), exact.T @ exact
        failed = not (np.isfinite(squares).all() and np.isfinite(products).all() and np.isfinite(total).all())
        return PassSums((there,), len(found), sums, squares, products.astype(np.float64), total, failed)

    def _of(self, rows: Array) -> tuple[Array, Array, Floats]:
        """The positions of rows, the sums of their products with these, and of the squares of some."""
        precision = np.float32 if self.frame.single else np.float64
        directions = np.ascontiguousarray(self.basis, precision)
        offset = (self.frame.shift @ self.basis).astype(precision) if self.near else None
        total = np.zeros(2)
        found: Array = np.empty((len(rows), self.basis.shape[1]), precision)
        products: Array = np.zeros(self.basis.shape if self.with_products else (), precision)
        blocks = blocks_of(len(rows), max(1, PRODUCTS_AT_ONCE // max(1, self.basis.size)))
        for number, (start, stop) in enumerate(blocks):
            some, along = rows[start:stop], found[start:stop]
            if self.with_total and number % TOTAL_EVERY == 0:
                moved = self.frame.relative(some)
                total += np.vecdot(moved, moved).sum(dtype=np.float64), len(some)
            some = some.astype(np.float32, copy=False) if self.near else self.frame.relative(some)
            np.matmul(some, directions, out=along)
            if offset is not None:
                along -= offset
            if self.with_products:
                products += some.T @ along
        return found, products, total


class _Pass:
    """One pass over all steps, which puts them along a basis.

    Parameters
    ----------
    states : States
    by : Along

    Attributes
    ----------
    positions : ndarray of shape (T, k)
    count : int
        How many steps are finite.
    sums, squares, products, total, failed
        See `PassSums`.
    """

    def __init__(self, states: States, by: Along) -> None:
        self.states, self.by = states, by
        self.frame, self.basis, self.near = by.frame, by.basis, by.near
        count = by.basis.shape[1]
        self.positions: Array = np.empty((len(states), count), np.float32 if by.frame.single else np.float64)
        self.count, self.total, self.failed = 0, np.zeros(2), False
        self.sums, self.squares, self.products = np.zeros(count), np.zeros((count, count)), np.zeros(by.basis.shape)
        self._of_blocks: dict[int, tuple[int, PassSums]] = {}
        self._folded, self._folding = 0, threading.Lock()

    def run(self, check: Check, progress: Report) -> None:
        """Look at all steps, where they are."""
        if self.states.elsewhere is not None:
            found = self.states.fold(self.by, PassSums.joined, check=check, progress=progress)
            if found is not None:
                self._add(0, len(self.states), found)
        else:
            self._run_here(check, progress)
        if self.near:
            self.products -= np.outer(self.frame.shift, self.sums)

    def _run_here(self, check: Check, progress: Report) -> None:
        steps, begun = len(self.states), 0

        def before_each() -> None:
            check()
            progress(min(1.0, begun / max(1, steps)))

        shared = SharedBlocks(self.states.blocks(BLOCKS * self.states.block_rows), before_each)

        def work() -> None:
            nonlocal begun
            for start, stop in shared:
                begun = max(begun, stop)
                self._add(start, stop, self.by(start, self.states.read(start, stop)))
                if self.failed:
                    shared.stop()

        in_threads(work)

    def _add(self, start: int, stop: int, found: PassSums) -> None:
        """Take in what was found of the rows [start, stop)."""
        at = start
        for some in found.positions:
            self.positions[at : at + len(some)] = some
            at += len(some)
        with self._folding:
            self.failed = self.failed or found.failed
            self._of_blocks[start] = stop, found._replace(positions=())
            self._fold()

    def _fold(self) -> None:
        """Add the blocks that come next, in the order of the steps: so sums are the same each time."""
        with np.errstate(over="ignore", invalid="ignore"):
            while self._folded in self._of_blocks:
                self._folded, found = self._of_blocks.pop(self._folded)
                self.count += found.number
                self.sums += found.sums
                self.squares += found.squares
                self.products += found.products
                self.total += found.total

    def along(self, moved: Floats, turn: Floats | None = None) -> Floats:
        """The positions moved, and then turned, in the unit of the states: shape (T, 2)."""
        steps = len(self.positions)
        placed = np.empty((steps, SHOWN))
        shared = SharedBlocks(blocks_of(steps, ROWS_AT_ONCE), never_cancelled)

        def work() -> None:
            for start, stop in shared:
                some = self.positions[start:stop] + moved
                np.multiply(some if turn is None else some @ turn, self.frame.unit, out=placed[start:stop])

        in_threads(work)
        return placed


def _passed(asked: _Pass, check: Check, progress: Report) -> _Pass:
    """A pass that has run: in another frame where values lie farther out than expected."""
    asked.run(check, progress)
    if not asked.failed:
        return asked
    frame = widest_frame(asked.states, asked.frame.shift, check)
    again = _Pass(asked.states, replace(asked.by, frame=frame, near=False))
    again.run(check, progress)
    return again


def _turned(last: _Pass, begun_with: int) -> StepsAlongAxes:
    """The positions along the two axes in the basis on which all steps vary most."""
    steps = max(1, last.count)
    middle = last.sums / steps
    variances, turn = np.linalg.eigh(last.squares / steps - np.outer(middle, middle))
    variances = np.clip(variances[::-1][:SHOWN], 0, None)
    axes = signed((last.basis @ turn[:, ::-1][:, :SHOWN]).T)
    axes[variances <= 0] = 0.0
    turn = last.basis.T @ axes.T
    total = max(float(last.total[0] / max(1.0, last.total[1])), float(variances.sum()))
    explained = variances / total if total > 0 else variances
    mean = last.frame.shift + middle @ turn @ axes * last.frame.unit
    found = PrincipalAxes(mean, axes, explained, last.count, last.frame.scale)
    return StepsAlongAxes(found, last.along(-middle, turn), begun_with)
