"""What labels are counted in: the steps of ranges, or ranges as wholes, among the steps that count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.matching.folding import folded_into
from lstmvis_widget.timeline.labels import MISSING, Labels, runs_of
from lstmvis_widget.timeline.sequences import Sequences

from .contingency import Stratum, fisher_p
from .counted_steps import Mask, counted_only
from .ranges import Found, as_found, covered, without

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Counting:
    """Counts labels in ranges; a subclass for each kind of unit.

    Parameters
    ----------
    labels : Labels
    sequences : Sequences
    mask : ndarray of bool, shape (T,), optional
        The steps that count; None: all. The labels of the others are taken for missing.
    """

    names: tuple[str, ...]

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        self.labels = counted_only(labels, mask)
        self.sequences = sequences
        self.mask = np.ones(len(labels.codes), bool) if mask is None else mask
        self.names = labels.names

    def name_of(self, code: int) -> str | None:
        """The name that the label of a code is counted under; None for none."""
        return self.labels.names[code] if code >= 0 else None

    def steps_of(self, names: Iterable[str]) -> Mask:
        """Which of the counted steps have one of some names."""
        wanted = set(names)
        codes = [code for code in range(len(self.labels.names)) if self.name_of(code) in wanted]
        return np.isin(self.labels.codes, codes)

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return len(self.labels.codes)

    def found(self, matches: Any, exclude: ArrayLike | None) -> Found:
        """The distinct ranges of ``matches`` that don't overlap ``exclude``, the first of equal ones first.

        Raises
        ------
        ValueError
            They don't lie within the track, or not in a sequence.
        """
        given = as_found(matches)
        self.check(given)
        kept = without(given, exclude)
        _, first = np.unique(np.stack(kept, axis=1), axis=0, return_index=True)
        return kept.rows(np.sort(first))

    def check(self, found: Found) -> None:
        """Refuse ranges that aren't ranges of the track's steps."""
        wrong = (found.start < 0) | (found.start >= found.stop) | (found.stop > self.steps)
        if wrong.any():
            start, stop = (int(each[wrong.argmax()]) for each in found)
            raise ValueError(
                f"matches must be ranges [start, stop), start < stop, of the {self.steps} time steps of the track; got "
                f"[{start}, {stop})"
            )

    def independent(self, found: Found) -> Found:
        """The ranges whose units count as independent of each other."""
        return found

    def inside(self, found: Found) -> int:
        """How many units the ranges have."""
        raise NotImplementedError

    def hits(self, found: Found) -> NDArray[Any]:
        """For each name, how many units of the ranges have that label."""
        raise NotImplementedError

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        """Each name with its counts in each stratum."""
        raise NotImplementedError

    def p(self, name: str, strata: list[Stratum], found: Found) -> float:  # noqa: ARG002  (others need all of it)
        """The probability of at least as many hits of a name if labels were dealt to units at random; one-sided."""
        return fisher_p(strata)


# ruff: noqa: D102  (the methods below are those of the class above)


class Steps(Counting):
    """Counts the distinct steps in the ranges that have a label."""

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        super().__init__(labels, sequences, mask)
        self.counted = self.labels.codes != MISSING

    def inside_of(self, found: Found) -> NDArray[np.bool_]:
        """Which steps lie in the ranges, and have a label."""
        inside: NDArray[np.bool_] = covered(found, self.steps) & self.counted
        return inside

    def inside(self, found: Found) -> int:
        return int(self.inside_of(found).sum())

    def hits(self, found: Found) -> Ints:
        codes = self.labels.codes[self.inside_of(found)]
        return np.bincount(codes[codes >= 0], minlength=len(self.names))

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        inside, codes, total = self.inside(found), self.labels.codes, int(self.counted.sum())
        labelled = np.bincount(codes[codes >= 0], minlength=len(self.names))
        for name, hits, all_of_it in zip(self.names, self.hits(found).tolist(), labelled.tolist(), strict=True):
            yield name, [Stratum(hits, inside, all_of_it, total)]


class Named(NamedTuple):
    """Ranges that have a name: the number of each, that of its name, and how far it has it, 0…1 (more than 0)."""

    row: Ints
    name: Ints
    weight: Floats

    @classmethod
    def joined(cls, parts: Sequence[Named]) -> Named:
        """Several of them as one."""
        none = np.zeros(0, np.int64)
        row, name, weight = zip(*parts, (none, none, np.zeros(0)), strict=True)
        return cls(np.concatenate(row), np.concatenate(name), np.concatenate(weight))

    def kept(self, rows: NDArray[np.bool_]) -> Named:
        """Those of some ranges."""
        these = rows[self.row]
        return Named(self.row[these], self.name[these], self.weight[these])


def _by_name(names: Ints) -> Named:
    """Ranges that have one name each, −1 for none."""
    rows = np.flatnonzero(names >= 0)
    return Named(rows, names[rows], np.ones(len(rows)))


class Ranges(Counting):
    """Counts whole ranges, in a stratum for each length: those whose steps all count.

    Attributes
    ----------
    stretches : Sequences
        The sequences, cut where steps that count meet steps that don't.
    """

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        super().__init__(labels, sequences, mask)
        cuts = np.flatnonzero(np.diff(self.mask)) + 1
        self.stretches = Sequences(np.union1d(sequences.bounds, cuts))

    @cached_property
    def _counted_lengths(self) -> Ints:
        """Lengths of the stretches that count."""
        starts = self.stretches.starts
        return self.stretches.lengths[self.mask[starts]] if len(self.mask) else np.zeros(0, np.int64)

    def found(self, matches: Any, exclude: ArrayLike | None) -> Found:
        found = super().found(matches, exclude)
        if not len(found.start):
            return found
        _, end = self.stretches.around(found.start)
        return found.rows(self.mask[found.start] & (found.stop <= end))

    def check(self, found: Found) -> None:
        super().check(found)
        if not len(found.start):
            return
        _, end = self.sequences.around(found.start)
        if (found.stop > end).any():
            row = int((found.stop > end).argmax())
            raise ValueError(
                f"the match [{found.start[row]}, {found.stop[row]}) crosses the end of a sequence, at {end[row]}. "
                'Whole matches lie in one; count steps instead, by="step", or give other sequences'
            )

    def independent(self, found: Found) -> Found:
        return found.rows(folded_into(*found) == np.arange(len(found.start)))

    def places(self, length: int) -> int:
        """How many ranges of this length there are."""
        return int(np.maximum(self._counted_lengths - length + 1, 0).sum())

    def names_of(self, found: Found) -> Ints:
        """For each range the number of its name, −1 for none."""
        raise NotImplementedError

    def names_if_same(self, code: int, found: Found) -> Ints:
        """The same as `names_of` if the stretch of each range had the label of this code throughout."""
        raise NotImplementedError

    def named(self, found: Found) -> Named:
        """Which ranges have which names, and how far."""
        return _by_name(self.names_of(found))

    def named_if_same(self, code: int, found: Found) -> Named:
        """The same if the stretch of each range had the label of this code throughout."""
        return _by_name(self.names_if_same(code, found))

    def labelled(self, length: int) -> NDArray[Any]:
        """For each name, how many ranges of this length have it."""
        raise NotImplementedError

    def inside(self, found: Found) -> int:
        return len(found.start)

    def hits(self, found: Found) -> NDArray[Any]:
        names = self.names_of(found)
        return np.bincount(names[names >= 0], minlength=len(self.names))

    def strata(self, found: Found) -> Iterator[tuple[str, list[Stratum]]]:
        lengths = found.stop - found.start
        parts = []
        for length in np.unique(lengths).tolist():
            these = lengths == length
            hits = self.hits(Found(found.start[these], found.stop[these]))
            parts.append((hits, int(these.sum()), self.labelled(length), self.places(length)))
        for i, name in enumerate(self.names):
            yield name, [Stratum(hits[i].item(), inside, all_[i].item(), total) for hits, inside, all_, total in parts]


class WholeMatches(Ranges):
    """A range has the label that all its steps have."""

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        super().__init__(labels, sequences, mask)
        self._runs = runs_of(self.labels.codes, self.stretches)

    def names_of(self, found: Found) -> Ints:
        run = np.searchsorted(self._runs.start, found.start, side="right") - 1
        return np.where(self._runs.stop[run] >= found.stop, self._runs.code[run], -1)

    def names_if_same(self, code: int, found: Found) -> Ints:
        return np.full(len(found.start), code)

    def labelled(self, length: int) -> Ints:
        named = self._runs.code >= 0
        room = np.maximum(self._runs.stop - self._runs.start - length + 1, 0)[named]
        return np.bincount(self._runs.code[named], weights=room, minlength=len(self.names)).astype(np.int64)
