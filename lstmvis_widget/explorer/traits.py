"""The traits of `StateExplorer`, with their meaning, tags and validators.

`lstmvis_widget.synced.tags` explains the tags. No other list names the traits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.texts import meant, well_formed
from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.sent.tracks import comparable, foldable
from lstmvis_widget.states.sources import States
from lstmvis_widget.synced.traits import (
    Awaited,
    CellColors,
    CellNumbers,
    Choice,
    Count,
    Flag,
    Gestured,
    Names,
    OptionalCount,
    OptionalName,
    Pixels,
    Share,
    ShareBelowOne,
    StepPairs,
    StepRange,
    StepRanges,
    Text,
    TrackLabel,
    TwoTexts,
    ValueAxis,
    sent,
)
from lstmvis_widget.synced.widget import SyncedWidget
from lstmvis_widget.timeline.labels import as_labels, has_labels, has_numbers
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.internal import for_the_package

from .computation import NO_CELLS, NO_SELECTION, no_matches
from .data import ExplorerData
from .phrase_sets import PhraseSets, PhraseSetsTrait, stored_sets
from .thresholds import LayerThresholds, ThresholdsTrait, ThresholdTrait, chosen_thresholds
from .using import NO_TABLES, TablesTrait

MOST_CONTEXT = 20
"""Most steps of context on each side of a match."""

MOST_DRAWN = 10_000
"""Most selected ranges that are sent to the page."""

OVERLAP = "overlap"
"""Value of `color_by`: words of matches are coloured by how many selected cells are on."""

REQUEST = {"sync": True, "page": "asks", "undo": True, "request": True}
"""Tags of the traits that selected cells and matches depend on."""

DRAWING = {"sync": True, "page": "alone", "undo": True}
"""Tags of the traits that say how things are drawn: the page shows a change by itself."""

PLACE = {"sync": True, "page": "alone", "undo": "follows"}
"""Tags of the traits that say where the view is: undone only together with others."""

ASKS = {"sync": True, "page": "asks"}
"""Tags of the other traits whose change in the page needs Python."""


class ExplorerTraits(SyncedWidget):
    """Traits and their validators.

    Parameters
    ----------
    data : ExplorerData
        The data that names and numbers are checked against.
    """

    _FIRST = ("used_tables", "layer", "thresholds", "threshold", "selection", "selected_ranges", "phrase_sets")
    """Tables make layers; a layer and thresholds set the threshold; a layer and a selection clear the cells chosen by
    hand; two of the kept sets of phrases are compared."""

    layer: Gestured[str, str] = Gestured(
        "",
        help="Name of the layer explored, one of `layers`.\n\n"
        "A new layer clears `deselected_cells` and `added_cells`, shows the pinned cells of its own, and sets "
        "`threshold` to its own.",
    ).tag(**REQUEST, holds="a name", default="the first layer")
    threshold: ThresholdTrait = ThresholdTrait(
        help="The threshold of the active layer: a cell is on at a time step if its value there is ≥ threshold. In "
        "units of the states, after the transform.\n\n"
        "By default 0.3 if the states lie in [−1, 1], else the 0.9 quantile of a sample. Sparse states, which are "
        "mostly exact zeros, such as after a ReLU, are on above 0: their default is the least number above 0 in their "
        "precision. Some transforms have a default of their own."
    ).tag(**REQUEST, default="from the data")
    thresholds: ThresholdsTrait = ThresholdsTrait(
        {},
        help="The threshold of each layer, a mapping by name: ``explorer.thresholds['layer1'] = 0.5``. Each layer has "
        "its own default until a threshold is set for it, and keeps it while others are active.\n\n"
        "Only thresholds that were set are saved.",
    ).tag(sync=True, undo=True, default="each layer's own", to_json=lambda value, _: dict(chosen_thresholds(value)))
    used_tables: TablesTrait = TablesTrait(
        {},
        help="The tables that `use` has made layers of, by the name of the layer. Set it to the tables that are to "
        "stay: ``explorer.used_tables = {}`` removes all layers that `use` has made.",
    ).tag(undo=True)
    selection: StepRange = StepRange(
        None,
        steps=lambda explorer: len(explorer.tokens),
        help="Half-open range (start, stop) of time steps, within one sequence, at which selected cells are on. None: "
        "nothing is selected, and there are no matches.\n\n"
        "It can be set to anything with two ends: a row of `find`, a match (``explorer.matches[0]``), a range or slice "
        "of step 1. An end that a slice leaves out is the end of the text.\n\n"
        "While several ranges are selected it is the current one of `selected_ranges`; setting it to any other range "
        "selects that alone.",
    ).tag(**REQUEST, viewed=True)
    selected_ranges: StepRanges = StepRanges(
        (),
        steps=lambda explorer: len(explorer.tokens),
        help="The ranges that are selected together, as a tuple of (start, stop) in the order of time; `selection` is "
        "one of them. A selected cell follows the pattern at all of them, or at as many as `tolerance` asks for. "
        "Empty: only `selection` is selected.\n\n"
        "It can be set to any list of ranges, an array of shape (n, 2), or `Matches`; `select` takes more. A new "
        "`selection` that is none of them clears them. The page draws the first 10,000.",
    ).tag(**REQUEST, to_json=lambda ranges, _: [list(each) for each in ranges[:MOST_DRAWN]])
    tolerance: ShareBelowOne = ShareBelowOne(
        0.0,
        help="The share of `selected_ranges` at which a selected cell needn't follow the pattern, at least 0 and below "
        "1, see `select_cells_at`. 0: it follows the pattern at all of them.",
    ).tag(**REQUEST)
    off_before: Count = Count(
        0, help="Number of time steps right before the selection at which a selected cell has to be off."
    ).tag(**REQUEST)
    off_after: Count = Count(
        0, help="Number of time steps right after the selection at which a selected cell has to be off."
    ).tag(**REQUEST)
    deselected_cells: CellNumbers = CellNumbers(
        (),
        help="Sorted numbers of the cells taken out of the selected cells by hand. A new `selection` or `layer` clears "
        "them.",
    ).tag(**REQUEST)
    added_cells: CellNumbers = CellNumbers(
        (),
        help="Sorted numbers of the cells added to the selected cells by hand, whether or not they follow the pattern. "
        "A new `selection` or `layer` clears them.",
    ).tag(**REQUEST)
    k: Count = Count(50, least=1, help="Most matches that are listed: the best k.").tag(**REQUEST)
    min_length: OptionalCount = OptionalCount(
        None,
        least=1,
        help="Least length of a match, in time steps. None: min(2, length of the selection, of several the shortest).",
    ).tag(**REQUEST)
    length_filter: OptionalCount = OptionalCount(
        None, least=1, help="List only matches of exactly this length, in time steps. None: of any length."
    ).tag(**REQUEST)

    position: Count = Count(
        0,
        help="First time step shown, 0…T − 1. Where steps share columns of pixels, the page stays full: it shows "
        "earlier steps, too, rather than nothing after the last one.",
    ).tag(**PLACE, default="the selection in view, else 0")
    word_width: Pixels = Pixels(
        30,
        most=200,
        help="Width of a time step in the page, in pixels, above 0 and at most 200.\n\n"
        "By default wide enough for nine of ten tokens. Where steps are too narrow for words, a ruler replaces these; "
        "below one pixel, several steps share a column.",
    ).tag(**PLACE, default="fits nine of ten tokens")
    height: Pixels = Pixels(
        760,
        least=300,
        most=4000,
        help="Height of the page, in pixels, 300…4000. The list of matches takes what the other parts leave, and "
        "scrolls.",
    ).tag(**DRAWING)
    sequence: Count = Count(
        0, help="Number of the sequence that contains `position`, from 0. Setting it moves to its first time step."
    ).tag(**ASKS)

    value_axis: ValueAxis = ValueAxis(
        "layer",
        help='Range of the value axis: "layer", the range of all values of the layer; "view", the range of the values '
        "in view; or a fixed range (low, high) in units of the states.",
    ).tag(**DRAWING)
    visible_tracks: Names = Names((), help="Names of the tracks shown under the words, from top to bottom.").tag(
        **DRAWING, default="all tracks"
    )
    folded_tracks: Names = Names(
        (), help="Names of the output tracks that show only the expected class, without a row for each class."
    ).tag(**DRAWING)
    match_tracks: Names = Names(
        (), help="Names of the tracks that have a heatmap in the match view. Top-k tracks aren't allowed."
    ).tag(**DRAWING)
    color_by: OptionalName = OptionalName(
        OVERLAP,
        help='What colours the words of matches: the name of a track (not a top-k track), "overlap" (how many selected '
        "cells are on), or None (nothing).",
    ).tag(**DRAWING)
    dim_tracks: Flag = Flag(
        default_value=False,
        help="Whether the colours of tracks are paler at time steps where few selected cells are on.",
    ).tag(**DRAWING)
    context_width: Count = Count(
        6, least=0, most=MOST_CONTEXT, help="Number of time steps of context shown on each side of a match, 0…20."
    ).tag(**DRAWING | {"page": "asks"}, default="6, or 20 where most tokens are single characters")
    match_layout: Choice = Choice(
        "concordance",
        among=("concordance", "columns"),
        help='How the words of matches are set: "concordance", as running text with the matches below each other; or '
        '"columns", a column of equal width for each time step.',
    ).tag(**DRAWING)
    fold_matches: Flag = Flag(
        default_value=False,
        help="Whether the page folds a match away if it overlaps a better one. `matches` still holds all.",
    ).tag(**DRAWING)
    pinned_cells: CellColors = CellColors(
        {},
        help='Cells drawn in colours of their own, selected or not: cell number → colour, as "#rrggbb".\n\n'
        "A list of cell numbers, or None as a colour, gets colours chosen automatically. Each layer has its own: they "
        "come back with the layer. The page draws the first 200.",
    ).tag(**DRAWING | {"page": "asks"})
    show_coverage: Flag = Flag(
        default_value=False,
        help="Whether bars show how many of the selected cells are on at each time step, and lines under them when "
        "each of these cells is on.",
    ).tag(**DRAWING)
    min_run: Count = Count(
        1,
        least=1,
        help="Least number of time steps that a cell stays on to be drawn as on; 1 draws every run. Selected cells and "
        "matches don't depend on it.",
    ).tag(**DRAWING)
    align_with: TrackLabel = TrackLabel(
        None,
        help="The name of a track and one of its labels, (track, label): the page sorts the cells by how well they "
        'predict the time steps with this label. Of a track of numbers, (track, None), which reads (track, ""): by how '
        "closely they follow these. None: it doesn't.\n\n"
        "The measure of a cell is F1 at its own best threshold over all time steps with a label, or Spearman's "
        "correlation with the numbers, see `cell_alignment`.",
    ).tag(**DRAWING | {"page": "asks"})

    phrase_sets: PhraseSetsTrait = PhraseSetsTrait(
        {},
        help="Sets of phrases that are kept, a mapping by name: ``explorer.phrase_sets['dogs'] = "
        "explorer.find('dogs')``. Phrases are half-open ranges of time steps, an int64 array of shape (n, 2). A set "
        "can be set to any pairs (start, stop), to `Matches`, or to (track, label): all ranges with the label.\n\n"
        "At most 12 sets of at most 2,000 phrases each. The page gets the names, the numbers of phrases, and the first "
        "of them.",
    ).tag(sync=True, undo=True, to_json=lambda value, explorer: explorer.phrase_sets_sent(value) if value else [])
    contrast_with: TwoTexts = TwoTexts(
        None,
        help="The names of two of the `phrase_sets`, (one, other), which the page holds against each other: for each "
        "cell the share of the phrases at which it follows the pattern, see `contrast_phrases`. None: the two kept "
        "last.",
    ).tag(**DRAWING | {"page": "asks"})
    show_contrast: Flag = Flag(
        default_value=True,
        help="Whether the page shows the kept `phrase_sets`, and the cells that tell two of them apart.",
    ).tag(**DRAWING)

    find_text: Text = Text(
        "",
        help="Phrase to find in the text as it reads, see `Tokens.find`, or a regular expression as ``/regex/``. The "
        "page shows the hits. Empty: no search.",
    ).tag(**ASKS)
    find_match_case: Flag = Flag(
        default_value=False, help="Whether the search for `find_text` distinguishes upper and lower case."
    ).tag(**ASKS)

    selected_cells: Awaited[NDArray[np.int64]] = Awaited(
        NO_CELLS,
        read_only=True,
        help="Sorted numbers of the selected cells: the cells that follow the pattern at the selection, without "
        "`deselected_cells`, plus `added_cells`. Reading it waits for the computation.",
    ).tag(sync=True, holds="int64 array of shape (n,)", to_json=lambda cells, _: cells.tolist())
    matches: Awaited[Matches] = Awaited(
        no_matches(NO_SELECTION),
        read_only=True,
        help="The matches of the selected cells, best first, at most `k`. Reading it waits for the computation.",
    ).tag(sync=True, holds="Matches", to_json=lambda matches, _: _matches_to_json(matches))
    progress: Share = Share(
        None,
        read_only=True,
        help="Share of the running stage of a computation that is done, 0…1; None if none is running. It stays 0 in a "
        "stage whose share isn't known.",
    ).tag(sync=True, shown=True)

    # ------------------------------------------- traits that only the page sets

    _visible_steps = Count(
        40,
        least=1,
        most=2**40,
        help="How many steps fit in the plot; `_window` or `_columns` cover them with margins.",
    ).tag(sync=True, page="alone")
    _stride = OptionalCount(
        None,
        least=1,
        most=2**40,
        help="How many steps share a column of pixels, a power of two; null where there is room for words. Only then "
        "`_window` is kept up to date.",
    ).tag(**ASKS)
    _hovered_step = OptionalCount(
        None, help="The step under the pointer, null for none; sent only while there are links."
    ).tag(sync=True, page="alone")
    _find_hit = OptionalCount(
        None, help="Number of the hit that is shown, from 0; null for none. A new search clears it."
    ).tag(**ASKS)
    _label_table = OptionalName(
        None, help="Name of the track, one of `match_tracks`, whose labels in the matches are counted; null for none."
    ).tag(sync=True, page="alone")

    # ------------------------------------- traits that Python sets for the page

    _name = sent("", help="Name of the data set; may be empty.")
    _layers = sent(
        (),
        help="`[{name, cells, mirror, of}]`; `mirror`: the second half of the cells are mirrors of the first; `of` is "
        "the layer that one was made of by `use`, and missing in the others.",
    )
    _steps = sent(0, help="T, the number of time steps.")
    _n_sequences = sent(1, help="Number of sequences.")
    _sequence_starts = sent((), help="First steps of the sequences; empty if there are more than 2,000.")
    _units = sent("", help="Unit of the value axis; may be empty.")
    _transform = sent("", help="Name of the transform of the layer's states; empty for none.")
    _cell_names = sent((), help="Names of the cells of the layer, in their order; empty where their numbers are.")
    _misfit = sent(
        "", help="Why the transform fits the layer's states badly, and which one fits; empty if nothing shows that."
    )
    _value_range = sent(
        (-1, 1), help="`[low, high]`, the range of the layer's values, from a sample, rounded outwards."
    )
    _least_above_zero = sent(
        help='The threshold at which exactly the values above 0 are on, shown as "> 0"; null for integers.'
    )
    _threshold_step = sent(0.01, help="The step of the threshold's arrow keys and drags.")
    _selection_bounds = sent(
        help="`[first, end]` of the sequence that contains the selection; null without a selection."
    )
    _n_ranges = sent(0, help="How many ranges are in `selected_ranges`, of which up to 10,000 are sent.")
    _tracks = sent((), help="`[{name, kind, …}]`, see below.")
    _window = sent(help="States and words of the steps around the position, see below.")
    _columns = sent(help="Many steps in few columns, see below.")
    _envelopes = sent(help="The selected and pinned cells in those columns, see below.")
    _activity = sent("", help='What is being computed, such as "indexing layer 1"; empty when nothing is.')
    _note = sent("", help="A remark on the current results, such as why no cell is selected; may be empty.")
    _threshold_counts = sent(
        help="How many cells each threshold would select, see below; null without a selection, and while the values of "
        "many phrases are being read."
    )
    _on_rates = sent(
        help="The share of all steps at which each of the first 200 selected cells is on, 0…1; null while it is "
        "counted."
    )
    _match_context = sent(help="The words around the matches, see below.")
    _n_candidates = sent(help="The number of all candidates; null while they are being counted.")
    _length_histogram = sent(
        help="`[[shortest, longest, candidates, candidates with all selected cells]…]`, one entry a bar, over all "
        "candidates; null while they are being counted. The length `length_filter` has a bar of its own."
    )
    _find_hits = sent(help="The hits of the search, see below; null during the search, or without one.")
    _found_in_view = sent(
        (), help="`[[start, stop]…]`, the hits in view and as far again on both sides, at most 1,000."
    )
    _enrichment = sent(help="The table of `_label_table`, see below; null while it is counted, or without one.")
    _alignment = sent(
        help="How well each cell predicts the label, or follows the numbers, of `align_with`, see below; null while it "
        "is computed, or without these."
    )
    _contrast = sent(
        help="Which cells tell two of the `phrase_sets` apart, see below; null while it is computed, or without two "
        "sets."
    )
    _scenario_line = sent("", help="The Python statement that shows this view again, `explorer.replay({…})`.")
    _links = sent(0, help="How many explorers this one is linked with.")

    def __init__(self, data: ExplorerData) -> None:
        super().__init__()
        self._data = data
        data.derived.tables = lambda: self._trait_values.get("used_tables", NO_TABLES)
        self._threshold_layer = ""  # for which the threshold was set last

    @for_the_package
    def first_shown(self, position: int | None = None) -> int:
        """The first step in view at a position, by default the current one: where steps share columns, pages are full.

        It is that of the widest page, where there are several.
        """
        position = self.peek("position") if position is None else position
        if self.peek("_stride") is None:
            return int(position)
        return int(max(0, min(position, self._data.steps - self.peek("_visible_steps"))))

    @for_the_package
    def cells_in_layer(self) -> int:
        """D, the number of cells in the active layer."""
        return self._data.layers[self.peek("layer")].shape[1]

    @for_the_package
    def layers_to_use(self) -> dict[str, States]:
        """The layers whose cells tables are about: those that were given."""
        return self._data.derived.given

    @for_the_package
    def table_may_be_of(self, name: str) -> bool:
        """Whether a label table can be made of a track: it has labels, and a heatmap in the match view."""
        return name in self.peek("match_tracks") and has_labels(self._data.tracks.get(name))

    # ------------------------------------------------- a threshold for each layer

    @for_the_package
    def threshold_was_set(self) -> None:
        """Remember for which layer."""
        self._threshold_layer = self.peek("layer")

    @for_the_package
    def thresholds_of(self, chosen: Mapping[str, float]) -> LayerThresholds:
        """The thresholds of all layers, where these were set."""
        return LayerThresholds(
            self._data.layers,
            lambda: self._trait_values.get("thresholds", chosen),
            lambda layer: self._data.scale(layer).threshold,
            lambda thresholds: setattr(self, "thresholds", thresholds),
        )

    # ------------------------------------------------------- kept sets of phrases

    @for_the_package
    def explored_data(self) -> ExplorerData:
        """The data that phrases are checked against."""
        return self._data

    @for_the_package
    def phrase_sets_of(self, kept: Mapping[str, Any]) -> PhraseSets:
        """The kept sets, which can be set one by one."""
        return PhraseSets(
            lambda: self._trait_values.get("phrase_sets", kept), lambda sets: setattr(self, "phrase_sets", sets)
        )

    # ------------------------------------------------------------- validators

    @traitlets.validate("thresholds")
    def _check_thresholds(self, proposal: dict[str, Any]) -> dict[str, float]:
        chosen = chosen_thresholds(proposal["value"])
        for name in chosen:
            if name not in self._data.layers:
                allowed = ", ".join(map(repr, self._data.layers))
                raise traitlets.TraitError(f"thresholds must be of the layers {allowed}; got {brief(name)}")
        return dict(chosen)

    @traitlets.validate("layer")
    def _check_layer(self, proposal: dict[str, Any]) -> str:
        name = meant(proposal["value"], self._data.layers)
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
        [selection] = self.checked_ranges((proposal["value"],), "selection")
        return selection

    @traitlets.validate("selected_ranges")
    def _check_ranges(self, proposal: dict[str, Any]) -> StepPairs:
        return self.checked_ranges(proposal["value"], "selected_ranges")

    @for_the_package
    def checked_ranges(self, ranges: StepPairs, name: str = "ranges") -> StepPairs:
        """The ranges, or a TraitError where one isn't within the steps and within one sequence."""
        if not ranges:
            return ()
        pairs, steps = np.array(ranges, np.int64), self._data.steps
        late = pairs[:, 1] > steps
        if late.any():
            start, stop = ranges[int(late.argmax())]
            raise traitlets.TraitError(f"{name} must lie within the {steps} time steps; got [{start}, {stop})")
        first, end = self._data.sequences.around(pairs[:, 0])
        crossing = pairs[:, 1] > end
        if crossing.any():
            at = int(crossing.argmax())
            start, stop = ranges[at]
            raise traitlets.TraitError(
                f"{name} must not cross a sequence's end; [{start}, {stop}) crosses that of [{first[at]}, {end[at]})"
            )
        return ranges

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

    @traitlets.validate("folded_tracks")
    def _check_folded_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        return _among("folded_tracks", proposal["value"], foldable(self._data.tracks))

    @traitlets.validate("match_tracks")
    def _check_match_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        return _among("match_tracks", proposal["value"], comparable(self._data.tracks))

    @traitlets.validate("color_by")
    def _check_color_by(self, proposal: dict[str, Any]) -> str | None:
        allowed = dict.fromkeys((OVERLAP, *comparable(self._data.tracks)))
        name: str | None = meant(proposal["value"], allowed)
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
        tracks = self._data.tracks
        labelled = [each for each, track in tracks.items() if has_labels(track)]
        numbers = [each for each, track in tracks.items() if has_numbers(track)]
        name = meant(name, [*labelled, *numbers])
        if name in numbers and text == "":
            return name, text
        if name not in labelled:
            listed = ", ".join(map(repr, labelled)) or "none, as no track has labels"
            rest = ", ".join(f"({each!r}, None)" for each in numbers)
            raise traitlets.TraitError(
                f"align_with must name a track with labels: {listed}{rest and f'; or one of numbers: {rest}'}; "
                f"got {brief((name, text))}"
            )
        label = _label_of(tracks[name], text)
        if label is None:
            raise traitlets.TraitError(f"align_with must name a label of track {name!r}; got {brief(text)}")
        return name, label

    @traitlets.validate("contrast_with")
    def _check_contrast_with(self, proposal: dict[str, Any]) -> tuple[str, str] | None:
        given: tuple[str, str] | None = proposal["value"]
        if given is None:
            return None
        kept = tuple(stored_sets(self.peek("phrase_sets")))
        pair = meant(given[0], kept), meant(given[1], kept)
        if pair[0] == pair[1] or not set(pair) <= set(kept):
            listed = ", ".join(map(repr, kept)) or "none is kept"
            raise traitlets.TraitError(f"contrast_with must name two of phrase_sets: {listed}; got {brief(given)}")
        return pair

    @traitlets.validate("_label_table")
    def _check_label_table(self, proposal: dict[str, Any]) -> str | None:
        name: str | None = meant(proposal["value"], self._data.tracks)
        if name is not None and not self.table_may_be_of(name):
            allowed = filter(self.table_may_be_of, self.peek("match_tracks"))
            listed = ", ".join(map(repr, allowed)) or "none, as no track with labels has a heatmap"
            raise traitlets.TraitError(f"labels can be counted only in {listed}; got {brief(name)}")
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
    names = tuple(meant(name, allowed) for name in names)
    for name in names:
        if name not in allowed:
            listed = ", ".join(map(repr, allowed)) or "none, as there are no such tracks"
            raise traitlets.TraitError(f"{trait} must be among {listed}; got {brief(name)}")
    return names


def _label_of(track: Track, text: str) -> str | None:
    """The label with this text; of a long label the page knows only the shortened text."""
    names = as_labels(track).names
    shown = (name for name in names if well_formed(shortened(name)) == well_formed(text))
    return text if text in names else next(shown, None)


def _matches_to_json(matches: Matches) -> dict[str, list[int]]:
    return {name: getattr(matches, name).tolist() for name in ("start", "stop", "overlap", "union")}
