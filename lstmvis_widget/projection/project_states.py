"""States in two dimensions: by their principal axes, by t-SNE, or where someone else has put them."""

from __future__ import annotations

import difflib
import operator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import checked_float, checked_int
from lstmvis_widget.given.paths import is_path
from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics.explored import explored
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part
from lstmvis_widget.work.showing import Progress, shown

from .along_axes import along_principal_axes
from .lazy_trust import LazyTrust, TrustSample
from .placing import AlongAxes, AmongNeighbours, BetweenNearest, Placing
from .principal_axes import PrincipalAxes, axes_of_rows
from .projection import Projection
from .rows_at import classes_of, rows_at, sampled_steps
from .trust import SAMPLED
from .tsne import FEWEST, Moved, fitting_perplexity, load_openTSNE, tsne_positions

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

METHODS = ("pca", "tsne")

REDUCED = 50
"""Principal axes that come before t-SNE."""

ALL_EQUAL = "all states are equal"

GATHERING = 0.95
"""Share of the work that is done before the states are gathered that trust is measured on."""


def project_states(
    states: Any,
    method: Any = "pca",
    *,
    sequences: ArrayLike | None = None,
    by: Any = None,
    max_steps: int = 10_000,
    seed: int = 0,
    perplexity: float = 30,
    on_move: Moved | None = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> Projection:
    """Put states on a map, which says how far to trust it.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences. Steps with a
        NaN or an infinite value are left out.
    method : {"pca", "tsne"} or array_like of shape (T, 2), default "pca"
        ``"pca"``: the two principal axes of all steps; of very many (a million × 650) they are approximated by one
        iteration over all, from those of a random sample. ``"tsne"``: t-SNE of at most ``max_steps`` steps along their
        first 50 principal axes; it needs openTSNE. An array: positions that another method found, one for each step; a
        step with NaN isn't on the map.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the lengths that the explorer has, else one sequence of all
        steps. Jumps lie within one, and whole sequences are sampled.
    by : n or T labels, or str, optional
        Classes of the sequences, or of the steps (that of a sequence is then the label of its last step), or a track of
        the explorer. Where a sample is taken, each class has about as many steps in it.
    max_steps : int, default 10,000
        Most steps on a map of t-SNE: sequences are chosen at random; of a sequence longer than a tenth of it, a run of
        successive steps. 10,000 steps take about 20 seconds of one processor. `Projection.place` puts others on the
        map. Also the most known states that given positions keep to place others by.
    seed : int, default 0
        Of all that is random: the same seed gives the same map.
    perplexity : float, default 30
        For t-SNE: about how many neighbours each step has. At least 1; at most a third of the steps is used.
    on_move : callable, optional
        Called with the positions so far, shape (n, 2): those along principal axes, then every few iterations of t-SNE.
    check : callable, optional
        Called before each block of steps and between iterations; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    Projection
        The map: its ``coordinates`` of the ``steps`` that it shows, and how far to trust it.

    Raises
    ------
    ImportError
        openTSNE isn't installed.
    TypeError, ValueError
        The method isn't known, positions don't have the shape (T, 2), lengths or labels don't fit, or no step has a
        finite state.
    OSError
        The states can't be read.

    References
    ----------
    R. Garcia, T. Munz, D. Weiskopf: Visual analytics tool for the interpretation of hidden states in recurrent neural
    networks (2021). L. van der Maaten, G. Hinton: Visualizing data using t-SNE (2008). J. Venna, S. Kaski: Neighborhood
    preservation in nonlinear projection methods (2001). P. Poličar, M. Stražar, B. Zupan: openTSNE (2024).

    Examples
    --------
    >>> import numpy as np
    >>> from lstmvis_widget import project_states
    >>> line = np.outer(np.arange(40.0), [3.0, 4.0])
    >>> projection = project_states(line)
    >>> projection.coordinates[:2].round(6).tolist()
    [[-97.5, 0.0], [-92.5, 0.0]]
    >>> projection.explained.round(6).tolist()
    [1.0, 0.0]
    >>> projection.trust["trustworthiness"]
    1.0
    >>> projection.place([[3.0, 4.0]]).round(6).tolist()
    [[-92.5, 0.0]]
    """
    name = _method_of(method)
    opened, by, lengths = explored("project_states", states, by, sequences, every_cell=True)
    within = Sequences.of(lengths, len(opened))
    if opened.shape[1] == 0:
        raise ValueError(f"states must have at least one cell; got states of shape {opened.shape}")
    max_steps, seed = checked_int("max_steps", max_steps, 1), checked_int("seed", seed)
    perplexity = checked_float("perplexity", perplexity, 1)
    if on_move is not None and not callable(on_move):
        raise TypeError(f"on_move must be a callable that takes positions (n, 2); got {brief(on_move)}")
    positions = _given_positions(method, len(opened)) if name == "given" else None
    classes = None if by is None else classes_of(by, within)
    if name == "tsne":
        load_openTSNE()
    with shown(progress, "projecting states") as report:
        asked = _Asked(opened, within, classes, max_steps, seed, check, opened.prepare_first(report, check))
        if positions is not None:
            made = _given_map(asked, positions)
        else:
            made = _tsne_map(asked, perplexity, on_move) if name == "tsne" else _pca_map(asked)
        found = _with_trust(asked, name, made)
    if not is_path(states):
        return found
    opened.close()  # so that the map can be kept in the file
    return replace(found, _states=states)


def _method_of(method: Any) -> str:
    if not isinstance(method, str):
        return "given"
    if method in METHODS:
        return method
    near = difflib.get_close_matches(method.lower(), METHODS, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(
        "method must be 'pca', 'tsne', or an array of shape (T, 2) that another method made; got "
        f"{brief(method)}{meant}"
    )


def _given_positions(method: Any, steps: int) -> Floats:
    positions: Array = as_numpy(method)
    if positions.dtype.kind not in "fiu":
        raise TypeError(f"method must be 'pca', 'tsne', or positions of shape ({steps}, 2); got {brief(method)}")
    if positions.shape != (steps, 2):
        raise ValueError(
            f"positions must have the shape ({steps}, 2), one row for each time step; got shape {positions.shape}"
        )
    return positions.astype(np.float64)


class _Asked(NamedTuple):
    """What is asked for, checked."""

    states: States
    sequences: Sequences
    classes: Ints | None
    max_steps: int
    seed: int
    check: Check
    report: Report

    def sample(self, known: NDArray[np.bool_] | None = None) -> tuple[Ints, Array, str, int]:
        """Steps of a sample that are finite (and known), their states, a note, and how many were left out."""
        steps, note = sampled_steps(self.sequences, self.max_steps, self.seed, self.classes)
        asked = len(steps)
        if known is not None:
            steps = steps[known[steps]]
        rows = rows_at(self.states, steps, self.check)
        finite = np.isfinite(rows).all(axis=1)
        if not finite.any():
            raise ValueError(
                f"none of the {asked:,} steps looked at has both a finite state and a position: there is nothing to "
                "put on a map"
            )
        return steps[finite], rows[finite], note, asked - int(finite.sum())


class _Made(NamedTuple):
    """A map before its trust is measured; ``shown_by_axes`` are the axes of the PCA beside it."""

    coordinates: Floats
    steps: Ints
    axes: PrincipalAxes
    placing: Placing
    left_out: int
    notes: list[str]
    perplexity: float | None = None


def _pca_map(asked: _Asked) -> _Made:
    states = asked.states
    axes, positions, begun_with = along_principal_axes(
        states, asked.seed, asked.check, part(asked.report, 0, GATHERING)
    )
    steps = np.arange(len(states)) if axes.steps == len(states) else np.flatnonzero(np.isfinite(positions[:, 0]))
    left_out = len(states) - len(steps)
    notes = []
    if begun_with is not None:
        notes.append(f"the axes come from one iteration over all steps, begun with a sample of {begun_with:,}")
    if not axes.explained.any() and len(steps) > 1:
        notes.append(ALL_EQUAL)
    coordinates = positions[steps] if left_out else positions
    return _Made(coordinates, steps, axes, AlongAxes(axes), left_out, [*notes, *_left_out(left_out)])


def _left_out(count: int) -> list[str]:
    if count == 0:
        return []
    which = "1 step is left out: its" if count == 1 else f"{count:,} steps are left out: their"
    return [f"{which} state or position isn't finite"]


def _tsne_map(asked: _Asked, perplexity: float, on_move: Moved | None) -> _Made:
    steps, rows, note, left_out = asked.sample()
    notes = [note] if note else []
    axes = axes_of_rows(rows, max(2, min(REDUCED, rows.shape[1])), asked.seed, asked.check, not_reported)
    reduced = axes.positions(rows) / axes.scale
    if axes.steps < len(steps):
        notes.append(f"the axes before t-SNE come from a random sample of {axes.steps:,} of these steps")
    notes += _left_out(left_out)
    fewer = f"{len(steps)} are too few" if len(steps) < FEWEST else ALL_EQUAL * (not axes.explained.any())
    if fewer:
        notes.append(f"positions along principal axes in place of t-SNE: {fewer}")
        return _Made(reduced[:, :2] * axes.scale, steps, axes, AlongAxes(axes), left_out, notes)
    fitting = fitting_perplexity(perplexity, len(steps))
    if fitting < perplexity:
        notes.append(f"perplexity {fitting:.3g} in place of {perplexity:.3g}, which {len(steps)} steps don't allow")
    positions = tsne_positions(
        reduced, fitting, asked.seed, check=asked.check, progress=part(asked.report, 0, GATHERING), moved=on_move
    )
    placing = AmongNeighbours(axes, reduced, positions, fitting, asked.seed)
    return _Made(positions, steps, axes, placing, left_out, notes, fitting)


def are_finite(_: int, rows: Array) -> tuple[NDArray[np.bool_]]:
    """Which rows of a block have finite values only."""
    return (np.asarray(np.isfinite(rows).all(axis=1)),)


def _given_map(asked: _Asked, positions: Floats) -> _Made:
    states = asked.states
    known: NDArray[np.bool_] = np.asarray(np.isfinite(positions).all(axis=1))
    finite = states.fold(are_finite, operator.add, check=asked.check, progress=part(asked.report, 0, GATHERING))
    known &= np.concatenate(finite or [known])
    steps = np.flatnonzero(known)
    kept, rows, note, _ = asked.sample(known)
    axes = axes_of_rows(rows, 2, asked.seed, asked.check, not_reported)
    left_out = len(states) - len(steps)
    notes = [f"others are placed by {note}"] if note else []
    placing = BetweenNearest(rows, positions[kept], axes)
    return _Made(positions[steps], steps, axes, placing, left_out, [*notes, *_left_out(left_out)])


def _with_trust(asked: _Asked, method: str, made: _Made) -> Projection:
    """The map with what its trust is measured on, also in principal axes, and in shuffled positions."""
    random = np.random.default_rng(asked.seed)
    steps, count = made.steps, len(made.steps)
    places = np.sort(random.choice(count, min(count, SAMPLED), replace=False))
    jumps = _some_jumps(steps, asked.sequences, random)
    needed = np.unique(np.concatenate([places, jumps, jumps + 1]))
    rows = rows_at(asked.states, steps[needed], asked.check)
    others = random.choice(count, len(needed), replace=False)
    maps = {"map": made.coordinates[needed], "shuffled": made.coordinates[others]}
    if method != "pca":
        maps["pca"] = made.axes.positions(rows)[:, :2]
    sample = TrustSample(rows, maps, *(np.searchsorted(needed, each) for each in (places, jumps, jumps + 1)))
    return Projection(
        coordinates=made.coordinates,
        steps=steps,
        method=method,
        explained=made.axes.explained[:2] if method == "pca" else None,
        trust_steps=steps[places],
        axes_from=made.axes.steps,
        perplexity=made.perplexity,
        total=len(asked.states),
        left_out=made.left_out,
        notes=tuple(made.notes),
        _placing=made.placing,
        _trust=LazyTrust(sample),
        _states=asked.states,
    )


def _some_jumps(steps: Ints, sequences: Sequences, random: np.random.Generator) -> Ints:
    """Places of steps whose successor in the same sequence is on the map, too: a sample of them."""
    starts = np.zeros(int(sequences.bounds[-1]) + 1, bool)
    starts[sequences.starts] = True
    jumps = np.flatnonzero((np.diff(steps) == 1) & ~starts[steps[1:]])
    return np.sort(random.choice(jumps, min(len(jumps), SAMPLED), replace=False))
