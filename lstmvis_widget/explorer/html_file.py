"""Saving the view of an explorer as one HTML file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from lstmvis_widget.sent import html_page, pixel_columns, tracks, window
from lstmvis_widget.sent.bundle import bundle
from lstmvis_widget.work.atomic_file import atomic_file

from .data import ExplorerData
from .drawing import Drawing
from .ranking import Ranking
from .traits import ExplorerTraits
from .viewing import Viewing

ROOM = 480_000
"""Most bytes of a file for the steps around the view."""

FILE_ROOM = 950_000
"""Most bytes of a whole file, unless the steps in view take more."""

MOST_STEPS = 5_000
"""Most steps in a file, unless more are in view."""

SHOWN_WORDS = 100
"""Words that fit in a page, roughly; assumed where the page now shows columns instead."""

PAGE_WIDTH = 1200
"""Pixels of the page assumed where none has told how many steps of this width it shows."""

PAGES_EXACT = 4
"""Values are saved exactly if the file has room for this many times the steps in view; else with 16 bits."""


class Saving:
    """Saves the view of an explorer.

    Parameters
    ----------
    widget : ExplorerTraits
    data : ExplorerData
    ranking : Ranking
    viewing : Viewing
    drawing : Drawing
    """

    def __init__(
        self, widget: ExplorerTraits, data: ExplorerData, ranking: Ranking, viewing: Viewing, drawing: Drawing
    ) -> None:
        self._widget, self._data, self._ranking = widget, data, ranking
        self._viewing, self._drawing = viewing, drawing

    def save(self, path: Path, title: str) -> None:
        """Write the file."""
        script, style = bundle("widget")
        with atomic_file(path, overwrite=True) as part:
            part.write_text(html_page.page(self.state(len(script) + len(style)), title, script, style), "utf-8")

    def state(self, bundle_size: int) -> dict[str, Any]:
        """The state of the page, with all tracks that its controls can show; ``bundle_size`` is in bytes."""
        self._draw_steps_as_wide_as_they_are()
        self._widget.finish()
        results = self._ranking.results(lambda results: results.match_context is not None)
        if results.matches is not None and results.matches.known_counts is None:  # the counting was cancelled
            results.matches.counts(progress=partial(self._widget.tell_waiting, "counting candidates"))
            self._ranking.task.show()
        with self._widget.when_free():
            state = self._widget.drawn_state()
            del state["_window"]  # how much of it is saved, follows from the room that the rest leaves
            compared = self._data.tracks_named(tracks.comparable(self._data.tracks))
            context = self._ranking.context_shown
        state["progress"], state["_activity"], state["_links"] = None, "", 0
        if context is not None:
            state["_match_context"] = context.sent(compared)
        room = min(ROOM, FILE_ROOM - bundle_size - html_page.size_of(state))
        state["_window"] = self._window_to_save(room)
        return state

    def _draw_steps_as_wide_as_they_are(self) -> None:
        """Ask for the columns that a page would ask for, unless one has."""
        width = self._widget.peek("word_width")
        stride = pixel_columns.stride_at(width)
        if stride != self._widget.peek("_stride"):
            self._widget.publish(_stride=stride, _visible_steps=max(1, int(PAGE_WIDTH / width)))
        if stride is not None:
            self._drawing.task.wait(lambda _: False)
            self._drawing.task.show()

    def _window_to_save(self, room: int) -> dict[str, Any]:
        """The window with as many steps around those in view as fit in ``room`` bytes."""
        widget, steps, cells = self._widget, self._data.steps, self._widget.cells_in_layer()
        position, stride = widget.peek("position"), widget.peek("_stride")
        # Where the page shows columns, these are in the state already; the window adds one page of words.
        visible = min(widget.peek("_visible_steps"), steps, window.MOST_WORDS if stride is None else SHOWN_WORDS)
        sample = self._window_at(position, min(steps, position + 1))
        exact = html_page.size_of(sample)
        coded = exact - (len(sample["values"]) - 2 * cells) * 4 // 3
        wanted = min(steps, max(visible, MOST_STEPS))
        if room // exact >= min(wanted, PAGES_EXACT * visible):
            return self._window_around(visible, min(wanted, room // exact))
        around = self._window_around(visible, max(visible, min(wanted, room // coded)))
        in_16_bits = html_page.in_16_bits(around, widget.peek("threshold"))
        return in_16_bits or self._window_around(visible, max(visible, room // exact))

    def _window_around(self, visible: int, count: int) -> dict[str, Any]:
        steps = self._data.steps
        start = max(0, min(self._widget.peek("position") - (count - visible) // 2, steps - count))
        return self._window_at(start, min(steps, start + count))

    def _window_at(self, start: int, stop: int) -> dict[str, Any]:
        return self._viewing.window(start, stop, self._widget.peek("layer"), tuple(self._data.tracks))
