"""Which cells are taken out of the selected cells by hand, and which are added to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from lstmvis_widget.states.sources import States
from lstmvis_widget.synced.traits import CellNumbers

from .undoing import HistoryWidget


class CellsWidget(HistoryWidget):
    """What is changed by hand in the selected cells of `StateExplorer`."""

    deselected_cells = CellNumbers(()).tag(sync=True)
    """Cells taken out of the selected cells by hand; a new selection clears them."""
    added_cells = CellNumbers(()).tag(sync=True)
    """Cells added to the selected cells by hand, following the pattern or not; a new selection clears them."""

    selection: Any

    @property
    def _states(self) -> States:
        raise NotImplementedError

    @traitlets.validate("deselected_cells", "added_cells")
    def _check_cells(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        cells: tuple[int, ...] = proposal["value"]
        total = self._states.shape[1]
        if cells and cells[-1] >= total:
            msg = f"{proposal['trait'].name} must lie in 0…{total - 1}; got {cells[-1]}"
            raise traitlets.TraitError(msg)
        return cells

    def _forget_cells(self) -> None:
        self.deselected_cells = ()
        self.added_cells = ()

    def take_cells(self, cells: ArrayLike) -> None:
        """Make these the selected cells: all that follow the pattern are deselected, and these are added.

        It is one change, which can be undone; a new selection ends it.

        Parameters
        ----------
        cells : array_like of int
            Numbers of cells of the active layer.

        Raises
        ------
        ValueError
            Nothing is selected.
        traitlets.TraitError
            There are no such cells.
        """
        if self.selection is None:
            raise ValueError("nothing is selected: cells can be taken for a selection only")
        results = self._newest("following")
        following = [] if results is None or results.following is None else results.following.tolist()
        self._set_together({"deselected_cells": following, "added_cells": np.asarray(cells).tolist()})

    def _take_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Take in a message of the page: the end of a gesture, or which cells it takes."""
        super()._take_message(widget, content, buffers)
        if not isinstance(content, dict) or "take_cells" not in content:
            return
        try:
            self.take_cells(content["take_cells"])
        except (ValueError, traitlets.TraitError) as error:
            with self._setting():
                self._show_error(str(error))
