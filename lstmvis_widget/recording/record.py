"""States of a PyTorch model, recorded while it reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstmvis_widget.files.reading import read_file
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.timeline.vocabulary import Vocabulary, as_vocabulary

from .batch_progress import BatchProgress
from .batches import Batches
from .layer_sources import chosen_sources, is_transformers
from .predictions import TRACK, predictions_of
from .recurrent import family
from .session import Session
from .setup import Runner, check_carrying, check_model, ids_of_texts, layout_of, place_of
from .sinks import FileSink, MemorySink, track_of
from .tokenizer_pieces import readable_vocabulary
from .watching import WatchedModel


class Recording(Mapping[str, Any]):
    """What was recorded, ready for ``StateExplorer(**recording)``.

    As a mapping it has the keys ``states``, ``tokens``, ``tracks``, ``sequences`` and ``vocabulary``.

    Attributes
    ----------
    states : dict of str to array of shape (T, D)
        Name of the layer → states; row t is the state after reading token t. Arrays in memory, or `States` that are
        read from the file they were written to.
    tokens : int64 ndarray of shape (T,), or None
        Ids of what was read; None for feature vectors.
    tracks : dict of str to Track
        ``"next"``, if predictions were asked for.
    sequences : list of int
        Lengths of the sequences; they sum to T.
    vocabulary : mapping or sequence, or None
        id → string.
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
        tracks = f"; tracks {', '.join(self.tracks)}" if self.tracks else ""
        count = len(self.sequences)
        length = f"{sum(self.sequences):,} steps in {count:,} sequence{'s' * (count > 1)}"
        return f"Recording: {length}; states {layers}{tracks}"

    def close(self) -> None:
        """Close the file that the states are read from, if there is one; a second time does nothing."""
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
    device: Any = None,
    path: str | os.PathLike[str] | None = None,
    dtype: DTypeLike | None = None,
    overwrite: bool = False,
    progress: bool | Callable[[int, int | None], object] | None = None,
) -> Recording:
    """Run a PyTorch model over a text and keep its states at every step.

    Meanwhile the model is in evaluation mode, and no gradients are kept. Afterwards, whatever happened, it is as it
    was: its mode, device, hooks and gradients.

    Parameters
    ----------
    model : torch.nn.Module
        Any model. Of `nn.LSTM`, `nn.GRU`, `nn.RNN`, `nn.LSTMCell`, `nn.GRUCell` and `nn.RNNCell` everything can be
        recorded, of other modules what they put out; of models of the transformers library also their hidden states.
    batches : array_like, text, or iterable
        What the model reads: token ids, (T,) or (B, T), or feature vectors, (T, F) or (B, T, F), as tensors, numpy
        arrays or lists; a `PackedSequence`; a dict of keyword arguments; or several of these, as a list or any other
        iterable, such as a `DataLoader`. In it, a tuple holds the arguments of one call. To (T,) and (T, F) a dimension
        for the batch is added, unless there is a ``run``. With a ``tokenizer``: a text or several.
    layers : str, iterable of str, or mapping, optional
        What to record; by default the hidden states of every layer of every recurrent module, or of a transformers
        model. A mapping gives other names: ``{"memory": "lstm.layer2.cell"}``. ``*`` stands for anything, as in
        ``"*.cell"``. There are, where ``lstm`` is the dotted name of a module:

        - ``"lstm.layer1.hidden"``, and likewise ``cell``, ``input_gate``, ``forget_gate``, ``cell_gate``,
          ``output_gate`` of an LSTM, ``hidden``, ``reset_gate``, ``update_gate``, ``new_gate`` of a GRU, and ``hidden``
          of an RNN;
        - ``"lstm.layer1.backward.hidden"`` and ``"lstm.layer1.forward.hidden"`` of a bidirectional one, where
          ``"lstm.layer1.hidden"`` has the cells of both, forward first;
        - ``"cell.hidden"`` and so on of an LSTMCell, GRUCell or RNNCell;
        - ``"embeddings"``, ``"layer1"``, … of a transformers model: what it calls ``hidden_states``, where the
          last one is what its head reads;
        - ``"encoder.linear"``: what any module puts out (``"output"``: the model itself), its first tensor if it is
          several. It runs once, and gives (B, T, D), (T, B, D) or (B, D, T), or once a step, and gives (B, D). A
          shape that can be several of these is taken as the first that fits, with the first two in the order that
          ``batch_first`` says.
    vocabulary : mapping or sequence, optional
        id → string, of tokens and predictions. By default ids are shown as numbers.
    tokenizer : transformers tokenizer, optional
        Makes ids of texts, and the vocabulary. Its pieces are shown as text: byte-level ones decoded, without the
        space they begin with.
    lengths : list of int, iterable of lists, or callable, optional
        How many steps of each sequence of a batch aren't padding, for each batch; a callable is given the batch. What
        is packed, and a dict with an ``attention_mask``, has them already.
    batch_first : bool, optional
        Whether batches are (B, T) rather than (T, B). By default as the model's recurrent and attention modules have
        it where they agree, else True.
    carry_state : bool, default False
        Whether recurrent modules go on where they were at the end of the batch before, as in a language model that
        reads one long text. Sequence i of each batch is then one with sequence i of the next. By default each batch
        starts anew.
    steps_per_call : int, optional
        Cut longer batches into pieces of this many steps, so that memory is bounded. Recurrent modules go on from
        piece to piece, which gives the same states where they are the model's only memory (no attention, no
        convolution). Models that have none begin anew, and each piece is a sequence.
    run : callable, optional
        ``run(model, batch)`` runs a model that is called in another way, and returns what it returns.
    top_k : int, optional
        Keep the k likeliest next tokens of each step, with their probabilities, as the track ``"next"``.
    head : str or callable, optional
        Where their scores come from: dotted name of a module, or what is to be done with what the model returns (its
        first tensor), such as a decoder. By default the model returns the scores, or has them as ``logits``. They are
        turned into probabilities by a softmax, unless they are some already.
    device : torch.device or str, optional
        Where to run the model. By default where it is.
    path : path, optional
        Write states, tokens and predictions to this HDF5 file while they are recorded, rather than keeping them in
        memory: then memory is bounded by that of one batch. `StateExplorer.open` opens it again.
    dtype : {"float16", "float32", "float64"}, optional
        Of the states kept. By default that of the model (float32 for bfloat16).
    overwrite : bool, default False
        Whether a file that is there already is replaced.
    progress : bool or callable, optional
        Whether a bar is shown; by default of what takes more than a second, in notebooks and terminals. A callable is
        given the number of batches done and that of all, or None.

    Returns
    -------
    Recording
        Sequences are in the order of the batches, those of one batch one after the other, without padding.

    Raises
    ------
    ImportError
        PyTorch isn't installed.
    TypeError, ValueError
        A layer is unknown (all are listed); a recurrent module has hooks, a weight norm or another parametrization;
        shapes, lengths and layers don't fit each other; or another argument isn't allowed.
    RuntimeError
        What was recomputed differs from what a module gave.
    FileExistsError, OSError
        The file is there already, or can't be written.

    Notes
    -----
    PyTorch's modules give only the hidden states of the last layer. Those of the others come from running layer by
    layer; cells and gates from the equations in PyTorch's documentation, each step from the hidden state that the
    module itself gave for the step before. Both are compared with the module's own hidden states and last cell states
    at every call. An error above 1e-5 (float32; 1e-10 for float64, 5e-3 for float16 and TensorFloat-32, 5e-2 for
    bfloat16; relative to the largest input or state where that exceeds 1) raises. Under autocast its precision counts.

    Examples
    --------
    >>> recording = record_states(model, ids, vocabulary=words)  # doctest: +SKIP
    >>> StateExplorer(**recording)  # doctest: +SKIP

    Cells and gates of the second layer, of a long text, carried from piece to piece and written to a file, with what
    the model expects:

    >>> recording = record_states(  # doctest: +SKIP
    ...     model,
    ...     ids,
    ...     layers=["lstm.layer2.cell", "lstm.layer2.*_gate"],
    ...     vocabulary=words,
    ...     steps_per_call=1000,
    ...     top_k=5,
    ...     path="states.h5",
    ... )

    A model of the transformers library:

    >>> recording = record_states(model, "The little prince said", tokenizer=tokenizer, top_k=3)  # doctest: +SKIP
    """
    check_model(model)
    sources = chosen_sources(model, layers)
    recurrent = [module for module in model.modules() if family(module)]
    check_carrying(recurrent, carry_state=carry_state, steps_per_call=steps_per_call)
    if tokenizer is not None:
        vocabulary = readable_vocabulary(tokenizer) if vocabulary is None else vocabulary
        batches = ids_of_texts(batches, model, tokenizer, steps_per_call)
    if vocabulary is not None:
        as_vocabulary(vocabulary)  # raises where it is wrong
    predictions = predictions_of(model, top_k, head, vocabulary)
    with ExitStack() as stack:
        watched = stack.enter_context(
            WatchedModel(model, sources.values(), predictions.heads() if predictions else {}, device)
        )
        sink = (
            MemorySink(dtype)
            if path is None
            else stack.enter_context(FileSink(path, dtype, vocabulary, overwrite=overwrite))
        )
        place, kind = place_of(model)
        calls = Batches(
            batches,
            lengths,
            layout_of(model, batch_first, transformers=is_transformers(model)),
            place,
            kind,
            as_is=run is not None,
            steps_per_call=steps_per_call,
            pieces_continue=bool(recurrent),
        )
        session = Session(
            model,
            sources,
            calls,
            predictions,
            run or Runner(asks_hidden_states=any(source.kind == "hidden_states" for source in sources.values())),
            carry_state=carry_state,
            in_order=path is not None,
        )
        session.record(watched, sink, stack.enter_context(BatchProgress(progress, calls.count)))
    return _in_memory(sink, vocabulary) if isinstance(sink, MemorySink) else _read_back(path)


def _in_memory(memory: MemorySink, vocabulary: Vocabulary | None) -> Recording:
    ids, best = memory.ids(), memory.best()
    tracks = {} if best is None else {TRACK: track_of(*best, vocabulary)}
    if ids is not None and vocabulary is None:
        vocabulary = {number: str(number) for number in np.unique(ids).tolist()}
    return Recording(
        memory.states(),
        ids,
        tracks=tracks,
        sequences=memory.sequences,
        vocabulary=None if ids is None else vocabulary,
    )


def _read_back(path: Any) -> Recording:
    contents = read_file(path)
    arguments = contents.arguments()
    return Recording(**arguments, file=contents.file)
