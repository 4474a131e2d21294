"""Which single cells a model uses most: the change of its loss where each is held by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from lstmvis_widget.statistics.counted_steps import mask_of
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.work.cancelling import Check, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .ablation_effect import asked_of, effect_of
from .effect import check_confidence
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
    track: Any = None,
    where: Any = None,
    ranges: Any = None,
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
    model : torch.nn.Module
        Any model that `record_states` takes.
    batches : array_like, text, or iterable
        What it reads, as for `record_states`.
    layer : str
        The layer that has the cells, by its name in a recording, as for `ablation_effect`.
    cells : iterable of int, optional
        Which cells to hold, one after the other; by default each of the layer.
    value : {"mean", "zero", "resample"} or float, default "mean"
        What each is held at, as for `ablation_effect`.
    track : Track or sequence of T labels, optional
        Have a row for each label, of the steps that have it. Steps without a label don't count.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps whose loss counts, as for `cell_alignment`, such as the verbs. Cells are held at all steps, or those
        of ``ranges``.
    ranges : array_like of int, shape (n, 2), optional
        Half-open ranges of time steps at which cells are held. By default at every step.
    loss : {"next", "targets"} or callable, optional
        What the loss of a step is, as for `ablation_effect`.
    head : str or callable, optional
        The source of the scores, as for `ablation_effect`.
    targets : sequence of N or T labels or int, or Track, optional
        The true class of each sequence, or of each step; None where there is none.
    classes : sequence of C labels, optional
        Names of the classes, if targets are names.
    confidence : float, default 0.95
        Level of the intervals, between 0 and 1.
    tokenizer : tokenizer of transformers or tokenizers, or callable, optional
        Turns texts into ids, as for `record_states`.
    lengths : list of int, iterable of lists, or callable, optional
        For each batch, the lengths of its sequences without padding, as for `record_states`.
    batch_first : bool, optional
        Whether batches are (B, T) rather than (T, B), as for `record_states`.
    carry_state : bool, default False
        Whether recurrent modules go on from their state at the end of the batch before, as for `record_states`.
    steps_per_call : int, optional
        Cut longer batches into pieces of this many steps, as for `record_states`.
    run : callable, optional
        ``run(model, batch)`` runs a model that is called in another way, as for `record_states`.
    device : torch.device or str, optional
        The device to run the model on; by default where it is.
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
        One row for each cell (and label of the track), that with the greatest change first, whatever its sign; of equal
        ones the lower cell:

        - ``cell``; with a track ``label``; ``n``, the number of steps with a loss;
        - ``loss``: their mean loss with nothing held; ``change``: by how much it changes, above 0 where the model does
          worse; ``low`` and ``high``: the ends of its interval, by drawing sequences anew (or 50 stretches of the text,
          where there are fewer);
        - where there are targets, ``accuracy``, 0…1, and ``accuracy_change``.

    Raises
    ------
    ImportError
        PyTorch or pandas isn't installed.
    TypeError, ValueError, RuntimeError
        As for `ablation_effect`; or no step that counts has a loss.

    Notes
    -----
    The greatest of many changes is partly chance: look at it again on another text. A cell with no effect by itself may
    have one together with others that hold the same, and cells that no table points at may turn out to matter most.

    Examples
    --------
    In an RNN that says at each step whether the last one was odd, cell 0 is the one that matters:

    >>> import torch
    >>> from lstmvis_widget import ablation_effects
    >>> class Odd(torch.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         torch.manual_seed(0)
    ...         self.rnn = torch.nn.RNN(1, 3, batch_first=True)
    ...         self.rnn.weight_ih_l0.data[0], self.rnn.weight_hh_l0.data[0] = 9.0, 0.0
    ...
    ...     def forward(self, numbers):
    ...         hidden, _ = self.rnn(numbers % 2 * 2 - 1)
    ...         return hidden[:, :, 0] * 4
    >>> numbers = torch.arange(8.0)[None, :, None]
    >>> odd = (torch.arange(8) % 2).tolist()
    >>> table = ablation_effects(Odd(), numbers, "rnn.layer1.hidden", value="zero", targets=odd)
    >>> int(table["cell"][0]), bool(table["change"][0] > 0.6), float(table["change"][1])
    (0, True, 0.0)
    """
    pandas = import_extra("pandas", "analysis", "ablation_effects")
    check_confidence(confidence)
    wanted = None if cells is None else checked_cells(cells)
    if wanted is not None and not len(wanted):
        raise ValueError("cells must name at least one cell; by default each of the layer is held")
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
        labels = None if track is None else as_labels(track, text.steps)
        mask = mask_of(where, text.steps)
        sets = [held_set(chosen[[place]], asked.value, text.cells) for place in range(len(chosen))]
        tables = []
        with asked.runs(text) as runs:
            before = runs.without(part(report, 0.1, 0.2))
            for first, found in runs.each(sets, before, part(report, 0.2, 1)):
                for number in range(len(found.losses)):
                    check()
                    effect = effect_of(asked, chosen[[first + number]], value, text, (before, found.part(number)))
                    rows = effect.by_label(labels, where=mask, confidence=confidence, seed=seed)
                    rows.insert(0, "cell", chosen[first + number])
                    tables.append(rows if track is not None else rows.drop(columns="label"))
    table = pandas.concat(tables, ignore_index=True)
    if table.empty:
        raise ValueError("none of the steps that count has a loss")
    order = np.lexsort((table["cell"], -table["change"].abs()))
    return table.iloc[order].reset_index(drop=True)
