"""The map of states: found in the background, and sent as it settles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.project_states import project_states
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.sent.sequences import described_map, points_of
from lstmvis_widget.work.background import Background, Work

from .traits import SequenceTraits

Floats = NDArray[np.float64]

KEPT = 4
"""How many maps are cached."""


class Mapped(NamedTuple):
    """The question: a map of ``layer`` by ``method``."""

    layer: str
    method: str


@dataclass(eq=False)
class FoundMap:
    """A map; ``settled`` says whether its points stay where they are."""

    projection: Projection
    trust: Any = None


class MappingStates:
    """Puts the states of the active layer on a map.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    background : bool
    """

    def __init__(self, widget: SequenceTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self.task: Background[Mapped, FoundMap] = Background(
            widget, "lstmvis-map", self, background=background, kept=KEPT
        )

    def question(self) -> Mapped:
        """The active layer, and the method."""
        return Mapped(self._widget.peek("layer"), self._widget.peek("method"))

    def pending(self, _: Mapped | None) -> None:
        """Say that the map isn't there."""
        self._widget.publish(_map=None)

    def answer(self, mapped: Mapped, work: Work[FoundMap]) -> FoundMap:
        """Find the map, then how far to trust it."""
        found = project_states(
            self._data.layers[mapped.layer],
            mapped.method,
            sequences=self._data.sequences.lengths,
            check=work.check,
            progress=work.stage("putting states on the map"),
        )
        work.deliver(FoundMap(found))
        found.measure_trust(check=work.check, progress=work.stage("measuring trust"))
        return FoundMap(found, {"map": found.trust, **found.trust_beside})

    def show(self, _: Mapped, answer: FoundMap | None, error: str) -> None:
        """Send the points, and what is known of the map."""
        widget = self._widget
        if answer is not None:
            widget.set_trait("projection", answer.projection)
            widget.publish(_points=points_of(answer.projection), _map=described_map(answer.projection, answer.trust))
        if error:
            widget.say(error)
