"""The arguments of a ranking: what its matches keep to explain themselves, or to rank other cells in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences

from .selection import Pattern


@dataclass(frozen=True)
class RankingArguments:
    """What `rank_matches` was called with, and the tracks of the explorer that called it."""

    states: States
    cells: NDArray[np.int64]
    pattern: Pattern
    sequences: Sequences
    min_length: int
    k: int
    length_filter: int | None
    tracks: Mapping[str, Any] | None = None
    """Tracks that can be given by name."""

    def track(self, track: Any) -> Any:
        """The track of this name; anything but a name is returned unchanged."""
        if not isinstance(track, str):
            return track
        if not self.tracks or track not in self.tracks:
            known = ", ".join(map(repr, self.tracks or ())) or "none"
            raise ValueError(f"there is no track {track!r}; the tracks: {known}")
        return self.tracks[track]
