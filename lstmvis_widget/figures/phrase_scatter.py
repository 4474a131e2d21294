"""The figure of a `PhraseScatter`: phrases as points on two principal components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .boxes import MapBox, box_around
from .colors import Colors, mixed
from .dots_legend import Entry, draw_legend
from .drawing_order import drawing_order
from .label_places import Label, PlacedLabel, mark_at, place_labels
from .lazy_matplotlib import Axes, Figure
from .marks import Look, outline, rings, rule
from .numerals import format_count, plural
from .sheet import Sheet
from .stack import Stack, finish_row
from .texts import CAP_HEIGHT, SIZE, SMALL, Writing, ground_of_text, named, visible_token
from .time_rows import SCALE

OWN_COLORS = 12
"""Labels with a colour of their own: the others share one."""

LEAST, MOST, SHARE = 240 * SCALE, 460 * SCALE, 0.62
"""Least and greatest height of the plot in points, and its height as a share of the width."""

RIM = 0.5
LIT_RIM, RING, TARGET = 1.5, 2.5, 5.0
"""In pixels of the page: the rim of a lit point, and how far around a point rings are, of selected and picked ones."""

DIMMED = 0.28
"""Share of their colour in all other points where some are lit: the opacity of their layer in the page."""

MOST_IN_VECTORS = 2000
"""More points than these are one picture."""

NAME_LINE, NAME_MIDDLE, NOTE_LINE = 11.0, 4.4, 9.0
LONGEST = 0.4
"""Width of a label, as a share of that of the plot."""


@dataclass(frozen=True, kw_only=True)
class PhrasesShown:
    """What the page of a scatter shows.

    Attributes
    ----------
    coordinates : ndarray of shape (n, 2)
    codes : ndarray of shape (n,)
        Ranks of the labels of the phrases among ``labels``.
    labels : list of str
        The most frequent first.
    words : list of n str, or None
    axes : list of two str
    hidden : tuple of str
        Labels whose phrases aren't drawn.
    view : (left, right, bottom, top), or None
    picked : int or None
    selected, lit : ndarray of int
    labelled : ndarray of int
        The phrases whose words are written beside their points.
    """

    coordinates: NDArray[np.float32]
    codes: NDArray[np.int32]
    labels: Sequence[str]
    words: Sequence[str] | None
    axes: Sequence[str]
    hidden: tuple[str, ...]
    view: tuple[float, float, float, float] | None
    picked: int | None
    selected: NDArray[np.int64]
    lit: NDArray[np.int64]
    labelled: NDArray[np.int64]

    @property
    def is_shown(self) -> NDArray[np.bool_]:
        """Whether each phrase is drawn."""
        hidden = np.array([label in self.hidden for label in self.labels], bool)
        return ~hidden[self.codes] & np.isfinite(self.coordinates).all(axis=1)


def shown_of(sent: Mapping[str, Any], **traits: Any) -> PhrasesShown:
    """What is drawn, from what the page is sent."""
    return PhrasesShown(
        coordinates=np.frombuffer(sent["coordinates"], "<f4").reshape(-1, 2),
        codes=np.frombuffer(sent["codes"], "<i4"),
        labels=sent["labels"],
        words=sent["words"],
        axes=sent["axes"],
        **traits,
    )


class Plot(NamedTuple):
    """The axes, what is shown on them, in which colours, and the radius of a point in points."""

    axes: Axes
    shown: PhrasesShown
    colors: Colors
    radius: float

    def look(self, point: int) -> Look:
        """The look of a phrase."""
        return look_of(int(self.shown.codes[point]), self.colors)


def look_of(rank: int, colors: Colors) -> Look:
    """The look of the points of a label."""
    markers = colors.markers
    return Look(colors.point(rank), markers[rank % len(markers)] if rank < OWN_COLORS else "o")


def radius_of(count: int, nearer: float) -> float:
    """Radius of a point, in points: smaller the more there are, and larger the more one has zoomed in."""
    pixels = (6.4 - 0.95 * np.log10(max(count, 10))) * nearer**0.25
    return SCALE * float(np.clip(pixels, 1.6, 6))


def draw_scatter(shown: PhrasesShown, *, width: float, colors: Colors, font: Any, parts: tuple[str, ...]) -> Figure:
    """Draw what a scatter shows; see `PhraseScatter.figure`. ``width`` is in inches."""
    sheet = Sheet(width, colors, Writing(font))
    left = NAME_LINE if "points" in parts else 0.0
    stack = Stack(sheet, left, sheet.room - left)
    if "legend" in parts:
        draw_legend(stack, "legend", entries_of(shown, colors))
        stack.below(2.0)
    if "points" in parts:
        _draw_plot(stack, shown)
    finish_row(sheet, stack)
    return sheet.finished()


def entries_of(shown: PhrasesShown, colors: Colors) -> list[Entry]:
    """The labels whose phrases are drawn, and how many phrases each has; those without a colour together."""
    counts = np.bincount(shown.codes, minlength=len(shown.labels))
    ranks = [rank for rank, label in enumerate(shown.labels) if label not in shown.hidden]
    found = [
        Entry(visible_token(shown.labels[rank]), look_of(rank, colors), int(counts[rank]))
        for rank in ranks
        if rank < OWN_COLORS
    ]
    others = [rank for rank in ranks if rank >= OWN_COLORS]
    if len(others) == 1:
        found.append(Entry(visible_token(shown.labels[others[0]]), look_of(others[0], colors), int(counts[others[0]])))
    elif others:
        text = f"{format_count(len(others))} more"
        found.append(Entry(text, look_of(OWN_COLORS, colors), int(counts[others].sum())))
    return found


def _draw_plot(stack: Stack, shown: PhrasesShown) -> None:
    height = float(np.clip(SHARE * stack.width, LEAST, MOST))
    colors = stack.sheet.colors
    names = stack.sheet.beside("axis names", height, left=0, width=NAME_LINE, down=stack.down)
    frame = stack.beside("frame", height)
    axes = stack.part("points", height)
    whole = box_around(shown.coordinates)
    box = whole if shown.view is None else MapBox(*shown.view)
    axes.set_xlim(box.left, box.right)
    axes.set_ylim(box.bottom, box.top)
    count = len(shown.coordinates)
    plot = Plot(axes, shown, colors, radius_of(count, (whole.right - whole.left) / (box.right - box.left)))
    outline(frame, "frame", (0, 0, stack.width, height), colors.hairline, 0.6)
    if box.left <= 0 <= box.right:
        rule(axes, "zero", ((0, box.bottom), (0, box.top)), color=colors.hairline, lw=0.6, zorder=0)
    if box.bottom <= 0 <= box.top:
        rule(axes, "zero", ((box.left, 0), (box.right, 0)), color=colors.hairline, lw=0.6, zorder=0)
    _draw_points(plot)
    _draw_marked(plot)
    _draw_words(plot, (stack.width, height), stack.sheet.writing)
    _name_axes(stack, names, shown, height)


def _draw_points(plot: Plot) -> None:
    """All points, paler where others are lit."""
    shown = plot.shown
    order = drawing_order(len(shown.codes))
    order = order[shown.is_shown[order]]
    ranks = np.minimum(shown.codes[order], OWN_COLORS)
    looks = [look_of(rank, plot.colors) for rank in range(OWN_COLORS + 1)]
    strength = DIMMED if len(shown.lit) else 1.0
    fills = np.array([mixed(look.color, strength, plot.colors.ground) for look in looks])[ranks]
    rim = SCALE * RIM
    for marker in dict.fromkeys(look.marker for look in looks):
        here = np.array([look.marker == marker for look in looks])[ranks]
        points = plot.axes.scatter(
            shown.coordinates[order][here, 0],
            shown.coordinates[order][here, 1],
            s=(2 * plot.radius - rim) ** 2,
            c=fills[here].tolist(),
            marker=marker,
            edgecolors=plot.colors.ground,
            linewidths=rim,
            rasterized=len(order) > MOST_IN_VECTORS,
            zorder=1,
        )
        named(points, "phrases")


def _draw_marked(plot: Plot) -> None:
    """Rings around the selected phrases, lit ones with a rim, and a target at the picked one."""
    shown, radius = plot.shown, plot.radius
    selected = shown.selected[shown.is_shown[shown.selected]]
    if len(selected):
        look = (2 * (radius + SCALE * RING), SCALE * 1.5)
        rings(plot.axes, "selected", shown.coordinates[selected], look, plot.colors.selected).set_zorder(2)
    for point in shown.lit[shown.is_shown[shown.lit]].tolist():
        _draw_strong(plot, point, "lit", 3)
    if shown.picked is not None and shown.is_shown[shown.picked]:
        place, far = shown.coordinates[[shown.picked]], radius + SCALE * TARGET
        wide = SCALE * 2.5
        rings(plot.axes, "picked", place, (2 * (far - wide), wide), plot.colors.ground).set_zorder(4)
        rings(plot.axes, "picked", place, (2 * far, wide), plot.colors.selected).set_zorder(4)
        _draw_strong(plot, shown.picked, "picked", 5)


def _draw_strong(plot: Plot, point: int, name: str, zorder: float) -> None:
    """A point with a rim in the colour of text."""
    look = plot.look(point)
    [x, y] = plot.shown.coordinates[point]
    [line] = plot.axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=look.marker,
        markersize=2 * plot.radius + SCALE * LIT_RIM,
        markerfacecolor=look.color,
        markeredgecolor=plot.colors.text,
        markeredgewidth=SCALE * 1.25,
        zorder=zorder,
    )
    named(line, name)


def _draw_words(plot: Plot, size: tuple[float, float], writing: Writing) -> None:
    """The words of phrases beside their points, as far as there is room."""
    shown = plot.shown
    if shown.words is None:
        return
    (left, right), (bottom, top) = plot.axes.get_xlim(), plot.axes.get_ylim()
    labels = []
    for point in shown.labelled[shown.is_shown[shown.labelled]].tolist():
        x, y = shown.coordinates[point].tolist()
        at = (x - left) / (right - left) * size[0], (y - bottom) / (top - bottom) * size[1]
        text = writing.fitted(visible_token(shown.words[point]), LONGEST * size[0], SIZE, least=SIZE).text
        labels.append(Label(text, *at, writing.width(text, SIZE), 1.2 * SIZE))
    ground = ground_of_text(plot.colors.ground)
    for label, begin, middle in place_labels(labels, size, plot.radius + SCALE * RING + 2.0, _marks(plot, size)):
        at = left + begin / size[0] * (right - left), bottom + middle / size[1] * (top - bottom)
        writing.write(plot.axes, at, label.text, color=plot.colors.text, size=SIZE, bbox=ground, zorder=6)


def _marks(plot: Plot, size: tuple[float, float]) -> list[PlacedLabel]:
    """What stands out on the plot, which no word is to cover."""
    shown = plot.shown
    picked = [] if shown.picked is None else [shown.picked]
    points = np.array([*shown.selected, *shown.lit, *picked], np.int64)
    points = points[shown.is_shown[points]]
    (left, right), (bottom, top) = plot.axes.get_xlim(), plot.axes.get_ylim()
    places = (shown.coordinates[points] - [left, bottom]) / [right - left, top - bottom] * size
    wide = 2 * (plot.radius + SCALE * RING)
    return [mark_at(x, y, wide) for x, y in places.tolist()]


def _name_axes(stack: Stack, names: Axes, shown: PhrasesShown, height: float) -> None:
    """The names of the axes, and below them how many phrases there are and how many stand out."""
    writing, second = stack.sheet.writing, stack.sheet.colors.second
    across, upwards = (
        writing.fitted(name, room, SIZE).text for name, room in zip(shown.axes, (stack.width, height), strict=True)
    )
    names.annotate(
        upwards,
        (NAME_MIDDLE, height / 2),
        (CAP_HEIGHT * SIZE, 0),
        textcoords="offset points",
        annotation_clip=False,
        rotation=90,
        rotation_mode="anchor",
        horizontalalignment="center",
        verticalalignment="baseline",
        color=second,
        parse_math=False,
        usetex=False,
        fontproperties=writing.font(SIZE),
    )
    below = stack.part("axis name", NAME_LINE)
    writing.write(below, (stack.width / 2, NAME_LINE / 2 + 1), across, color=second, size=SIZE, align="center")
    stands_out = [(len(shown.lit), "lit by matches"), (len(shown.selected), "selected")]
    said = [f"{format_count(count)} {what}" for count, what in stands_out if count]
    if said:
        note = stack.part("notes", NOTE_LINE)
        text = " · ".join([plural(len(shown.codes), "phrase"), *said])
        writing.write(note, (0, NOTE_LINE / 2), text, color=second, size=SMALL)
