"""The map of states: found in the background, and sent as it settles."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.project_states import project_states
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.projection.rows_at import sampled_steps
from lstmvis_widget.sent.sequences import described_map, points_of
from lstmvis_widget.work.background import Background, Work

from .given_maps import GivenMaps
from .same import Same
from .traits import SequenceTraits

Floats = NDArray[np.float64]

KEPT = 4
"""How many maps are cached."""

MOST_STEPS, SEED = 10_000, 0
"""Of t-SNE: those of `project_states`."""

MOVED_EVERY = 0.1
"""Least time between two positions of points that move, in seconds."""


class Mapped(NamedTuple):
    """The question: a map of ``layer`` by ``method``, or the one that was given."""

    layer: str
    method: str
    given: Same[Projection | Floats | None]


@dataclass(eq=False)
class FoundMap:
    """A map.

    Attributes
    ----------
    projection : Projection
        Until it is settled, what is on the map meanwhile: principal axes, or points on their way.
    trust : dict or None
        None until it is measured.
    settled : bool
        Whether the points stay where they are.
    """

    projection: Projection
    trust: Any = None
    settled: bool = True


class MappingStates:
    """Puts the states of the active layer on a map.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    given : GivenMaps
    points_changed : callable
        Called within a change when other points are on the map, or they have moved.
    background : bool
    """

    def __init__(
        self,
        widget: SequenceTraits,
        data: ExplorerData,
        given: GivenMaps,
        points_changed: Callable[[], None],
        *,
        background: bool,
    ) -> None:
        self._widget, self._data, self._given, self._points_changed = widget, data, given, points_changed
        self._axes: dict[str, Projection] = {}  # the map along principal axes, of each layer that has been shown
        self._sent: Projection | None = None
        self.task: Background[Mapped, FoundMap] = Background(
            widget, "lstmvis-map", self, background=background, kept=KEPT
        )

    def question(self) -> Mapped:
        """The active layer, and the method."""
        layer, method = self._widget.peek("layer"), self._widget.peek("method")
        return Mapped(layer, method, self._given.of(layer, method))

    def pending(self, _: Mapped | None) -> None:
        """Say that the points aren't those of this map; they stay until there are others."""
        known = self._widget.peek("_map")
        if known is not None:
            self._widget.publish(_map={**known, "settled": False})

    # ------------------------------------------------------------ on the worker

    def answer(self, mapped: Mapped, work: Work[FoundMap]) -> FoundMap:
        """Find the map, then how far to trust it."""
        found = self._map_of(mapped, work)
        work.deliver(FoundMap(found), surely=True)
        found.measure_trust(check=work.check, progress=work.stage("measuring trust"))
        return FoundMap(found, {"map": found.trust, **found.trust_beside})

    def _map_of(self, mapped: Mapped, work: Work[FoundMap]) -> Projection:
        given = mapped.given.value
        if isinstance(given, Projection):
            return given
        if given is not None:
            return self._projected(mapped.layer, given, work, "looking up given positions")
        axes = self._along_axes(mapped.layer, work)
        if mapped.method == "pca":
            return axes
        work.deliver(FoundMap(axes, settled=False), surely=True)
        return self._projected(
            mapped.layer, mapped.method, work, "settling the map (t-SNE)", on_move=self._mover(axes, work)
        )

    def _along_axes(self, layer: str, work: Work[FoundMap]) -> Projection:
        if layer not in self._axes:
            self._axes[layer] = self._projected(layer, "pca", work, "putting states on the map")
        return self._axes[layer]

    def _projected(self, layer: str, method: Any, work: Work[FoundMap], what: str, **more: Any) -> Projection:
        return project_states(
            self._data.layers[layer],
            method,
            sequences=self._data.sequences.lengths,
            max_steps=MOST_STEPS,
            seed=SEED,
            check=work.check,
            progress=work.stage(what),
            **more,
        )

    def _mover(self, axes: Projection, work: Work[FoundMap]) -> Callable[[Floats], None]:
        """Shows points on their way, now and then."""
        sampled = sampled_steps(self._data.sequences, MOST_STEPS, SEED).steps
        steps = np.intersect1d(sampled, axes.steps, assume_unique=True)
        due = 0.0

        def moved(positions: Floats) -> None:
            nonlocal due
            now = time.monotonic()
            if now < due or len(positions) != len(steps) or self.task.is_inline:
                return
            due = now + MOVED_EVERY
            on_their_way = replace(axes, coordinates=positions, steps=steps, method="tsne", explained=None, notes=())
            work.deliver(FoundMap(on_their_way, settled=False))

        return moved

    # ------------------------------------------------------------------- shown

    def show(self, mapped: Mapped, answer: FoundMap | None, error: str) -> None:
        """Send the points, and what is known of the map. Where another map failed, principal axes take its place."""
        widget = self._widget
        is_found = answer is not None and answer.settled
        if error and not is_found and mapped.method != "pca":
            widget.adapt("method", "pca")
        elif answer is not None:
            if answer.settled:
                widget.set_trait("projection", answer.projection)
            self._send(answer)
        elif error:
            self._sent = None
            widget.set_trait("projection", None)
            widget.publish(_points=None, _point_colors=None, _map=None)
            self._points_changed()
        if error:
            widget.say(error)

    def _send(self, found: FoundMap) -> None:
        """Send the map, and its points unless these are there."""
        widget, before, projection = self._widget, self._sent, found.projection
        widget.publish(_map=described_map(projection, found.trust, settled=found.settled))
        widget.results_changed("map")  # also where only settled is another
        if before is not None and before.coordinates is projection.coordinates:
            return
        self._sent = projection
        if before is None or not np.array_equal(before.steps, projection.steps):
            widget.publish(_point_colors=None)  # those there were are of other points
        widget.publish(_points=points_of(projection))
        widget.results_changed("points")
        self._points_changed()

    def now(self) -> Projection | None:
        """What is on the map, whether or not it is settled."""
        return self._sent
