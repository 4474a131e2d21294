"""Rows that lie elsewhere, such as on the machines of a cluster: what can be asked of them where they are.

Rows in memory or in a file are read block by block, and all work on them is done here. Rows that are `RowsElsewhere` do
it where they lie. `opened_elsewhere` is the one place that knows which libraries have such arrays.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from lstmvis_widget.given.arrays import library_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled

if TYPE_CHECKING:
    from .folding import Beside, Join, OfBlock, Part, Ranges


class BuildElsewhere(Protocol):
    """The build of an index where the rows are, which can be cancelled, and begun again."""

    broken: bool
    """Whether it failed, so that it can't be run again."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes here."""

    def run(self, *, progress: Report | None = None, check: Check = never_cancelled) -> Any:
        """The index, a `lstmvis_widget.matching.engine.Engine`; ``progress`` gets the share done, 0…1."""


CLIENTS = "lstmvis_widget.distributed.client"
"""The module that knows what a client is."""

FILES = "lstmvis_widget.distributed.files"
"""The module that has a cluster read files."""

OPENERS = {"dask": "lstmvis_widget.distributed.opening"}
"""For arrays of a library, the module whose functions ``rows_of`` make rows of them, and ``check`` refuse others."""


@runtime_checkable
class RowsElsewhere(Protocol):
    """Rows with a shape (T, D), a dtype and slices of rows, as all have, which can be asked to work by themselves."""

    shape: tuple[int, int]
    dtype: Any

    @property
    def client(self) -> Any:
        """Whose cluster they are on."""

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """These rows, brought here."""

    def begin_index(self, states: Any, threshold: float) -> BuildElsewhere:
        """The build of an index of ``states``, a `lstmvis_widget.states.sources.States`, which read from these rows."""

    def fold(
        self,
        of_block: OfBlock[Part],
        join: Join[Part],
        *,
        beside: Beside | None,
        ranges: Ranges | None,
        check: Check,
        progress: Report,
    ) -> Part | None:
        """What ``of_block`` makes of each block (its first row, its values), joined in the order of the rows.

        Both are pickled; `lstmvis_widget.states.folding` says what they are. With ``beside``, what stands beside the
        rows of a block is sent with them, ``beside.within(start, stop)``. Only the rows in ``ranges`` are read; no
        block has rows of two of these. None where there are no rows.
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


def client_of_files() -> Any:
    """The client on whose cluster files are read: that of the block of `on_client`; None if there is none.

    A client that is active anyway isn't used: its workers may not see the files.
    """
    if "distributed" not in sys.modules:
        return None
    return importlib.import_module(CLIENTS).given_client()


def files_elsewhere(stretches: Sequence[Any], client: Any) -> RowsElsewhere:
    """Stretches of `lstmvis_widget.states.file_rows.FileRows` as rows on the cluster of ``client``."""
    rows: RowsElsewhere = importlib.import_module(FILES).rows_of_files(stretches, client)
    return rows


@contextlib.contextmanager
def on_client(client: Any) -> Iterator[None]:
    """While sources are opened in this block, arrays and files that a cluster can read go to that of ``client``.

    None: Dask arrays go to that of the client that is active anyway, if there is one.

    Raises
    ------
    TypeError
        It isn't a client.
    OSError
        It is closed.
    """
    if client is None:
        yield
        return
    with importlib.import_module(CLIENTS).checked_client(client).as_current():
        yield


def check_client_is_used(client: Any, layers: Iterable[Any]) -> None:
    """Refuse a client that none of the layers is on, with a ValueError."""
    if client is None:
        return
    states = list(layers)
    rows = [each.elsewhere for each in states]
    if not any(each is not None and each.client is client for each in rows):
        held = " and ".join(dict.fromkeys(each.name for each in states))
        msg = (
            f"client is for states that are Dask arrays or lie in files, and isn't used for {held}: leave it out, or "
            "give paths, or dask.array.from_zarr(…), from_array(…) or the like. `States` that have been opened keep "
            "the client that they were opened with: States(array, client=client)"
        )
        raise ValueError(msg)
