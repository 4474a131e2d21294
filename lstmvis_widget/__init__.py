"""Look into the hidden states of sequence models: brush, threshold, match, and go on in Python."""

from .matches import Matches
from .matching import rank_matches
from .selection import on_off_patterns, select_cells

__all__ = ["Matches", "on_off_patterns", "rank_matches", "select_cells"]
