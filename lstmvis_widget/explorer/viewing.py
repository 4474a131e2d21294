"""The window: states, words and tracks of the steps around the position, while there is room for words."""

from __future__ import annotations

from typing import Any

from lstmvis_widget.sent import tracks, window
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.tracks import Track

from .data import ExplorerData
from .traits import ExplorerTraits


class Viewing:
    """Keeps the window that the page draws up to date.

    Parameters
    ----------
    widget : ExplorerTraits
    data : ExplorerData
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData) -> None:
        self._widget, self._data = widget, data
        self._shown_tracks: tuple[tuple[str, Track], ...] = ()
        self._shown_states: States | None = None
        self._tried: tuple[Any, ...] | None = None

    def refresh(self) -> None:
        """Send the steps around the position, unless those sent before still cover the view."""
        widget, steps = self._widget, self._data.steps
        if widget.peek("_stride") is not None:
            return
        layer, position = widget.peek("layer"), widget.peek("position")
        cells, states = widget.cells_in_layer(), self._data.layers[layer]
        shown = self._data.tracks_named(widget.peek("visible_tracks"))
        visible = min(widget.peek("_visible_steps"), steps, window.MOST_WORDS)
        tried, self._tried = self._tried, (states, position, visible, tuple(shown.items()))
        sent = widget.peek("_window")
        if tried == self._tried or (
            sent is not None
            and sent["layer"] == layer
            and self._shown_states is states
            and set(shown.items()) <= set(self._shown_tracks) <= set(self._data.tracks.items())
            and window.covers(sent, position, visible, steps, cells)
        ):
            return
        start, stop = window.window_range(position, visible, steps, cells)
        try:
            made = self.window(start, stop, layer, tuple(shown))
        except OSError as error:
            widget.say(str(error))
            return
        self._shown_tracks, self._shown_states = tuple(shown.items()), states
        widget.publish(_window=made)

    def window(self, start: int, stop: int, layer: str, names: tuple[str, ...]) -> dict[str, Any]:
        """The steps [start, stop) with the tracks that have these names."""
        sequences = self._data.sequences
        return window.window(
            self._data.layers[layer],
            start,
            stop,
            layer=layer,
            tokens=self._data.tokens,
            tracks={
                name: tracks.within(track, start, stop, sequences)
                for name, track in self._data.tracks_named(names).items()
            },
            sequences=sequences,
        )
