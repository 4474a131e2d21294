"""Strips of what is expected in the pinned sequences and the current one, on one scale of time."""

from __future__ import annotations

import numpy as np

from lstmvis_widget.figures.colors import mixed
from lstmvis_widget.figures.inline import DOT
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import dots
from lstmvis_widget.figures.numerals import format_count, plural
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.stack import Stack
from lstmvis_widget.figures.texts import SMALL

from .chart import edges_of
from .expected import Strip, strip_of
from .sent_view import SequenceView, Trajectory
from .sequence_page import Page
from .step_columns import StepColumns, columns_for, means_in, most_frequent_in

ROW, HIGH = 8.6, 7.0
"""Height of a row, and of its strip, in points."""

DOT_ROOM = 6.0
BARE = 0.3
"""Opacity of steps at which no class is expected."""


def compared(view: SequenceView) -> list[Trajectory]:
    """The sequences to compare, the current one first."""
    current = [] if view.current is None else [view.current]
    return [*current, *view.pinned]


def begins_of(view: SequenceView, trajectories: list[Trajectory]) -> list[int]:
    """Where the steps of each begin on a scale of time on which the step where each is aligned is 0."""
    return [each.start - _anchor(view, each) for each in trajectories]


def _anchor(view: SequenceView, trajectory: Trajectory) -> int:
    align_at, table = view.traits["align_at"], view.table
    if align_at == "end":
        return trajectory.end - 1
    settled = -1 if table is None or table.settled is None else int(table.settled[trajectory.sequence])
    return settled if align_at == "settled" and settled >= 0 else trajectory.first


def draw_pinned(stack: Stack, page: Page) -> None:
    """A strip for each."""
    view, colors = page.view, page.colors
    if not view.pinned:
        return
    shown = compared(view)
    begins = begins_of(view, shown)
    start, stop = min(begins), max(begin + len(each) for begin, each in zip(begins, shown, strict=True))
    numbers = [format_count(each.sequence) for each in shown]
    number_room = max(page.writing.width(number, SMALL, "bold") for number in numbers)
    names = number_room + 2 * DOT_ROOM + 6
    columns = columns_for(start, stop, stack.width - names)
    wide = "" if columns.stride == 1 else f", {plural(columns.stride, 'step')} each"
    stack.heading("pinned heading", "Pinned sequences", f"aligned at {view.traits['align_at']}{wide}")
    height = ROW * len(shown)
    labels = stack.beside("pinned names", height, width=names)
    axes = stack.part("pinned", height, left=names, width=stack.width - names)
    for i, (trajectory, begin) in enumerate(zip(shown, begins, strict=True)):
        middle = (i + 0.5) * ROW
        is_current = trajectory.sequence == view.traits["sequence"]
        page.writing.write(
            labels,
            (number_room, middle),
            numbers[i],
            color=colors.text if is_current else colors.second,
            size=SMALL,
            align="right",
            weight="bold" if is_current else "normal",
        )
        _draw_dots(labels, page, trajectory.sequence, (number_room + 3, middle))
        strip = strip_on_scale(trajectory, page, columns, begin)
        boxes(axes, "strip", strip.edges + np.array([0, 0, middle - HIGH / 2, middle - HIGH / 2]), strip.fills)
    stack.below(2.0)


def _draw_dots(axes: Axes, page: Page, sequence: int, place: tuple[float, float]) -> None:
    """The true class of a sequence, and the one that was said."""
    table = page.view.table
    if table is None:
        return
    left, y = place
    for i, each in enumerate((table.target_of(sequence), table.prediction_of(sequence))):
        if each >= 0:
            dots(axes, "dot", [(left + i * DOT_ROOM + DOT / 2, y)], [page.class_look(each)], DOT)


def strip_on_scale(trajectory: Trajectory, page: Page, columns: StepColumns, begin: int) -> Strip:
    """The cells of a sequence in columns of the common scale of time, from 0 to `HIGH` downwards."""
    steps, at = columns.stop - columns.start, begin - columns.start
    here = slice(at, at + len(trajectory))
    codes, sure = np.full(steps, -1), np.full(steps, np.nan)
    if trajectory.codes is not None:
        codes[here] = trajectory.codes
    sure[here] = 1.0 if trajectory.confidence is None else trajectory.confidence
    strip = strip_of(codes, sure, page, columns, (0.0, HIGH))
    # Steps at which no class is expected are grey.
    bare = np.flatnonzero((most_frequent_in(columns, codes) < 0) & ~np.isnan(means_in(columns, sure)))
    grey = np.tile(mixed(page.colors.line, BARE, page.colors.ground), (len(bare), 1))
    ends = np.column_stack([edges_of(columns)[bare], np.zeros(len(bare)), np.full(len(bare), HIGH)])
    return Strip(np.concatenate([strip.edges, ends]), np.concatenate([strip.fills, grey]))
