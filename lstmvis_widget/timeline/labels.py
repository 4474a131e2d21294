"""Tracks as label codes, and the runs of equal labels, for the statistics of labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .sequences import Sequences
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack, as_track

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MISSING = -1
"""The code of a step whose label isn't known: it isn't counted."""

OTHER = -2
"""The code of a step that has none of the names: it is counted as a step without these labels."""

MOST_CLASSES = 1000
"""Different whole numbers that a track may have to be taken as classes."""


class Labels(NamedTuple):
    """The names of labels, and the code of each of T steps: the place in ``names``, `MISSING` or `OTHER`."""

    names: tuple[str, ...]
    codes: Ints


def has_labels(track: Any) -> bool:
    """Whether a track is listed as one with labels: a categorical one, or one of zeros and ones."""
    return isinstance(track, CategoricalTrack) or (isinstance(track, ContinuousTrack) and track.is_binary)


def has_numbers(track: Any) -> bool:
    """Whether a track is listed as one of numbers: a continuous one, but not one of zeros and ones."""
    return isinstance(track, ContinuousTrack) and not track.is_binary


def numbers_or_labels_of(track: Any, steps: int) -> Floats | Labels:
    """The numbers of a track, of shape (T,), where it has some, NaN for those that aren't finite; else its labels.

    A `ContinuousTrack` has numbers, whole ones too. So have lists and arrays of numbers that can't be labels: those
    with fractions, or with more than `MOST_CLASSES` different whole numbers. Zeros and ones are one label, however they
    are given.

    Parameters
    ----------
    track : Track, Labels, or what `as_track` makes one of these
    steps : int
        T, the required number of steps.

    Raises
    ------
    TypeError, ValueError
        As of `as_labels`.
    """
    made = track if isinstance(track, Labels) else as_track(track)
    if not isinstance(made, ContinuousTrack) or made.is_binary or (made is not track and _are_classes(made.values)):
        return as_labels(made, steps)
    if len(made) != steps:
        raise ValueError(f"the track must have a number for each of {steps} time steps; it has {len(made)}")
    return np.where(np.isfinite(made.values), made.values, np.nan)


def as_labels(track: Any, steps: int | None = None) -> Labels:
    """The labels of a track.

    Parameters
    ----------
    track : CategoricalTrack, ContinuousTrack of whole numbers, Labels, or what `as_track` makes one of these
        A 0/1 track has one label, ``"1"``; its zeros are steps without it. Other whole numbers are classes, such as
        ``"3"``, if there are at most `MOST_CLASSES` different ones. None in a categorical track, and NaN in one of
        numbers, is a missing label.
    steps : int, optional
        T, the required number of steps.

    Raises
    ------
    TypeError
        The track is a top-k track, or has numbers with fractions or too many different ones.
    ValueError
        The track has another number of steps.
    """
    labels = track if isinstance(track, Labels) else _labels_of(as_track(track))
    if steps is not None and len(labels.codes) != steps:
        raise ValueError(f"the track must have a label for each of {steps} time steps; it has {len(labels.codes)}")
    return labels


def _labels_of(track: CategoricalTrack | ContinuousTrack | TopKTrack) -> Labels:
    if isinstance(track, TopKTrack):
        raise TypeError("a top-k track has several labels a step; take a categorical or a 0/1 track")
    if isinstance(track, CategoricalTrack):
        return Labels(track.labels, track.codes.astype(np.int64))
    if track.is_binary:
        codes = np.where(track.values == 1, 0, OTHER)
        return Labels(("1",), np.where(np.isnan(track.values), MISSING, codes).astype(np.int64))
    return _classes(track.values)


def _classes(values: NDArray[np.float64]) -> Labels:
    """Whole numbers as labels, the most frequent first, as those of a `CategoricalTrack`."""
    known = ~np.isnan(values)
    classes, places, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    if not _are_whole(classes):
        raise TypeError(
            f"a track of numbers has no labels, unless they are at most {MOST_CLASSES:,} different whole numbers; "
            "cut it first, as in (values > 0.5)"
        )
    texts = [str(int(number)) for number in classes.tolist()]
    order = sorted(range(len(texts)), key=lambda place: (-counts[place], texts[place]))
    codes = np.full(len(values), MISSING, np.int64)
    codes[known] = np.argsort(order)[places]
    return Labels(tuple(texts[place] for place in order), codes)


def _are_classes(values: NDArray[np.float64]) -> bool:
    return _are_whole(np.unique(values[~np.isnan(values)]))


def _are_whole(different: NDArray[np.float64]) -> bool:
    """Whether numbers may be taken as classes: whole ones, and not too many."""
    return len(different) <= MOST_CLASSES and bool((np.isfinite(different) & (np.trunc(different) == different)).all())


class Runs(NamedTuple):
    """The longest ranges [start, stop) of steps with the same label, and its code."""

    start: Ints
    stop: Ints
    code: Ints


def runs_of(codes: Ints, sequences: Sequences | None = None) -> Runs:
    """All runs in order, including those of steps without a label (code < 0). None crosses the end of a sequence."""
    if len(codes) == 0:
        return Runs(*(np.zeros(0, np.int64),) * 3)
    breaks = np.flatnonzero(np.diff(codes)) + 1
    starts = np.zeros(1, np.int64) if sequences is None else sequences.starts
    start = np.unique(np.concatenate([starts, breaks]))
    stop = np.append(start[1:], len(codes))
    return Runs(start, stop, codes[start])
