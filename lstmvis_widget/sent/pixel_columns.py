"""Many steps in few columns of pixels, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.matching.ranking import Index
from lstmvis_widget.states.density import BINS, Extent, bins_a_unit
from lstmvis_widget.states.envelopes import PixelColumns, shades
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.cancelling import Check, never_cancelled

from .tracks import in_columns

LEAST_BINS = 110
"""Bins of density on the value axis, at least, if there are as many."""

FINER = BINS // LEAST_BINS

READABLE_WIDTH = 12
"""Pixels of a step, at least, where the page has room for words."""

MOST_COLUMNS = 8192
"""Columns of a page, at most: a column is at least a pixel wide."""

MOST_VALUES = 2_000_000
"""Values of envelopes with margins, at most; without margins as many as the view needs."""


@dataclass(frozen=True)
class WantedColumns:
    """All that the drawn columns depend on: the steps [start, stop), and what is drawn of them."""

    layer: str
    states: States
    stride: int
    start: int
    stop: int
    extent: Extent
    axis: Extent | None
    cells: tuple[int, ...]
    selected: tuple[int, ...]
    indexed_at: float | None
    """The threshold, if there is an index at it: then it is drawn which cells are on."""
    tracks: tuple[tuple[str, Track], ...]


class View(NamedTuple):
    """What a page shows: the first step, how many steps, T, and how many steps share a column.

    The page sends these numbers one by one, so that during a zoom they may be of different scales.
    """

    position: int
    visible: int
    steps: int
    stride: int


def stride_at(word_width: float) -> int | None:
    """How many steps share a column where a step is so many pixels wide, as in the page; None where there are words."""
    if word_width >= READABLE_WIDTH:
        return None
    return 1 if word_width >= 1 else 1 << math.ceil(-math.log2(word_width) - 1e-9)


def span(view: View, cells: int) -> tuple[int, int]:
    """The steps of the columns in view, with margins to move in. ``cells`` is the number of envelopes."""
    columns = view.visible // view.stride + 2
    margin = view.stride * min(columns // 2, max(0, (MOST_VALUES // (2 * max(cells, 1)) - columns) // 2))
    start = max(0, view.position - margin) // view.stride * view.stride
    columns_end = math.ceil((view.position + view.visible + margin) / view.stride) * view.stride
    return start, min(view.steps, columns_end)


def covers(sent: tuple[int, int], view: View, cells: int) -> bool:
    """Whether the columns of the steps ``sent`` still have at least half of their margins around the view."""
    start, stop = span(view, cells)
    end = view.position + view.visible
    slack = max(0, min(view.position - start, stop - end)) // 2
    if sent[1] - sent[0] > 2 * (stop - start):
        return False
    return sent[0] <= max(0, view.position - slack) and sent[1] >= min(view.steps, end + slack)


def drawn(
    wanted: WantedColumns,
    columns: PixelColumns,
    cells: int,
    sequences: Sequences,
    tokens: Tokens,
    *,
    check: Check = never_cancelled,
) -> dict[str, Any]:
    """The density of all of ``cells`` cells, the tracks and the starts of sequences."""
    bins = _bins(wanted)
    words = [tokens.shown(step) for step in range(wanted.start, wanted.stop)] if wanted.stride == 1 else None
    starts = sequences.starts_in(wanted.start, wanted.stop) - wanted.start
    return {
        "layer": wanted.layer,
        "stride": wanted.stride,
        "start": wanted.start,
        "stop": wanted.stop,
        "lowest": columns.lowest.astype("<f8").tobytes(),
        "highest": columns.highest.astype("<f8").tobytes(),
        "density": shades(columns, cells, bins).tobytes(),
        "density_every": columns.every,
        "density_range": [_value_at(bins.start, wanted.extent), _value_at(bins.stop, wanted.extent)],
        "words": words,
        "tracks": {name: in_columns(track, columns.edges, sequences, check) for name, track in wanted.tracks},
        "sequence_starts": starts.astype("<i4").tobytes(),
        "sequence": sequences.at(wanted.start),
    }


def _bins(wanted: WantedColumns) -> range:
    """The bins that the value axis covers; several are drawn as one if there are more than needed."""
    begin, end = (_bin_at(value, wanted.extent) for value in wanted.axis or wanted.extent)
    first = min(math.floor(begin), BINS - 1)
    last = max(first + 1, math.ceil(end))
    together = 1 << max(0, ((last - first) // LEAST_BINS).bit_length() - 1)
    return range(first // together * together, -(-last // together) * together, together)


def _bin_at(value: float, extent: Extent) -> float:
    """Where a value lies, counted in bins, 0…BINS."""
    low, high = extent
    if math.isfinite(high - low):
        at = (value - low) * (BINS / (high - low))
    else:
        at = value * bins_a_unit(extent) - low * bins_a_unit(extent)
    return min(max(0.0, at), BINS)


def _value_at(at: int, extent: Extent) -> float:
    """The value where a bin begins."""
    return extent[0] * (1 - at / BINS) + extent[1] * (at / BINS)


def envelopes(wanted: WantedColumns, columns: PixelColumns, index: Index | None) -> dict[str, Any]:
    """The least and greatest values of the cells drawn one by one, and how many selected cells are on."""
    low, high = columns.of_cells(np.array(wanted.cells, np.int64))
    dtype = "float32" if low.dtype == np.float32 else "float64"
    return {
        "layer": wanted.layer,
        "stride": wanted.stride,
        "start": wanted.start,
        "stop": wanted.stop,
        "cells": list(wanted.cells),
        "dtype": dtype,
        "low": _little_endian(low),
        "high": _little_endian(high),
        "selected": len(wanted.selected),
        "on": _on(wanted, columns, index),
        **_shares(wanted, columns, index),
    }


def _on(wanted: WantedColumns, columns: PixelColumns, index: Index | None) -> bytes | None:
    if not wanted.selected:
        return np.zeros(len(columns), "<f4").tobytes()
    if index is None:
        return None
    return index.mean_on(wanted.selected, columns.edges).astype("<f4").tobytes()


def _shares(wanted: WantedColumns, columns: PixelColumns, index: Index | None) -> dict[str, Any]:
    """The share of each column's steps at which each cell is on, in 255ths; only 0 means never, only 255 always."""
    if index is None or not wanted.cells:
        return {"shares": None, "threshold": None}
    counts = index.counts_on(wanted.cells, columns.edges, wanted.stride)
    steps = np.diff(columns.edges)[:, None]
    shares = np.round(255 * counts / steps)
    shares[counts > 0] = np.maximum(shares[counts > 0], 1)
    below = counts < steps
    shares[below] = np.minimum(shares[below], 254)
    return {"shares": shares.astype(np.uint8).tobytes(), "threshold": index.threshold}


def _little_endian(values: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
