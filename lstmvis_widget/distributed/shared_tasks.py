"""Tasks that several chunks of a Dask array need: computed apart, each of them would compute these again."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from lstmvis_widget.work.memory import free_memory

from .lazy_dask import core, optimization

KEPT = 2
"""Reads whose shared values are kept for the next ones: two threads may read in turns."""


class SharedValues:
    """Values of tasks that several chunks need, kept in the graph in place of these tasks.

    Parameters
    ----------
    graph : dict
        Keys of Dask to tasks; it is changed.
    """

    def __init__(self, graph: dict[Any, Any]) -> None:
        self._graph = graph
        self._always: set[Any] = set()
        self._tasks: dict[Any, Any] = {}  # those in whose places values are for the next reads
        self._wanted: deque[set[Any]] = deque(maxlen=KEPT)

    def has(self, key: Any) -> bool:
        """Whether the value of a task is kept."""
        return key in self._always or key in self._tasks

    def by(self, first: Any, last: Any) -> list[Any]:
        """The tasks whose results both of two chunks use by tasks of their own.

        What the first and the last chunk of an array use is what all use: others share tasks with neighbours alone.
        """
        if first == last:
            return []
        (_, of_first), (_, of_last) = (optimization.cull(self._graph, key) for key in (first, last))
        both = of_first.keys() & of_last.keys()
        used = _used_from(both, of_first) & _used_from(both, of_last)
        return [key for key in used if key not in self._always and is_task(self._graph, of_first, key)]

    def keep_always(self, keys: Sequence[Any], values: Sequence[Any]) -> None:
        """Keep these, if they fit into half of the free memory."""
        if _size_of(values) <= free_memory() // 2:
            self._graph |= {key: _given(value) for key, value in zip(keys, values, strict=True)}
            self._always |= set(keys)

    def keep_for_next(self, keys: Sequence[Any], values: Sequence[Any]) -> None:
        """Keep these for the next reads, if they fit into a quarter of the free memory, and older ones no longer."""
        fits = _size_of(values) <= free_memory() // 4
        self._wanted.append(set(keys) if fits else set())
        wanted = set().union(*self._wanted)
        for key in self._tasks.keys() - wanted:
            self._graph[key] = self._tasks.pop(key)
        for key, value in zip(keys, values, strict=True):
            if key in wanted and key not in self._tasks:
                self._tasks[key] = self._graph[key]
                self._graph[key] = _given(value)


def is_task(graph: Mapping[Any, Any], needs: Mapping[Any, Sequence[Any]], key: Any) -> bool:
    """Whether something has to be computed, and isn't a value that lies in the graph."""
    return bool(needs[key]) or hasattr(graph[key], "func") or core.istask(graph[key])


def _used_from(shared: set[Any], needs: Mapping[Any, Sequence[Any]]) -> set[Any]:
    """Those of the shared tasks that tasks which aren't shared use."""
    return {need for key, all_needs in needs.items() if key not in shared for need in all_needs if need in shared}


def _size_of(values: Sequence[Any]) -> int:
    return sum(int(getattr(value, "nbytes", 0)) for value in values)


def _given(value: Any) -> Any:
    """The task that gives a value that has been computed."""
    return (partial(_same, value),)


def _same(value: Any) -> Any:
    return value
