"""Saving what a widget shows as one HTML file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anywidget

from lstmvis_widget.sent import html_page as export
from lstmvis_widget.sent import tracks as _page_tracks
from lstmvis_widget.sent import window as _page
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.atomic_file import atomic_file

from .tracks import TracksWidget

STATIC = Path(__file__).parents[1] / "static"

ROOM = 480_000
"""Bytes of a file that the steps around the view may take."""

FILE_ROOM = 950_000
"""Bytes that a whole file may take, where what is in view leaves it the choice."""

MOST_STEPS = 5_000
"""Steps that a file holds at most, unless more are in view."""

SHOWN_WORDS = 100
"""Words that a page shows about, where it shows none now."""

PAGES_EXACT = 4
"""Values are saved as they are where this many times what is in view fits in."""


class ExportWidget(TracksWidget):
    """Saves what is shown in `StateExplorer`."""

    _tokens: Tokens
    _sequences: Sequences
    position: Any
    threshold: Any
    layer: Any
    _name: Any
    _visible_steps: Any
    _stride: Any

    @property
    def _states(self) -> States:
        raise NotImplementedError

    def to_html(self, path: str | os.PathLike[str]) -> Path:
        """Save what is shown as one HTML file, which needs no Python and no network.

        Hovering, the tracks, the heatmaps and moving along the steps that are saved stay alive; what would have to be
        computed is off. A usual view (650 cells × 120 steps) takes less than 1 MB.

        Parameters
        ----------
        path : str or path
            Of the file; one that is there is replaced.

        Returns
        -------
        Path
            The same path.

        Raises
        ------
        OSError
            The file can't be written, or the states can't be read.

        Notes
        -----
        The file holds the words, tracks and states of the steps around what is in view, of the active layer, and the
        matches with their context; where the values take much room, with 16 bits each, on and off as they are.
        """
        path = Path(path)
        title = f"{self._name or self.layer}: states of {self._states.shape[1]:,} cells"
        script, style = ((STATIC / f"widget.{kind}").read_text("utf-8") for kind in ("js", "css"))
        state = self._state_to_save(len(script) + len(style))
        with atomic_file(path, overwrite=True) as part:
            part.write_text(export.page(state, title, script, style), "utf-8")
        return path

    def _state_to_save(self, taken: int) -> dict[str, Any]:
        """The state of the page, with all that its toggles can show."""
        results = self._newest("match_context")
        if results is not None and results.matches is not None:
            results.matches.counts()
            self._publish(results, wait=True)
        with self._setting():
            state = dict(self.get_state())
            comparable = self._there(_page_tracks.comparable(self._annotations))
        for name in (*anywidget.AnyWidget.class_trait_names(sync=True), "_esm", "_css", "_anywidget_id", "_window"):
            state.pop(name, None)
        state["progress"], state["_activity"], state["_links"] = None, "", 0
        if self._context_on_show is not None:
            state["_match_context"] = self._context_on_show.sent(comparable)
        room = min(ROOM, FILE_ROOM - taken - export.size_of(state))
        state["_window"] = self._window_to_save(room)
        return state

    def _window_to_save(self, room: int) -> dict[str, Any]:
        """As many steps around those in view as there is room for."""
        states, steps = self._states, len(self._tokens)
        # Steps that share columns are saved as the columns are; beside them there are as many words as fit in a page.
        visible = min(self._visible_steps, steps, _page.MOST_WORDS if self._stride is None else SHOWN_WORDS)
        sample = self._window_at(self.position, min(steps, self.position + 1))
        exact = export.size_of(sample)
        coded = exact - (len(sample["values"]) - 2 * states.shape[1]) * 4 // 3
        wanted = min(steps, max(visible, MOST_STEPS))
        if room // exact >= min(wanted, PAGES_EXACT * visible):
            return self._window_around(visible, min(wanted, room // exact))
        window = self._window_around(visible, max(visible, min(wanted, room // coded)))
        return export.in_16_bits(window, self.threshold) or self._window_around(visible, max(visible, room // exact))

    def _window_around(self, visible: int, count: int) -> dict[str, Any]:
        steps = len(self._tokens)
        start = max(0, min(self.position - (count - visible) // 2, steps - count))
        return self._window_at(start, min(steps, start + count))

    def _window_at(self, start: int, stop: int) -> dict[str, Any]:
        tracks = self._there(self._annotations)
        return _page.window(
            self._states, start, stop, layer=self.layer, tokens=self._tokens, sequences=self._sequences,
            tracks={name: _page_tracks.within(track, start, stop) for name, track in tracks.items()},
        )  # fmt: skip
