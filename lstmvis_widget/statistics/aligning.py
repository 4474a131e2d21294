"""What the alignment of cells with labels is computed from, and its measures, however values are put in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States

from .rearranging import Blocks, draws_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Measures = dict[str, NDArray[Any]]
"""Each of shape (cells, names), by the name of its column."""


class Dealing(NamedTuple):
    """Labels of blocks of steps that are dealt anew, in ``n`` draws; ``names`` is how many labels there are."""

    blocks: Blocks
    names: int
    n: int
    seed: int

    def draws(self) -> Iterator[Ints]:
        """Arrangements of the blocks other than the observed one."""
        return draws_of(self.blocks.rearranging, self.n, self.seed)

    def dealt(self, arrangements: Sequence[Ints], places: Ints) -> Floats:
        """Whether each label stands at some blocks after each arrangement; shape (draws, names, blocks)."""
        codes = [self.blocks.codes[self.blocks.rearranging.moved(places, each)] for each in arrangements]
        dealt: Floats = (np.stack(codes)[:, None] == np.arange(self.names)[:, None]).astype(np.float64)
        return dealt


class Alignment(NamedTuple):
    """What is asked: how well cells tell where labels stand, at the counted steps.

    Parameters
    ----------
    states : States
    cells : ndarray of int64
        Sorted.
    counted : ndarray of int64, shape (n,)
        The steps with a label, sorted.
    codes : ndarray of int64, shape (n,)
        The label of each, 0…names − 1; negative for none of these.
    names : int
        How many labels there are.
    fitted : int
        Thresholds are found on so many of the counted steps, the first ones.
    held_out : bool
        Whether they are judged on the others.
    dealing : Dealing or None
        How the labels of the fitted steps are dealt anew; None without permutations.
    """

    states: States
    cells: Ints
    counted: Ints
    codes: Ints
    names: int
    fitted: int
    held_out: bool
    dealing: Dealing | None

    def labelled(self, part: slice) -> Floats:
        """How many steps of a part of the counted ones have each label; shape (names,)."""
        codes = self.codes[part]
        return np.bincount(codes[codes >= 0], minlength=self.names).astype(np.float64)


SIGNS = (1, -1)
"""A cell tells where a label stands by being high, or by being low: its values with the sign −1 by being high."""


class Counts(NamedTuple):
    """Counts of steps for cells and labels: on and labelled, on, labelled, and all."""

    hits: Floats
    on: Floats
    labelled: Floats
    total: int

    @property
    def f1(self) -> Floats:
        """F1 of "on" as a sign of the label."""
        with np.errstate(invalid="ignore"):
            f1: Floats = 2 * self.hits / (self.on + self.labelled)
        return f1

    @property
    def information(self) -> Floats:
        """Mutual information between "on" and "labelled", in bits."""
        both = np.stack(
            [
                [self.hits, self.on - self.hits],
                [self.labelled - self.hits, self.total - self.on - self.labelled + self.hits],
            ]
        ) / max(self.total, 1)
        chance = both.sum(0, keepdims=True) * both.sum(1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(both > 0, both * np.log2(both / chance), 0.0)
        information: Floats = np.maximum(terms.sum((0, 1)), 0.0)
        return information


class Rules(NamedTuple):
    """For each cell and label the best rule "the label stands where the cell is on", of shape (cells, names).

    Attributes
    ----------
    sign : ndarray of int8
        1: on is ≥ threshold; −1: on is ≤ threshold.
    threshold : ndarray of float
        A value of the cell; NaN where no value of a labelled step is known.
    hits, on : ndarray of float
        Labelled steps at which the cell is on, and all such steps.
    """

    sign: NDArray[np.int8]
    threshold: Floats
    hits: Floats
    on: Floats

    @classmethod
    def none(cls, cells: int, names: int) -> Rules:
        """Rules that nothing is known of yet: never on."""
        shape = cells, names
        return cls(np.ones(shape, np.int8), np.full(shape, np.nan), np.zeros(shape), np.zeros(shape))

    def take_better(
        self, cell: int, name: int, *, labelled: float, sign: int, threshold: float, hits: int, on: int
    ) -> None:
        """Take a rule of a cell for a label if its F1 is higher than that of the present one."""
        if hits / (on + labelled) > self.hits[cell, name] / (self.on[cell, name] + labelled):
            self.sign[cell, name], self.threshold[cell, name] = sign, threshold
            self.hits[cell, name], self.on[cell, name] = hits, on


def measures_of(auc: Floats, rules: Rules, labelled: Floats, total: int) -> Measures:
    """The measures on the fitted steps, of shape (cells, names); NaN where a label is at all or none.

    Parameters
    ----------
    auc : ndarray of float
    rules : Rules
    labelled : ndarray of float, shape (names,)
        How many of the ``total`` steps have each label.
    total : int
    """
    counts = Counts(rules.hits, rules.on, labelled[None], total)
    always = np.broadcast_to(2 * labelled / (total + labelled) if total else np.nan, auc.shape)
    trivial = (counts.labelled == 0) | (counts.labelled == total)
    measures = {
        "auc": auc,
        "f1": counts.f1,
        "base_f1": always,
        "threshold": rules.threshold,
        "mutual_information": counts.information,
    }
    found = {name: np.where(trivial, np.nan, each) for name, each in measures.items()}
    return {"sign": rules.sign, **found}


def auc_of(rank_sums: Floats, labelled: Floats, steps: int) -> Floats:
    """AUC from the sums of the ranks of labelled steps; shapes (…, names, cells) and (…, names) → (…, cells, names)."""
    labelled = labelled[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        auc: Floats = (rank_sums - labelled * (labelled + 1) / 2) / (labelled * (steps - labelled))
    return np.swapaxes(auc, -1, -2)


def greatest(auc: Floats) -> Floats:
    """The greatest |AUC − ½| of all cells; shape (draws, cells, names) → (draws, names)."""
    if not auc.shape[1]:
        return np.zeros((len(auc), auc.shape[2]))
    best: Floats = np.nan_to_num(np.abs(auc - 0.5)).max(1)
    return best
