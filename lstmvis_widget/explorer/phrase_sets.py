"""Sets of phrases that an explorer keeps by name, to hold them against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_integer, checked_ranges
from lstmvis_widget.statistics.contrast_phrases import OWN_COLUMNS
from lstmvis_widget.synced.traits import Gestured

from .data import ExplorerData

MOST_SETS = 12
"""Most sets that are kept."""

MOST_PHRASES = 2000
"""Most phrases of a set: a difference of shares is known to 3 points then, and scenarios stay small."""

MOST_CHARACTERS = 60
"""Most characters of a set's name."""

Ranges = NDArray[np.int64]

Kept = Mapping[str, tuple[tuple[int, int], ...]]
"""The sets as they are stored: sorted, distinct phrases under each name."""


class PhraseSets(MutableMapping[str, Ranges]):
    """The kept sets of phrases, by name. Setting one keeps it in the explorer; deleting one drops it.

    Parameters
    ----------
    kept : callable
        Returns the sets.
    keep : callable
        Keeps these sets in place of all.
    """

    def __init__(self, kept: Callable[[], Kept], keep: Callable[[Mapping[str, Any]], None]) -> None:
        self._kept, self._keep = kept, keep

    @property
    def kept(self) -> Kept:
        """The sets as they are stored."""
        return self._kept()

    def __getitem__(self, name: str) -> Ranges:
        kept = self.kept
        if name not in kept:
            raise KeyError(f"no set of phrases {brief(name)} is kept; those kept: {_listed(kept)}")
        return np.array(kept[name], np.int64)

    def __setitem__(self, name: str, phrases: Any) -> None:
        self._keep({**self.kept, name: phrases})

    def __delitem__(self, name: str) -> None:
        del (others := dict(self.kept))[name]
        self._keep(others)

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def __repr__(self) -> str:
        counts = (f"{name!r}: {len(phrases):,}" for name, phrases in self.kept.items())
        return f"PhraseSets({', '.join(counts)})"


class PhraseSetsTrait(Gestured[PhraseSets, Mapping[str, Any]]):
    """Name → phrases; reading it gives a mapping that can be changed."""

    info_text = "a mapping of names to phrases: pairs (start, stop), matches, or (track, label)"

    def get(self, obj: Any, cls: Any = None) -> Any:
        """The kept sets, which can be set one by one."""
        stored = super().get(obj, cls)
        return obj.phrase_sets_of(stored)

    def validate(self, obj: Any, value: Any) -> Kept:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, Mapping):
            raise traitlets.TraitError(f"{self.name} must be {self.info_text}; got {brief(value)}")
        given = stored_sets(value)
        if len(given) > MOST_SETS:
            raise traitlets.TraitError(
                f"{self.name} holds {MOST_SETS} sets at most; got {len(given)}. Remove one that you need no longer, as "
                f"in del explorer.{self.name}[{next(iter(given))!r}]"
            )
        return {self._name_of(name): self._phrases(name, phrases, obj) for name, phrases in given.items()}

    def _name_of(self, name: Any) -> str:
        if not isinstance(name, str) or not name.strip() or len(name) > MOST_CHARACTERS:
            raise traitlets.TraitError(
                f"a set in {self.name} needs a name of 1 to {MOST_CHARACTERS} characters; got {brief(name)}"
            )
        if name in OWN_COLUMNS:
            raise traitlets.TraitError(
                f"a set in {self.name} can't be called {name!r}, as a column of its table is; call it otherwise"
            )
        return str(name)

    def _phrases(self, name: str, phrases: Any, obj: Any) -> tuple[tuple[int, int], ...]:
        try:
            return checked_phrases(phrases, obj.explored_data())
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(f"{self.name}[{name!r}]: {error}") from error


def stored_sets(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The sets themselves."""
    return value.kept if isinstance(value, PhraseSets) else value


def checked_phrases(phrases: Any, data: ExplorerData) -> tuple[tuple[int, int], ...]:
    """Phrases as they are stored: sorted and distinct.

    Parameters
    ----------
    phrases : array_like of int of shape (n, 2), (start, stop), what has starts and stops, or (track, label)
        One phrase or more. `Matches` have starts and stops, and so has one of them.
    data : ExplorerData
        Phrases lie within its steps, and in one sequence; a track is one of its own.

    Raises
    ------
    TypeError, ValueError
        They are something else, there is none, or there are too many.
    """
    ranges = _ranges(phrases, data)
    _, end = data.sequences.around(ranges[:, 0])
    crossing = np.flatnonzero(ranges[:, 1] > end)
    if len(crossing):
        (start, stop), at = ranges[crossing[0]].tolist(), end[crossing[0]]
        raise ValueError(f"a phrase must lie in one sequence; [{start}, {stop}) crosses the end of one at {at}")
    ranges = np.unique(ranges, axis=0)
    if len(ranges) == 0:
        raise ValueError("a set needs a phrase at least; there is none")
    if len(ranges) > MOST_PHRASES:
        every = -(-len(ranges) // MOST_PHRASES)
        raise ValueError(
            f"a set holds {MOST_PHRASES:,} phrases at most; got {len(ranges):,}. Keep some of them, as in "
            f"ranges[::{every}], or call contrast_phrases with all of them"
        )
    return tuple(map(tuple, ranges.tolist()))


def _ranges(phrases: Any, data: ExplorerData) -> Ranges:
    if isinstance(phrases, str | bytes):
        raise TypeError(f"phrases are pairs (start, stop), such as explorer.find({brief(phrases)}); got a text")
    if hasattr(phrases, "start") and hasattr(phrases, "stop"):
        starts, stops = np.atleast_1d(phrases.start), np.atleast_1d(phrases.stop)
        return checked_ranges("phrases", np.stack([starts, stops], axis=1), data.steps)
    listed = list(phrases) if isinstance(phrases, tuple | list) else None
    if listed and len(listed) == 2:
        if all(isinstance(each, str) for each in listed):
            return data.label_ranges(listed[0], listed[1])
        if all(as_integer(each) is not None for each in listed):
            return checked_ranges("phrases", [listed], data.steps)
    return checked_ranges("phrases", phrases, data.steps)


def _listed(names: Any) -> str:
    return ", ".join(map(repr, names)) or "none"
