"""A scatter of phrases and an explorer that go along with each other."""

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
    """Keeps `PhraseScatter.picked` and `StateExplorer.selection` in step, and lights the phrases among the matches.

    Whoever notifies holds the lock of its own traits; what follows on that thread never waits long for the other's
    lock, nor at all on the worker that publishes matches. What can't be had at once is left to a thread that holds
    nothing, and then takes over what is so by then.

    Parameters
    ----------
    scatter : SyncedWidget
        With the trait ``picked``.
    explorer : StateExplorer
    ranges : int64 array of shape (n, 2)
        The phrases.
    point_of : callable
        Gives the number of the phrase that is selected, None if there is none.
    light : callable
        Shows which phrases the matches overlap.
    let_go : callable
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
        let_go: Callable[[], None],
    ) -> None:
        self._scatter, self._explorer = scatter, explorer
        self._ranges, self._point_of, self._light, self._let_go = ranges, point_of, light, let_go
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
        """Let each go its own way; a second time does nothing."""
        if not self._linked:
            return
        self._linked = False
        for widget, follow, name in self._observers:
            widget.unobserve(follow, names=name)
        self._scatter.remove_linked(self._explorer)
        self._explorer.remove_linked(self._scatter)

    # ------------------------------------------------ from the explorer

    def _selection_changed(self, _: Any) -> None:
        at_once_or_later(self._take_over_selection)

    def _comm_changed(self, change: Any) -> None:
        if change["new"] is None:  # the explorer is closed; nothing here shall hold it, and its states
            self._let_go()

    def _matches_changed(self, _: Any) -> None:
        at_once_or_later(self._take_over_matches, 0)

    def _take_over_selection(self, patience: float = -1) -> bool:
        """Pick the phrase that is selected now; False where another thread goes on setting the scatter's traits."""

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
        """The same for the explorer's matches, once they are there."""
        return self.lit_by(self._explorer.matches)

    # -------------------------------------------------- to the explorer

    def _picked_changed(self, change: Any) -> None:
        at_once_or_later(partial(self._select_picked, change["old"]))

    def _select_picked(self, before: int | None, patience: float = -1) -> bool:
        """Select the phrase that is picked now; False where another thread goes on setting the explorer's traits."""
        with self._explorer.when_free(patience) as is_free:
            if is_free and self._linked:
                wanted = self._to_select(self._scatter.peek("picked"), before)
                try:
                    self._explorer.set_together(wanted)
                except traitlets.TraitError as error:
                    at_once_or_later(partial(self._show, str(error)))
        return is_free

    def _to_select(self, picked: int | None, before: int | None) -> dict[str, Any]:
        """What to set in the explorer for the phrase picked."""
        selected, ranges = self._explorer.peek("selection"), self._ranges
        if picked is None:
            # A selection made elsewhere has picked no phrase; it stays.
            is_let_go = before is not None and selected == tuple(ranges[before].tolist())
            return {"selection": None} if is_let_go else {}
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
    begun = np.searchsorted(starts, ranges[:, 1], side="left")  # how many of them begin before a range ends
    return np.flatnonzero((begun > 0) & (furthest[np.maximum(begun, 1) - 1] > ranges[:, 0]))
