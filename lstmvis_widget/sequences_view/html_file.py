"""Saving the view of a `SequenceExplorer` as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lstmvis_widget.sent import html_page
from lstmvis_widget.sent.bundle import bundle
from lstmvis_widget.sent.sequences import thinned
from lstmvis_widget.work.atomic_file import atomic_file

from .traits import SequenceTraits

MOST_POINTS = 100_000
"""Points of the map in a file, at most."""


class Saving:
    """Saves the view of an explorer.

    Parameters
    ----------
    widget : SequenceTraits
    """

    def __init__(self, widget: SequenceTraits) -> None:
        self._widget = widget

    def save(self, path: Path, title: str) -> None:
        """Write the file."""
        script, style = bundle("sequences")
        with atomic_file(path, overwrite=True) as part:
            part.write_text(html_page.page(self.state(), title, script, style), "utf-8")

    def state(self) -> dict[str, Any]:
        """The state of the page, with at most `MOST_POINTS` points."""
        self._widget.finish()
        with self._widget.when_free():
            state = self._widget.drawn_state()
        state["progress"], state["_activity"], state["_links"], state["_hovered_step"] = None, "", 0, None
        return state | thinned(state["_points"], state["_point_colors"], state["_map"], MOST_POINTS)
