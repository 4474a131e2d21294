"""How the path of a sequence over the map looks, as in the page: its segments, its arrows, and the words beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .sent_view import Trajectory

Floats = NDArray[np.float64]

LEVELS = 15
"""More shades and widths than these can't be told apart."""

THINNEST = 0.25
"""The thinnest segment, as a share of the thickest."""

MOST_ARROWS = 24


class Run(NamedTuple):
    """Successive segments of one look, through ``steps``, counted from the start of the trajectory.

    ``color`` is the place of a class (−1: none) or, of time, a level 0…LEVELS; ``width`` a share of the greatest.
    """

    steps: tuple[int, ...]
    color: int
    width: float


class Arrow(NamedTuple):
    """A mark in the middle of a segment that shows its direction, in the units of the path."""

    x: float
    y: float
    along: tuple[float, float]


def runs_of(trajectory: Trajectory, color: str, thickness: str) -> list[Run]:
    """The segments of a trajectory, those of one look next to each other together.

    A segment shows what is expected at its end, and its own jump. It leads on from step to step that is on the map,
    past those that aren't.
    """
    runs: list[Run] = []
    there = np.flatnonzero(np.isfinite(trajectory.coordinates).all(axis=1)).tolist()
    longest = 0.0
    if thickness == "jump" and trajectory.distances is not None:
        longest = float(np.nan_to_num(trajectory.distances, nan=0.0, posinf=np.inf).max(initial=0.0))
    for start, stop in pairwise(there):
        time = (stop - 1) / (len(trajectory) - 2) if len(trajectory) > 2 else 1.0
        if color == "time":
            look = _rounded(LEVELS * time)
        else:
            look = -1 if trajectory.codes is None else int(trajectory.codes[stop])
        width = _width(trajectory, stop, thickness, time, longest)
        if runs and runs[-1].color == look and runs[-1].width == width:
            runs[-1] = runs[-1]._replace(steps=(*runs[-1].steps, stop))
        else:
            runs.append(Run((start, stop), look, width))
    return runs


def _width(trajectory: Trajectory, stop: int, thickness: str, time: float, longest: float) -> float:
    share = 1.0
    if thickness == "time":
        share = time
    elif thickness == "jump" and longest > 0 and trajectory.distances is not None:
        share = float(trajectory.distances[stop - 1]) / longest
    level = _rounded(LEVELS * min(1.0, max(0.0, 0.0 if np.isnan(share) else share))) / LEVELS
    return THINNEST + (1 - THINNEST) * level


def _rounded(value: float) -> int:
    """The nearest whole number, of halves the greater one, as in the page."""
    return int(np.floor(value + 0.5))


def arrows_along(path: Floats, apart: float, least: float) -> list[Arrow]:
    """Marks in the middle of segments of a path, at least so far apart; a shorter segment than ``least`` has none."""
    there = path[np.isfinite(path).all(axis=1)]
    ways = np.diff(there, axis=0)
    lengths = np.hypot(*ways.T) if len(ways) else np.zeros(0)
    apart = max(apart, float(lengths.sum()) / MOST_ARROWS)
    since = apart / 2
    arrows = []
    for start, way, length in zip(there[:-1], ways, lengths, strict=True):
        since += length
        if length < least or since < apart:
            continue
        since = 0.0
        x, y = start + way / 2
        arrows.append(Arrow(float(x), float(y), (float(way[0] / length), float(way[1] / length))))
    return arrows


def labelled_steps(trajectory: Trajectory, labels: str, threshold: float, change: float) -> list[int]:
    """Steps whose words are shown: both ends of each change that ``labels`` names, that which weighs most first."""
    weights: dict[int, float] = {}
    for i in range(len(trajectory) - 1):
        weight = _weight_of(trajectory, i, labels, threshold, change)
        if weight is None:
            continue
        for step in (i, i + 1):
            at = trajectory.start + step
            weights[at] = max(weight, weights.get(at, 0.0))
    return sorted(weights, key=lambda step: (-weights[step], step))


def _weight_of(trajectory: Trajectory, i: int, labels: str, threshold: float, change: float) -> float | None:
    """How much the change from step i to the next weighs; None if it isn't labelled."""
    codes, confidence, distances = trajectory.codes, trajectory.confidence, trajectory.distances
    jump = 0.0 if distances is None else float(np.nan_to_num(distances[i]))
    if labels == "jumps":
        return jump if jump >= np.float32(threshold) and jump > 0 else None
    if labels == "class":
        return jump if codes is not None and codes[i] != codes[i + 1] else None
    if labels != "confidence" or confidence is None:
        return None
    found = abs(float(confidence[i + 1]) - float(confidence[i]))
    return found if found >= change else None
