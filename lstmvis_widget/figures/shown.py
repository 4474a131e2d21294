"""What the page of an explorer shows, as the plain values that it is sent. A figure is drawn from these alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.sent.matches import MatchContext

from .colors import Extent

Range = tuple[int, int]
Sent = Mapping[str, Any]
Floats = NDArray[np.float64]


class Window(NamedTuple):
    """The steps from ``start`` on, where there is room for words.

    ``values`` has a row for each step and a column for each cell, ``is_on`` says which of them are on. ``tracks`` are
    as `sent.tracks.within` gives them, by name.
    """

    start: int
    values: NDArray[Any]
    is_on: NDArray[np.bool_]
    words: tuple[str, ...]
    tracks: Mapping[str, Sent]
    sequence_starts: tuple[int, ...]


class Columns(NamedTuple):
    """Steps that share columns, as `sent.pixel_columns` gives them: of all cells, and of some."""

    density: Sent
    envelopes: Sent


Seen = Window | Columns
"""The steps in view."""


@dataclass(frozen=True, kw_only=True)
class MatchesShown:
    """The matches in the list, best first, after folding.

    ``ranks`` are their places in the ranking, ``numbers`` has the columns start, stop, length, overlap and union.
    ``context`` is that of all matches in the order of ranks, ``tracks`` what the chosen tracks have at its steps, as
    `sent.tracks.at` gives it. ``note`` says why there are none.
    """

    ranks: tuple[int, ...] = ()
    numbers: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    context: MatchContext = field(default_factory=MatchContext.empty)
    candidates: int = 0
    heatmaps: tuple[str, ...] = ()
    color_by: str | None = None
    in_columns: bool = False
    tracks: Mapping[str, Sent] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page of an explorer shows; names are those of the traits, and what has no name there is explained.

    ``plain_cells`` is D without mirrors. ``pinned`` has the colours of the cells to name, by number.
    ``described`` has what `sent.tracks.described` says of each track, by name. ``window(start, stop)`` and
    ``columns(start, stop, stride)`` read what is drawn.
    """

    steps: int
    position: int
    word_width: float
    caption: str
    plain_cells: int
    cell_name: Callable[[int], str]
    selected: tuple[int, ...]
    pinned: Mapping[int, str]
    threshold: float
    least_above_zero: float | None
    value_axis: str | Extent
    value_range: Extent
    selection: Range | None
    ranges: tuple[Range, ...]
    off_before: int
    off_after: int
    has_tokens: bool
    visible_tracks: tuple[str, ...]
    folded_tracks: tuple[str, ...]
    dim_tracks: bool
    described: Mapping[str, Sent]
    window: Callable[[int, int], Window]
    columns: Callable[[int, int, int], Columns]
    matches: MatchesShown


def column_steps(density: Sent) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first step of each column, and the step after its last."""
    starts = np.arange(density["start"], density["stop"], density["stride"])
    return starts, np.minimum(starts + density["stride"], density["stop"])


def envelope_values(envelopes: Sent) -> tuple[Floats, Floats]:
    """The least and the greatest value of each cell that is sent, a row for each column."""
    dtype = "<f4" if envelopes["dtype"] == "float32" else "<f8"
    low, high = (
        decoded(envelopes[name], dtype).reshape(-1, max(len(envelopes["cells"]), 1)).astype(np.float64)
        for name in ("low", "high")
    )
    return low, high


def decoded(buffer: bytes, dtype: str) -> NDArray[Any]:
    """The numbers that a buffer holds."""
    return np.frombuffer(buffer, dtype)


def track_values(sent: Sent) -> NDArray[Any]:
    """The codes of labels, −1 for none, or the numbers, NaN for none, of a track as it is sent."""
    return decoded(sent["codes"], "<i4") if "codes" in sent else decoded(sent["values"], "<f4")


def has_labels(described: Sent) -> bool:
    """Whether a track has one label a step."""
    return described["kind"] in ("categorical", "output")


def ramp_range(described: Sent) -> Extent | None:
    """The range of the colours of a continuous track, or of the scores of a top-k track."""
    if described.get("binary"):
        return 0.0, 1.0
    extent = described["range"]
    return None if extent is None else (float(extent[0]), float(extent[1]))
