"""Whether a model uses some cells: the change of its loss where they are held at a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstmvis_widget.given.numbers import checked_float, checked_int, checked_ranges
from lstmvis_widget.recording.encoder_decoder import half_of
from lstmvis_widget.recording.layer_sources import Source, chosen_sources
from lstmvis_widget.recording.recurrent import family
from lstmvis_widget.recording.setup import check_carrying, check_model, unwrapped
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part
from lstmvis_widget.work.showing import Progress, shown

from .effect import AblationEffect
from .held_cells import RESAMPLE, Value, check_there, checked_cells, checked_value, held_set, random_sets
from .losses import Losses
from .reading import Given, ReadText, read_text
from .runs import Outcome, Runs


class Asked(NamedTuple):
    """What is asked of a model, checked.

    Attributes
    ----------
    model : Module
    layer : str
        Its name.
    source : Source
    given : Given
    losses : Losses
    value : Value
    threshold : float or None
    ranges : Any
        As given.
    device : device or None
    seed : int
    check : callable
    """

    model: Any
    layer: str
    source: Source
    given: Given
    losses: Losses
    value: Value
    threshold: float | None
    ranges: Any
    device: Any
    seed: int
    check: Check

    def read(self, *, many: bool, progress: Report) -> ReadText:
        """Let the model read the text once."""
        return read_text(
            self.model,
            self.source,
            self.given,
            self.losses,
            threshold=self.threshold,
            keep=isinstance(self.value, str) and self.value == RESAMPLE,
            many=many,
            device=self.device,
            check=self.check,
            progress=progress,
        )

    def runs(self, text: ReadText) -> Runs:
        """Runs over this text."""
        steps = np.ones(text.steps, bool)
        if self.ranges is not None:
            steps[:] = False
            for start, stop in checked_ranges("ranges", self.ranges, text.steps).tolist():
                steps[start:stop] = True
        resample = isinstance(self.value, str) and self.value == RESAMPLE
        donors = np.random.default_rng(self.seed).permutation(text.steps) if resample else None
        return Runs(self.model, self.layer, self.source, text, self.losses, steps, donors, self.device, self.check)


def ablation_effect(
    model: Any,
    batches: Any,
    layer: str,
    cells: Any,
    value: Any = "mean",
    *,
    ranges: Any = None,
    loss: str | Callable[[Any, Any], Any] | None = None,
    head: str | Callable[[Any], Any] | None = None,
    targets: Any = None,
    classes: Any = None,
    against_random: int = 0,
    threshold: float | None = None,
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
) -> AblationEffect:
    """Whether a model uses some cells: the change of its loss at each step, where they are held at a value.

    The model reads the text as for `record_states`, once unchanged and once with the cells held. The states that follow
    change with them: what a held cell would have told the later steps is lost, too. Meanwhile it is in evaluation mode,
    and no gradients are computed; afterwards, also after an exception, it is as before.

    Parameters
    ----------
    model : torch.nn.Module
        Any model that `record_states` takes.
    batches : array_like, text, or iterable
        What it reads, as for `record_states`. It is gone through once.
    layer : str
        The layer that has the cells, by its name in a recording:

        - hidden state, cell state or a gate of a recurrent module, such as ``"lstm.layer1.hidden"``,
          ``"lstm.layer2.cell"`` or ``"gru.layer1.update_gate"``: the layer is run step by step, and goes on with what
          is held. Cells of a bidirectional module are held in the direction that they are of;
        - one of the hidden states of a transformers model, such as ``"layer3"``: held in the module that makes it;
        - the output of any other module, such as ``"transformer.h.0.mlp.act"``: what comes after it is given the held
          values.
    cells : int or iterable of int
        Which cells, 0…D − 1, such as ``explorer.selected_cells``. None (``[]``) change nothing.
    value : {"mean", "zero", "resample"}, float, or array_like of float, default "mean"
        What they are held at: the mean of each cell over the steps of the text; 0; what the cells have at another step,
        drawn at random, all cells at the same one; a number; or a number for each of the cells, in their order. In
        units of the layer, before any transform of an explorer.
    ranges : array_like of int, shape (n, 2), optional
        Half-open ranges of time steps, as absolute positions in the recording, at which cells are held. By default at
        every step.
    loss : {"next", "targets"} or callable, optional
        What the loss of a step is:

        - ``"next"``, by default for token ids: −log p(token t + 1) by the scores of step t. The last step of a sequence
          has none;
        - ``"targets"``, by default where there are ``targets``: −log p(target) by the scores of step t, for the steps
          that have a target; the target of a sequence is that of its last step;
        - a function of what the model returns and of the batch it was given, which returns a tensor of losses: for each
          step, (B, T) or (T, B), also flat, or without the last step, which has none then; or for each sequence, (B,),
          which is that of its last step.
    head : str or callable, optional
        The source of the scores, as for `record_states`: the dotted name of a module, or a function of the model's
        output, such as a decoder. By default the model returns them, or has them as ``logits``: for each step, or one
        result for each sequence. Scores that sum to 1 are probabilities, and others logits; a single score is the
        probability of the second of two classes, or its logit.
    targets : sequence of N or T labels or int, or Track, optional
        The true class of each sequence, or of each step; None where there is none. A `CategoricalTrack` has labels, and
        a `ContinuousTrack` whole numbers.
    classes : sequence of C labels, optional
        Names of the classes, if targets are names.
    against_random : int, default 0
        How many random sets of as many cells to hold as well. Cells are grouped by on-rates, or without ``threshold``
        by their variance, into tenths, of at least 10 cells; a set has as many cells of each group. No set is the given
        one, and none comes twice; where there are fewer, all are held.
    threshold : float, optional
        Where a cell counts as on for that, in units of the layer.
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
        Of random cells, and of ``"resample"``.
    check : callable, optional
        Called before each run of the model; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    AblationEffect
        An array of shape (T,), of the same steps in the same order as the recording, so it can be a track:
        ``explorer.tracks["ablation"] = effect``. Element t: the loss of step t with the cells held less that without,
        in nats where it is a cross-entropy; above 0 where the model does worse. NaN where there is no loss.

        It has ``before`` and ``after``, the two losses of each step; ``mean_change``; ``accuracy_before`` and
        ``accuracy_after``; ``by_label(track)``, a table; and with random sets ``p``.

    Raises
    ------
    ImportError
        PyTorch isn't installed.
    TypeError, ValueError
        There is no such layer or cell, no loss can be computed (the message says what to give), cells can't be held at
        ``value``, there is no other set of cells, or what `record_states` refuses.
    RuntimeError
        The layer, run step by step, doesn't compute what the module does.

    Notes
    -----
    A recurrent layer is run step by step also where nothing is held, so that both losses come from the same
    computation; there each step is compared with what the module itself makes of the state before it, within the errors
    of `record_states`.

    Several sets of cells are read side by side, as copies in one batch; long texts are then cut where that changes
    nothing, as for `record_states`. It isn't tried where there is a ``run``. Many short texts are read faster in one
    padded batch, with their ``lengths``. All batches are kept meanwhile.

    A small change doesn't say that the model has no use for what the cells hold: others may hold it, too. A large one
    doesn't say what they hold: cells held at a value give states that the model has never been in, and it may fail for
    that reason. Hence the random cells, ``"resample"``, which keeps each cell within its own values, and the labels.

    References
    ----------
    Y. Lakretz, G. Kruszewski, T. Desbordes, D. Hupkes, S. Dehaene, M. Baroni: The emergence of number and syntax units
    in LSTM language models (2019).
    A. S. Morcos, D. G. T. Barrett, N. C. Rabinowitz, M. Botvinick: On the importance of single directions for
    generalization (2018).

    Examples
    --------
    An RNN that says at each step whether the last one was odd; only its cell 0 knows:

    >>> import torch
    >>> from lstmvis_widget import ablation_effect
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
    >>> ablation_effect(Odd(), numbers, "rnn.layer1.hidden", [0], "zero", targets=odd).mean_change > 0.6
    True
    >>> ablation_effect(Odd(), numbers, "rnn.layer1.hidden", [1, 2], "zero", targets=odd).mean_change
    0.0
    """
    cells = checked_cells(cells)
    count = checked_int("against_random", against_random)
    asked = asked_of(
        model,
        layer,
        checked_value(value, len(cells)),
        Given(batches, lengths, tokenizer, batch_first, carry_state, steps_per_call, run),
        losses=(loss, head, classes, targets),
        threshold=threshold,
        ranges=ranges,
        device=device,
        seed=seed,
        check=check,
    )
    work = 3 + count
    with shown(progress, "holding cells") as report:
        text = asked.read(many=count > 1, progress=part(report, 0, 1 / work))
        check_there(cells, asked.layer, len(text.cells))
        sets = random_sets(cells, asked.value, text.cells, count, seed)
        with asked.runs(text) as runs:
            before = runs.without(part(report, 1 / work, 2 / work))
            own = held_set(cells, asked.value, text.cells)
            ((_, after),) = runs.each([own], before, part(report, 2 / work, 3 / work))
            random = np.zeros((len(sets), text.steps), np.float32)
            for first, found in runs.each(sets, before, part(report, 3 / work, 1)):
                random[first : first + len(found.losses)] = found.losses - before.losses
    effect = effect_of(asked, cells, value, text, (before, after))
    effect.random_cells = np.array([each.cells for each in sets], np.int64).reshape(len(sets), len(cells))
    effect.random_changes = random
    return effect


def effect_of(
    asked: Asked, cells: Any, value: Any, text: ReadText, outcomes: tuple[Outcome, Outcome]
) -> AblationEffect:
    """The effect that two outcomes of one set each make, without and with cells held."""
    before, after = outcomes
    return AblationEffect(
        layer=asked.layer,
        cells=cells,
        value=value,
        losses=(before.losses[0], after.losses[0]),
        correct=None if before.correct is None or after.correct is None else (before.correct[0], after.correct[0]),
        sequences=text.sequences.lengths.tolist(),
    )


def asked_of(
    model: Any,
    layer: Any,
    value: Value,
    given: Given,
    *,
    losses: tuple[Any, Any, Any, Any],
    threshold: Any,
    ranges: Any,
    device: Any,
    seed: int,
    check: Check,
) -> Asked:
    """What is asked, checked before the model runs.

    Raises
    ------
    TypeError, ValueError
        An argument isn't allowed.
    """
    model = unwrapped(model)
    check_model(model)
    name, source = _only_layer(model, layer)
    if given.steps_per_call is not None:
        given = Given(
            given.batches,
            given.lengths,
            given.tokenizer,
            given.batch_first,
            given.carry_state,
            checked_int("steps_per_call", given.steps_per_call, low=1),
            given.run,
        )
    recurrent = [module for module in model.modules() if family(module)]
    check_carrying(recurrent, carry_state=given.carry_state, steps_per_call=given.steps_per_call)
    loss, head, classes, targets = losses
    return Asked(
        model,
        name,
        source,
        given,
        Losses(model, loss, head, classes, targets),
        value,
        None if threshold is None else checked_float("threshold", threshold),
        ranges,
        device,
        checked_int("seed", seed),
        check,
    )


def _only_layer(model: Any, layer: Any) -> tuple[str, Source]:
    sources = chosen_sources(model, layer)
    if len(sources) > 1:
        listed = ", ".join(map(repr, sources))
        raise ValueError(f"cells are those of one layer; {layer!r} fits {listed}")
    name, source = next(iter(sources.items()))
    half = half_of(model, [source], scores=False)
    if half is not None and half.side == "encoder":
        raise ValueError(
            f"{name!r} is a layer of the encoder, whose steps are those of another text than the decoder's, which has "
            "the loss: cells of the decoder can be held"
        )
    return name, source
