"""Which cells tell two sets of phrases apart."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.given.places import reduced_at
from lstmvis_widget.matching.selection import on_off_patterns
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .aligning import Dealing
from .explored import explored, pattern_explored
from .labelled_phrases import phrases_explored, phrases_in_order
from .rearranging import blocks_of, p_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

READING = 0.8
"""Share of the work that is reading the states."""

AT_ONCE = 2**22
"""Numbers of dealt labels that are held at once."""

OWN_COLUMNS = ("cell", "name", "difference", "low", "high", "p", "p_max", "difference_held_out")
"""Columns whose names no label can have."""


def contrast_phrases(
    states: Any,
    phrases: Mapping[str, ArrayLike] | None = None,
    threshold: float | None = None,
    *,
    off_before: int | None = None,
    off_after: int | None = None,
    sequences: ArrayLike | None = None,
    held_out: float = 0.0,
    permutations: int = 0,
    confidence: float = 0.95,
    seed: int = 0,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """Which cells follow the on/off pattern at phrases of one kind, and not at those of another.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences.
    phrases : mapping of label to array_like of int, shape (n, 2), optional
        Two labels, each with half-open ranges, such as ``explorer.find("dogs")``. A range that a label has more than
        once counts once. By default the two of ``explorer.phrase_sets`` that the explorer compares.
    threshold : float, optional
        As for `on_off_patterns`, in units of the states. By default the one of the explorer.
    off_before, off_after : int, optional
        As for `on_off_patterns`: a cell follows the pattern if it is on all through the phrase, and off for so many
        steps before and after it. By default the explorer's, else 0.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the lengths that the explorer has, else one sequence of all
        steps. Where the steps of ``off_before`` and ``off_after`` aren't all in the sequence of a phrase, no cell
        follows the pattern there.
    held_out : float, default 0
        Share of the phrases to hold out, 0 ≤ share < 1, from the end of the text: all but ``difference_held_out`` is of
        the others.
    permutations : int, default 0
        Draws in which the labels are dealt to the phrases anew: they are rotated from phrase to phrase within each
        sequence, which keeps runs of equal labels; if all phrases of each sequence have the same label, sequences swap
        theirs.
    confidence : float, default 0.95
        Level of the interval of the difference, between 0 and 1.
    seed : int, default 0
        Of the draws: the same seed gives the same table.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each cell (of a layer that `StateExplorer.use` made, each in its table), the greatest difference
        first, whatever its sign; of equal ones the lower cell:

        - ``cell``, and of states with mirrors its ``name``, such as "−12";
        - for each label a column of its name, 0…1: the share of its phrases at which the cell follows the pattern;
        - ``difference``, −1…1: the share of the first label less that of the second, and the ends ``low`` and ``high``
          of its interval, by Newcombe (1998, method 10), which takes phrases as independent of each other;
        - ``p``: (1 + draws with at least this ``|difference|``) / (1 + draws), of this cell alone; NaN without
          ``permutations``;
        - with ``permutations`` also ``p_max``: the same of the greatest ``|difference|`` of all cells in each draw,
          which adjusts for the number of cells (Westfall and Young 1993);
        - with ``held_out`` also ``difference_held_out``.

    Raises
    ------
    ImportError
        pandas isn't installed.
    TypeError, ValueError
        There aren't two labels, one has no phrase (besides those held out), a range has both, crosses the end of a
        sequence, or another argument is out of its range; phrases or a threshold are missing, and no explorer has them.
    OSError
        The states can't be read.

    References
    ----------
    R. G. Newcombe: Interval estimation for the difference between independent proportions (1998).
    P. H. Westfall, S. S. Young: Resampling-based multiple testing (1993).
    A. M. Winkler, M. A. Webster, D. Vidaurre, T. E. Nichols, S. M. Smith: Multi-level block permutation (2015).

    Examples
    --------
    >>> import numpy as np
    >>> from lstmvis_widget import contrast_phrases
    >>> states = np.zeros((8, 2))
    >>> states[[0, 2, 4], 1] = 1
    >>> phrases = {"singular": [(0, 1), (2, 3), (4, 5)], "plural": [(1, 2), (3, 4)]}
    >>> contrast_phrases(states, phrases, 0.5)[["cell", "singular", "plural", "difference"]]
       cell  singular  plural  difference
    0     1       1.0     0.0         1.0
    1     0       0.0     0.0         0.0
    """
    pandas = import_extra("pandas", "analysis", "contrast_phrases")
    opened, _, lengths = explored("contrast_phrases", states, None, sequences, mirrors=True)
    pattern = pattern_explored("contrast_phrases", states, threshold, off_before, off_after)
    if phrases is None:
        phrases = phrases_explored("contrast_phrases", states)
    permutations = checked_int("permutations", permutations)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, such as 0.95; got {confidence!r}")
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out must be a share of the phrases, 0 up to less than 1; got {held_out!r}")
    ranges, labels = phrases_in_order(phrases, len(opened))
    names = _two_labels(phrases)
    within = Sequences.of(lengths, len(opened))
    first, end = _inside(ranges, within)
    count = len(ranges) - round(len(ranges) * held_out)
    codes = (labels != names[0]).astype(np.int64)
    _check_there(names, codes[:count], held_out)
    with shown(progress, "contrasting phrases") as report:
        follows = on_off_patterns(
            opened,
            ranges,
            pattern.threshold,
            off_before=pattern.off_before,
            off_after=pattern.off_after,
            check=check,
            progress=part(report, 0, READING),
        )
        limits = pattern.within(len(opened))
        follows[(ranges[:, 0] - limits.off_before < first) | (ranges[:, 1] + limits.off_after > end)] = False
        cells = opened.known_cells  # no other is ever on
        follows = follows[:, cells]
        rates, sizes = _rates(follows[:count], codes[:count])
        low, high = newcombe(rates, sizes, confidence)
        difference = rates[0] - rates[1]
        columns: dict[str, Any] = {
            "cell": cells,
            **({} if opened.cell_names is None else {"name": np.array(opened.cell_names)[cells]}),
            **dict(zip(names, rates, strict=True)),
            "difference": difference,
            "low": low,
            "high": high,
            "p": np.full(len(difference), np.nan),
        }
        if permutations:
            blocks = blocks_of(codes[:count], _counts(ranges[:count], within))
            drawn = _dealt(follows[:count], Dealing(blocks, 2, permutations, seed), check)
            columns["p"] = p_of(np.abs(difference), drawn)
            columns["p_max"] = p_of(np.abs(difference), drawn.max(axis=1, initial=0, keepdims=True))
    if held_out:
        others, _ = _rates(follows[count:], codes[count:])
        columns["difference_held_out"] = others[0] - others[1]
    order = np.argsort(-np.abs(difference), kind="stable")
    return pandas.DataFrame({name: values[order] for name, values in columns.items()})


def _two_labels(phrases: Mapping[str, ArrayLike]) -> tuple[str, str]:
    names = tuple(map(str, phrases))
    if len(names) != 2:
        listed = ", ".join(map(repr, names)) or "none"
        raise ValueError(f"contrast_phrases holds the phrases of two labels against each other; got {listed}")
    for name in names:
        if name in OWN_COLUMNS:
            raise ValueError(f"{name!r} is a column of the table: give the phrases another label")
    return names[0], names[1]


def _check_there(names: tuple[str, str], codes: Ints, held_out: float) -> None:
    for code, name in enumerate(names):
        if not (codes == code).any():
            besides = f" besides the share of {held_out} held out" if held_out else ""
            raise ValueError(f"there must be at least one phrase of each label; {name!r} has none{besides}")


def _inside(ranges: Ints, within: Sequences) -> tuple[Ints, Ints]:
    """The bounds of the sequence of each phrase."""
    first, end = within.around(ranges[:, 0])
    crossing = np.flatnonzero(ranges[:, 1] > end)
    if len(crossing):
        start, stop = ranges[crossing[0]].tolist()
        raise ValueError(
            f"a phrase must lie in one sequence; [{start}, {stop}) crosses the end of one at {end[crossing[0]]}"
        )
    return first, end


def _rates(follows: NDArray[np.bool_], codes: Ints) -> tuple[Floats, Ints]:
    """For each of two labels the share of its phrases that each cell follows, (2, D), and their number, (2,)."""
    sizes = np.bincount(codes, minlength=2)
    with np.errstate(invalid="ignore"):
        rates: Floats = np.stack([follows[codes == code].sum(axis=0) for code in (0, 1)]) / sizes[:, None]
    return rates, sizes


def newcombe(rates: Floats, sizes: Ints, confidence: float) -> tuple[Floats, Floats]:
    """The ends of the interval of the difference of two shares, from Wilson's interval of each (method 10 of Newcombe).

    Parameters
    ----------
    rates : ndarray of float64, shape (2, n)
    sizes : ndarray of int64, shape (2,)
    confidence : float
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    size = sizes[:, None].astype(np.float64)
    middle = (rates + z**2 / (2 * size)) / (1 + z**2 / size)
    reach = z * np.sqrt(rates * (1 - rates) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    below, above = rates - (middle - reach), middle + reach - rates
    difference = rates[0] - rates[1]
    return difference - np.hypot(below[0], above[1]), difference + np.hypot(above[0], below[1])


def _counts(ranges: Ints, within: Sequences) -> Sequences:
    """The phrases of each sequence that has some, as sequences of phrases."""
    sequence = np.searchsorted(within.bounds, ranges[:, 0], side="right") - 1
    return Sequences(np.append(np.flatnonzero(np.diff(sequence, prepend=-1)), len(ranges)).astype(np.int64))


def _dealt(follows: NDArray[np.bool_], dealing: Dealing, check: Check) -> Floats:
    """|difference| of each cell with labels dealt anew, (draws, D)."""
    bounds = dealing.blocks.bounds
    exact = np.float32 if len(follows) < 2**24 else np.float64  # in which all counts of phrases are whole numbers
    sums = reduced_at(np.add, follows.astype(exact), bounds[:-1], axis=0)
    sizes, every = np.diff(bounds).astype(np.float64), np.arange(len(bounds) - 1)
    every_cell, every_phrase = sums.sum(axis=0, dtype=np.float64), sizes.sum()
    found = [np.zeros((0, follows.shape[1]))]
    draws = dealing.draws()
    while arrangements := list(itertools.islice(draws, max(1, AT_ONCE // (2 * len(every))))):
        check()
        one = dealing.dealt(arrangements, every)[:, 0]
        # One product for all draws, and none for the other label, which has the rest.
        count, size = (one.astype(exact) @ sums).astype(np.float64), (one @ sizes)[:, None]
        found.append(np.abs(count / size - (every_cell - count) / (every_phrase - size)))
    return np.concatenate(found)
