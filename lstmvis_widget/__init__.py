"""Look into the hidden states of sequence models: brush, threshold, match, and go on in Python."""

from ._linking import Link, link
from .alignment import cell_alignment
from .chunks import ranges_of
from .conll import read_conll
from .enrich import enrichment
from .explorer import StateExplorer
from .files import StateWriter, describe, save_states
from .matches import Match, Matches
from .matching import rank_matches
from .nulls import enrichment_null
from .phrase_scatter import PhraseScatter
from .phrases import PhraseMap, map_phrases
from .recording import Recording, record_states
from .selection import count_selected, on_off_patterns, select_cells
from .tables import tracks_from_frame
from .texts import read_tokens
from .thresholds import ThresholdProfile, threshold_profile
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack
from .vocabulary import read_vocabulary

__all__ = [
    "CategoricalTrack",
    "ContinuousTrack",
    "Link",
    "Match",
    "Matches",
    "PhraseMap",
    "PhraseScatter",
    "Recording",
    "StateExplorer",
    "StateWriter",
    "ThresholdProfile",
    "TopKTrack",
    "cell_alignment",
    "count_selected",
    "describe",
    "enrichment",
    "enrichment_null",
    "link",
    "map_phrases",
    "on_off_patterns",
    "ranges_of",
    "rank_matches",
    "read_conll",
    "read_tokens",
    "read_vocabulary",
    "record_states",
    "save_states",
    "select_cells",
    "threshold_profile",
    "tracks_from_frame",
]
