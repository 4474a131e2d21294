"""What two widgets share once they are linked."""

from __future__ import annotations

from typing import NamedTuple


class Shared(NamedTuple):
    """What a widget can share with another one over the same text.

    Attributes
    ----------
    traits : tuple of str
        Names of traits whose values both have; only those that both name are shared.
    steps : int
        T, which must be that of the other.
    sequences : tuple of int
        Lengths of the sequences.
    needs_sequences : bool
        Whether the other must have the same sequences.
    """

    traits: tuple[str, ...]
    steps: int
    sequences: tuple[int, ...]
    needs_sequences: bool
