"""Drawing the view of a `SequenceExplorer` as a figure for a paper."""

from __future__ import annotations

from typing import Any

from lstmvis_widget.figures.lazy_matplotlib import Figure
from lstmvis_widget.figures.options import SEQUENCE_PARTS, checked_parts, checked_theme, checked_width
from lstmvis_widget.figures.sequences.figure import draw, missing_parts
from lstmvis_widget.figures.sequences.sent_view import view_of
from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.work.extras import import_extra

from .traits import SequenceTraits

SENT = (
    "_cause",
    "_map",
    "_jumps",
    "_matches",
    "_order",
    "_output",
    "_point_colors",
    "_points",
    "_sequences",
    "_trajectories",
    "_words",
)
"""What the page is sent, and a figure is drawn from."""

CHOSEN = (
    "align_at",
    "confidence_change",
    "fade",
    "filters",
    "jump",
    "jump_threshold",
    "line_color",
    "line_thickness",
    "line_width",
    "pinned_sequences",
    "point_labels",
    "point_size",
    "position",
    "selected_steps",
    "selection",
    "sequence",
    "shown_points",
    "sort_by",
    "view",
)
"""The traits that say what is shown, and how."""


class Drawing:
    """Draws the view of an explorer.

    Parameters
    ----------
    widget : SequenceTraits
    """

    def __init__(self, widget: SequenceTraits) -> None:
        self._widget = widget

    def figure(self, *, lines: Any, sequences: Any, **options: Any) -> Figure:
        """The figure; arguments are those of `SequenceExplorer.figure`."""
        width, colors = checked_width(options["width"]), checked_theme(options["theme"])
        parts = checked_parts(options["parts"], SEQUENCE_PARTS)
        most = {"lines": checked_int("lines", lines, 1), "sequences": checked_int("sequences", sequences)}
        import_extra("matplotlib.figure", "analysis", "SequenceExplorer.figure")
        self._widget.finish()
        with self._widget.when_free():
            view = view_of({name: self._widget.peek(name) for name in (*SENT, *CHOSEN)})
        missing = missing_parts(view)
        for part in parts if options["parts"] is not None else ():
            if part in missing:
                raise ValueError(f'parts can\'t have "{part}": {missing[part]}')
        shown = tuple(part for part in parts if part not in missing)
        return draw(view, width, shown, colors, font=options["font"], **most)
