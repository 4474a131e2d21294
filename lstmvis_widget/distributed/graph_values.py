"""What lies in the tasks of a graph of Dask: arrays, names of files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

DEEPEST = 6
"""Levels of tasks within tasks, and of lists in these, that are looked at."""

LONGEST_PATH = 1000
"""A longer text is no name of a file."""

MOST_FILES = 3
"""Files that are told."""


def values_in(task: Any, level: int = 0) -> Iterator[Any]:
    """All that a task of Dask, or a value in its graph, holds, however deep."""
    if isinstance(task, np.ndarray | str | os.PathLike) or level == DEEPEST:
        yield task
        return
    within: list[Any] = []
    if isinstance(task, list | tuple | set):
        within += task
    elif isinstance(task, Mapping):
        within += task.values()
    elif isinstance(task, partial):
        within += [*task.args, *task.keywords.values()]
    else:
        within += [getattr(task, name, None) for name in ("args", "kwargs", "value")]
    for each in within:
        yield from values_in(each, level + 1)


def files_in(tasks: Iterable[Any]) -> str:
    """The files and folders that some tasks name, as a text; empty if there are none, or many."""
    found = {str(value) for task in tasks for value in values_in(task) if _is_file(value)}
    return " and ".join(map(repr, sorted(found))) if len(found) <= MOST_FILES else ""


def _is_file(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) < LONGEST_PATH and "\0" not in value and os.path.exists(value)  # noqa: PTH110  (no path yet)
    return isinstance(value, os.PathLike)
