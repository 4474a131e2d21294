"""Linking a scatter of phrases with an explorer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.explorer.explorer import StateExplorer
from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.synced.at_once_or_later import at_once_or_later
from lstmvis_widget.synced.widget import SyncedWidget

Ints = NDArray[np.int64]


class PhraseLink:
    """Keeps `PhraseScatter.picked` and `StateExplorer.selection` in step, and lights the phrases that matches overlap.

    An observer runs with the lock of its own widget held, so it waits for the other widget's lock only briefly, and on
    the worker that publishes matches not at all. If that lock isn't free, a thread that holds no lock waits for it, and
    then takes over the values of that moment.

    Parameters
    ----------
    scatter : SyncedWidget
        A widget with the trait ``picked``.
    explorer : StateExplorer
    ranges : int64 array of shape (n, 2)
        The phrases.
    point_of : callable
        Takes a selection, and returns the number of the phrase with this range, or None if there is none.
    light : callable
        Takes the numbers of the phrases that matches overlap, and shows them.
    when_closed : callable
        Called when the explorer is closed.
    """

    def __init__(
        self,
        scatter: SyncedWidget,
        explorer: StateExplorer,
        *,
        ranges: Ints,
        point_of: Callable[[tuple[int, int] | None], int | None],
        light: Callable[[Ints], None],
        when_closed: Callable[[], None],
    ) -> None:
        self._scatter, self._explorer = scatter, explorer
        self._ranges, self._point_of, self._light, self._when_closed = ranges, point_of, light, when_closed
        self._linked = True
        scatter.add_linked(explorer)
        explorer.add_linked(scatter)
        self._observers = [
            (explorer, self._selection_changed, "selection"),
            (explorer, self._matches_changed, "matches"),
            (explorer, self._comm_changed, "comm"),
            (scatter, self._picked_changed, "picked"),
        ]
        self._take_over_selection()
        self._take_over_matches()
        for widget, follow, name in self._observers:
            widget.observe(follow, names=name)

    def unlink(self) -> None:
        """End the link; a second time does nothing."""
        if not self._linked:
            return
        self._linked = False
        for widget, follow, name in self._observers:
            widget.unobserve(follow, names=name)
        self._scatter.remove_linked(self._explorer)
        self._explorer.remove_linked(self._scatter)

    def finish(self) -> None:
        """Wait for the explorer's results, and take over what is selected and matched then."""
        self._explorer.finish()
        self._take_over_selection()
        self._take_over_matches()

    # ------------------------------------------------ from the explorer

    def _selection_changed(self, _: Any) -> None:
        at_once_or_later(self._take_over_selection)

    def _comm_changed(self, change: Any) -> None:
        if change["new"] is None:  # the explorer is closed: keep no reference to it and its states
            self._when_closed()

    def _matches_changed(self, _: Any) -> None:
        at_once_or_later(self._take_over_matches, 0)

    def _take_over_selection(self, patience: float = -1) -> bool:
        """Pick the phrase that is selected now; False if another thread keeps the scatter's lock."""

        def picked_now() -> dict[str, Any]:
            return {"picked": self._point_of(self._explorer.peek("selection"))} if self._linked else {}

        return self._scatter.set_when_free(picked_now, patience)

    def _take_over_matches(self, patience: float = -1) -> bool:
        with self._scatter.when_free(patience) as is_free:
            if is_free and self._linked:
                self._light(self.lit_by(self._explorer.peek("matches")))
        return is_free

    def lit_by(self, matches: Matches) -> Ints:
        """Sorted numbers of the phrases that overlap at least one match."""
        return overlapping(self._ranges, matches.start, matches.stop)

    def lit_now(self) -> Ints:
        """The same for the explorer's matches, after waiting for them."""
        return self.lit_by(self._explorer.matches)

    # -------------------------------------------------- to the explorer

    def _picked_changed(self, change: Any) -> None:
        at_once_or_later(partial(self._select_picked, change["old"]))

    def _select_picked(self, before: int | None, patience: float = -1) -> bool:
        """Select the phrase that is picked now; False if another thread keeps the explorer's lock."""
        with self._explorer.when_free(patience) as is_free:
            if is_free and self._linked:
                wanted = self._to_select(self._scatter.peek("picked"), before)
                try:
                    self._explorer.set_together(wanted)
                except traitlets.TraitError as error:
                    at_once_or_later(partial(self._show, str(error)))
        return is_free

    def _to_select(self, picked: int | None, before: int | None) -> dict[str, Any]:
        """The traits to set in the explorer when ``picked`` follows ``before``."""
        selected, ranges = self._explorer.peek("selection"), self._ranges
        if picked is None:
            # Clear the selection only if it is the phrase that was picked before.
            was_picked = before is not None and selected == tuple(ranges[before].tolist())
            return {"selection": None} if was_picked else {}
        start, stop = ranges[picked].tolist()
        if selected == (start, stop):
            return {}
        return {"selection": (start, stop), "position": self._explorer.position_showing(start, stop)}

    def _show(self, refusal: str, patience: float = -1) -> bool:
        with self._scatter.when_free(patience) as is_free:
            if is_free:
                self._scatter.say(refusal)
        return is_free


def overlapping(ranges: Ints, start: Ints, stop: Ints) -> Ints:
    """Sorted numbers of the ``ranges`` (n, 2) that share a step with one of [start[i], stop[i])."""
    if len(start) == 0:
        return np.zeros(0, np.int64)
    order = np.argsort(start, kind="stable")
    starts, furthest = start[order], np.maximum.accumulate(stop[order])
    begun = np.searchsorted(starts, ranges[:, 1], side="left")  # how many start before the end of each range
    return np.flatnonzero((begun > 0) & (furthest[np.maximum(begun, 1) - 1] > ranges[:, 0]))
