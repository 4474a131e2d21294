"""Tracks as label codes, and the runs of equal labels, for the statistics of labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .sequences import Sequences
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack, as_track

Ints = NDArray[np.int64]

MOST_CLASSES = 1000
"""Different whole numbers that a track may have to be taken as classes."""


class Labels(NamedTuple):
    """The names of labels, and the code of each of T steps: the place of its label in ``names``, −1 for none."""

    names: tuple[str, ...]
    codes: Ints


def has_labels(track: Any) -> bool:
    """Whether a track is listed as one with labels: a categorical one, or one of zeros and ones."""
    return isinstance(track, CategoricalTrack) or (isinstance(track, ContinuousTrack) and track.is_binary)


def as_labels(track: Any, steps: int | None = None) -> Labels:
    """The labels of a track.

    Parameters
    ----------
    track : CategoricalTrack, ContinuousTrack of whole numbers, or what `as_track` makes one of these
        A 0/1 track has one label, ``"1"``; its other steps have none. Other whole numbers are classes, such as ``"3"``,
        if there are at most `MOST_CLASSES` different ones.
    steps : int, optional
        T, the required number of steps.

    Raises
    ------
    TypeError
        The track is a top-k track, or has numbers with fractions or too many different ones.
    ValueError
        The track has another number of steps.
    """
    track = as_track(track)
    if isinstance(track, TopKTrack):
        raise TypeError("a top-k track has several labels a step; take a categorical or a 0/1 track")
    if isinstance(track, CategoricalTrack):
        labels = Labels(track.labels, track.codes.astype(np.int64))
    elif track.is_binary:
        labels = Labels(("1",), np.where(track.values == 1, 0, -1).astype(np.int64))
    else:
        labels = _classes(track.values)
    if steps is not None and len(labels.codes) != steps:
        raise ValueError(f"the track must have a label for each of {steps} time steps; it has {len(labels.codes)}")
    return labels


def _classes(values: NDArray[np.float64]) -> Labels:
    """Whole numbers as labels, the most frequent first, as those of a `CategoricalTrack`."""
    known = ~np.isnan(values)
    classes, places, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    if len(classes) > MOST_CLASSES or not (np.isfinite(classes) & (np.trunc(classes) == classes)).all():
        raise TypeError(
            f"a track of numbers has no labels, unless they are at most {MOST_CLASSES:,} different whole numbers; "
            "cut it first, as in (values > 0.5)"
        )
    texts = [str(int(number)) for number in classes.tolist()]
    order = sorted(range(len(texts)), key=lambda place: (-counts[place], texts[place]))
    codes = np.full(len(values), -1, np.int64)
    codes[known] = np.argsort(order)[places]
    return Labels(tuple(texts[place] for place in order), codes)


class Runs(NamedTuple):
    """The longest ranges [start, stop) of steps with the same label, and its code."""

    start: Ints
    stop: Ints
    code: Ints


def runs_of(codes: Ints, sequences: Sequences | None = None) -> Runs:
    """All runs in order, including those of steps without a label (code −1). None crosses the end of a sequence."""
    if len(codes) == 0:
        return Runs(*(np.zeros(0, np.int64),) * 3)
    breaks = np.flatnonzero(np.diff(codes)) + 1
    starts = np.zeros(1, np.int64) if sequences is None else sequences.starts
    start = np.unique(np.concatenate([starts, breaks]))
    stop = np.append(start[1:], len(codes))
    return Runs(start, stop, codes[start])
