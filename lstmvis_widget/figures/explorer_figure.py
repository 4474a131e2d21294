"""The figure of an explorer: its parts, below each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.sent.pixel_columns import stride_at

from .colors import Colors, dimming
from .lazy_matplotlib import Figure
from .legend import draw_legend
from .matches import draw_matches
from .numerals import plural
from .plot import draw_plot, gutter
from .sheet import Sheet
from .shown import (
    Columns,
    Floats,
    MatchesShown,
    Range,
    Seen,
    Sent,
    Shown,
    Window,
    column_steps,
    decoded,
    has_labels,
    track_values,
)
from .texts import SIZE, SMALL, Writing
from .time_rows import SCALE, TimeRows, label_width
from .tracks import COLORED_LABELS, class_names, draw_track
from .value_axis import threshold_text, value_axis
from .words import draw_coverage, draw_pattern, draw_ruler, draw_words

ROW_NAMES = ("words", "pattern")
LEAST_CONTEXT = 3
"""Steps before a selection that isn't in view."""

LEAST_STEP = 16.0
"""Steps become narrower, down to this width in points, where the selection wouldn't fit."""

CELLS = 8.0
PART_GAP = 5.0


def explorer_figure(
    shown: Shown,
    *,
    width: float,
    colors: Colors,
    font: Any,
    parts: tuple[str, ...],
    matches: int,
    steps: Range | None,
) -> Figure:
    """Draw what an explorer shows, see `StateExplorer.figure`; ``width`` in inches."""
    if colors.greys:
        shown = replace(shown, pinned=dict.fromkeys(shown.pinned, colors.text))
    sheet = Sheet(width, colors, Writing(font))
    rows = _rows(sheet, shown, parts, steps)
    stride = stride_at(rows.step / SCALE)
    if stride is None:
        seen: Seen = shown.window(max(0, rows.first - 1), min(shown.steps, rows.end + 1))
    else:
        last = -(-rows.end // stride) * stride
        seen = shown.columns(rows.first // stride * stride, min(shown.steps, last), stride)
    on = _on(rows, shown, seen)
    rows = replace(rows, on=on, light=_light(shown, seen, on))
    colored: list[str] = []
    for part in parts:
        _draw_part(part, rows, shown, seen)
    if "matches" in parts and (shown.matches.ranks or shown.matches.note):
        rows.below(PART_GAP)
        colored = draw_matches(sheet, shown, matches)
    if "legend" in parts:
        _draw_legends(rows, shown, seen, (colored, matches), tracks="tracks" in parts)
    return sheet.finished()


def _rows(sheet: Sheet, shown: Shown, parts: tuple[str, ...], steps: Range | None) -> TimeRows:
    """Where the names and the steps lie, and which steps are in view."""
    names = [*ROW_NAMES, cells_text(shown), *(shown.visible_tracks if "tracks" in parts else ())]
    for name in shown.visible_tracks if "tracks" in parts else ():
        if shown.described[name]["kind"] == "output" and name not in shown.folded_tracks:
            names += [text for text, _ in class_names(shown.described[name])]
    if "coverage" in parts:
        names += ["coverage", "shares on"]
    if "plot" in parts:
        axis = value_axis(shown.value_axis, shown.value_range, None)
        names += [threshold_text(shown.threshold, (axis.low, axis.high), shown.least_above_zero), *axis.texts]
    left = label_width(sheet.writing, names, sheet.room)
    right = 0.0
    if "plot" in parts:
        right = gutter(sheet.writing.width(shown.cell_name(cell), SIZE) for cell in shown.pinned)
    room = sheet.room - left - right
    if steps is not None:
        first, end = steps
        return TimeRows(sheet, first, end, left, min(room / (end - first), 200 * SCALE), right)
    count = min(shown.steps, max(1, int(room / (shown.word_width * SCALE) + 1e-6)))
    if shown.selection is not None and shown.selection[1] - shown.selection[0] <= (most := int(room / LEAST_STEP)):
        wanted = min(most, shown.selection[1] - shown.selection[0] + 2)
        count = max(count, min(wanted, shown.steps))
    first = first_step(shown, count)
    # Whole steps fill the width, as far as they are not many too few.
    return TimeRows(sheet, first, first + count, left, min(room / count, 1.5 * shown.word_width * SCALE), right)


def first_step(shown: Shown, count: int) -> int:
    """The first of ``count`` steps: as in the page, or around the selection where that isn't among them."""
    last = shown.steps - count
    first = max(0, min(shown.position, last))
    if shown.selection is None:
        return first
    start, stop = shown.selection
    in_view = first <= start and stop <= first + count
    if in_view or start < first < stop:  # of a long selection any part may be looked at
        return first
    return max(0, min(start - max(0, min(LEAST_CONTEXT, count - (stop - start))), last))


def _on(rows: TimeRows, shown: Shown, seen: Seen) -> Floats:
    """How many selected cells are on at each step."""
    if isinstance(seen, Columns):
        return np.zeros(rows.end - rows.first)
    there = seen.is_on[rows.first - seen.start : rows.end - seen.start]
    counts: Floats = there[:, list(shown.selected)].sum(axis=1).astype(np.float64)
    return counts


def _light(shown: Shown, seen: Seen, on: Floats) -> Floats:
    """The share of its colour that each step, or column, of a track keeps."""
    if isinstance(seen, Window):
        return dimming(on, len(shown.selected)) if shown.dim_tracks else np.ones(len(on))
    density, envelopes = seen
    if not shown.dim_tracks or envelopes["on"] is None:
        return np.ones(len(column_steps(density)[0]))
    means = decoded(envelopes["on"], "<f4").astype(np.float64)
    return dimming(means, len(shown.selected) if density["stride"] == 1 else float(means.max(initial=0.0)))


def _draw_part(part: str, rows: TimeRows, shown: Shown, seen: Seen) -> None:
    if part == "plot":
        draw_plot(rows, shown, seen)
    elif part == "words" and isinstance(seen, Window):
        draw_words(rows, shown, seen)
    elif part == "words" and isinstance(seen, Columns):
        draw_ruler(rows, shown, seen)
    elif part == "coverage":
        draw_coverage(rows, shown, seen)
    elif part == "pattern" and shown.ranges:
        draw_pattern(rows, shown)
    elif part == "tracks":
        for name in shown.visible_tracks:
            draw_track(rows, name, shown, seen)
            rows.below()
        return
    elif part == "cells" and shown.ranges:
        _draw_cells(rows, shown)
    else:
        return
    rows.below()


def cells_text(shown: Shown) -> str:
    """How many cells are selected."""
    return plural(len(shown.selected), "cell")


def _draw_cells(rows: TimeRows, shown: Shown) -> None:
    """A line with the selected cells, as many as fit."""
    count = len(shown.selected)
    writing, room = rows.writing, rows.sheet.room - rows.left
    axes = rows.sheet.part("selected cells", CELLS, left=rows.left, width=room)
    label = writing.shortened_inside(cells_text(shown), rows.left - 4, SMALL)
    writing.write(axes, (0, CELLS / 2), label, color=rows.colors.second, size=SMALL, align="right", shift=-4.0)
    x = 0.0
    for i, cell in enumerate(shown.selected):
        name = shown.cell_name(cell)
        more = f"and {count - i:,} more"
        after = writing.width(more, SMALL) if i < count - 1 else 0.0
        wide = writing.width(name, SMALL)
        if x + wide + 5 + after > room:
            writing.write(axes, (x, CELLS / 2), more, color=rows.colors.second, size=SMALL)
            break
        color = shown.pinned.get(cell, rows.colors.selected)
        writing.write(axes, (x, CELLS / 2), name, color=color, size=SMALL)
        x += wide + 5


def _draw_legends(rows: TimeRows, shown: Shown, seen: Seen, matches: tuple[list[str], int], *, tracks: bool) -> None:
    """What colours mean that no text says: those of numbers, and of labels that aren't written out.

    ``matches`` are the tracks that colour these, and how many are drawn; ``tracks`` says whether there are rows.
    """
    names_of_matches, count = matches
    in_rows = [
        name
        for name in (shown.visible_tracks if tracks else ())
        if shown.described[name]["kind"] == "continuous"
        or (isinstance(seen, Columns) and has_labels(shown.described[name]))
    ]
    names = list(dict.fromkeys([*in_rows, *names_of_matches]))
    if names:
        rows.below(PART_GAP / 2)
    for name in names:
        codes: set[int] | None = None
        if has_labels(shown.described[name]):
            codes = set()
            if name in names_of_matches:
                codes |= set(track_values(shown.matches.tracks[name])[steps_of_matches(shown.matches, count)].tolist())
            if name in in_rows and isinstance(seen, Columns):
                codes |= labels_in(seen.density["tracks"][name], len(shown.described[name]["labels"]))
        draw_legend(rows.sheet, shown.described[name], name, codes)


def labels_in(sent: Sent, labels: int) -> set[int]:
    """The codes of the labels in columns; those that share a colour are all there if any is."""
    if "counts" not in sent:
        return set(track_values(sent).tolist())
    size = min(labels, COLORED_LABELS) + 1
    found = decoded(sent["counts"], "<i4").reshape(-1, size).sum(axis=0)
    rest = range(COLORED_LABELS, labels) if found[-1] else ()
    return {*np.flatnonzero(found[:-1]).tolist(), *rest}


def steps_of_matches(matches: MatchesShown, count: int) -> NDArray[np.int64]:
    """The places of the steps of the first matches, among all steps of the context."""
    counts = matches.context.before + matches.context.shown + matches.context.after
    ends = np.cumsum(counts)
    drawn = [np.arange(ends[rank] - counts[rank], ends[rank]) for rank in matches.ranks[:count]]
    return np.concatenate(drawn) if drawn else np.zeros(0, np.int64)
