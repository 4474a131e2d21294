"""Byte codes of the layers of one explorer: made for nothing while an index is built, or else after the matches."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from numpy.typing import NDArray

from lstmvis_widget.states.byte_codes import ByteCodes, OnTheWay, ThresholdGrid
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import Check, Report
from lstmvis_widget.work.room import Shelf


class LayerCodes:
    """Keeps the byte codes of layers that aren't in memory, complete or as far as they were made.

    Parameters
    ----------
    shelf : Shelf
        Where they are kept, as long as there is room.

    Attributes
    ----------
    are_made_later : callable
        Whether codes are also made after the matches. If not, a second index of a layer fills them in any case.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.are_made_later: Callable[[], bool] = lambda: True
        self._indexed: set[Hashable] = set()  # origins of layers that were read for an index

    def forget(self) -> None:
        """Forget which layers were indexed."""
        self._indexed.clear()

    def at(self, states: States, threshold: float) -> tuple[ByteCodes, int] | None:
        """The codes of a layer, and the level of a threshold; None without codes, or if it isn't on their grid."""
        codes = self._of(states)
        level = codes.grid.level(threshold) if codes is not None and codes.are_complete else None
        return None if codes is None or level is None else (codes, level)

    def are_missing(self, states: States, grid: ThresholdGrid | None) -> bool:
        """Whether codes would help this layer, which was indexed, and aren't complete; there is room for them."""
        if states.origin not in self._indexed or not self._help(states, grid):
            return False
        codes = self._of(states)
        return codes is None or not codes.are_complete

    def on_the_way(self, states: States, grid: ThresholdGrid | None) -> OnTheWay | None:
        """What fills the codes of a layer while an index is built from its states; None if that isn't for nothing."""
        again = states.origin in self._indexed
        always = again and not self.are_made_later()
        self._indexed.add(states.origin)
        # Transformed values take time, too, which an index alone may do without.
        if grid is None or not self._help(states, grid) or not (always or (not again and not states.is_transformed)):
            return None
        on_the_way = OnTheWay(self._begun(states, grid), always=always)
        return on_the_way if on_the_way.goes_on else None

    def filling(self, states: States, grid: ThresholdGrid) -> Callable[[int, NDArray[Any]], None]:
        """What takes the blocks of a layer whose codes are missing, as long as there is room for them."""
        codes = self._begun(states, grid)

        def put(start: int, values: NDArray[Any]) -> None:
            if self._of(states) is codes:
                codes.put(start, values)

        return put

    def fill(self, states: States, grid: ThresholdGrid, before_each: Check, progress: Report) -> None:
        """Read all rows whose codes are missing, unless the room is needed for something else meanwhile.

        Parameters
        ----------
        states, grid
            The layer, and the grid of its codes.
        before_each : callable
            Called before each block. It may wait, or raise to end the work, which goes on from there when called again.
        progress : callable
            Given the share done, 0…1.

        Raises
        ------
        OSError
            Rows can't be read.
        """
        codes = self._begun(states, grid)
        for start, stop in states.blocks():
            if not codes.have(start, stop):
                before_each()
                if self._of(states) is not codes:
                    return
                codes.put(start, states.read(start, stop))
                progress(stop / len(states))

    def _of(self, states: States) -> ByteCodes | None:
        codes: ByteCodes | None = self._shelf.get(("codes", states.origin))
        return codes

    def _help(self, states: States, grid: ThresholdGrid | None) -> bool:
        steps, cells = states.shape
        here = not states.in_memory and states.elsewhere is None
        return grid is not None and here and 0 < steps * cells <= self._shelf.limit

    def _begun(self, states: States, grid: ThresholdGrid) -> ByteCodes:
        """The codes of a layer as far as they are there, or empty ones."""
        codes = self._of(states)
        if codes is None:
            codes = ByteCodes(states.shape, grid)
            name = "codes", states.origin
            self._shelf.put(name, codes, about=name, spare=True)
        return codes
