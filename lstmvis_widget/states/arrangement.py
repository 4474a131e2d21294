"""Padding and separate sequences: which rows are time steps, and what is aligned with them one entry a time step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.paths import is_path

from .opening import OpenedSource, Run, brief_lengths

BATCH = (
    "{what} are {n} sequences, perhaps padded, or layers: say how long each sequence is, sequences=[n0, n1, …] or the "
    "mask of shape {shape} (1: a time step, 0: padding); layers: {{f'layer{{i}}': states[i] for i in range({n})}}"
)


def ids_of(tokens: Any) -> tuple[Any, Any]:
    """The ids and the mask in a tokenizer's output; other tokens as they are."""
    if hasattr(tokens, "keys") and "input_ids" in tokens.keys():  # noqa: SIM118  (a BatchEncoding is no mapping)
        return tokens["input_ids"], tokens["attention_mask"] if "attention_mask" in tokens.keys() else None  # noqa: SIM118
    return tokens, None


def nested(values: Any) -> list[Any] | None:
    """The rows of values of shape (B, T), or of a list of lists; None where there is one value a time step."""
    if is_path(values) or isinstance(values, bytes | Mapping) or not hasattr(values, "__len__"):
        return None
    shape = getattr(values, "shape", None)
    if shape is not None:
        return [values[at] for at in range(shape[0])] if len(shape) == 2 and hasattr(values, "__getitem__") else None
    if not isinstance(values, list | tuple) or not values or not all(map(_is_row, values[:1])):
        return None
    return list(values) if all(map(_is_row, values)) else None


def lengths_or_mask(sequences: Any) -> NDArray[Any] | None:
    """Lengths of sequences, or a mask, as an array; None if there are none.

    Raises
    ------
    TypeError
        It isn't a list.
    """
    if sequences is None:
        return None
    listed = sequences if hasattr(sequences, "shape") or not isinstance(sequences, Iterable) else list(sequences)
    numbers = as_numpy(listed)
    if numbers.ndim not in (1, 2) or isinstance(sequences, str | Mapping):
        msg = f"sequences must be a list of lengths (integers), or a mask of (B, T); got {type(sequences).__name__}"
        raise TypeError(msg)
    return numbers


def _are_flat(tokens: Any, steps: int) -> bool:
    """Whether there is a token for each row, padding included: then there is no padding."""
    return not isinstance(tokens, str) and hasattr(tokens, "__len__") and len(tokens) == steps


def _is_row(value: Any) -> bool:
    return isinstance(value, list | tuple) or len(getattr(value, "shape", ())) == 1


@dataclass(frozen=True)
class Arrangement:
    """Which rows of the members are time steps; the others are padding.

    Parameters
    ----------
    padded : tuple of int
        Lengths of the members.
    runs : tuple of tuples of (start, stop)
        For each member the rows that are kept.
    sequences : object
        What `Sequences` is made of.
    """

    padded: tuple[int, ...]
    runs: tuple[tuple[Run, ...], ...]
    sequences: Any

    @classmethod
    def of(
        cls, padded: tuple[int, ...], sequences: Any, tokens: Any, mask: Any, layers: Mapping[str, OpenedSource]
    ) -> Arrangement:
        """What ``sequences``, or else the tokens, say of the members."""
        whole = tuple(((0, each),) for each in padded)
        may_be_padded = any(len(getattr(each.given, "shape", ())) == 3 for each in layers.values())
        if sequences is None and mask is not None and may_be_padded:
            sequences = mask
        numbers = lengths_or_mask(sequences)
        if numbers is not None and any(each.sequences is not None for each in layers.values()):
            if numbers.ndim == 2:
                msg = "states in files have no padding: give the lengths of the sequences in place of a mask"
                raise ValueError(msg)
            steps = sum(padded)  # which sequences they are is said, however they are divided into files
            return cls((steps,), (((0, steps),),), sequences)
        if numbers is not None and numbers.ndim == 2:
            return cls._of_mask(padded, numbers)
        listed = nested(tokens)
        in_lists = None if listed is None else [len(row) for row in listed]
        is_cut = numbers is not None and len(numbers) == 1 and numbers[0] < padded[0] and may_be_padded
        if len(padded) == 1 and not is_cut:
            several = in_lists is not None and len(in_lists) > 1 and sum(in_lists) == padded[0]
            return cls(padded, whole, in_lists if sequences is None and several else sequences)
        if numbers is None and in_lists is None and may_be_padded and not _are_flat(tokens, sum(padded)):
            shape = next(tuple(each.given.shape) for each in layers.values() if len(each.given.shape) == 3)
            msg = BATCH.format(what=f"states of shape {shape}", n=len(padded), shape=(len(padded), padded[0]))
            raise ValueError(msg)
        numbers = np.array(in_lists or padded) if numbers is None else numbers
        return cls._of_lengths(padded, numbers, may_be_padded=may_be_padded)

    @classmethod
    def _of_lengths(cls, padded: tuple[int, ...], numbers: NDArray[Any], *, may_be_padded: bool) -> Arrangement:
        if numbers.dtype.kind not in "iu" or numbers.ndim != 1:
            msg = f"sequences must be the lengths of the {len(padded)} sequences (integers), or their mask"
            raise TypeError(msg)
        lengths = [int(each) for each in numbers.tolist()]
        pairs = zip(lengths, padded, strict=False)
        fit = [1 <= length <= most if may_be_padded else length == most for length, most in pairs]
        if len(lengths) != len(padded) or not all(fit):
            most = f"at most {max(padded)} each" if may_be_padded else brief_lengths(padded)
            msg = f"sequences must be {len(padded)} lengths, {most}, as the states are; got {brief_lengths(lengths)}"
            raise ValueError(msg)
        return cls(padded, tuple(((0, each),) for each in lengths), lengths)

    @classmethod
    def _of_mask(cls, padded: tuple[int, ...], mask: NDArray[Any]) -> Arrangement:
        wanted = (len(padded), max(padded))
        if mask.shape != wanted or len(set(padded)) != 1:
            msg = f"a mask in place of sequences must have the shape {wanted} of the states; it has {mask.shape}"
            raise ValueError(msg)
        if mask.dtype.kind not in "biuf" or not np.isin(mask, (0, 1)).all():
            msg = "a mask in place of sequences must hold 1 for a time step and 0 for padding, and nothing else"
            raise ValueError(msg)
        on = np.pad(mask.astype(np.int8), ((0, 0), (1, 1)))
        runs = []
        for place, changes in enumerate(np.diff(on, axis=1)):
            starts, stops = np.flatnonzero(changes == 1).tolist(), np.flatnonzero(changes == -1).tolist()
            if not starts:
                msg = f"the mask of sequence {place} has no time step; leave that sequence out"
                raise ValueError(msg)
            runs.append(tuple(zip(starts, stops, strict=True)))
        return cls(padded, tuple(runs), [sum(stop - start for start, stop in some) for some in runs])

    @property
    def keeps_all(self) -> bool:
        """Whether there is no padding."""
        return all(some == ((0, length),) for some, length in zip(self.runs, self.padded, strict=True))

    @property
    def lengths(self) -> list[int]:
        """How many rows of each member are kept."""
        return [sum(stop - start for start, stop in some) for some in self.runs]

    def flattened(self, values: Any, what: str) -> Any:
        """One value a time step of values (B, T), or of a list of lists; others as they are.

        Raises
        ------
        ValueError
            There isn't a list for each sequence, or one has neither the padded length nor that of its sequence.
        """
        rows = nested(values)
        if rows is None:
            return values
        if len(self.padded) == 1 and len(rows) > 1:  # one long sequence, or several as the lists say
            return _joined(rows)
        if len(rows) != len(self.padded):
            msg = f"{what} must be {len(self.padded)} lists, one for each sequence of the states; got {len(rows)}"
            raise ValueError(msg)
        return _joined(list(self._kept(rows, what)))

    def _kept(self, rows: list[Any], what: str) -> Iterator[Any]:
        for place, row in enumerate(rows):
            if len(row) == self.padded[place]:
                yield from (row[start:stop] for start, stop in self.runs[place])
            elif len(row) == self.lengths[place]:
                yield row
            else:
                msg = f"{what} of sequence {place} must be {self.lengths[place]}, one a time step; got {len(row)}"
                raise ValueError(msg)


def _joined(rows: Sequence[Any]) -> Any:
    if all(hasattr(row, "shape") for row in rows):
        arrays = [as_numpy(row) for row in rows]
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    return [value for row in rows for value in row]


def flattened_tracks(tracks: Any, arrangement: Arrangement) -> Any:
    """The tracks of a mapping, each with one entry a time step as `Arrangement.flattened` makes it."""
    if not isinstance(tracks, Mapping):
        return tracks
    sizes = (len(arrangement.padded), max(arrangement.padded))

    def flattened(name: str, values: Any) -> Any:
        shape = getattr(values, "shape", None)
        rows = nested(values) if shape is None or tuple(shape[:2]) == sizes else None
        several = rows is not None and len(rows) == sizes[0] and (sizes[0] > 1 or len(rows[0]) == sizes[1])
        return arrangement.flattened(values, f"track {name!r}") if several else values

    return {name: flattened(name, values) for name, values in tracks.items()}
