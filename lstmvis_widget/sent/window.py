"""The states and words of the steps in view, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstmvis_widget.states.envelopes import drawn_dtype
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens

WINDOW_VALUES = 250_000
"""Values of a window with margins, at most; without margins it is as large as the view needs."""

MOST_WORDS = 2000
"""Steps in view as words, at most."""


def window_range(position: int, visible: int, steps: int, cells: int) -> tuple[int, int]:
    """The steps to send: those in view, with margins to move in."""
    margin = min(visible, max(0, (WINDOW_VALUES // max(cells, 1) - visible) // 2))
    return max(0, position - margin), min(steps, position + visible + margin)


def covers(window: Mapping[str, Any], position: int, visible: int, steps: int, cells: int) -> bool:
    """Whether a window sent before still has at least half of its margins around the view."""
    start, stop = window_range(position, visible, steps, cells)
    slack = max(0, min(position - start, stop - position - visible)) // 2  # no margin at the ends of the text
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
    """The states and words of the steps [start, stop), with their tracks as `within` gives them."""
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
