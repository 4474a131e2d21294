"""The change of a model's loss by holding some cells, and what one asks of it next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.statistics.counted_steps import mask_of
from lstmvis_widget.statistics.probe import Resampling
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL = "all"
"""Name of the row that has the steps of all labels."""


class AblationEffect:
    """The change of a model's loss at each step, where some cells of a layer are held at a value.

    It is an array of shape (T,), so it can be a track: ``explorer.tracks["ablation"] = effect``.

    Attributes
    ----------
    layer : str
        The layer of the cells.
    cells : ndarray of int64, shape (k,)
        The cells that were held.
    value : str or float or ndarray
        What they are held at, as given.
    before, after : ndarray of float64, shape (T,)
        The loss of each step without and with cells held, in nats where it is a cross-entropy; NaN where there is none.
    change : ndarray of float64, shape (T,)
        ``after`` − ``before``: above 0 where the model does worse without the cells.
    correct_before, correct_after : ndarray of float64, shape (T,), or None
        1 where the target has the highest score, else 0; NaN where there is none. None of a loss without targets.
    sequences : list of int
        Lengths of the sequences.
    random_cells : ndarray of int64, shape (n, k)
        The sets of random cells.
    random_changes : ndarray of float32, shape (n, T)
        The change of each of them.

    Examples
    --------
    A model that always says 0, 1, 2, 0, 1, 2, … What does it lose where the cell that says 1 is held at its mean?

    >>> import torch
    >>> from lstmvis_widget import ablation_effect
    >>> says = 5 * torch.eye(3).roll(1, 1)
    >>> model = torch.nn.Sequential(torch.nn.Embedding.from_pretrained(says), torch.nn.Identity())
    >>> effect = ablation_effect(model, [0, 1, 2] * 20, "0", [1])
    >>> effect.before[:3].round(2), effect.after[:3].round(2)
    (array([0.01, 0.01, 0.01]), array([0.32, 0.04, 0.04]))
    >>> round(effect.accuracy_before, 2), round(effect.accuracy_after, 2)
    (1.0, 1.0)
    """

    def __init__(
        self,
        *,
        layer: str,
        cells: Ints,
        value: Any,
        losses: tuple[Floats, Floats],
        correct: tuple[Floats, Floats] | None,
        sequences: list[int],
    ) -> None:
        self.layer, self.cells, self.value = layer, cells, value
        self.before, self.after = losses
        self.change = self.after - self.before
        self.correct_before: Floats | None = None if correct is None else correct[0]
        self.correct_after: Floats | None = None if correct is None else correct[1]
        self.sequences = sequences
        self.random_cells: Ints = np.zeros((0, len(cells)), np.int64)
        self.random_changes: NDArray[np.float32] = np.zeros((0, len(self.change)), np.float32)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001  (numpy's own)
        return np.array(self.change, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.change)

    def __getitem__(self, step: Any) -> Any:
        return self.change[step]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.change)

    @property
    def shape(self) -> tuple[int]:
        """One number for each of T steps: (T,).

        Examples
        --------
        One number for each token:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> model = torch.nn.Sequential(torch.nn.Embedding(3, 3), torch.nn.Identity())
        >>> ablation_effect(model, [0, 1, 2, 1], "0", [1]).shape
        (4,)
        """
        return (len(self.change),)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the changes: float64.

        Examples
        --------
        The changes are numbers of double precision:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> model = torch.nn.Sequential(torch.nn.Embedding(3, 3), torch.nn.Identity())
        >>> ablation_effect(model, [0, 1, 2], "0", [1]).dtype
        dtype('float64')
        """
        return self.change.dtype

    @property
    def ndim(self) -> int:
        """Number of dimensions: 1.

        Examples
        --------
        It is a list of numbers:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> model = torch.nn.Sequential(torch.nn.Embedding(3, 3), torch.nn.Identity())
        >>> ablation_effect(model, [0, 1, 2], "0", [1]).ndim
        1
        """
        return 1

    @property
    def mean_change(self) -> float:
        """The mean change of the loss over all steps that have one; NaN where none has.

        Examples
        --------
        The mean over all steps that have a next token:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> says = 5 * torch.eye(3).roll(1, 1)
        >>> model = torch.nn.Sequential(torch.nn.Embedding.from_pretrained(says), torch.nn.Identity())
        >>> effect = ablation_effect(model, [0, 1, 2] * 20, "0", [1], "zero")
        >>> round(effect.mean_change, 3), bool(effect.mean_change == effect.change[:-1].mean())
        (0.368, True)
        """
        return _mean(self.change)

    @property
    def accuracy_before(self) -> float:
        """Share of the steps with a target at which it has the highest score, 0…1, with nothing held.

        Examples
        --------
        A model that always knows what follows:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> says = 5 * torch.eye(3).roll(1, 1)
        >>> model = torch.nn.Sequential(torch.nn.Embedding.from_pretrained(says), torch.nn.Identity())
        >>> ablation_effect(model, [0, 1, 2] * 20, "0", [1]).accuracy_before
        1.0
        """
        return float("nan") if self.correct_before is None else _mean(self.correct_before)

    @property
    def accuracy_after(self) -> float:
        """Share of the steps with a target at which it has the highest score, 0…1, with the cells held.

        Examples
        --------
        Without the cell that says 1, a model of 0, 1, 2, 0, 1, 2, … still knows the other two:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> says = 5 * torch.eye(3).roll(1, 1)
        >>> model = torch.nn.Sequential(torch.nn.Embedding.from_pretrained(says), torch.nn.Identity())
        >>> effect = ablation_effect(model, [0, 1, 2] * 20, "0", [1], "zero")
        >>> round(effect.accuracy_after, 2)
        0.66
        """
        return float("nan") if self.correct_after is None else _mean(self.correct_after)

    @property
    def p(self) -> float:
        """How often random cells change the mean loss as much: (1 + sets that do) / (1 + sets).

        NaN without random sets.

        Examples
        --------
        Holding cell 1 of 12 changes the loss more than holding any of nine other cells does:

        >>> import torch
        >>> from lstmvis_widget import ablation_effect
        >>> says = torch.nn.functional.pad(5 * torch.eye(3).roll(1, 1), (0, 9))
        >>> model = torch.nn.Sequential(torch.nn.Embedding.from_pretrained(says), torch.nn.Linear(12, 3, bias=False))
        >>> _ = model[1].weight.data.copy_(torch.eye(3, 12))
        >>> effect = ablation_effect(model, [0, 1, 2] * 20, "0", [1], "zero", against_random=9)
        >>> round(effect.p, 2)
        0.1
        """
        return self._p(np.isfinite(self.change))

    def by_label(
        self, track: Any = None, *, where: Any = None, confidence: float = 0.95, seed: int = 0
    ) -> pd.DataFrame:
        """The change of the loss at the steps of each label of a track.

        Parameters
        ----------
        track : Track or sequence of T labels, optional
            Steps without a label don't count. By default there is one row for all steps.
        where : array_like of bool, shape (T,), or (track, label), optional
            The steps that count, as for `cell_alignment`.
        confidence : float, default 0.95
            Level of the intervals, between 0 and 1.
        seed : int, default 0
            Of the draws for the intervals.

        Returns
        -------
        pandas.DataFrame
            One row for each label that has steps with a loss, the most frequent first, with the columns

            - ``label``; ``n``, the number of its steps with a loss;
            - ``loss``: their mean loss with nothing held; ``change``: by how much it changes; ``low`` and ``high``: the
              ends of the interval of the change, by drawing sequences anew (or 50 stretches of the text, where there
              are fewer);
            - where there are targets, ``accuracy``, 0…1, and ``accuracy_change``;
            - where there are random sets, ``random``: their mean change; and ``p``: (1 + random sets whose ``|change|``
              is at least as large) / (1 + random sets), of this label alone.

        Raises
        ------
        ImportError
            pandas isn't installed.
        TypeError, ValueError
            The track or ``where`` doesn't fit the steps, or ``confidence`` is out of its range.

        Examples
        --------
        The cell that says "b" is missed after "a", and only there:

        >>> import torch
        >>> from lstmvis_widget import CategoricalTrack, ablation_effect
        >>> says = 5 * torch.eye(3).roll(1, 1)
        >>> model = torch.nn.Sequential(torch.nn.Embedding.from_pretrained(says), torch.nn.Identity())
        >>> effect = ablation_effect(model, [0, 1, 2] * 20, "0", [1], "zero")
        >>> table = effect.by_label(CategoricalTrack(["a", "b", "c"] * 20))
        >>> table[["label", "n", "loss", "change"]].round(2)
          label   n  loss  change
        0     a  20  0.01    1.09
        1     b  20  0.01    0.00
        2     c  19  0.01    0.00
        """
        pandas = import_extra("pandas", "analysis", "AblationEffect.by_label")
        check_confidence(confidence)
        steps = len(self)
        counted = np.isfinite(self.change)
        mask = mask_of(where, steps)
        counted = counted if mask is None else counted & mask
        if track is None:
            groups = [(ALL, counted)]
        else:
            labels = as_labels(track, steps)
            groups = [(name, counted & (labels.codes == code)) for code, name in enumerate(labels.names)]
        within = Sequences.of(self.sequences, steps)
        rows = [self._row(name, has, within, confidence, seed) for name, has in groups if has.any()]
        return pandas.DataFrame(
            rows, columns=list(rows[0]) if rows else ["label", "n", "loss", "change", "low", "high"]
        )

    def _row(
        self, name: str, has: NDArray[np.bool_], within: Sequences, confidence: float, seed: int
    ) -> dict[str, Any]:
        change, low, high = interval_of_mean(self.change, has, within, confidence, seed)
        row: dict[str, Any] = {
            "label": name,
            "n": int(has.sum()),
            "loss": _mean(self.before[has]),
            "change": change,
            "low": low,
            "high": high,
        }
        if self.correct_before is not None and self.correct_after is not None:
            row["accuracy"] = _mean(self.correct_before[has])
            row["accuracy_change"] = _mean(self.correct_after[has]) - row["accuracy"]
        if len(self.random_changes):
            row["random"] = float(self._random_means(has).mean())
            row["p"] = self._p(has)
        return row

    def _random_means(self, has: NDArray[np.bool_]) -> Floats:
        means: Floats = self.random_changes[:, has].mean(axis=1, dtype=np.float64)
        return means

    def _p(self, has: NDArray[np.bool_]) -> float:
        count = len(self.random_changes)
        if not count or not has.any():
            return float("nan")
        # Random sets are kept in half the precision.
        observed = abs(float(self.change[has].astype(np.float32).mean(dtype=np.float64)))
        return (1 + int((np.abs(self._random_means(has)) >= observed).sum())) / (1 + count)

    def __repr__(self) -> str:
        cells = ", ".join(map(str, self.cells[:6].tolist())) + (", …" if len(self.cells) > 6 else "")
        value = self.value if isinstance(self.value, str | float | int) else "given values"
        text = (
            f"AblationEffect: cells {cells or '(none)'} of {self.layer!r} held at {value}: loss "
            f"{_mean(self.before):.4g} → {_mean(self.after):.4g} ({self.mean_change:+.4g}, "
            f"{int(np.isfinite(self.change).sum()):,} steps)"
        )
        if self.correct_before is not None:
            text += f"; accuracy {self.accuracy_before:.3f} → {self.accuracy_after:.3f}"
        if len(self.random_changes):
            random = self._random_means(np.isfinite(self.change))
            text += f"; {len(random)} random sets {random.mean():+.4g} on average, p = {self.p:.3g}"
        return text


def interval_of_mean(
    values: Floats, has: NDArray[np.bool_], within: Sequences, confidence: float, seed: int
) -> tuple[float, float, float]:
    """The mean of some steps, and the ends of its interval by drawing sequences anew."""
    steps = np.flatnonzero(has)
    resampling = Resampling(steps, within, confidence, seed)
    return resampling.interval(resampling.sums(values[steps, None]), lambda sums, count: sums[0] / count)


def check_confidence(confidence: float) -> None:
    """Raise ValueError where it is no level of an interval."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, such as 0.95; got {confidence!r}")


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")
