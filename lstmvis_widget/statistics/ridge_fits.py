"""How much of the numbers of a track all cells tell together: the R² of ridge regression, held out in folds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.timeline.labels import MISSING
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, part

from .dealt_numbers import DealtNumbers, codes_of
from .held_out_folds import finite_rows, folds_of, some_steps
from .line_fits import exponents_of
from .number_alignment import NumbersAsked
from .rearranging import p_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FOLDS = 5

PENALTY = 1.0
"""Of the squared weights of standardised cells, as in `probe`."""

MOST_VALUES, MOST_STEPS = 2**25, 100_000
"""Values that are kept, 256 MiB of them; steps whose cells have more, or that are more, are a random sample."""

DEALT_AT_ONCE = 2**24
"""Numbers that are dealt at once."""

MULTIPLIED_AT_ONCE = 2**22
"""Values whose products are summed before it may be cancelled."""

READING = 0.4
"""Share of the work that is reading the states."""


class AllCells(NamedTuple):
    """What all cells tell together.

    Attributes
    ----------
    r2 : float
        At most 1, below 0 where the mean of the steps that were trained on were better; NaN of too few steps, or where
        all numbers are alike.
    p : float
        The share of the arrangements of the numbers that have at least this R²; NaN without permutations.
    """

    r2: float
    p: float


def all_cells(asked: NumbersAsked, check: Check, progress: Report) -> AllCells:
    """How much all of the asked cells tell together, at the steps where they are finite.

    It is the score that `probe` gives for "cells" where that looks at the same steps; with draws, the cells are the
    same and only the numbers change. Steps that are held out for single cells aren't here, since each fold is.

    Parameters
    ----------
    asked : NumbersAsked
    check : callable
        Called before each block of states, and now and then.
    progress : callable
    """
    different, codes = codes_of(asked.values)
    counted = np.flatnonzero(codes != MISSING)
    width = len(asked.cells)
    steps = some_steps(counted, min(MOST_STEPS, MOST_VALUES // max(1, width)), asked.seed)
    if not width or len(different) < 2 or len(steps) < 2 * FOLDS:
        return AllCells(float("nan"), float("nan"))
    rows, steps = finite_rows(asked.states, steps, check, part(progress, 0, READING), asked.cells)
    if len(steps) < 2 * FOLDS:
        return AllCells(float("nan"), float("nan"))
    rows *= 2.0 ** -exponents_of(np.maximum(rows.max(axis=0), -rows.min(axis=0))).astype(np.float64)
    dealt = DealtNumbers(codes, asked.sequences, asked.permutations, asked.seed)
    numbers = _Numbers(dealt, different, np.searchsorted(counted, steps))
    errors = np.zeros(len(dealt))
    for number, (training, held_out) in enumerate(folds_of(steps, asked.sequences, FOLDS)):
        progress(READING + (1 - READING) * number / FOLDS)
        errors += _Ridge(rows, training, check).errors(numbers, held_out)
    spread = numbers.spread()
    r2 = 1 - np.divide(errors, spread, out=np.full(len(dealt), np.nan), where=spread > 0)
    if not asked.permutations or np.isnan(r2[0]):
        return AllCells(float(r2[0]), float("nan"))
    return AllCells(float(r2[0]), float(p_of(r2[0], np.nan_to_num(r2[1:], nan=-np.inf))))


class _Numbers:
    """The numbers at the steps that are looked at, in each arrangement.

    Parameters
    ----------
    dealt : DealtNumbers
    different : ndarray of float64
        The number of each code.
    places : ndarray of int64, shape (n,)
        Which of the counted steps are looked at.
    """

    def __init__(self, dealt: DealtNumbers, different: Floats, places: Ints) -> None:
        self._dealt, self._blocks = dealt, np.searchsorted(dealt.bounds, places, side="right") - 1
        scaled = different * 2.0 ** -float(exponents_of(np.abs(different).max()[None])[0])
        self._values = scaled - scaled.mean()

    def portions(self) -> Iterator[Floats]:
        """The numbers in each arrangement, some of these at once, of shape (n, arrangements)."""
        for first, end in blocks_of(len(self._dealt), max(1, DEALT_AT_ONCE // len(self._blocks))):
            dealt = [self._values[self._dealt.codes(each, self._blocks)] for each in range(first, end)]
            yield np.stack(dealt, axis=1)

    def spread(self) -> Floats:
        """The sum of the squares about the mean, for each arrangement."""
        parts = [((numbers - numbers.mean(axis=0)) ** 2).sum(axis=0) for numbers in self.portions()]
        return np.concatenate(parts)


class _Ridge:
    """Ridge regression on the rows of some steps, whatever the numbers there are.

    With fewer cells than steps the products of cells are kept, else those of steps: weights are the same.
    """

    def __init__(self, rows: Floats, training: Ints, check: Check) -> None:
        self._rows, self._training, self._check = rows, training, check
        count = len(training)
        self._middle, self._spread = np.zeros((2, rows.shape[1]))
        for start, stop in self._blocks(training):
            self._middle += rows[training[start:stop]].sum(axis=0) / count
        for start, stop in self._blocks(training):
            self._spread += ((rows[training[start:stop]] - self._middle) ** 2).sum(axis=0) / count
        self._spread = np.sqrt(self._spread)
        self._spread[self._spread == 0] = 1.0
        self._of_cells = rows.shape[1] <= count
        side = min(rows.shape[1], count)
        self._products: Floats = np.diag(np.full(side, PENALTY))
        for start, stop in self._blocks(training):
            cells = self._standardised(training[start:stop])
            if self._of_cells:
                self._products += cells.T @ cells
            else:
                for first, end in self._blocks(training):
                    self._products[start:stop, first:end] += cells @ self._standardised(training[first:end]).T

    def errors(self, numbers: _Numbers, held_out: Ints) -> Floats:
        """The sum of the squared errors at the held-out steps, for each arrangement of the numbers."""
        errors = []
        for each in numbers.portions():
            known = each[self._training]
            mean = known.mean(axis=0)
            weights = self._weights(known - mean)
            squares = np.zeros(each.shape[1])
            for start, stop in self._blocks(held_out):
                steps = held_out[start:stop]
                squares += ((each[steps] - mean - self._standardised(steps) @ weights) ** 2).sum(axis=0)
            errors.append(squares)
        return np.concatenate(errors)

    def _weights(self, numbers: Floats) -> Floats:
        """The weights of the standardised cells, of shape (cells, arrangements)."""
        along = numbers if self._of_cells else np.linalg.solve(self._products, numbers)
        weights = np.zeros((self._rows.shape[1], numbers.shape[1]))
        for start, stop in self._blocks(self._training):
            weights += self._standardised(self._training[start:stop]).T @ along[start:stop]
        return np.asarray(np.linalg.solve(self._products, weights)) if self._of_cells else weights

    def _standardised(self, steps: Ints) -> Floats:
        standardised: Floats = (self._rows[steps] - self._middle) / self._spread
        return standardised

    def _blocks(self, steps: Ints) -> Iterator[tuple[int, int]]:
        for block in blocks_of(len(steps), max(1, MULTIPLIED_AT_ONCE // self._rows.shape[1])):
            self._check()
            yield block
