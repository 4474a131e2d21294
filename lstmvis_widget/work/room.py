"""What widgets keep in memory because making it again takes time: all of the process together, within a limit.

Each widget has a `Shelf`. Where things of all shelves exceed the limit of the widget that puts one there, the least
recently used go first. Whoever computes with a thing holds a reference of its own, so nothing is freed while in use.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol


class Sized(Protocol):
    """A thing that knows how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """In bytes."""


ALIKE = 2
"""How many things that are alike are kept by widgets out of view, and one less of those that only save time."""

_turn = itertools.count()
_shelves: weakref.WeakSet[Shelf] = weakref.WeakSet()
_lock = threading.Lock()


@dataclass(eq=False)
class Kept:
    """One entry of a shelf, see `Shelf.put`; ``used`` grows with each use."""

    key: Hashable
    thing: Sized
    about: Hashable
    spare: bool
    used: int = field(default_factory=lambda: next(_turn))


class Shelf:
    """What one widget keeps, by name; it goes with the widget.

    Parameters
    ----------
    limit : int
        Most bytes for what all widgets keep, but for what this one and those in view work with.

    Attributes
    ----------
    is_in_view : bool
        Whether a page shows the widget.
    kept : dict of Kept
        What is kept now, by name. Only this module changes it, with its lock held; `clear` replaces it.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.is_in_view = False
        self.kept: dict[Hashable, Kept] = {}
        with _lock:
            _shelves.add(self)

    def get(self, name: Hashable, key: Hashable = None) -> Any:
        """The thing of this name if it was put there with this key, else None."""
        with _lock:
            kept = self.kept.get(name)
            if kept is None or kept.key != key:
                return None
            kept.used = next(_turn)
            return kept.thing

    def put(
        self, name: Hashable, thing: Sized, *, key: Hashable = None, about: Hashable = None, spare: bool = False
    ) -> None:
        """Keep a thing, in place of one of the same name; others may have to go.

        Parameters
        ----------
        name, key : hashable
            `get` finds it by these.
        thing : Sized
            If it has grown since, put it there again.
        about : hashable
            What it is, and what it was made of. Of things about the same, widgets out of view keep few, so that a cell
            run again and again takes no more memory each time.
        spare : bool
            Whether work goes on without it, only slower. If not, it counts only while its widget is out of view.
        """
        with _lock:
            kept = self.kept[name] = Kept(key, thing, about, spare)
            _drop_alike(kept)
            self._drop_beyond_limit(kept)

    def drop(self, name: Hashable) -> None:
        """Keep the thing of this name no longer."""
        with _lock:
            self.kept.pop(name, None)

    def clear(self) -> None:
        """Keep nothing.

        It takes no lock: the garbage collector may close a widget at any moment, also in a thread that holds the lock.
        """
        self.kept = {}

    @property
    def nbytes(self) -> int:
        """Bytes of all that it keeps."""
        with _lock:
            return sum(kept.thing.nbytes for kept in self.kept.values())

    def _drop_beyond_limit(self, newest: Kept) -> None:
        counted = [
            (each.used, each.thing.nbytes, shelf, name)
            for shelf in _shelves
            for name, each in shelf.kept.items()
            if each.spare or not (shelf is self or shelf.is_in_view)
        ]
        total = sum(size for _, size, _, _ in counted)
        for used, size, shelf, name in sorted(counted, key=lambda each: each[0]):
            if total <= self.limit or used == newest.used:
                break
            shelf.kept.pop(name, None)
            total -= size


def _drop_alike(newest: Kept) -> None:
    """Of things about the same as the newest, keep few of those whose widgets are out of view."""
    if newest.about is None:
        return
    alike = [
        (each.used, shelf.kept, name)
        for shelf in _shelves
        if not shelf.is_in_view
        for name, each in shelf.kept.items()
        if each.about == newest.about
    ]
    alike.sort(key=lambda each: each[0], reverse=True)
    for _, kept, name in alike[ALIKE - newest.spare :]:
        kept.pop(name, None)


def kept_bytes() -> int:
    """Bytes of all that widgets of this process keep, and would make again."""
    with _lock:
        return sum(kept.thing.nbytes for shelf in _shelves for kept in shelf.kept.values())
