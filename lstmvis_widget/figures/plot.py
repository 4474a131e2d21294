"""The plot of an explorer: the value of every cell over time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .colors import rgb
from .lazy_matplotlib import Axes
from .marks import polylines
from .plot_columns import draw_columns
from .sheet import boxes
from .shown import Columns, Seen, Shown, Window, decoded, envelope_values
from .texts import SIZE, SMALL
from .time_rows import SCALE, TimeRows
from .value_axis import ValueAxis, finite_extent, threshold_text, value_axis

HEIGHTS = (84.0, 150.0)
HEIGHT_SHARE = 0.24
"""The height of the plot: a share of the figure's width within limits, in points."""

PADDING = 8 * SCALE
"""Above and below the value axis."""

BADGE_REACH = 6.0
"""The number of the threshold covers ticks that are closer, in points."""

MOST_VECTOR_LINES = 60
"""More lines than this become one picture: a file with thousands of lines is slow to open."""

BROAD_LINES = 30
"""More selected cells than this are drawn as thin, translucent lines."""

THIN, BROAD, NAMED = 0.4, 0.8, 1.1
"""Widths of lines, in points."""

ALONE = 0.08
"""Half the width of a value without neighbours, in steps."""

NAME_DISTANCE = 6.6
"""Between the names of two cells, in points."""


def plot_height(width: float) -> float:
    """The height of the plot in a figure of a width, both in points."""
    return min(max(HEIGHT_SHARE * width, HEIGHTS[0]), HEIGHTS[1])


def draw_plot(rows: TimeRows, shown: Shown, seen: Seen) -> Axes:
    """Draw the plot, with its axis, threshold, selection and the names of cells."""
    height = plot_height(rows.sheet.width)
    axes = rows.row("plot", height)
    axis = value_axis(shown.value_axis, shown.value_range, _extent(rows, shown, seen))
    low, high = axis.low / axis.unit, axis.high / axis.unit
    # Halved first, because the difference of two large numbers may be infinite.
    point = 2 * (high / 2 - low / 2) / (height - 2 * PADDING)
    axes.set_ylim(low - PADDING * point, high + PADDING * point)
    _draw_ground(axes, rows, shown)
    _draw_axis(axes, rows, axis, shown.threshold, point)
    if isinstance(seen, Window):
        _draw_lines(axes, rows, shown, seen, axis.unit)
        ends = _ends_of(seen, shown, rows.end)
    else:
        draw_columns(axes, rows, shown, seen, axis)
        ends = _ends_of_columns(seen, shown, rows.end)
    if sequence_starts := _starts_in_view(rows, seen):
        lines = [[(start, 0.0), (start, 1.0)] for start in sequence_starts]
        look = {"colors": rows.colors.second, "linewidths": 0.5, "alpha": 0.6}
        polylines(axes, "sequence-starts", lines, transform=axes.get_xaxis_transform(), **look)
    _draw_threshold(axes, rows, shown, axis)
    _name_cells(axes, rows, shown, {cell: value / axis.unit for cell, value in ends.items()})
    if shown.caption:
        place = (rows.first, axes.get_ylim()[1])
        rows.writing.write(
            axes, place, shown.caption, color=rows.colors.second, size=SMALL, shift=2.0, down=SMALL / 2 + 1
        )
    return axes


def _extent(rows: TimeRows, shown: Shown, seen: Seen) -> tuple[float, float] | None:
    if isinstance(seen, Window):
        part = seen.values
        if shown.value_axis == "view":
            part = part[rows.first - seen.start : rows.end - seen.start]
        drawn = [*range(shown.plain_cells), *(cell for cell in (*shown.selected, *shown.pinned))]
        return finite_extent(part[:, sorted({cell for cell in drawn if cell < part.shape[1]})].astype(np.float64))
    density, envelopes = seen
    found = [decoded(density[name], "<f8") for name in ("lowest", "highest")]
    return finite_extent(*found, *envelope_values(envelopes))


def _draw_ground(axes: Axes, rows: TimeRows, shown: Shown) -> None:
    """A wash over the selected ranges."""
    low, high = axes.get_ylim()
    there = rows.in_view(shown.ranges)
    if there:
        starts, stops = np.array(there).T
        edges = np.stack(
            np.broadcast_arrays(np.maximum(starts, rows.first), np.minimum(stops, rows.end), high, low), axis=-1
        )
        wash = rows.dimmed(np.tile(rgb(rows.colors.wash), (len(there), 1)), np.full(len(there), 0.6))
        boxes(axes, "selection", edges, wash).set_zorder(0.1)


def _draw_axis(axes: Axes, rows: TimeRows, axis: ValueAxis, threshold: float, point: float) -> None:
    lines = [[(rows.first, tick / axis.unit), (rows.end, tick / axis.unit)] for tick in axis.ticks]
    polylines(axes, "grid", lines, colors=rows.colors.hairline, linewidths=0.5, zorder=0.2)
    at = min(max(threshold, axis.low), axis.high) / axis.unit
    for tick, text in zip(axis.ticks, axis.texts, strict=True):
        if abs(tick / axis.unit - at) >= BADGE_REACH * point:
            rows.name(axes, text, tick / axis.unit)


def _draw_threshold(axes: Axes, rows: TimeRows, shown: Shown, axis: ValueAxis) -> None:
    at = min(max(shown.threshold, axis.low), axis.high) / axis.unit
    look = {"colors": rows.colors.threshold, "linewidths": 0.8, "linestyles": [(0, (3.5, 2.0))], "zorder": 4}
    polylines(axes, "threshold", [[(rows.first, at), (rows.end, at)]], **look)
    text = threshold_text(shown.threshold, (axis.low, axis.high), shown.least_above_zero)
    rows.name(axes, text, at, color=rows.colors.threshold)


def _draw_lines(axes: Axes, rows: TimeRows, shown: Shown, window: Window, unit: float) -> None:
    colors = rows.colors
    grey_alpha = min(0.42, max(0.08, 0.19 * math.sqrt(200 / max(shown.plain_cells, 1))))
    grey = {"colors": colors.line, "linewidths": THIN, "alpha": grey_alpha, "zorder": 1}
    _draw_cells(axes, window, unit, range(shown.plain_cells), "cells", **grey)
    several = len(shown.selected) > BROAD_LINES
    alpha = max(0.1, 0.5 * math.sqrt(BROAD_LINES / len(shown.selected))) if several else 0.95
    width = THIN if several else BROAD
    blue = {"colors": colors.selected, "linewidths": width, "alpha": alpha, "zorder": 2}
    _draw_cells(axes, window, unit, shown.selected, "selected-cells", **blue)
    for cell, color in shown.pinned.items():
        _draw_cells(axes, window, unit, [cell], f"cell-{cell}", colors=color, linewidths=NAMED, zorder=3)


def _draw_cells(axes: Axes, window: Window, unit: float, cells: Iterable[int], name: str, **style: Any) -> None:
    """Draw a line for each cell, through the middles of the steps; all of them are one artist."""
    x = np.arange(len(window.values)) + window.start + 0.5
    lines = [line for cell in cells for line in traces(x, window.values[:, cell] / unit)]
    polylines(axes, name, lines, capstyle="butt", rasterized=len(lines) > MOST_VECTOR_LINES, **style)


def traces(x: NDArray[Any], values: NDArray[Any]) -> list[NDArray[np.float64]]:
    """The line of a cell in pieces: a value that isn't finite leaves a gap, and one alone is a short stroke."""
    y = values.astype(np.float64)
    found = []
    for piece in np.split(np.arange(len(y)), np.flatnonzero(np.diff(np.isfinite(y))) + 1):
        if len(piece) == 0 or not np.isfinite(y[piece[0]]):
            continue
        if len(piece) == 1:
            found.append(np.array([[x[piece[0]] - ALONE, y[piece[0]]], [x[piece[0]] + ALONE, y[piece[0]]]]))
        else:
            found.append(np.stack([x[piece], y[piece]], axis=1))
    return found


def _starts_in_view(rows: TimeRows, seen: Seen) -> list[int]:
    if isinstance(seen, Window):
        starts = list(seen.sequence_starts)
    else:
        starts = (decoded(seen.density["sequence_starts"], "<i4") + seen.density["start"]).tolist()
    there = [start for start in starts if max(rows.first, 1) <= start < rows.end]
    # Where they are close, lines would hide the cells.
    return there if len(there) * 8 * SCALE <= rows.width else []


def _ends_of(window: Window, shown: Shown, end: int) -> dict[int, float]:
    """Where the lines of the cells to name leave the plot on the right."""
    last = window.values[min(end, window.start + len(window.values)) - 1 - window.start]
    after = window.values[min(end, window.start + len(window.values) - 1) - window.start]
    return {cell: float(last[cell]) / 2 + float(after[cell]) / 2 for cell in shown.pinned}


def _ends_of_columns(columns: Columns, shown: Shown, end: int) -> dict[int, float]:
    envelopes = columns.envelopes
    cells, stride = envelopes["cells"], envelopes["stride"]
    low, high = envelope_values(envelopes)
    at = min(len(low), -(-(end - envelopes["start"]) // stride)) - 1
    places = {cell: cells.index(cell) for cell in shown.pinned if cell in cells}
    return {cell: float(low[at, place]) / 2 + float(high[at, place]) / 2 for cell, place in places.items()}


def _name_cells(axes: Axes, rows: TimeRows, shown: Shown, ends: dict[int, float]) -> None:
    """Write the names of cells beside the ends of their lines, at distances at which they can be read."""
    if not ends:
        return
    low, high = axes.get_ylim()
    distance = NAME_DISTANCE * (high - low) / plot_height(rows.sheet.width)
    middle = (low + high) / 2
    wanted = sorted(
        (min(max(value if math.isfinite(value) else middle, low), high), cell) for cell, value in ends.items()
    )
    wanted = wanted[: max(1, int((high - low) / distance))]
    for cell, at in zip((cell for _, cell in wanted), spread([y for y, _ in wanted], distance, low, high), strict=True):
        rows.writing.write(axes, (rows.end, at), shown.cell_name(cell), color=shown.pinned[cell], size=SIZE, shift=2.0)


def spread(places: list[float], distance: float, low: float, high: float) -> list[float]:
    """Ascending places moved apart to a distance, within limits, each as little as can be."""
    groups: list[tuple[float, int]] = []  # the mean of places that touch, and how many they are
    for place in places:
        mean, count = place, 1
        while groups and groups[-1][0] + distance * (groups[-1][1] - 1) / 2 > mean - distance * (count + 1) / 2:
            before, n = groups.pop()
            mean, count = (before * n + mean * count) / (n + count), n + count
        half = distance * (count - 1) / 2
        groups.append((min(max(mean, low + half), max(high - half, low + half)), count))
    return [mean + distance * (i - (count - 1) / 2) for mean, count in groups for i in range(count)]


def gutter(widths: Iterable[float]) -> float:
    """The room that the names of cells need beside the plot, in points."""
    return max((width + 3.0 for width in widths), default=0.0)
