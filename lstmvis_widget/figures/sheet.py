"""A figure whose parts stand below each other, measured in points from its top."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .colors import RGB, Colors
from .lazy_matplotlib import Axes, Figure, PolyCollection
from .paper import paper_figure
from .texts import Writing, named

POINTS = 72
"""In an inch."""

MARGIN = 2.0
"""Around the figure, in points: what surrounds a figure in a paper has margins of its own."""


class Box(NamedTuple):
    """Where a part lies in the sheet, in points from its top left."""

    left: float
    top: float
    width: float
    height: float


class Sheet:
    """A figure that grows downwards: each part has a height, and the figure in the end that of all.

    Parameters
    ----------
    width : float
        Of the figure, in inches.
    colors : Colors
    writing : Writing
    """

    def __init__(self, width: float, colors: Colors, writing: Writing) -> None:
        self.figure = paper_figure(width, 1.0, colors.ground)
        self.width = POINTS * width
        self.colors, self.writing = colors, writing
        self.reached = MARGIN
        self._placed: list[tuple[Axes, Box]] = []

    @property
    def room(self) -> float:
        """The width between the margins, in points."""
        return self.width - 2 * MARGIN

    def below(self, gap: float) -> None:
        """Leave a gap below what there is."""
        self.reached += gap

    def part(self, name: str, height: float, *, left: float = 0.0, width: float | None = None) -> Axes:
        """A part of the sheet below the others, ``left`` of its left margin; see `beside`."""
        axes = self.beside(name, height, left=left, width=width)
        self.reached += height
        return axes

    def beside(
        self, name: str, height: float, *, left: float = 0.0, width: float | None = None, down: float = 0.0
    ) -> Axes:
        """A part that begins where the next one will, or ``down`` below that: it takes no room of its own.

        Returns
        -------
        Axes
            Without frame and ticks. Its data's coordinates are points from its top left, until its limits are set.
        """
        width = self.room - left if width is None else width
        axes = self.figure.add_axes((0, 0, 1, 1))
        named(axes, name)
        axes.set_label(name)
        axes.set_axis_off()
        axes.set_xlim(0, max(width, 1e-6))
        axes.set_ylim(max(height, 1e-6), 0)
        axes.set_autoscale_on(False)
        axes.patch.set_visible(False)
        self._placed.append((axes, Box(MARGIN + left, self.reached + down, width, height)))
        return axes

    def finished(self) -> Figure:
        """The figure, as high as its parts."""
        height = self.reached + MARGIN
        self.figure.set_size_inches(self.width / POINTS, height / POINTS)
        for axes, box in self._placed:
            axes.set_position(
                (
                    box.left / self.width,
                    1 - (box.top + box.height) / height,
                    box.width / self.width,
                    box.height / height,
                )
            )
        return self.figure


def boxes(axes: Axes, name: str, edges: ArrayLike, fills: ArrayLike) -> PolyCollection:
    """Filled boxes, one artist for all.

    Parameters
    ----------
    axes : Axes
    name : str
        Of the artist.
    edges : array_like of shape (n, 4)
        Left, right, top and bottom of each, in the data's coordinates.
    fills : array_like of shape (n, 3)
        Their colours. One with NaN isn't drawn.
    """
    given = np.asarray(edges, np.float64).reshape(-1, 4)
    colors: RGB = np.asarray(fills, np.float64).reshape(-1, 3)
    drawn = ~np.isnan(colors).any(axis=1) & (given[:, 1] > given[:, 0])
    left, right, top, bottom = given[drawn].T
    corners = np.stack([left, top, right, top, right, bottom, left, bottom], axis=1).reshape(-1, 4, 2)
    # Edges of neighbours would show the ground through a hairline if each were smoothed by itself.
    filled = PolyCollection(
        list(corners), facecolors=colors[drawn].tolist(), edgecolors="none", linewidths=0, antialiased=False
    )
    named(filled, name)
    axes.add_collection(filled, autolim=False)
    return filled
