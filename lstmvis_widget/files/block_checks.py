"""Checks of the arguments of `StateWriter`, and of each block of states, tokens and tracks that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.hdf5.growing_dataset import COMPRESSIONS
from lstmvis_widget.states.layers import layers_of
from lstmvis_widget.states.sources import States, check_same_length
from lstmvis_widget.timeline.tokens import are_ids
from lstmvis_widget.timeline.tracks import Track, checked_track

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
    if not isinstance(tracks, Mapping):
        msg = f"tracks must be a mapping of name to track; got {type(tracks).__name__}"
        raise TypeError(msg)
    return {name: checked_track(name, values, rows, "a row of the states") for name, values in tracks.items()}


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


def checked_tokens(tokens: Any, rows: int, *, with_vocabulary: bool) -> NDArray[np.int64] | list[str | bytes]:
    """Ids as an array, strings as a list.

    Raises
    ------
    TypeError, ValueError
        As `Tokens` raises them.
    """
    if isinstance(tokens, str | bytes) or not hasattr(tokens, "__iter__"):
        msg = f"tokens must be a sequence of {rows} strings or ids; got {type(tokens).__name__}"
        raise TypeError(msg)
    listed = np.asarray(tokens[:]) if hasattr(tokens, "dtype") else list(tokens)
    if len(listed) != rows:
        msg = f"there must be a token for each of the {rows} rows of the states; got {len(listed)} tokens"
        raise ValueError(msg)
    ids = are_ids(_types_in(listed), with_vocabulary=with_vocabulary)
    return np.asarray(listed).astype(np.int64) if ids else list(listed)


def _types_in(listed: Any) -> set[type]:
    """The types of the entries, found at once where an array says them."""
    if isinstance(listed, np.ndarray) and listed.ndim == 1 and listed.dtype.kind != "O":
        return {listed.dtype.type}
    return {type(each) for each in listed}
