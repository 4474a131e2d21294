"""Sequences as the model was given them, so that it can read parts of them again: prefixes, or all but one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from .batches import Call
from .forms import is_packed
from .lazy_torch import Tensor, torch
from .watching import first_tensor

Role = Literal["steps", "packed", "alone", "length", "stream", "same"]
"""What an argument of a call has: an entry for each step; the same packed; or without a dimension for the batch; the
number of steps of each sequence; an entry for each sequence; anything else, which all calls share."""

OF_STEPS = ("steps", "packed", "alone")


@dataclass(frozen=True)
class Argument:
    """One argument of a call, for one sequence; ``value`` has the shape (T, …) if it has entries for steps."""

    role: Role
    value: Any

    @property
    def kind(self) -> tuple[Any, ...]:
        """The same for arguments that can be put together in one batch."""
        if self.role == "same":
            return (self.role, id(self.value))
        shape = tuple(self.value.shape[1:] if self.role in OF_STEPS else self.value.shape)
        return (self.role, self.value.dtype, shape)


@dataclass(frozen=True)
class ReadSequence:
    """One sequence as the model reads it.

    Parameters
    ----------
    form : {"dict", "tuple", "single"}
        How the model is given its arguments.
    arguments : dict
        By name or place.
    steps : int
        T.
    batch_first : bool
    """

    form: str
    arguments: dict[Any, Argument]
    steps: int
    batch_first: bool

    @property
    def kind(self) -> tuple[Any, ...]:
        """The same for sequences that can be read in one batch, if they have the same number of steps."""
        return (self.form, *((name, *each.kind) for name, each in self.arguments.items()))

    @property
    def most_together(self) -> int | None:
        """1 where the model is given a sequence without a dimension for the batch."""
        return 1 if any(each.role == "alone" for each in self.arguments.values()) else None

    def part(self, steps: Any) -> ReadSequence:
        """Some steps: a slice, or a list of their numbers."""
        arguments = {
            name: replace(each, value=each.value[steps]) if each.role in OF_STEPS else each
            for name, each in self.arguments.items()
        }
        count = next(len(each.value) for each in arguments.values() if each.role in OF_STEPS)
        return replace(self, arguments=arguments, steps=count)

    def then(self, other: ReadSequence) -> ReadSequence:
        """The sequence and its continuation."""
        arguments = {
            name: replace(each, value=torch.cat([each.value, other.arguments[name].value]))
            if each.role in OF_STEPS
            else each
            for name, each in self.arguments.items()
        }
        return replace(self, arguments=arguments, steps=self.steps + other.steps)

    def subject(self) -> Any:
        """Name of the argument that has the ids, or else the features."""
        of_steps = {name: each.value for name, each in self.arguments.items() if each.role in OF_STEPS}
        named = [name for name in ("input_ids", "inputs_embeds") if name in of_steps]
        return next(iter([*named, *of_steps]))


def sequences_of(call: Call, lengths: Sequence[int], *, batch_first: bool) -> list[ReadSequence | None] | None:
    """The sequences of one run of the model; of one without steps None. None: nothing there has steps."""
    batch = call.batch
    if isinstance(batch, Mapping):
        form, given = "dict", dict(batch)
    elif isinstance(batch, tuple) and not is_packed(batch):
        form, given = "tuple", dict(enumerate(batch))
    else:
        form, given = "single", {0: batch}
    roles = {name: _role(name, value, call, lengths, batch_first=batch_first) for name, value in given.items()}
    if not any(role in OF_STEPS for role in roles.values()):
        return None
    found: list[ReadSequence | None] = []
    for stream, length in enumerate(lengths):
        arguments = {
            name: Argument(role, _of_stream(given[name], role, stream, length, batch_first=batch_first))
            for name, role in roles.items()
        }
        found.append(ReadSequence(form, arguments, length, batch_first) if length else None)
    return found


def _role(name: Any, value: Any, call: Call, lengths: Sequence[int], *, batch_first: bool) -> Role:
    if is_packed(value):
        return "packed"
    if not isinstance(value, torch.Tensor) or value.ndim == 0:
        return "same"
    streams, steps = len(lengths), call.steps
    if tuple(value.shape[:2]) == ((streams, steps) if batch_first else (steps, streams)):
        return "steps"
    if streams == 1 and value is call.batch and len(value) == steps:
        return "alone"
    if len(value) != streams:
        return "same"
    may_be_lengths = value.ndim == 1 and not value.is_floating_point() and (isinstance(name, int) or "len" in str(name))
    is_lengths = may_be_lengths and value.tolist() == list(lengths)
    return "length" if is_lengths else "stream"


def _of_stream(value: Any, role: Role, stream: int, length: int, *, batch_first: bool) -> Any:
    if role == "packed":
        value = torch.nn.utils.rnn.pad_packed_sequence(value, batch_first=batch_first)[0]
    if role in {"steps", "packed"}:
        return (value[stream] if batch_first else value[:, stream])[:length]
    if role == "alone":
        return value[:length]
    return value[stream] if role in {"length", "stream"} else value


def batch_of(sequences: Sequence[ReadSequence]) -> Any:
    """What the model is called with to read sequences of one kind, with the same number of steps, side by side."""
    first = sequences[0]
    made = {name: _together(name, sequences) for name in first.arguments}
    if first.form == "dict":
        return made
    return tuple(made.values()) if first.form == "tuple" else made[0]


def _together(name: Any, sequences: Sequence[ReadSequence]) -> Any:
    first = sequences[0]
    values, role = [each.arguments[name].value for each in sequences], first.arguments[name].role
    if role in {"same", "alone"}:
        return values[0]
    if role == "length":
        return torch.stack([torch.full_like(value, first.steps) for value in values])
    stacked = torch.stack(values, dim=0 if role == "stream" or first.batch_first else 1)
    if role != "packed":
        return stacked
    lengths = [first.steps] * len(sequences)
    return torch.nn.utils.rnn.pack_padded_sequence(stacked, lengths, batch_first=first.batch_first)


def repeated(call: Call, lengths: Sequence[int], times: int, *, batch_first: bool) -> Any:
    """What a model is called with to read the sequences of a call several times side by side.

    The copies come one after the other. None: the call has no dimension that counts sequences.
    """
    batch = call.batch
    if isinstance(batch, Mapping):
        made: Any = {name: _repeated(name, value, call, lengths, times, batch_first) for name, value in batch.items()}
        return None if any(value is None is not batch[name] for name, value in made.items()) else made
    if isinstance(batch, tuple) and not is_packed(batch):
        made = tuple(_repeated(name, value, call, lengths, times, batch_first) for name, value in enumerate(batch))
        return None if any(one is None is not other for one, other in zip(made, batch, strict=True)) else made
    return _repeated(0, batch, call, lengths, times, batch_first)


def _repeated(name: Any, value: Any, call: Call, lengths: Sequence[int], times: int, batch_first: bool) -> Any:  # noqa: FBT001, PLR0917
    role = _role(name, value, call, lengths, batch_first=batch_first)
    if role == "alone":
        return None
    if role == "same":
        return value
    if role == "packed":
        padded, steps = torch.nn.utils.rnn.pad_packed_sequence(value, batch_first=batch_first)
        copies = torch.cat([padded] * times, dim=0 if batch_first else 1)
        return torch.nn.utils.rnn.pack_padded_sequence(copies, steps.repeat(times), batch_first, enforce_sorted=False)
    return torch.cat([value] * times, dim=0 if batch_first or role != "steps" else 1)


def last_scores(output: Any, sequences: Sequence[ReadSequence], columns: int | None) -> Tensor:
    """The scores after the last step of sequences that were read side by side, (B, C).

    Parameters
    ----------
    output : Any
        What the model has returned: for each sequence, or for each of its steps.
    sequences : sequence of ReadSequence
        What it has read.
    columns : int or None
        C, if it is known.

    Raises
    ------
    TypeError, ValueError
        It has another shape.
    """
    given = first_tensor("the model", output)
    streams, steps, batch_first = len(sequences), sequences[0].steps, sequences[0].batch_first
    shape = tuple(given.shape)
    if given.ndim == 3 and shape[:2] in {(streams, steps), (steps, streams)}:
        is_first = shape[:2] == (streams, steps) and (batch_first or streams != steps)
        rows = given[:, -1] if is_first else given[-1]
    elif given.ndim == 2 and columns == 1 and steps > 1 and shape in {(streams, steps), (steps, streams)}:
        is_first = shape == (streams, steps) and (batch_first or streams != steps)
        rows = given[:, -1:] if is_first else given[-1][:, None]
    elif given.ndim == 2 and sequences[0].most_together == 1 and shape[0] == steps:
        rows = given[-1:]
    elif given.numel() and given.numel() % streams == 0 and (given.ndim < 2 or streams in shape[:-1]):
        rows = given.reshape(streams, -1)
    else:
        rows = None
    if rows is None or (columns is not None and rows.shape[1] != columns):
        expected = f"({streams}, {columns or 'classes'}) or ({streams}, {steps}, {columns or 'classes'})"
        msg = f"the model must return scores of classes, of shape {expected}; it returned {shape}"
        raise ValueError(msg)
    return rows


def side_by_side(
    sequences: Sequence[tuple[int, ReadSequence]], steps: int, most_steps: int
) -> Iterator[list[tuple[int, ReadSequence]]]:
    """Numbered sequences in groups, each for one call, in which the model reads ``steps`` steps of each sequence."""
    by_kind: dict[tuple[Any, ...], list[tuple[int, ReadSequence]]] = {}
    for number, each in sequences:
        by_kind.setdefault(each.kind, []).append((number, each))
    for group in by_kind.values():
        first = group[0][1]
        size = first.most_together or max(1, most_steps // steps)
        for start in range(0, len(group), size):
            yield group[start : start + size]
