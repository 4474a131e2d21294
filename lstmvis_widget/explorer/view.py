"""How the views of a widget draw what there is: scale, context, colours of cells, what is left out."""

from __future__ import annotations

from typing import Any

import traitlets

from lstmvis_widget.states.sources import States
from lstmvis_widget.synced.traits import CellColors, Count, Flag, Pixels, ValueAxis
from lstmvis_widget.synced.widget import PageWidget
from lstmvis_widget.timeline.sequences import Sequences

MOST_CONTEXT = 20


class ViewWidget(PageWidget):
    """What can be chosen of the drawing in `StateExplorer`; none of it changes selected cells or matches."""

    position = Count(0).tag(sync=True)
    """First time step shown."""
    word_width = Pixels(30, most=200).tag(sync=True)
    """Width of a step on the page, in pixels, above 0 and at most 200.

    Where words can't be read any more a ruler takes their place; below one pixel, several steps share a column.
    """
    sequence = Count(0).tag(sync=True)
    """Number of the sequence that `position` lies in, from 0; setting it goes to the sequence's first step."""
    value_axis = ValueAxis("layer").tag(sync=True)
    """What the value axis covers: "layer", the range of the layer's values, always the same; "view", the values in
    view; or a fixed range (low, high)."""
    context_width = Count(3, least=0, most=MOST_CONTEXT).tag(sync=True)
    """How many steps of context are shown on each side of a match, 0…20."""
    fold_matches = Flag(default_value=False).tag(sync=True)
    """Whether the page folds a match away that overlaps a better one. `matches` still holds all."""
    pinned_cells = CellColors({}).tag(sync=True)
    """Cells drawn in a colour of their own, whether selected or not: cell number → "#rrggbb".

    A list of cell numbers, or None as a colour, has colours chosen.
    """
    show_coverage = Flag(default_value=False).tag(sync=True)
    """Whether the share of selected cells that are on is drawn as bars, and under them the runs of each."""
    min_run = Count(1, least=1).tag(sync=True)
    """Runs of fewer steps on which a cell is on are left out of what is drawn as on; 1 leaves nothing out."""

    _sequences: Sequences

    @property
    def _states(self) -> States:
        raise NotImplementedError

    @traitlets.validate("position")
    def _check_position(self, proposal: dict[str, Any]) -> int:
        position, steps = int(proposal["value"]), len(self._states)
        if position >= steps:
            msg = f"position must lie in 0…{steps - 1}; got {position}"
            raise traitlets.TraitError(msg)
        return position

    @traitlets.validate("sequence")
    def _check_sequence(self, proposal: dict[str, Any]) -> int:
        sequence, count = int(proposal["value"]), len(self._sequences.lengths)
        if sequence >= count:
            msg = f"sequence must lie in 0…{count - 1}; got {sequence}"
            raise traitlets.TraitError(msg)
        return sequence

    @traitlets.validate("pinned_cells")
    def _check_pinned(self, proposal: dict[str, Any]) -> dict[int, str]:
        cells: dict[int, str] = proposal["value"]
        total = self._states.shape[1]
        if cells and max(cells) >= total:
            msg = f"pinned_cells must lie in 0…{total - 1}; got {max(cells)}"
            raise traitlets.TraitError(msg)
        return cells

    @traitlets.observe("position")
    def _position_changed(self, _: Any) -> None:
        if self._complete:
            self.sequence = self._sequences.at(self.position)

    @traitlets.observe("sequence")
    def _sequence_changed(self, _: Any) -> None:
        if self._complete and self._sequences.at(self.position) != self.sequence:
            self.position = int(self._sequences.starts[self.sequence])

    @traitlets.observe("value_axis", "context_width", "fold_matches", "pinned_cells", "show_coverage", "min_run")
    def _drawing_changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")
