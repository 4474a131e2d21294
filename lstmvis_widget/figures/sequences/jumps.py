"""How far the state moves after each word of the current sequence, as bars, with a line at the threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.colors import RGB, mixed, rgb
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import dashes, rule
from lstmvis_widget.figures.numerals import format_short, plural
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.texts import SMALL

from .chart import AFTER_NAMES, Chart, edges_of, tick_below
from .sent_view import Words
from .sequence_page import Page
from .step_columns import greatest_in

HEIGHT, ABOVE = 34.0, 3.0
"""Height of the bars in points, and the room above them."""

STRONG, PALE = 1.0, 0.4
"""Opacity of bars above the threshold, and of others."""

LEAST_BAR = 0.5
DASHES = (3.0, 2.0)


def draw_jumps(chart: Chart, page: Page) -> None:
    """The chart of jumps."""
    words, colors, columns = page.view.words, page.colors, chart.columns
    if words is None:
        return
    threshold = float(page.view.traits["jump_threshold"])
    if words.distances is None or words.end - words.first <= 1:
        chart.stack.heading("jumps heading", "Jumps of the state", "none: a single step")
        return
    distances = words.distances
    count = int(np.count_nonzero(distances >= np.float32(threshold)))
    wide = "" if columns.stride == 1 else f" · longest of {plural(columns.stride, 'step')} each"
    aside = f"{plural(count, 'step')} ≥ {format_short(threshold)}{wide}"
    chart.stack.heading("jumps heading", "Jumps of the state", aside)
    most = axis_most(distances, page)
    _draw_axis(chart, page, most)
    axes = chart.stack.part("jumps", ABOVE + HEIGHT, left=chart.names, width=chart.room)
    bars = bars_of(words, page, chart, most)
    boxes(axes, "bars", bars[0], bars[1])
    bottom = ABOVE + HEIGHT
    rule(axes, "zero", ((0, bottom), (columns.span, bottom)), color=colors.edge, lw=0.6, clip_on=False)
    _draw_threshold(axes, page, (threshold, most), columns.span)
    jump = page.view.traits["jump"]
    if jump is not None:
        tick_below(axes, "chosen jump", columns, jump, (colors.text, bottom + 0.6))
    chart.stack.below(3.0)


def axis_most(distances: NDArray[np.float32], page: Page) -> float:
    """The greatest number of the axis: the longest jump of all sequences, as in the page."""
    spread = page.view.jumps
    if spread is not None and spread["largest"] is not None:
        return float(spread["largest"])
    return float(np.nan_to_num(distances).max(initial=0.0))


def heights_of(distances: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """How high bars are in points, on an axis from 0 to ``most``."""
    if not most > 0:
        return np.zeros(len(distances))
    with np.errstate(invalid="ignore"):
        shares = np.minimum(1.0, np.where(distances >= 0, distances, 0) / most)
    return HEIGHT * np.nan_to_num(shares)


def bars_of(words: Words, page: Page, chart: Chart, most: float) -> tuple[RGB, RGB]:
    """Edges (left, right, top, bottom) of the bars, and their colours: of the class expected after the jump."""
    assert words.distances is not None  # noqa: S101  (for the type checker)
    longest = greatest_in(chart.columns, words.distances)
    there = np.flatnonzero(longest >= 0)
    at = longest[there]
    distances = words.distances[at].astype(np.float64)
    heights = np.maximum(LEAST_BAR, heights_of(distances, most))
    bottom = ABOVE + HEIGHT
    edges = np.column_stack([edges_of(chart.columns)[there], bottom - heights, np.full(len(there), bottom)])
    codes = np.full(len(words.words) + 1, -1)
    if words.codes is not None:
        codes[: len(words.codes)] = words.codes
    full = [rgb(page.colors.line) if code < 0 else page.class_color(code) for code in codes[at + 1].tolist()]
    amounts = np.where(distances >= np.float32(page.view.traits["jump_threshold"]), STRONG, PALE)
    return edges, mixed(np.array(full).reshape(-1, 3), amounts, page.colors.ground)


def _draw_axis(chart: Chart, page: Page, most: float) -> None:
    axes = chart.stack.beside("jumps axis", ABOVE + HEIGHT, width=chart.names)
    right, color = chart.names - AFTER_NAMES, page.colors.second
    is_of_all = page.view.jumps is not None and page.view.jumps["largest"] is not None
    texts = [(ABOVE + SMALL / 2, format_short(most)), (ABOVE + HEIGHT - SMALL / 2, "0")]
    if is_of_all:
        texts.append((ABOVE + 1.6 * SMALL, "of all"))
    for y, text in texts:
        page.writing.write(axes, (right, y), text, color=color, size=SMALL, align="right")


def _draw_threshold(axes: Axes, page: Page, at: tuple[float, float], span: float) -> None:
    threshold, most = at
    y = ABOVE + HEIGHT - float(heights_of(np.array([max(0.0, threshold)]), most)[0])
    look = {"color": page.colors.threshold, "lw": 0.8, "linestyle": dashes(DASHES, 0.8), "zorder": 3}
    rule(axes, "jump threshold", ((0, y), (span, y)), **look)
