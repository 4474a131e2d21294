"""The forms in which batches are given: one batch or several, texts or ids, and what can be neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np

from lstmvis_widget.given.arrays import as_numpy, library_of
from lstmvis_widget.given.brief import brief
from lstmvis_widget.timeline.tokenizer_pieces import is_tokenizer

from .lazy_torch import torch

ALLOWED = "batches must be token ids, features, or an iterable of batches"
FEATURES = "token ids are integers, features are floats"


def as_batches(given: Any, *, as_is: bool = False) -> tuple[Iterable[Any], bool]:
    """The batches, and whether there is only one, given by itself.

    | given | taken as |
    | --- | --- |
    | tensor, array, column, ``range``, list of integers | one batch: ids or features |
    | ``PackedSequence`` | one batch |
    | mapping, such as a ``BatchEncoding`` | one batch: the keyword arguments of one call |
    | ``Encoding`` of the tokenizers library | one batch |
    | text | one batch |
    | list, tuple, array or column of texts | a batch each |
    | nested tensor, array of arrays | a batch each row |
    | list of lists of floats | one batch: features, unless the user's ``run`` takes batches as they are (``as_is``) |
    | list or other iterable, such as a ``DataLoader`` | a batch each entry |

    Raises
    ------
    TypeError
        It is anything else; the message says what to give instead.
    """
    _check_form(given)
    if isinstance(given, str | Mapping) or is_packed(given) or is_encoding(given):
        return [given], True
    if isinstance(given, torch.Tensor):
        return (list(given.unbind()), False) if given.is_nested else ([given], True)
    if is_array(given):
        array = as_numpy(given)
        return (list(array), False) if array.dtype.kind in "OUT" else ([array], True)  # texts, or arrays
    if isinstance(given, list | tuple):
        return _of_list(given, as_is=as_is)
    if not hasattr(given, "__iter__"):
        hint = "; wrap it in a DataLoader" if hasattr(given, "__getitem__") else ""
        raise TypeError(f"{ALLOWED}; got {type(given).__name__}{hint}")
    return given, False


def _of_list(given: list[Any] | tuple[Any, ...], *, as_is: bool) -> tuple[Iterable[Any], bool]:
    if isinstance(given, tuple) and not (given and all(isinstance(text, str) for text in given)):
        msg = (
            "batches must not be a tuple, which may mean several things: give list(batches) for several batches, "
            "and [arguments] for the arguments of one call of the model"
        )
        raise TypeError(msg)
    entries = list(given)
    if entries and not as_is and all(map(_is_vector, entries)):
        return [numbers_of(entries)], True
    return ([entries], True) if entries and all(map(_is_number, entries)) else (entries, False)


def check_batch(batch: Any) -> None:
    """Check one entry of an iterable of batches.

    Raises
    ------
    TypeError
        It is no batch; the message says what to give instead.
    """
    _check_form(batch)
    if batch is None or _is_number(batch):
        raise TypeError(
            f"each entry must be a whole batch; got {brief(batch)}. Give the ids of one text as a list: list(batches)"
        )
    if isinstance(batch, list | tuple) and batch and all(isinstance(text, str) for text in batch):
        raise TypeError(
            f"each entry must be one text; got a {type(batch).__name__} of them. Give all texts in one flat list, "
            "[text for batch in batches for text in batch]; a text that is split into words, as ' '.join(words)"
        )
    if isinstance(batch, tuple) and not is_packed(batch) and len(batch) > 1 and all(map(_is_number, batch)):
        raise TypeError("a tuple holds the arguments of one call of the model; give the ids of a text as a list")
    if not isinstance(batch, str | Mapping) and hasattr(batch, "__next__"):
        raise TypeError(f"each entry must be a whole batch; got a {type(batch).__name__}. Give list(…) of it")


def _check_form(value: Any) -> None:
    """Raise TypeError for what is neither a batch nor several."""
    kind = type(value).__name__
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"{ALLOWED}; got {kind}. Decode a text, batches.decode(); give ids as a list, list(batches)")
    if isinstance(value, AbstractSet):
        raise TypeError(f"{ALLOWED}; got a {kind}, which has no order. Give a list")
    if library_of(value) in {"pandas", "polars", "pyarrow"} and hasattr(value, "columns"):
        raise TypeError(f"{ALLOWED}; got a {kind}. Give one of its columns, such as frame['text']")
    if any(each.__name__ == "ModelOutput" for each in type(value).__mro__):
        line = "batches.sequences" if "sequences" in value else "the ids that it has read"
        raise TypeError(
            f"{ALLOWED}; got a {kind}, which a model has returned. Let the model read the ids again: "
            f"record_states(model, {line}, …)"
        )
    if is_tokenizer(value):
        raise TypeError(f"{ALLOWED}; got the tokenizer {kind}. Give record_states(model, texts, tokenizer=tokenizer)")


def is_packed(value: Any) -> bool:
    """Whether a value is a `PackedSequence`."""
    return isinstance(value, torch.nn.utils.rnn.PackedSequence)


def is_encoding(value: Any) -> bool:
    """Whether a value is what a tokenizer of the tokenizers library makes of one text."""
    return library_of(value) == "tokenizers" and hasattr(value, "ids")


def is_array(value: Any) -> bool:
    """Whether a value is a tensor, or an array or column of any library."""
    if isinstance(value, torch.Tensor | range):
        return True
    return hasattr(value, "__array__") or type(value).__module__ == "array" or library_of(value) == "pyarrow"


def _is_number(value: Any) -> bool:
    """Whether a value is a single number, such as an id."""
    return isinstance(value, int | float | complex | np.number | np.bool_) or (
        isinstance(value, torch.Tensor | np.ndarray) and value.ndim == 0
    )


def _is_vector(value: Any) -> bool:
    """Whether a value holds floats along one dimension, as the features of one step."""
    if isinstance(value, list | tuple):
        return any(isinstance(each, float) for each in value) and all(map(_is_number, value))
    if isinstance(value, torch.Tensor):
        return bool(value.ndim == 1 and value.is_floating_point())
    return isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind == "f"


def as_tensor(value: Any, dtype: Any) -> Any:
    """An array, a column or nested lists of numbers as a tensor.

    Parameters
    ----------
    value : array_like
    dtype : torch dtype
        Of features that don't come as tensors.

    Raises
    ------
    TypeError
        They are no numbers, or lists of several lengths.
    """
    if isinstance(value, torch.Tensor):
        value = value if value.layout == torch.strided else value.to_dense()
        small = not value.is_floating_point() and not value.is_complex() and value.dtype != torch.bool
        return value.long() if small and value.dtype.itemsize < 4 else value
    array = numbers_of(value)
    if array.dtype.kind in "iu":
        if array.dtype.itemsize == 8 and array.size and array.max() > np.iinfo(np.int64).max:
            raise TypeError(f"{FEATURES}; got {brief(int(array.max()))}, which no int64 holds")
        array = array.astype(np.int64)
    made = torch.tensor(array, device="cpu")
    return made if array.dtype.kind in "ib" else made.to(dtype)


def numbers_of(value: Any) -> np.ndarray[Any, Any]:
    """An array of integers, floats or booleans."""
    if isinstance(value, list):
        value = [as_numpy(each) if isinstance(each, torch.Tensor) else each for each in value]
        if is_ragged(value):
            raise TypeError(
                f"{FEATURES}; got lists of several lengths: pad them and say lengths=, or give a batch each"
            )
    array = as_numpy(np.asarray(value) if isinstance(value, list | tuple) else value)
    if array.dtype == object and array.size and all(type(each) is int for each in array.flat):
        raise TypeError(f"{FEATURES}; got {brief(max(array.flat, key=abs))}, which no int64 holds")
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{FEATURES}; got {brief(array)}")
    return array


def is_ragged(values: Any) -> bool:
    """Whether a list holds lists of several lengths."""
    lists = (
        isinstance(values, list) and bool(values) and all(isinstance(row, list | tuple | np.ndarray) for row in values)
    )
    return lists and (len({len(row) for row in values}) > 1 or any(is_ragged(row) for row in values))
