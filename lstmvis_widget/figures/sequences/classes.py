"""Sequences counted by their true class and by the class that was said: which classes are taken for which."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstmvis_widget.figures.colors import RGB, mixed
from lstmvis_widget.figures.inline import BESIDE_DOT, DOT, Piece, in_lines, write_line
from lstmvis_widget.figures.lazy_matplotlib import Axes, Rectangle, mpl
from lstmvis_widget.figures.marks import Look, dots, rule
from lstmvis_widget.figures.numerals import format_count, format_value, plural
from lstmvis_widget.figures.paper import HATCHED
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.stack import Stack
from lstmvis_widget.figures.texts import SIZE, SMALL, named

from .counts import Accuracy, ClassCounts, counts_of
from .sequence_page import OWN_COLORS, Page

ROW, HEAD = 11.0, 10.0
FACTS_LINE = 8.5

DARKEST = 0.42
"""The share of its colour in the darkest cell."""

CELLS = (11.0, 24.0)
"""Least and greatest width of a cell, in points."""

PADDING, NAME_SHARE = 6.0, 0.4
CORNER = "true / said"
LEAST_BARS = 18.0
BAR = 7.0
BEFORE_BARS = 6.0
WRONG = 0.18
"""The share of its class's colour in the bar of sequences that were predicted wrongly."""


class Widths(NamedTuple):
    """Widths in points: of names, of a cell, of bars, and of the numbers beside these; 0: there is no room."""

    names: float
    cell: float
    bars: float
    numbers: float


def short_count(count: int) -> str:
    """A count that fits into a cell: 1,204, 12k, 1.2M."""
    if count < 10_000:
        return format_count(count)
    return f"{(count + 500) // 1000}k" if count < 999_500 else f"{count / 1e6:.1f}M"


def draw_classes(stack: Stack, page: Page) -> None:
    """The matrix; without true classes how often each class was said."""
    counts = counts_of(page.view)
    if counts is None or not counts.entries:
        return
    has_targets = counts.accuracy is not None
    stack.heading("classes heading", "True × said" if has_targets else "Said")
    if not has_targets:
        _draw_said(stack, page, counts)
        return
    labels = [label_of(page, places) for places in counts.entries]
    widths = _widths(stack, page, labels, counts)
    _draw_head(stack, page, counts, widths)
    axes = stack.part("classes", ROW * len(labels))
    for i, label in enumerate(labels):
        _draw_name(axes, page, (label, counts.entries[i]), (i + 0.5) * ROW, widths.names)
    _draw_cells(axes, page, counts, widths)
    if widths.bars > 0:
        _draw_bars(axes, page, counts, widths)
    stack.below(2.0)
    pieces = [Piece(text, page.colors.second, size=SMALL) for text in accuracy_texts(page, counts.accuracy)]
    lines = in_lines(pieces, stack.width, page.writing)
    facts = stack.part("accuracy", FACTS_LINE * len(lines))
    for i, line in enumerate(lines):
        write_line(facts, line, (i + 0.5) * FACTS_LINE, page.writing)


def label_of(page: Page, places: list[int]) -> str:
    """A name for the classes of a row or column."""
    return page.class_label(places[0]) if len(places) == 1 else plural(len(places), "other")


def look_of(page: Page, places: list[int]) -> Look:
    """The look of the dot of a row or column."""
    return page.class_look(places[0] if len(places) == 1 else OWN_COLORS)


def color_of(page: Page, places: list[int]) -> RGB:
    """The colour of the class of a row or column; classes that share one have that of further classes."""
    return page.class_color(places[0] if len(places) == 1 else OWN_COLORS)


def accuracy_texts(page: Page, accuracy: Accuracy | None) -> list[str]:
    """How often the model is right, beside what is right without looking."""
    if accuracy is None:
        return []
    shown = ""
    if page.view.traits["filters"] and accuracy.shown_known:
        shown = f" (shown {format_value(accuracy.shown_right / accuracy.shown_known)})"
    return [
        f"accuracy {format_value(accuracy.right / accuracy.known)} of {format_count(accuracy.known)}{shown}",
        f"mean of classes {format_value(accuracy.by_class)}",
        f"always “{page.class_label(accuracy.commonest)}” {format_value(accuracy.commonest_share)}",
    ]


def _widths(stack: Stack, page: Page, labels: list[str], counts: ClassCounts) -> Widths:
    writing, number = page.writing, len(labels)
    wide = max(writing.width(short_count(int(count)), SIZE, "bold") for count in counts.counts.ravel())
    cell = min(CELLS[1], max(CELLS[0], wide + PADDING))
    longest = max(writing.width(label, SMALL) for label in labels) + DOT + BESIDE_DOT + 4
    longest = max(longest, writing.width(CORNER, SMALL) + 4)
    numbers = max(writing.width(_outcome(counts, row), SMALL) for row in range(number)) + 4
    names = min(longest, max(NAME_SHARE * stack.width, stack.width - number * cell - BEFORE_BARS - LEAST_BARS))
    left = stack.width - names - number * cell - BEFORE_BARS
    if left < LEAST_BARS:
        return Widths(names, min(cell, (stack.width - names) / number), 0.0, 0.0)
    return (
        Widths(names, cell, left - numbers, numbers) if left >= LEAST_BARS + numbers else Widths(names, cell, left, 0.0)
    )


def _outcome(counts: ClassCounts, row: int) -> str:
    return f"{short_count(int(counts.right[row]))} ✓ {short_count(int(counts.wrong[row]))} ✗"


def _draw_head(stack: Stack, page: Page, counts: ClassCounts, widths: Widths) -> None:
    axes, writing, second = stack.part("classes head", HEAD), page.writing, page.colors.second
    writing.write(axes, (0, HEAD / 2), CORNER, color=second, size=SMALL)
    middles = widths.names + (np.arange(len(counts.entries)) + 0.5) * widths.cell
    places = np.column_stack([middles, np.full(len(middles), HEAD / 2)])
    dots(axes, "said classes", places, [look_of(page, entry) for entry in counts.entries], DOT)
    text = writing.fitted("right ✓ wrong ✗", widths.bars + widths.numbers, SMALL, least=SMALL).text
    if widths.bars > 0 and text:
        left = widths.names + len(counts.entries) * widths.cell + BEFORE_BARS
        writing.write(axes, (left, HEAD / 2), text, color=second, size=SMALL)


def _draw_name(axes: Axes, page: Page, entry: tuple[str, list[int]], y: float, room: float) -> None:
    label, places = entry
    dots(axes, "dot", [(DOT / 2, y)], [look_of(page, places)], DOT)
    text = page.writing.shortened_inside(label, room - DOT - BESIDE_DOT - 3, SMALL)
    page.writing.write(axes, (DOT + BESIDE_DOT, y), text, color=page.colors.second, size=SMALL)


def shades_of(page: Page, counts: ClassCounts) -> RGB:
    """The grey of each cell: the darker, the greater its share of the row."""
    rows = counts.right + counts.wrong
    shares = np.divide(counts.counts, rows[:, None], out=np.zeros(counts.counts.shape), where=rows[:, None] > 0)
    return mixed(page.colors.ramp, DARKEST * shares, page.colors.ground)


def _draw_cells(axes: Axes, page: Page, counts: ClassCounts, widths: Widths) -> None:
    number = len(counts.entries)
    rows, columns = np.divmod(np.arange(number**2), number)
    left = widths.names + columns * widths.cell
    edges = np.column_stack([left, left + widths.cell, rows * ROW, (rows + 1) * ROW])
    boxes(axes, "cells", edges, shades_of(page, counts).reshape(-1, 3))
    is_filtered = bool(page.view.traits["filters"])
    for row, column in np.argwhere(counts.counts > 0).tolist():
        count, passing = int(counts.counts[row, column]), int(counts.passing[row, column])
        passes = is_filtered and passing > 0
        right = widths.names + (column + 1) * widths.cell
        text = page.writing.fitted(short_count(count), widths.cell - 2, SIZE)
        weight = "bold" if passes else "normal"
        at = right - 2.5, (row + 0.5) * ROW
        page.writing.write(axes, at, text.text, color=page.colors.text, size=text.size, align="right", weight=weight)
        if passes:
            begin, low = right - widths.cell, (row + 1) * ROW - 0.6
            ends = (begin, low), (begin + widths.cell * passing / count, low)
            rule(axes, "passing", ends, color=page.colors.selected, lw=1.1)


def _draw_bars(axes: Axes, page: Page, counts: ClassCounts, widths: Widths) -> None:
    """A bar for each true class: predicted rightly, in its colour; and wrongly, hatched with it."""
    longest = max(1, int((counts.right + counts.wrong).max()))
    left = widths.names + len(counts.entries) * widths.cell + BEFORE_BARS
    for row, places in enumerate(counts.entries):
        color, top, begin = color_of(page, places), (row + 0.5) * ROW - BAR / 2, left
        for name, count in (("right", int(counts.right[row])), ("wrong", int(counts.wrong[row]))):
            width = widths.bars * count / longest
            _draw_bar(axes, name, (begin, top, width), (color, page.colors.ground))
            begin += width
        if widths.numbers > 0:
            at = begin + 3, (row + 0.5) * ROW
            page.writing.write(axes, at, _outcome(counts, row), color=page.colors.second, size=SMALL)


def _draw_bar(axes: Axes, name: str, place: tuple[float, float, float], colors: tuple[RGB, str]) -> None:
    (left, top, width), (color, ground) = place, colors
    if width <= 0:
        return
    if name == "right":
        bar = Rectangle((left, top), width, BAR, facecolor=tuple(color), linewidth=0)
    else:
        pale = tuple(mixed(color, WRONG, ground))
        look: dict[str, Any] = {"facecolor": pale, "edgecolor": tuple(color), "linewidth": 0, "hatch": "/////"}
        with mpl.rc_context(HATCHED):
            bar = Rectangle((left, top), width, BAR, **look)
    named(bar, name)
    axes.add_patch(bar)


def _draw_said(stack: Stack, page: Page, counts: ClassCounts) -> None:
    """A bar for each class that was said, the most frequent first."""
    order = [entry for entry in np.argsort(-counts.said, kind="stable").tolist() if counts.said[entry] > 0]
    axes = stack.part("classes", ROW * len(order))
    labels = [label_of(page, counts.entries[entry]) for entry in order]
    longest = max(page.writing.width(label, SMALL) for label in labels) + DOT + BESIDE_DOT + 4
    names = min(longest, NAME_SHARE * stack.width)
    numbers = max(page.writing.width(short_count(int(count)), SMALL) for count in counts.said) + 4
    most = max(1, int(counts.said.max()))
    for row, entry in enumerate(order):
        y, count = (row + 0.5) * ROW, int(counts.said[entry])
        _draw_name(axes, page, (labels[row], counts.entries[entry]), y, names)
        width = (stack.width - names - numbers) * count / most
        color = color_of(page, counts.entries[entry])
        _draw_bar(axes, "right", (names, y - BAR / 2, width), (color, page.colors.ground))
        at = names + width + 3, y
        page.writing.write(axes, at, short_count(count), color=page.colors.second, size=SMALL)
