"""How each point of the map looks: its colour, how opaque it is, its size, and what lies over what, as in the page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.drawing_order import drawing_order

from .sent_view import NO_CODE, SequenceView

Floats = NDArray[np.float64]

REST_COLOR, RAMP_COLOR = 12, 13
"""In the palette: the colour of further classes and of points without one, and the end of the ramp of numbers."""

FADED = 0.16
"""What is left of a faded point."""

SELECTED_SIZE = 1.35
"""Diameter of a selected point, as a share of that of the others."""

SELECTED_TINT = 0.55
PALEST = {"classes": 0.22, "ramp": 0.16}
"""The share of its colour in the palest point."""

BEHIND_PATHS = 0.72
"""Share of their colour in points that paths lead over: the opacity of their layer in the page."""

NORMAL, IS_FADED, HIDDEN, SELECTED = range(4)


class Looks(NamedTuple):
    """The points that are drawn, in the order in which they are.

    Attributes
    ----------
    places : ndarray of shape (n, 2)
    colors : ndarray of shape (n, 4)
        Red, green, blue and opacity.
    sizes : ndarray of shape (n,)
        Diameters, as shares of the usual one.
    codes : ndarray of shape (n,)
        Places of the colours in the palette.
    """

    places: Floats
    colors: Floats
    sizes: Floats
    codes: NDArray[np.int64]


def looks_of(view: SequenceView, palette: Floats, ground: Floats, selected: Floats, nearer: float) -> Looks:
    """How the points of a map look.

    Parameters
    ----------
    view : SequenceView
    palette : ndarray of shape (14, 3)
        The colours of twelve classes, of further ones, and of the end of the ramp.
    ground, selected : ndarray of shape (3,)
        The colour that pale points have, and the one that tints selected points.
    nearer : float
        How much has been zoomed in.
    """
    points = view.points
    if points is None or len(points.coordinates) == 0:
        return Looks(np.zeros((0, 2)), np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))
    color, strength = _color_codes(view)
    standing = standings(view)
    full = palette[color]
    palest = np.where(color == RAMP_COLOR, PALEST["ramp"], PALEST["classes"])
    share = (palest + (1 - palest) * strength)[:, None]
    colors = ground + (full - ground) * share
    is_selected = standing == SELECTED
    colors[is_selected] += (selected - colors[is_selected]) * SELECTED_TINT
    opacity = np.where(is_selected, 1.0, solidity(len(color), nearer))
    opacity = opacity * np.where(standing == IS_FADED, FADED, 1.0)
    if view.trajectories:
        # On a plain ground that is the opacity of all points together.
        colors = ground + (colors - ground) * BEHIND_PATHS
    order = drawing_order(len(color))
    there = np.isfinite(points.coordinates).all(axis=1) & (standing != HIDDEN)
    # What is faded lies behind the rest, and what is selected before it.
    rank = np.select([standing == IS_FADED, is_selected], [0, 2], 1)
    order = order[there[order]]
    order = order[np.argsort(rank[order], kind="stable")]
    sizes = np.where(is_selected, SELECTED_SIZE, 1.0)
    return Looks(
        points.coordinates[order].astype(np.float64),
        np.column_stack([colors[order], opacity[order]]),
        sizes[order],
        color[order],
    )


def _color_codes(view: SequenceView) -> tuple[NDArray[np.int64], Floats]:
    """The place of each point's colour in the palette, and how strong it is, 0…1."""
    assert view.points is not None  # noqa: S101  (for the type checker)
    count, colors = len(view.points.coordinates), view.colors
    if colors is not None and colors.values is not None and len(colors.values) == count:
        is_known = colors.values != 255
        return np.where(is_known, RAMP_COLOR, REST_COLOR), np.where(is_known, colors.values, 0) / 255
    if colors is None or colors.codes is None or len(colors.codes) != count:
        return np.full(count, REST_COLOR), np.ones(count)
    codes = np.minimum(colors.codes.astype(np.int64), REST_COLOR)
    if colors.strength is None or len(colors.strength) != count:
        return codes, np.ones(count)
    weakest = _weakest(view)
    strength = np.floor(np.maximum(0.0, (colors.strength - float(weakest)) * 255 / (255 - weakest))) / 255
    return codes, np.where(colors.codes == NO_CODE, 1.0, strength)


def _weakest(view: SequenceView) -> int:
    """The strength of a class that is as likely as every other, in 255ths: below it, nothing is paler."""
    classes = (view.output or {}).get("classes", 0)
    is_class = view.colors is not None and view.colors.kind == "classes"
    return min(254, 255 // classes) if is_class and classes > 1 else 0


def standings(view: SequenceView) -> NDArray[np.int64]:
    """How each point stands among the others."""
    assert view.points is not None  # noqa: S101  (for the type checker)
    steps, table = view.points.steps, view.table
    standing = np.full(len(steps), NORMAL, np.int64)
    if table is not None and len(table):
        sequence = np.searchsorted(table.bounds, steps, side="right") - 1
        standing[_faded(view)[sequence]] = IS_FADED
        shown = view.traits["shown_points"]
        if shown != "all":
            ends = table.bounds[sequence] if shown == "first" else table.bounds[sequence + 1] - 1
            standing[steps != ends] = HIDDEN
    standing[np.isin(steps, view.selected_steps) & (standing != HIDDEN)] = SELECTED
    return standing


def _faded(view: SequenceView) -> NDArray[np.bool_]:
    """Whether the filters leave a sequence out, or those that are predicted like it are faded."""
    table = view.table
    assert table is not None  # noqa: S101  (for the type checker)
    faded = np.ones(len(table), bool)
    faded[view.order] = False
    fade = view.traits["fade"]
    if fade != "none" and table.target is not None and table.prediction is not None:
        is_as_said = (table.target == table.prediction) == (fade == "correct")
        faded |= (table.target >= 0) & is_as_said
    return faded


def solidity(count: int, nearer: float) -> float:
    """How opaque points are: the less, the more of them there are, and the more, the more one has zoomed in."""
    in_view = max(10.0, count / max(1.0, nearer) ** 2)
    return float(np.clip(1.3 - 0.18 * np.log10(in_view), 0.3, 0.85))
