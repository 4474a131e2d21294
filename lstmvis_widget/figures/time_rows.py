"""Rows over the same time steps, with their names to the left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .colors import RGB, Colors, mixed
from .lazy_matplotlib import Axes
from .sheet import Sheet
from .shown import Floats, Range
from .texts import SIZE, SMALL, Writing

SCALE = SIZE / 13
"""Points of a figure for a pixel of the page, where words are 13 pixels high."""

LABEL_GAP = 4.0
"""Between the names of the rows and what they name, in points."""

LEAST_LABELS, MOST_LABEL_SHARE = 20.0, 0.2
"""Width of the names, at least in points; and at most as a share of the figure's."""

ROW_GAP = 2.5
"""Between two rows, in points."""

STEP_GAP, GAP_FROM = 0.5, 2.0
"""The gap after a step, in points, and the width from which steps have one."""


@dataclass(frozen=True)
class TimeRows:
    """Places steps and rows.

    Parameters
    ----------
    sheet : Sheet
    first, end : int
        The steps shown.
    left : float
        Width of the names of rows, in points.
    step : float
        Width of a step, in points.
    right : float
        What is left free on the right, in points.
    on : ndarray of shape (end - first,)
        How many selected cells are on at each step; zeros where steps share columns.
    light : ndarray of shape (end - first,)
        The share of its colour that each step of a track, or each column, keeps.
    """

    sheet: Sheet
    first: int
    end: int
    left: float
    step: float
    right: float = 0.0
    on: Floats = field(default_factory=lambda: np.zeros(0))
    light: Floats = field(default_factory=lambda: np.ones(0))

    @property
    def colors(self) -> Colors:
        """The colours of the figure."""
        return self.sheet.colors

    @property
    def writing(self) -> Writing:
        """The fonts of the figure."""
        return self.sheet.writing

    @property
    def width(self) -> float:
        """The width of all steps, in points."""
        return self.step * (self.end - self.first)

    @property
    def gap(self) -> float:
        """The gap after a step, in steps."""
        return STEP_GAP / self.step if self.step >= GAP_FROM else 0.0

    def row(self, name: str, height: float, *, label: str = "", label_height: float | None = None) -> Axes:
        """A row below the others, whose x is the time step and whose y counts points from its top.

        ``label`` is its name, written in the middle of the height, or of ``label_height``.
        """
        axes = self.sheet.part(name, height, left=self.left, width=self.width)
        axes.set_xlim(self.first, self.end)
        if label:
            self.name(axes, label, (label_height or height) / 2)
        return axes

    def name(self, axes: Axes, text: str, y: float, *, size: float = SMALL, color: Any = None) -> None:
        """Write a name to the left of a row, at a height."""
        text = self.writing.shortened_inside(text, self.left - LABEL_GAP, size)
        place = (self.first, y)
        self.writing.write(
            axes, place, text, color=color or self.colors.second, size=size, align="right", shift=-LABEL_GAP
        )

    def below(self, gap: float = ROW_GAP) -> None:
        """Leave a gap below the last row."""
        self.sheet.below(gap)

    def edges(self, starts: ArrayLike, stops: ArrayLike, top: ArrayLike, bottom: ArrayLike) -> NDArray[np.float64]:
        """The boxes of ranges of steps, as far as they are in view, with the gap after each."""
        left = np.maximum(np.asarray(starts, np.float64), self.first)
        right = np.minimum(np.asarray(stops, np.float64), self.end) - self.gap
        return np.stack(np.broadcast_arrays(left, right, np.asarray(top), np.asarray(bottom)), axis=-1)

    def step_edges(self, top: float, bottom: float) -> NDArray[np.float64]:
        """The boxes of all steps."""
        steps = np.arange(self.first, self.end)
        return self.edges(steps, steps + 1, top, bottom)

    def in_view(self, ranges: Iterable[Range]) -> list[Range]:
        """Those of some ranges that are at least partly in view."""
        return [(start, stop) for start, stop in ranges if start < self.end and stop > self.first]

    def dimmed(self, fills: RGB, light: ArrayLike | None = None) -> RGB:
        """Colours of the steps, paler where they are dimmed."""
        return mixed(fills, self.light if light is None else light, self.colors.ground)


def label_width(writing: Writing, names: Iterable[str], width: float) -> float:
    """The width that the names of rows need, within limits, in a figure of a width in points."""
    widest = max((writing.width(name, SMALL) for name in names), default=0.0)
    return min(max(widest + LABEL_GAP, LEAST_LABELS), MOST_LABEL_SHARE * width)
