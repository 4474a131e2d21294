"""The plot where steps share columns: how dense values lie, and those of some cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .colors import rgb
from .lazy_matplotlib import Axes, AxesImage
from .marks import polylines
from .shown import Columns, Floats, Sent, Shown, decoded, envelope_values
from .texts import named
from .time_rows import TimeRows
from .value_axis import ValueAxis

MOST_DENSE = 0.85
"""Opacity of the densest place of a column."""

EXTENT_ALPHA = 0.07
"""Opacity of the area between least and greatest value, so that a single value can be seen."""

MANY_LINES, LEAST_STRENGTH = 5, 0.03
"""More lines than these are paler, down to this strength."""

MOST, OFF, LEAST, NARROW = 0.95, 0.14, 2.0, 12.0
"""As in the page (js/src/explorer/plot/cell_density.ts), heights in its pixels."""

PIXELS, PAGE_HEIGHT = 400, 182
"""Rows of the picture of some cells, and of pixels that the page usually has in their place."""

LINE = 0.55
"""Width of a line, in points."""


def picture(axes: Axes, name: str, pixels: Floats, extent: tuple[float, float, float, float]) -> AxesImage:
    """Show pixels (rows, columns, 4) from the top; ``extent`` is left, right, bottom and top in the data."""
    limits = axes.get_xlim(), axes.get_ylim()
    shown = axes.imshow(pixels, extent=extent, aspect="auto", interpolation="nearest", origin="upper", resample=False)
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])
    named(shown, name)
    return shown


def draw_columns(axes: Axes, rows: TimeRows, shown: Shown, columns: Columns, axis: ValueAxis) -> None:
    """Draw the density of all cells, and lines or densities of those that are selected and named."""
    _draw_density(axes, rows, columns.density, axis)
    envelopes = columns.envelopes
    kinds = [(shown.selected, rows.colors.selected, "selected-cells", 2.0)]
    kinds += [((cell,), color, f"cell-{cell}", 3.0) for cell, color in shown.pinned.items()]
    for cells, color, name, zorder in kinds:
        if not cells:
            continue
        if envelopes["stride"] > 1:
            _draw_cells(axes, envelopes, cells, color, axis).set_gid(name)
        else:
            strength = 1.0 if zorder > 2 else max(LEAST_STRENGTH, min(1.0, MANY_LINES / len(cells)))
            low, _ = _envelopes(envelopes, cells)
            x = np.arange(len(low)) + envelopes["start"] + 0.5
            polylines(
                axes,
                name,
                [np.stack([x, low[:, i] / axis.unit], axis=1) for i in range(low.shape[1])],
                colors=color,
                linewidths=LINE,
                alpha=0.9 * strength,
                zorder=zorder,
                rasterized=len(cells) * len(low) > 5000,
            )


def _draw_density(axes: Axes, rows: TimeRows, density: Sent, axis: ValueAxis) -> None:
    lowest, highest = (decoded(density[name], "<f8") / axis.unit for name in ("lowest", "highest"))
    count = len(lowest)
    shades = decoded(density["density"], "u1").reshape(count, -1)
    pixels = np.empty((shades.shape[1], count, 4))
    pixels[..., :3] = rgb(rows.colors.line)
    pixels[..., 3] = shades.T[::-1] / 255 * MOST_DENSE
    left = density["start"]
    low, high = (value / axis.unit for value in density["density_range"])
    picture(axes, "density", pixels, (left, left + count * density["stride"], low, high)).set_zorder(1)
    x = left + density["stride"] * (np.arange(count) + 0.5)
    area = axes.fill_between(x, lowest, highest, color=rows.colors.line, alpha=EXTENT_ALPHA, linewidth=0, zorder=0.9)
    named(area, "extent")


def _envelopes(envelopes: Sent, cells: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The least and the greatest value of some cells, a row for each column."""
    places = _places(envelopes, cells)
    low, high = envelope_values(envelopes)
    return low[:, places], high[:, places]


def _places(envelopes: Sent, cells: tuple[int, ...]) -> list[int]:
    """Where some cells are among those that are sent."""
    sent = envelopes["cells"]
    return [sent.index(cell) for cell in cells if cell in sent]


def _draw_cells(axes: Axes, envelopes: Sent, cells: tuple[int, ...], color: str, axis: ValueAxis) -> AxesImage:
    bottom, top = axes.get_ylim()
    count = PIXELS
    low, high = _envelopes(envelopes, cells)
    on = None
    if envelopes["shares"] is not None:
        shares = decoded(envelopes["shares"], "u1").reshape(-1, max(len(envelopes["cells"]), 1))
        on = shares[:, _places(envelopes, cells)] / 255
    threshold = None if envelopes["threshold"] is None else envelopes["threshold"] / axis.unit
    opacity = cell_opacity(low / axis.unit, high / axis.unit, on, threshold, (bottom, top, count))
    pixels = np.empty((count, len(low), 4))
    pixels[..., :3] = rgb(color)
    pixels[..., 3] = opacity.T
    left = envelopes["start"]
    return picture(axes, "cells", pixels, (left, left + len(low) * envelopes["stride"], bottom, top))


def cell_opacity(
    low: Floats,
    high: Floats,
    on: Floats | None,
    threshold: float | None,
    scale: tuple[float, float, int],
) -> NDArray[np.float64]:
    """The opacity of each pixel where some cells are drawn in columns of several steps, as in the page.

    A cell is drawn as two bands, from the threshold to its greatest value and from there to its least: the first as
    strong as the share of the column's steps at which it is on, the second as that at which it is off, and paler.

    Parameters
    ----------
    low, high : ndarray of shape (columns, cells)
    on : ndarray of shape (columns, cells), optional
        Shares of steps, 0…1.
    threshold : float, optional
    scale : (bottom, top, rows)
        The values at the lower and the upper edge, and how many pixels lie between.

    Returns
    -------
    ndarray of shape (columns, rows), from the top
    """
    bottom, top, rows = scale
    a_pixel = rows / PAGE_HEIGHT
    columns, cells = low.shape
    changes = np.zeros((columns, rows + 2))

    def draw(from_: Floats, to: Floats, share: Floats) -> None:
        y_from, y_to = (rows * (top - np.nan_to_num(value)) / (top - bottom) for value in (from_, to))
        middle, tall = (y_from + y_to) / 2, np.maximum(LEAST * a_pixel, np.abs(y_from - y_to))
        strength = np.where(np.isfinite(low), share * (1 + NARROW * a_pixel / tall) / max(cells, 1), 0.0)
        _change(changes, middle - tall / 2, strength, rows)
        _change(changes, middle + tall / 2, -strength, rows)

    if on is None or threshold is None:
        draw(low, high, np.full(low.shape, OFF))
    else:
        draw(np.maximum(low, threshold), np.maximum(high, threshold), on)
        draw(np.minimum(low, threshold), np.minimum(high, threshold), OFF * (1 - on))
    strengths = np.cumsum(changes, axis=1)[:, :rows]
    return np.where(strengths > 1e-6, MOST * np.minimum(1, strengths), 0.0)


def _change(changes: Floats, y: Floats, amount: Floats, rows: int) -> None:
    """From the height ``y`` on down there is ``amount`` more in each pixel."""
    at = np.clip(y, 0, rows)
    row = np.floor(at).astype(int)
    below = amount * (at - row)
    column = np.broadcast_to(np.arange(len(y))[:, None], y.shape)
    np.add.at(changes, (column, row), amount - below)
    np.add.at(changes, (column, row + 1), below)
