"""What the charts of the steps of a sequence have in common: a column of names, and where each step stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstmvis_widget.figures.colors import RGB
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import rule
from lstmvis_widget.figures.stack import Stack
from lstmvis_widget.figures.texts import SMALL

from .rows import class_rows
from .sequence_page import Page
from .step_columns import StepColumns, columns_for

LEAST_NAMES, MOST_SHARE, MOST_NAMES = 22.0, 0.34, 76.0
"""Width of the column of names, in points, and at most which share of all."""

DOT_ROOM = 7.0
AFTER_NAMES = 4.0
LEAST_GAP = 4.0
"""Columns at least so wide, in points, have a gap between them."""

GAP = 0.45


@dataclass(frozen=True)
class Chart:
    """Where the charts of the current sequence stand in their column: names have ``names`` points."""

    stack: Stack
    names: float
    columns: StepColumns

    @property
    def room(self) -> float:
        """Width beside the names."""
        return self.stack.width - self.names


def chart_of(stack: Stack, page: Page) -> Chart | None:
    """The chart of the words of the current sequence; None without words."""
    words = page.view.words
    if words is None or words.stop <= words.start:
        return None
    labels = [row.name for row in class_rows(page.view.output)] if page.view.output and words.codes is not None else []
    widest = max((page.writing.width(label, SMALL, "bold") + DOT_ROOM for label in labels), default=0.0)
    most = max(LEAST_NAMES, min(MOST_NAMES, MOST_SHARE * stack.width))
    names = min(most, max(LEAST_NAMES, widest)) + AFTER_NAMES
    return Chart(stack, names, columns_for(words.start, words.stop, stack.width - names))


def edges_of(columns: StepColumns) -> RGB:
    """Left and right edge of each column in points, with a gap after it where there is room for one."""
    edges = columns.edges * columns.step
    gap = GAP if columns.step * columns.stride >= LEAST_GAP else 0.0
    return np.column_stack([edges[:-1], edges[1:] - gap])


def tick_below(axes: Axes, name: str, columns: StepColumns, step: int, look: tuple[Any, float]) -> None:
    """A mark below a step: ``look`` is its colour and the height of the chart."""
    extent = columns.extent(step, step + 1)
    if extent is None:
        return
    color, height = look
    left, width = extent
    width = max(width, 1.2)
    rule(axes, name, ((left, height + 1.2), (left + width, height + 1.2)), color=color, lw=1.2, clip_on=False)
