"""Tracks as label codes, and the runs of equal labels, for the statistics of labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .sequences import Sequences
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack

Ints = NDArray[np.int64]


class Labels(NamedTuple):
    """The names of labels, and the code of each of T steps: the place of its label in ``names``, −1 for none."""

    names: tuple[str, ...]
    codes: Ints


def has_labels(track: Any) -> bool:
    """Whether `as_labels` takes this track."""
    return isinstance(track, CategoricalTrack) or (isinstance(track, ContinuousTrack) and track.is_binary)


def as_labels(track: Any, steps: int | None = None) -> Labels:
    """The labels of a track.

    Parameters
    ----------
    track : CategoricalTrack, ContinuousTrack of 0 and 1, or sequence of T labels
        A 0/1 track has one label, ``"1"``; its other steps have none.
    steps : int, optional
        T, the required number of steps.

    Raises
    ------
    TypeError
        The track is a top-k track, or has numbers other than 0 and 1.
    ValueError
        The track has another number of steps.
    """
    if isinstance(track, TopKTrack):
        raise TypeError("a top-k track has several labels a step; take a categorical or a 0/1 track")
    if isinstance(track, ContinuousTrack):
        if not track.is_binary:
            raise TypeError("a track of numbers has no labels; cut it first, as in (values > 0.5)")
        labels = Labels(("1",), np.where(track.values == 1, 0, -1).astype(np.int64))
    elif isinstance(track, CategoricalTrack):
        labels = Labels(track.labels, track.codes.astype(np.int64))
    elif isinstance(track, np.ndarray) and track.dtype.kind in "fiub":
        return as_labels(ContinuousTrack(track), steps)
    else:
        return as_labels(CategoricalTrack(track), steps)
    if steps is not None and len(labels.codes) != steps:
        raise ValueError(f"the track must have a label for each of {steps} time steps; it has {len(labels.codes)}")
    return labels


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
