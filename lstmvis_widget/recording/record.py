"""Recording the states of a PyTorch model while it reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstmvis_widget.files.reading import read_file
from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.timeline.vocabulary import Vocabulary, as_vocabulary

from .asked_outputs import outputs_of
from .batch_progress import BatchProgress
from .batches import Batches
from .encoder_decoder import half_of
from .layer_sources import chosen_sources, is_transformers
from .model_call import Inputs, Runner
from .outputs import OUTPUT_TRACK, PREFIX, Outputs
from .pieces import as_before
from .predictions import TRACK, predictions_of
from .recurrent import family
from .session import Session
from .setup import check_carrying, check_model, layout_of, returning_dicts, unwrapped
from .sinks import FileSink, MemorySink, track_of
from .texts import TextReader
from .watching import WatchedModel, evaluating


class Recording(Mapping[str, Any]):
    """A recording, for ``StateExplorer(**recording)``.

    As a mapping it has the keys ``states``, ``tokens``, ``tracks``, ``sequences`` and ``vocabulary``.

    Attributes
    ----------
    states : dict of str to array of shape (T, D)
        Name of the layer → states; row t is the state after reading token t. Arrays in memory, or `States` that read
        the file that was written.
    tokens : int64 ndarray of shape (T,), or None
        Token ids; None for feature vectors.
    tracks : dict of str to Track
        ``"next"``, if predictions were asked for; ``"output"``, an `OutputTrack`, if outputs were.
    sequences : list of int
        Lengths of the sequences; they sum to T.
    vocabulary : mapping or sequence, or None
        id → string.

    Examples
    --------
    The states of an RNN over three tokens, for an explorer:

    >>> import torch
    >>> from lstmvis_widget import StateExplorer, record_states
    >>> class Model(torch.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.embedding = torch.nn.Embedding(3, 4)
    ...         self.rnn = torch.nn.GRU(4, 6, batch_first=True)
    ...
    ...     def forward(self, ids):
    ...         return self.rnn(self.embedding(ids))[0]
    >>> recording = record_states(Model(), [2, 0, 1], vocabulary=["cat", "sat", "the"])
    >>> list(recording.states), recording.sequences
    (['rnn.layer1.hidden'], [3])
    >>> explorer = StateExplorer(**recording)
    >>> explorer.tokens[:]
    ['the', 'cat', 'sat']
    """

    def __init__(
        self,
        states: Mapping[str, Any],
        tokens: NDArray[np.int64] | None,
        *,
        tracks: Mapping[str, Track],
        sequences: Sequence[int],
        vocabulary: Vocabulary | None,
        file: Any = None,
    ) -> None:
        self.states = dict(states)
        self.tokens = tokens
        self.tracks = dict(tracks)
        self.sequences = list(sequences)
        self.vocabulary = vocabulary
        self._file = file

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys:
            msg = f"a recording has the keys {', '.join(self._keys)}; got {key!r}"
            raise KeyError(msg)
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    _keys = ("states", "tokens", "tracks", "sequences", "vocabulary")

    def __repr__(self) -> str:
        layers = ", ".join(f"{name} {tuple(values.shape)}" for name, values in self.states.items())
        tracks = f"; tracks {', '.join(map(self._described, self.tracks))}" if self.tracks else ""
        count = len(self.sequences)
        length = f"{sum(self.sequences):,} steps in {count:,} sequence{'s' * (count > 1)}"
        return f"Recording: {length}; states {layers}{tracks}"

    def _described(self, name: str) -> str:
        track = self.tracks[name]
        if not isinstance(track, OutputTrack):
            return name
        return f"{name} ({'logits' if track.logits else 'probabilities'} of {len(track.classes)} classes)"

    def close(self) -> None:
        """Close the file that the states are read from, if there is one. A second call does nothing.

        Examples
        --------
        A recording that was written to a file reads from it until it is closed:

        >>> import torch
        >>> from lstmvis_widget import StateExplorer, record_states
        >>> model = torch.nn.Sequential(torch.nn.Embedding(3, 4), torch.nn.Tanh())
        >>> recording = record_states(model, [2, 0, 1], layers="1", path="states.h5")
        >>> recording.states["1"].shape
        (3, 4)
        >>> recording.close()
        >>> explorer = StateExplorer.open("states.h5")
        >>> explorer
        StateExplorer(states: 1, 3 steps × 4 cells, threshold 0.3)
        """
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def record_states(
    model: Any,
    batches: Any,
    *,
    layers: str | Iterable[str] | Mapping[str, str] | None = None,
    vocabulary: Vocabulary | None = None,
    tokenizer: Any = None,
    lengths: Any = None,
    batch_first: bool | None = None,
    carry_state: bool = False,
    steps_per_call: int | None = None,
    run: Callable[[Any, Any], Any] | None = None,
    top_k: int | None = None,
    head: str | Callable[[Any], Any] | None = None,
    outputs: str | None = None,
    classes: Any = None,
    targets: Any = None,
    device: Any = None,
    path: str | os.PathLike[str] | None = None,
    dtype: DTypeLike | None = None,
    overwrite: bool = False,
    progress: bool | Callable[[int, int | None], object] | None = None,
) -> Recording:
    """Run a PyTorch model over a text and keep its states at every step.

    Meanwhile the model is in evaluation mode, and no gradients are computed. Afterwards, also after an exception, its
    mode, device, hooks and gradients are as before.

    Parameters
    ----------
    model : torch.nn.Module
        Any model; it is taken out of a `DataParallel`. All states and gates of `nn.LSTM`, `nn.GRU`, `nn.RNN`,
        `nn.LSTMCell`, `nn.GRUCell` and `nn.RNNCell` can be recorded, the outputs of all other modules, and the hidden
        states of transformers models.
    batches : array_like, text, or iterable
        What the model reads: one batch, or several, as a list or any other iterable, such as a `DataLoader`.

        | given | read as |
        | --- | --- |
        | integers, (T,) or (B, T): tensor, array, column, list | token ids |
        | floats, (T, F) or (B, T, F) | feature vectors |
        | lists of integers, of several lengths | a text each |
        | text, with a ``tokenizer`` | its token ids |
        | what a tokenizer returns: `BatchEncoding`, `Encoding` | its texts, without the padding that the mask tells |
        | another mapping | the keyword arguments of one call |
        | tuple in a list or iterable | the arguments of one call |
        | `PackedSequence` | its sequences |

        (T,) and (T, F) get a dimension for the batch, unless there is a ``run``. Sequences that are padded on the left
        are moved to the first column, so that position 0 is the first token of the text. What ``generate`` returns is
        ids (``output.sequences``). Mappings of anything else, data frames, sets, bytes and single numbers are refused.
    layers : str, iterable of str, or mapping, optional
        What to record; by default the hidden states of every layer of every recurrent module, or of a transformers
        model. A mapping gives other names: ``{"memory": "lstm.layer2.cell"}``. ``*`` matches anything, as in
        ``"*.cell"``. If ``lstm`` is the dotted name of a module, there are:

        - ``"lstm.layer1.hidden"``, and likewise ``cell``, ``input_gate``, ``forget_gate``, ``cell_gate``,
          ``output_gate`` of an LSTM, ``hidden``, ``reset_gate``, ``update_gate``, ``new_gate`` of a GRU, and ``hidden``
          of an RNN;
        - ``"lstm.layer1.backward.hidden"`` and ``"lstm.layer1.forward.hidden"`` of a bidirectional module;
          ``"lstm.layer1.hidden"`` has the cells of both, forward first;
        - ``"cell.hidden"`` and so on of an LSTMCell, GRUCell or RNNCell;
        - ``"embeddings"``, ``"layer1"``, … of a transformers model: its ``hidden_states``, the last of which its head
          reads; a pattern that fits some of them means only these;
        - ``"encoder.embeddings"``, ``"encoder.layer1"``, … and ``"decoder.embeddings"``, … of an encoder-decoder, such
          as T5. A recording is of one of the two, by default the encoder, which is then run alone. For layers of the
          decoder, ``batches`` are dicts with ``decoder_input_ids`` or ``labels``; the tokens are those that the decoder
          reads;
        - ``"encoder.linear"``: the output of any module (``"output"``: of the model itself), or its first tensor. The
          module runs once and returns (B, T, D), (T, B, D) or (B, D, T), or runs once a step and returns (B, D). Of
          several possible meanings of a shape the first counts; ``batch_first`` says which of the first two that is.
    vocabulary : mapping or sequence, optional
        What ids of tokens and predictions stand for, id → string. By default ids are shown as numbers.
    tokenizer : tokenizer of transformers or tokenizers, or callable, optional
        Turns texts into ids, and gives the vocabulary, also where ``batches`` are ids. Its pieces are shown as text:
        byte-level pieces are decoded, without the space they begin with. It must not cut texts.
    lengths : list of int, iterable of lists, or callable, optional
        For each batch, the number of steps of each sequence that aren't padding; a callable is given the batch. A
        packed batch, and a dict with an ``attention_mask``, need none. Without either, padding is recorded.
    batch_first : bool, optional
        Whether batches are (B, T) rather than (T, B). By default as in the model's recurrent and attention modules if
        they agree, else True.
    carry_state : bool, default False
        Whether recurrent modules go on from their state at the end of the batch before, as in a language model that
        reads one long text. Sequence i of each batch then goes on in sequence i of the next. By default each batch
        starts anew.
    steps_per_call : int, optional
        Cut longer batches into pieces of this many steps. By default, long batches are cut where that changes nothing,
        see Notes. Recurrent modules go on from piece to piece, which gives the same states if they are the model's only
        memory (no attention, no convolution). Models without recurrent modules start anew, and each piece is a
        sequence. Texts longer than a transformers model reads at once need it.
    run : callable, optional
        ``run(model, batch)`` runs a model that is called in another way, and returns its output. The batch is given as
        tensors on the model's device.
    top_k : int, optional
        Keep the k likeliest next tokens of each step, with their probabilities, as the track ``"next"``.
    head : str or callable, optional
        The source of their scores: the dotted name of a module, or a function of the model's output (its first
        tensor), such as a decoder. By default the model returns the scores, or has them as ``logits``. A softmax turns
        scores into probabilities, unless they are probabilities already.
    outputs : {"head", "prefix"} or str, optional
        Keep what the model expects after each step, as the track ``"output"``, an `OutputTrack`:

        - ``"head"``: the model's own output layers, and functions between them, applied to the state of each step. For
          models that read the state of the last step, it is what they would say if the text ended there; this is
          checked, see Notes. A model with an output for each step keeps these;
        - the name of a module, such as ``"classifier"``: the same with the output of this module instead of the
          model's;
        - ``"prefix"``: the model reads every prefix of each sequence, from its first state on. It is exact for any
          model, also for bidirectional models, transformers, and models that pool. A sequence of T steps takes (T + 1)
          / 2 times as many steps as reading it once; prefixes of several sequences are read side by side.
    classes : sequence of C labels, optional
        Names of the model's outputs; by default ``"0"``, ``"1"``, …. Of one output: two, the second is what it tells.
    targets : sequence of N or T labels or int, optional
        The true class of each sequence, or of each step, as `OutputTrack` takes them.
    device : torch.device or str, optional
        The device to run the model on; by default where it is.
    path : path, optional
        Write states, tokens and predictions to this HDF5 file while they are recorded, instead of keeping them in
        memory. Memory is then bounded by that of one batch, or of a piece of it. `StateExplorer.open` opens the file
        again, with the scores and targets of ``outputs``; scores of prefixes are in memory until all are there.
    dtype : {"float16", "float32", "float64"}, optional
        Of the kept states. By default that of the model (float32 for bfloat16).
    overwrite : bool, default False
        Whether to replace a file that is there.
    progress : bool or callable, optional
        Whether to show a bar; by default after one second, in notebooks and terminals. A callable is given the number
        of batches done and that of all, or None; of prefixes, after these, the number of runs done and that of all.

    Returns
    -------
    Recording
        The sequences of all batches one after the other, without padding.

    Raises
    ------
    ImportError
        PyTorch isn't installed.
    TypeError, ValueError
        A layer is unknown (all are listed); a recurrent module has hooks, a weight norm or another parametrization;
        shapes, lengths and layers don't fit each other; a recorded module has read the batch in another order, or
        something else (see Notes); a text is longer than the model reads; ``outputs`` aren't computed from the state of
        a step alone; or another argument isn't allowed.
    RuntimeError
        Recomputed states differ from the states that a module returned.
    FileExistsError, OSError
        The file is there already, or can't be written.

    Notes
    -----
    PyTorch's modules return only the hidden states of the last layer. For the others the layers are run one by one;
    cells and gates are computed by the equations in PyTorch's documentation, each step from the hidden state that the
    module itself returned for the step before. Both are compared with the module's own hidden states and last cell
    states at every call. An error above 1e-5 raises (float32; 1e-10 for float64, 5e-3 for float16 and TensorFloat-32,
    5e-2 for bfloat16; relative to the largest input or state if that exceeds 1). Under autocast its precision counts.

    A batch of over 32,768 steps is read in pieces of 16,384: first sequence by sequence, then step by step, with the
    states of recurrent modules handed on. Before, the first steps are recorded in one call and in pieces. If the states
    differ by more than the errors above, as those of bidirectional modules, attention and convolutions do, the batch is
    read in one call, with a warning or a ValueError where that may take more memory than is free. A model that is
    called by ``run`` is never cut unless ``steps_per_call`` says so.

    The ``outputs`` of a model that returns one result for a sequence are found from the calls of PyTorch's functions
    between the states of the last step and the result: these calls are made again with the states of all steps. The
    result at the last step must be what the model returned. In the first batch, those after all steps but one, and
    after half of them, must be what it returns for these steps alone (not tried where there is a ``run``). If not, as
    with means over the steps, attention and bidirectional modules, a ValueError says so. Scores are kept as they are.
    Those that sum to 1 at each step are probabilities, and others are logits, whose softmax is taken; one score is a
    probability if a logistic function has computed it, else a logit (``recording.tracks["output"].logits`` tells).
    Before prefixes of over 100 times the steps of the texts are read, a UserWarning tells how long that will take.

    Row t of a recording stands beside token t of the batch, so it must be the state after reading that token. It isn't
    if the model reads a reversed copy, its own predictions, or the tokens shifted by one (teacher forcing), or sorts
    its batch. The ids that `nn.Embedding` modules are called with tell that; for recurrent modules, so do the vectors
    that they read, if these come unchanged from an embedding, the batch or another recurrent module. A recorded
    recurrent module then raises ValueError. For other layers there is a UserWarning, but none if the model has also
    read the batch in its own order, since it may restore that order. Models that translate ids, such as those of
    unknown words, are allowed. What can't be detected: ids that are embedded in another way (one-hot vectors), and
    vectors that are put in another order after a layer that changes them. In these cases, give the batch in the order
    in which it is read.

    Examples
    --------
    >>> recording = record_states(model, ids, vocabulary=words)  # doctest: +SKIP
    >>> StateExplorer(**recording)  # doctest: +SKIP

    Cells and gates of the second layer over a long text, carried from piece to piece and written to a file, with the
    model's predictions:

    >>> recording = record_states(  # doctest: +SKIP
    ...     model,
    ...     ids,
    ...     layers=["lstm.layer2.cell", "lstm.layer2.*_gate"],
    ...     vocabulary=words,
    ...     steps_per_call=1000,
    ...     top_k=5,
    ...     path="states.h5",
    ... )

    What a classifier expects after each word, and when it settles:

    >>> import torch
    >>> from lstmvis_widget import record_states, sequence_table
    >>> class Classifier(torch.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.embedding = torch.nn.Embedding(50, 8)
    ...         self.lstm = torch.nn.LSTM(8, 16, batch_first=True)
    ...         self.dense = torch.nn.Linear(16, 2)
    ...
    ...     def forward(self, ids):
    ...         return self.dense(self.lstm(self.embedding(ids))[1][0][-1])
    >>> texts = [[3, 1, 4], [1, 5, 9, 2]]
    >>> recording = record_states(Classifier(), texts, outputs="head", classes=["bad", "good"], targets=["good", "bad"])
    >>> recording.tracks["output"].probabilities(0, 7).shape
    (7, 2)
    >>> table = sequence_table(recording.tracks["output"], recording.sequences)

    A model of the transformers library:

    >>> recording = record_states(model, "The little prince said", tokenizer=tokenizer, top_k=3)  # doctest: +SKIP
    """
    model = unwrapped(model)
    check_model(model)
    sources = chosen_sources(model, layers)
    recurrent = [module for module in model.modules() if family(module)]
    if steps_per_call is not None:
        steps_per_call = checked_int("steps_per_call", steps_per_call, low=1)
    check_carrying(recurrent, carry_state=carry_state, steps_per_call=steps_per_call)
    texts = TextReader(tokenizer)
    if vocabulary is not None:
        vocabulary = as_vocabulary(vocabulary)
    elif tokenizer is not None:
        vocabulary = texts.vocabulary()
    predictions = predictions_of(model, top_k, head, vocabulary)
    expected = outputs_of(model, outputs, classes, targets, may_try=run is None)
    half = half_of(model, sources.values(), scores=predictions is not None)
    with ExitStack() as file:
        with ExitStack() as stack:
            watched = stack.enter_context(
                WatchedModel(model, sources.values(), predictions.heads() if predictions else {}, device)
            )
            if expected is not None:
                expected.watch(stack)
            if run is None:
                stack.enter_context(returning_dicts(model))
            sink = _sink(path, dtype, vocabulary, expected, overwrite=overwrite)
            if isinstance(sink, FileSink):
                file.enter_context(sink)
            inputs = Inputs.of(model, half)
            calls = Batches(
                batches,
                lengths,
                layout_of(model, batch_first, transformers=is_transformers(model)),
                texts,
                inputs,
                as_is=run is not None,
                steps_per_call=steps_per_call,
                pieces_continue=bool(recurrent),
                half=half,
            )
            session = Session(
                model,
                sources,
                calls,
                predictions,
                expected,
                run or Runner(inputs, any(source.kind == "hidden_states" for source in sources.values())),
                carry_state=carry_state,
                in_order=path is not None,
            )
            if expected is not None and expected.way == PREFIX:
                stack.enter_context(as_before(model))  # prefixes begin where the model begins
            began = time.monotonic()
            session.record(watched, sink, stack.enter_context(BatchProgress(progress, calls.count)))
            seconds = time.monotonic() - began
        if isinstance(sink, FileSink):
            sink.finish()  # the states are there, whatever happens to outputs
        scores = _of_prefixes(expected, session.run, device, progress, seconds)
        if isinstance(sink, MemorySink):
            return _in_memory(sink, vocabulary, expected, scores)
        _write_outputs(sink, expected, scores)
    return _read_back(path)


def _write_outputs(sink: FileSink, expected: Outputs | None, scores: NDArray[Any] | None) -> None:
    """Write what comes after the last step: scores of prefixes, and targets."""
    if expected is None:
        return
    if scores is not None:
        sink.write_output(expected.track(scores, sink.sequences))
        return
    targets = expected.target_codes(sink.sequences)
    if targets is not None:
        sink.set_targets(targets)


def _sink(
    path: Any, dtype: Any, vocabulary: Vocabulary | None, expected: Outputs | None, *, overwrite: bool
) -> MemorySink | FileSink:
    if path is None:
        return MemorySink(dtype)
    track = None if expected is None else expected.scale.track
    late = expected is not None and expected.way == PREFIX
    return FileSink(path, dtype, vocabulary, overwrite=overwrite, output_track=track, late_output=late)


def _of_prefixes(expected: Outputs | None, run: Any, device: Any, progress: Any, seconds: float) -> NDArray[Any] | None:
    if expected is None or expected.way != PREFIX:
        return None
    with evaluating(expected.model, device), ExitStack() as stack:
        if expected.may_try:  # the user's own ``run`` may read a tuple
            stack.enter_context(returning_dicts(expected.model))
        return expected.of_prefixes(run, progress, seconds)


def _in_memory(
    memory: MemorySink, vocabulary: Vocabulary | None, expected: Outputs | None, scores: NDArray[Any] | None
) -> Recording:
    rows = memory.taken()
    ids, best = rows.ids, rows.best
    tracks: dict[str, Track] = {} if best is None else {TRACK: track_of(*best, vocabulary)}
    if expected is not None:
        scores = memory.scores.taken() if scores is None else scores
        tracks[OUTPUT_TRACK] = expected.track(scores, memory.sequences)
    if ids is not None and vocabulary is None:
        vocabulary = {number: str(number) for number in np.unique(ids).tolist()}
    return Recording(
        rows.states,
        ids,
        tracks=tracks,
        sequences=memory.sequences,
        vocabulary=None if ids is None else vocabulary,
    )


def _read_back(path: Any) -> Recording:
    contents = read_file(path)
    arguments = contents.arguments()
    return Recording(**arguments, file=contents.file)
