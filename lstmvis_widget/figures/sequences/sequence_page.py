"""What all parts of the figure are drawn with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstmvis_widget.figures.colors import RGB, Colors, rgb
from lstmvis_widget.figures.marks import Look
from lstmvis_widget.figures.texts import Writing, visible_token

from .sent_view import SequenceView

OWN_COLORS = 12
"""Classes with a colour of their own: the others share one."""


@dataclass(frozen=True)
class Page:
    """What is shown, in which colours and fonts."""

    view: SequenceView
    colors: Colors
    writing: Writing

    def class_color(self, place: int) -> RGB:
        """The colour of a class where nothing is written on it; of none that of further classes."""
        return self.colors.strong(place if 0 <= place < OWN_COLORS else OWN_COLORS)

    def class_look(self, place: int) -> Look:
        """How the dot of a class looks."""
        markers = self.colors.markers
        is_own = 0 <= place < OWN_COLORS
        return Look(tuple(self.class_color(place)), markers[place % len(markers)] if is_own else "o")

    def class_label(self, place: int) -> str:
        """The name of a class as it is written."""
        return visible_token(self.view.class_name(place))

    def palette(self) -> RGB:
        """The colours of points: those of twelve classes, of further ones, and of the end of the ramp."""
        colors = [self.class_color(place) for place in range(OWN_COLORS + 1)]
        return np.stack([*colors, rgb(self.colors.ramp)])

    @property
    def wash(self) -> RGB:
        """What lies behind the line of the current sequence."""
        return rgb(self.colors.wash)
