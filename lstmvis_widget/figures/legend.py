"""What the colours of labels and numbers mean, in lines below a figure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from .colors import RGB, rgb
from .numerals import format_short
from .sheet import Sheet, boxes
from .shown import Sent, has_labels, ramp_range
from .texts import SMALL, visible_token

LINE = 9.0
SWATCH = 5.5
AFTER_SWATCH, AFTER_ENTRY = 2.0, 7.0
RAMP, RAMP_PARTS = 36.0, 24
LONGEST = 70.0
"""Width of a name, at most, in points."""

LEAST_CONTRAST = 0.02
"""A swatch that differs less from the ground has a frame."""

FRAME = 0.4
"""Width of a swatch's frame, in points."""


def draw_legend(sheet: Sheet, described: Sent, name: str, codes: Iterable[int] | None = None) -> None:
    """A line, or several, with the name of a track and what its colours mean.

    ``codes`` are the labels to list; the most frequent of all, by default. Those that share the last colour are one
    entry.
    """
    if has_labels(described):
        colored = len(sheet.colors.labels)
        labels = described["labels"]
        wanted = sorted({code for code in (range(len(labels)) if codes is None else codes) if code >= 0})
        entries = [(visible_token(labels[code]), sheet.colors.labelled(code)) for code in wanted if code < colored]
        others = [code for code in wanted if code >= colored]
        if others:
            text = visible_token(labels[others[0]]) if len(others) == 1 else "others"
            entries.append((text, sheet.colors.labelled(colored)))
        _flow(sheet, name, entries)
    elif (extent := ramp_range(described)) is not None:
        if described.get("binary"):
            _flow(sheet, name, [(str(end), sheet.colors.ramped([end], extent)[0]) for end in (0, 1)])
        else:
            _ramp(sheet, name, extent)


def _flow(sheet: Sheet, name: str, entries: list[tuple[str, RGB]]) -> None:
    writing, colors = sheet.writing, sheet.colors
    shown = [(writing.shortened_inside(text, LONGEST, SMALL), fill) for text, fill in entries]
    indent = min(writing.width(name, SMALL), LONGEST) + AFTER_ENTRY
    placed, x, line = [], indent, 0
    for text, fill in shown:
        wide = SWATCH + AFTER_SWATCH + writing.width(text, SMALL)
        if x + wide > sheet.room and x > indent:
            x, line = indent, line + 1
        placed.append((x, line, text, fill))
        x += wide + AFTER_ENTRY
    axes = sheet.part(f"legend {name}", (line + 1) * LINE)
    title = writing.shortened_inside(name, LONGEST, SMALL)
    writing.write(axes, (0, LINE / 2), title, color=colors.second, size=SMALL)
    edges = [
        (x, x + SWATCH, line * LINE + (LINE - SWATCH) / 2, line * LINE + (LINE + SWATCH) / 2)
        for x, line, _, _ in placed
    ]
    fills = np.array([fill for *_, fill in placed]).reshape(-1, 3)
    hidden = np.abs(fills - rgb(colors.ground)).max(axis=1, keepdims=True) < LEAST_CONTRAST
    if hidden.any():
        framed = np.array(edges) + FRAME * np.array([-1, 1, -1, 1])
        boxes(axes, "frames", framed, np.where(hidden, rgb(colors.second), np.nan))
    boxes(axes, "swatches", edges, fills)
    for x, line, text, _ in placed:
        place = (x + SWATCH + AFTER_SWATCH, (line + 0.5) * LINE)
        writing.write(axes, place, text, color=colors.text, size=SMALL)


def _ramp(sheet: Sheet, name: str, extent: tuple[float, float]) -> None:
    writing, colors = sheet.writing, sheet.colors
    axes = sheet.part(f"legend {name}", LINE)
    title = writing.shortened_inside(name, LONGEST, SMALL)
    writing.write(axes, (0, LINE / 2), title, color=colors.second, size=SMALL)
    low, high = map(format_short, extent)
    left = writing.width(title, SMALL) + AFTER_ENTRY
    writing.write(axes, (left, LINE / 2), low, color=colors.text, size=SMALL)
    left += writing.width(low, SMALL) + AFTER_SWATCH
    bounds = np.linspace(left, left + RAMP, RAMP_PARTS + 1)
    share = (np.arange(RAMP_PARTS) + 0.5) / RAMP_PARTS
    values = extent[0] * (1 - share) + extent[1] * share
    edges = [(a, b, (LINE - SWATCH) / 2, (LINE + SWATCH) / 2) for a, b in pairwise(bounds.tolist())]
    boxes(axes, "ramp", edges, colors.ramped(values, extent))
    writing.write(axes, (left + RAMP + AFTER_SWATCH, LINE / 2), high, color=colors.text, size=SMALL)
