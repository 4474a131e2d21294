"""The tracks under the words of an explorer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .colors import RGB, mixed, rgb, sureness
from .column_stacks import SCORE_ALPHA, is_stacked, score_strength, stacked
from .lazy_matplotlib import Axes
from .marks import polylines
from .plot_columns import picture
from .sheet import boxes
from .shown import (
    Columns,
    Floats,
    Seen,
    Sent,
    Shown,
    Window,
    column_steps,
    decoded,
    has_labels,
    ramp_range,
    track_values,
)
from .texts import SMALL, visible_token
from .time_rows import SCALE, TimeRows

LABELS, RAMP, BINARY, SCORES = 9.5, 6.5, 4.5, 9.0
"""Heights of rows of labels, numbers, zeros and ones, and labels with scores."""

CLASS = 6.0
"""Height of the row of a class."""

CLASS_SIZE = 5.2
STACKS = {"categorical": 21, "continuous": 16, "binary": 10, "top-k": 18, "output": 21}
"""Heights of stacks of columns, in pixels of the page."""

MOST_RANKS = 10
"""More labels a step than this are not drawn."""

PADDING = 1.2
COLORED_LABELS = 12


def draw_track(rows: TimeRows, name: str, shown: Shown, seen: Seen) -> None:
    """Draw a row, or several, for a track."""
    described = shown.described[name]
    if isinstance(seen, Columns):
        _draw_columns(rows, name, described, seen.density["tracks"][name], seen.density)
    elif described["kind"] == "top-k":
        _draw_scores(rows, name, described, seen)
    else:
        sent, at = seen.tracks[name], slice(rows.first - seen.start, rows.end - seen.start)
        axes = _draw_steps(rows, name, described, track_values(sent)[at], _sureness(described, sent, at))
        if has_labels(described):
            _write_labels(axes, rows, described, track_values(sent)[at])
    if described["kind"] == "output" and name not in shown.folded_tracks:
        _draw_classes(rows, name, described, seen)


def class_names(described: Sent) -> list[tuple[str, int]]:
    """The rows of an output track: the name of each, and its place among probabilities and colours."""
    names = [*described["labels"], *described["unexpected"]]
    if "rows" in described:
        return [(names[place], place) for place in described["rows"]]
    if len(names) > COLORED_LABELS:
        others = described["classes"] - COLORED_LABELS
        names = [*names[:COLORED_LABELS], names[COLORED_LABELS] if others == 1 else f"{others:,} others"]
    return [(name, place) for place, name in enumerate(names)]


def fills_of(rows: TimeRows, described: Sent, values: NDArray[Any], sure: Floats) -> RGB:
    """The colours of the labels or numbers of a track, as strong as ``sure`` says; NaN where there is none."""
    if has_labels(described):
        return rows.colors.label_fills(values, sure)
    fills = rows.colors.ramped(values.astype(np.float64), ramp_range(described))
    return rows.dimmed(fills, sure)


def _sureness(described: Sent, sent: Sent, at: slice) -> Floats:
    if described["kind"] != "output":
        return np.ones(at.stop - at.start)
    return sureness(decoded(sent["confidence"], "<f4")[at], described["classes"])


def _height(described: Sent) -> float:
    if has_labels(described):
        return LABELS
    return BINARY if described.get("binary") else RAMP


def _draw_steps(rows: TimeRows, name: str, described: Sent, values: NDArray[Any], sure: Floats) -> Axes:
    height = _height(described)
    axes = rows.row(f"track {name}", height, label=name)
    boxes(axes, "values", rows.step_edges(0, height), fills_of(rows, described, values, sure * rows.light))
    return axes


def _write_labels(axes: Axes, rows: TimeRows, described: Sent, codes: NDArray[Any]) -> None:
    for step, code in zip(range(rows.first, rows.end), codes.tolist(), strict=True):
        if code < 0:
            continue
        text, size = rows.writing.fitted(visible_token(described["labels"][code]), rows.step - PADDING, SMALL)
        if text:
            place = (step + 0.5 - rows.gap / 2, LABELS / 2)
            rows.writing.write(axes, place, text, color=rows.colors.text, size=size, align="center")


def _draw_scores(rows: TimeRows, name: str, described: Sent, window: Window) -> None:
    """Labels of a step below each other, darker for higher scores; the one that came next is underlined."""
    sent, ranks = window.tracks[name], min(described["k"], MOST_RANKS)
    scores = decoded(sent["scores"], "<f4").reshape(len(sent["labels"]), -1)
    axes = rows.row(f"track {name}", ranks * SCORES, label=name, label_height=SCORES)
    steps = np.arange(rows.first, rows.end)
    at = steps - window.start
    came = []
    for rank in range(ranks):
        strength = score_strength(scores[at, rank].astype(np.float64), ramp_range(described)) * rows.light
        fills = mixed(rows.colors.line, SCORE_ALPHA * strength, rows.colors.word)
        top = rank * SCORES
        boxes(axes, f"rank-{rank + 1}", rows.step_edges(top, top + SCORES - 0.5), fills)
        for step, strong in zip(steps.tolist(), strength.tolist(), strict=True):
            label = sent["labels"][step - window.start][rank]
            text, size = rows.writing.fitted(visible_token(label), rows.step - PADDING, SMALL)
            is_next = _next_word(window, step) == label and label not in sent["labels"][step - window.start][:rank]
            color = (
                rgb(rows.colors.text) if is_next else mixed(rows.colors.text, min(1, 0.4 + strong), rows.colors.second)
            )
            if is_next:
                came.append([(step, top + SCORES - 0.9), (step + 1 - rows.gap, top + SCORES - 0.9)])
            if text:
                place = (step + 0.5 - rows.gap / 2, top + SCORES / 2)
                weight = "bold" if is_next else "normal"
                rows.writing.write(axes, place, text, color=color, size=size, align="center", weight=weight)
    if came:
        polylines(axes, "came-next", came, colors=rows.colors.text, linewidths=0.9)


def _next_word(window: Window, step: int) -> str | None:
    following = step + 1
    if following >= window.start + len(window.words) or following in window.sequence_starts:
        return None
    return window.words[following - window.start]


class Chances(NamedTuple):
    """Probabilities of the classes of an output track at ranges of steps, and the true classes, where known."""

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    probabilities: Floats
    targets: NDArray[np.int32] | None


def _chances(rows: TimeRows, name: str, seen: Seen) -> Chances:
    if isinstance(seen, Columns):
        sent, (starts, stops) = seen.density["tracks"][name], column_steps(seen.density)
        return Chances(starts, stops, decoded(sent["probabilities"], "u1").reshape(len(starts), -1) / 255, None)
    sent, at = seen.tracks[name], slice(rows.first - seen.start, rows.end - seen.start)
    found = decoded(sent["probabilities"], "<f4").reshape(len(seen.words), -1)[at].astype(np.float64)
    steps = np.arange(rows.first, rows.end)
    return Chances(steps, steps + 1, found, decoded(sent["targets"], "<i4")[at] if "targets" in sent else None)


def _draw_classes(rows: TimeRows, name: str, described: Sent, seen: Seen) -> None:
    """A row for each class of an output track, stronger the more probable it is; the true class has an outline."""
    starts, stops, chances, targets = _chances(rows, name, seen)
    names = class_names(described)
    axes = rows.row(f"classes {name}", len(names) * CLASS)
    outlines = []
    for row, (text, place) in enumerate(names):
        top = row * CLASS
        fills = rows.colors.class_filled(chances[:, place], place)
        boxes(axes, f"class-{row}", rows.edges(starts, stops, top, top + CLASS - 0.5), fills)
        rows.name(axes, text, top + CLASS / 2, size=CLASS_SIZE)
        if targets is not None:
            is_true = targets == place
            if "rows" not in described and place == COLORED_LABELS:
                is_true = targets >= place
            low, high = top + 0.25, top + CLASS - 0.75
            outlines += [
                [(left, low), (right, low), (right, high), (left, high), (left, low)]
                for left, right, _, _ in rows.edges(starts[is_true], stops[is_true], 0, 0)
            ]
    if outlines:
        polylines(axes, "true-classes", outlines, colors=rows.colors.text, linewidths=0.5, joinstyle="miter")


def _draw_columns(rows: TimeRows, name: str, described: Sent, sent: Sent, density: Sent) -> None:
    """A stack of what the steps of each column have; or, of single steps, the colour of its label or number."""
    starts, stops = column_steps(density)
    if is_stacked(sent):
        height = STACKS["binary" if described.get("binary") else described["kind"]] * SCALE
        axes = rows.row(f"track {name}", height, label=name)
        pixels = stacked(described, sent, (stops - starts).astype(np.float64), rows.colors)
        if described["kind"] == "output":
            pixels[..., 3] *= sureness(decoded(sent["confidence"], "<f4"), described["classes"])
        pixels[..., 3] *= rows.light
        picture(axes, "values", pixels, (starts[0], starts[0] + len(starts) * density["stride"], height, 0))
        return
    if described["kind"] == "top-k":
        scores = decoded(sent["scores"], "<f4").astype(np.float64)
        strength = SCORE_ALPHA * score_strength(scores, ramp_range(described))
        fills = np.where(np.isnan(scores)[:, None], np.nan, mixed(rows.colors.line, strength, rows.colors.word))
        height = RAMP
    else:
        sure = rows.light
        if described["kind"] == "output":
            sure = sure * sureness(decoded(sent["confidence"], "<f4"), described["classes"])
        fills, height = fills_of(rows, described, track_values(sent), sure), _height(described)
    axes = rows.row(f"track {name}", height, label=name)
    boxes(axes, "values", rows.edges(starts, stops, 0, height), fills)
