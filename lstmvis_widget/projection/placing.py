"""What puts further states on a map, for each kind of map, and what a file keeps of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report

from .principal_axes import PrincipalAxes
from .trust import squared_distances
from .tsne import TsnePlacer

Array = NDArray[Any]
Floats = NDArray[np.float64]

NEAREST = 3
"""Known states that a new one is put between."""

COMPARED_AT_ONCE = 2**24
"""Distances that are held at once."""


_MAKING = threading.Lock()


class Placing(Protocol):
    """Puts rows on a map."""

    @property
    def cells(self) -> int:
        """D, which rows must have."""

    def place(self, rows: Array, check: Check, progress: Report) -> Floats:
        """The positions of finite rows (m, D), shape (m, 2)."""

    def kept(self) -> dict[str, Array]:
        """Arrays by name, of which `placing_of` makes it again."""


@dataclass(frozen=True, eq=False)
class AlongAxes:
    """By the first two principal axes."""

    axes: PrincipalAxes

    @property
    def cells(self) -> int:
        """D."""
        return len(self.axes.mean)

    def place(self, rows: Array, check: Check, progress: Report) -> Floats:  # noqa: ARG002  (done at once)
        """The positions along the first two."""
        check()
        return self.axes.positions(rows)[:, :2]

    def kept(self) -> dict[str, Array]:
        """Those of the axes."""
        axes = self.axes
        return {
            "mean": axes.mean,
            "axes": axes.axes,
            "explained": axes.explained,
            "axes_from": np.array([axes.steps]),
            "scale": np.array([axes.scale]),
        }


@dataclass(frozen=True, eq=False)
class AmongNeighbours:
    """By t-SNE: where their nearest rows on the map draw them."""

    axes: PrincipalAxes
    rows: Floats
    positions: Floats
    perplexity: float
    seed: int
    _made: list[TsnePlacer] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """D."""
        return len(self.axes.mean)

    def place(self, rows: Array, check: Check, progress: Report) -> Floats:
        """The positions of the rows, each by itself."""
        with _MAKING:
            if not self._made:
                self._made.append(TsnePlacer(self.rows, self.positions, self.perplexity, self.seed, check))
            return self._made[0].place(self.axes.positions(rows) / self.axes.scale, check, progress)

    def kept(self) -> dict[str, Array]:
        """The axes, and the rows along them."""
        return AlongAxes(self.axes).kept() | {
            "rows": self.rows,
            "perplexity": np.array([self.perplexity]),
            "seed": np.array([self.seed]),
        }


@dataclass(frozen=True, eq=False)
class BetweenNearest:
    """Between the nearest known states: at the mean of their positions, with the inverse squares of their distances."""

    rows: Array
    positions: Floats
    axes: PrincipalAxes

    @property
    def cells(self) -> int:
        """D."""
        return int(self.rows.shape[1])

    def place(self, rows: Array, check: Check, progress: Report) -> Floats:
        """The positions of the rows; where a state is known, its own."""
        mean, scale = self.axes.mean / self.axes.scale, self.axes.scale
        known = self.rows.astype(np.float64) / scale - mean
        nearest = min(NEAREST, len(known))
        placed = np.empty((len(rows), 2))
        for start, stop in blocks_of(len(rows), max(1, COMPARED_AT_ONCE // len(known))):
            check()
            progress(start / len(rows))
            some = rows[start:stop].astype(np.float64) / scale - mean
            # The products are rounded: some more candidates are measured again exactly.
            candidates = min(4 * nearest, len(known))
            found = np.argpartition(squared_distances(some, known), candidates - 1, axis=1)[:, :candidates]
            found.sort(axis=1)
            apart = np.sqrt(((known[found] - some[:, None]) ** 2).sum(axis=2))
            order = np.argsort(apart, axis=1, kind="stable")[:, :nearest]
            placed[start:stop] = self._mean_of(
                np.take_along_axis(found, order, axis=1), np.take_along_axis(apart, order, axis=1)
            )
        return placed

    def _mean_of(self, found: NDArray[np.intp], apart: Floats) -> Floats:
        first = apart[:, :1]
        with np.errstate(divide="ignore", invalid="ignore"):
            weights = np.where(first > 0, (first / apart) ** 2, np.arange(apart.shape[1]) == 0)
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray((self.positions[found] * weights[:, :, None]).sum(axis=1))

    def kept(self) -> dict[str, Array]:
        """The known states with their positions, and the axes."""
        return AlongAxes(self.axes).kept() | {"known": self.rows, "known_positions": self.positions}


def placing_of(method: str, coordinates: Floats, kept: Mapping[str, Array]) -> Placing:
    """The placing that `Placing.kept` described.

    Raises
    ------
    KeyError, ValueError
        An array is missing, or doesn't fit.
    """
    axes = PrincipalAxes(
        _floats(kept, "mean", 1),
        _floats(kept, "axes", 2),
        _floats(kept, "explained", 1),
        int(_number(kept, "axes_from")),
        _number(kept, "scale"),
    )
    count, cells = axes.axes.shape
    if len(axes.mean) != cells or len(axes.explained) != count or count < 2 or not 0 < axes.scale < np.inf:
        raise ValueError("its axes don't fit its mean")
    if method == "pca":
        return AlongAxes(axes)
    if method == "tsne":
        if "rows" not in kept:  # too few steps, or all states equal: PCA took its place
            return AlongAxes(axes)
        rows = _floats(kept, "rows", 2)
        if rows.shape != (len(coordinates), count):
            raise ValueError("its rows don't fit its coordinates")
        perplexity = _number(kept, "perplexity")
        if not 1 <= perplexity <= len(rows):
            raise ValueError(f"its perplexity is {perplexity}")
        return AmongNeighbours(axes, rows, coordinates, perplexity, int(_number(kept, "seed")))
    known, positions = _floats(kept, "known", 2), _floats(kept, "known_positions", 2)
    if known.shape[1] != cells or positions.shape != (len(known), 2) or not len(known):
        raise ValueError("its known states don't fit its axes")
    return BetweenNearest(known, positions, axes)


def _floats(kept: Mapping[str, Array], name: str, axes: int) -> Array:
    values = kept[name]
    if values.dtype.kind not in "fiu" or values.ndim != axes or not np.isfinite(values).all():
        raise ValueError(f"{name!r} must be finite numbers with {axes} axes; it is {values.dtype} of {values.shape}")
    return values


def _number(kept: Mapping[str, Array], name: str) -> float:
    values = kept[name]
    if values.shape != (1,) or values.dtype.kind not in "fiu" or not np.isfinite(values).all():
        raise ValueError(f"{name!r} must be one finite number")
    return float(values[0])
