"""The tracks, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import reduced_at
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.states.pixel_columns import (
    ColumnEdges,
    column_counts,
    column_maxima,
    column_means,
    column_modes,
    column_quantiles,
    count_of_codes,
)
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, never_cancelled

COLORED_LABELS = 12
"""The most frequent labels, which the page draws in colours of their own; of all others it draws how many there are.

So many classes of an output track have a row of their own; if there are more, the others share one."""

MOST_UNEXPECTED = 1000
"""Names of classes that are expected nowhere which are sent, at most; a vocabulary may have a hundred times as many."""

VALUES_AT_ONCE = 2**21
"""Probabilities that are read at once, roughly."""

QUANTILES = 9
"""Numbers that tell how those of a column are spread: the least, the median, the greatest, and between them."""


def described(tracks: Mapping[str, Track]) -> list[dict[str, Any]]:
    """Name, kind and scale of each track."""
    return [{"name": name, "kind": track.kind} | _scale(track) for name, track in tracks.items()]


def _scale(track: Track) -> dict[str, Any]:
    if isinstance(track, CategoricalTrack):
        labels = {"labels": [shortened(label) for label in track.labels], "counts": list(track.counts)}
        return labels | (_classes(track) if isinstance(track, OutputTrack) else {})
    if isinstance(track, ContinuousTrack):
        return {"range": track.value_range and list(track.value_range), "binary": track.is_binary}
    return {"range": track.score_range and list(track.score_range), "k": track.labels.shape[1]}


def _classes(track: OutputTrack) -> dict[str, Any]:
    nowhere = track.order[len(track.labels) :][:MOST_UNEXPECTED].tolist()
    unexpected = [shortened(track.classes[column]) for column in nowhere]
    found = {"unexpected": unexpected, "classes": len(track.classes), "targets": track.targets is not None}
    # Where each class has a row of its own, the rows are in the order that was given: classes may have one, as grades.
    every = len(track.classes) <= COLORED_LABELS + 1
    return found | ({"rows": np.argsort(track.order).tolist()} if every else {})


def within(track: Track, start: int, stop: int, sequences: Sequences) -> dict[str, Any]:
    """The codes, values, labels and scores, or probabilities of the steps [start, stop)."""
    if isinstance(track, OutputTrack):
        probabilities = {"probabilities": _in_32_bits(class_rows(track, start, stop))}
        return at(track, slice(start, stop)) | probabilities | _targets(track, start, stop, sequences)
    if not isinstance(track, TopKTrack):
        return at(track, slice(start, stop))
    labels = [[shortened(str(label)) for label in step] for step in track.labels[start:stop]]
    return {"labels": labels, "scores": _in_32_bits(track.scores[start:stop])}


def class_rows(track: OutputTrack, start: int, stop: int) -> NDArray[np.float64]:
    """The probabilities of the classes that have a row, a column each in the order of these, and that of all others."""
    probabilities = track.probabilities(start, stop)[:, track.order]
    if probabilities.shape[1] <= COLORED_LABELS + 1:
        return probabilities
    others = probabilities[:, COLORED_LABELS:].sum(axis=1, keepdims=True)
    return np.concatenate([probabilities[:, :COLORED_LABELS], others], axis=1)


def _targets(track: OutputTrack, start: int, stop: int, sequences: Sequences) -> dict[str, Any]:
    """The places of the true classes in the order of the rows; −1 where there is none."""
    if track.targets is None:
        return {}
    places = np.append(np.argsort(track.order), -1)
    return {"targets": places[track.targets_within(start, stop, sequences)].astype("<i4").tobytes()}


def _class_means(track: OutputTrack, edges: ColumnEdges, check: Check) -> NDArray[np.float64]:
    """The mean of `class_rows` in each column."""
    sums = np.zeros((len(edges) - 1, min(len(track.classes), COLORED_LABELS + 1)))
    for start, stop in blocks_of(int(edges[-1] - edges[0]), max(1, VALUES_AT_ONCE // len(track.classes))):
        check()
        first, last = start + edges[0], stop + edges[0]
        columns = np.arange(np.searchsorted(edges, first, side="right") - 1, np.searchsorted(edges, last))
        begins = np.maximum(edges[columns], first) - first
        sums[columns] += reduced_at(np.add, class_rows(track, int(first), int(last)), begins, axis=0)
    return sums / np.diff(edges)[:, None]


def in_columns(
    track: Track, edges: ColumnEdges, sequences: Sequences, check: Check = never_cancelled
) -> dict[str, Any]:
    """One label code, number or score for each column of pixels, and what else the steps of wider columns have.

    Of an output track besides the mean probabilities of its classes, in 255ths.

    The code of the most frequent label (among equals the one that is more frequent overall); the mean of numbers, or
    the greatest of zeros and ones, so that a single 1 can be seen; the mean score of the first of k labels. Of columns
    of several steps also how many of these have each label, how many are 1, or quantiles of their numbers or scores.
    """
    start, stop = int(edges[0]), int(edges[-1])
    single = stop - start == len(edges) - 1
    if isinstance(track, OutputTrack):
        means = np.round(255 * _class_means(track, edges, check)).astype("u1").tobytes()
        shown = _labels_in_columns(track, track.codes[start:stop], edges, single=single)
        confidence = column_means(track.confidence[start:stop], edges).astype("<f4").tobytes()
        targets = _targets(track, start, stop, sequences) if single else {}
        return shown | {"confidence": confidence, "probabilities": means} | targets
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


def foldable(tracks: Mapping[str, Track]) -> tuple[str, ...]:
    """Names of the tracks whose rows can be folded to one."""
    return tuple(name for name, track in tracks.items() if isinstance(track, OutputTrack))


def at(track: Track, steps: NDArray[Any] | slice) -> dict[str, Any]:
    """The codes or values at ``steps``."""
    if isinstance(track, CategoricalTrack):
        codes = {"codes": track.codes[steps].astype("<i4").tobytes()}
        if isinstance(track, OutputTrack):
            return codes | {"confidence": track.confidence[steps].astype("<f4").tobytes()}
        return codes
    if isinstance(track, ContinuousTrack):
        return {"values": _in_32_bits(track.values[steps])}
    msg = f"a {track.kind} track has more than one label a step"
    raise TypeError(msg)
