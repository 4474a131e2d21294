"""How what was read lies against what a batch holds: the same, in another order, or translated.

Everything here is of shape (T, B), for ids, or (T, B, F), for vectors; ``valid``, (T, B), marks what isn't padding.
"""

from __future__ import annotations

from .lazy_torch import Tensor, torch

REVERSED = "the steps in reverse order"
SHIFTED = "the steps shifted by one"
SORTED = "the sequences in another order"
MIXED = "the steps in another order"

SAMPLE = 8
"""So many rows are looked up before all are compared."""


def is_same(read: Tensor, own: Tensor, valid: Tensor) -> bool:
    """Whether the same was read at every step."""
    return bool((_equal(read, own) | ~valid).all())


def order_of(read: Tensor, own: Tensor, valid: Tensor) -> str | None:
    """In which other order the batch was read; None: something else was read, or it can't be told."""
    steps, lengths = len(own), valid.sum(dim=0)
    places = torch.arange(steps, device=own.device)[:, None]
    backward = (lengths - 1 - places) % steps  # within the steps of each sequence
    if is_same(read, own.flip(0), valid) or is_same(read, _taken(own, backward), valid):
        return REVERSED
    if steps > 1 and (
        is_same(read[1:], own[:-1], valid[1:] & valid[:-1]) or is_same(read[:-1], own[1:], valid[1:] & valid[:-1])
    ):
        return SHIFTED
    if not _may_be_reordered(read, own, valid):
        return None
    codes = _codes(torch.stack([read, own]))
    codes = codes.masked_fill(~valid, -1)
    columns = [sorted(each.T.tolist()) for each in codes]
    if columns[0] == columns[1]:
        return SORTED
    ordered = codes.sort(dim=1).values
    return MIXED if bool((ordered[0] == ordered[1]).all()) else None


def is_translation(ids: Tensor, read: Tensor, *, by_steps: bool) -> bool:
    """Whether each id was read as an id of its own, as by a model that translates ids into others.

    Parameters
    ----------
    ids, read : Tensor of int, shape (n,)
    by_steps : bool
        Whether the ids were read one by one, as predictions are: then it must be clear that they are none.
    """
    pairs: Tensor = torch.stack([ids, read]).unique(dim=1)  # type: ignore[no-untyped-call]
    distinct = len(ids.unique())
    if pairs.shape[1] > distinct:
        return False
    if not by_steps:
        return True
    changed = pairs[:, pairs[0] != pairs[1]]
    some_unknown = changed.shape[1] < distinct and len(changed[1].unique()) <= 1
    one_to_one = len(pairs[1].unique()) == distinct < len(ids)
    return some_unknown or one_to_one


def is_a_count(read: Tensor, valid: Tensor, *, by_steps: bool) -> bool:
    """Whether what was read counts steps or is constant, as positions and types of tokens."""
    jumps = read.diff(dim=0)[valid[1:] & valid[:-1]]
    return any(bool((jumps == jump).all()) for jump in ((1, -1) if by_steps else (1, -1, 0)))


def _equal(read: Tensor, own: Tensor) -> Tensor:
    same = read == own
    return same.all(dim=-1) if same.ndim == 3 else same


def _taken(own: Tensor, places: Tensor) -> Tensor:
    places = places.reshape(*places.shape, *[1] * (own.ndim - 2)).expand(own.shape)
    return own.gather(0, places)


def _may_be_reordered(read: Tensor, own: Tensor, valid: Tensor) -> bool:
    """Whether a few rows of what was read are in the batch."""
    rows, there = read[valid], own[valid]
    if len(rows) < 2:
        return False
    some = torch.linspace(0, len(rows) - 1, min(SAMPLE, len(rows)), device=rows.device).long()
    return all(bool(_equal(row[None, None], there[:, None]).any()) for row in rows[some.to(rows.device)])


def _codes(values: Tensor) -> Tensor:
    """Numbers that are equal where ids or vectors are, of shape (2, T, B)."""
    if values.ndim == 3:
        return values.long()
    flat: Tensor = values.flatten(0, 2).unique(dim=0, return_inverse=True)[1]
    return flat.reshape(values.shape[:3])
