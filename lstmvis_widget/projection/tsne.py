"""t-SNE by openTSNE: a map of some rows, and new rows put on it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, not_reported, part
from lstmvis_widget.work.extras import check_extra, import_extra

from .exact_neighbours import ExactNeighbours

Floats = NDArray[np.float64]

Moved = Callable[[Floats], object]
"""Is given the positions so far, shape (n, 2), again and again."""

EARLY_ITERATIONS, ITERATIONS = 250, 500
"""With early exaggeration, and after it: openTSNE's defaults."""

LOOK_EVERY = 5
"""Iterations after which a cancellation is looked for, and the positions so far are shown."""

INTERPOLATED, INTERPOLATED_PLACING = 5_000, 1_000
"""From so many rows on, forces are interpolated (FIt-SNE) instead of summed over a tree, and when placing."""

INTERVAL = 2
"""Width of the intervals that forces are interpolated in. At 1, openTSNE's default, 10,000 steps take twice as long,
and trust was the same within 0.005."""

COMPARED = 20_000
"""Of at most so many rows neighbours are exact, which takes less time than openTSNE's estimate up to here."""

PLACED_AT_ONCE = 1_000
"""Rows that are placed at once: a cancellation waits for these."""

START = 1e-4
"""Standard deviation of the positions to start with (Kobak and Berens 2019)."""

PREPARING = 0.1
"""Share of the work that finding neighbours is."""

FEWEST = 5
"""Of fewer rows there is no t-SNE."""


def load_openTSNE() -> Any:  # noqa: N802  (the name of the package)
    """The package.

    Raises
    ------
    ImportError
        It isn't installed; the message has the line that installs it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it imports
        import_extra("openTSNE.affinity", "analysis", "t-SNE")
        return import_extra("openTSNE", "analysis", "t-SNE")


def check_openTSNE() -> None:  # noqa: N802
    """Raise the ImportError of `load_openTSNE` where the package isn't installed, without importing it."""
    check_extra("openTSNE", "analysis", "t-SNE")


def fitting_perplexity(perplexity: float, rows: int) -> float:
    """The perplexity, or the largest that so many rows allow: a third of the others."""
    return max(1.0, min(perplexity, (rows - 1) / 3))


def tsne_positions(
    rows: Floats, perplexity: float, seed: int, *, check: Check, progress: Report, moved: Moved | None
) -> Floats:
    """A map of rows (n, k), which lie along their principal axes, the first one first. It starts at the first two.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, k)
        At least `FEWEST`, not all equal.
    perplexity : float
        As `fitting_perplexity` gives it.
    seed : int
    check : callable
        Called between iterations; it may raise to end the work.
    progress : callable
    moved : callable, optional
        Given the positions so far.
    """
    loaded = load_openTSNE()
    check()
    spread = float(rows[:, 0].std())
    start = np.zeros((len(rows), 2))
    used = min(2, rows.shape[1])
    start[:, :used] = rows[:, :used] / (spread or 1.0) * START
    if moved is not None:
        moved(start.copy())
    affinities = _affinities(rows, perplexity, seed, check, part(progress, 0, PREPARING))
    check()
    done = 0

    def between(_: int, __: float, positions: Any) -> bool:
        nonlocal done
        done += LOOK_EVERY
        check()
        progress(PREPARING + (1 - PREPARING) * min(1.0, done / (EARLY_ITERATIONS + ITERATIONS)))
        if moved is not None:
            moved(np.array(positions, np.float64))
        return False

    options: dict[str, Any] = {"callbacks": between, "callbacks_every_iters": LOOK_EVERY}
    map_of = _embedding(loaded, start, affinities, seed, len(rows) >= INTERPOLATED)
    map_of.optimize(EARLY_ITERATIONS, exaggeration=12, momentum=0.8, inplace=True, **options)
    map_of.optimize(ITERATIONS, momentum=0.8, inplace=True, **options)
    positions = np.array(map_of, np.float64)
    return centred(positions)


def centred(positions: Floats) -> Floats:
    """Positions around the middle of their box, as openTSNE wants them to place others."""
    middle: Floats = positions - (positions.max(axis=0) + positions.min(axis=0)) / 2
    return middle


class TsnePlacer:
    """Puts new rows on a map: each is drawn to its nearest rows on the map, which stay where they are.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, k)
    positions : ndarray of float64, shape (n, 2)
    perplexity : float
    seed : int
    check : callable
        Called while neighbours are found; it may raise to end the work.
    """

    def __init__(self, rows: Floats, positions: Floats, perplexity: float, seed: int, check: Check) -> None:
        loaded = load_openTSNE()
        self._check_now = check
        affinities = _affinities(rows, perplexity, seed, self._check, not_reported)
        self._map = _embedding(loaded, positions, affinities, seed, len(rows) >= INTERPOLATED_PLACING)
        self._perplexity = min(5.0, perplexity)
        self._median = min(25, max(1, int(3 * self._perplexity)))

    def place(self, rows: Floats, check: Check, progress: Report) -> Floats:
        """The positions of finite rows (m, k); called by one thread at a time."""
        self._check_now = check
        placed = np.empty((len(rows), 2))
        for start, stop in blocks_of(len(rows), PLACED_AT_ONCE):
            check()
            progress(start / len(rows))
            placed[start:stop] = self._map.transform(
                np.ascontiguousarray(rows[start:stop]), perplexity=self._perplexity, k=self._median
            )
        return placed

    def _check(self) -> None:
        """Check the call that goes on: the index is kept, and asks in later ones, too."""
        self._check_now()


def _affinities(rows: Floats, perplexity: float, seed: int, check: Check, progress: Report) -> Any:
    affinity = import_extra("openTSNE.affinity", "analysis", "t-SNE")
    values, options = np.ascontiguousarray(rows, np.float64), {"n_jobs": 1, "random_state": seed % 2**32}
    if len(rows) > COMPARED:
        return affinity.PerplexityBasedNN(values, perplexity=perplexity, **options)
    k = min(len(rows) - 1, int(3 * perplexity))
    index = ExactNeighbours(values, k, check, progress)
    return affinity.PerplexityBasedNN(knn_index=index, perplexity=perplexity, **options)


def _embedding(loaded: Any, positions: Floats, affinities: Any, seed: int, interpolated: bool) -> Any:  # noqa: FBT001
    return loaded.TSNEEmbedding(
        positions,
        affinities,
        random_state=seed % 2**32,
        negative_gradient_method="fft" if interpolated else "bh",
        ints_in_interval=INTERVAL,
        n_jobs=1,
        verbose=False,
    )
