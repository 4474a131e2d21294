"""How probable each class is after each word of the current sequence, and which is the likeliest."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.colors import RGB
from lstmvis_widget.figures.inline import DOT
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import dots, outline, rule
from lstmvis_widget.figures.numerals import plural
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.texts import SMALL

from .chart import AFTER_NAMES, DOT_ROOM, Chart, edges_of
from .rows import class_rows, row_of_class
from .sent_view import Words
from .sequence_page import Page
from .step_columns import StepColumns, means_in, most_frequent_in

HIGH_ROW, LOW_ROW, FEW_ROWS = 8.2, 7.0, 6
"""Heights of the row of a class in points: of a few classes, and of many."""

GAP = 2.4
"""Above the row of the likeliest class."""

LINE = 0.5
LEAST_LIKELIEST = 0.25


class Strip(NamedTuple):
    """Cells of a chart: their edges (left, right, top, bottom) and colours."""

    edges: RGB
    fills: RGB


def draw_expected(chart: Chart, page: Page) -> None:
    """The chart of classes, with a band around the selected steps."""
    words, output = page.view.words, page.view.output
    if words is None or words.codes is None or output is None:
        return
    columns, colors = chart.columns, page.colors
    aside = "by step" if columns.stride == 1 else f"mean of {plural(columns.stride, 'step')} each"
    chart.stack.heading("expected heading", "Expected class", aside)
    rows = class_rows(output)
    high = HIGH_ROW if len(rows) <= FEW_ROWS else LOW_ROW
    likeliest = len(rows) * high + GAP
    height = likeliest + high
    table = page.view.table
    true_row = row_of_class(output, -1 if table is None else table.target_of(words.sequence))
    names = chart.stack.beside("expected names", height, width=chart.names)
    _draw_names(names, page, high, true_row, likeliest)
    axes = chart.stack.part("expected", height, left=chart.names, width=chart.room)
    for name, strip in (
        ("classes", class_cells(words, page, columns, high)),
        ("likeliest", likeliest_cells(words, page, columns, (likeliest, likeliest + high - LINE))),
    ):
        boxes(axes, name, strip.edges, strip.fills)
    if true_row >= 0:
        for y in (true_row * high - LINE / 2, (true_row + 1) * high - LINE / 2):
            rule(axes, "true class", ((0, y), (columns.span, y)), color=colors.second, lw=0.7)
    selection = page.view.traits["selection"]
    extent = None if selection is None else columns.extent(*selection)
    if extent is not None:
        outline(axes, "selected steps", (extent[0], -1, extent[1], height + 1.5), colors.selected, 0.9)
    chart.stack.below(2.5)


def _draw_names(axes: Axes, page: Page, high: float, true_row: int, likeliest: float) -> None:
    room = axes.get_xlim()[1] - DOT_ROOM - AFTER_NAMES
    rows = class_rows(page.view.output)
    places = [(DOT / 2, (i + 0.5) * high) for i in range(len(rows))]
    dots(axes, "classes", places, [page.class_look(row.place) for row in rows], DOT)
    for i, row in enumerate(rows):
        weight, color = ("bold", page.colors.text) if i == true_row else ("normal", page.colors.second)
        text = page.writing.shortened_inside(row.name, room, SMALL)
        page.writing.write(axes, (DOT_ROOM, places[i][1]), text, color=color, size=SMALL, weight=weight)
    page.writing.write(axes, (DOT_ROOM, likeliest + high / 2), "likeliest", color=page.colors.second, size=SMALL)


def class_cells(words: Words, page: Page, columns: StepColumns, high: float) -> Strip:
    """A cell for each class and column, stronger the more probable the class is there."""
    rows, across = class_rows(page.view.output), edges_of(columns)
    if words.probabilities is None:
        return Strip(np.zeros((0, 4)), np.zeros((0, 3)))
    means = means_in(columns, words.probabilities)
    edges, fills = [], []
    for i, row in enumerate(rows):
        top = np.full(len(across), i * high)
        edges.append(np.column_stack([across, top, top + high - LINE]))
        fills.append(page.colors.class_filled(means[:, row.place], row.place))
    found = Strip(np.concatenate(edges), np.concatenate(fills))
    visible = np.nan_to_num(np.concatenate([means[:, row.place] for row in rows])) > 0
    return Strip(found.edges[visible], found.fills[visible])


def likeliest_cells(words: Words, page: Page, columns: StepColumns, ends: tuple[float, float]) -> Strip:
    """A cell for each column in the colour of the likeliest class, stronger the more probable that is."""
    assert words.codes is not None  # noqa: S101  (for the type checker)
    sure = np.ones(len(words.codes)) if words.confidence is None else words.confidence
    return strip_of(words.codes, sure, page, columns, ends)


def strip_of(codes: NDArray[Any], sure: NDArray[Any], page: Page, columns: StepColumns, ends: Any) -> Strip:
    """A cell for each column in the colour of the class that most of its steps expect; none where none is."""
    shown, means, across = most_frequent_in(columns, codes), means_in(columns, sure), edges_of(columns)
    there = np.flatnonzero(shown >= 0)
    fills = [
        page.colors.class_filled(LEAST_LIKELIEST + (1 - LEAST_LIKELIEST) * means[column], int(shown[column]))
        for column in there.tolist()
    ]
    top, bottom = ends
    edges = np.column_stack([across[there], np.full(len(there), top), np.full(len(there), bottom)])
    return Strip(edges, np.array(fills).reshape(-1, 3))
