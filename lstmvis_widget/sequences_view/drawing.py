"""Drawing the view of a `SequenceExplorer` as a figure for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstmvis_widget.figures.options import checked_count, checked_parts, checked_theme, checked_width
from lstmvis_widget.work.extras import import_extra

from .html_file import Saving
from .traits import SequenceTraits

if TYPE_CHECKING:
    from lstmvis_widget.figures.paper import PaperFigure

DRAWN = (
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
"""The traits that a figure is drawn from."""


class Drawing:
    """Draws the view of an explorer.

    Parameters
    ----------
    widget : SequenceTraits
    saving : Saving
    """

    def __init__(self, widget: SequenceTraits, saving: Saving) -> None:
        self._widget, self._saving = widget, saving

    def figure(self, width: Any, parts: Any, theme: Any, font: Any, **most: Any) -> PaperFigure:
        """The figure; ``most`` is how many ``lines`` and ``sequences`` it has. See `SequenceExplorer.figure`."""
        import_extra("matplotlib", "analysis", "figure")
        # They import matplotlib, which is an extra.
        from lstmvis_widget.figures.sequences import figure as figures  # noqa: PLC0415
        from lstmvis_widget.figures.sequences.sent_view import view_of  # noqa: PLC0415

        inches, colors, wanted = checked_width(width), checked_theme(theme), checked_parts(parts, figures.PARTS)
        counts = {name: checked_count(name, count) for name, count in most.items()}
        state = self._saving.whole_state()
        with self._widget.when_free():
            traits = {name: self._widget.peek(name) for name in DRAWN}
        view = view_of(state, traits)
        missing = figures.missing_parts(view)
        for part in wanted if parts is not None else ():
            if part in missing:
                raise ValueError(f'parts can\'t have "{part}": {missing[part]}')
        shown = tuple(part for part in wanted if part not in missing)
        return figures.draw(view, inches, shown, colors, font=font, **counts)
