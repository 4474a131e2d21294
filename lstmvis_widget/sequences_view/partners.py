"""The explorers that a `SequenceExplorer` is linked with: their matches come from there, and cells go there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.explorer.explorer import StateExplorer
from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.synced.at_once_or_later import at_once_or_later
from lstmvis_widget.synced.widget import SyncedWidget

from .traits import SequenceTraits

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Found:
    """The ranges of the matches of all linked explorers."""

    start: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    stop: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


class Partners:
    """Keeps `_matches` as the linked explorers have them.

    An observer runs with the lock of the explorer held, so it doesn't wait for the lock of this widget: if that isn't
    free, a thread that holds no lock takes the matches over.

    Parameters
    ----------
    widget : SequenceTraits
    """

    def __init__(self, widget: SequenceTraits) -> None:
        self._widget = widget
        self._explorers: list[StateExplorer] = []
        # Matches that were read before the explorer has shown them: by the ones that it shows until then.
        self._ahead: dict[StateExplorer, tuple[Matches, Matches]] = {}
        self.found = Found()

    def add(self, other: SyncedWidget) -> Callable[[], None]:
        """Show the matches of this widget, if it has any; gives a function that ends that."""
        if not isinstance(other, StateExplorer):
            return lambda: None
        self._explorers.append(other)
        other.observe(self._matches_changed, names="matches")
        self._take_over()

        def end() -> None:
            other.unobserve(self._matches_changed, names="matches")
            self._explorers.remove(other)
            self._ahead.pop(other, None)
            at_once_or_later(self._take_over)

        return end

    def wait(self) -> None:
        """Wait for the matches, and take them over."""
        for explorer in tuple(self._explorers):
            before = explorer.peek("matches")
            self._ahead[explorer] = before, explorer.matches
        self._take_over()

    def _matches_changed(self, _: Any) -> None:
        at_once_or_later(self._take_over, 0)

    def _take_over(self, patience: float = -1) -> bool:
        """Send the matches of this moment; False if another thread keeps the lock."""
        with self._widget.when_free(patience) as is_free:
            if is_free:
                matches = [self._matches_of(explorer) for explorer in self._explorers]
                start, stop = (
                    np.concatenate([np.zeros(0, np.int64), *(getattr(each, end) for each in matches)])
                    for end in ("start", "stop")
                )
                if not (np.array_equal(start, self.found.start) and np.array_equal(stop, self.found.stop)):
                    self.found = Found(start, stop)
                    self._widget.results_changed("matches")
                sent = {"start": start.astype("<i4").tobytes(), "stop": stop.astype("<i4").tobytes()}
                shown = sent if matches else None
                if shown != self._widget.peek("_matches"):
                    self._widget.publish(_matches=shown)
        return is_free

    def _matches_of(self, explorer: StateExplorer) -> Matches:
        shown: Matches = explorer.peek("matches")
        before, ahead = self._ahead.get(explorer, (shown, shown))
        if shown is before:
            return ahead
        self._ahead.pop(explorer, None)
        return shown

    def take_cells(self, cells: ArrayLike, layer: str, low: ArrayLike = ()) -> None:
        """Make these the selected cells of the linked explorers, and of ``low`` the mirrors where there are some.

        Raises
        ------
        ValueError
            None is linked, one shows another layer, or one in which a cell has no threshold; or nothing is selected
            there.
        traitlets.TraitError
            The layer has no such cell.
        """
        explorers = tuple(self._explorers)
        if not explorers:
            raise ValueError("no StateExplorer is linked that could take the cells: link(explorer, sequences)")
        for explorer in explorers:
            if layer not in (explorer.layer, explorer.layer_of_states()):
                raise ValueError(
                    f"these are cells of layer {layer!r}, and the linked explorer shows {explorer.layer!r}: set its "
                    f"layer to {layer!r} first"
                )
            if explorer.selection is None:
                raise ValueError(
                    "nothing is selected in the linked explorer, and cells are taken for a selection: "
                    "select words first"
                )
        for explorer, taken in [(each, each.turned(cells, low)) for each in explorers]:
            explorer.take_cells(taken)
