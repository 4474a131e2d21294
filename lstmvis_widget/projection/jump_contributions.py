"""From a jump of the state to its cause: which cells moved, and what each did to the output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.columns import labels_of
from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.statistics.explored import explored
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def jump_contributions(
    states: Any,
    step: int,
    *,
    weights: ArrayLike | None = None,
    of: int | str | None = None,
    classes: Any = None,
    sequences: ArrayLike | None = None,
) -> pd.DataFrame:
    """Which cells moved from one step to the next, and what each of them did to the output of a linear layer.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences.
    step : int
        The step before the jump, 0 ≤ step < T − 1: element ``step`` of `step_distances` is the length of this jump.
    weights : array_like of float, shape (C, D) or (D,), optional
        Of the linear output layer, which gives the logits ``weights @ state + bias`` of C classes, or one logit.
    of : int or str, optional
        The class whose logit is explained: a row of ``weights``, or a name among ``classes``. With weights of shape
        (D,) there is only one.
    classes : sequence of C labels, optional
        Names of the rows of ``weights``.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the lengths that the explorer has, else one sequence of all
        steps.

    Returns
    -------
    pandas.DataFrame
        One row for each cell, with the columns

        - ``cell``; ``before`` and ``after``, its values at ``step`` and at ``step + 1``; ``change``, their difference;
        - ``share``: its part of the squared length of the jump, 0…1; the shares sum to 1 (NaN where nothing moved);
        - with ``weights``: ``contribution``, the change times the weight of the cell. The contributions sum to the
          change of the logit, as the bias stays the same.

        Sorted by the magnitude of the contribution, or else of the change, the greatest first.

    Raises
    ------
    ImportError
        pandas isn't installed.
    TypeError, ValueError
        ``step`` is the last one of its sequence, or weights, class or names don't fit.
    OSError
        The states can't be read.

    Examples
    --------
    >>> from lstmvis_widget import jump_contributions
    >>> jump_contributions([[0.0, 1.0], [0.5, -1.0]], 0, weights=[4.0, 0.5])[["cell", "change", "contribution"]]
       cell  change  contribution
    0     0     0.5           2.0
    1     1    -2.0          -1.0
    """
    pandas = import_extra("pandas", "analysis", "jump_contributions")
    opened, _, sequences = explored("jump_contributions", states, None, sequences, every_cell=True)
    steps, cells = opened.shape
    within = Sequences.of(sequences, steps)
    step = checked_int("step", step, 0, max(0, steps - 1))
    if step + 1 >= steps or within.at(step) != within.at(step + 1):
        raise ValueError(
            f"step must be one with a next step in its sequence; {step} is the last step of sequence {within.at(step)}"
        )
    before, after = opened.read(step, step + 2).astype(np.float64)
    change, share = change_of(before, after)
    columns = {"cell": np.arange(cells), "before": before, "after": after, "change": change, "share": share}
    size = np.abs(change)
    if weights is not None:
        columns["contribution"] = change * _weights_of(weights, of, classes, cells)
        size = np.abs(columns["contribution"])
    elif of is not None or classes is not None:
        raise ValueError("of and classes say what weights are of; give weights too")
    return pandas.DataFrame(columns).iloc[np.argsort(-size, kind="stable")].reset_index(drop=True)


def change_of(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """The change of each cell, and its part of the squared length of the jump; NaN where nothing moved."""
    change = after - before
    with np.errstate(invalid="ignore", over="ignore"):
        part = change / np.abs(change).max(initial=0.0)
        share: Floats = part**2 / (part**2).sum()
    return change, share


def _weights_of(weights: ArrayLike, of: int | str | None, classes: Any, cells: int) -> Floats:
    """The weights of one class, shape (D,)."""
    rows: NDArray[Any] = as_numpy(weights)
    if rows.dtype.kind not in "fiub" or rows.ndim not in (1, 2) or rows.shape[-1] != cells:
        raise ValueError(
            f"weights must be numbers of shape (C, {cells}) or ({cells},), one for each cell; got {rows.dtype} of "
            f"shape {rows.shape}"
        )
    if rows.ndim == 1:
        if of is not None:
            raise ValueError(f"weights of shape ({cells},) are of one class only; leave of={brief(of)} out")
        return rows.astype(np.float64)
    names = None if classes is None else labels_of(classes, "classes")
    if names is not None and len(names) != len(rows):
        raise ValueError(f"there must be a name for each of the {len(rows)} rows of weights; got {len(names)} classes")
    if of is None:
        raise ValueError(f"weights are of {len(rows)} classes; say of which the logit is explained, as in of=0")
    if isinstance(of, str):
        if names is None or of not in names:
            known = "there are no names: give classes" if names is None else f"the classes are {brief(names)}"
            raise ValueError(f"of must be a row of weights or the name of a class; got {of!r}, and {known}")
        of = names.index(of)
    chosen: Floats = rows[checked_int("of", of, 0, len(rows) - 1)].astype(np.float64)
    return chosen
