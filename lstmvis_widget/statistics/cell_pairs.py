"""Which two cells together tell where each label stands: all pairs, joined by "and", "or" and "not"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import as_number, checked_int
from lstmvis_widget.given.places import repeated
from lstmvis_widget.timeline.labels import MISSING, Labels, as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .cell_thresholds import CellThresholds, OnBits, chosen_by_label, read_on, thresholds_of
from .counted_steps import counted_only, held_against, mask_of, names_asked, together
from .explored import explored, threshold_explored
from .pair_rules import RULES, Judged, Pair, Single, Together, best_single, holds
from .rearranging import blocks_of, draws_of, p_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

READING = 0.2
"""Share of the work that is reading the states."""

COUNTING = 0.3
"""Share of a label's work that is counting its pairs, where labels are dealt anew, too."""


COLUMNS = (
    *("label", "cell", "other", "rule", "f1", "precision", "recall", "base_f1"),
    *("best_cell", "best_cell_sign", "best_cell_f1"),
)
"""Columns that the table always has."""


def cell_pairs(
    states: Any,
    track: Any,
    threshold: Any = None,
    *,
    labels: Iterable[str] | None = None,
    where: Any = None,
    against: Iterable[str] | None = None,
    cells: ArrayLike | None = None,
    sequences: ArrayLike | None = None,
    held_out: float = 0.0,
    permutations: int = 0,
    seed: int = 0,
    k: int = 10,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """Which two cells together tell where each label stands, and whether they tell more than the best single one.

    Every pair of cells a, b is tried with every rule that joins them: a and b, a or b, a and not b, a or not b, not a
    and not b, not a or not b, the third and the fourth also with the cells swapped. "a" says: the label stands where
    this cell is on; "not a": where it is not on.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences. States are
        read once.
    track : Track, sequence of T labels, or str
        Categorical, zeros and ones, or whole numbers. A name is that of a track of the explorer. Steps without a label
        (None or NaN) aren't counted.
    threshold : float, array_like of float, shape (D,), or table, optional
        By default the one of the explorer. A cell is on where its value is ≥ threshold; NaN is never on. A list has one
        for each cell. A table has them in the columns ``cell`` and ``threshold``: those cells are tried. With a column
        ``sign``, a cell of sign −1 is on where its value is ≤ threshold. With a column ``label``, as in the table of
        `cell_alignment`, each label has its own rows. In a layer that `StateExplorer.use` made, lists and tables are
        about the original layer.
    labels : iterable of str, optional
        Labels to look at; by default all.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps that count, as for `cell_alignment`.
    against : str or iterable of str, optional
        Labels that each label is held against, as for `cell_alignment`; by default all others.
    cells : array_like of int, optional
        Cells to try, 0 ≤ c < D; by default all, or those of the table.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T; for ``permutations``. By default the lengths that the explorer has,
        else one sequence of all steps.
    held_out : float, default 0
        Share of the steps to hold out, 0 ≤ share < 1, from the end: pairs are chosen on the other steps, and
        ``f1_held_out`` and ``best_cell_f1_held_out`` are measured on these. Give the same share as to `cell_alignment`
        if the thresholds are from there, so that the held-out steps had no part in these either.
    permutations : int, default 0
        Draws for the null distribution of the best pair, in which labels are dealt anew as by `cell_alignment`.
    seed : int, default 0
        Of the draws: the same seed gives the same table.
    k : int, default 10
        Most pairs for each label.
    check : callable, optional
        Called before each block of states, and now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        At most k rows for each label, in the order of the labels, the highest F1 first (of equally good ones the lower
        cells):

        - ``label``;
        - ``cell``, ``other``, ``rule``: such as "a and not b", where a is ``cell`` and b is ``other``;
        - ``f1``, ``precision``, ``recall``, 0…1, of the rule as a sign of the label;
        - ``base_f1``: what "the label stands everywhere" has, 2 n / (T + n) where it stands at n of T steps;
        - ``best_cell``, ``best_cell_sign``, ``best_cell_f1``: the single cell with the highest F1 at the same
          thresholds, by being on (sign 1) or by not being on (−1): a pair is worth its second cell if it has more;
        - with ``held_out``: ``f1_held_out``, ``best_cell_f1_held_out``, of the same pair and the same cell;
        - with ``permutations``: ``p_max`` = (1 + draws whose best pair has at least this F1) / (1 + draws). The best
          pair is that of all pairs and rules, so p is adjusted for their number (1.7 million for 650 cells), not
          for the number of labels.

        A rule that says the same as one of its cells alone, or that always holds, isn't listed. A label that stands at
        every counted step or at none has no rows.

    Raises
    ------
    ImportError
        pandas isn't installed.
    TypeError, ValueError
        An argument is out of its range; the message says which, what was given and what is allowed. With
        ``permutations``, thresholds of a table with the column ``label`` are refused: they were chosen by where the
        labels stand, which labels dealt anew had no part in, so that p would be too small.
    OSError
        The states can't be read.

    Notes
    -----
    Nothing is sampled: on and off are packed into bits, and the counts of all pairs are products of matrices of zeros
    and ones. That takes D² · T multiplications, and for each label and draw D² times the number of steps with the label
    (or without it, if these are fewer): with 650 cells and 100,000 steps, about two seconds on two cores, and for a
    label at a tenth of the steps about a fifth of a second for each draw. Memory: D · T / 8 bytes for the bits (for
    each label, if each has thresholds of its own), and a few matrices of D² numbers: 4096 cells take about 1 GiB. For
    more cells, name some.

    That a pair is better than chance says little where one of its cells is, alone: compare ``f1_held_out`` with
    ``best_cell_f1_held_out``. p holds under the conditions that `cell_alignment` names.

    References
    ----------
    P. H. Westfall, S. S. Young: Resampling-based multiple testing (1993), for the best of many pairs.
    B. Phipson, G. K. Smyth: Permutation p-values should never be zero (2010).

    Examples
    --------
    >>> import numpy as np
    >>> from lstmvis_widget import cell_pairs
    >>> states = np.random.default_rng(0).random((200, 4))
    >>> labels = np.where((states[:, 1] >= 0.5) & (states[:, 3] < 0.5), "in", "out").tolist()
    >>> table = cell_pairs(states, labels, 0.5, labels=["in"], k=1)
    >>> table[["label", "cell", "other", "rule", "f1"]]
      label  cell  other         rule   f1
    0    in     1      3  a and not b  1.0
    >>> bool(table.loc[0, "best_cell_f1"] < 0.8)
    True
    """
    pandas = import_extra("pandas", "analysis", "cell_pairs")
    tracks = getattr(states, "tracks", None)
    threshold = threshold_explored("cell_pairs", states) if threshold is None else threshold
    own_thresholds = as_number(threshold) is not None  # a table has others in place of them
    opened, track, lengths = explored("cell_pairs", states, track, sequences, own_thresholds=own_thresholds)
    steps, width = opened.shape
    known = counted_only(as_labels(track, steps), mask_of(where, steps, tracks))
    names, others = names_asked(known.names, labels, against)
    for name in names:
        together(name, others or ())
    permutations, k = checked_int("permutations", permutations), checked_int("k", k, low=1)
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out must be a share of the steps, 0 up to less than 1; got {held_out!r}")
    if permutations and chosen_by_label(threshold):
        raise ValueError(
            "permutations need thresholds that don't depend on where the labels stand, and the table has some for each "
            "label: judge its pairs on held-out steps, held_out=0.3. If they were found on other steps than those that "
            "count here, leave out the column: table[table.label == 'noun'].drop(columns='label')"
        )
    thresholds = thresholds_of(threshold, names, width, cells)
    few = next((some for some in thresholds if len(some.cells) < 2), None)
    if few is not None:
        raise ValueError(f"pairs need at least two cells; there are {len(few.cells)}")
    counted = np.flatnonzero(known.codes != MISSING)
    split = steps - round(steps * held_out)
    dealt = _Dealt(Sequences.of(lengths, steps).up_to(split), split, permutations, seed)
    rows: list[dict[str, Any]] = []
    with shown(progress, "pairing cells") as shares:
        report = opened.prepare_first(shares, check)
        different = list({id(some): some for some in thresholds}.values())
        bits = read_on(opened, different, counted, check, part(report, 0, READING))
        bits_of = {id(some): each for some, each in zip(different, bits, strict=True)}
        question: _Question | None = None
        for number, (name, some) in enumerate(zip(names, thresholds, strict=True)):
            labelled = name, known if others is None else held_against(known, name, others)
            question = _Counted(counted, split).question(labelled, (some, bits_of[id(some)]), question, check)
            begin, end = (READING + (1 - READING) * share / len(names) for share in (number, number + 1))
            rows += question.answer(dealt, k, check, part(report, begin, end))
    held = ("f1_held_out", "best_cell_f1_held_out") if held_out else ()
    return pandas.DataFrame(rows, columns=[*COLUMNS, *held, *(("p_max",) if permutations else ())])


class _Dealt(NamedTuple):
    """How the labels of the steps before ``split`` are dealt anew."""

    sequences: Sequences
    split: int
    permutations: int
    seed: int


class _Question(NamedTuple):
    """Which pairs tell a label: of some rows of the bits, the fitted ones first, and whether each has the label."""

    name: str
    labels: Labels
    thresholds: CellThresholds
    bits: OnBits
    rows: Ints
    fitted: int
    every: Together

    def answer(self, dealt: _Dealt, k: int, check: Check, progress: Report) -> list[dict[str, Any]]:
        """The rows of the table."""
        code = self.labels.names.index(self.name)
        codes = self.labels.codes[self.labels.codes != MISSING]
        has, tested = codes == code, slice(self.fitted, None)
        judged = self._judged(has[: self.fitted], check)
        if judged is None:
            return []
        best, single = judged.best(k), best_single(judged)
        columns: dict[str, Any] = {}
        if dealt.split < len(self.labels.codes):
            columns["f1_held_out"] = [self._f1(self._holds(pair, tested), has[tested]) for pair in best]
            columns["best_cell_f1_held_out"] = self._f1(self._is_on(single, tested), has[tested])
        if dealt.permutations and best:
            draws = self._greatest_dealt(code, dealt, check, part(progress, COUNTING, 1))
            columns["p_max"] = p_of(np.array([judged.in_dtype(pair) for pair in best]), draws[:, None])
        table = [self._row(pair, single, judged) for pair in best]
        for name, values in columns.items():
            for row, value in zip(table, np.broadcast_to(values, len(best)).tolist(), strict=True):
                row[name] = value
        return table

    def _judged(self, has: NDArray[np.bool_], check: Check) -> Judged | None:
        """The rules as signs of the steps that have the label; None where all or none of them have it."""
        if has.all() or not has.any():
            return None
        return Judged(self.every, Together.labelled(self.every, self.bits, self.rows[: self.fitted], has, check))

    def _greatest_dealt(self, code: int, dealt: _Dealt, check: Check, progress: Report) -> Floats:
        """The F1 of the best pair in each draw."""
        blocks = blocks_of(self.labels.codes[: dealt.split], dealt.sequences)
        sizes, every = np.diff(blocks.bounds), np.arange(len(blocks.codes))
        found: list[float] = []
        for arrangement in draws_of(blocks.rearranging, dealt.permutations, dealt.seed):
            progress(len(found) / dealt.permutations)
            has = repeated(blocks.codes[blocks.rearranging.moved(every, arrangement)] == code, sizes)
            judged = self._judged(has, check)
            found.append(0.0 if judged is None else judged.greatest())
        return np.array(found)

    def _holds(self, pair: Pair, part_of: slice) -> NDArray[np.bool_]:
        rows = self.rows[part_of]
        return holds(pair.rule, self.bits.column(pair.cell, rows), self.bits.column(pair.other, rows))

    def _is_on(self, single: Single, part_of: slice) -> NDArray[np.bool_]:
        on = self.bits.column(single.cell, self.rows[part_of])
        return on if single.sign > 0 else ~on

    @staticmethod
    def _f1(said: NDArray[np.bool_], has: NDArray[np.bool_]) -> float:
        either = int(said.sum()) + int(has.sum())
        return 2 * int((said & has).sum()) / either if either else np.nan

    def _row(self, pair: Pair, single: Single, judged: Judged) -> dict[str, Any]:
        label_steps, steps = judged.labelled.steps, judged.every.steps
        cells = self.thresholds.cells
        return {
            "label": self.name,
            "cell": int(cells[pair.cell]),
            "other": int(cells[pair.other]),
            "rule": RULES[pair.rule],
            "f1": pair.f1,
            "precision": pair.hits / pair.on,
            "recall": pair.hits / label_steps,
            "base_f1": 2 * label_steps / (steps + label_steps),
            "best_cell": int(cells[single.cell]),
            "best_cell_sign": single.sign,
            "best_cell_f1": single.f1,
        }


class _Counted(NamedTuple):
    """The steps that have bits, and the step from which on they are held out."""

    steps: Ints
    split: int

    def question(
        self,
        labelled: tuple[str, Labels],
        on: tuple[CellThresholds, OnBits],
        before: _Question | None,
        check: Check,
    ) -> _Question:
        """Which pairs tell a label, with the counts of the question before if they are the same."""
        name, labels = labelled
        if before is not None and before.labels is labels and before.thresholds is on[0]:
            return before._replace(name=name)
        rows = np.flatnonzero(labels.codes[self.steps] != MISSING)
        fitted = int(np.searchsorted(self.steps[rows], self.split))
        return _Question(name, labels, *on, rows, fitted, Together.counted(on[1], rows[:fitted], check))
