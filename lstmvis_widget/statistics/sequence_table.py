"""What a model says of each sequence: prediction, when it settled, how often it changed, and the largest jump."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.places import reduced_at, repeated
from lstmvis_widget.states.output_track import UNKNOWN, OutputTrack
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def sequence_table(
    output: OutputTrack, sequences: ArrayLike | None, *, distances: ArrayLike | None = None
) -> pd.DataFrame:
    """One row for each sequence: its target, what the model predicts, when it settled, and where its state jumped.

    Parameters
    ----------
    output : OutputTrack
        What the model expects at each of T steps.
    sequences : array_like of int, or None
        Lengths of the N sequences, which sum to T; None: one sequence of all steps.
    distances : array_like of float, shape (T,), optional
        Those of `step_distances` for the same sequences.

    Returns
    -------
    pandas.DataFrame
        N rows, with the columns

        - ``sequence``, its number, 0…N − 1; ``start``, ``stop``, ``length``, in steps;
        - ``target``: the true class, None where it isn't known; if targets are by step, the target of the last step;
        - ``prediction``: the class that is expected at the last step; ``confidence``: its probability;
        - ``correct``: whether prediction and target are the same (a nullable boolean: NA where there is no target);
        - ``settled``: the first step from which the expected class doesn't change any more;
        - ``changes``: how many steps expect another class than the step before;
        - ``largest_jump``: the greatest of ``distances``, in their units; NaN where there is none, as in a sequence of
          one step;
        - ``largest_jump_at``: the first step with that distance: the state jumps from this step to the next (a nullable
          integer).

        Steps are absolute, 0…T − 1.

    Raises
    ------
    ImportError
        pandas isn't installed.
    TypeError, ValueError
        The lengths, the targets or the distances don't fit the output.

    Examples
    --------
    >>> from lstmvis_widget import OutputTrack, sequence_table
    >>> output = OutputTrack([0.1, 0.9, 0.8, 0.4], ["bad", "good"], targets=["good", "good"])
    >>> sequence_table(output, [3, 1])[["prediction", "correct", "settled", "changes"]]
      prediction  correct  settled  changes
    0       good     True        1        1
    1        bad    False        3        0
    """
    if not isinstance(output, OutputTrack):
        raise TypeError(f"output must be an OutputTrack; got {type(output).__name__}, {brief(output)}")
    within = Sequences.of(sequences, len(output))
    return table_of(within, output, facts_of(output, within), _checked(distances, len(output)))


class SequenceFacts(NamedTuple):
    """What a model says of each of N sequences; classes are columns of the output track.

    Attributes
    ----------
    target : ndarray of int32, shape (N,)
        −1 where it isn't known.
    prediction : ndarray of int32, shape (N,)
    confidence : ndarray of float64, shape (N,)
    settled : ndarray of int64, shape (N,)
        An absolute step.
    changes : ndarray of int64, shape (N,)
    """

    target: NDArray[np.int32]
    prediction: NDArray[np.int32]
    confidence: Floats
    settled: Ints
    changes: Ints


def facts_of(output: OutputTrack, sequences: Sequences) -> SequenceFacts:
    """The columns of `sequence_table` that come from the output."""
    start, stop = _bounds(sequences)
    targets = output.target_of_each(sequences)
    settled, changes = _settled(output.expected, start, stop)
    return SequenceFacts(
        np.full(len(start), UNKNOWN, np.int32) if targets is None else targets,
        output.expected[stop - 1],
        output.confidence[stop - 1].astype(np.float64),
        settled,
        changes,
    )


def largest_jumps(distances: Floats | None, sequences: Sequences) -> tuple[Floats, Ints]:
    """The greatest distance within each sequence, and the first step that has it; NaN and 0 where there is none."""
    return _largest(distances, *_bounds(sequences))


def table_of(
    sequences: Sequences, output: OutputTrack | None, facts: SequenceFacts | None, distances: Floats | None
) -> pd.DataFrame:
    """The table of `sequence_table`; without an output track it has only the columns that need none.

    Raises
    ------
    ImportError
        pandas isn't installed.
    """
    pandas = import_extra("pandas", "analysis", "sequence_table")
    start, stop = _bounds(sequences)
    columns: dict[str, Any] = {
        "sequence": np.arange(len(start)),
        "start": start,
        "stop": stop,
        "length": stop - start,
    }
    if output is not None and facts is not None:
        classes = np.array([*output.classes, None], object)  # the last for what isn't known
        columns |= {
            "target": pandas.Series(classes[facts.target], dtype=object),
            "prediction": pandas.Series(classes[facts.prediction], dtype=object),
            "correct": pandas.array(facts.prediction == facts.target, dtype="boolean"),
            "confidence": facts.confidence,
            "settled": facts.settled,
            "changes": facts.changes,
        }
        columns["correct"][facts.target == UNKNOWN] = pandas.NA
    jump, jump_at = largest_jumps(distances, sequences)
    columns |= {"largest_jump": jump, "largest_jump_at": pandas.array(jump_at, dtype="Int64")}
    columns["largest_jump_at"][np.isnan(jump)] = pandas.NA
    return pandas.DataFrame(columns)


def _bounds(sequences: Sequences) -> tuple[Ints, Ints]:
    start, stop = sequences.bounds[:-1], sequences.bounds[1:]
    return start[stop > start], stop[stop > start]


def _checked(distances: Any, steps: int) -> Floats | None:
    if distances is None:
        return None
    checked = as_numpy(distances)
    if checked.shape != (steps,) or checked.dtype.kind not in "fiu":
        raise ValueError(
            f"distances must be {steps} numbers, one for each time step, as those of step_distances; got "
            f"{checked.dtype} of shape {checked.shape}"
        )
    return checked.astype(np.float64)


def _settled(expected: NDArray[np.int32], start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """The first step from which the class stays the same, and the number of changes, of each sequence."""
    changed = np.zeros(len(expected), bool)
    changed[1:] = expected[1:] != expected[:-1]
    changed[start] = False
    before = np.concatenate([[0], np.cumsum(changed)])
    changes = before[stop] - before[start]
    at = np.flatnonzero(changed)
    settled = start.copy()
    some = changes > 0
    settled[some] = at[before[stop[some]] - 1]
    return settled, changes.astype(np.int64)


def _largest(distances: Floats | None, start: Ints, stop: Ints) -> tuple[Floats, Ints]:
    """The greatest distance in each sequence, and the first step that has it; NaN and 0 where there is none."""
    if distances is None or len(start) == 0:
        return np.full(len(start), np.nan), np.zeros(len(start), np.int64)
    numbers = distances.copy()
    numbers[stop - 1] = np.nan  # from one sequence to the next is no jump
    numbers[np.isnan(numbers)] = -np.inf
    greatest = reduced_at(np.maximum, numbers, start)
    is_greatest = np.flatnonzero(numbers == repeated(greatest, stop - start))
    first: Ints = is_greatest[np.searchsorted(is_greatest, start)]
    return np.where(greatest == -np.inf, np.nan, greatest), first
