"""Tasks that every chunk of a Dask array needs: chunks that are computed apart would compute these again each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .lazy_dask import core, optimization


def shared_by(graph: Mapping[Any, Any], keys: Sequence[Any]) -> list[Any]:
    """The tasks whose results all of these chunks use, such as the mean over all steps that they are centred by.

    Parameters
    ----------
    graph : mapping
        Keys of Dask to tasks.
    keys : sequence
        The keys of the chunks.

    Notes
    -----
    What the first and the last chunk use is what all use: other tasks are shared by neighbours alone.
    """
    if len(keys) < 2:
        return []
    first, last = (optimization.cull(graph, key)[1] for key in (keys[0], keys[-1]))
    both = first.keys() & last.keys()
    used = _used_from(both, first) & _used_from(both, last)
    return [key for key in used if first[key] or _is_task(graph[key])]


def given_value(value: Any) -> Any:
    """The task that gives a value that has been computed."""
    return (partial(_same, value),)


def _used_from(shared: set[Any], needs: Mapping[Any, Sequence[Any]]) -> set[Any]:
    """Those of the shared tasks that tasks which aren't shared use."""
    return {need for key, all_needs in needs.items() if key not in shared for need in all_needs if need in shared}


def _is_task(value: Any) -> bool:
    """Whether it has to be computed, and isn't a value that lies in the graph."""
    return hasattr(value, "func") or core.istask(value)


def _same(value: Any) -> Any:
    return value
