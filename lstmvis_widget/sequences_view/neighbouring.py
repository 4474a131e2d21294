"""The true neighbours of the step under the pointer, found in the background."""

from __future__ import annotations

from typing import NamedTuple

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.nearest_states import neighbours_of
from lstmvis_widget.work.background import Background, Work

from .mapping import MappingStates
from .same_steps import SameSteps
from .traits import SequenceTraits

NEIGHBOURS = 15
"""How many neighbours are shown, as many as trust is measured by."""

KEPT = 256
"""How many answers are cached: the pointer comes back."""


class Near(NamedTuple):
    """The question: the neighbours of ``step`` in ``layer`` among the steps on the map."""

    layer: str
    step: int
    on_map: SameSteps


class Neighbouring:
    """Finds the steps on the map whose states are nearest to that of `_near`; nobody waits for it.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    mapping : MappingStates
    background : bool
    """

    def __init__(self, widget: SequenceTraits, data: ExplorerData, mapping: MappingStates, *, background: bool) -> None:
        self._widget, self._data, self._mapping = widget, data, mapping
        self.task: Background[Near, list[int]] = Background(
            widget, "lstmvis-neighbours", self, background=background, kept=KEPT, aside=True
        )

    # ---------------------------------------------------------- the task's part

    def question(self) -> Near | None:
        """The step that is pointed at; None without one, or before there is a map."""
        step, projection = self._widget.peek("_near"), self._mapping.now()
        is_of_layer = self._mapping.task.asked.answer is not None  # else it is that of another layer
        if step is None or projection is None or not is_of_layer or not 0 <= step < self._data.steps:
            return None
        return Near(self._widget.peek("layer"), step, SameSteps(projection.steps))

    def pending(self, _: Near | None) -> None:
        """Clear the neighbours of another step."""
        self._widget.publish(_neighbours=None)

    def answer(self, near: Near, work: Work[list[int]]) -> list[int]:
        """Compare the state of the step with those of all on the map."""
        states = self._data.layers[near.layer]
        return list(map(int, neighbours_of(states, near.on_map.steps, near.step, NEIGHBOURS, work.check)))

    def show(self, near: Near, answer: list[int] | None, error: str) -> None:  # noqa: ARG002  (links are an extra)
        """Send the neighbours; there are none of a state that isn't finite."""
        shown = self._data.tokens.shown
        found = {"step": near.step, "steps": answer, "word": shown(near.step), "words": list(map(shown, answer or ()))}
        self._widget.publish(_neighbours=None if answer is None else found)
