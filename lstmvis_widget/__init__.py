"""Look into the hidden states of sequence models: select, threshold, match, and go on in Python."""

from importlib.metadata import PackageNotFoundError as _PackageNotFoundError
from importlib.metadata import version as _version

from .ablation.ablation_effect import ablation_effect
from .ablation.ablation_effects import ablation_effects
from .ablation.effect import AblationEffect
from .explorer.explorer import StateExplorer
from .explorer.link import Link, link
from .files.describing import describe
from .files.from_paths import read_vocabulary
from .files.saving import save_states
from .files.state_writer import StateWriter
from .matching.matches import Match, Matches
from .matching.ranking import rank_matches
from .matching.selection import count_selected, on_off_patterns, select_cells
from .matching.several_ranges import select_cells_at
from .phrases.phrase_map import PhraseMap, map_phrases
from .phrases.scatter import PhraseScatter
from .projection.jump_contributions import jump_contributions
from .projection.project_states import project_states
from .projection.projection import Projection
from .projection.step_distances import step_distances
from .recording.occlusion import occlusion
from .recording.record import Recording, record_states
from .sequences_view.explorer import SequenceExplorer
from .states.output_track import OutputTrack
from .statistics.cell_alignment import cell_alignment
from .statistics.cell_pairs import cell_pairs
from .statistics.contrast_phrases import contrast_phrases
from .statistics.enrichment import enrichment
from .statistics.null_distributions import enrichment_null
from .statistics.probe import probe
from .statistics.sequence_table import sequence_table
from .statistics.threshold_profile import ThresholdProfile, threshold_profile
from .timeline.chunks import ranges_of
from .timeline.conll import read_conll
from .timeline.data_frames import tracks_from_frame
from .timeline.plain_text import read_tokens
from .timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack
from .timeline.tracks_from_text import tracks_from_text
from .work.options import options

__all__ = [
    "AblationEffect",
    "CategoricalTrack",
    "ContinuousTrack",
    "Link",
    "Match",
    "Matches",
    "OutputTrack",
    "PhraseMap",
    "PhraseScatter",
    "Projection",
    "Recording",
    "SequenceExplorer",
    "StateExplorer",
    "StateWriter",
    "ThresholdProfile",
    "TopKTrack",
    "ablation_effect",
    "ablation_effects",
    "cell_alignment",
    "cell_pairs",
    "contrast_phrases",
    "count_selected",
    "describe",
    "enrichment",
    "enrichment_null",
    "jump_contributions",
    "link",
    "map_phrases",
    "occlusion",
    "on_off_patterns",
    "options",
    "probe",
    "project_states",
    "ranges_of",
    "rank_matches",
    "read_conll",
    "read_tokens",
    "read_vocabulary",
    "record_states",
    "save_states",
    "select_cells",
    "select_cells_at",
    "sequence_table",
    "step_distances",
    "threshold_profile",
    "tracks_from_frame",
    "tracks_from_text",
]

try:
    __version__ = _version("lstmvis-widget")
except _PackageNotFoundError:  # imported from a folder without being installed
    __version__ = "unknown"


def __dir__() -> list[str]:
    return [*__all__]
