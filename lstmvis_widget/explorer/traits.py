"""The traits of `StateExplorer`: what each means, what is allowed in it, and what its tags say of it.

The tags are explained in `lstmvis_widget.synced.tags`. A trait is named in no other list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.sent.tracks import comparable
from lstmvis_widget.synced.tags import for_the_package
from lstmvis_widget.synced.traits import (
    Awaited,
    CellColors,
    CellNumbers,
    Count,
    FiniteFloat,
    Flag,
    Gestured,
    Names,
    OptionalCount,
    OptionalName,
    Pixels,
    Share,
    StepRange,
    Text,
    TrackLabel,
    ValueAxis,
    brief,
    sent,
)
from lstmvis_widget.synced.widget import SyncedWidget
from lstmvis_widget.timeline.labels import as_labels, has_labels
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track

from .computation import NO_CELLS, NO_SELECTION, no_matches
from .data import ExplorerData

MOST_CONTEXT = 20
"""Steps of context at most on each side of a match."""

OVERLAP = "overlap"
"""The words of matches take the colour of how many selected cells are on."""

REQUEST = {"sync": True, "page": "asks", "undo": True, "request": True}
"""Selected cells and matches depend on it."""

DRAWING = {"sync": True, "page": "alone", "undo": True}
"""How things are drawn: the page shows it by itself."""

PLACE = {"sync": True, "page": "alone", "undo": "follows"}
"""Where one looks: taken back only together with what one looks at."""

ASKS = {"sync": True, "page": "asks"}


class ExplorerTraits(SyncedWidget):
    """Traits and their validators.

    Parameters
    ----------
    data : ExplorerData
        What they are about; names and numbers are checked against it.
    """

    _FIRST = ("layer", "threshold", "selection")
    """A layer brings its own threshold; a layer and a selection clear the cells chosen by hand."""

    layer: Gestured[str, str] = Gestured("", help="Name of the layer explored; the first one by default.").tag(
        **REQUEST, holds="a name", default="the first layer"
    )
    threshold: FiniteFloat = FiniteFloat(
        help="A cell is on where its value is ≥ threshold, in units of the states.\n\n"
        "By default 0.3 where the states lie in [−1, 1], else the 0.9 quantile of a sample."
    ).tag(**REQUEST, default="by the data")
    selection: StepRange = StepRange(
        None, help="Half-open range (start, stop) of time steps in one sequence, or None."
    ).tag(**REQUEST)
    off_before: Count = Count(
        0, help="For how many steps right before the selection a selected cell has to be off."
    ).tag(**REQUEST)
    off_after: Count = Count(0, help="For how many steps right after the selection a selected cell has to be off.").tag(
        **REQUEST
    )
    deselected_cells: CellNumbers = CellNumbers(
        (), help="Cells taken out of the selected cells by hand; a new selection clears them."
    ).tag(**REQUEST)
    added_cells: CellNumbers = CellNumbers(
        (), help="Cells added to the selected cells by hand, following the pattern or not; a new selection clears them."
    ).tag(**REQUEST)
    k: Count = Count(50, least=1, help="How many matches at most.").tag(**REQUEST)
    min_length: OptionalCount = OptionalCount(
        None, least=1, help="Shorter ranges are no matches, in steps; None: min(2, length of the selection)."
    ).tag(**REQUEST)
    length_filter: OptionalCount = OptionalCount(
        None, least=1, help="Keep only matches of just this length, in steps; None: all."
    ).tag(**REQUEST)

    position: Count = Count(0, help="First time step shown.").tag(**PLACE)
    word_width: Pixels = Pixels(
        30,
        most=200,
        help="Width of a step on the page, in pixels, above 0 and at most 200.\n\n"
        "Where words can't be read any more a ruler takes their place; below one pixel, several steps share a column.",
    ).tag(**PLACE)
    sequence: Count = Count(
        0, help="Number of the sequence that `position` lies in, from 0; setting it goes to the sequence's first step."
    ).tag(**ASKS)

    value_axis: ValueAxis = ValueAxis(
        "layer",
        help='What the value axis covers: "layer", the range of the layer\'s values, always the same; "view", the '
        "values in view; or a fixed range (low, high).",
    ).tag(**DRAWING)
    visible_tracks: Names = Names((), help="Names of the tracks shown, from top to bottom.").tag(
        **DRAWING, default="all tracks"
    )
    match_tracks: Names = Names(
        (), help="Names of the tracks that have a heatmap in the match view; top-k tracks can't."
    ).tag(**DRAWING)
    color_by: OptionalName = OptionalName(
        OVERLAP,
        help='What colours the words of matches: the name of a track, "overlap" (how many selected cells are on), '
        "or None.",
    ).tag(**DRAWING)
    dim_tracks: Flag = Flag(
        default_value=False, help="Whether the colours of tracks fade where few of the selected cells are on."
    ).tag(**DRAWING)
    context_width: Count = Count(
        3, least=0, most=MOST_CONTEXT, help="How many steps of context are shown on each side of a match, 0…20."
    ).tag(**DRAWING | {"page": "asks"})
    fold_matches: Flag = Flag(
        default_value=False,
        help="Whether the page folds a match away that overlaps a better one. `matches` still holds all.",
    ).tag(**DRAWING)
    pinned_cells: CellColors = CellColors(
        {},
        help='Cells drawn in a colour of their own, whether selected or not: cell number → "#rrggbb".\n\n'
        "A list of cell numbers, or None as a colour, has colours chosen.",
    ).tag(**DRAWING | {"page": "asks"})
    show_coverage: Flag = Flag(
        default_value=False,
        help="Whether the share of selected cells that are on is drawn as bars, and under them the runs of each.",
    ).tag(**DRAWING)
    min_run: Count = Count(
        1,
        least=1,
        help="Runs of fewer steps on which a cell is on are left out of what is drawn as on; 1 leaves nothing out.",
    ).tag(**DRAWING)
    align_with: TrackLabel = TrackLabel(
        None,
        help="The name of a track and one of its labels; the page sorts the cells by how well they tell where it "
        "stands.\n\nEach cell is judged by the F1 of its own best threshold over all steps, as `cell_alignment` has "
        "it. None: by none.",
    ).tag(**DRAWING | {"page": "asks"})

    find_text: Text = Text(
        "", help="What is looked for: a phrase of whole tokens, or ``/regex/``; the page shows the hits."
    ).tag(**ASKS)
    find_match_case: Flag = Flag(
        default_value=False, help="Whether upper and lower case are told apart in looking for it."
    ).tag(**ASKS)

    selected_cells: Awaited[NDArray[np.int64]] = Awaited(
        NO_CELLS,
        read_only=True,
        help="Sorted numbers of the cells that follow the pattern at the selection, less `deselected_cells`, and of "
        "`added_cells`.",
    ).tag(sync=True, holds="int64 array of shape (n,)", to_json=lambda cells, _: cells.tolist())
    matches: Awaited[Matches] = Awaited(
        no_matches(NO_SELECTION), read_only=True, help="The `Matches` of the selected cells, best first."
    ).tag(sync=True, holds="Matches", to_json=lambda matches, _: _matches_to_json(matches))
    progress: Share = Share(
        None, read_only=True, help="Share done of what is being computed, 0…1; None when nothing is."
    ).tag(sync=True, shown=True)

    # ------------------------------------------- what the page sets beside these

    _visible_steps = Count(
        40,
        least=1,
        most=2**40,
        help="How many steps fit in the plot; `_window`, or `_columns`, cover them with margins.",
    ).tag(sync=True, page="alone")
    _stride = OptionalCount(
        None,
        least=1,
        most=2**40,
        help="How many steps share a column of pixels, a power of two; null where there is room for words, and only "
        "then `_window` is kept up to date.",
    ).tag(**ASKS)
    _hovered_step = OptionalCount(None, help="The step under the pointer; sent only while there are links.").tag(
        sync=True, page="alone"
    )
    _find_hit = OptionalCount(
        None, help="Number of the hit that is shown, from 0; null for none. A new search clears it."
    ).tag(**ASKS)
    _label_table = OptionalName(
        None, help="Name of the one of `match_tracks` whose labels are counted in the matches, or null."
    ).tag(sync=True, page="alone")

    # --------------------------------------------- what Python has the page show

    _name = sent("", help="Name of the data set, may be empty.")
    _layers = sent((), help="`[{name, cells}]`.")
    _steps = sent(0, help="T, the number of time steps.")
    _n_sequences = sent(1, help="Number of sequences.")
    _sequence_starts = sent((), help="First steps of the sequences, empty where there are more than 2,000.")
    _units = sent("", help="What the value axis counts, may be empty.")
    _transform = sent("", help="Name of the transform of the layer's states, empty for none.")
    _value_range = sent((-1, 1), help="`[low, high]`: the values of the layer, from a sample, rounded outwards.")
    _threshold_step = sent(0.01, help="The step of the threshold's arrow keys and drags.")
    _selection_bounds = sent(
        help="`[first, end]` of the sequence that the selection lies in, null without a selection."
    )
    _tracks = sent((), help="`[{name, kind, …}]`, see below.")
    _window = sent(help="States and words of the steps around the position, see below.")
    _columns = sent(help="Many steps in few columns, see below.")
    _envelopes = sent(help="The selected and pinned cells in those columns, see below.")
    _activity = sent("", help='What is being computed, such as "indexing layer 1"; empty when nothing is.')
    _note = sent("", help="A remark on the present state, such as why no cell is selected; empty for none.")
    _threshold_profile = sent(help="What each threshold would select, see below; null without a selection.")
    _match_context = sent(help="The words around the matches, see below.")
    _n_candidates = sent(help="The number of all candidates; null while they are being counted.")
    _length_histogram = sent(
        help="`[[shortest, longest, candidates, those with all selected cells]…]`, a bar each, over all candidates; "
        "null while they are being counted."
    )
    _find_hits = sent(help="The hits found, see below; null while they are looked for, or nothing is.")
    _found_in_view = sent((), help="`[[start, stop]…]`, the hits in view and as far again on both sides, at most 1000.")
    _enrichment = sent(help="The table of `_label_table`, see below; null while it is counted, or none is asked for.")
    _alignment = sent(
        help="How well each cell tells where the label of `align_with` stands, see below; null while it is computed."
    )
    _scenario_line = sent("", help="The line of Python that shows the same view again, `explorer.replay({…})`.")
    _links = sent(0, help="How many explorers this one is linked with.")

    def __init__(self, data: ExplorerData) -> None:
        super().__init__()
        self._data = data

    @for_the_package
    def cells_in_layer(self) -> int:
        """D of the active layer."""
        return self._data.layers[self.peek("layer")].shape[1]

    @for_the_package
    def table_may_be_of(self, name: str) -> bool:
        """Whether the labels of a track can be counted in the matches: it has some, and a heatmap there."""
        return name in self.peek("match_tracks") and has_labels(self._data.tracks.get(name))

    # ------------------------------------------------------------- validators

    @traitlets.validate("layer")
    def _check_layer(self, proposal: dict[str, Any]) -> str:
        name = proposal["value"]
        if not isinstance(name, str) or name not in self._data.layers:
            allowed = ", ".join(map(repr, self._data.layers))
            raise traitlets.TraitError(f"layer must be one of {allowed}; got {brief(name)}")
        try:
            self._data.scale(name)
        except (OSError, ValueError) as error:
            raise traitlets.TraitError(f"layer {name!r} can't be shown: {error}") from error
        return name

    @traitlets.validate("selection")
    def _check_selection(self, proposal: dict[str, Any]) -> tuple[int, int] | None:
        if proposal["value"] is None:
            return None
        start, stop = proposal["value"]
        if stop > self._data.steps:
            raise traitlets.TraitError(
                f"selection must lie within the {self._data.steps} time steps; got [{start}, {stop})"
            )
        first, end = (int(bound[0]) for bound in self._data.sequences.around([start]))
        if stop > end:
            raise traitlets.TraitError(
                f"selection must not cross a sequence's end; [{start}, {stop}) crosses that of [{first}, {end})"
            )
        return start, stop

    @traitlets.validate("position")
    def _check_position(self, proposal: dict[str, Any]) -> int:
        return _below("position", proposal["value"], self._data.steps)

    @traitlets.validate("sequence")
    def _check_sequence(self, proposal: dict[str, Any]) -> int:
        return _below("sequence", proposal["value"], len(self._data.sequences))

    @traitlets.validate("pinned_cells")
    def _check_pinned(self, proposal: dict[str, Any]) -> dict[int, str]:
        cells: dict[int, str] = proposal["value"]
        _below("pinned_cells", max(cells, default=0), self.cells_in_layer())
        return cells

    @traitlets.validate("deselected_cells", "added_cells")
    def _check_cells(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        cells: tuple[int, ...] = proposal["value"]
        _below(proposal["trait"].name, max(cells, default=0), self.cells_in_layer())
        return cells

    @traitlets.validate("visible_tracks")
    def _check_visible_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        return _among("visible_tracks", proposal["value"], self._data.tracks)

    @traitlets.validate("match_tracks")
    def _check_match_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        return _among("match_tracks", proposal["value"], comparable(self._data.tracks))

    @traitlets.validate("color_by")
    def _check_color_by(self, proposal: dict[str, Any]) -> str | None:
        name: str | None = proposal["value"]
        allowed = dict.fromkeys((OVERLAP, *comparable(self._data.tracks)))
        if name is not None and name not in allowed:
            listed = ", ".join(map(repr, allowed))
            raise traitlets.TraitError(f"color_by must be None or one of {listed}; got {brief(name)}")
        return name

    @traitlets.validate("align_with")
    def _check_align_with(self, proposal: dict[str, Any]) -> tuple[str, str] | None:
        given: tuple[str, str] | None = proposal["value"]
        if given is None:
            return None
        name, text = given
        names = [each for each, track in self._data.tracks.items() if has_labels(track)]
        if name not in names:
            listed = ", ".join(map(repr, names)) or "none, as no track has labels"
            raise traitlets.TraitError(f"align_with must name a track with labels: {listed}; got {brief(name)}")
        label = _label_of(self._data.tracks[name], text)
        if label is None:
            raise traitlets.TraitError(f"align_with must name a label of track {name!r}; got {brief(text)}")
        return name, label

    @traitlets.validate("_label_table")
    def _check_label_table(self, proposal: dict[str, Any]) -> str | None:
        name: str | None = proposal["value"]
        if name is not None and not self.table_may_be_of(name):
            allowed = filter(self.table_may_be_of, self.peek("match_tracks"))
            listed = ", ".join(map(repr, allowed)) or "none, as no track with labels has a heatmap"
            raise traitlets.TraitError(f"labels can be counted of {listed}; got {brief(name)}")
        return name

    @traitlets.validate("_stride")
    def _check_stride(self, proposal: dict[str, Any]) -> int | None:
        stride: int | None = proposal["value"]
        if stride is not None and stride & (stride - 1):
            raise traitlets.TraitError(f"_stride must be a power of two, or None; got {stride}")
        return stride


def _below(name: str, value: int, count: int) -> int:
    if value >= count:
        raise traitlets.TraitError(f"{name} must lie in 0…{count - 1}; got {value}")
    return value


def _among(trait: str, names: tuple[str, ...], tracks: Iterable[str]) -> tuple[str, ...]:
    allowed = list(tracks)
    for name in names:
        if name not in allowed:
            listed = ", ".join(map(repr, allowed)) or "none, as there are no such tracks"
            raise traitlets.TraitError(f"{trait} must be among {listed}; got {brief(name)}")
    return names


def _label_of(track: Track, text: str) -> str | None:
    """The label of this text; the page knows only the beginning of a long one."""
    names = as_labels(track).names
    return text if text in names else next((name for name in names if shortened(name) == text), None)


def _matches_to_json(matches: Matches) -> dict[str, list[int]]:
    return {name: getattr(matches, name).tolist() for name in ("start", "stop", "overlap", "union")}
