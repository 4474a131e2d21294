"""Sequences and the map of states, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.states.output_track import UNKNOWN, OutputTrack
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens

from .tracks import class_rows

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_TEXT, LEAST_TEXT, TEXT_ROOM = 80, 16, 1_600_000
"""Characters of the text of each sequence, at most and at least, and of all together, roughly."""

MOST_WORDS = 2000
"""Steps of a sequence that are sent as words, at most: those around the position."""

QUANTILES = 101
"""Numbers that tell how jumps are spread."""


def columns_of(
    table: pd.DataFrame | None, output: OutputTrack | None, tokens: Tokens, sequences: Sequences
) -> dict[str, Any]:
    """What is known of each sequence, a buffer a column; classes as places in the order of the output track."""
    columns: dict[str, Any] = {
        "bounds": sequences.bounds.astype("<i4").tobytes(),
        "texts": beginnings(tokens, sequences),
    }
    if table is None or output is None:
        return columns
    places = np.append(np.argsort(output.order), UNKNOWN)
    targets = output.target_of_each(sequences)
    last = output.expected[sequences.bounds[1:] - 1]
    jump_at = table["largest_jump_at"].fillna(-1).to_numpy(np.int64)
    columns |= {
        "target": None if targets is None else places[targets].astype("<i4").tobytes(),
        "prediction": places[last].astype("<i4").tobytes(),
        "confidence": table["confidence"].to_numpy().astype("<f4").tobytes(),
        "settled": table["settled"].to_numpy().astype("<i4").tobytes(),
        "changes": table["changes"].to_numpy().astype("<i4").tobytes(),
        "largest_jump": table["largest_jump"].to_numpy().astype("<f4").tobytes(),
        "largest_jump_at": jump_at.astype("<i4").tobytes(),
    }
    return columns


def beginnings(tokens: Tokens, sequences: Sequences) -> list[str]:
    """The first words of each sequence."""
    room = min(MOST_TEXT, max(LEAST_TEXT, TEXT_ROOM // max(1, len(sequences))))
    texts = []
    for start, stop in zip(sequences.bounds[:-1].tolist(), sequences.bounds[1:].tolist(), strict=True):
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


def words_of(
    tokens: Tokens, sequences: Sequences, output: OutputTrack | None, distances: Floats | None, position: int
) -> dict[str, Any]:
    """Words, expected classes and jumps of the sequence at ``position``, of a long one those around it."""
    first, end = (int(bound[0]) for bound in sequences.around([position]))
    start = max(first, min(position - MOST_WORDS // 2, end - MOST_WORDS))
    stop = min(end, start + MOST_WORDS)
    found: dict[str, Any] = {
        "sequence": sequences.at(position),
        "first": first,
        "end": end,
        "start": start,
        "stop": stop,
        "words": [tokens.shown(step) for step in range(start, stop)],
        "distances": None if distances is None else distances[start:stop].astype("<f4").tobytes(),
        "codes": None,
        "confidence": None,
        "probabilities": None,
    }
    if output is not None:
        found |= {
            "codes": output.codes[start:stop].astype("<i4").tobytes(),
            "confidence": output.confidence[start:stop].astype("<f4").tobytes(),
            "probabilities": class_rows(output, start, stop).astype("<f4").tobytes(),
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
        "key": key_of(projection.steps),
        "coordinates": projection.coordinates.astype("<f4").tobytes(),
        "steps": None if every else projection.steps.astype("<i4").tobytes(),
    }


def key_of(steps: Ints) -> str:
    """Tells maps of different steps apart: points and the colours of these steps have the same."""
    return f"{len(steps)}-{zlib.crc32(steps.astype('<i4').tobytes()):08x}"


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


def described_map(projection: Projection, trust: Any) -> dict[str, Any]:
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
        "settled": True,
    }


def _numbers(figures: Any) -> dict[str, float | None]:
    return {name: None if np.isnan(value) else float(value) for name, value in figures.items()}


def trajectory(
    sequence: int, start: int, coordinates: Floats, output: OutputTrack | None, distances: Floats | None
) -> dict[str, Any]:
    """The positions of successive steps of a sequence from ``start`` on; NaN for one that isn't on the map."""
    stop = start + len(coordinates)
    return {
        "sequence": sequence,
        "start": start,
        "coordinates": coordinates.astype("<f4").tobytes(),
        "codes": None if output is None else output.codes[start:stop].astype("<i4").tobytes(),
        "confidence": None if output is None else output.confidence[start:stop].astype("<f4").tobytes(),
        "distances": None if distances is None else distances[start:stop].astype("<f4").tobytes(),
    }
