"""What the modules of a model have read in a run, compared with the batch.

The rows of a recording stand beside the tokens of the batch, in their order. A model may read them in another order, or
read something else: a reversed copy, the tokens shifted by one, its own predictions. Embeddings tell the ids that they
were called with. Where a recurrent module has read vectors that come from an embedding, the batch or another recurrent
module, these tell the order in which it has read them.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from .batches import Call
from .lazy_torch import Tensor, torch
from .orders import is_a_count, is_same, is_translation, order_of
from .recurrent import family, is_cell

ADVICE = (
    "so rows of its layers would stand at steps that they don't belong to. Give the batch as it is read, or leave "
    "these layers out"
)

OTHER = "other ids than those of the batch"


@dataclass
class Reading:
    """T × B ids that an embedding was called with, and the vectors that it has put out.

    Parameters
    ----------
    name : str
        Dotted name of the embedding.
    ids : Tensor of int, shape (T, B)
    vectors : Tensor of shape (T, B, F)
    by_steps : bool
        Whether it was called once a step.
    """

    name: str
    ids: Tensor
    vectors: Tensor
    by_steps: bool


class Readings:
    """Watches what embeddings and recurrent modules read, one run at a time.

    Parameters
    ----------
    modules : dict of str to Module
        The modules of the model by their dotted names.
    recorded : iterable of str
        Names of the recurrent modules whose states are recorded.
    others_recorded : bool
        Whether anything else is recorded.
    """

    def __init__(self, modules: dict[str, Any], recorded: Iterable[str], *, others_recorded: bool) -> None:
        self._embeddings = {name: each for name, each in modules.items() if isinstance(each, torch.nn.Embedding)}
        self._recurrent = {name: each for name, each in modules.items() if family(each)}
        self._recorded = set(recorded)
        self._others_recorded = others_recorded
        self._batch: Any = None
        self.begin(None)

    def begin(self, batch: Any) -> None:
        """Get ready for a run."""
        self._batch = batch
        self._ids: dict[str, list[tuple[Tensor, Tensor]]] = defaultdict(list)
        self._reads: dict[str, list[tuple[Tensor, Tensor]]] = defaultdict(list)

    def watch(self, undo: ExitStack) -> None:
        """Hook the modules, until ``undo`` is closed."""
        for name, module in self._embeddings.items():
            undo.callback(module.register_forward_pre_hook(self._check_ids(name), with_kwargs=True).remove)
            undo.callback(module.register_forward_hook(self._keep_ids(name), with_kwargs=True).remove)

    def keep_recurrent(self, name: str, inputs: Any, output: Any) -> None:
        """Keep what a recurrent module has read and put out in a call."""
        module = self._recurrent[name]
        own = output[0] if isinstance(output, tuple) else output
        self._reads[name].append((_time_first(module, inputs).clone(), _time_first(module, own)))

    def outputs(self) -> list[Tensor]:
        """What each recurrent module has put out in this run, (T, B, D)."""
        return [torch.cat([own for _, own in calls]) for calls in self._reads.values()]

    def _check_ids(self, name: str) -> Callable[..., None]:
        def check(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            ids = args[0] if args else kwargs.get("input")
            if not isinstance(ids, torch.Tensor) or ids.is_floating_point() or not ids.numel():
                return
            least, most = (int(each) for each in torch.aminmax(ids.long()))
            if least < 0 or most >= module.num_embeddings:
                raise ValueError(self._why_out_of_range(name, module, least, most, ids.shape))

        return check

    def _why_out_of_range(self, name: str, module: Any, least: int, most: int, shape: Any) -> str:
        wrong, count = (least if least < 0 else most), module.num_embeddings
        tensors = [each for each in _tensors_in(self._batch) if not each.is_floating_point() and each.numel()]
        if any(int(each.min()) <= wrong <= int(each.max()) for each in tensors):
            return f"the batch has the id {wrong}, and {name or 'the model'} has the ids 0…{count - 1} only"
        fitting = max(shape) - (most + 1 - count)
        line = f": with steps_per_call={fitting} it is read in pieces" if fitting > 0 else ""
        return (
            f"{name or 'the model'} was asked for number {wrong}, and has {count}. If these are positions, the text is "
            f"longer than the model reads{line}"
        )

    def _keep_ids(self, name: str) -> Callable[..., None]:
        def keep(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
            ids = args[0] if args else kwargs.get("input")
            if isinstance(ids, torch.Tensor) and isinstance(output, torch.Tensor):
                self._ids[name].append((ids.detach().to("cpu", copy=True), output.detach()))

        return keep

    # ------------------------------------------------------------ after a run

    def check(self, call: Call, steps: int | None, streams: int | None, lengths: list[int] | None) -> Tensor | None:
        """Compare what was read with the batch.

        Of several tensors of ids in a batch, the first that an embedding was called with has the tokens.

        Parameters
        ----------
        call : Call
        steps, streams : int or None
            T and B.
        lengths : list of int, or None
            The numbers of steps that aren't padding.

        Returns
        -------
        Tensor of int, shape (T, B), or None
            The ids to put beside the rows.

        Raises
        ------
        ValueError
            A recorded module has read the batch in another order, or something else.
        """
        if steps is None or streams is None or lengths is None or not (self._recorded or call.ids is not None):
            return call.ids
        valid = torch.arange(steps, device="cpu")[:, None] < torch.tensor(lengths, device="cpu")
        readings = self._readings(call, valid)
        own = _of_batch(call, valid)
        read = [ids for ids in own if any(is_same(reading.ids, ids, valid) for reading in readings)]
        self._check(call, readings, valid, is_read=bool(read))
        return read[0] if read and call.ids is not None else call.ids

    def _check(self, call: Call, readings: list[Reading], valid: Tensor, *, is_read: bool) -> None:
        wrong = {} if call.ids is None else self._wrong_readings(call, readings, valid, is_read=is_read)
        certain = {at: what for at, what in wrong.items() if what != OTHER or readings[at].by_steps}
        traced = self._trace(call, readings, certain, valid)
        for name in self._recorded:
            if traced.get(name):
                raise ValueError(f"{name or 'the model'} has read {traced[name]}, {ADVICE}")
        untraced = [name for name in self._recorded if name not in traced]
        # Where the batch was read in its own order as well, the model may put the rest in order again.
        suspect = {at: what for at, what in wrong.items() if readings[at].by_steps or not is_read}
        told = [f"{readings[at].name or 'the model'} was called with {what}" for at, what in suspect.items()]
        if untraced and not is_read and certain:
            raise ValueError(f"{told[0]}, {ADVICE}")
        if None not in traced.values():
            told += [f"{name or 'the model'} has read {what}" for name, what in traced.items()]
        if told and (untraced or self._others_recorded):
            warnings.warn(f"{told[0]}, {ADVICE}", UserWarning, stacklevel=2)

    def _readings(self, call: Call, valid: Tensor) -> list[Reading]:
        """What embeddings were called with, as far as it has the shape of the batch."""
        steps, streams = valid.shape
        found: list[Reading] = []
        for name, calls in self._ids.items():
            whole = [_laid_out(call, ids, vectors, valid) for ids, vectors in calls]
            found += [Reading(name, *each, by_steps=False) for each in whole if each is not None]
            single = [each for each in calls if each[0].numel() == streams and each[0].ndim <= 2]
            if steps > 1 and len(single) == steps:
                ids = torch.stack([each.reshape(streams) for each, _ in single])
                vectors = torch.stack([each.reshape(streams, -1) for _, each in single])
                found.append(Reading(name, ids, vectors, by_steps=True))
        return found

    def _wrong_readings(self, call: Call, readings: list[Reading], valid: Tensor, *, is_read: bool) -> dict[int, str]:
        """The readings that aren't of the batch's ids, step by step: number → what was read instead."""
        ids, own = call.ids, _of_batch(call, valid)
        wrong: dict[int, str] = {}
        if ids is None:
            return wrong
        for at, reading in enumerate(readings):
            fits = int(ids[valid].max()) < self._embeddings[reading.name].num_embeddings
            if not fits or any(is_same(reading.ids, each, valid) for each in own):
                continue
            if is_a_count(reading.ids, valid, by_steps=reading.by_steps and not is_read):
                continue
            order = next(filter(None, (order_of(reading.ids, each, valid) for each in own)), None)
            if order is not None or not is_translation(ids[valid], reading.ids[valid], by_steps=reading.by_steps):
                wrong[at] = order or OTHER
        return wrong

    def _trace(
        self, call: Call, readings: list[Reading], wrong: dict[int, str], valid: Tensor
    ) -> dict[str, str | None]:
        """What recurrent modules have read, where it can be told: name → None for the batch in its order, else what."""
        known: list[tuple[Tensor, str | None]] = [(each.vectors, wrong.get(at)) for at, each in enumerate(readings)]
        known += [(each, None) for each in _features(call, valid)]
        traced: dict[str, str | None] = {}
        for name, calls in self._reads.items():
            read = _padded(torch.cat([each for each, _ in calls]), valid)
            if read is None:
                continue
            there = valid.to(read.device)
            fitting = [(vectors.to(read), what) for vectors, what in known if vectors.shape == read.shape]
            same = [what for vectors, what in fitting if is_same(read, vectors, there)]
            if same:
                traced[name] = None if None in same else same[0]
            elif order := next(filter(None, (order_of(read, vectors, there) for vectors, _ in fitting)), None):
                traced[name] = order
            output = _padded(torch.cat([each for _, each in calls]), valid)
            if output is not None and traced.get(name, "") is None:
                known.append((output, None))
        return traced


def _tensors_in(batch: Any) -> Iterator[Tensor]:
    """The tensors of a batch."""
    if torch.is_tensor(batch):
        yield batch
    elif isinstance(batch, torch.nn.utils.rnn.PackedSequence):
        yield torch.nn.utils.rnn.pad_packed_sequence(batch)[0]
    elif isinstance(batch, tuple | list):
        for each in batch:
            yield from _tensors_in(each)
    elif isinstance(batch, dict):
        yield from _tensors_in(list(batch.values()))


def _in_time_order(values: Tensor, valid: Tensor, dimensions: int) -> list[Tensor]:
    """Values of the batch's shape as (T, B, …); two ways where T and B are equal or lie in one dimension."""
    steps, streams = valid.shape
    rest = values.shape[values.ndim - dimensions + 2 :]
    if values.numel() == 0 or values.numel() != steps * streams * rest.numel():
        return []
    if values.ndim == dimensions and values.shape[:2] not in {(steps, streams), (streams, steps)}:
        return []
    ways = [values.reshape(steps, streams, *rest), values.reshape(streams, steps, *rest).transpose(0, 1)]
    flat = values.ndim < dimensions
    return [
        way
        for way, shape in zip(ways, [(steps, streams), (streams, steps)], strict=True)
        if flat or values.shape[:2] == shape
    ]


def _of_batch(call: Call, valid: Tensor) -> list[Tensor]:
    """The integers of the batch that there is one of for each step, each (T, B): the ids, and what comes with them."""
    others = (
        each.to("cpu") for each in _tensors_in(call.batch) if not each.is_floating_point() and each.ndim in {1, 2}
    )
    found = [] if call.ids is None else [call.ids]
    return found + [way for each in others for way in _in_time_order(each, valid, 2)]


def _features(call: Call, valid: Tensor) -> list[Tensor]:
    """The vectors of the batch, one for each step, each (T, B, F)."""
    given = [each for each in _tensors_in(call.batch) if each.is_floating_point() and each.ndim in {2, 3}]
    return [way for each in given for way in _in_time_order(each, valid, 3)]


def _laid_out(call: Call, ids: Tensor, vectors: Tensor, valid: Tensor) -> tuple[Tensor, Tensor] | None:
    """The ids and vectors of one call of an embedding, (T, B) and (T, B, F); None: they aren't one for each step."""
    if ids.ndim == 1 and vectors.ndim == 2 and len(ids) == int(valid.sum()):
        packed = _as_packed(call, valid)
        if packed is not None and torch.equal(packed.data.to("cpu"), ids):
            unpack = torch.nn.utils.rnn.pad_packed_sequence
            return call.ids, _padded(unpack(packed.to(vectors.device)._replace(data=vectors))[0], valid)
    if vectors.shape[:-1] != ids.shape or ids.ndim not in {1, 2}:
        return None
    ways = list(zip(_in_time_order(ids, valid, 2), _in_time_order(vectors, valid, 3), strict=True))
    fitting = (way for own in _of_batch(call, valid) for way in ways if is_same(way[0], own, valid))
    return next(fitting, ways[0] if ways else None)


def _as_packed(call: Call, valid: Tensor) -> Any:
    """The ids of a batch as a `PackedSequence`, as the model has packed them if it has."""
    if isinstance(call.batch, torch.nn.utils.rnn.PackedSequence):
        return call.batch
    if call.ids is None:
        return None
    return torch.nn.utils.rnn.pack_padded_sequence(call.ids, valid.sum(dim=0), enforce_sorted=False)


def _time_first(module: Any, values: Any) -> Tensor:
    """What a recurrent module has read or put out, as (T, B, F)."""
    if isinstance(values, torch.nn.utils.rnn.PackedSequence):
        return torch.nn.utils.rnn.pad_packed_sequence(values)[0].detach()
    values = values.detach()
    if is_cell(module):
        return values.reshape(1, -1, values.shape[-1])
    if values.ndim == 2:
        return values[:, None]
    return values.transpose(0, 1) if module.batch_first else values


def _padded(values: Tensor, valid: Tensor) -> Tensor | None:
    """Values with as many steps as the batch, which has more where all sequences are padded; None: another shape."""
    missing = len(valid) - len(values)
    if missing < 0 or values.shape[1] != valid.shape[1] or bool(valid[len(values) :].any()):
        return None
    return torch.cat([values, values.new_zeros(missing, *values.shape[1:])]) if missing else values
