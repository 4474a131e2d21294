"""What the page draws, as plain values for its traits: see CONTRIBUTING.md for their layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstmvis_widget.states.envelopes import drawn_dtype
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens

WINDOW_VALUES = 250_000
"""A window with margins holds at most this many values; without margins it is as large as what is in view."""

MOST_WORDS = 2000
"""More steps are never in view as words."""


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
    dtype = drawn_dtype(states)
    precision = values.dtype.name if values.dtype.name in ("float16", "float32") else "float64"
    return {
        "layer": layer,
        "start": start,
        "stop": stop,
        "cells": states.shape[1],
        "dtype": dtype.name,
        "precision": precision,
        "values": np.ascontiguousarray(values, dtype.newbyteorder("<")).tobytes(),
        "words": [tokens.shown(step) for step in range(start, stop)],
        "tracks": tracks,
        "sequence_starts": sequences.starts_in(start, stop).tolist(),
    }
