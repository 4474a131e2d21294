"""Padding that a mask marks: found, and moved to the end, where neither the model nor the rows see it."""

from __future__ import annotations

from typing import Any

from .lazy_torch import Tensor, torch


def without_left_padding(
    batch: dict[str, Any], own: dict[str, Any], mask_name: str, *, batch_first: bool
) -> tuple[dict[str, Any], list[int]]:
    """The batch with all padding at the ends of its sequences, and the lengths of these.

    A model counts positions from the first column if it is given none, also where that is padding: behind padding on
    the left, its states would be those of another text. So each sequence is moved to the first column.

    Parameters
    ----------
    batch : dict
        The keyword arguments of one call.
    own : dict
        Those of them that go by the mask. Where the first two dimensions are those of the mask, sequences are moved.
    mask_name : str
        The name of the mask: 1 for a step, 0 for padding.
    batch_first : bool
        Whether the mask is (B, T) rather than (T, B).

    Raises
    ------
    ValueError
        The mask has other values, other dimensions, or holes.
    """
    mask = batch[mask_name]
    if not isinstance(mask, torch.Tensor) or mask.ndim != 2 or bool(((mask != 0) & (mask != 1)).any()):
        shape = f"the shape {tuple(mask.shape)}" if isinstance(mask, torch.Tensor) else type(mask).__name__
        msg = (
            f"{mask_name} must hold 1 for a step and 0 for padding, of shape (sequences, steps); got {shape}. "
            "Say with lengths= how many steps of each sequence aren't padding"
        )
        raise ValueError(msg)
    read = (mask if batch_first else mask.T).bool()
    lengths, starts = read.sum(dim=1), read.int().argmax(dim=1)
    columns = torch.arange(read.shape[1], device=mask.device)
    expected = (columns >= starts[:, None]) & (columns < (starts + lengths)[:, None])
    if bool((expected != read).any()):
        row = int((expected != read).any(dim=1).int().argmax())
        msg = (
            f"{mask_name} must have its ones side by side; sequence {row} has zeros between. Take these steps out, or "
            "give the texts one by one"
        )
        raise ValueError(msg)
    if bool(starts.any()):
        places = (columns + starts[:, None]) % read.shape[1]
        places = places if batch_first else places.T
        batch = batch | {
            name: _taken(value, places, dim=1 if batch_first else 0)
            for name, value in own.items()
            if isinstance(value, torch.Tensor) and value.shape[:2] == mask.shape
        }
    found: list[int] = lengths.tolist()
    return batch, found


def _taken(value: Tensor, places: Tensor, dim: int) -> Tensor:
    places = places.to(value.device).reshape(*places.shape, *[1] * (value.ndim - 2))
    return value.gather(dim, places.expand(value.shape))
