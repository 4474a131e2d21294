"""Sequences and the map of states, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.states.output_track import UNKNOWN, OutputTrack
from lstmvis_widget.statistics.sequence_table import SequenceFacts
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens, shortened
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from .tracks import class_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_TEXT, LEAST_TEXT, TEXT_ROOM = 80, 16, 1_600_000
"""Characters of the text of each sequence, at most and at least, and of all together, roughly."""

MOST_WORDS = 2000
"""Steps of a sequence that are sent as words, at most: those around the position."""

TEXTS_AT_ONCE = 1000
"""Texts that are made between two looks whether they are still wanted."""

QUANTILES = 101
"""Numbers that tell how jumps are spread."""


class Stretch(NamedTuple):
    """The steps [start, stop) of a sequence, which is [first, end)."""

    sequence: int
    first: int
    end: int
    start: int
    stop: int


def stretch_around(position: int, sequences: Sequences, most: int) -> Stretch:
    """At most so many steps around a position in its sequence; the same ones for positions near to each other."""
    first, end = (int(bound[0]) for bound in sequences.around([position]))
    part = max(1, most // 2)
    wanted = first + (position - first) // part * part - part // 2
    start = max(first, min(wanted, end - most))
    return Stretch(sequences.at(position), first, end, start, min(end, start + most))


def columns_of(
    texts: list[str],
    output: OutputTrack | None,
    facts: SequenceFacts | None,
    largest: tuple[Floats, Ints] | None,
    sequences: Sequences,
) -> dict[str, Any]:
    """What is known of each sequence, a buffer a column; classes as places in the order of the output track."""
    columns: dict[str, Any] = {"bounds": _ints(sequences.bounds), "texts": texts}
    if output is not None and facts is not None:
        places = np.append(np.argsort(output.order), UNKNOWN)
        columns |= {
            "target": None if output.targets is None else _ints(places[facts.target]),
            "prediction": _ints(places[facts.prediction]),
            "confidence": _floats(facts.confidence),
            "settled": _ints(facts.settled),
            "changes": _ints(facts.changes),
        }
    if largest is not None:
        jump, jump_at = largest
        columns |= {"largest_jump": _floats(jump), "largest_jump_at": _ints(np.where(np.isnan(jump), -1, jump_at))}
    return columns


def _ints(numbers: NDArray[Any]) -> bytes:
    return numbers.astype("<i4").tobytes()


def _floats(numbers: NDArray[Any]) -> bytes:
    with np.errstate(over="ignore"):  # beyond 32 bits they become infinite
        return numbers.astype("<f4").tobytes()


def beginnings(
    tokens: Tokens, sequences: Sequences, *, check: Check = never_cancelled, progress: Report = not_reported
) -> list[str]:
    """The first words of each sequence."""
    count = len(sequences)
    room = min(MOST_TEXT, max(LEAST_TEXT, TEXT_ROOM // max(1, count)))
    texts = []
    for number, (start, stop) in enumerate(pairwise(sequences.bounds.tolist())):
        if number % TEXTS_AT_ONCE == 0:
            check()
            progress(number / count)
        words: list[str] = []
        length = 0
        for step in range(start, stop):
            words.append(tokens.shown(step))
            length += len(words[-1]) + 1
            if length > room:
                break
        text = " ".join(words)
        texts.append(text if len(text) <= room else f"{text[: room - 1]}…")
    return texts


def words_of(tokens: Tokens, output: OutputTrack | None, distances: Floats | None, stretch: Stretch) -> dict[str, Any]:
    """Words, expected classes and jumps of a stretch of a sequence."""
    start, stop = stretch.start, stretch.stop
    found = stretch._asdict() | {
        "words": [shortened(word) for word in tokens[start:stop]],
        "distances": None if distances is None else _floats(distances[start:stop]),
        "codes": None,
        "confidence": None,
        "probabilities": None,
    }
    if output is not None:
        found |= {
            "codes": _ints(output.codes[start:stop]),
            "confidence": _floats(output.confidence[start:stop]),
            "probabilities": _floats(class_rows(output, start, stop)),
        }
    return found


def jump_spread(distances: Floats) -> dict[str, Any]:
    """Quantiles of all jumps, 0 to 100 in hundredths, and how many there are."""
    known = distances[~np.isnan(distances)]
    at = np.linspace(0, 1, QUANTILES)
    quantiles = np.quantile(known, at).tolist() if len(known) else []
    return {"quantiles": quantiles, "largest": quantiles[-1] if quantiles else None, "count": len(known)}


def points_of(projection: Projection) -> dict[str, Any]:
    """The points of a map. ``steps`` is None where they are all steps."""
    every = len(projection.steps) == projection.total
    return {
        "count": len(projection.steps),
        "coordinates": _floats(projection.coordinates),
        "steps": None if every else _ints(projection.steps),
    }


def colors_of(codes: NDArray[Any], strength: NDArray[Any] | None, **more: Any) -> dict[str, Any]:
    """A class for each point, with how strong its colour is, 0…1."""
    return {
        "kind": "classes",
        "codes": np.where(codes < 0, 65535, np.minimum(codes, 65534)).astype("<u2").tobytes(),
        "strength": None if strength is None else np.round(255 * strength).astype("u1").tobytes(),
        "values": None,
        "range": None,
        **more,
    }


def values_of(values: Floats, value_range: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    """A number for each point, in 254ths of the range, whose ends stand for what lies beyond; NaN: 255, no value."""
    low, high = value_range or (0.0, 0.0)
    half = high / 2 - low / 2  # the whole may be beyond the greatest number
    with np.errstate(invalid="ignore", over="ignore"):
        places = (values / 2 - low / 2) / half if half > 0 else np.where(values > high, 1.0, (values == high) / 2)
    places = np.where(np.isnan(values), np.nan, places)
    known = np.nan_to_num(np.round(254 * np.clip(places, 0, 1)), nan=255)
    return {
        "kind": "values",
        "codes": None,
        "strength": None,
        "values": known.astype("u1").tobytes(),
        "labels": [],
        "range": None if value_range is None else list(value_range),
        **more,
    }


def described_map(projection: Projection, trust: Any, *, settled: bool = True) -> dict[str, Any]:
    """What is known of a map: how it was made, and how far to trust it (None: not measured yet)."""
    explained = projection.explained
    return {
        "method": projection.method,
        "points": len(projection.steps),
        "steps": projection.total,
        "explained": None if explained is None else explained.tolist(),
        "perplexity": projection.perplexity,
        "notes": list(projection.notes),
        "trust": None if trust is None else {name: _numbers(each) for name, each in trust.items()},
        "settled": settled,
    }


def _numbers(figures: Any) -> dict[str, float | None]:
    return {name: None if np.isnan(value) else float(value) for name, value in figures.items()}


def trajectory(
    stretch: Stretch, coordinates: Floats, output: OutputTrack | None, distances: Floats | None
) -> dict[str, Any]:
    """The positions of the steps of a stretch; NaN for one that isn't on the map."""
    start, stop = stretch.start, stretch.stop
    return {
        "sequence": stretch.sequence,
        "first": stretch.first,
        "end": stretch.end,
        "start": start,
        "coordinates": _floats(coordinates),
        "codes": None if output is None else _ints(output.codes[start:stop]),
        "confidence": None if output is None else _floats(output.confidence[start:stop]),
        "distances": None if distances is None else _floats(distances[start:stop]),
    }


def thinned(
    points: Mapping[str, Any] | None, colors: Mapping[str, Any] | None, known: Mapping[str, Any] | None, most: int
) -> dict[str, Any]:
    """The traits of the map with a sample of so many of its points, and a note that says so; as they are if fewer."""
    if points is None or known is None or points["count"] <= most:
        return {"_points": points, "_point_colors": colors, "_map": known}
    count = points["count"]
    kept = np.sort(np.random.default_rng(0).choice(count, most, replace=False))
    steps = kept if points["steps"] is None else np.frombuffer(points["steps"], "<i4")[kept]
    coordinates = np.frombuffer(points["coordinates"], "<f4").reshape(-1, 2)[kept]
    note = f"a sample of {most:,} of {count:,} points is saved in this file"
    found = {"count": most, "coordinates": coordinates.tobytes(), "steps": _ints(steps)}
    return {
        "_points": found,
        "_point_colors": None if colors is None else {**colors, **_at(colors, kept, count)},
        "_map": {**known, "notes": [*known["notes"], note]},
    }


def _at(colors: Mapping[str, Any], kept: Ints, count: int) -> dict[str, bytes]:
    """The entries of the kept points in what colours a number of points."""
    buffers = {name: colors.get(name) for name in ("codes", "strength", "values")}
    return {
        name: np.frombuffer(buffer, np.uint8).reshape(count, -1)[kept].tobytes()
        for name, buffer in buffers.items()
        if buffer is not None
    }
