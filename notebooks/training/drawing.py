"""Pictures that two case studies share: maps of states, and what is measured of texts by their number of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from expectations import CHANGES, errors_by_changes
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from reading import Reading

    from lstmvis_widget import Projection

BLUE, ORANGE, GREEN, PINK, YELLOW, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "0.45"
MARKS = ("o", "s", "^")
"""Of each model."""

DRAWN = 3_000
"""Points of a map that are drawn."""


def shade(colours: Sequence[str], expected: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """Colours of expected classes, paler where the model is less sure, down to a light grey where it is not at all."""
    least = 1 / len(colours)
    sure = ((confidence - least) / (1 - least))[:, None]
    return sure * np.array([to_rgb(each) for each in colours])[expected] + (1 - sure) * 0.85


def draw_map(axis: Axes, reading: Reading, projection: Projection, colours: Sequence[str]) -> None:
    """Steps on the map, by the class that is expected there."""
    steps = projection.steps
    some = np.random.default_rng(0).permutation(len(steps))[:DRAWN]
    shades = shade(colours, reading.output.expected[steps], reading.output.confidence[steps])
    axis.scatter(*projection.coordinates[some].T, s=4, c=shades[some], lw=0, rasterized=True)
    axis.set(xticks=[], yticks=[], aspect="equal")
    axis.spines[:].set_visible(False)
    axis.set_title(f"model {reading.seed + 1}", fontsize=10)


def draw_path(axis: Axes, reading: Reading, projection: Projection, text: int) -> None:
    """The way of one text over the map: a ring is its first word, a dot its last."""
    start, stop = reading.table.loc[text, ["start", "stop"]]
    path = projection.coordinates[(projection.steps >= start) & (projection.steps < stop)]
    halo = [withStroke(linewidth=2.2, foreground="white")]
    axis.plot(*path.T, color="black", lw=0.9, path_effects=halo)
    axis.plot(*path[0], "o", color="black", mfc="white", ms=6)
    axis.plot(*path[-1], "o", color="black", ms=6)


def draw_errors(axis: Axes, readings: Sequence[Reading]) -> None:
    """The share of wrong texts by how often what is expected changed: bars are the mean of the models, marks each."""
    errors = pd.DataFrame([errors_by_changes(reading) for reading in readings])
    axis.bar(range(len(CHANGES)), errors.mean(), color="0.85", width=0.7)
    for mark, of_model, reading in zip(MARKS, errors.to_numpy(), readings, strict=False):
        axis.plot(of_model, mark, color=BLUE, ms=4, label=f"model {reading.seed + 1}")
    wrong = np.mean([(~reading.table["correct"]).mean() for reading in readings])
    axis.axhline(wrong, color=ORANGE, lw=1, ls="--", label="all texts")
    axis.set_xticks(range(len(CHANGES)), CHANGES)
    axis.set(xlabel="changes of the expected class", ylabel="share of texts that are wrong", ylim=(0, None))
    axis.legend(fontsize=8, frameon=False)
