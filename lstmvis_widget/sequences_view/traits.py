"""The traits of `SequenceExplorer`, with their meaning, tags and validators.

`lstmvis_widget.synced.tags` explains the tags. No other list names the traits.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import traitlets

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.texts import meant
from lstmvis_widget.sent.tracks import comparable
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.synced.tags import nearest
from lstmvis_widget.synced.traits import (
    Awaited,
    AwaitedFloat,
    Box,
    Choice,
    Count,
    FiniteFloat,
    Gestured,
    Numbers,
    OptionalCount,
    Pixels,
    Share,
    StepRange,
    sent,
)
from lstmvis_widget.synced.widget import SyncedWidget
from lstmvis_widget.work.internal import for_the_package

from .filters import FiltersTrait, SortTrait
from .given_maps import GivenMaps, MethodTrait

ASKS = {"sync": True, "page": "asks", "undo": True}
"""Tags of the traits whose change in the page needs Python."""

DRAWING = {"sync": True, "page": "alone", "undo": True}
"""Tags of the traits that say how things are drawn: the page shows a change by itself."""

PLACE = {"sync": True, "page": "asks", "undo": "follows"}
"""Tags of the traits that say where the view is: undone only together with others."""

MOST_PINNED = 12
"""Sequences that can be pinned at a time: more trajectories can't be told apart."""


class SequenceTraits(SyncedWidget):
    """Traits and their validators.

    Parameters
    ----------
    data : ExplorerData
        The data that names and numbers are checked against.
    """

    _FIRST = ("layer", "metric", "sequence")
    """A layer and a metric set the threshold of jumps; a sequence sets the position."""

    layer: Gestured[str, str] = Gestured("", help="Name of the layer explored, one of `layers`.").tag(
        **ASKS, holds="a name", default="the first layer"
    )
    sequence: Count = Count(
        0, help="Number of the sequence that contains `position`, from 0. Setting it moves to its first time step."
    ).tag(**ASKS)
    pinned_sequences: Numbers = Numbers(
        (),
        help="Sorted numbers of the sequences whose trajectories stay on the map beside the current one, at most "
        "12, an "
        "int64 array.",
    ).tag(**ASKS, to_json=lambda numbers, _: list(map(int, numbers)))
    position: Count = Count(0, help="The time step that the view is at, 0…T − 1. A new one moves to its sequence.").tag(
        **PLACE
    )
    selection: StepRange = StepRange(
        None,
        steps=lambda explorer: len(explorer.tokens),
        help="Half-open range (start, stop) of time steps, within one sequence, that is selected. None: nothing is "
        "selected. A linked `StateExplorer` selects it, too. It can be set to anything with two ends: a row "
        "of `find`, a "
        "range or slice of step 1.",
    ).tag(**DRAWING, viewed=True)
    selected_steps: Numbers = Numbers(
        (),
        help="Sorted numbers of the time steps selected on the map, an int64 array: "
        "``states[explorer.selected_steps]`` "
        "are their states.",
    ).tag(**ASKS, to_json=lambda steps, _: _as_text(steps), from_json=lambda sent, _: _from_text(sent))
    jump: OptionalCount = OptionalCount(
        None,
        help="The time step before the jump that is explained: the state jumps from this step to the next. None: no "
        "jump is explained.",
    ).tag(**ASKS)
    method: MethodTrait = MethodTrait(
        "pca",
        help='How states are put on the map: "pca", "tsne", or "given".\n\nIt can also be set to positions that '
        "another "
        "method found, an array of shape (T, 2), or to a `Projection` of these states: then it reads "
        '"given", or the method of the projection.',
    ).tag(**ASKS, holds='"pca", "tsne" or "given"')
    metric: Choice = Choice(
        "euclidean",
        among=("euclidean", "cosine"),
        help='How jumps are measured: "euclidean", in units of the states, or "cosine", 0…2; see `step_distances`.',
    ).tag(**ASKS)
    jump_threshold: AwaitedFloat = AwaitedFloat(
        0.0,
        help="Jumps of at least this length are marked; in units of `metric`. By default the 0.99 quantile of all "
        "jumps.",
    ).tag(**DRAWING, default="from the data")
    color_by: Gestured[str, str] = Gestured(
        "expected",
        help='What colours the points of the map: "expected" (the class that is expected after the step, paler where '
        'that is unsure), "target" (the true class), "trust" (the share of the true neighbours of a step that the map '
        "keeps), or the name of a track (not a top-k track).",
    ).tag(**ASKS, holds="a name")
    sort_by: SortTrait = SortTrait(
        "sequence",
        help='Name of the column of `table` that the sequences are sorted by; with a leading "-" downwards. Of equal '
        "ones the lower number comes first; missing values come last.",
    ).tag(**ASKS, holds="a name")
    filters: FiltersTrait = FiltersTrait(
        {},
        output=lambda explorer: explorer.output,
        help="Which sequences are shown: a mapping of conditions, all of which have to hold.\n\n"
        "``target``, ``prediction``: a class, or a list of classes. ``correct``: True or False. ``text``: a phrase "
        "that occurs in the sequence, or a regular expression as ``/regex/``. ``length``, ``confidence``, ``settled`` "
        "(counted from the sequence's start), ``changes``, ``largest_jump``: (least, most), with None for no limit. "
        "``selected``: True keeps sequences with a step among `selected_steps`. ``matches``: True keeps sequences with "
        "a match of a linked explorer.",
    ).tag(**ASKS)

    align_at: Choice = Choice(
        "start",
        among=("start", "end", "settled"),
        help="Where the sequences that are compared are aligned: at their first step, their last, or where the "
        "expected class settles.",
    ).tag(**DRAWING)
    line_color: Choice = Choice(
        "expected",
        among=("expected", "time"),
        help='What colours trajectories: "expected", the class expected at each step, or "time", from grey to black.',
    ).tag(**DRAWING)
    line_thickness: Choice = Choice(
        "constant",
        among=("constant", "time", "jump"),
        help="What the thickness of a trajectory shows: nothing, time, or the length of each jump.",
    ).tag(**DRAWING)
    line_width: Pixels = Pixels(2, most=10, help="Greatest thickness of a trajectory, in pixels, at most 10.").tag(
        **DRAWING
    )
    point_size: Pixels = Pixels(4, most=20, help="Diameter of a point of the map, in pixels, at most 20.").tag(
        **DRAWING
    )
    shown_points: Choice = Choice(
        "all",
        among=("all", "first", "last"),
        help="Which steps of each sequence are shown as points: all, only the first, or only the last.",
    ).tag(**DRAWING)
    fade: Choice = Choice(
        "none",
        among=("none", "correct", "wrong"),
        help="Which sequences are faded on the map: none, those predicted correctly, or those predicted wrongly.",
    ).tag(**DRAWING)
    point_labels: Choice = Choice(
        "none",
        among=("none", "jumps", "confidence", "class"),
        help="Which steps of the current trajectory have their words on the map: none; both ends of each jump of "
        "at least "
        "`jump_threshold`; of each change of confidence of at least `confidence_change`; or of each change of class.",
    ).tag(**DRAWING)
    confidence_change: FiniteFloat = FiniteFloat(
        0.3, help="Least change of the confidence from a step to the next that `point_labels` marks, 0…1."
    ).tag(**DRAWING, default=0.3)
    height: Pixels = Pixels(720, least=300, most=4000, help="Height of the page, in pixels, 300…4000.").tag(**DRAWING)
    view: Box = Box(
        None, help="The part of the map in view, (left, right, bottom, top) in units of the map. None: all points."
    ).tag(sync=True, page="alone")

    table: Awaited[Any] = Awaited(
        None,
        read_only=True,
        help="A row for each sequence, as `sequence_table` gives it with the jumps of the active layer, a pandas "
        "DataFrame. Reading it waits for the computation.",
    ).tag(holds="a DataFrame")
    projection: Awaited[Any] = Awaited(
        None,
        read_only=True,
        help="The map, a `Projection`. Reading it waits for the computation.",
    ).tag(holds="a Projection")
    progress: Share = Share(
        None,
        read_only=True,
        help="Share of the running stage of a computation that is done, 0…1; None if none is running. It stays 0 in a "
        "stage whose share isn't known.",
    ).tag(sync=True, shown=True)

    # ------------------------------------------- traits that only the page sets

    _hovered_step = OptionalCount(
        None, help="The step under the pointer, null for none; sent only while there are links."
    ).tag(sync=True, page="alone")
    _near = OptionalCount(None, help="The step whose true neighbours are wanted, null for none.").tag(
        sync=True, page="asks"
    )

    # ------------------------------------- traits that Python sets for the page

    _name = sent("", help="Name of the data set; may be empty.")
    _layers = sent((), help="`[{name, cells}]`.")
    _steps = sent(0, help="T, the number of time steps.")
    _tracks = sent((), help="`[{name, kind, …}]`, those that `color_by` may name; as of `StateExplorer`.")
    _output = sent(help="The output track, as an entry of `_tracks`; null without one.")
    _sequences = sent(help="What is known of each sequence, see below.")
    _order = sent(help="A buffer of int32: numbers of the sequences that pass the filters, sorted.")
    _words = sent(help="Words, expected classes and jumps of the current sequence, see below.")
    _points = sent(help="The points of the map, see below; null until they are there.")
    _point_colors = sent(help="What colours the points, see below; null until that is known.")
    _map = sent(help="What is known of the map, see below; null until it is there.")
    _trajectories = sent((), help="The current and the pinned sequences on the map, see below.")
    _jumps = sent(help="How all jumps are spread, `{quantiles, largest}`: see below; null until they are measured.")
    _neighbours = sent(
        help="`{step, steps, word, words}`: the true neighbours of the step `_near`, and the words of all; null until "
        "they are found."
    )
    _matches = sent(help="Matches of the linked explorer, `{start, stop}`, buffers of int32; null without one.")
    _selected = sent(help="What tells the selected steps from the rest, see below; null while it is computed.")
    _cause = sent(help="What the chosen jump was made of, see below; null while it is computed, or without one.")
    _activity = sent("", help='What is being computed, such as "moving the map"; empty when nothing is.')
    _note = sent("", help="A remark on the data, such as why there is no expected class; may be empty.")
    _scenario_line = sent("", help="The Python statement that shows this view again, `sequences.replay({…})`.")
    _links = sent(0, help="How many widgets this one is linked with.")

    def __init__(self, data: ExplorerData) -> None:
        super().__init__()
        self._data = data
        self._given_maps = GivenMaps(data)
        self._output_track: OutputTrack | None = None

    @property
    def output(self) -> OutputTrack | None:
        """What the model expects at each step; None where that isn't known.

        Examples
        --------
        The eras that the model chooses between, and how often it has expected each after a word:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> explorer.output.classes
        ('1790-1844', '1845-1889', '1890-1924', '1925-1969', '1970-2026')
        >>> dict(zip(explorer.output.labels, explorer.output.counts))
        {'1970-2026': 11438, '1845-1889': 7930, '1890-1924': 6709, '1925-1969': 5470, '1790-1844': 5173}
        """
        return self._output_track

    @for_the_package
    def results_changed(self, name: str) -> None:
        """Have the tasks refreshed at the end of this change: something is there, or other, that is no trait."""
        self._changed.add(name)

    @for_the_package
    def take_map(self, given: Any) -> str:
        """Keep a map that `method` was set to; gives the name of its method."""
        name = self._given_maps.take(given, self.peek("layer"))
        self._changed.add("method")  # also where it reads as before
        return name

    # -------------------------------------------------------------- validators

    @traitlets.validate("layer")
    def _check_layer(self, proposal: dict[str, Any]) -> str:
        return self._among("layer", proposal["value"], self._data.layers)

    @traitlets.validate("method")
    def _check_method(self, proposal: dict[str, Any]) -> str:
        method: str = proposal["value"]
        self._given_maps.check(self.peek("layer"), method)
        return method

    @traitlets.validate("_hovered_step", "_near")
    def _check_step(self, proposal: dict[str, Any]) -> int | None:
        step: int | None = proposal["value"]
        return None if step is None else self._below(proposal["trait"].name, step, self._data.steps)

    @traitlets.validate("color_by")
    def _check_color_by(self, proposal: dict[str, Any]) -> str:
        return self._among("color_by", proposal["value"], self._colorings())

    @traitlets.validate("sequence")
    def _check_sequence(self, proposal: dict[str, Any]) -> int:
        return self._below("sequence", proposal["value"], len(self._data.sequences))

    @traitlets.validate("position")
    def _check_position(self, proposal: dict[str, Any]) -> int:
        return self._below("position", proposal["value"], self._data.steps)

    @traitlets.validate("pinned_sequences")
    def _check_pinned(self, proposal: dict[str, Any]) -> Any:
        numbers = proposal["value"]
        if len(numbers) > MOST_PINNED:
            raise traitlets.TraitError(f"pinned_sequences must be at most {MOST_PINNED}; got {len(numbers)}")
        if len(numbers):
            self._below("pinned_sequences", int(numbers[-1]), len(self._data.sequences))
        return numbers

    @traitlets.validate("selected_steps")
    def _check_selected_steps(self, proposal: dict[str, Any]) -> Any:
        steps = proposal["value"]
        if len(steps):
            self._below("selected_steps", int(steps[-1]), self._data.steps)
        return steps

    @traitlets.validate("jump")
    def _check_jump(self, proposal: dict[str, Any]) -> int | None:
        step: int | None = proposal["value"]
        if step is None:
            return None
        self._below("jump", step, self._data.steps)
        if step + 1 == self._data.sequences.around([step])[1][0]:
            raise traitlets.TraitError(
                f"jump must be a step that another of its sequence follows; got {step}, its last"
            )
        return step

    @traitlets.validate("selection")
    def _check_selection(self, proposal: dict[str, Any]) -> tuple[int, int] | None:
        selection: tuple[int, int] | None = proposal["value"]
        if selection is None:
            return None
        start, stop = selection
        if stop > self._data.steps:
            raise traitlets.TraitError(f"selection must end at most at step {self._data.steps}; got {brief(selection)}")
        first, end = (int(bound[0]) for bound in self._data.sequences.around([start]))
        if stop > end:
            raise traitlets.TraitError(
                f"selection must lie in one sequence; [{start}, {stop}) goes beyond [{first}, {end})"
            )
        return selection

    @traitlets.validate("confidence_change")
    def _check_confidence_change(self, proposal: dict[str, Any]) -> float:
        value: float = proposal["value"]
        if not 0 <= value <= 1:
            raise traitlets.TraitError(f"confidence_change must lie in 0…1; got {value}")
        return value

    def _colorings(self) -> tuple[str, ...]:
        """What `color_by` may be."""
        return tuple(dict.fromkeys(("expected", "target", "trust", *comparable(self._data.tracks))))

    def _among(self, trait: str, given: Any, names: Iterable[str] | Mapping[str, Any]) -> str:
        name = meant(given, tuple(names))
        if isinstance(name, str) and name in names:
            return name
        listed = ", ".join(map(repr, names))
        near = f"; did you mean {nearest(given, names)!r}?" if isinstance(given, str) and given else ""
        raise traitlets.TraitError(f"{trait} must be one of {listed}; got {brief(given)}{near}")

    def _below(self, trait: str, value: int, end: int) -> int:
        if value >= end:
            raise traitlets.TraitError(f"{trait} must lie in 0…{end - 1}; got {value}")
        return value


def _as_text(steps: Any) -> str:
    """Steps as they travel: int32, little-endian, in base64; a list of a million numbers would take longer."""
    return base64.b64encode(np.asarray(steps, "<i4").tobytes()).decode("ascii")


def _from_text(given: Any) -> Any:
    """Steps from what the page has sent."""
    if not isinstance(given, str):
        return given
    try:
        return np.frombuffer(base64.b64decode(given, validate=True), "<i4").astype(np.int64)
    except ValueError:
        return given  # refused by the trait
