"""Which single cells a model uses most: the change of its loss where each is held by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from lstmvis_widget.statistics.counted_steps import mask_of
from lstmvis_widget.work.cancelling import Check, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .ablation_effect import asked_of
from .effect import check_confidence, interval_of_mean
from .held_cells import check_there, checked_cells, checked_value, held_set
from .reading import Given

if TYPE_CHECKING:
    import pandas as pd


def ablation_effects(
    model: Any,
    batches: Any,
    layer: str,
    cells: Any = None,
    value: Any = "mean",
    *,
    ranges: Any = None,
    where: Any = None,
    loss: str | Callable[[Any, Any], Any] | None = None,
    head: str | Callable[[Any], Any] | None = None,
    targets: Any = None,
    classes: Any = None,
    confidence: float = 0.95,
    tokenizer: Any = None,
    lengths: Any = None,
    batch_first: bool | None = None,
    carry_state: bool = False,
    steps_per_call: int | None = None,
    run: Callable[[Any, Any], Any] | None = None,
    device: Any = None,
    seed: int = 0,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """Which single cells a model uses most: the change of its loss where each of them is held by itself.

    Parameters
    ----------
    model, batches, layer, ranges, loss, head, targets, classes
        As for `ablation_effect`.
    cells : iterable of int, optional
        Which cells to hold, one after the other; by default each of the layer.
    value : {"mean", "zero", "resample"} or float, default "mean"
        What each is held at, as for `ablation_effect`.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps whose loss counts, as for `cell_alignment`, such as the verbs. Cells are held at all steps, or those
        of ``ranges``.
    confidence : float, default 0.95
        Level of the intervals, between 0 and 1.
    tokenizer, lengths, batch_first, carry_state, steps_per_call, run, device
        As for `record_states`.
    seed : int, default 0
        Of ``"resample"``, and of the draws for intervals.
    check : callable, optional
        Called before each run of the model; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each cell, that with the greatest change first, whatever its sign; of equal ones the lower cell:

        - ``cell``; ``n``, the number of steps with a loss;
        - ``loss``: their mean loss with nothing held; ``change``: by how much it changes, above 0 where the model does
          worse; ``low`` and ``high``: the ends of its interval, by drawing sequences anew (or 50 stretches of the text,
          where there are fewer);
        - where there are targets, ``accuracy``, 0…1, and ``accuracy_change``.

    Raises
    ------
    ImportError
        PyTorch or pandas isn't installed.
    TypeError, ValueError, RuntimeError
        As of `ablation_effect`; or no step that counts has a loss.

    Notes
    -----
    The greatest of many changes is partly chance: look at it again on another text. A cell with no effect by itself may
    have one together with others that hold the same, and cells that no table points at may turn out to matter most.

    Examples
    --------
    >>> table = ablation_effects(model, ids, "lstm.layer2.hidden", where=(pos, "VERB"))  # doctest: +SKIP
    >>> effect = ablation_effect(model, ids, "lstm.layer2.hidden", table["cell"][:3])  # doctest: +SKIP
    """
    pandas = import_extra("pandas", "analysis", "ablation_effects")
    check_confidence(confidence)
    wanted = None if cells is None else checked_cells(cells)
    asked = asked_of(
        model,
        layer,
        checked_value(value, None),
        Given(batches, lengths, tokenizer, batch_first, carry_state, steps_per_call, run),
        losses=(loss, head, classes, targets),
        threshold=None,
        ranges=ranges,
        device=device,
        seed=seed,
        check=check,
    )
    with shown(progress, "holding cells") as report:
        text = asked.read(many=True, progress=part(report, 0, 0.1))
        chosen = np.arange(len(text.cells)) if wanted is None else wanted
        check_there(chosen, asked.layer, len(text.cells))
        mask = mask_of(where, text.steps)
        sets = [held_set(chosen[[place]], asked.value, text.cells) for place in range(len(chosen))]
        rows = []
        with asked.runs(text) as runs:
            before = runs.without(part(report, 0.1, 0.2))
            counted = np.isfinite(before.losses[0])
            counted = counted if mask is None else counted & mask
            if not counted.any():
                raise ValueError("none of the steps that count has a loss")
            for first, found in runs.each(sets, before, part(report, 0.2, 1)):
                check()
                for number, losses in enumerate(found.losses):
                    change, low, high = interval_of_mean(
                        losses - before.losses[0], counted, text.sequences, confidence, seed
                    )
                    row: dict[str, float] = {"cell": int(chosen[first + number]), "n": int(counted.sum())}
                    row |= {"loss": before.losses[0, counted].mean(), "change": change, "low": low, "high": high}
                    if before.correct is not None and found.correct is not None:
                        row["accuracy"] = before.correct[0, counted].mean()
                        row["accuracy_change"] = found.correct[number, counted].mean() - row["accuracy"]
                    rows.append(row)
    table = pandas.DataFrame(rows)
    order = np.lexsort((table["cell"], -table["change"].abs()))
    return table.iloc[order].reset_index(drop=True)
