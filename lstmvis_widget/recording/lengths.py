"""The numbers of steps that aren't padding, as the user gives them for each batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from collections.abc import Set as AbstractSet
from typing import Any

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_integer, checked_ints

from .lazy_torch import torch

ALLOWED = "lengths must be a list of integers for each batch"


class Lengths:
    """The user's ``lengths``, one batch after the other.

    Parameters
    ----------
    given : list, iterable of lists, callable, or None
    alone : bool
        Whether the user gave one batch: then these are its lengths.

    Raises
    ------
    TypeError
        They are a mapping, a set, a text, a table or a number.
    """

    def __init__(self, given: Any, *, alone: bool) -> None:
        if isinstance(given, Mapping | AbstractSet | str | bytes) or hasattr(given, "columns"):
            raise TypeError(f"{ALLOWED}; got {brief(given)}. Give a list of lists, or a callable of the batch")
        single = alone and given is not None and not callable(given)
        self._given = [given] if single else given
        self._following: Iterator[Any] = iter(())
        if self._given is not None and not callable(self._given):
            if not hasattr(self._given, "__iter__"):
                raise TypeError(f"{ALLOWED}; got {brief(given)}")
            self._following = iter(self._given)
        self._taken = 0

    def of(self, batch: Any) -> list[int] | None:
        """Those of the next batch; None: it has no padding, or shows it itself.

        Raises
        ------
        TypeError, ValueError
            They aren't integers, or there are none for this batch.
        """
        if self._given is None:
            return None
        if callable(self._given):
            return _as_list(self._given(batch))
        try:
            found = next(self._following)
        except StopIteration:
            raise ValueError("lengths must hold a list for each batch; there are fewer than batches") from None
        self._taken += 1
        return _as_list(found)

    def check_end(self) -> None:
        """Raise ValueError if lengths are left over after the last batch."""
        if isinstance(self._given, Sized) and len(self._given) > self._taken:
            msg = (
                f"lengths must hold a list for each batch; it holds {len(self._given)}, and there "
                f"{'was 1 batch' if self._taken == 1 else f'were {self._taken} batches'}"
            )
            raise ValueError(msg)


def _as_list(lengths: Any) -> list[int]:
    if isinstance(lengths, bool | str | bytes | Mapping | AbstractSet):
        raise TypeError(f"{ALLOWED}; got {brief(lengths)}")
    if (one := as_integer(lengths)) is not None:
        return [one]
    if isinstance(lengths, torch.Tensor):
        lengths = lengths.tolist()
    try:
        found: list[int] = checked_ints("lengths", lengths, -(2**62)).tolist()
    except TypeError as error:
        raise TypeError(f"{ALLOWED}; got {brief(lengths)}") from error
    return found
