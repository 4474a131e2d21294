"""Look into the hidden states of sequence models: brush, threshold, match, and go on in Python."""

from .explorer import StateExplorer
from .matches import Match, Matches
from .matching import rank_matches
from .selection import on_off_patterns, select_cells
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack

__all__ = [
    "CategoricalTrack",
    "ContinuousTrack",
    "Match",
    "Matches",
    "StateExplorer",
    "TopKTrack",
    "on_off_patterns",
    "rank_matches",
    "select_cells",
]
