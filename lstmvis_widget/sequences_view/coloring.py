"""What colours the points of the map, found in the background."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.sent.sequences import colors_of, values_of
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, Track
from lstmvis_widget.work.background import CANCELLED, Background, Work

from .mapping import MappingStates
from .same_steps import SameSteps
from .traits import SequenceTraits

Sent = dict[str, Any]
Ints = NDArray[np.int64]

KEPT = 8
"""How many answers are cached."""

MOST_LABELS = 1000
"""Names that are sent, at most; all others of a track can't be told apart by colour anyway."""


class Colored(NamedTuple):
    """The question: what colours these points.

    Attributes
    ----------
    by : str
        The value of `color_by`.
    track : Track or None
        The track that it names, or the output track.
    on_map : SameSteps
        The steps of the points.
    projection : Projection or None
        For "trust": it depends on where the points are.
    """

    by: str
    track: Track | None
    on_map: SameSteps
    projection: Projection | None


class Coloring:
    """Finds the colour of each point.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    mapping : MappingStates
    background : bool
    """

    def __init__(self, widget: SequenceTraits, data: ExplorerData, mapping: MappingStates, *, background: bool) -> None:
        self._widget, self._data, self._mapping = widget, data, mapping
        self.task: Background[Colored, Sent] = Background(
            widget, "lstmvis-colors", self, background=background, kept=KEPT
        )

    # ---------------------------------------------------------- the task's part

    def question(self) -> Colored | None:
        """What colours the points that are shown; None without any, or if nothing colours them."""
        projection, by, output = self._mapping.now(), self._widget.peek("color_by"), self._widget.output
        if projection is None:
            return None
        on_map = SameSteps(projection.steps)
        if by == "trust":
            found = self._mapping.task.asked.answer
            if found is None or not found.settled or found.projection.coordinates is not projection.coordinates:
                return None
            return Colored(by, None, on_map, found.projection)
        track = output if by in {"expected", "target"} else self._data.tracks.get(by)
        if track is None or (by == "target" and output is not None and output.targets is None):
            return None
        return Colored(by, track, on_map, None)

    def pending(self, colored: Colored | None) -> None:
        """Colour the points at once, or clear their colours until the new ones are there."""
        at_once = colored is not None and colored.projection is None
        self._widget.publish(_point_colors=self._from_track(colored) if colored and at_once else None)

    def answer(self, colored: Colored, work: Work[Sent]) -> Sent:
        """Find the class, label or number of each point."""
        if colored.projection is None:
            return self._from_track(colored)  # equal to what is shown, which isn't sent again
        trust = colored.projection.point_trust(check=work.check, progress=work.stage("measuring trust"))
        return values_of(trust, (0.0, 1.0), by=colored.by)

    def _from_track(self, colored: Colored) -> Sent:
        by, track, steps = colored.by, colored.track, colored.on_map.steps
        if by == "target" and isinstance(track, OutputTrack):
            places = np.append(np.argsort(track.order), -1)
            return colors_of(places[self._targets(track, steps)], None, labels=_classes(track), by=by)
        if isinstance(track, OutputTrack):
            return colors_of(track.codes[steps], track.confidence[steps], labels=_classes(track), by=by)
        if isinstance(track, CategoricalTrack):
            labels = [shortened(label) for label in track.labels[:MOST_LABELS]]
            return colors_of(track.codes[steps], None, labels=labels, by=by) | {"kind": "labels"}
        if isinstance(track, ContinuousTrack):
            return values_of(track.values[steps], track.value_range, by=by)
        raise TypeError(f"color_by can't name a top-k track; got {by!r}")

    def show(self, colored: Colored, answer: Sent | None, error: str) -> None:
        """Send the colours; those of a track are there already."""
        if answer is not None or colored.projection is not None:
            self._widget.publish(_point_colors=answer)
        if error:
            self._widget.say(error if error == CANCELLED else f"the points could not be coloured: {error}")

    def _targets(self, output: OutputTrack, steps: Ints) -> NDArray[np.int32]:
        """The column of the true class of each step, −1 where it isn't known."""
        targets, sequences = output.targets, self._data.sequences
        if targets is None:
            return np.full(len(steps), -1, np.int32)
        if len(targets) != len(sequences):
            return targets[steps]
        return targets[np.searchsorted(sequences.bounds, steps, side="right") - 1]


def _classes(track: OutputTrack) -> list[str]:
    """Names of the classes in the order of their places."""
    return [shortened(track.classes[column]) for column in track.order[:MOST_LABELS].tolist()]
