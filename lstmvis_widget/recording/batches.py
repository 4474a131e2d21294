"""The user's batches, made ready for the model, with their numbers of steps and sequences where these are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .encoder_decoder import NEEDS, Half
from .forms import as_batches, as_tensor, check_batch, is_array, is_encoding, is_packed, is_ragged
from .lazy_torch import Tensor, torch
from .lengths import Lengths
from .model_call import Inputs
from .padding import without_left_padding
from .texts import Text, TextReader, parts_of


@dataclass
class Layout:
    """Which of the first two dimensions of a batch counts sequences.

    Parameters
    ----------
    batch_first : bool
    certain : bool
        Whether the user said so, or a batch with different dimensions has shown it.
    """

    batch_first: bool
    certain: bool

    def steps_and_streams(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """T and B of a shape that begins with them."""
        return (shape[1], shape[0]) if self.batch_first else (shape[0], shape[1])


@dataclass
class Call:
    """One run of the model.

    Parameters
    ----------
    batch : Any
        The argument or arguments of the model.
    ids : Tensor of int, shape (T, B), or None
        Token ids, in main memory.
    steps, streams : int or None
        T and B, if the batch shows them.
    lengths : list of int, or None
        The number of steps of each sequence that aren't padding. None: all, or as many as the model packs.
    continues : bool
        Whether the sequences go on from the call before.
    done : float
        The share of its batch that has been read after it.
    """

    batch: Any
    ids: Tensor | None = None
    steps: int | None = None
    streams: int | None = None
    lengths: list[int] | None = None
    continues: bool = False
    done: float = 1.0


@dataclass
class Batches:
    """The runs of the model that the user's batches make.

    Parameters
    ----------
    given : Any
        The user's ``batches``.
    lengths : Any
        The user's ``lengths``.
    layout : Layout
    texts : TextReader
        Turns texts into ids.
    inputs : Inputs
        What the model takes.
    as_is : bool
        Whether the user's ``run`` calls the model: then a single text gets no dimension for the batch, and mappings may
        hold anything.
    steps_per_call : int or None
        Longer batches are cut into pieces.
    pieces_continue : bool
        Whether the model goes on from piece to piece with the state it has reached.
    half : Half or None
        The half of an encoder-decoder that is recorded.
    pieces : callable, optional
        Cuts long batches where ``steps_per_call`` doesn't say how.
    """

    given: Any
    lengths: Any
    layout: Layout
    texts: TextReader
    inputs: Inputs
    as_is: bool = False
    steps_per_call: int | None = None
    pieces_continue: bool = True
    half: Half | None = None
    pieces: Callable[[Call], Iterator[Call]] | None = None
    count: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._batches, alone = as_batches(self.given, as_is=self.as_is)
        self._lengths = Lengths(self.lengths, alone=alone)
        self.count = len(self._batches) if isinstance(self._batches, Sized) else None
        if isinstance(self._batches, list):  # a text that can't be read is told before the model runs
            self._batches = [self.texts.read(batch) for batch in self._batches]
            for batch in self._batches:
                if isinstance(batch, Text) and self.steps_per_call is None:
                    self._check_limit([Call(None, steps=len(batch.ids))])

    def __iter__(self) -> Iterator[tuple[int, Call]]:
        """Each call, with the number of its batch."""
        for number, batch in enumerate(self._batches):
            try:
                pieces = [piece for call in self._read(self.texts.read(batch)) for piece in self._cut(call)]
                self._check_limit(pieces)
            except (TypeError, ValueError) as error:
                kind = TypeError if isinstance(error, TypeError) else ValueError
                raise kind(f"batch {number}: {error}") from error
            for place, piece in enumerate(pieces, 1):
                piece.done = place / len(pieces)
                yield number, piece
        self._lengths.check_end()

    def _read(self, batch: Any) -> list[Call]:
        """The runs of the model that one batch makes: one, or one for each row of lists of several lengths."""
        check_batch(batch)
        if isinstance(batch, Text):
            ids = torch.tensor(batch.ids, device="cpu")[None]
            return [self._call(self._in_layout(ids), self._lengths.of(ids))]
        lengths = self._lengths.of(batch)
        if is_encoding(batch):
            ids, mask = parts_of(batch)
            batch = {"input_ids": ids, "attention_mask": mask}
        if isinstance(batch, Mapping):
            rows = _rows_of(batch)
            if len(rows) > 1 and lengths is not None:
                raise ValueError("lists of several lengths tell the lengths themselves: leave lengths out")
            return [self._of_mapping(row, lengths) for row in rows]
        return [self._call(self._as_tensors(batch), lengths)]

    def _of_mapping(self, given: Mapping[str, Any], lengths: list[int] | None) -> Call:
        """The run of a mapping of keyword arguments."""
        batch = {key: self._tensor(value) for key, value in given.items()}
        if not self.as_is and isinstance(ids := batch.get("input_ids"), torch.Tensor) and ids.ndim == 1:  # one text
            batch = {key: value[None] if _is_row(value, ids) else value for key, value in batch.items()}
        if not self.as_is and self.half is not None:
            batch = self.half.completed(batch)
        batch, of_mask = self._without_padding(batch, lengths)
        lengths = of_mask if lengths is None else lengths
        if self.as_is:
            return self._call(batch, lengths)
        encoder_alone = self.half is not None and self.half.side == "encoder"
        taken = self.inputs.taken(self.half.own(batch) if self.half is not None and encoder_alone else batch)
        if isinstance(taken, torch.Tensor):  # the ids alone: a tokenizer's rows are texts
            return self._call(self._in_layout(taken), lengths, rows_are_known=True)
        call = self._call(taken, lengths)
        if call.steps is None:
            names = ", ".join(map(repr, given)) or "nothing"
            msg = f"a dict holds the arguments of one call, some of them tensors; it has {names}"
            raise TypeError(f"{msg}. Give texts, or several batches, as a list: list(batches.values())")
        return call

    def _without_padding(
        self, batch: dict[str, Any], lengths: list[int] | None
    ) -> tuple[dict[str, Any], list[int] | None]:
        """The batch without padding on the left, and the lengths that its mask tells."""
        own, name = (batch, "attention_mask") if self.half is None else (self.half.own(batch), self.half.mask)
        mask = batch.get(name)
        is_plain = isinstance(mask, torch.Tensor) and mask.ndim == 2
        if mask is None or (not is_plain and (self.as_is or lengths is not None)):
            return batch, None
        batch_first = self.layout.batch_first or not self.inputs.takes("input_ids")
        return without_left_padding(batch, own, name, batch_first=batch_first)

    def _call(self, batch: Any, lengths: list[int] | None, *, rows_are_known: bool = False) -> Call:
        """The run of a batch that is ready for the model."""
        alone = isinstance(batch, torch.Tensor) and self._is_alone(batch)
        subject = self._subject(batch)
        batch = _moved(batch, self.inputs.device)
        call = Call(batch, lengths=lengths)
        if subject is None:
            return call
        if is_packed(subject):
            padded, packed = torch.nn.utils.rnn.pad_packed_sequence(subject)
            call.lengths = packed.tolist()
        else:
            self._check_subject(subject)
            padded = self._time_first(subject, alone=alone, known=rows_are_known)
        call.steps, call.streams = padded.shape[:2]
        if padded.ndim == 2 and not padded.is_floating_point():
            call.ids = padded.to("cpu")
        _check_lengths(call)
        return call

    def _subject(self, batch: Any) -> Any:
        """The tensor that the model reads step by step."""
        of_decoder = self.half is not None and self.half.side == "decoder"
        names = ("decoder_input_ids", "decoder_inputs_embeds") if of_decoder else ("input_ids", "inputs_embeds")
        named = [batch[name] for name in names if name in batch] if isinstance(batch, Mapping) else []
        if of_decoder and not self.as_is and not named:
            raise ValueError(NEEDS)
        if isinstance(batch, torch.Tensor) or is_packed(batch):
            return batch
        others = batch.values() if isinstance(batch, Mapping) and not of_decoder else ()
        others = batch if isinstance(batch, tuple) else others
        found = [value for value in others if isinstance(value, torch.Tensor) or is_packed(value)]
        long = [value for value in found if is_packed(value) or value.ndim > 1]  # lengths and the like aren't
        return next(iter([*named, *long, *found]), None)

    def _check_subject(self, subject: Tensor) -> None:
        """Raise TypeError if a tensor can be neither ids nor features."""
        if self.as_is or not subject.numel():
            return
        if subject.dtype == torch.bool or subject.is_complex():
            kind = str(subject.dtype).removeprefix("torch.")
            raise TypeError(f"token ids are integers, features are floats; got a tensor of dtype {kind}")
        if subject.is_floating_point() and subject.ndim < 2:
            msg = "features are floats of shape (steps, features) or with a dimension for the batch"
            raise TypeError(f"{msg}; got {tuple(subject.shape)}. Ids must be integers: ids.astype(int)")

    def _as_tensors(self, batch: Any) -> Any:
        """The batch with tensors, and with a dimension for the batch unless the user's ``run`` takes it as it is."""
        if isinstance(batch, list) and any(
            isinstance(value, torch.Tensor | np.ndarray) and value.ndim for value in batch
        ):
            batch = tuple(batch)  # several arguments, as a DataLoader collates them
        if isinstance(batch, tuple) and not is_packed(batch):
            return tuple(self._tensor(value) for value in batch)
        if not isinstance(batch, list) and not is_array(batch):
            return batch
        tensor = self._tensor(batch)
        if not self.as_is and self._is_alone(tensor):
            return tensor.unsqueeze(0 if self.layout.batch_first else 1)
        return tensor

    @staticmethod
    def _is_alone(tensor: Tensor) -> bool:
        """Whether a batch is a single sequence without a dimension for the batch."""
        return bool(tensor.ndim == (2 if tensor.is_floating_point() else 1))

    def _tensor(self, value: Any) -> Any:
        if is_packed(value) or not (isinstance(value, list) or is_array(value)):
            return value
        if isinstance(value, list) and not _holds_numbers(value):
            return value
        return as_tensor(value, self.inputs.dtype)

    def _in_layout(self, ids: Tensor) -> Tensor:
        """Ids (B, T) as the model takes them."""
        return ids if self.layout.batch_first else ids.T

    def _time_first(self, subject: Tensor, *, alone: bool, known: bool) -> Tensor:
        if 0 in subject.shape[:2]:
            msg = f"there must be at least one step and one sequence; got the shape {tuple(subject.shape)}"
            raise ValueError(msg)
        if alone and self.as_is:
            return subject[:, None]
        if subject.ndim < 2:
            return subject[:, None] if subject.ndim else subject[None, None]
        is_sure = self.layout.certain or known
        if subject.shape[0] == 1 < subject.shape[1] and not (is_sure or self.as_is or self.layout.batch_first):
            count = subject.shape[1]
            msg = (
                f"a model that reads steps first reads the shape {tuple(subject.shape)} as {count} sequences of one "
                "step: if it is one sequence, give batch[0]; else say batch_first=False"
            )
            raise ValueError(msg)
        if subject.shape[0] != subject.shape[1]:
            return subject.transpose(0, 1) if self.layout.batch_first else subject
        if subject.shape[0] > 1 and not is_sure:
            msg = (
                f"of the shape {tuple(subject.shape)} it can't be told which dimension counts the sequences: "
                "say batch_first=True or batch_first=False"
            )
            raise ValueError(msg)
        return subject.transpose(0, 1) if self.layout.batch_first else subject

    def _check_limit(self, calls: list[Call]) -> None:
        """Raise ValueError if the model reads fewer steps at once."""
        most = None if self.as_is else self.inputs.most_steps
        for call in calls:
            if most is not None and call.steps is not None and call.steps > most:
                msg = (
                    f"a text has {call.steps:,} tokens, and the model reads {most:,} at most: with "
                    f"steps_per_call={most} it is read in pieces, each a sequence of its own"
                )
                raise ValueError(msg)

    def _cut(self, call: Call) -> Iterator[Call]:
        size = self.steps_per_call
        if size is None:
            yield from (call,) if self.pieces is None else self.pieces(call)
            return
        if call.steps is not None and call.steps <= size:
            yield call
            return
        if not self.can_cut(call) or call.steps is None:
            msg = f"steps_per_call can cut batches that are tensors or arrays; got {type(call.batch).__name__}"
            raise TypeError(msg)
        for start in range(0, call.steps, size):
            piece = self.part(call, (0, call.streams or 0), (start, start + size))
            yield replace(piece, continues=self.pieces_continue and start > 0)

    def can_cut(self, call: Call) -> bool:
        """Whether all that the model is given are tensors with an entry for each step of each sequence."""
        shape = (call.streams, call.steps) if self.layout.batch_first else (call.steps, call.streams)
        whole = all(
            isinstance(part, torch.Tensor) and (self._is_single(call) or part.shape[:2] == shape)
            for part in _parts(call.batch).values()
        )
        return call.steps is not None and whole and (self.half is None or self.half.side != "decoder")

    def _is_single(self, call: Call) -> bool:
        """Whether the batch has no dimension that counts sequences."""
        return self.as_is and isinstance(call.batch, torch.Tensor) and self._is_alone(call.batch)

    def part(self, call: Call, streams: tuple[int, int], steps: tuple[int, int], *, whole: bool = False) -> Call:
        """Some sequences and some steps of a call that can be cut; ``whole``: as if they had no padding."""
        (first, end), (start, stop) = streams, steps
        batch_first = self.layout.batch_first
        rows = (slice(first, end), slice(start, stop)) if batch_first else (slice(start, stop), slice(first, end))
        cut = slice(start, stop) if self._is_single(call) else rows
        parts = {name: part[cut] for name, part in _parts(call.batch).items()}
        count = min(stop, call.steps or 0) - start
        lengths = None if whole or call.lengths is None else call.lengths[first:end]
        return replace(
            call,
            batch=parts if isinstance(call.batch, dict) else parts[""],
            ids=None if call.ids is None else call.ids[start:stop, first:end],
            steps=count,
            streams=min(end, call.streams or 0) - first,
            lengths=None if lengths is None else [min(max(length - start, 0), count) for length in lengths],
        )


def _parts(batch: Any) -> dict[str, Any]:
    """The arguments of a call by name; a single one has none."""
    return batch if isinstance(batch, dict) else {"": batch}


def _rows_of(batch: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a mapping whose ids are lists of several lengths, each for itself; else the mapping."""
    ids = batch.get("input_ids")
    if not isinstance(ids, list) or not is_ragged(ids):
        return [batch]
    return [
        {key: [value[row]] for key, value in batch.items() if isinstance(value, list) and len(value) == len(ids)}
        for row in range(len(ids))
    ]


def _is_row(value: Any, ids: Tensor) -> bool:
    return isinstance(value, torch.Tensor) and value.shape[:1] == ids.shape


def _holds_numbers(values: list[Any]) -> bool:
    """Whether nested lists hold anything but texts and other objects."""
    while isinstance(values, list | tuple) and len(values):
        values = values[0]
    return not isinstance(values, str | bytes | Mapping | None)


def _moved(batch: Any, device: Any) -> Any:
    """The batch with its tensors on the model's device."""
    if isinstance(batch, torch.Tensor) or is_packed(batch):
        return batch.to(device)
    if isinstance(batch, tuple):
        return tuple(_moved(value, device) for value in batch)
    return {key: _moved(value, device) for key, value in batch.items()} if isinstance(batch, dict) else batch


def _check_lengths(call: Call) -> None:
    lengths = call.lengths
    if lengths is None or call.steps is None:
        return
    if len(lengths) != call.streams or not all(1 <= length <= call.steps for length in lengths):
        allowed = f"from 1 to {call.steps} steps"
        msg = f"there must be a length for each of the {call.streams} sequences, {allowed}; got {lengths}"
        raise ValueError(msg)
