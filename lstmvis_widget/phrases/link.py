"""A scatter of phrases and an explorer that go along with each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.explorer.explorer import StateExplorer

if TYPE_CHECKING:
    from .scatter import PhraseScatter

Ints = NDArray[np.int64]

PATIENCE = 0.05
"""Seconds to wait for another thread that sets traits; it may be waiting for this one."""

LEAST_CONTEXT = 3
"""Steps shown before a phrase that is gone to, where there are as many."""


class PhraseLink:
    """Keeps `PhraseScatter.picked` and `StateExplorer.selection` in step, and lights the phrases among the matches.

    Whoever notifies holds the lock of its own traits; what follows on that thread never waits long for the other's
    lock, nor at all on the worker that publishes matches. What can't be had at once is left to a thread that holds
    nothing, and then takes over what is so by then.
    """

    def __init__(self, scatter: PhraseScatter, explorer: StateExplorer) -> None:
        self._scatter, self._explorer = scatter, explorer
        self._linked = True
        scatter._goes_with.append(explorer)  # noqa: SLF001  (what arrives for one may be about the other)
        explorer._goes_with.append(scatter)  # noqa: SLF001
        explorer.observe(self._selection_changed, names="selection")
        explorer.observe(self._matches_changed, names="matches")
        explorer.observe(self._comm_changed, names="comm")
        self._take_over_selection()
        self._take_over_matches()
        scatter.observe(self._picked_changed, names="picked")

    def unlink(self) -> None:
        """Let each go its own way; a second time does nothing."""
        if not self._linked:
            return
        self._linked = False
        self._explorer.unobserve(self._selection_changed, names="selection")
        self._explorer.unobserve(self._matches_changed, names="matches")
        self._explorer.unobserve(self._comm_changed, names="comm")
        self._scatter.unobserve(self._picked_changed, names="picked")
        self._scatter._goes_with.remove(self._explorer)  # noqa: SLF001
        self._explorer._goes_with.remove(self._scatter)  # noqa: SLF001

    # ------------------------------------------------ from the explorer

    def _selection_changed(self, _: Any) -> None:
        _at_once_or_later(self._take_over_selection, PATIENCE)

    def _comm_changed(self, change: Any) -> None:
        if change["new"] is None:  # the explorer is closed; nothing here shall hold it, and its states
            self._scatter.unlink()

    def _matches_changed(self, _: Any) -> None:
        _at_once_or_later(self._take_over_matches, 0)

    def _take_over_selection(self, patience: float = -1) -> bool:
        """Pick the phrase that is selected now; False where another thread goes on setting the scatter's traits."""
        with self._scatter._setting_within(patience) as is_free:  # noqa: SLF001
            if is_free and self._linked:
                self._scatter.picked = self._scatter.point_of(self._selection())
        return is_free

    def _take_over_matches(self, patience: float = -1) -> bool:
        with self._scatter._setting_within(patience) as is_free:  # noqa: SLF001
            if is_free and self._linked:
                matches = self._explorer._trait_values.get("matches")  # noqa: SLF001  (as it is, without waiting)
                self._scatter.light([] if matches is None else self.lit_by(matches))
        return is_free

    def lit_by(self, matches: Any) -> Ints:
        """Sorted numbers of the phrases that overlap at least one match."""
        return overlapping(self._scatter.phrase_map.ranges, matches.start, matches.stop)

    def lit_now(self) -> Ints:
        """The same for the explorer's matches, once they are there."""
        return self.lit_by(self._explorer.matches)

    # -------------------------------------------------- to the explorer

    def _picked_changed(self, change: Any) -> None:
        before = change["old"]
        _at_once_or_later(lambda patience=-1: self._select_picked(before, patience), PATIENCE)

    def _select_picked(self, before: int | None, patience: float = -1) -> bool:
        """Select the phrase that is picked now; False where another thread goes on setting the explorer's traits."""
        with self._explorer._setting_within(patience) as is_free:  # noqa: SLF001
            if is_free and self._linked:
                self._select(self._scatter._trait_values.get("picked"), before)  # noqa: SLF001
        return is_free

    def _select(self, picked: int | None, before: int | None) -> None:
        selected, ranges = self._selection(), self._scatter.phrase_map.ranges
        if picked is None:
            # A selection made elsewhere has picked no phrase; it stays.
            if before is not None and selected == tuple(ranges[before].tolist()):
                self._explorer.selection = None
            return
        start, stop = ranges[picked].tolist()
        if selected == (start, stop):
            return
        try:
            self._explorer._set_together(  # noqa: SLF001
                {"selection": (start, stop), "position": self._position_showing(start, stop)}
            )
        except traitlets.TraitError as error:
            refusal = str(error)
            _at_once_or_later(lambda patience=-1: self._show(refusal, patience), PATIENCE)

    def _show(self, refusal: str, patience: float = -1) -> bool:
        with self._scatter._setting_within(patience) as is_free:  # noqa: SLF001
            if is_free:
                self._scatter._show_error(refusal)  # noqa: SLF001
        return is_free

    def _selection(self) -> tuple[int, int] | None:
        selection: tuple[int, int] | None = self._explorer._trait_values["selection"]  # noqa: SLF001
        return selection

    def _position_showing(self, start: int, stop: int) -> int:
        """The explorer's position where the range is in view, else one that brings it there with what comes before."""
        values = self._explorer._trait_values  # noqa: SLF001
        position, visible = (int(values.get(name, 0)) for name in ("position", "_visible_steps"))
        if position <= start and stop <= position + visible:
            return position
        first, _ = self._explorer._sequences.around([start])  # noqa: SLF001
        return max(int(first[0]), start - max(visible // 3, LEAST_CONTEXT))


def _at_once_or_later(take_over: Callable[..., bool], patience: float) -> None:
    if not take_over(patience):
        threading.Thread(target=take_over, daemon=True).start()


def overlapping(ranges: Ints, start: Ints, stop: Ints) -> Ints:
    """Sorted numbers of the ``ranges`` (n, 2) that share a step with one of [start[i], stop[i])."""
    if len(start) == 0:
        return np.zeros(0, np.int64)
    order = np.argsort(start, kind="stable")
    starts, furthest = start[order], np.maximum.accumulate(stop[order])
    begun = np.searchsorted(starts, ranges[:, 1], side="left")  # how many of them begin before a range ends
    return np.flatnonzero((begun > 0) & (furthest[np.maximum(begun, 1) - 1] > ranges[:, 0]))
