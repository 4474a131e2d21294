"""How well each cell tells where each label stands, or goes with numbers: on all steps, held out, against chance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.given.places import repeated
from lstmvis_widget.matching.ranking import check_cells
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.labels import MISSING, OTHER, Labels, numbers_or_labels_of
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import as_track
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .aligning import Alignment, Dealing, Measures
from .binned_alignment import binned_alignment
from .counted_steps import counted_only, held_against, mask_of, named
from .explored import explored
from .number_alignment import NumbersAsked, number_alignment
from .rearranging import blocks_of, p_of
from .ridge_fits import all_cells
from .sorted_alignment import portions_of, sorted_alignment

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

BLOCK_VALUES = 2**24
"""Numbers that are held at once for the draws: ranks, and labels dealt anew."""

MOST_SORTED = 100_000
"""With more counted steps than this, values are put into bins instead of sorted."""

SINGLE_CELLS = 0.7
"""Share of the work with numbers that single cells are; the rest is that on all cells."""


def cell_alignment(
    states: Any,
    track: Any,
    *,
    labels: Iterable[str] | None = None,
    where: Any = None,
    against: Iterable[str] | None = None,
    cells: ArrayLike | None = None,
    sequences: ArrayLike | None = None,
    held_out: float = 0.0,
    permutations: int = 0,
    seed: int = 0,
    client: Any = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """How well each cell tells where each label stands, or how closely it follows the numbers of a track.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences; of a layer
        that `StateExplorer.use` made, the one that it was made of, as `use` takes thresholds in its units. States on
        disk are read at most twice. NaN counts as lower than any number. Mirrors have no rows: each cell is looked at
        in both directions, and where ``sign`` is −1 its mirror is the one that tells by being high.
    track : Track, sequence of T labels or T numbers, or str
        A name is that of a track of the explorer. A `CategoricalTrack` and zeros and ones have labels. A
        `ContinuousTrack` has numbers, as each track of an explorer that isn't shown as labels. Of a list or an array,
        numbers with fractions, or over 1,000 different ones, are numbers; other whole numbers are labels: give
        ``ContinuousTrack(whole)`` for the numbers, or ``CategoricalTrack(whole)`` for the labels. Steps without a label
        or a finite number aren't counted, neither as having a label nor as not having it.
    labels : iterable of str, optional
        Labels to look at; by default all. Steps with another label are steps without these. Not for numbers.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps that count, as a mask or as those at which a track (a name, or T labels) has a label or one of
        several, such as ``("pos", "NOUN")``. By default all steps with a label or a number.
    against : str or iterable of str, optional
        Labels that each label is held against: steps with any other label don't count then. So ``labels=["plural"],
        against="singular"`` asks what tells these two apart. By default a label is held against all others. Not for
        numbers.
    cells : array_like of int, optional
        Cells to look at, 0 ≤ c < D; by default all.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T; for ``permutations``. By default the lengths that the explorer has,
        else one sequence of all steps.
    held_out : float, default 0
        Share of the steps to hold out, 0 ≤ share < 1, from the end: thresholds, or lines, are found on the other steps,
        and the columns that end with ``_held_out`` are measured on these.
    permutations : int, default 0
        Draws for the null distribution of the best cell: p can't go below 1 / (permutations + 1), 0.048 with 20 and
        0.001 with 999. Each draw rotates the labels of each sequence by a random number of steps, which keeps their
        runs. If they are the same throughout each sequence, sequences swap them; if they are the same throughout each
        span of labelled steps, they move from span to span. Of all cells the greatest ``|AUC − ½|`` counts, for each
        label. Numbers are dealt in the same way, and the greatest ``|spearman|`` counts.
    seed : int, default 0
        Of the draws: the same seed gives the same table.
    client : distributed.Client, optional
        Of a Dask array: whose cluster works on it, see `States`.
    check : callable, optional
        Called before each block of states, and now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each cell and label, sorted by cell, then by label (the most frequent first):

        - ``cell``, ``label``;
        - ``auc``, 0…1: the probability that the cell is higher at a step with the label than at a step without it, ties
          counting half (Mann and Whitney 1947); at ½ the cell tells nothing, below ½ it is low where the label stands;
        - ``sign``: 1 for the rule "the label stands where the cell is ≥ ``threshold``", −1 for "where it is ≤
          ``threshold``", for a cell that goes off there. The better one is given (of equally good ones the first);
        - ``f1``, 0…1: the harmonic mean of precision and recall of this rule at its best ``threshold``, a value of the
          cell (of equally good ones that with the fewest steps); NaN is never on;
        - ``base_f1``: what "the label stands everywhere" has, 2 n / (T + n) where it stands at n of T steps;
        - ``mutual_information``, in bits, between "the rule says so" and "the label stands there";
        - with ``held_out``: ``auc_held_out``, ``f1_held_out``;
        - with ``permutations``: ``p_max`` = (1 + draws whose best cell has at least this ``|AUC − ½|``) / (1 + draws),
          adjusted for the number of cells (Westfall and Young 1993), not for the number of labels. If there are fewer
          ways to deal the labels, each way is drawn once.

        Measures are NaN where a label stands at every counted step or at none.

        For numbers, one row for each cell:

        - ``cell``;
        - ``spearman``, −1…1: the correlation between the ranks of the cell and the ranks of the numbers, where equal
          ones share their mean rank (Spearman 1904); below 0 the cell falls as the numbers rise;
        - ``r2``, 0…1: R², how much of the numbers' variance the best straight line from the value of the cell explains.
          Curves and a few large values make it another than the square of ``spearman``;
        - with ``held_out``: ``spearman_held_out``, and ``r2_held_out`` of the line that is fitted on the other steps,
          at most 1, below 0 where the mean of the held-out numbers were better;
        - with ``permutations``: ``p`` = (1 + draws with at least this ``|spearman|``) / (1 + draws) of the cell, and
          ``p_max``, the same with the best cell of each draw, adjusted for the number of cells.

        ``table.attrs`` says what all these cells know together: ``"r2_all_cells"``, R² of a ridge regression on all of
        them, held out in five folds of contiguous steps, as `probe` has it; with ``permutations`` also
        ``"p_all_cells"``, its p among the same draws. Where it is well above the best cell's ``r2``, the numbers are
        spread over many cells. Measures are NaN where a cell, or the track, has only one value.

    Raises
    ------
    ImportError
        pandas or scipy isn't installed.
    TypeError, ValueError
        An argument is out of its range; the message says which, what was given and what is allowed.

    Notes
    -----
    No step is sampled away. Up to 100,000 steps with a label, every value of a cell is tried as a threshold (unless
    the values of these steps take over 2 GiB and come from a file). With more steps, the values of each cell are put
    into 8,192 bins, in their order; fewer if the counts of all bins would take over 0.5 GiB. A quarter of the bins is
    spread over all sizes that numbers have; the others are quantiles of a sample of all steps and of those with one of
    the labels (see `bin_edges`). Then only the least value of a bin can be the threshold (of ≤ only the greatest); F1
    and mutual information at that threshold are exact, on the held-out steps too; AUC counts values in the same bin as
    ties. For a label at one step in 12 the best F1 is missed by less than 0.1 %, at one in 1,000 by up to 2 %.

    Memory, besides a few numbers for each step: up to 1 GiB for values that are sorted, or a quarter of what is free,
    0.5 GiB for counts, and about 0.2 GiB for the blocks that two threads read; with ``permutations``, also the draws, a
    number for each of them and each sequence.

    Numbers are held against the ranks of the same values: exactly, or with those in the same bin as ties; files are
    read up to three times then. A step at which a cell is NaN or infinite doesn't count for its R², nor for that of all
    cells. This looks at no more than 100,000 steps, and 2^25 values: a random sample, where there are more. It takes up
    to 0.8 GiB of memory.

    Where the states lie on a cluster, values are counted there, and these counts come here: half a GiB at most, of each
    worker. Up to 100,000 counted steps, their rows come here instead. The results are the same as for the array in
    memory, but R² may differ by rounding. Sums over draws are made there, too, for which each worker gets the labels of
    all steps.

    p holds for labels that have nothing to do with the states, also where both are alike from step to step. Rotating
    joins the end of a sequence with its beginning, which were no neighbours. In sequences that are only a few times as
    long as states and labels stay the same, p is somewhat too low for that: about 0.08 in place of 0.05. So it is for
    numbers that rise or fall all through each sequence, as the position in it does: a rotated one has a jump instead.

    References
    ----------
    C. Spearman: The proof and measurement of association between two things (1904).
    H. B. Mann, D. R. Whitney: On a test of whether one of two random variables is stochastically larger (1947).
    P. H. Westfall, S. S. Young: Resampling-based multiple testing (1993), for the best of many cells.
    B. Phipson, G. K. Smyth: Permutation p-values should never be zero (2010).
    A. M. Winkler, M. A. Webster, D. Vidaurre, T. E. Nichols, S. M. Smith: Multi-level block permutation (2015), for
    draws within sequences and of whole sequences.

    Examples
    --------
    >>> import numpy as np
    >>> from lstmvis_widget import cell_alignment
    >>> states = np.random.default_rng(0).normal(size=(200, 3))
    >>> depth = states[:, 2] - states[:, 1]
    >>> table = cell_alignment(states, depth)
    >>> table.round(2)
       cell  spearman    r2
    0     0     -0.06  0.00
    1     1     -0.70  0.53
    2     2      0.73  0.50
    >>> round(table.attrs["r2_all_cells"], 2)
    1.0
    """
    pandas = import_extra("pandas", "analysis", "cell_alignment")
    tracks, by_name = getattr(states, "tracks", None), isinstance(track, str)
    opened, track, sequences = explored("cell_alignment", states, track, sequences, client=client, own_thresholds=False)
    steps, width = opened.shape
    given, mask = numbers_or_labels_of(as_track(track) if by_name else track, steps), mask_of(where, steps, tracks)
    numbers = np.arange(width) if cells is None else check_cells(cells, width)
    permutations = checked_int("permutations", permutations)
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out must be a share of the steps, 0 up to less than 1; got {held_out!r}")
    split = steps - round(steps * held_out)
    if split == 0:
        raise ValueError(f"held_out={held_out} leaves none of the {steps} steps to find thresholds on")
    within = Sequences.of(sequences, steps)
    if not isinstance(given, Labels):
        _refuse_labels(labels=labels, against=against)
        values = given if mask is None else np.where(mask, given, np.nan)
        asked = NumbersAsked(opened, numbers, values, within, split, permutations, seed)
        return _table_of_numbers(pandas, asked, check, progress)
    known = counted_only(given, mask)
    names = known.names if labels is None else named("labels", labels, known.names)
    dealt = _Dealt(within.up_to(split), permutations, seed)
    if against is None:
        groups = [(names, known)]
    else:
        others = named("against", against, known.names)
        names = names if labels is not None else tuple(name for name in names if name not in others)
        groups = [((name,), held_against(known, name, others)) for name in names]
    parts = []
    with shown(progress, "aligning cells") as shares:
        report = opened.prepare_first(shares, check)
        for number, (some, labelled) in enumerate(groups):
            question = _asked(opened, numbers, _Question(some, labelled, split), dealt)
            share = part(report, number / len(groups), (number + 1) / len(groups))
            measures = _measured(question, check, share)
            if "greatest" in measures:
                p = p_of(np.abs(measures["auc"] - 0.5), measures.pop("greatest")[:, None, :])
                measures["p_max"] = np.where(np.isnan(measures["auc"]), np.nan, p)
            parts.append(measures)
    table = {name: np.concatenate([each[name] for each in parts], axis=1) for name in (parts[0] if parts else ())}
    columns = {"cell": repeated(numbers, len(names)), "label": np.tile(names, len(numbers))}
    return pandas.DataFrame(columns | {name: each.reshape(-1) for name, each in table.items()})


def _refuse_labels(**given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise TypeError(
                f"{name} is for tracks with labels, and this one has numbers; got {name}={brief(value)}. Cut the "
                "numbers first, as in (values > 0.5), or give whole ones as CategoricalTrack(values)"
            )


def number_measures(asked: NumbersAsked, check: Check, progress: Report) -> Measures:
    """The measures of single cells with numbers, by the name of their column, each of shape (cells,)."""
    return number_alignment(asked, MOST_SORTED, BLOCK_VALUES, check, progress)


def _table_of_numbers(pandas: Any, asked: NumbersAsked, check: Check, progress: Progress) -> pd.DataFrame:
    with shown(progress, "aligning cells") as shares:
        report = asked.states.prepare_first(shares, check)
        measures = number_measures(asked, check, part(report, 0, SINGLE_CELLS))
        together = all_cells(asked, check, part(report, SINGLE_CELLS, 1))
    table: pd.DataFrame = pandas.DataFrame({"cell": asked.cells} | measures)
    table.attrs["r2_all_cells"] = together.r2
    if asked.permutations:
        table.attrs["p_all_cells"] = together.p
    return table


class _Dealt(NamedTuple):
    """How labels of the fitted steps are dealt anew."""

    sequences: Sequences
    permutations: int
    seed: int


class _Question(NamedTuple):
    """Which labels are looked at, the labels of all steps, and the step from which on they are held out."""

    names: tuple[str, ...]
    known: Labels
    split: int


def _asked(opened: States, cells: Ints, question: _Question, dealt: _Dealt) -> Alignment:
    """How well cells tell where these labels stand, among the steps that count."""
    names, known, split = question
    place = _places(known.names, names)
    counted = np.flatnonzero(known.codes != MISSING)
    dealing = None
    if dealt.permutations:
        blocks = blocks_of(known.codes[:split], dealt.sequences)
        dealing = Dealing(blocks._replace(codes=place[blocks.codes]), len(names), dealt.permutations, dealt.seed)
    return Alignment(
        states=opened,
        cells=cells,
        counted=counted,
        codes=place[known.codes[counted]],
        names=len(names),
        fitted=int(np.searchsorted(counted, split)),
        held_out=split < len(opened),
        dealing=dealing,
    )


def _measured(asked: Alignment, check: Check, progress: Report) -> Measures:
    """The measures by name, each of shape (cells, names), and ``greatest`` of the draws, of shape (draws, names)."""
    few = len(asked.counted) <= MOST_SORTED or not len(asked.cells)
    portions = portions_of(asked) if few else None
    if portions is not None:
        return sorted_alignment(asked, portions, BLOCK_VALUES, check, progress)
    return binned_alignment(asked, check, progress)


def _places(names: tuple[str, ...], wanted: tuple[str, ...]) -> Ints:
    """For each code, also the negative ones, its place among the labels to look at."""
    place = np.full(len(names) + 2, OTHER)
    place[MISSING] = MISSING
    for new, name in enumerate(wanted):
        place[names.index(name)] = new
    return place
