"""The words under the plot, what is selected of them, and the on/off pattern."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .colors import mixed, rgb, share_strength
from .lazy_matplotlib import Axes
from .marks import polylines
from .plot_columns import picture
from .sheet import boxes
from .shown import Columns, Range, Seen, Shown, Window, column_steps, decoded
from .texts import SIZE, SMALL, visible_token
from .time_rows import SCALE, TimeRows

HEIGHT = 14.0
PATTERN_HEIGHT = 7.0
BARS_HEIGHT = 36 * SCALE
RUNS_HEIGHT, WIDEST_PITCH = 120 * SCALE, 3 * SCALE
"""Greatest height of the lines that show when each cell is on, and of one of these with the gap after it."""

PAINTED = 2 / 3
"""The share of such a line that is painted."""

LEAST_SHARE = 16
"""Opacity of the line of a cell, of 255, in a column in which the cell is on at a single step of many."""

PADDING = 1.6
"""Beside a word, in points."""

OUTLINE = 1.1
LABEL_ROOM, LEAST_BAR = 11.0, 0.6
"""Narrower bars of the pattern have no text; and the least width of one, in points, so that it can be seen."""

TICK_ROOM, FINE_TICK_ROOM = 40.0, 4.1
"""Between two ticks of the ruler, at least, in points: those with numbers, and the others."""


def draw_words(rows: TimeRows, shown: Shown, window: Window) -> Axes:
    """The words; the more selected cells are on at a step, the bluer."""
    axes = rows.row("words", HEIGHT, label="words" if shown.has_tokens else "steps")
    boxes(axes, "shares", rows.step_edges(0, HEIGHT), rows.colors.shared(rows.on, len(shown.selected)))
    for step in range(rows.first, rows.end):
        token = window.words[step - window.start]
        text, size = rows.writing.fitted(visible_token(token), rows.step - PADDING, SIZE)
        color = rows.colors.text if token.strip() else rows.colors.second
        if text:
            middle = step + 0.5 - rows.gap / 2
            rows.writing.write(axes, (middle, HEIGHT / 2), text, color=color, size=size, align="center")
    starts = [start for start in window.sequence_starts if rows.first < start < rows.end]
    _lines(axes, "starts", [[(start, 0.0), (start, HEIGHT)] for start in starts], rows.colors.second, 0.6)
    _outline(axes, rows, shown)
    return axes


def draw_ruler(rows: TimeRows, shown: Shown, columns: Columns) -> Axes:
    """In place of words too narrow to read: numbers of steps, and how many selected cells are on."""
    axes = rows.row("words", HEIGHT, label="step")
    boxes(axes, "ground", [[rows.first, rows.end, 0, HEIGHT]], [rgb(rows.colors.word)])
    envelopes = columns.envelopes
    if envelopes["on"] is not None:
        on = decoded(envelopes["on"], "<f4").astype(np.float64)
        fills = mixed(rows.colors.selected, 0.6 * share_strength(on, envelopes["selected"]), rows.colors.word)
        left, right = envelopes["start"], envelopes["start"] + len(on) * envelopes["stride"]
        pixels = np.concatenate([fills, np.ones((len(on), 1))], axis=1)[None]
        picture(axes, "shares", pixels, (left, right, HEIGHT, 0)).set_zorder(1.1)
    interval, fine = (tick_interval(rows.step, room) for room in (TICK_ROOM, FINE_TICK_ROOM))
    ticks = [(tick, 4.0 if tick % interval == 0 else 1.6) for tick in _ticks(rows, min(fine, interval))]
    _lines(axes, "ticks", [[(tick, 0.0), (tick, height)] for tick, height in ticks], rows.colors.second, 0.5)
    for tick in _ticks(rows, interval):
        text = f"{tick:,}"
        half = rows.writing.width(text, SMALL) / 2 / rows.step
        middle = min(max(tick, rows.first + half), rows.end - half)
        place = (middle, HEIGHT - SMALL / 2 - 1.2)
        rows.writing.write(axes, place, text, color=rows.colors.text, size=SMALL, align="center")
    _outline(axes, rows, shown)
    return axes


def tick_interval(step: float, room: float) -> int:
    """The least of 1, 2, 5, 10, 20… steps that takes so much room."""
    interval = 1
    while interval * step < room:
        first = int(str(interval)[0])
        interval = interval * 5 // 2 if first == 2 else interval * 2
    return interval


def _ticks(rows: TimeRows, interval: int) -> range:
    return range(-(-rows.first // interval) * interval, rows.end, interval)


def _lines(axes: Axes, name: str, lines: list[list[tuple[float, float]]], color: str, width: float) -> None:
    if lines:
        look = {"colors": color, "linewidths": width, "zorder": 3, "capstyle": "projecting", "joinstyle": "miter"}
        polylines(axes, name, lines, **look)


def _outline(axes: Axes, rows: TimeRows, shown: Shown) -> None:
    """Outlines of the selected ranges, open where they go on beyond the view."""
    paths = [outline(rows, each) for each in rows.in_view(shown.ranges)]
    _lines(axes, "selection", paths, rows.colors.selected, OUTLINE)


def outline(rows: TimeRows, range_: Range) -> list[tuple[float, float]]:
    """The corners of a selected range in view."""
    start, stop = range_
    inset = OUTLINE / 2 / rows.step
    # Of steps narrower than the line, the outline is the line.
    left = max(start, rows.first) + inset
    right = max(min(stop, rows.end) - inset - rows.gap, left)
    top, bottom = OUTLINE / 2, HEIGHT - OUTLINE / 2
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if start < rows.first and stop > rows.end:
        return [*corners[:2], (np.nan, np.nan), *corners[2:]]
    if start < rows.first:
        return corners
    if stop > rows.end:
        return [corners[1], corners[0], corners[3], corners[2]]
    return [*corners, corners[0]]


def draw_pattern(rows: TimeRows, shown: Shown) -> Axes:
    """The on/off pattern at the selected ranges: on, and off for some steps before and after."""
    axes = rows.row("pattern", PATTERN_HEIGHT, label="pattern")
    boxes(axes, "ground", [[rows.first, rows.end - rows.gap, 0, PATTERN_HEIGHT]], [rgb(rows.colors.word)])
    before = [(start - shown.off_before, start) for start, _ in shown.ranges if shown.off_before]
    after = [(stop, stop + shown.off_after) for _, stop in shown.ranges if shown.off_after]
    kinds = {"off": ([*before, *after], rows.colors.off), "on": (list(shown.ranges), rows.colors.selected)}
    for text, (ranges, color) in kinds.items():
        there = rows.in_view(ranges)
        if not there:
            continue
        starts, stops = np.array(there).T
        edges = rows.edges(starts, stops, 0, PATTERN_HEIGHT)
        edges[:, 1] = np.maximum(edges[:, 1], edges[:, 0] + LEAST_BAR / rows.step)
        boxes(axes, text, edges, np.tile(rgb(color), (len(there), 1)))
        for left, right, _, _ in edges:
            if (right - left) * rows.step >= LABEL_ROOM:
                shade = rows.colors.on_selected if text == "on" else rows.colors.second
                place = ((left + right) / 2, PATTERN_HEIGHT / 2)
                rows.writing.write(axes, place, text, color=shade, size=5.5, align="center", weight="bold")
    return axes


def draw_coverage(rows: TimeRows, shown: Shown, seen: Seen) -> None:
    """Bars of the share of selected cells that are on at each step, and below them lines where each cell is on."""
    axes = rows.row("coverage", BARS_HEIGHT, label="coverage")
    levels: list[list[tuple[float, float]]] = [
        [(rows.first, y), (rows.end, y)] for y in (0.25, BARS_HEIGHT / 2, BARS_HEIGHT - 0.25)
    ]
    _lines(axes, "levels", levels, rows.colors.hairline, 0.5)
    cells = (*shown.selected, *(cell for cell in shown.pinned if cell not in set(shown.selected)))
    if isinstance(seen, Window):
        starts = np.arange(rows.first, rows.end)
        _bars(axes, rows, starts, starts + 1, rows.on / max(1, len(shown.selected)))
    elif seen.envelopes["on"] is not None:
        means = decoded(seen.envelopes["on"], "<f4") / max(1, seen.envelopes["selected"])
        _bars(axes, rows, *column_steps(seen.envelopes), means)
    if cells and (isinstance(seen, Window) or seen.envelopes["shares"] is not None):
        rows.below(1.0)
        _draw_runs(rows, shown, cells, seen)


def _bars(axes: Axes, rows: TimeRows, starts: NDArray[Any], stops: NDArray[Any], shares: NDArray[Any]) -> None:
    edges = rows.edges(starts, stops, BARS_HEIGHT * (1 - shares), BARS_HEIGHT)
    drawn = edges[shares > 0]
    boxes(axes, "bars", drawn, np.tile(rgb(rows.colors.selected), (len(drawn), 1))).set_zorder(3.5)


def _draw_runs(rows: TimeRows, shown: Shown, cells: tuple[int, ...], seen: Seen) -> None:
    several = len(shown.selected)
    # An empty line parts the selected cells from those that are only named.
    lines = [*cells[:several], *([None] if several and len(cells) > several else []), *cells[several:]]
    pitch = min(RUNS_HEIGHT / len(lines), WIDEST_PITCH)
    axes = rows.row("runs", len(lines) * pitch, label="runs" if isinstance(seen, Window) else "shares on")
    colors = {cell: rgb(shown.pinned.get(cell, rows.colors.selected)) for cell in cells}
    if isinstance(seen, Window):
        runs = [
            (rows.edges(start, stop, i * pitch, (i + PAINTED) * pitch), colors[cell])
            for i, cell in enumerate(lines)
            if cell is not None
            for start, stop in rows.in_view(runs_of(seen.is_on[:, cell], seen.start))
        ]
        if runs:
            boxes(axes, "runs", [edges for edges, _ in runs], [fill for _, fill in runs])
        return
    envelopes = seen.envelopes
    shares = decoded(envelopes["shares"], "u1").reshape(-1, len(envelopes["cells"]))
    # Three rows of pixels a line, of which the last is empty.
    pixels = np.zeros((3 * len(lines), len(shares), 4))
    for i, cell in enumerate(lines):
        if cell is not None:
            share = shares[:, envelopes["cells"].index(cell)]
            pixels[3 * i : 3 * i + 2, :, :3] = colors[cell]
            pixels[3 * i : 3 * i + 2, :, 3] = np.where(share == 0, 0, np.maximum(share, LEAST_SHARE)) / 255
    left = envelopes["start"]
    picture(axes, "shares", pixels, (left, left + len(shares) * envelopes["stride"], len(lines) * pitch, 0))


def runs_of(is_on: NDArray[np.bool_], start: int) -> list[Range]:
    """The ranges of steps on which a cell is on; the first step is ``start``."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], is_on, [False]]).astype(np.int8)))
    return [(start + int(a), start + int(b)) for a, b in changes.reshape(-1, 2)]
