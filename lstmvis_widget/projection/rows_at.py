"""The rows of some steps, in memory: a sample of steps, whole sequences or runs where there are many."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.states.picked_rows import picked_rows
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check

Array = NDArray[Any]
Ints = NDArray[np.int64]

PIECES = 10
"""A sequence takes at most one part in so many of a sample; of longer ones, runs of successive steps are taken."""


class SampledSteps(NamedTuple):
    """Some steps in ascending order, and what was sampled, for a reader; empty if all steps are there."""

    steps: Ints
    note: str


def sampled_steps(sequences: Sequences, most: int, seed: int, classes: Ints | None = None) -> SampledSteps:
    """At most so many steps: whole sequences, chosen at random.

    Parameters
    ----------
    sequences : Sequences
    most : int
        At least 1.
    seed : int
    classes : ndarray of int64, shape (n,), optional
        The class of each sequence. With it classes take turns: each has about as many steps, as far as it has them.
    """
    total = int(sequences.bounds[-1])
    if total <= most:
        return SampledSteps(np.arange(total), "")
    longest = max(1, most // PIECES)
    parts = -(-sequences.lengths // longest)
    of = repeated(np.arange(len(sequences)), parts)
    number = np.arange(len(of)) - repeated(np.cumsum(parts) - parts, parts)
    starts = sequences.starts[of] + number * longest
    lengths = np.minimum(starts + longest, sequences.bounds[of + 1]) - starts
    order = np.random.default_rng(seed).permutation(len(starts))
    if classes is not None:
        taken = np.empty(len(order), np.int64)
        for each in np.unique(classes):
            own = classes[of[order]] == each
            taken[own] = np.cumsum(lengths[order][own])
        order = order[np.argsort(taken, kind="stable")]
    chosen = np.sort(order[np.cumsum(lengths[order]) <= most])
    steps = np.concatenate([np.arange(starts[at], starts[at] + lengths[at]) for at in chosen.tolist()])
    are_whole = bool((parts[of[chosen]] == 1).all())
    what = f"{len(chosen):,} {'whole sequences' if are_whole else 'sequences, or runs of long ones'}"
    by = "" if classes is None else ", with the same number of steps of each class as far as it has them"
    return SampledSteps(steps, f"a sample of {len(steps):,} of {total:,} steps: {what}, chosen at random{by}")


def classes_of(track: Any, sequences: Sequences) -> Ints:
    """The class of each sequence, from a label for each of them, or for each step: that of its last step.

    Raises
    ------
    TypeError, ValueError
        These are no labels, or neither as many as sequences nor as many as steps.
    """
    codes = as_labels(track).codes
    if len(codes) == len(sequences):
        return codes
    if len(codes) == sequences.bounds[-1]:
        by_step: Ints = codes[sequences.bounds[1:] - 1]
        return by_step
    raise ValueError(
        f"by must be the classes of the {len(sequences)} sequences, or of the {sequences.bounds[-1]} time steps; got "
        f"{len(codes)} labels"
    )


def rows_at(states: States, steps: Ints, check: Check) -> Array:
    """The states of these steps, which ascend, shape (n, D)."""
    given = states.as_given
    if type(given) is np.ndarray:
        check()
        gathered: Array = given[steps].astype(states.dtype, copy=False)
        return gathered
    rows = np.empty((len(steps), states.shape[1]), states.dtype)
    for places, read in picked_rows(states, steps, check=check):
        rows[places] = read
    return rows
