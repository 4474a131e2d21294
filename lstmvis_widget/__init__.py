"""Look into the hidden states of sequence models: brush, threshold, match, and go on in Python."""

from ._linking import Link, link
from .chunks import ranges_of
from .conll import read_conll
from .explorer import StateExplorer
from .files import StateWriter, describe, save_states
from .matches import Match, Matches
from .matching import rank_matches
from .recording import Recording, record_states
from .selection import count_selected, on_off_patterns, select_cells
from .tables import tracks_from_frame
from .texts import read_tokens
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack
from .vocabulary import read_vocabulary

__all__ = [
    "CategoricalTrack",
    "ContinuousTrack",
    "Link",
    "Match",
    "Matches",
    "Recording",
    "StateExplorer",
    "StateWriter",
    "TopKTrack",
    "count_selected",
    "describe",
    "link",
    "on_off_patterns",
    "ranges_of",
    "rank_matches",
    "read_conll",
    "read_tokens",
    "read_vocabulary",
    "record_states",
    "save_states",
    "select_cells",
    "tracks_from_frame",
]
