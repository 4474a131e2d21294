"""The tracks, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.pixel_columns import (
    ColumnEdges,
    column_counts,
    column_maxima,
    column_means,
    column_modes,
    column_quantiles,
    count_of_codes,
)
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track

COLORED_LABELS = 12
"""The most frequent labels, which the page draws in colours of their own; of all others it draws how many there are."""

QUANTILES = 9
"""Numbers that tell how those of a column are spread: the least, the median, the greatest, and between them."""


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
    """One label code, number or score for each column of pixels, and what else the steps of wider columns have.

    The code of the most frequent label (among equals the one that is more frequent overall); the mean of numbers, or
    the greatest of zeros and ones, so that a single 1 can be seen; the mean score of the first of k labels. Of columns
    of several steps also how many of these have each label, how many are 1, or quantiles of their numbers or scores.
    """
    start, stop = int(edges[0]), int(edges[-1])
    single = stop - start == len(edges) - 1
    if isinstance(track, CategoricalTrack):
        return _labels_in_columns(track, track.codes[start:stop], edges, single=single)
    if isinstance(track, ContinuousTrack):
        values = track.values[start:stop]
        if not track.is_binary:
            return {"values": _in_32_bits(column_means(values, edges))} | _spread(values, edges, single=single)
        shares = {} if single else {"shares": _in_32_bits(column_means(values, edges))}
        return {"values": _in_32_bits(column_maxima(values, edges))} | shares
    scores = track.scores[start:stop, 0]
    return {"scores": _in_32_bits(column_means(scores, edges))} | _spread(scores, edges, single=single)


def _labels_in_columns(
    track: CategoricalTrack, codes: NDArray[np.int32], edges: ColumnEdges, *, single: bool
) -> dict[str, Any]:
    if single:
        return {"codes": codes.astype("<i4").tobytes()}
    counts = column_counts(codes, edges, min(len(track.labels), COLORED_LABELS))
    modes = column_modes(codes, edges, counts)
    return {
        "codes": modes.astype("<i4").tobytes(),
        "most": count_of_codes(codes, edges, modes).astype("<i4").tobytes(),
        "counts": counts.astype("<i4").tobytes(),
    }


def _spread(values: NDArray[np.float64], edges: ColumnEdges, *, single: bool) -> dict[str, Any]:
    """Quantiles of the values of each column, and the share of its steps that have a value."""
    if single:
        return {}
    return {
        "quantiles": column_quantiles(values, edges, QUANTILES).astype("<f4").tobytes(),
        "known": column_means((~np.isnan(values)).astype(np.float64), edges).astype("<f4").tobytes(),
    }


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
