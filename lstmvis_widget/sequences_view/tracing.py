"""Trajectories on the map: the current sequence and the pinned ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.sent.sequences import Stretch, stretch_around, trajectory
from lstmvis_widget.work.background import Background, Work

from .mapping import MappingStates
from .measuring import Measuring
from .same import Same
from .traits import SequenceTraits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STEPS = 5_000
"""Steps of a trajectory, at most: of a longer sequence those around the position, or else its first ones."""

KEPT = 100
"""Stretches whose positions are kept."""


class Traced(NamedTuple):
    """The question: where steps of these stretches are on the map that aren't among its points."""

    layer: str
    projection: Same[Projection]
    stretches: tuple[tuple[int, int], ...]


Placed = dict[tuple[int, int], Floats]
"""The positions of the steps of stretches."""


class Tracing:
    """Sends the trajectories. Steps that aren't points of the map, such as those of a sample, are put there.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    mapping : MappingStates
    measuring : Measuring
    background : bool
    """

    def __init__(
        self,
        widget: SequenceTraits,
        data: ExplorerData,
        mapping: MappingStates,
        measuring: Measuring,
        *,
        background: bool,
    ) -> None:
        self._widget, self._data, self._mapping, self._measuring = widget, data, mapping, measuring
        self._placed: tuple[Projection | None, Placed] = None, {}  # replaced as a whole: two threads use it
        self._sent: Any = None
        self.task: Background[Traced, Placed] = Background(widget, "lstmvis-trace", self, background=background)

    def _stretches(self) -> list[Stretch]:
        """The stretches that are shown, that of the current sequence first."""
        position, sequences = self._widget.peek("position"), self._data.sequences
        current = stretch_around(position, sequences, MOST_STEPS)
        pinned = (number for number in self._widget.peek("pinned_sequences").tolist() if number != current.sequence)
        starts = (int(sequences.starts[number]) for number in pinned)
        return [current, *(stretch_around(start, sequences, MOST_STEPS) for start in starts)]

    # ---------------------------------------------------------- the task's part

    def question(self) -> Traced | None:
        """The stretches of which steps have to be put on the map; None if there are none, or while points move."""
        found, mapped = self._mapping.task.asked.answer, self._mapping.task.question
        if found is None or mapped is None or not found.settled:
            return None
        projection = found.projection
        if len(projection.steps) + projection.left_out >= projection.total:
            return None
        missing = tuple(
            (each.start, each.stop)
            for each in self._stretches()
            if _count(projection.steps, each.start, each.stop) < each.stop - each.start
        )
        return Traced(mapped.layer, Same(projection), missing) if missing else None

    def pending(self, _: Traced | None) -> None:
        """Show the steps that are on the map until the others are."""

    def answer(self, traced: Traced, work: Work[Placed]) -> Placed:
        """Put the steps on the map."""
        projection, states = traced.projection.value, self._data.layers[traced.layer]
        for number, (start, stop) in enumerate(traced.stretches, 1):
            work.check()
            if (start, stop) in self._placed_on(projection):
                continue
            progress = work.stage("putting the trajectory on the map")
            positions = points_within(projection, start, stop)
            missing = np.isnan(positions[:, 0])
            rows = states.read(start, stop)[missing]
            positions[missing] = projection.place(rows, check=work.check, progress=progress)
            self._keep(projection, (start, stop), positions)
            if number < len(traced.stretches):
                work.deliver(self._placed_on(projection))
        return self._placed_on(projection)

    def _placed_on(self, projection: Projection) -> Placed:
        """What has been put on this map so far."""
        known_on, placed = self._placed
        return placed if known_on is projection else {}

    def _keep(self, projection: Projection, at: tuple[int, int], positions: Floats) -> None:
        kept = list(self._placed_on(projection).items())[-KEPT:]
        self._placed = projection, {**dict(kept), at: positions}

    def show(self, _: Traced, answer: Placed | None, error: str) -> None:  # noqa: ARG002  (the positions are kept)
        """Send the trajectories."""
        self.refresh()
        if error:
            self._widget.say(error)

    # ------------------------------------------------------------------- shown

    def refresh(self) -> None:
        """Send the trajectories, unless they are there."""
        projection = self._mapping.now()
        if projection is None:
            if self._sent is not None:
                self._sent = None
                self._widget.publish(_trajectories=())
            return
        output, measures, placed = self._widget.output, self._measuring.now(), self._placed_on(projection)
        stretches = self._stretches()
        ranges = [(each.start, each.stop) for each in stretches]
        key = Same(projection), stretches, [each in placed for each in ranges], Same(output), Same(measures)
        if key == self._sent:
            return
        self._sent = key
        distances = None if measures is None else measures.distances
        self._widget.publish(
            _trajectories=[
                trajectory(each, placed.get(at, points_within(projection, *at)), output, distances)
                for each, at in zip(stretches, ranges, strict=True)
            ]
        )


def _count(steps: Ints, start: int, stop: int) -> int:
    first, last = np.searchsorted(steps, [start, stop])
    return int(last - first)


def points_within(projection: Projection, start: int, stop: int) -> Floats:
    """The positions of the steps [start, stop); NaN for one that isn't a point of the map."""
    positions = np.full((stop - start, 2), np.nan)
    first, last = np.searchsorted(projection.steps, [start, stop])
    positions[projection.steps[first:last] - start] = projection.coordinates[first:last]
    return positions
