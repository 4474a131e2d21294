"""The paths of sequences over the map, and the words and numbers beside them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.colors import mixed
from lstmvis_widget.figures.label_places import Label, PlacedLabel, mark_at, place_labels
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import Dashes, dashes, disc, polylines
from lstmvis_widget.figures.numerals import format_count
from lstmvis_widget.figures.texts import SIZE, SMALL, ground_of_text, named, visible_token
from lstmvis_widget.figures.time_rows import SCALE

from .paths import LEVELS, Run, arrows_along, labelled_steps, runs_of
from .sent_view import Trajectory
from .sequence_page import OWN_COLORS, Page

DASHES: tuple[tuple[float, ...], ...] = (
    (1.5, 4),
    (7, 4),
    (9, 3, 1.5, 3),
    (4, 3),
    (12, 4),
    (1.5, 3, 1.5, 7),
    (12, 3, 1.5, 3, 1.5, 3),
    (5, 3, 5, 8),
    (3, 7),
    (14, 8),
    (7, 3, 3, 3),
    (1.5, 8),
)
"""The dashes of pinned trajectories, in pixels of the page, each unlike the others."""

RING, ARROW = 5, 3
APART, LEAST = 56, 12
EMPHASIS = 0.22
"""Share of the text's colour in that of a line."""

HALO = 2.5
MOST_WITH_HALO = 400
MOST_IN_VECTORS = 2000
"""Steps of a path that is drawn as lines: a longer one is part of the picture of the points."""

MOST_WORDS = 80
"""Words on the map, at most."""


class Place(NamedTuple):
    """How the plot lies on the map: its lower left corner, how many units a point of print is, and its size."""

    left: float
    bottom: float
    unit: float
    size: tuple[float, float]

    def in_points(self, coordinates: NDArray[Any]) -> NDArray[np.float64]:
        """Places in points from the lower left corner."""
        found: NDArray[np.float64] = (np.asarray(coordinates, np.float64) - [self.left, self.bottom]) / self.unit
        return found


def draw_paths(axes: Axes, page: Page, place: Place) -> None:
    """The pinned paths, what is selected of all, and the current path over them."""
    view = page.view
    for rank, trajectory in enumerate(view.pinned):
        _draw_pinned(axes, page, trajectory, rank, place)
    jump = view.traits["jump"]
    for marked in (view.traits["selection"], None if jump is None else (jump, jump + 2)):
        for trajectory in view.trajectories if marked is not None else ():
            _draw_band(axes, page, trajectory, marked)
    if view.current is not None:
        _draw_current(axes, page, view.current, place)


def _draw_current(axes: Axes, page: Page, trajectory: Trajectory, place: Place) -> None:
    width = SCALE * page.view.traits["line_width"]
    path = trajectory.coordinates[np.isfinite(trajectory.coordinates).all(axis=1)]
    if len(path) == 0:
        return
    if len(trajectory) <= MOST_WITH_HALO:
        [halo] = axes.plot(*path.T, color=page.colors.ground, alpha=0.75, lw=width + SCALE * HALO, zorder=3)
        named(halo, "halo")
    runs = runs_of(trajectory, page.view.traits["line_color"], page.view.traits["line_thickness"])
    widths = [width * run.width for run in runs]
    _draw_runs(axes, page, (trajectory, runs), linewidths=widths, capstyle="round", zorder=3.1)
    _draw_arrows(axes, page, path, place)
    _draw_ends(axes, page, trajectory, 1.0)


def _draw_pinned(axes: Axes, page: Page, trajectory: Trajectory, rank: int, place: Place) -> None:
    pattern = [SCALE * each for each in DASHES[rank % len(DASHES)]]
    greatest = page.view.traits["line_width"]
    looks: list[tuple[float, Dashes]] = []
    runs = runs_of(trajectory, page.view.traits["line_color"], page.view.traits["line_thickness"])
    length = 0.0
    for run in runs:
        width = SCALE * max(1.25, 0.75 * greatest * run.width)
        looks.append((width, dashes(pattern, width, length)))  # the dashes go on where the run before ended
        steps = place.in_points(trajectory.coordinates[list(run.steps)])
        length += float(np.hypot(*np.diff(steps, axis=0).T).sum())
    look = {"linewidths": [width for width, _ in looks], "linestyles": [dashed for _, dashed in looks]}
    _draw_runs(axes, page, (trajectory, runs), capstyle="butt", zorder=2, **look)
    _draw_ends(axes, page, trajectory, 0.7)


def _draw_runs(axes: Axes, page: Page, drawn: tuple[Trajectory, list[Run]], **look: Any) -> None:
    """The path of a sequence, each run in its colour."""
    trajectory, runs = drawn
    polylines(
        axes,
        f"path of sequence {trajectory.sequence}",
        [trajectory.coordinates[list(run.steps)] for run in runs],
        colors=[line_color(run, page) for run in runs],
        joinstyle="round",
        rasterized=len(trajectory) > MOST_IN_VECTORS,
        **look,
    )


def line_color(run: Run, page: Page) -> Any:
    """The colour of a run, nearer to the text's colour than the points that it leads over."""
    colors = page.colors
    if page.view.traits["line_color"] == "time":
        return tuple(mixed(colors.text, run.color / LEVELS, colors.edge))
    if run.color < 0:
        return colors.second
    return tuple(mixed(colors.text, EMPHASIS, page.class_color(min(run.color, OWN_COLORS))))


def _draw_band(axes: Axes, page: Page, trajectory: Trajectory, steps: Any) -> None:
    first, stop = (max(0, step - trajectory.start) for step in steps)
    part = trajectory.coordinates[first:stop]
    part = part[np.isfinite(part).all(axis=1)]
    if len(part) == 0:
        return
    width = SCALE * (page.view.traits["line_width"] + 5)
    look = {"lw": width, "solid_capstyle": "round", "solid_joinstyle": "round", "zorder": 2.5}
    [band] = axes.plot(*part.T, color=page.colors.selected, **look)
    named(band, "selected part")


def _draw_arrows(axes: Axes, page: Page, path: NDArray[Any], place: Place) -> None:
    """Ticks in the direction of the path."""
    size = SCALE * (ARROW + page.view.traits["line_width"] / 2) * place.unit
    apart, least = SCALE * APART * place.unit, SCALE * LEAST * place.unit
    ticks = []
    for x, y, (along, across) in arrows_along(np.asarray(path, np.float64), apart, least):
        cos, sin = along * size, across * size
        back = [(x - 0.6 * cos - 0.8 * sin, y - 0.6 * sin + 0.8 * cos), (x + 0.6 * cos, y + 0.6 * sin)]
        ticks.append([*back, (x - 0.6 * cos + 0.8 * sin, y - 0.6 * sin - 0.8 * cos)])
    look = {"colors": page.colors.text, "linewidths": SCALE * 1.25, "joinstyle": "miter", "zorder": 3.2}
    polylines(axes, "directions", ticks, **look)


def _draw_ends(axes: Axes, page: Page, trajectory: Trajectory, scale: float) -> None:
    """A ring at the first step of the sequence and a dot at its last, if these are among the steps that are there."""
    path = trajectory.coordinates[np.isfinite(trajectory.coordinates).all(axis=1)]
    if len(path) == 0:
        return
    size, colors = 2 * SCALE * RING * scale, page.colors
    if trajectory.start == trajectory.first:
        disc(axes, "first step", path[0], (size, SCALE * 1.5), (colors.ground, colors.text))
    if trajectory.start + len(trajectory) == trajectory.end:
        disc(axes, "last step", path[-1], (size, SCALE * 1.5), (colors.text, colors.ground))


def draw_labels(axes: Axes, page: Page, place: Place) -> None:
    """The numbers of pinned sequences at their last steps, and words at steps of the current one."""
    numbers = []
    for trajectory in page.view.pinned:
        path = trajectory.coordinates[np.isfinite(trajectory.coordinates).all(axis=1)]
        if len(path):
            numbers.append(_label(page, place, format_count(trajectory.sequence), path[-1], (SMALL, "bold")))
    taken = _ends(page, place)
    placed = place_labels(numbers, place.size, SCALE * 7, taken)
    _write(axes, page, place, placed, (SMALL, "bold", page.colors.second))
    words = place_labels(_words(page, place), place.size, SCALE * 7, [*taken, *placed])
    _write(axes, page, place, words, (SIZE, "normal", page.colors.text))


def _ends(page: Page, place: Place) -> list[PlacedLabel]:
    """The marks of the first and the last step of the current path, which no label is to cover."""
    trajectory, size = page.view.current, 2 * SCALE * RING
    path = np.zeros((0, 2)) if trajectory is None else place.in_points(trajectory.coordinates)
    path = path[np.isfinite(path).all(axis=1)]
    return [mark_at(x, y, size) for x, y in path[[0, -1]].tolist()] if len(path) else []


def _words(page: Page, place: Place) -> list[Label]:
    """Words at the steps of the current path that ``point_labels`` names."""
    view = page.view
    trajectory, words, traits = view.current, view.words, view.traits
    if trajectory is None or words is None or traits["point_labels"] == "none":
        return []
    steps = labelled_steps(
        trajectory, traits["point_labels"], float(traits["jump_threshold"]), float(traits["confidence_change"])
    )
    found = []
    for step in steps[:MOST_WORDS]:
        at = trajectory.coordinates[step - trajectory.start]
        if words.start <= step < words.stop and np.isfinite(at).all():
            text = visible_token(words.words[step - words.start])
            found.append(
                _label(page, place, page.writing.fitted(text, place.size[0] / 3, SIZE).text, at, (SIZE, "normal"))
            )
    return found


def _label(page: Page, place: Place, text: str, at: Any, look: tuple[float, str]) -> Label:
    size, weight = look
    x, y = place.in_points(at)
    return Label(text, float(x), float(y), page.writing.width(text, size, weight), 1.2 * size)


def _write(axes: Axes, page: Page, place: Place, placed: list[PlacedLabel], look: tuple[float, str, str]) -> None:
    """Texts on a ground of their own, so that they can be read over anything."""
    size, weight, color = look
    ground = ground_of_text(page.colors.ground)
    for label, left, middle in placed:
        at = place.left + left * place.unit, place.bottom + middle * place.unit
        page.writing.write(axes, at, label.text, color=color, size=size, weight=weight, bbox=ground, zorder=5)
