"""Look into the hidden states of sequence models: brush, threshold, match, and go on in Python."""

from ._linking import Link, link
from .explorer import StateExplorer
from .matches import Match, Matches
from .matching import rank_matches
from .selection import on_off_patterns, select_cells
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack

__all__ = [
    "CategoricalTrack",
    "ContinuousTrack",
    "Link",
    "Match",
    "Matches",
    "StateExplorer",
    "TopKTrack",
    "link",
    "on_off_patterns",
    "rank_matches",
    "select_cells",
]
