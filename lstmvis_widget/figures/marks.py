"""What several figures mark alike: dots of classes, outlines, dashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .lazy_matplotlib import Axes, Line2D, LineCollection, Rectangle, mpl
from .texts import named

Dashes = tuple[float, tuple[float, ...] | None]


class Look(NamedTuple):
    """The colour of a mark, and its shape, as matplotlib calls it."""

    color: Any
    marker: str = "o"


def dots(axes: Axes, name: str, places: ArrayLike, looks: Sequence[Look], diameter: float) -> None:
    """Marks at places, of which each has a look; one artist for each shape."""
    x, y = _across(places)
    for marker in dict.fromkeys(look.marker for look in looks):
        at = [i for i, look in enumerate(looks) if look.marker == marker]
        fills = [looks[i].color for i in at]
        drawn = axes.scatter(x[at], y[at], s=diameter**2, c=fills, marker=marker, linewidths=0, clip_on=False, zorder=2)
        named(drawn, name)


def rings(axes: Axes, name: str, places: ArrayLike, look: tuple[float, float], color: Any) -> Line2D:
    """Rings around places, one artist for all; ``look`` is their diameter and the width of the line in points."""
    [line] = axes.plot(
        *_across(places),
        linestyle="none",
        marker="o",
        markersize=look[0],
        markerfacecolor="none",
        markeredgecolor=color,
        markeredgewidth=look[1],
    )
    named(line, name)
    return line


def disc(axes: Axes, name: str, place: Any, look: tuple[float, float], colors: tuple[Any, Any]) -> None:
    """A disc with a rim; ``look`` is its diameter and the width of the rim in points, ``colors`` those of both."""
    fill, edge = colors
    [line] = axes.plot(
        [place[0]],
        [place[1]],
        linestyle="none",
        marker="o",
        markersize=look[0],
        markerfacecolor=fill,
        markeredgecolor=edge,
        markeredgewidth=look[1],
        zorder=3.5,
    )
    named(line, name)


def outline(axes: Axes, name: str, box: tuple[float, float, float, float], color: Any, width: float) -> Rectangle:
    """The outline of a box: left, top, width and height in the data's coordinates."""
    left, top, wide, high = box
    found = Rectangle((left, top), wide, high, fill=False, edgecolor=color, linewidth=width, clip_on=False, zorder=3)
    named(found, name)
    axes.add_patch(found)
    return found


def rule(axes: Axes, name: str, ends: tuple[tuple[float, float], tuple[float, float]], **look: Any) -> Line2D:
    """A straight line from one place to another."""
    (x, y), (to_x, to_y) = ends
    line = Line2D([x, to_x], [y, to_y], solid_capstyle="butt", **look)
    named(line, name)
    axes.add_line(line)
    return line


def polylines(axes: Axes, name: str, paths: Iterable[Any], **look: Any) -> LineCollection:
    """Lines, each through the places of a path; one artist for all."""
    drawn = LineCollection(list(paths), **look)
    named(drawn, name)
    axes.add_collection(drawn, autolim=False)
    return drawn


def dashes(pattern: Sequence[float], width: float, offset: float = 0.0) -> Dashes:
    """Dashes in points, whatever the settings of matplotlib say of how they follow the width of the line."""
    scale = width if mpl.rcParams["lines.scale_dashes"] else 1.0
    return offset / scale, tuple(each / scale for each in pattern)


def _across(places: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    found = np.asarray(places, np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
