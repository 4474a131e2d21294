"""Parts of a plane that are in view, as in the page (js/src/shared/box.ts)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.05
"""Around all points, as a share of their extent."""


class MapBox(NamedTuple):
    """A part of the map, in its units."""

    left: float
    right: float
    bottom: float
    top: float


def box_around(coordinates: NDArray[Any]) -> MapBox:
    """A box around all points that are somewhere, with a margin. If all are at one place, the margin is 1."""
    ends: list[float] = []
    for values in np.asarray(coordinates, np.float64).T:
        known = values[np.isfinite(values)]
        if len(known) == 0:
            ends += [-1.0, 1.0]
            continue
        low, high = float(known.min()), float(known.max())
        margin = (high - low) * MARGIN or 1.0
        ends += [low - margin, high + margin]
    return MapBox(*ends)


def in_shape(box: MapBox, size: tuple[float, float]) -> MapBox:
    """The least box around this one that has the shape of a plot: a unit is as long sideways as upwards."""
    width, height = size
    unit = max((box.right - box.left) / width, (box.top - box.bottom) / height)
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    return MapBox(x - unit * width / 2, x + unit * width / 2, y - unit * height / 2, y + unit * height / 2)
