"""What matches were ranked from: enough to ask what they mean, and to rank those of other cells in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences

from .selection import Pattern


@dataclass(frozen=True)
class Origin:
    """The arguments of a ranking."""

    states: States
    cells: NDArray[np.int64]
    pattern: Pattern
    sequences: Sequences
    min_length: int
    k: int
    length_filter: int | None
    tracks: Mapping[str, Any] | None = None
    """Annotations that can be called by name."""

    def track(self, track: Any) -> Any:
        """``track`` itself, or the one of this name."""
        if not isinstance(track, str):
            return track
        if not self.tracks or track not in self.tracks:
            known = ", ".join(map(repr, self.tracks or ())) or "none"
            raise ValueError(f"there is no track {track!r}; the tracks: {known}")
        return self.tracks[track]

    def random_matches(self, check: Callable[[], None]) -> Callable[[np.random.Generator], Any]:
        """What draws matches of random cells; the states are indexed anew."""
        from lstmvis_widget.statistics.null_distributions import matches_of_random_cells  # noqa: PLC0415  (it ranks, and a ranking has an origin)

        index = OnOffIndex.build(self.states, self.pattern.threshold, check=check)
        return matches_of_random_cells(
            index,
            self.cells,
            pattern=self.pattern,
            sequences=self.sequences,
            min_length=self.min_length,
            k=self.k,
            length_filter=self.length_filter,
            check=check,
        )
