"""The parts of an index on the workers of a cluster: each worker is asked once for all parts that it holds."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.partitions.parted_index import Question
from lstmvis_widget.partitions.parts import Part
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import threads_at_most
from lstmvis_widget.work.cancelling import CancelledError, Check, Report, never_cancelled, not_reported

from . import faults
from .client import check_open
from .keys import numbered_keys, short_key
from .waiting import results_of, threads_of_worker, while_wanted

FORGOTTEN = ("cancelled", "error")
"""How a future says that its result can't be had any more, not even from the worker's chunks."""

FEW = 64
"""So many bounds of sequences go along with a question; more of them go to the workers once."""


class PartsThere(NamedTuple):
    """Parts that a cluster holds.

    Attributes
    ----------
    futures : list of distributed.Future
        In the order of time.
    bounds : ndarray of int64, shape (n + 1,)
        Part i has the steps [bounds[i], bounds[i + 1]).
    """

    futures: list[Any]
    bounds: NDArray[np.int64]


class PartsOnCluster:
    """A `lstmvis_widget.partitions.parted_index.Holder` of parts on a cluster.

    Parameters
    ----------
    client : distributed.Client
    parts : PartsThere
        They are released with this object.
    again : callable
        Makes the parts again, given what takes the share done, and a check, where the cluster forgot them: it was
        restarted, or somebody cancelled its work.
    """

    def __init__(self, client: Any, parts: PartsThere, again: Callable[[Report, Check], PartsThere]) -> None:
        self._client, self._there, self._again = client, parts, again
        self._making = threading.Lock()
        self._sent: tuple[weakref.ref[Sequences], list[Any]] | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of memory that they take in this process: none worth counting."""
        return 0

    def ask(
        self,
        question: Question,
        *,
        sequences: Sequences | None = None,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> list[Any]:
        """The answer of each worker that holds parts.

        Raises
        ------
        OSError
            The cluster has gone, or a worker can't answer.
        """
        check()
        check_open(self._client)
        with self._making:
            if any(part.status in FORGOTTEN for part in self._there.futures):
                self._there, self._sent = self._again(not_reported, check), None
        asked, name = AskedHere(question), short_key("query")
        near = None if sequences is None else self._near(sequences)
        futures: list[Any] = []
        for address, numbers in self._places().items():
            there = {"workers": [address], "allow_other_workers": True} if address else {}
            parts = [self._there.futures[number] for number in numbers]
            bounds = None if near is None else [near[number] for number in numbers]
            futures.append(self._client.submit(asked, parts, bounds, key=f"{name}-{len(futures)}", **there))
        answers = results_of(self._client, futures, "searching the states", check=check, progress=progress)
        return [_whole(each) for each in answers]

    def _places(self) -> dict[str, list[int]]:
        """The numbers of the parts at each worker. Those that are made again just now are asked for anywhere."""
        try:
            held = self._client.who_has(self._there.futures)
        except OSError as error:
            raise faults.scheduler_gone(self._client) from error
        places: dict[str, list[int]] = {}
        for number, part in enumerate(self._there.futures):
            holders = sorted(held.get(part.key, ()), key=lambda address: len(places.get(address, ())))
            places.setdefault(holders[0] if holders else "", []).append(number)
        return places

    def _near(self, sequences: Sequences) -> list[Any]:
        """For each part the bounds of the sequences that have steps in it, or the task that holds them."""
        if self._sent is not None and self._sent[0]() is sequences:
            return self._sent[1]
        near: list[Any] = [sequences.around_steps(*pair).bounds for pair in pairwise(self._there.bounds.tolist())]
        if sum(map(len, near)) > FEW:
            keys = numbered_keys("bounds", len(near))
            near = self._client.map(Bounds(), [_packed(each) for each in near], key=keys)
            self._sent = weakref.ref(sequences), near
        return near


def _packed(bounds: NDArray[np.int64]) -> tuple[int, NDArray[Any]]:
    """The first bound, and the distances between all, in the shortest integers that hold them."""
    lengths = np.diff(bounds)
    return int(bounds[0]), lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))


# ---------------------------------------------------------------------- on workers


@dataclass(frozen=True)
class Bounds:
    """The bounds of sequences, from their lengths."""

    def __call__(self, packed: tuple[int, NDArray[Any]]) -> NDArray[np.int64]:
        """As `_packed` packs them."""
        first, lengths = packed
        return np.concatenate([[first], first + np.cumsum(lengths, dtype=np.int64)])


@dataclass(frozen=True)
class AskedHere:
    """A question, asked where the parts are, in as many threads as the worker has."""

    question: Question

    def __call__(self, parts: Sequence[Part], bounds: Sequence[NDArray[np.int64]] | None) -> Any:
        """The answer; None once nobody wants it any more."""
        given = {} if bounds is None else {"sequences": Sequences(np.unique(np.concatenate(bounds)))}
        try:
            with threads_at_most(threads_of_worker()):
                return _short(self.question(parts, check=while_wanted(), progress=not_reported, **given))
        except CancelledError:
            return None


def _short(answer: Any) -> Any:
    """Counts, and positions, in the shortest integers that hold them; tuples of arrays likewise."""
    if isinstance(answer, tuple):
        return type(answer)(*map(_short, answer)) if hasattr(answer, "_fields") else tuple(map(_short, answer))
    if isinstance(answer, np.ndarray) and answer.dtype == np.int64 and answer.size and answer.min() >= 0:
        return answer.astype(np.min_scalar_type(answer.max()))
    return answer


def _whole(answer: Any) -> Any:
    """The answer with all integers as int64 again."""
    if isinstance(answer, tuple):
        return type(answer)(*map(_whole, answer)) if hasattr(answer, "_fields") else tuple(map(_whole, answer))
    if isinstance(answer, np.ndarray) and answer.dtype.kind in "iu":
        return answer.astype(np.int64, copy=False)
    return answer
