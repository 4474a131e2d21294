"""The tracks, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.pixel_columns import ColumnEdges, column_maxima, column_means, column_modes
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track


def described(tracks: Mapping[str, Track]) -> list[dict[str, Any]]:
    """Name, kind and scale of each track."""
    return [{"name": name, "kind": track.kind} | _scale(track) for name, track in tracks.items()]


def _scale(track: Track) -> dict[str, Any]:
    if isinstance(track, CategoricalTrack):
        return {"labels": [shortened(label) for label in track.labels], "counts": list(track.counts)}
    if isinstance(track, ContinuousTrack):
        return {"range": track.value_range and list(track.value_range), "binary": track.is_binary}
    return {"range": track.score_range and list(track.score_range), "k": track.labels.shape[1]}


def within(track: Track, start: int, stop: int) -> dict[str, Any]:
    """The codes, values, or labels and scores of the steps [start, stop)."""
    if not isinstance(track, TopKTrack):
        return at(track, slice(start, stop))
    labels = [[shortened(str(label)) for label in step] for step in track.labels[start:stop]]
    return {"labels": labels, "scores": _in_32_bits(track.scores[start:stop])}


def in_columns(track: Track, edges: ColumnEdges) -> dict[str, Any]:
    """One label code, number or score for each column of pixels.

    The code of the most frequent label (among equals the one that is more frequent overall); the mean of numbers, or
    the greatest of zeros and ones, so that a single 1 can be seen; the mean score of the first of k labels.
    """
    start, stop = int(edges[0]), int(edges[-1])
    if isinstance(track, CategoricalTrack):
        return {"codes": column_modes(track.codes[start:stop], edges).astype("<i4").tobytes()}
    if isinstance(track, ContinuousTrack):
        reduce = column_maxima if track.is_binary else column_means
        return {"values": _in_32_bits(reduce(track.values[start:stop], edges))}
    return {"scores": _in_32_bits(column_means(track.scores[start:stop, 0], edges))}


def _in_32_bits(values: NDArray[np.float64]) -> bytes:
    with np.errstate(over="ignore"):  # a value beyond 32 bits becomes infinite, and is drawn at the end of the range
        return values.astype("<f4").tobytes()


def comparable(tracks: Mapping[str, Track]) -> tuple[str, ...]:
    """Names of the tracks with one label or number a step, which the match view can show."""
    return tuple(name for name, track in tracks.items() if not isinstance(track, TopKTrack))


def at(track: Track, steps: NDArray[Any] | slice) -> dict[str, Any]:
    """The codes or values at ``steps``."""
    if isinstance(track, CategoricalTrack):
        return {"codes": track.codes[steps].astype("<i4").tobytes()}
    if isinstance(track, ContinuousTrack):
        return {"values": _in_32_bits(track.values[steps])}
    msg = f"a {track.kind} track has more than one label a step"
    raise TypeError(msg)
