"""What the page draws, as plain values for its traits: see CONTRIBUTING.md for their layout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lstmvis_widget.states.byte_codes import MOST_LEVELS, ThresholdGrid
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import TRANSFORMS
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens

MOST_STEPS = 200
"""The page moves the threshold over the range of a layer in at most this many steps."""

WINDOW_VALUES = 250_000
"""A window with margins holds at most this many values; without margins it is as large as what is in view."""

MOST_WORDS = 2000
"""More steps are never in view as words."""

SAMPLE_VALUES = 2_000_000
"""Values looked at to find the range of a layer."""


class Scale(NamedTuple):
    """The range of a layer's values, a default threshold, the page's step for thresholds, and those it comes by.

    ``grid`` is ``thresholds`` in the precision of the states, None where that can't tell them apart.
    """

    low: float
    high: float
    threshold: float
    step: float
    thresholds: tuple[float, ...]
    grid: ThresholdGrid | None


def scale_of(states: States) -> Scale:
    """The scale of a layer, from all its values if they are few, else from a sample.

    Where the values fit [−1, 1], the range is that or [0, 1] and the threshold 0.3; else the range is that of the
    values and the threshold their 0.9 quantile. A transform may have a scale of its own.
    """
    states.prepare()
    own = TRANSFORMS[states.transform].scale if states.transform else None
    low, high, threshold = own or _scale_of_sample(_sample(states))
    step = _nice_step((high - low or 1.0) / MOST_STEPS)
    thresholds = _multiples(low, high, step)
    return Scale(low, high, threshold, step, thresholds, _grid(thresholds, states))


def _scale_of_sample(sample: np.ndarray[Any, np.dtype[Any]]) -> tuple[float, float, float]:
    """The lowest and the highest value, and the threshold."""
    low, high = (float(sample.min()), float(sample.max())) if sample.size else (0.0, 0.0)
    if low >= -1 and high <= 1:
        return (0.0 if low >= 0 else -1.0), 1.0, 0.3
    return low, high, float(np.quantile(sample.astype(np.float64), 0.9))


def _nice_step(least: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is at least ``least``."""
    power = math.floor(math.log10(least))
    step = next(factor * 10.0**power for factor in (1, 2, 5, 10) if factor * 10.0**power >= least * (1 - 1e-9))
    return float(f"{step:.0e}")


def _multiples(low: float, high: float, step: float) -> tuple[float, ...]:
    """Multiples of ``step``, over the range and as far beyond it on both sides as a byte allows."""
    first, last = math.floor(low / step), math.ceil(high / step)
    spare = MOST_LEVELS - (last - first + 1)
    digits = max(0, -math.floor(math.log10(step)))
    return tuple(round(i * step, digits) for i in range(first - spare // 2, last + spare // 2 + 1))


def _grid(thresholds: tuple[float, ...], states: States) -> ThresholdGrid | None:
    try:
        return ThresholdGrid(thresholds, states.dtype)
    except ValueError:  # too fine for the states' precision
        return None


def _sample(states: States) -> np.ndarray[Any, np.dtype[Any]]:
    """Finite values: all of small states; of larger ones, those in blocks of rows spread evenly."""
    rows = max(1, SAMPLE_VALUES // states.shape[1])
    if rows >= len(states):
        sample = states.read(0, len(states))
    else:
        blocks = min(64, rows)
        starts = np.linspace(0, len(states) - rows // blocks, blocks).astype(int)
        sample = np.concatenate([states.read(int(start), int(start) + rows // blocks) for start in starts])
    return sample[np.isfinite(sample)]


def window_range(position: int, visible: int, steps: int, cells: int) -> tuple[int, int]:
    """The rows to send so that ``position … position + visible`` can be drawn and moved a little."""
    margin = min(visible, max(0, (WINDOW_VALUES // max(cells, 1) - visible) // 2))
    return max(0, position - margin), min(steps, position + visible + margin)


def covers(window: Mapping[str, Any], position: int, visible: int, steps: int, cells: int) -> bool:
    """Whether a window sent before still has at least half of its margins around what is in view now."""
    start, stop = window_range(position, visible, steps, cells)
    slack = max(0, min(position - start, stop - position - visible)) // 2  # less than none at the end of the steps
    first, last = max(0, position - slack), min(steps, position + visible + slack)
    return bool(window["start"] <= first and window["stop"] >= last)


def window(
    states: States,
    start: int,
    stop: int,
    *,
    layer: str,
    tokens: Tokens,
    tracks: Mapping[str, Any],
    sequences: Sequences,
) -> dict[str, Any]:
    """The states and words of the steps [start, stop), with what was made of their tracks."""
    values = states.read(start, stop)
    exact_in_32_bits = (values.dtype.kind == "f" and values.dtype.itemsize <= 4) or values.dtype.itemsize <= 2
    dtype = "float32" if exact_in_32_bits else "float64"
    precision = values.dtype.name if values.dtype.name in ("float16", "float32") else "float64"
    return {
        "layer": layer,
        "start": start,
        "stop": stop,
        "cells": states.shape[1],
        "dtype": dtype,
        "precision": precision,
        "values": np.ascontiguousarray(values, f"<{'f4' if dtype == 'float32' else 'f8'}").tobytes(),
        "words": [tokens.shown(step) for step in range(start, stop)],
        "tracks": tracks,
        "sequence_starts": sequences.starts_in(start, stop).tolist(),
    }
