"""Rows that lie elsewhere, such as on the machines of a cluster: what can be asked of them where they are.

Rows in memory or in a file are read block by block, and all work on them is done here. Rows that are `RowsElsewhere` do
it where they lie. `opened_elsewhere` is the one place that knows which libraries have such arrays.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from lstmvis_widget.given.arrays import library_of
from lstmvis_widget.work.cancelling import Check, Report

if TYPE_CHECKING:
    from .folding import Join, OfBlock, Part, Ranges

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
        """The build of an index of `States` that read from these rows.

        It has the members ``run(progress=, check=)``, which returns an `lstmvis_widget.matching.engine.Engine`,
        ``broken`` and ``nbytes`` of `lstmvis_widget.states.index.IndexBuild`.
        """

    def fold(
        self,
        of_block: OfBlock[Part],
        join: Join[Part],
        *,
        ranges: Ranges | None,
        check: Check,
        progress: Report,
    ) -> Part | None:
        """What ``of_block`` makes of each block (its first row, its values), joined in the order of the rows.

        Both are pickled; `lstmvis_widget.states.folding` says what they are. Where rows are worked on in several
        places, each is sent ``within(of_block, start, stop)``, which is for its rows alone. Only the rows in ``ranges``
        are read; no block has rows of two of these. None where there are no rows.
        """


def opened_elsewhere(source: Any, client: Any = None) -> Any:
    """``source`` as rows of its library's own kind, on the cluster of ``client``; None where there is no such kind."""
    module = OPENERS.get(library_of(source))
    return None if module is None else importlib.import_module(module).rows_of(source, client)
