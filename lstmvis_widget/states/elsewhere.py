"""Rows that lie elsewhere, such as on the machines of a cluster: what can be asked of them where they are.

Rows in memory or in a file are read block by block, and all work on them is done here. Rows that are `RowsElsewhere` do
it where they lie. `opened_elsewhere` is the one place that knows which libraries have such arrays.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from numpy.typing import NDArray

from lstmvis_widget.given.arrays import library_of
from lstmvis_widget.work.cancelling import Check, Report

Part = TypeVar("Part")

OPENERS = {"dask": "lstmvis_widget.distributed.rows"}
"""For arrays of a library, the module whose function ``rows_of`` makes rows of them."""


@runtime_checkable
class RowsElsewhere(Protocol):
    """Rows with a shape (T, D), a dtype and slices of rows, as all have, which can be asked to work by themselves."""

    shape: tuple[int, int]
    dtype: Any

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """These rows, brought here."""

    def begin_index(self, states: Any, threshold: float) -> Any:
        """The build of an index of ``states``, a `lstmvis_widget.states.sources.States`, which read from these rows.

        It has the members ``run(progress=, check=)``, which returns an `lstmvis_widget.matching.engine.Engine`,
        ``broken`` and ``nbytes`` of `lstmvis_widget.states.index.IndexBuild`.
        """

    def fold(
        self,
        part: Callable[[int, NDArray[Any]], Part],
        join: Callable[[Part, Part], Part],
        *,
        check: Check,
        progress: Report,
    ) -> Part | None:
        """What ``part`` gives for each block (its first row, its values), joined in the order of the rows.

        ``part`` and ``join`` can be pickled; ``join`` is associative. None where there are no rows.
        """


def check_elsewhere(source: Any) -> None:
    """Raise TypeError or ValueError where ``source`` is of a library with rows elsewhere, and can't be states.

    What it is and how long it is may be unknown until it is computed, so this comes before its shape is looked at.
    """
    module = OPENERS.get(library_of(source))
    if module is not None:
        importlib.import_module(module).check(source)


def opened_elsewhere(source: Any, client: Any = None) -> Any:
    """``source`` as rows of its library's own kind, on the cluster of ``client``; None where there is no such kind."""
    module = OPENERS.get(library_of(source))
    return None if module is None else importlib.import_module(module).rows_of(source, client)
