"""The user's batches, made ready for the model, with their numbers of steps and sequences where these are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .lazy_torch import Tensor, torch


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
    """

    batch: Any
    ids: Tensor | None = None
    steps: int | None = None
    streams: int | None = None
    lengths: list[int] | None = None
    continues: bool = False


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
    device : device
        The device of the model.
    dtype : dtype
        The dtype for features that come as numpy arrays.
    as_is : bool
        Whether a single text gets no dimension for the batch.
    steps_per_call : int or None
        Longer batches are cut into pieces.
    pieces_continue : bool
        Whether the model goes on from piece to piece with the state it has reached.
    """

    given: Any
    lengths: Any
    layout: Layout
    device: Any
    dtype: Any
    as_is: bool = False
    steps_per_call: int | None = None
    pieces_continue: bool = True
    count: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if isinstance(self.given, tuple) and not isinstance(self.given, torch.nn.utils.rnn.PackedSequence):
            msg = (
                "batches must not be a tuple, which may mean several things: give list(batches) for several batches, "
                "and [arguments] for the arguments of one call of the model"
            )
            raise TypeError(msg)
        if hasattr(self.given, "__array__") and not isinstance(self.given, torch.Tensor):
            self.given = np.asarray(self.given)
        if isinstance(self.given, str) or (isinstance(self.given, list) and isinstance(next(iter(self.given), 0), str)):
            msg = "texts need a tokenizer; a model that reads ids is given ids"
            raise TypeError(msg)
        if _is_batch(self.given):
            self._batches: Iterable[Any] = [self.given]
            self._lengths = self.lengths if self.lengths is None or callable(self.lengths) else [self.lengths]
        elif hasattr(self.given, "__iter__"):
            self._batches, self._lengths = self.given, self.lengths
        else:
            msg = f"batches must be token ids, features, or an iterable of batches; got {type(self.given).__name__}"
            raise TypeError(msg)
        self.count = len(self._batches) if isinstance(self._batches, Sized) else None

    def __iter__(self) -> Iterator[tuple[int, Call]]:
        """Each call, with the number of its batch."""
        lengths = self._lengths_of_each()
        for number, batch in enumerate(self._batches):
            try:
                call = self._read(batch, lengths(batch))
            except (TypeError, ValueError) as error:
                msg = f"batch {number}: {error}"
                raise type(error)(msg) from error
            for piece in self._cut(call):
                yield number, piece

    def _lengths_of_each(self) -> Callable[[Any], list[int] | None]:
        given = self._lengths
        if given is None:
            return lambda _: None
        if callable(given):
            return lambda batch: _as_list(given(batch))
        following = iter(given)

        def next_lengths(_: Any) -> list[int]:
            try:
                return _as_list(next(following))
            except StopIteration:
                msg = "lengths must hold a list for each batch; there are fewer than batches"
                raise ValueError(msg) from None

        return next_lengths

    def _read(self, batch: Any, lengths: list[int] | None) -> Call:
        batch, alone = self._as_tensors(batch)
        subject, mask = _subject(batch)
        call = Call(batch, lengths=lengths)
        if subject is None:
            return call
        if isinstance(subject, torch.nn.utils.rnn.PackedSequence):
            padded, packed = torch.nn.utils.rnn.pad_packed_sequence(subject)
            call.lengths = packed.tolist()
        else:
            padded = self._time_first(subject, alone=alone)
        if mask is not None and lengths is None:
            call.lengths = _lengths_of_mask(mask)
        call.steps, call.streams = padded.shape[:2]
        if padded.ndim == 2 and not padded.is_floating_point():
            call.ids = padded.to("cpu")
        _check_lengths(call)
        return call

    def _as_tensors(self, batch: Any) -> tuple[Any, bool]:
        """The batch as tensors on the model's device, and whether it is a single text without a batch dimension."""
        packed = isinstance(batch, torch.nn.utils.rnn.PackedSequence)
        if isinstance(batch, list) and any(isinstance(value, torch.Tensor | np.ndarray) for value in batch):
            batch = tuple(batch)  # several arguments, as a DataLoader collates them
        if packed or not isinstance(batch, tuple | Mapping):
            if not packed and not isinstance(batch, torch.Tensor | np.ndarray | list):
                return batch, False
            tensor = self._tensor(batch)
            alone = not packed and tensor.ndim == (2 if tensor.is_floating_point() else 1)
            if alone and not self.as_is:
                return tensor.unsqueeze(0 if self.layout.batch_first else 1), False
            return tensor, alone
        if isinstance(batch, tuple):
            return tuple(self._tensor(value) for value in batch), False
        return {key: self._tensor(value) for key, value in batch.items()}, False

    def _tensor(self, value: Any) -> Any:
        if isinstance(value, list):
            value = np.asarray(value)
        if isinstance(value, np.ndarray | np.generic):
            if value.dtype.kind in "iu":
                value = torch.tensor(value.astype(np.int64))
            elif value.dtype.kind == "f":
                value = torch.tensor(value).to(self.dtype)
            elif value.dtype.kind == "b":
                value = torch.tensor(value)
            else:
                msg = f"token ids are integers, features are floats; got an array of dtype {value.dtype}"
                raise TypeError(msg)
        movable = isinstance(value, torch.Tensor | torch.nn.utils.rnn.PackedSequence)
        return value.to(self.device) if movable else value

    def _time_first(self, subject: Tensor, *, alone: bool) -> Tensor:
        if alone:
            return subject[:, None]
        if subject.ndim < 2:
            return subject[:, None] if subject.ndim else subject[None, None]
        if 0 in subject.shape[:2]:
            msg = f"there must be at least one step and one sequence; got the shape {tuple(subject.shape)}"
            raise ValueError(msg)
        if subject.shape[0] != subject.shape[1]:
            return subject.transpose(0, 1) if self.layout.batch_first else subject
        if subject.shape[0] > 1 and not self.layout.certain:
            msg = (
                f"of the shape {tuple(subject.shape)} it can't be told which dimension counts the sequences: "
                "say batch_first=True or batch_first=False"
            )
            raise ValueError(msg)
        return subject.transpose(0, 1) if self.layout.batch_first else subject

    def _cut(self, call: Call) -> Iterator[Call]:
        size = self.steps_per_call
        if size is None or (call.steps is not None and call.steps <= size):
            yield call
            return
        if not isinstance(call.batch, torch.Tensor) or call.steps is None:
            msg = f"steps_per_call can cut batches that are tensors or arrays; got {type(call.batch).__name__}"
            raise TypeError(msg)
        alone = self.as_is and call.batch.ndim == (2 if call.batch.is_floating_point() else 1)
        time = 0 if alone or not self.layout.batch_first else 1
        for start in range(0, call.steps, size):
            steps = min(size, call.steps - start)
            yield Call(
                call.batch.narrow(time, start, steps),
                None if call.ids is None else call.ids[start : start + steps],
                steps,
                call.streams,
                None if call.lengths is None else [min(max(length - start, 0), steps) for length in call.lengths],
                continues=self.pieces_continue and start > 0,
            )


def _is_batch(given: Any) -> bool:
    """Whether the user gave one batch rather than several."""
    if isinstance(given, torch.Tensor | np.ndarray | torch.nn.utils.rnn.PackedSequence | Mapping):
        return True
    return isinstance(given, list) and bool(given) and isinstance(given[0], int | np.integer)


def _subject(batch: Any) -> tuple[Any, Tensor | None]:
    """The tensor that the model reads step by step, and the mask that marks padding with 0, if there is one."""
    kinds = torch.Tensor | torch.nn.utils.rnn.PackedSequence
    if isinstance(batch, kinds):
        return batch, None
    if isinstance(batch, Mapping):
        values = [batch[key] for key in ("input_ids", "inputs_embeds") if key in batch]
        values += list(batch.values())
        mask = batch.get("attention_mask")
    else:
        values, mask = list(batch) if isinstance(batch, tuple) else [], None
    return next((value for value in values if isinstance(value, kinds)), None), mask


def _lengths_of_mask(mask: Tensor) -> list[int]:
    lengths: list[int] = mask.sum(dim=1).tolist()
    if not bool(mask[:, 0].all()) or bool((mask.diff(dim=1) > 0).any()):
        msg = "attention_mask must have its ones first: a batch that is padded on the left isn't supported"
        raise ValueError(msg)
    return lengths


def _as_list(lengths: Any) -> list[int]:
    if isinstance(lengths, torch.Tensor):
        lengths = lengths.tolist()
    array = np.asarray(lengths)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        msg = f"lengths must be a list of integers for each batch; got {lengths!r}"
        raise TypeError(msg)
    values: list[int] = array.tolist()
    return values


def _check_lengths(call: Call) -> None:
    lengths = call.lengths
    if lengths is None or call.steps is None:
        return
    if len(lengths) != call.streams or not all(1 <= length <= call.steps for length in lengths):
        allowed = f"from 1 to {call.steps} steps"
        msg = f"there must be a length for each of the {call.streams} sequences, {allowed}; got {lengths}"
        raise ValueError(msg)
