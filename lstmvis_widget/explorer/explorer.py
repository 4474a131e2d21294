"""The widget: its traits, what is allowed in them, and what is computed anew when."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Self

import traitlets
from numpy.typing import ArrayLike

from lstmvis_widget.files.from_paths import OpensFiles, check_fits, given_tokens, given_tracks, given_vocabulary
from lstmvis_widget.lstmvis.project import read_project
from lstmvis_widget.matching.selection import Pattern, check_count
from lstmvis_widget.sent import tracks as _page_tracks
from lstmvis_widget.sent import window as _page
from lstmvis_widget.states.scale import Scale, scale_of
from lstmvis_widget.states.sources import States, common_transform, open_layers
from lstmvis_widget.synced.traits import Count, FiniteFloat, Gestured, Names, StepRange, brief
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Tracks
from lstmvis_widget.work.memory import free_memory

from .aligning import AlignmentWidget
from .cells import CellsWidget
from .computation import Computation, Request
from .drawing import ColumnsWidget
from .finding import FindWidget
from .html_file import ExportWidget
from .label_counting import LabelsWidget
from .scenario import fingerprint
from .scenarios import ScenarioWidget

STATIC = Path(__file__).parents[1] / "static"

REQUEST_TRAITS = (
    "layer",
    "threshold",
    "selection",
    "off_before",
    "off_after",
    "deselected_cells",
    "added_cells",
    "k",
    "min_length",
    "length_filter",
)
"""The traits that selected cells and matches depend on."""

SETTABLE_TRAITS = (
    *REQUEST_TRAITS,
    "position",
    "word_width",
    "value_axis",
    "visible_tracks",
    "match_tracks",
    "color_by",
    "dim_tracks",
    "context_width",
    "fold_matches",
    "pinned_cells",
    "show_coverage",
    "min_run",
    "align_with",
)

OWN_KEYWORDS = (
    *("states", "tokens", "tracks", "sequences", "vocabulary", "transform"),
    *("name", "units", "memory_limit"),
)

FIND_TRAITS = ("find_text", "find_match_case")

FOLLOWERS = ("position", "word_width")
"""Where one looks: taken back only together with what one looks at."""


MOST_STARTS = 2000
"""Of more sequences the page couldn't tell the ends apart in the overview."""


def _page_trait(default: Any = None) -> Any:
    return traitlets.Any(default).tag(sync=True)


class StateExplorer(
    ExportWidget, ScenarioWidget, CellsWidget, FindWidget, LabelsWidget, AlignmentWidget, ColumnsWidget
):
    """Explore the hidden states of a sequence model: select, threshold, match.

    Parameters
    ----------
    states : array_like of shape (T, D), path, or mapping
        Row t is the state vector after reading token t: an array of any float or integer dtype, anything with
        ``shape``, ``dtype`` and row slicing (memmap, h5py dataset…), the path of an HDF5 file (``"file.h5"`` or
        ``"file.h5::group/dataset"``), or a mapping of layer name to one of these.
    tokens : sequence of T str or T int, optional
        Integers are ids that are looked up in ``vocabulary``. None shows positions. ``"file.h5::words"`` is a dataset.
    tracks : mapping, optional
        Name → T labels, T numbers, or a `CategoricalTrack`, `ContinuousTrack`, `TopKTrack`; or ``"file.h5::pos"``.
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T. No selection and no match crosses the end of one.
    vocabulary : mapping, sequence or path, optional
        id → string, or a file that `read_vocabulary` reads.
    transform : {None, "tanh", "abs", "split_signs", "standardise", "quantile"} or mapping, optional
        Applied to the states of every layer, or by the name of the layer. ``"standardise"``: (value − mean) / standard
        deviation of the cell. ``"quantile"``: the share of the cell's steps whose value is lower, so that the threshold
        0.9 means the top tenth of each cell. These two look at all steps of a layer when it is first shown, that of
        the first layer before the explorer is there: one pass over the states, or for quantiles as many as `States`
        says, and sorting them.
    name : str, optional
        What the page calls the data set.
    units : str, optional
        What the value axis counts, such as ``"mV"``; written at the axis.
    memory_limit : int, optional
        Bytes that copies of states which aren't in memory may take: one byte a value, so that a threshold of the page
        needs no second read. Where they don't fit, each threshold reads the states again. By default a quarter of the
        memory that is free.
    **traits
        Initial values of traits.

    Raises
    ------
    TypeError
        An argument has a wrong type, or a keyword is unknown (the nearest right one is named).
    ValueError
        Shapes or lengths don't fit; the message says both.
    traitlets.TraitError
        A trait's value isn't allowed.
    OSError
        A file can't be opened or read.
    """

    open = OpensFiles()
    """``StateExplorer.open(path, **options)`` explores what `save_states` or `StateWriter` has written."""

    # As text: of a path anywidget keeps a watched file, which holds on to each explorer and its states for good.
    _esm = (STATIC / "widget.js").read_text("utf-8")
    _css = (STATIC / "widget.css").read_text("utf-8")

    SETTABLE = frozenset(
        (
            *SETTABLE_TRAITS,
            *FIND_TRAITS,
            "sequence",
            "_find_hit",
            "_hovered_step",
            "_visible_steps",
            "_stride",
            "_label_table",
        )
    )
    UNDOABLE = tuple(name for name in SETTABLE_TRAITS if name not in FOLLOWERS)
    FOLLOWERS = FOLLOWERS

    layer = Gestured("").tag(sync=True)
    """Name of the layer explored; the first one by default."""
    threshold = FiniteFloat().tag(sync=True)
    """A cell is on where its value is ≥ threshold.

    By default 0.3 where the states lie in [−1, 1], else the 0.9 quantile of a sample.
    """
    selection = StepRange(None, allow_none=True).tag(sync=True)
    """Half-open range (start, stop) of time steps in one sequence, or None."""
    off_before = Count(0).tag(sync=True)
    """For how many steps before the selection a selected cell has to be off."""
    off_after = Count(0).tag(sync=True)
    """For how many steps after the selection a selected cell has to be off."""
    k = Count(50, least=1).tag(sync=True)
    """How many matches at most."""
    min_length = Count(None, least=1, allow_none=True).tag(sync=True)
    """Shorter ranges are no matches; None: min(2, length of the selection)."""
    length_filter = Count(None, least=1, allow_none=True).tag(sync=True)
    """Keep only matches of just this length; None: all."""

    _name = _page_trait("")
    _layers = _page_trait()
    _steps = _page_trait(0)
    _n_sequences = _page_trait(1)
    _sequence_starts = _page_trait()
    _units = _page_trait("")
    _transform = _page_trait("")
    _value_range = _page_trait()
    _threshold_step = _page_trait(0.01)
    _selection_bounds = _page_trait()
    _links = _page_trait(0)
    _hovered_step = Count(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        states: Any,
        tokens: Any = None,
        tracks: Mapping[str, Any] | None = None,
        *,
        sequences: ArrayLike | None = None,
        vocabulary: Mapping[int, str] | Sequence[str] | str | PathLike[str] | None = None,
        transform: str | Mapping[str, str | None] | None = None,
        name: str = "",
        units: str = "",
        memory_limit: int | None = None,
        **traits: Any,
    ) -> None:
        super().__init__()
        self._states_by_layer: dict[str, States] = {}
        self._at_the_end = contextlib.ExitStack()
        try:
            _check_keywords(traits)
            self._states_by_layer = open_layers(states, transform)
            check_fits(self._states_by_layer)
            steps = len(next(iter(self._states_by_layer.values())))
            self._sequences = Sequences.of(sequences, steps)
            self._tokens = Tokens(given_tokens(tokens, steps), steps, given_vocabulary(vocabulary))
            self._annotations = Tracks(given_tracks(tracks, steps), steps, self._tracks_changed)
            limit = free_memory() // 4 if memory_limit is None else check_count("memory_limit", memory_limit)
            self._computation = Computation(self._tokens, self._sequences, limit, self._annotations)
            self._scales: dict[str, Scale] = {}
            self._units = str(units)
            self._set_up(traits, name)
        except BaseException:
            self.close()
            raise

    def _set_up(self, values: dict[str, Any], name: str) -> None:
        first_layer = next(iter(self._states_by_layer))
        layer = values.pop("layer", first_layer)
        if layer in self.layers:
            self._scales[layer] = scale_of(self._states_by_layer[layer])
        layout = values.pop("layout", None) or {}
        with self._quietly():
            self.layer = layer
            self._show_layer()
            self.visible_tracks = values.pop("visible_tracks", tuple(self._annotations))
            deselected = values.pop("deselected_cells", ())
            sequence = values.pop("sequence", None)
            for trait, value in values.items():
                setattr(self, trait, value)
            self.deselected_cells = deselected
            self._name = str(name)
            self._steps = len(self._tokens)
            self._layers = [{"name": key, "cells": each.shape[1]} for key, each in self._states_by_layer.items()]
            self._tracks = _page_tracks.described(self._annotations)
            self._show_selection_bounds()
            self._n_sequences = len(self._sequences)
            self._sequence_starts = self._sequences.starts.tolist() if self._n_sequences <= MOST_STARTS else []
            if sequence is not None:
                self.sequence = sequence
                self.position = int(self._sequences.starts[self.sequence])
            self.sequence = self._sequences.at(self.position)
        self._begin_history()
        self._refresh_window()
        self._request()
        self._find_anew()
        self._begin(layout)

    @classmethod
    def from_lstmvis(cls, folder: str | PathLike[str], **options: Any) -> Self:
        """Explore a project folder of LSTMVis, or the ``lstm.yml`` in one. The states stay on disk.

        Parameters
        ----------
        folder : path
            What is read of it, and how, is said by `lstmvis_widget.lstmvis.read_project`, with what it raises.
        **options
            Any keyword of `StateExplorer`, which comes before what the folder says.

        Warns
        -----
        UserWarning
            Keys of the configuration aren't known, or data aren't as it says.
        """
        return cls(**{**read_project(folder), **options})

    # ------------------------------------------------------------------ data

    @property
    def states(self) -> Any:
        """States of the active layer, (T, D): just what was given, or `States` where a transform is applied."""
        states = self._states
        return states if states.transform is not None else states.source

    @property
    def _states(self) -> States:
        return self._states_by_layer[self.layer]

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(self._states_by_layer)

    @property
    def tokens(self) -> Tokens:
        """The T tokens as strings."""
        return self._tokens

    @property
    def tracks(self) -> Tracks:
        """The tracks by name: a mapping that can be changed."""
        return self._annotations

    @property
    def sequences(self) -> tuple[int, ...]:
        """Lengths of the sequences."""
        return tuple(self._sequences.lengths.tolist())

    # ------------------------------------------------------------ validation

    @traitlets.validate("layer")
    def _check_layer(self, proposal: dict[str, Any]) -> str:
        name = proposal["value"]
        if not isinstance(name, str) or name not in self._states_by_layer:
            allowed = ", ".join(map(repr, self._states_by_layer))
            msg = f"layer must be one of {allowed}; got {brief(name)}"
            raise traitlets.TraitError(msg)
        if name not in self._scales:
            try:
                self._scales[name] = scale_of(self._states_by_layer[name])
            except (OSError, ValueError) as error:
                msg = f"layer {name!r} can't be shown: {error}"
                raise traitlets.TraitError(msg) from error
        return name

    @traitlets.validate("selection")
    def _check_selection(self, proposal: dict[str, Any]) -> tuple[int, int] | None:
        if proposal["value"] is None:
            return None
        start, stop = proposal["value"]
        steps = len(self._tokens)
        if stop > steps:
            msg = f"selection must lie within the {steps} time steps; got [{start}, {stop})"
            raise traitlets.TraitError(msg)
        first, end = (int(bound[0]) for bound in self._sequences.around([start]))
        if stop > end:
            msg = f"selection must not cross a sequence's end; [{start}, {stop}) crosses that of [{first}, {end})"
            raise traitlets.TraitError(msg)
        return start, stop

    # -------------------------------------------------- what recomputes when

    def _request_now(self) -> Request:
        return Request(
            layer=self.layer,
            states=self._states,
            grid=self._scales[self.layer].grid,
            pattern=Pattern(self.threshold, self.off_before, self.off_after),
            selection=self.selection,
            deselected=self.deselected_cells,
            added=self.added_cells,
            k=self.k,
            min_length=self.min_length,
            length_filter=self.length_filter,
            thresholds=self._scales[self.layer].thresholds,
        )

    @traitlets.observe("layer")
    def _layer_changed(self, _: Any) -> None:
        if self._complete:
            with self.hold_sync():
                self._show_layer()
                self._forget_cells()
                cells = self._states.shape[1]
                self.pinned_cells = {cell: color for cell, color in self.pinned_cells.items() if cell < cells}

    @traitlets.observe("selection")
    def _selection_changed(self, _: Any) -> None:
        if self._complete:
            self._forget_cells()
            self._show_selection_bounds()

    def _show_selection_bounds(self) -> None:
        bounds = None if self.selection is None else self._sequences.around(self.selection[:1])
        self._selection_bounds = bounds and [int(bound[0]) for bound in bounds]

    @traitlets.observe(*REQUEST_TRAITS)
    def _request_changed(self, _: Any) -> None:
        if self._complete:
            self._request()

    @traitlets.observe("context_width")
    def _context_width_changed(self, _: Any) -> None:
        if self._complete:
            self._compose_anew()

    @traitlets.observe("layer", "position", "_visible_steps", "_stride", "_label_table")
    def _view_changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")
            self._refresh_window()

    def _show_layer(self) -> None:
        scale = self._scales[self.layer]
        self._value_range = [scale.low, scale.high]
        self._threshold_step = scale.step
        self._transform = self._states.transform or ""
        if not (self._complete and scale.low <= self.threshold <= scale.high):
            self.threshold = scale.threshold

    def _layer_range(self) -> tuple[float, float]:
        scale = self._scales[self.layer]
        return scale.low, scale.high

    def _refresh_window(self, *, anew: bool = False) -> None:
        """Send the states and words around the position, unless what was sent before still serves."""
        if self._stride is not None:
            self._refresh_columns(anew=anew)
            return
        states, steps = self._states, len(self._tokens)
        visible = min(self._visible_steps, steps, _page.MOST_WORDS)
        start, stop = _page.window_range(self.position, visible, steps, states.shape[1])
        window = self._window
        if (
            not anew
            and window is not None
            and window["layer"] == self.layer
            and set(self.visible_tracks) <= set(window["tracks"])
            and _page.covers(window, self.position, visible, steps, states.shape[1])
        ):
            return
        try:
            self._window = _page.window(
                states,
                start,
                stop,
                layer=self.layer,
                tokens=self._tokens,
                tracks=self._visible_tracks_within(start, stop),
                sequences=self._sequences,
            )
        except OSError as error:
            self._show_error(str(error))

    def _data_described(self) -> dict[str, Any]:
        return {
            "layers": {name: int(states.shape[1]) for name, states in self._states_by_layer.items()},
            "steps": len(self._tokens),
            "sequences": len(self._sequences.lengths),
            "transform": common_transform(self._states_by_layer),
            "tokens": fingerprint(self._tokens),
        }

    def _still_there(self, name: str, value: Any) -> Any:
        if isinstance(self.traits()[name], Names):
            return tuple(track for track in value if track in self._annotations)
        return value

    def __repr__(self) -> str:
        steps, cells = self._states.shape
        name = f"{self._name}: " if self._name else ""
        return f"StateExplorer({name}{self.layer}, {steps:,} steps × {cells:,} cells, threshold {self.threshold:g})"

    # ------------------------------------------------------------------- end

    def closes(self, close: Callable[[], object]) -> None:
        """Have `close` call this too."""
        self._at_the_end.callback(close)

    def close(self) -> None:
        """Stop the worker and close the files that were opened here; a second time does nothing."""
        super().close()
        for states in self._states_by_layer.values():
            states.close()
        self._at_the_end.close()


def _check_keywords(traits: Mapping[str, Any]) -> None:
    allowed = (*SETTABLE_TRAITS, *FIND_TRAITS, "sequence", "layout")
    for keyword in traits:
        if keyword not in allowed:
            own = (
                "states",
                "tokens",
                "tracks",
                "sequences",
                "vocabulary",
                "transform",
                "name",
                "units",
                "memory_limit",
            )
            near = difflib.get_close_matches(keyword, (*allowed, *own), n=1, cutoff=0.0)
            msg = f"StateExplorer has no keyword {keyword!r}; did you mean {near[0]!r}?"
            raise TypeError(msg)
