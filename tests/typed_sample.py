"""The types of the widgets: `make lint` checks this file with mypy and pyright; nothing runs it.

A line that must be an error has an ignore comment; if it isn't an error, the unused comment is one.
"""

from typing import Any, assert_type

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstmvis_widget import Match, Matches, OutputTrack, PhraseScatter, SequenceExplorer, StateExplorer, link

explorer = StateExplorer(np.zeros((60, 10), np.float32), ["word"] * 60, {"pos": ["N", "V"] * 30}, threshold=0.3)

assert_type(explorer.layer, str)
assert_type(explorer.threshold, float)
assert_type(explorer.selection, tuple[int, int] | None)
assert_type(explorer.off_before, int)
assert_type(explorer.k, int)
assert_type(explorer.min_length, int | None)
assert_type(explorer.length_filter, int | None)
assert_type(explorer.deselected_cells, tuple[int, ...])
assert_type(explorer.position, int)
assert_type(explorer.word_width, float)
assert_type(explorer.value_axis, str | tuple[float, float])
assert_type(explorer.visible_tracks, tuple[str, ...])
assert_type(explorer.color_by, str | None)
assert_type(explorer.fold_matches, bool)
assert_type(explorer.pinned_cells, dict[int, str])
assert_type(explorer.align_with, tuple[str, str] | None)
assert_type(explorer.find_text, str)
assert_type(explorer.selected_cells, NDArray[np.int64])
assert_type(explorer.matches, Matches)
assert_type(explorer.progress, float | None)
assert_type(explorer.error, str)
assert_type(explorer.undo(), bool)
assert_type(explorer.scenario(), dict[str, Any])

explorer.threshold = 1
explorer.selection = (10, 14)
explorer.selection = [10, 14]
explorer.selection = None
explorer.deselected_cells = explorer.selected_cells[:2].tolist()
explorer.pinned_cells = [3, 4]
explorer.align_with = ("depth", None)
explorer.value_axis = (-1, 1)

explorer.threshold = "x"  # type: ignore[assignment]
explorer.selection = 3  # type: ignore[assignment]
explorer.k = None  # type: ignore[assignment]
explorer.fold_matches = "yes"  # type: ignore[assignment]

assert_type(explorer.matches[0], Match)
assert_type(explorer.matches[:2], Matches)
assert_type(explorer.matches["start"], NDArray[np.int64])
assert_type(explorer.matches.head(), Matches)
assert_type(explorer.matches.start, NDArray[np.int64])
assert_type(explorer.matches.to_pandas(), pd.DataFrame)


def sequences_are_typed(sequences: SequenceExplorer) -> None:
    """The traits of the explorer of sequences are typed too."""
    assert_type(sequences.sequence, int)
    assert_type(sequences.pinned_sequences, NDArray[np.int64])
    assert_type(sequences.selected_steps, NDArray[np.int64])
    assert_type(sequences.selection, tuple[int, int] | None)
    assert_type(sequences.jump_threshold, float)
    assert_type(sequences.filters, dict[str, Any])
    assert_type(sequences.sort_by, str)
    assert_type(sequences.shown_sequences, NDArray[np.int64])
    assert_type(sequences.output, OutputTrack | None)
    sequences.method = np.zeros((60, 2))
    sequences.filters = {"correct": False, "length": (3, None)}
    sequences.filters = None
    sequences.sort_by = 3  # type: ignore[assignment]
    link(explorer, sequences).unlink()


def scatter_is_typed(scatter: PhraseScatter) -> None:
    """Another widget's traits are typed too."""
    assert_type(scatter.picked, int | None)
    assert_type(scatter.selected, NDArray[np.int64])
    assert_type(scatter.view, tuple[float, float, float, float] | None)
    assert_type(scatter.error, str)
