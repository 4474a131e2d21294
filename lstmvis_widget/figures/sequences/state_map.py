"""The map of states: a point for each, the path of the current sequence and of pinned ones, and what stands out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.boxes import MapBox, box_around, in_shape
from lstmvis_widget.figures.colors import RGB, rgb
from lstmvis_widget.figures.dots_legend import Entry, draw_legend
from lstmvis_widget.figures.inline import Piece, in_lines, write_line
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import rings
from lstmvis_widget.figures.numerals import format_count, format_value
from lstmvis_widget.figures.stack import Stack
from lstmvis_widget.figures.texts import SMALL, named, visible_token
from lstmvis_widget.figures.time_rows import SCALE

from .looks import Looks, looks_of
from .map_paths import Place, draw_labels, draw_paths
from .map_texts import notes_of, title_of, trust_of
from .sent_view import PointColors, SequenceView
from .sequence_page import OWN_COLORS, Page

MOST_RINGS = 200
"""Rings around matches, and around selected steps, up to so many: more would hide the points."""

NOTE_LINE, FOOT_GAP = 8.5, 8.0
RAMP_WIDTH, RAMP_HEIGHT, RAMP_STEPS = 44.0, 4.8, 64


def draw_map(stack: Stack, page: Page, height: float) -> Axes | None:
    """The map with its title, its legend and what is known of it, ``height`` points high in all.

    Its axes have the units of the map, equally long in both directions.
    """
    view = page.view
    if view.points is None or view.map_facts is None:
        return None
    begun = stack.down
    stack.heading("map heading", title_of(view.map_facts))
    _draw_legend(stack, page)
    foot = [Piece(f"{name} {value}", page.colors.second, size=SMALL) for name, value in trust_of(view.map_facts)]
    foot += [Piece(note, page.colors.second, size=SMALL) for note in [notes_of(view)] if note]
    lines = in_lines(foot, stack.width, page.writing, FOOT_GAP)
    rest = height - (stack.down - begun) - len(lines) * NOTE_LINE - 3.0
    axes = stack.part("map", max(LEAST_MAP * stack.width, rest))
    _draw_plot(axes, page)
    stack.below(3.0)
    note = stack.part("map notes", len(lines) * NOTE_LINE)
    for i, line in enumerate(lines):
        write_line(note, line, (i + 0.5) * NOTE_LINE, page.writing, gap=FOOT_GAP)
    return axes


LEAST_MAP = 0.55
"""Height of the plot, as a share of its width, at least."""


def _draw_plot(axes: Axes, page: Page) -> None:
    view, colors = page.view, page.colors
    assert view.points is not None  # noqa: S101  (for the type checker)
    size = float(axes.get_xlim()[1]), float(axes.get_ylim()[0])
    whole = box_around(view.points.coordinates)
    box = in_shape(whole if view.traits["view"] is None else MapBox(*view.traits["view"]), size)
    axes.set_xlim(box.left, box.right)
    axes.set_ylim(box.bottom, box.top)
    nearer = (whole.right - whole.left) / (box.right - box.left)
    looks = looks_of(view, page.palette(), rgb(colors.ground), rgb(colors.selected), nearer)
    diameter = SCALE * view.traits["point_size"]
    _draw_points(axes, page, looks, diameter)
    place = Place(box.left, box.bottom, (box.right - box.left) / size[0], size)
    draw_paths(axes, page, place)
    ringed = ringed_places(view)
    if len(ringed):
        around = 2 * SCALE * (view.traits["point_size"] / 2 + 2.5)
        rings(axes, "ringed", ringed, (around, 0.8), colors.selected).set_zorder(4)
    draw_labels(axes, page, place)


def _draw_points(axes: Axes, page: Page, looks: Looks, diameter: float) -> None:
    """The points, as a picture within the figure: of each shape together."""
    markers = page.colors.markers
    shape = np.where(looks.codes < OWN_COLORS, looks.codes % len(markers), 0)
    for number, marker in enumerate(markers):
        here = shape == number
        if len(markers) > 1 and not here.any():
            continue
        points = axes.scatter(
            looks.places[here, 0],
            looks.places[here, 1],
            s=(diameter * looks.sizes[here]) ** 2,
            c=looks.colors[here],
            marker=marker,
            linewidths=0,
            rasterized=True,
            zorder=1,
        )
        named(points, "points")


def ringed_places(view: SequenceView) -> NDArray[np.float32]:
    """Where rings are: around the first step of each match, and around the selected ones, unless there are many."""
    assert view.points is not None  # noqa: S101  (for the type checker)
    starts = view.matched[:MOST_RINGS, 0].tolist()
    selected = [] if len(view.selected_steps) > MOST_RINGS else view.selected_steps.tolist()
    return view.points.places_of([*starts, *selected])


def _draw_legend(stack: Stack, page: Page) -> None:
    colors = page.view.colors
    if colors is None:
        return
    if colors.values is not None:
        _draw_ramp(stack, page, colors)
        return
    draw_legend(stack, "legend", entries_of(page, colors))
    stack.below(1.5)


def entries_of(page: Page, colors: PointColors) -> list[Entry]:
    """The colours of points: classes in the order that was given, labels the most frequent first; then the others."""
    if colors.codes is None:
        return []
    count = len(colors.labels)
    counts = np.bincount(np.minimum(colors.codes, count), minlength=count + 1)
    rows = (page.view.output or {}).get("rows") if colors.kind == "classes" else None
    codes = [code for code in (rows or range(count)) if code < min(count, OWN_COLORS)]
    codes += [code for code in range(min(count, OWN_COLORS)) if code not in codes]
    found = [Entry(visible_token(colors.labels[code]), page.class_look(code), int(counts[code])) for code in codes]
    more = count - OWN_COLORS
    return [*found, Entry(f"{format_count(more)} more", page.class_look(-1), None)] if more > 0 else found


def _draw_ramp(stack: Stack, page: Page, colors: PointColors) -> None:
    axes, writing, second = stack.part("legend", NOTE_LINE), page.writing, page.colors.second
    low, high = colors.range or (0.0, 1.0)
    y, room = NOTE_LINE / 2, stack.width - RAMP_WIDTH - 60
    line = [
        Piece(writing.shortened_inside(visible_token(colors.by), room, SMALL), page.colors.text, size=SMALL),
        Piece(format_value(low), second, size=SMALL),
    ]
    left = write_line(axes, line, y, writing, gap=3.5) + 3.0
    shades = page.colors.ramped(np.linspace(0, 1, RAMP_STEPS), (0.0, 1.0))
    image: RGB = shades[None]
    shown = axes.imshow(
        image,
        extent=(left, left + RAMP_WIDTH, y + RAMP_HEIGHT / 2, y - RAMP_HEIGHT / 2),
        aspect="auto",
        interpolation="nearest",
        origin="upper",
    )
    named(shown, "ramp")
    axes.set_xlim(0, stack.width)
    axes.set_ylim(NOTE_LINE, 0)
    write_line(axes, [Piece(format_value(high), second, size=SMALL)], y, writing, left=left + RAMP_WIDTH + 3.0)
    stack.below(1.5)
