"""States in two dimensions: positions of steps, what puts others beside them, and how far to trust them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.given.paths import AnyPath, is_path
from lstmvis_widget.states.sources import States, as_states
from lstmvis_widget.statistics.explored import explored
from lstmvis_widget.work.cancelling import Check, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .lazy_trust import Figures, LazyTrust
from .nearest_states import neighbours_of
from .placing import Placing
from .projection_file import KeptMap, read_map, write_map
from .rows_at import rows_at
from .trust import NEIGHBOURS, TOLERANCE, nearest, scaled, squared_distances

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Projection:
    """States in two dimensions, as `project_states` makes them.

    Attributes
    ----------
    coordinates : ndarray of float64, shape (n, 2)
        The positions; no unit. Along principal axes they have the unit of the states.
    steps : ndarray of int64, shape (n,)
        The steps that have these positions, ascending.
    method : str
        ``"pca"``, ``"tsne"``, or ``"given"`` for positions that were handed in.
    explained : ndarray of float64, shape (2,), or None
        For ``"pca"``: the share of the variance along each axis, 0…1; zeros where states don't vary.
    trust_steps : ndarray of int64
        The steps that trust is measured on.
    axes_from : int
        How many steps the principal axes come from: for ``"pca"`` all that are finite (where their covariance would
        take much longer than reading them, by one iteration over them from the axes of a random sample, see `notes`);
        for others those that come before the map.
    perplexity : float or None
        For ``"tsne"``.
    total, left_out : int
        T, and how many steps are not on the map since their state or position isn't finite.
    notes : tuple of str
        What to know of the map: what was sampled, left out or reduced.

    Examples
    --------
    A map of the states of Bach's chorales, and what to know of it:

    >>> from lstmvis_widget import project_states
    >>> from lstmvis_widget.datasets import load_chorales
    >>> chorales = load_chorales()
    >>> projection = project_states(chorales.states["layer 1"], sequences=chorales.sequences)
    >>> projection.coordinates.shape, projection.explained.round(2)
    ((6667, 2), array([0.57, 0.19]))
    >>> projection.trust_table.round(2)
              trustworthiness  kept  jumps
    map                  0.94  0.30   0.74
    pca                  0.94  0.30   0.74
    shuffled             0.50  0.01   0.00
    """

    coordinates: Floats
    steps: Ints
    method: str
    explained: Floats | None
    trust_steps: Ints
    axes_from: int
    perplexity: float | None
    total: int
    left_out: int
    notes: tuple[str, ...]
    _placing: Placing
    _trust: LazyTrust
    _states: Any = None

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        trust = ", ".join(f"{name} {value:.3f}" for name, value in self.trust.items())
        notes = "".join(f"; {note}" for note in self.notes)
        return f"Projection({self.method!r}, {len(self):,} of {self.total:,} steps, {trust}{notes})"

    @property
    def cells(self) -> int:
        """D, the number of cells of the states that it is of.

        Examples
        --------
        States of three cells:

        >>> from lstmvis_widget import project_states
        >>> project_states([[0.0, 1.0, 2.0], [1.0, 0.0, 2.0], [2.0, 2.0, 0.0]]).cells
        3
        """
        return self._placing.cells

    @property
    def knows_states(self) -> bool:
        """Whether it has its states, as `neighbours` and `point_trust` need them; see `load`.

        Examples
        --------
        A map that was read alone lacks its states:

        >>> import numpy as np
        >>> from lstmvis_widget import Projection, project_states
        >>> states = np.random.default_rng(0).normal(size=(60, 4))
        >>> project_states(states).save("map.h5")
        >>> Projection.load("map.h5").knows_states, Projection.load("map.h5", states).knows_states
        (False, True)
        """
        return self._states is not None

    @property
    def trust(self) -> Mapping[str, float]:
        """How far to trust the map, on at most 2,000 of its steps, chosen at random, and on as many jumps.

        - ``"trustworthiness"``, 0…1: 1 − a sum of how far off the 15 nearest steps on the map are in the state space,
          by rank (Venna and Kaski 2001), as scikit-learn's ``trustworthiness(…, n_neighbors=15)``;
        - ``"kept"``, 0…1: the share of the 15 true neighbours that are among the 15 nearest on the map;
        - ``"jumps"``, −1…1: Spearman's rank correlation of the distances between successive steps of one sequence on
          the map, with those in the state space (`step_distances`).

        NaN where there are too few steps for it, or all states are equal. It is measured when it, or the text of the
        map, is first asked for, which takes about half a second; see `measure_trust`.

        Examples
        --------
        Of states on a plane, a map keeps all neighbours:

        >>> import numpy as np
        >>> from lstmvis_widget import project_states
        >>> plane = np.random.default_rng(0).normal(size=(200, 2)) @ [[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]]
        >>> {name: round(value, 3) for name, value in project_states(plane).trust.items()}
        {'trustworthiness': 1.0, 'kept': 1.0, 'jumps': 1.0}
        """
        return self._measured()["map"]

    @property
    def trust_beside(self) -> Mapping[str, Mapping[str, float]]:
        """The `trust` of two other maps: principal axes, ``"pca"``, and this one with its positions ``"shuffled"``.

        Examples
        --------
        What shuffled positions keep is chance:

        >>> import numpy as np
        >>> from lstmvis_widget import project_states
        >>> projection = project_states(np.random.default_rng(0).normal(size=(300, 20)))
        >>> round(projection.trust["kept"], 2), round(projection.trust_beside["shuffled"]["kept"], 2)
        (0.13, 0.05)
        """
        return {name: each for name, each in self._measured().items() if name != "map"}

    def measure_trust(self, *, check: Check = never_cancelled, progress: Progress = None) -> None:
        """Measure `trust` now. Once it is measured, this does nothing.

        Parameters
        ----------
        check : callable, optional
            Called between blocks of steps; it may raise to end the work.
        progress : bool or callable, optional
            Whether to show a bar, as for `place`.

        Examples
        --------
        Measure it before it is asked for. Twenty dimensions don't fit in two:

        >>> import numpy as np
        >>> from lstmvis_widget import project_states
        >>> projection = project_states(np.random.default_rng(0).normal(size=(300, 20)))
        >>> projection.measure_trust()
        >>> projection.trust["kept"] < 0.3
        True
        """
        self._measured(check, progress)

    def _measured(self, check: Check = never_cancelled, progress: Progress = None) -> Figures:
        with shown(progress, "measuring trust") as report:
            return self._trust.figures(check, report)

    @property
    def trust_table(self) -> pd.DataFrame:
        """The trust of the map, beside that of principal axes and of shuffled positions: a row for each.

        Raises
        ------
        ImportError
            pandas isn't installed.

        Examples
        --------
        Two axes keep most neighbours among the first 1,000 states of a model of brackets:

        >>> from lstmvis_widget import project_states
        >>> from lstmvis_widget.datasets import load_parens
        >>> parens = load_parens()
        >>> project_states(parens.states["layer 2 hidden"][:1000]).trust_table.round(2)
                  trustworthiness  kept  jumps
        map                  0.99  0.64   0.90
        pca                  0.99  0.64   0.90
        shuffled             0.51  0.01  -0.02
        """
        pandas = import_extra("pandas", "analysis", "trust_table")
        rows = {name: dict(row) for name, row in self._measured().items()}
        return pandas.DataFrame.from_dict(rows, orient="index")

    def place(self, states: Any, *, check: Check = never_cancelled, progress: Progress = None) -> Floats:
        """Put other steps, or states of other sequences, on the map, which stays as it is.

        Parameters
        ----------
        states : array_like of shape (m, D), or explorer
            Or anything else that `States` takes.
        check : callable, optional
            Called between blocks of steps; it may raise to end the work.
        progress : bool or callable, optional
            None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once,
            False never. A callable is given the share done, 0…1.

        Returns
        -------
        ndarray of float64, shape (m, 2)
            By the same axes for ``"pca"``. For ``"tsne"``, where the nearest steps on the map draw each state (by
            ``transform`` of openTSNE). For given positions, the mean of the positions of the three nearest known
            states, with the inverse squares of their distances as weights: exactly its own for a known state. NaN for a
            state with a value that isn't finite.

        Raises
        ------
        ImportError
            openTSNE isn't installed.
        TypeError, ValueError
            The states don't have D cells.
        OSError
            They can't be read.

        Examples
        --------
        Put a new state on a map that stays as it is:

        >>> import numpy as np
        >>> from lstmvis_widget import project_states
        >>> projection = project_states([[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]])
        >>> np.abs(projection.place([[2.0, 0.0], [3.0, 0.0]])).round(3) + 0.0
        array([[0., 0.],
               [1., 0.]])
        """
        given = explored("place", states, every_cell=True).states
        if given.shape[1] != self._placing.cells:
            raise ValueError(
                f"the map is of states with {self._placing.cells} cells; got states of shape {given.shape}"
            )
        placed = np.full((len(given), 2), np.nan)
        with shown(progress, "placing states on the map") as shares:
            report = given.prepare_first(shares, check)
            for start, stop in given.blocks():
                check()
                rows = given.read(start, stop)
                finite = np.isfinite(rows).all(axis=1)
                if finite.any():
                    of_block = part(report, start / len(given), stop / len(given))
                    placed[start:stop][finite] = self._placing.place(rows[finite], check, of_block)
                report(stop / len(given))
        return placed

    def neighbours(self, step: int, k: int = 15, *, check: Check = never_cancelled) -> Ints:
        """The steps on the map whose states are nearest to that of a step in the state space, by Euclidean distance.

        Parameters
        ----------
        step : int
            0 ≤ step < T; it need not be on the map.
        k : int, default 15
            How many; all of them where the map has fewer.
        check : callable, optional
            Called between blocks of steps; it may raise to end the work.

        Returns
        -------
        ndarray of int64, shape (k,)
            The nearest first; of equally near ones the first in time. The step itself isn't among them.

        Raises
        ------
        TypeError, ValueError
            There is no such step, its state isn't finite, or the map was loaded without its states.
        OSError
            The states can't be read.

        Examples
        --------
        At which other words had the model nearly the state that it has after "bottle"?

        >>> import numpy as np
        >>> from lstmvis_widget import project_states
        >>> from lstmvis_widget.datasets import load_alice
        >>> alice = load_alice()
        >>> projection = project_states(np.tanh(alice.states["layer 1"]), sequences=alice.sequences)
        >>> [" ".join(alice.tokens[step - 1 : step + 1]) for step in [1680, *projection.neighbours(1680, k=4)]]
        ['little bottle', 'little bottle', 'the bottle', 'a bottle', 'the bottle']
        """
        step, k = checked_int("step", step, 0, self.total - 1), checked_int("k", k, 1)
        with self._known_states("neighbours") as states:
            return neighbours_of(states, self.steps, step, k, check)

    def point_trust(self, *, check: Check = never_cancelled, progress: Progress = None) -> Floats:
        """How far to trust each point: the share of its 15 true neighbours among `trust_steps` that the map keeps.

        Parameters
        ----------
        check : callable, optional
            Called between blocks of steps; it may raise to end the work.
        progress : bool or callable, optional
            Whether to show a bar, as for `place`.

        Returns
        -------
        ndarray of float64, shape (n,)
            0…1 for each of `steps`. NaN where the map has fewer than three steps.

        Raises
        ------
        ValueError
            The map was loaded without its states.
        OSError
            The states can't be read.

        Examples
        --------
        The share of points whose true neighbours the map shows all elsewhere:

        >>> import numpy as np
        >>> from lstmvis_widget import project_states
        >>> projection = project_states(np.random.default_rng(0).normal(size=(300, 20)))
        >>> trust = projection.point_trust()
        >>> trust.shape, round(float((trust == 0).mean()), 2)
        ((300,), 0.15)
        """
        places = np.searchsorted(self.steps, self.trust_steps)
        kept = np.full(len(self.steps), np.nan)
        k = min(NEIGHBOURS, (len(places) - 1) // 2)
        if k < 1:
            return kept
        positions = self.coordinates[places]
        with self._known_states("point_trust") as states, shown(progress, "measuring trust") as report:
            known = rows_at(states, self.trust_steps, check)
            size = min(states.block_rows, 2**22 // len(places) + 1)
            done = 0
            for some in np.array_split(self.steps, max(1, -(-len(self.steps) // size))):
                check()
                rows = rows_at(states, some, check)
                values = scaled(np.concatenate([known, rows]))
                apart = squared_distances(values[len(known) :], values[: len(known)])
                own = some[:, None] == self.trust_steps
                apart[own] = np.inf
                reach = np.partition(apart, k - 1, axis=1)[:, k - 1] + TOLERANCE * values.shape[1]
                near = self._nearest_on_map(self.coordinates[done : done + len(some)], positions, own, k)
                kept[done : done + len(some)] = (np.take_along_axis(apart, near, axis=1) <= reach[:, None]).mean(axis=1)
                done += len(some)
                report(done / len(self.steps))
        return kept

    @staticmethod
    def _nearest_on_map(positions: Floats, others: Floats, own: NDArray[np.bool_], k: int) -> NDArray[np.intp]:
        """The k nearest others that aren't the point itself."""
        near = nearest(positions, others, min(k + 1, len(others)))
        apart = ((others[near] - positions[:, None]) ** 2).sum(axis=2)
        apart[np.take_along_axis(own, near, axis=1)] = np.inf
        return np.asarray(np.take_along_axis(near, np.argsort(apart, axis=1, kind="stable")[:, :k], axis=1))

    @contextmanager
    def _known_states(self, what: str) -> Iterator[States]:
        """The states, which a path opens each time, so that their file is free in between."""
        if self._states is None:
            raise ValueError(
                f"{what} needs the states of the map, which its file doesn't keep: load it with them, "
                "Projection.load(path, states)"
            )
        states = as_states(self._states)
        try:
            yield states
        finally:
            if is_path(self._states):
                states.close()

    def save(self, path: AnyPath, *, overwrite: bool = False) -> None:
        """Keep the map in an HDF5 file: the file of the states, or another.

        Parameters
        ----------
        path : path
            ``"file.h5"``, or ``"file.h5::name"`` to name the map; by default it is named after its method. What else
            is in the file stays. Where there is no file, one is made.
        overwrite : bool, default False
            Whether it may replace a map of this name.

        Raises
        ------
        FileExistsError
            There is a map of this name, and ``overwrite`` is False.
        OSError
            The file isn't HDF5, is open in an explorer or another program, or can't be written.

        Examples
        --------
        Two maps of the same states in one file:

        >>> import numpy as np
        >>> from lstmvis_widget import Projection, project_states
        >>> states = np.random.default_rng(0).normal(size=(60, 4))
        >>> project_states(states).save("maps.h5")
        >>> project_states(states, states[:, :2]).save("maps.h5::first two cells")
        >>> Projection.load("maps.h5::first two cells").method
        'given'
        """
        numbers = {"total": self.total, "left_out": self.left_out}
        arrays = {"coordinates": self.coordinates, "steps": self.steps, "trust_steps": self.trust_steps}
        kept = KeptMap(self.method, numbers, self._measured(), self.notes, arrays, self._placing)
        write_map(path, kept, overwrite=overwrite)

    @classmethod
    def load(cls, path: AnyPath, states: Any = None) -> Self:
        """Read a map that `save` wrote.

        Parameters
        ----------
        path : path
            ``"file.h5"`` where it has one map, or ``"file.h5::name"``.
        states : array_like of shape (T, D), or explorer, optional
            The states that the map is of: `neighbours` and `point_trust` need them.

        Raises
        ------
        OSError
            There is no such file, it isn't HDF5, or it is damaged.
        TypeError, ValueError
            There is no such map in it, the map is damaged, or the states have another shape.

        Examples
        --------
        With its states, a map can tell neighbours again:

        >>> import numpy as np
        >>> from lstmvis_widget import Projection, project_states
        >>> states = np.random.default_rng(0).normal(size=(60, 4))
        >>> project_states(states).save("map.h5")
        >>> again = Projection.load("map.h5", states)
        >>> again.neighbours(0, k=3)
        array([35,  8, 28])
        """
        kept = read_map(path)
        given = None if states is None else explored("Projection.load", states, every_cell=True).states
        shape = kept.numbers["total"], kept.placing.cells
        if given is not None and given.shape != shape:
            raise ValueError(f"the map is of states of shape {shape}; got states of shape {given.shape}")
        if given is not None and is_path(states):
            given.close()
        axes: Any = getattr(kept.placing, "axes", None)
        return cls(
            coordinates=kept.arrays["coordinates"],
            steps=kept.arrays["steps"],
            method=kept.method,
            explained=axes.explained[:2] if kept.method == "pca" else None,
            trust_steps=kept.arrays["trust_steps"],
            axes_from=axes.steps,
            perplexity=getattr(kept.placing, "perplexity", None),
            total=shape[0],
            left_out=kept.numbers["left_out"],
            notes=kept.notes,
            _placing=kept.placing,
            _trust=LazyTrust(kept.trust),
            _states=states if is_path(states) else given,
        )
