"""What is selected: one range, or several; from Python and from the page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import traitlets

from lstmvis_widget.given.brief import brief
from lstmvis_widget.synced.traits import StepPairs, step_pairs

from .data import ExplorerData
from .finding import Finding
from .traits import ExplorerTraits

NO_RANGES = "there is no range to select: give at least one (start, stop)"


class Selecting:
    """Sets `selection` and `selected_ranges`, and keeps the one among the others.

    Parameters
    ----------
    widget : ExplorerTraits
    data : ExplorerData
    finding : Finding
        Whose hits the page selects.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, finding: Finding) -> None:
        self._widget, self._data, self._finding = widget, data, finding
        self._selected = self._ranges_now()

    def _ranges_now(self) -> StepPairs:
        """All ranges that are selected."""
        selection = self._widget.peek("selection")
        ranges: StepPairs = self._widget.peek("selected_ranges")
        return ranges or (() if selection is None else (selection,))

    def follow(self, name: str) -> bool:
        """Make `selection` and `selected_ranges` fit after one of them has changed; whether other ranges are selected.

        A selection that is none of the ranges takes their place. Going from one of them to another is no undo step.
        """
        selection, ranges = (self._widget.peek(each) for each in ("selection", "selected_ranges"))
        if ranges and not _is_among(selection, ranges):
            if name == "selection":
                self._widget.selected_ranges = ()
            else:
                self._widget.selection = self.first_of(ranges)
            return False  # the change that this made is followed by itself
        before, self._selected = self._selected, self._ranges_now()
        if before != self._selected:
            return True
        if name == "selection":
            self._widget.is_no_step("selection")
        return False

    def first_of(self, ranges: StepPairs) -> tuple[int, int]:
        """The one of several ranges that is the `selection` at first: the present one, one in view, or the first."""
        selection = self._widget.peek("selection")
        if _is_among(selection, ranges):
            return (selection[0], selection[1])
        first = self._widget.first_shown()
        place = bisect_left(ranges, (first, first))
        in_view = place < len(ranges) and ranges[place][1] <= first + self._widget.peek("_visible_steps")
        return ranges[place] if in_view else ranges[0]

    # --------------------------------------------------------------- by Python

    def select(self, given: Any, tolerance: float | None) -> None:
        """`StateExplorer.select`."""
        ranges = self._ranges_of(given)
        values: dict[str, Any] = {} if tolerance is None else {"tolerance": tolerance}
        self._put(ranges, self.first_of(ranges), values)

    def _put(self, ranges: StepPairs, selection: tuple[int, int], values: Mapping[str, Any] | None = None) -> None:
        several = ranges if len(ranges) > 1 else ()
        self._widget.set_together({"selection": selection, "selected_ranges": several, **(values or {})})

    def _ranges_of(self, given: Any) -> StepPairs:
        if isinstance(given, str):
            raise TypeError(f"ranges are pairs (start, stop), not text; for a phrase: select(find({given!r}))")
        if isinstance(given, Iterator):
            given = list(given)
        if _is_label(given):
            given = self._data.label_ranges(*given)
        elif (one := self._one(given)) is not None:
            given = [one]
        pairs = self._widget.checked_ranges(step_pairs("ranges", given, self._data.steps, self._data.steps))
        if not pairs:
            raise ValueError(NO_RANGES)
        return pairs

    def _one(self, given: Any) -> Any:
        """The range that was given, if it is only one."""
        try:
            return self._widget.traits()["selection"].validate(self._widget, given)
        except traitlets.TraitError:
            return None

    # ------------------------------------------------------------- by the page

    def handle(self, asked: Any) -> None:
        """Do what the page asks for.

        ``"hits"`` selects all hits of the search. ``{"add": [start, stop]}`` adds a range; with
        ``"instead": [start, stop]`` it takes the place of that one. ``{"remove": [start, stop]}`` removes a range.
        ``{"ranges": [[start, stop]…], "current": [start, stop]}`` selects these, as before a gesture that was given up.
        """
        try:
            if asked == "hits":
                self._select_hits()
            elif isinstance(asked, dict) and "ranges" in asked:
                ranges = self._ranges_of(asked["ranges"])
                current = self._one(asked.get("current"))
                self._put(ranges, current if _is_among(current, ranges) else self.first_of(ranges))
            elif isinstance(asked, dict):
                self._change(asked)
        except (ValueError, TypeError, traitlets.TraitError) as error:
            self._widget.say(str(error))

    def _select_hits(self) -> None:
        hits = self._finding.hits()
        if hits is None or not len(hits):
            raise ValueError("there are no hits to select")
        shown, ranges = self._widget.peek("_find_hit"), self._ranges_of(hits)
        start, stop = self.first_of(ranges) if shown is None or shown >= len(hits) else hits[shown].tolist()
        self._put(ranges, (start, stop), {"position": self._widget.position_showing(start, stop)})

    def _change(self, asked: Mapping[str, Any]) -> None:
        new = [self._one(asked["add"])] if "add" in asked else []
        old = [self._one(asked[name]) for name in ("remove", "instead") if name in asked]
        if None in new or None in old:
            raise ValueError(f"a range to add or remove must be a pair (start, stop); got {brief(asked)}")
        there = self._ranges_now()
        kept = [each for each in there if each not in old]
        ranges = self._widget.checked_ranges(step_pairs("ranges", [*kept, *new], self._data.steps))
        if not ranges:
            self._widget.set_together({"selection": None})
        elif new:
            self._put(ranges, new[0])
        else:
            self._put(ranges, _neighbour(self._widget.peek("selection"), ranges))


def _is_label(given: Any) -> bool:
    return isinstance(given, Sequence) and len(given) == 2 and all(isinstance(each, str) for each in given)


def _is_among(selection: tuple[int, int] | None, ranges: StepPairs) -> bool:
    if selection is None:
        return False
    place = bisect_left(ranges, selection)
    return place < len(ranges) and ranges[place] == selection


def _neighbour(selection: tuple[int, int], ranges: StepPairs) -> tuple[int, int]:
    """The selection if it is one of the ranges, else the next one, or the last."""
    return ranges[min(bisect_left(ranges, selection), len(ranges) - 1)]
