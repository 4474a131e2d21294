"""What each step does to the output of a model: the change when it is left out."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from dataclasses import replace as with_values
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_integer
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.showing import Progress, shown

from .batches import Batches, Call, Layout
from .layer_sources import halves_of, is_transformers
from .lazy_torch import Tensor, torch
from .model_call import Inputs, Runner
from .output_checks import check_classes, check_scores, explaining_length, kept_entries
from .pieces import PIECE_STEPS, as_before
from .recurrent import family
from .rereading import Argument, ReadSequence, batch_of, last_scores, sequences_of
from .score_scale import Scale
from .setup import check_model, layout_of, returning_dicts, unwrapped
from .tape import Tape
from .texts import TextReader
from .watching import WatchedModel, kept

LEAVE_OUT = "leave out"

KEEP_LENGTH = "with a token in the place of each (replace=…) a text keeps its length"


def occlusion(
    model: Any,
    sequence: Any,
    *,
    replace: Any = None,
    of: int | str | None = None,
    classes: Any = None,
    tokenizer: Any = None,
    batch_first: bool | None = None,
    run: Any = None,
    device: Any = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> NDArray[np.float64]:
    """How the probability of a class after the last step changes when each step is left out.

    Meanwhile the model is in evaluation mode, and no gradients are computed; afterwards it is as before. It reads the
    sequence once, and T variants of it, many side by side.

    Parameters
    ----------
    model : torch.nn.Module
        It returns scores of C classes for a sequence, or for each of its steps, whose last then counts. Those that sum
        to 1 are probabilities, and others logits, as `record_states` tells them apart; a single score is the
        probability of the second of two classes, or its logit.
    sequence : array_like of int, shape (T,), array_like of float, shape (T, F), text, tuple or dict
        One sequence: token ids or feature vectors, as `record_states` takes a batch. A text needs the ``tokenizer``.
    replace : {None, "leave out"}, int, or array_like of float, optional
        What is done to a step: None and ``"leave out"`` take it out, so that the model reads T − 1 steps. An integer is
        a token id that takes its place, such as that of an unknown word; of feature vectors, a number or F numbers.
    of : int or str, optional
        The class whose probability is followed: a column, or a name among ``classes``. By default the class that the
        model predicts for the whole sequence.
    classes : sequence of C labels, optional
        Names of the classes.
    tokenizer : tokenizer of transformers or tokenizers, or callable, optional
        Turns a text into ids, as for `record_states`.
    batch_first : bool, optional
        Whether the model reads (B, T) rather than (T, B), as for `record_states`.
    run : callable, optional
        ``run(model, batch)`` runs a model that is called in another way, as for `record_states`.
    device : torch.device or str, optional
        The device to run the model on; by default where it is.
    check : callable, optional
        Called before each run of the model; may raise to end it.
    progress : bool or callable, optional
        Whether to show a bar; by default after one second, in notebooks and terminals. A callable is given the share
        done, 0…1.

    Returns
    -------
    float64 ndarray of shape (T,)
        Element t: the probability without step t (or with it replaced) less that with it, −1…1. It is negative where
        the step speaks for the class. NaN for a sequence of one step that is left out, as nothing remains.

    Raises
    ------
    ImportError
        PyTorch isn't installed.
    TypeError, ValueError
        There isn't one sequence, the model returns no scores, there is no such class, or ``replace`` is nothing that
        can take the place of a step.

    References
    ----------
    M. D. Zeiler, R. Fergus: Visualizing and understanding convolutional networks (2014), section 4.2.

    Examples
    --------
    A model that says how many of the ids are 1, and what leaving each of them out does to it:

    >>> import torch
    >>> from lstmvis_widget import occlusion
    >>> class Counting(torch.nn.Module):
    ...     def forward(self, ids):
    ...         share = (ids == 1).float().mean(dim=1)
    ...         return torch.stack([1 - share, share], dim=1)
    >>> occlusion(Counting(), [1, 0, 0, 0, 1], of=1).round(2).tolist()
    [-0.15, 0.1, 0.1, 0.1, -0.15]

    As a track beside jumps, for texts that were recorded one after the other:

    >>> tracks = {"occlusion": np.concatenate([occlusion(model, ids) for ids in texts])}  # doctest: +SKIP
    """
    model = unwrapped(model)
    check_model(model)
    if family(model):
        msg = f"a {type(model).__name__} returns states, not scores of classes; give the model that has an output layer"
        raise ValueError(msg)
    if halves_of(model) is not None:
        raise ValueError("an encoder-decoder says nothing of what it reads alone; give a model that returns scores")
    classes = kept_entries(classes)
    check_classes(classes)
    with ExitStack() as stack:
        report = stack.enter_context(shown(progress, "leaving steps out"))
        watched = stack.enter_context(WatchedModel(model, (), {}, device))  # which says what ids are out of range
        stack.enter_context(torch.no_grad())
        if run is None:
            stack.enter_context(returning_dicts(model))
        inputs = Inputs.of(model, None)
        runs = run or Runner(inputs, asks_hidden_states=False)
        layout = layout_of(model, batch_first, transformers=is_transformers(model))
        whole = _only_sequence(sequence, TextReader(tokenizer), layout, inputs, as_is=run is not None)
        filling = _filling(whole, replace)
        scale, tape = Scale(classes), Tape()

        def read(sequences: list[ReadSequence]) -> Tensor:
            check()
            batch = batch_of(sequences)
            watched.begin(batch, carry=False)
            kept_length = filling is not None or sequences[0].steps == whole.steps
            explained = nullcontext() if kept_length else explaining_length(sequences[0].steps, KEEP_LENGTH)
            with as_before(model), explained:
                output = runs(model, batch)
            check_scores(model, output)
            return last_scores(output, sequences, scale.columns)

        with tape.recording():
            first = read([whole])
        function = tape.last_function(first)
        first = kept(first)
        scale.learn(first, function)
        chosen = None if of is None else _class_of(of, scale.track(as_numpy(first)), named=classes is not None)
        if whole.steps == 1 and filling is None:
            return np.full(1, np.nan)
        found = [first]
        size = whole.most_together or max(1, PIECE_STEPS // whole.steps)
        for start in range(0, whole.steps, size):
            stop = min(start + size, whole.steps)
            variants = [_without(whole, step, filling) for step in range(start, stop)]
            found.append(kept(read(variants)))
            report(stop / whole.steps)
    scores = torch.cat(found)
    scale.decide(scores, function)
    track = scale.track(as_numpy(scores))
    of_class = track.probabilities(0, len(scores))[:, int(track.expected[0]) if chosen is None else chosen]
    changes: NDArray[np.float64] = of_class[1:] - of_class[0]
    return changes


def _only_sequence(sequence: Any, texts: TextReader, layout: Layout, inputs: Inputs, *, as_is: bool) -> ReadSequence:
    """The sequence as the model is called with it."""
    given = [sequence] if isinstance(sequence, tuple) else sequence
    batches = Batches(given, None, layout, texts, inputs, as_is=as_is)
    calls: list[Call] = [call for _, call in batches]
    lengths = [call.lengths or [call.steps or 0] * (call.streams or 0) for call in calls]
    count = sum(map(len, lengths))
    if count != 1:
        line = ". Give one of them, as [0]" if count else ""
        raise ValueError(f"sequence must be one sequence; got {count} in {brief(sequence)}{line}")
    found = sequences_of(calls[0], lengths[0], batch_first=layout.batch_first)
    if not found or found[0] is None:
        raise ValueError(f"sequence must have an entry for each step; got {brief(sequence)}")
    return found[0]


def _filling(sequence: ReadSequence, replace: Any) -> Tensor | None:
    """What takes the place of a step; None: nothing."""
    if replace is None or (isinstance(replace, str) and replace == LEAVE_OUT):
        return None
    values = sequence.arguments[sequence.subject()].value
    if values.is_floating_point():
        try:
            filling = torch.as_tensor(as_numpy(replace), device="cpu").to(values)
        except (TypeError, ValueError, RuntimeError):
            filling = None
        if filling is not None and tuple(filling.shape) in {(), (1,), tuple(values.shape[1:])}:
            return filling
        allowed = f"a number, or the {values.shape[-1]} features of a step"
    else:
        number = as_integer(replace)
        if number is not None and number >= 0:
            return torch.as_tensor(number, device="cpu").to(values)
        allowed = "a token id"
    raise ValueError(
        f"replace must be None or {LEAVE_OUT!r}, or {allowed}, which takes its place; got {brief(replace)}"
    )


def _without(sequence: ReadSequence, step: int, filling: Tensor | None) -> ReadSequence:
    """The sequence without a step, or with something else in its place."""
    if filling is None:
        return sequence.part([each for each in range(sequence.steps) if each != step])
    name = sequence.subject()
    values = sequence.arguments[name].value.clone()
    values[step] = filling
    argument = Argument(sequence.arguments[name].role, values)
    return with_values(sequence, arguments={**sequence.arguments, name: argument})


def _class_of(of: Any, track: OutputTrack, *, named: bool) -> int:
    """The column of a class."""
    names = track.classes
    if isinstance(of, str) and named and of in names:
        return names.index(of)
    number = as_integer(of)
    if number is not None and 0 <= number < len(names):
        return number
    hint = f"or one of {brief(list(names))}" if named else "or a name, with classes="
    raise ValueError(f"of must be a column, 0…{len(names) - 1}, {hint}; got {brief(of)}")
