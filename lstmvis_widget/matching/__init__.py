"""The exact ranking: which cells follow a pattern, and where else they switch on and off together."""

from .matches import Match, Matches
from .ranking import rank_matches
from .selection import count_selected, on_off_patterns, select_cells
from .several_ranges import select_cells_at

__all__ = [
    "Match",
    "Matches",
    "count_selected",
    "on_off_patterns",
    "rank_matches",
    "select_cells",
    "select_cells_at",
]
