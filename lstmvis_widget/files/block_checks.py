"""Checks of the arguments of `StateWriter`, and of each block of states, tokens and tracks that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.hdf5.growing_dataset import COMPRESSIONS
from lstmvis_widget.states.layers import layers_of
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.states.sources import States, check_same_length
from lstmvis_widget.timeline.tokens import tokens_of
from lstmvis_widget.timeline.tracks import Track, checked_track, named_columns

Array = NDArray[Any]


def checked_layers(states: Any) -> dict[str, Array]:
    """The layers of a mapping, or one array as the layer ``"states"``, as arrays (n, D) with the same n."""
    layers = {name: _checked_layer(name, values) for name, values in layers_of(states).items()}
    check_same_length(layers)
    return layers


def _checked_layer(name: str, values: Any) -> Array:
    with States(values, name=f"layer {name!r}") as opened:
        if opened.shape[1] == 0:
            msg = f"layer {name!r} must have at least one cell; its shape is {opened.shape}"
            raise ValueError(msg)
        return opened.read(0, len(opened))


def checked_tracks(tracks: Any, rows: int) -> dict[str, Track]:
    """Tracks of ``rows`` steps each."""
    columns = {} if tracks is None else named_columns(tracks)
    found = {name: checked_track(name, values, rows, "a row of the states") for name, values in columns.items()}
    for name, track in found.items():
        if isinstance(track, OutputTrack) and track.targets is not None and len(track.targets) not in (1, rows):
            msg = (
                f"the targets of track {name!r} must be one for each of the {rows} time steps of the block, or one for "
                f"all of them; there are {len(track.targets)}"
            )
            raise ValueError(msg)
    return found


def check_same(what: str, first: list[str], now: list[str]) -> None:
    """Raise ValueError where the names aren't those of the first block."""
    if set(first) != set(now):
        msg = f"the first block had the {what} {first}; this one has {now}"
        raise ValueError(msg)


def checked_compression(compression: Any) -> str | None:
    """One of `COMPRESSIONS`."""
    if compression not in COMPRESSIONS:
        msg = f"compression must be one of {', '.join(map(repr, COMPRESSIONS))}; got {compression!r}"
        raise ValueError(msg)
    found: str | None = compression
    return found


def checked_dtype(dtype: Any) -> np.dtype[Any] | None:
    """None, float16, float32 or float64."""
    if dtype is None:
        return None
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found.kind != "f" or found.itemsize not in (2, 4, 8):
        msg = f"dtype must be None, float16, float32 or float64; got {dtype!r}"
        raise ValueError(msg)
    return found


def checked_source(source: Any) -> dict[str, str | int | float]:
    """The source of the states, as attributes of the file."""
    about = {} if source is None else {"source": source} if isinstance(source, str) else source
    if not isinstance(about, Mapping):
        msg = f"source must be text or a mapping; got {type(source).__name__}"
        raise TypeError(msg)
    for key, value in about.items():
        if not isinstance(key, str) or not isinstance(value, str | int | float):
            msg = f"source must map text to text or numbers; got {key!r}: {value!r}"
            raise TypeError(msg)
        if key in ("", "layout"):
            msg = f"source can't have the key {key!r}"
            raise ValueError(msg)
    return dict(about)


def checked_tokens(tokens: Any, rows: int, *, with_vocabulary: bool) -> NDArray[np.int64] | list[str]:
    """Ids as an array, strings as a list.

    Raises
    ------
    TypeError, ValueError
        As `tokens_of` raises them.
    """
    return tokens_of(tokens, rows, with_vocabulary=with_vocabulary, of="rows of the states")
