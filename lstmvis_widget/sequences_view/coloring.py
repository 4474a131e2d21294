"""What colours the points of the map, found in the background."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.sent import sequences as sent_sequences
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
    output : OutputTrack or None
    mapping : MappingStates
    background : bool
    """

    def __init__(
        self,
        widget: SequenceTraits,
        data: ExplorerData,
        output: OutputTrack | None,
        mapping: MappingStates,
        *,
        background: bool,
    ) -> None:
        self._widget, self._data, self._output, self._mapping = widget, data, output, mapping
        self.task: Background[Colored, Sent] = Background(
            widget, "lstmvis-colors", self, background=background, kept=KEPT
        )

    # ---------------------------------------------------------- the task's part

    def question(self) -> Colored | None:
        """What colours the points of the current map; None before there is one, or if nothing colours them."""
        found = self._mapping.task.asked.answer
        if found is None:
            return None
        by, on_map = self._widget.peek("color_by"), SameSteps(found.projection.steps)
        if by == "trust":
            is_settled = getattr(found, "settled", True)  # moving points have no trust yet
            return Colored(by, None, on_map, found.projection) if is_settled else None
        track = self._output if by in {"expected", "target"} else self._data.tracks.get(by)
        if track is None or (by == "target" and self._output is not None and self._output.targets is None):
            return None
        return Colored(by, track, on_map, None)

    def pending(self, colored: Colored | None) -> None:
        """Clear colours that say something else, unless the new ones are there in a moment.

        Those of another map may stay: their `key` tells whose they are.
        """
        if (colored is None and self._mapping.task.asked.answer is not None) or (colored and colored.by == "trust"):
            self._widget.publish(_point_colors=None)

    def answer(self, colored: Colored, work: Work[Sent]) -> Sent:
        """Find the class, label or number of each point."""
        by, track, steps = colored.by, colored.track, colored.on_map.steps
        key = {"by": by, "key": sent_sequences.key_of(steps)}
        if colored.projection is not None:
            trust = colored.projection.point_trust(check=work.check, progress=work.stage("measuring trust"))
            return sent_sequences.values_of(trust, (0.0, 1.0), **key)
        if by == "target" and isinstance(track, OutputTrack):
            places = np.append(np.argsort(track.order), -1)
            return sent_sequences.colors_of(places[self._targets(track, steps)], None, labels=_classes(track), **key)
        if isinstance(track, OutputTrack):
            codes, confidence = track.codes[steps], track.confidence[steps]
            return sent_sequences.colors_of(codes, confidence, labels=_classes(track), **key)
        if isinstance(track, CategoricalTrack):
            labels = [shortened(label) for label in track.labels[:MOST_LABELS]]
            return sent_sequences.colors_of(track.codes[steps], None, labels=labels, **key) | {"kind": "labels"}
        if isinstance(track, ContinuousTrack):
            return sent_sequences.values_of(track.values[steps], track.value_range, **key)
        raise TypeError(f"a {track.kind if track else 'missing'} track can't colour points")

    def show(self, _: Colored, answer: Sent | None, error: str) -> None:
        """Send the colours."""
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
