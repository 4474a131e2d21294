"""Folds of contiguous steps, for models that are trained on some of them and judged on the rest."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.picked_rows import picked_rows
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def some_steps(steps: Ints, most: int, seed: int) -> Ints:
    """These steps, or a random sample of them, in order."""
    if len(steps) <= most:
        return steps
    return np.sort(np.random.default_rng(seed).choice(steps, most, replace=False))


def finite_rows(
    states: States, steps: Ints, check: Check, progress: Report, cells: Ints | None = None
) -> tuple[Floats, Ints]:
    """The states of those of these steps where they are finite, and these steps.

    Cells that are finite at none of the steps are left out, as those that have no threshold where others have some.

    Parameters
    ----------
    states : States
        They are read once, in blocks.
    steps : ndarray of int64
        Ascending.
    check, progress : callable
    cells : ndarray of int64, optional
        By default all.
    """
    rows = np.empty((len(steps), states.shape[1] if cells is None else len(cells)))
    for places, read in picked_rows(states, steps, cells, check=check, progress=progress):
        rows[places] = read
    finite = np.isfinite(rows)
    if finite.all():
        return rows, steps
    known = finite.any(axis=0)
    at = finite[:, known].all(axis=1) & known.any()
    return rows[np.ix_(at, known)], steps[at]


def folds_of(steps: Ints, within: Sequences, folds: int) -> list[tuple[Ints, Ints]]:
    """The steps to train on, and to judge on, of each fold: stretches, whole sequences where there are as many.

    Parameters
    ----------
    steps : ndarray of int64
        Ascending; folds number them from 0.
    within : Sequences
    folds : int
        At least 2.
    """
    cuts = np.linspace(0, len(steps), folds + 1).round().astype(np.int64)
    sequence = np.searchsorted(within.bounds, steps, side="right") - 1
    starts = np.append(np.flatnonzero(np.diff(sequence, prepend=-1)), len(steps))
    if len(starts) > folds:
        nearest = np.unique(starts[np.abs(starts - cuts[:, None]).argmin(axis=1)])
        cuts = nearest if len(nearest) == folds + 1 else cuts
    every = np.arange(len(steps))
    return [(np.delete(every, every[a:b]), every[a:b]) for a, b in itertools.pairwise(cuts.tolist())]


def standardised(features: Any, training: Ints, held_out: Ints) -> tuple[Any, Any]:
    """The features of both; cells with the mean 0 and the standard deviation 1 of the steps to train on."""
    inputs, others = features[training], features[held_out]
    if not isinstance(features, np.ndarray):
        return inputs, others
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0)
    spread[spread == 0] = 1.0
    return (inputs - middle) / spread, (others - middle) / spread
