"""Hidden states from any source: opened, checked, and read in blocks of rows."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Hashable, Iterator, Mapping, Sized
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import library_of
from lstmvis_widget.given.numbers import checked_flag
from lstmvis_widget.hdf5.file_watch import FileWatch
from lstmvis_widget.hdf5.plain_rows import plain_rows
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part
from lstmvis_widget.work.showing import Progress, shown

from .cell_statistics import Moments, Seen, StatesReader, not_seen
from .chunks import KeptChunks, RowChunks, chunks_of
from .elsewhere import RowsElsewhere, check_client_is_used, on_client
from .file_rows import closing
from .folding import (
    AsRead,
    Beside,
    Join,
    OfBlock,
    Part,
    Ranges,
    Where,
    as_read,
    clipped,
    fold_here,
    native_numbers,
)
from .kept_statistics import kept_moments
from .layers import layers_of
from .mirrors import Mirrored
from .on_off import OnRule, on_rule
from .opening import OpenedSource, opened_source
from .own_thresholds import CellRules, OwnThresholds
from .paths import Closable, picklable
from .rows import Stretch, block, dtype_of, is_in_memory
from .small_floats import least_above_zero
from .transforms import Transform, transform_named

BLOCK_BYTES = 4 * 2**20
"""Size of the blocks in which states are read, in bytes of their own dtype."""

PREPARING = 0.5
"""Share of longer work that preparing a transform is, where it takes passes over the states."""

Array = NDArray[Any]


class States:
    """States of shape (T, D), read by rows from any source.

    Parameters
    ----------
    source : array_like of shape (T, D), path, list of paths, or States
        Real floats, integers or booleans: one of the forms of one layer and one sequence, or of many files, in the
        table of `lstmvis_widget.states.given`. An HDF5 file may still be written with SWMR (single writer, multiple
        readers): then the states are the rows that are there now. What is masked is NaN.
    transform : {None, "tanh", "abs", "split_signs", "standardise", "quantile"}
        Applied to every value when it is read. ``split_signs`` doubles D: c+ is column c, c− is column D + c.
        ``standardise`` subtracts the cell's mean and divides by its standard deviation; ``quantile`` gives the share of
        the cell's steps with a lower value. These two need all steps before the first value is read; see `prepare`.
    mirror : bool, default False
        Whether every cell (after the transform) also counts by being low, as a mirror: D doubles, and column D + c is
        the mirror of column c, named "−c". Its value is the negated one, so it is on iff the cell is ≤ −threshold; with
        ``quantile`` it is the share of the cell's steps with a higher value. NaN is on in neither. States that have
        mirrors keep them.
    name : str, optional
        What messages call these states.
    client : distributed.Client, optional
        Of a Dask array: whose cluster works on it. By default the active client's; without one, Dask's threads do. Of
        files: whose cluster reads them, by the same paths; without ``client``, they are read here.

    Raises
    ------
    TypeError
        The source isn't an array, or its dtype is complex, object or text; `mirror` isn't a bool; `client` isn't a
        client.
    ValueError
        The shape isn't 2-D, the transform is unknown, or can't be had on a cluster, as ``quantile``; not exactly one
        dataset of the file can be states; or there is a client and no Dask array.
    FileNotFoundError, OSError
        The path doesn't exist, can't be read, or another program is writing it; the client is closed.

    Attributes
    ----------
    source : object
        What was given, if it is an array of shape (T, D), or the array at the path; else the rows made of it.
    name : str
    shape : (int, int)
        (T, D), after the transform.
    dtype : numpy dtype
        Of what `read` returns.
    cell_names : tuple of D str, or None
        What the cells are called where they are shown. None: they are called by their numbers.
    sequences : ndarray of int64, or None
        The lengths of the sequences where states in many files say them, as one a file. Functions with an argument
        ``sequences`` take these by default.

    Notes
    -----
    States can be pickled. Those of a file are pickled as its path, and read from there again when they are loaded; a
    file whose states have another shape or dtype by then is refused.
    """

    source: Any
    name: str
    sequences: NDArray[np.int64] | None
    _transform: Transform | None
    _shared: States | None = None
    """The states that these share what was read with, where they have own thresholds."""

    def __init__(
        self,
        source: Any,
        transform: str | None = None,
        name: str | None = None,
        *,
        mirror: bool = False,
        client: Any = None,
    ) -> None:
        opened = source if isinstance(source, OpenedSource) else None
        made = source._transform if isinstance(source, States) else None  # noqa: SLF001  (of the same class)
        if isinstance(source, States):
            name, opened = name or source.name, source._opened()  # noqa: SLF001
        elif opened is None:
            with on_client(client):
                opened = opened_source(source, name)
        self._own_file: Closable | None = opened.file
        try:
            self._transform = _one_of(transform_named(transform), made)
            if checked_flag("mirror", mirror) and not isinstance(self._transform, Mirrored):
                self._transform = Mirrored(self._transform)
            self._begin(opened if isinstance(source, OpenedSource) else opened.of_one_sequence(), name)
            check_client_is_used(client, [self])
        except BaseException:
            self.close()
            raise

    def _opened(self) -> OpenedSource:
        """What these states were made of, whose file stays theirs."""
        rows = Stretch(self._rows, 0, int(self._rows.shape[0]))
        return OpenedSource(self.source, (rows,), self.name, watch=self._watch, sequences=self.sequences)

    def _begin(self, opened: OpenedSource, name: str | None) -> None:
        self._preparing, self._reading = threading.Lock(), threading.Lock()
        self._last_rule: tuple[float, OnRule] | None = None
        self._rows, self._watch = opened.rows, opened.watch
        self.sequences = opened.sequences if self._rows.shape[0] else None
        self.source = opened.given if tuple(getattr(opened.given, "shape", ())) == self._rows.shape else self._rows
        self.name = name or opened.name
        self._dataset_path = dataset_path(self._rows)
        shape, source_dtype = tuple(self._rows.shape), dtype_of(self._rows)
        if source_dtype.kind not in "fiub":
            msg = f"states must be real numbers (float, integer or bool dtype); {self.name} has dtype {source_dtype}"
            raise TypeError(msg)
        self._source_cells = int(shape[1])
        self._source_dtype = native_numbers(np.empty(0, source_dtype)).dtype
        row_bytes = self._source_cells * source_dtype.itemsize
        chunks = None if is_in_memory(self._rows) else chunks_of(self._rows, row_bytes)
        self._chunks = KeptChunks(chunks, of_blocks_alone=self.elsewhere is not None)
        self._plain = plain_rows(self._rows)
        made = self._transform
        if made is not None and made.sorts and self.elsewhere is not None:
            msg = (
                f"the transform {made.name!r} sorts all values of each cell, and those of {self.name} lie on a "
                "cluster, where no machine has them all: use 'standardise', which needs one pass and no sorting; or "
                "bring the states here, states.compute(), if they fit into memory"
            )
            raise ValueError(msg)
        self.shape: tuple[int, int] = (int(shape[0]), made.cells(self._source_cells) if made else self._source_cells)
        self.dtype: np.dtype[Any] = made.dtype(self._source_dtype) if made else self._source_dtype
        self.cell_names: tuple[str, ...] | None = made.cell_names(self._source_cells) if made else None

    @property
    def elsewhere(self) -> RowsElsewhere | None:
        """The source's rows where work on them is done by themselves, as on a cluster; None where it is done here."""
        return self._rows if isinstance(self._rows, RowsElsewhere) else None

    @property
    def transform(self) -> str | None:
        """Name of the transform."""
        return None if self._transform is None else self._transform.name or None

    @property
    def mirror(self) -> bool:
        """Whether every cell has a mirror."""
        return isinstance(self._transform, Mirrored)

    @property
    def plain_cells(self) -> int:
        """The number of cells that are no mirrors: column ``plain_cells + c``, if there is one, is that of column c."""
        return self.shape[1] // 2 if self.mirror else self.shape[1]

    @property
    def is_transformed(self) -> bool:
        """Whether values are computed from those of the source."""
        return self._transform is not None

    def without_mirrors(self) -> States:
        """The same states without mirrors; these themselves if they have none."""
        if not isinstance(self._transform, Mirrored):
            return self
        return self._with_transform(self._transform.of)

    def without_own_thresholds(self) -> States:
        """The states that `with_own_thresholds` was called of; these themselves if cells have none of their own."""
        if not isinstance(self._transform, OwnThresholds):
            return self
        return self._shared or self._with_transform(self._transform.before)

    def _with_transform(self, transform: Transform | None) -> States:
        """The same source with another transform."""
        other = States(self)
        other._transform = transform
        other._own_file = self._own_file
        other._begin(self._opened(), self.name)
        return other

    def prepare(self, *, check: Check = never_cancelled, progress: Progress = None, seen: Seen = not_seen) -> None:
        """Read all steps if the transform needs them. This happens once, at the latest with the first read.

        ``standardise`` takes one pass over the states, or none if their file keeps the mean and the spread, as files of
        `StateWriter` and `save_states` do. ``quantile`` takes one pass for each portion of the cells whose states fit
        into memory together (at most 1 GiB and a quarter of the free memory), and sorts them.

        Parameters
        ----------
        check : callable, optional
            Called before each block. An exception ends the work; another call begins anew.
        progress : bool or callable, optional
            None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once,
            False never. A callable is given the share done, 0…1, before each block.
        seen : callable, optional
            Given the first row and the rows of each block of the source, in the first pass if there is any.

        Raises
        ------
        OSError
            The source can't be read.
        ValueError
            The values of a cell lie too far apart for double precision.
        """
        with shown(progress, f"reading {self.name} for {self.transform}") as report:
            self._prepared(check, report, seen)

    def prepare_first(self, report: Report, check: Check = never_cancelled) -> Report:
        """`prepare` as the first part of work that ``report`` is of. Gives the report of the other parts."""
        reported = False

        def of_this(share: float) -> None:
            nonlocal reported
            reported = True
            report(share * PREPARING)

        self._prepared(check, of_this)
        return part(report, PREPARING, 1) if reported else report

    def _prepared(
        self, check: Check = never_cancelled, progress: Report = not_reported, seen: Seen = not_seen
    ) -> Transform | None:
        if self._transform is None:
            return None
        shape = self.shape[0], self._source_cells
        in_memory = is_in_memory(self._rows)
        return self._fitted(
            StatesReader(
                shape,
                self._source_dtype,
                self.read_source,
                in_memory,
                None if self.elsewhere is None else self.fold_source,
                self._kept_moments,
                check,
                progress,
                seen,
            )
        )

    def _kept_moments(self) -> Moments | None:
        if self._dataset_path is None:
            return None
        with self._reading, contextlib.suppress(ValueError):  # the file has been closed; the next read says so
            return kept_moments(self._readable_source())
        return None

    @property
    def as_given(self) -> Any:
        """What was given, where it is an array (T, D) of these values; else these states."""
        is_ours = library_of(self.source) == library_of(self)  # rows made of what was given
        return self if is_ours or self._transform is not None else self.source

    @property
    def origin(self) -> Hashable:
        """Where these values come from: states of an equal origin read the same place of a file, or the same array."""
        place = self._dataset_path or getattr(self._rows, "path_of_states", None) or id(self.source)
        return place, None if self._transform is None else self._transform.key

    def with_own_thresholds(self, rules: CellRules, name: str | None = None) -> States:
        """The same states seen as how far some cells are beyond thresholds of their own, see `OwnThresholds`.

        They share what has been read, and the transform, for which all steps are read once. Closing them closes no
        file.

        Parameters
        ----------
        rules : CellRules
            Of these cells, with thresholds in units of these states, after the transform.
        name : str, optional
            What messages call them.
        """
        made = object.__new__(States)
        made._own_file, made._shared = None, self
        made._transform = OwnThresholds(rules, self._transform, self._fitted)
        made._begin(self._opened(), name or self.name)
        made._reading, made._chunks, made._plain = self._reading, self._chunks, self._plain
        return made

    def _fitted(self, reader: StatesReader) -> Transform | None:
        """The transform for these states."""
        with self._preparing:
            if self._transform is not None:
                self._transform = self._transform.fit(reader)
            return self._transform

    @property
    def ndim(self) -> int:
        """Always 2."""
        return 2

    def __len__(self) -> int:
        return self.shape[0]

    def read(self, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop`` as an array of shape (stop − start, D) and dtype ``self.dtype``.

        Raises
        ------
        OSError
            The source can't be read; the message names it and the rows.
        """
        return self.transformed(self.read_source(start, stop))

    def transformed(self, values: Array) -> Array:
        """What rows of the source become."""
        transform = self._prepared()
        return values if transform is None else transform.apply(values)

    def read_source(self, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop`` of the source, without the transform.

        Raises
        ------
        OSError
            The source can't be read; the message names it and the rows.
        """
        try:
            values = self._read_source(start, stop)
        except Exception as error:
            msg = f"rows {start} to {stop} of {self.name} can't be read: {error}"
            raise OSError(msg) from error
        if values.shape[0] != stop - start:
            msg = (
                f"rows {start} to {stop} of {self.name} can't be read: it holds only {start + values.shape[0]} rows now"
            )
            raise OSError(msg)
        try:
            return as_read(values, self._source_dtype)
        except ValueError as error:
            msg = f"rows {start} to {stop} of {self.name} are {error}"
            raise OSError(msg) from error

    def fold(
        self,
        of_block: OfBlock[Part],
        join: Join[Part],
        *,
        beside: Beside | None = None,
        ranges: Ranges | None = None,
        block_rows: int | None = None,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> Part | None:
        """Make something of each block of rows as `read` gives them, and join these in the order of the rows.

        Rows that lie elsewhere are worked on there, so that only what is made of them comes here. Others are read
        here, in threads.

        Parameters
        ----------
        of_block, join : callable
            See `lstmvis_widget.states.folding`. They are pickled for rows that lie elsewhere.
        beside : Beside, optional
            What is known of each row: the third argument of ``of_block``, for the rows of the block at least.
        ranges : sequence of (int, int), optional
            The rows that are read. By default all.
        block_rows : int, optional
            As of `blocks`, for rows that are read here.
        check, progress : callable, optional
            Called before each block, or now and then; ``check`` may raise to end the work.

        Returns
        -------
        object, or None
            None where there are no rows.

        Raises
        ------
        OSError
            The source can't be read.
        """
        transform = self._prepared(check)
        where = Where(beside, ranges, block_rows)
        return self._folded((of_block, join), transform, where, check=check, progress=progress)

    def fold_source(
        self,
        of_block: OfBlock[Part],
        join: Join[Part],
        *,
        ranges: Ranges | None = None,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> Part | None:
        """The same with the rows of `read_source`, without the transform."""
        return self._folded((of_block, join), None, Where(ranges=ranges), check=check, progress=progress)

    def _folded(
        self,
        work: tuple[OfBlock[Part], Join[Part]],
        transform: Transform | None,
        where: Where,
        *,
        check: Check,
        progress: Report,
    ) -> Part | None:
        beside, ranges, block_rows = where
        if self.elsewhere is not None:
            of_block = AsRead(work[0], self._source_dtype, transform)
            return self.elsewhere.fold(of_block, work[1], beside=beside, ranges=ranges, check=check, progress=progress)
        blocks, steps = self.blocks(block_rows), len(self)
        if ranges is not None:
            blocks, steps = clipped(blocks, ranges), sum(stop - start for start, stop in ranges)
        count = -(-steps // (block_rows or self.block_rows)) + len(ranges or ())
        read = self.read_source if transform is None else self.read
        given = () if beside is None else (beside,)
        return fold_here(read, blocks, work, given, count=count, steps=steps, check=check, progress=progress)

    def rows_apart(self, distance: int) -> Array:
        """Every so many rows of the source, in one read, which unpacks each chunk once.

        Raises
        ------
        OSError
            The source can't be read.
        """
        try:
            with self._reading:
                values = native_numbers(block(self._readable_source(), slice(0, len(self), distance)))
        except Exception as error:
            msg = f"{self.name} can't be read: {error}"
            raise OSError(msg) from error
        return values.astype(self._source_dtype, copy=False)

    @property
    def can_read_apart(self) -> bool:
        """Whether `rows_apart` works: for datasets of HDF5 and arrays of zarr."""
        return isinstance(self._rows, h5py.Dataset) or library_of(self._rows) == "zarr"

    def on_rule(self, threshold: float) -> OnRule:
        """The rule that says which values of `read_source` are on: exactly where those of `read` are ≥ the threshold.

        For a monotone transform the threshold is moved to the source, and nothing is transformed.
        """
        transform = self._prepared()
        if transform is None:
            return on_rule(threshold)
        if self._last_rule is None or self._last_rule[0] != threshold:  # the selection and the index share one
            self._last_rule = threshold, transform.on_rule(threshold, self._source_dtype, self._source_cells)
        return self._last_rule[1]

    @property
    def in_memory(self) -> bool:
        """Whether a threshold can be compared with an array in memory, without reading or transforming."""
        monotone = self._transform is None or self._transform.monotone
        return is_in_memory(self._rows) and monotone

    @property
    def known_cells(self) -> NDArray[np.int64]:
        """The cells that have values: all, but where only some have thresholds of their own."""
        known = None if self._transform is None else self._transform.known_cells
        return np.arange(self.shape[1]) if known is None else known

    @property
    def usual_scale(self) -> tuple[float, float, float] | None:
        """The lowest and the highest value and a default threshold, if the transform has the same for all states."""
        return None if self._transform is None else self._transform.scale

    @property
    def usual_threshold(self) -> float | None:
        """A default threshold, if the transform has the same for all states."""
        return None if self._transform is None else self._transform.threshold

    @property
    def least_above_zero(self) -> float | None:
        """The threshold at which exactly the values above zero are on; None where another number says the same."""
        if self.dtype.kind != "f":
            return None
        return least_above_zero(self._rows if self._transform is None else np.empty(0, self.dtype))

    def _read_source(self, start: int, stop: int) -> Array:
        if is_in_memory(self._rows):
            return np.asarray(self._rows[start:stop])
        with self._reading:  # not every source allows two reads at once
            rows, plain = self._readable_source(), self._plain
            if self._watch is not None:
                self._watch.check()
            if plain is None:
                return self._chunks.read(lambda first, end: block(rows, slice(first, end)), start, stop)
        return plain.read(start, stop)

    def _readable_source(self) -> Any:
        """The source. A dataset is looked up again if its file was closed and opened again in this process."""
        if self._dataset_path is not None and not self._rows:
            file_path, dataset = self._dataset_path
            reopened = _open_file_at(file_path)
            if reopened is None or dataset not in reopened:
                msg = f"the file {file_path!r} has been closed; open it again"
                raise ValueError(msg)
            self.source = self._rows = reopened[dataset]
            self._chunks.forget()
            self._watch, self._plain = FileWatch(reopened), plain_rows(self._rows)
        return self._rows

    def blocks(self, block_rows: int | None = None) -> Iterator[tuple[int, int]]:
        """Ranges of rows that cover all T steps, each of at most ``self.block_rows``, or ``block_rows``.

        They follow the chunks of the source where it has any; see `lstmvis_widget.states.chunks`. A source whose chunks
        are best read several at once, or as a whole, says so by ``block_bytes`` and ``undivided_bytes``.
        """
        rows, chunks = block_rows or self.block_rows, self._chunks.chunks
        if chunks is None:
            return blocks_of(self.shape[0], rows)
        if block_rows is not None:
            return self._chunks.handing_out(chunks.blocks(rows))
        longer = getattr(self._rows, "block_bytes", 0) // BLOCK_BYTES
        undivided = getattr(self._rows, "undivided_bytes", 0) // BLOCK_BYTES
        return self._chunks.handing_out(chunks.blocks(rows * max(1, longer), rows * undivided))

    @property
    def block_rows(self) -> int:
        """The number of rows that have about ``BLOCK_BYTES``."""
        return max(1, BLOCK_BYTES // max(1, self.shape[1] * self.dtype.itemsize))

    @property
    def source_cells(self) -> int:
        """The number of cells of the source, before the transform."""
        return self._source_cells

    @property
    def chunks(self) -> RowChunks | None:
        """Which rows of the source are read together; None where any are read by themselves."""
        return self._chunks.chunks

    @property
    def how_to_have_other_chunks(self) -> str:
        """What to do where these chunks cost time."""
        usual = "Pack it in other chunks once: save_states('states.h5', states, compression='gzip')"
        return str(getattr(self._rows, "how_to_have_other_chunks", usual))

    def __getitem__(self, key: Any) -> Array:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(rows, slice) and rows.step in (None, 1):
            start, stop, _ = rows.indices(len(self))
            return self.read(start, max(start, stop))[:, columns]
        if isinstance(rows, int | np.integer):
            row = range(len(self))[rows]
            cells: Array = self.read(row, row + 1)[0][columns]
            return cells
        wanted = np.arange(len(self))[rows]
        parts = [self.read(int(t), int(t) + 1) for t in wanted]
        return np.concatenate(parts or [self.read(0, 0)])[:, columns]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:  # noqa: FBT001  (numpy's protocol)
        return np.array(self.read(0, len(self)), dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        suffix = f", transform={self.transform!r}" * bool(self.transform) + ", mirror=True" * self.mirror
        return f"States({self.name}, shape={self.shape}, dtype={self.dtype}{suffix})"

    def __getstate__(self) -> dict[str, Any]:
        """What is in memory, and the path of what is in a file."""
        given = None if self.source is self._rows else picklable(self.source)
        kept = {"transform": self._transform, "name": self.name, "sequences": self.sequences}
        return {"given": given, "rows": picklable(self._rows), **kept}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        rows = state["rows"]
        self._transform = state["transform"]
        self._own_file = rows.file if isinstance(rows, h5py.Dataset) else closing(rows)
        watch = FileWatch(rows.file) if isinstance(rows, h5py.Dataset) else None
        members = (Stretch(rows, 0, int(rows.shape[0])),)
        given = rows if state["given"] is None else state["given"]
        opened = OpenedSource(given, members, state["name"], watch=watch, sequences=state["sequences"])
        self._begin(opened, state["name"])

    def close(self) -> None:
        """Close the file if it was opened here, and keep nothing of it. A second call does nothing."""
        if hasattr(self, "_chunks"):  # not if it can't be states
            self._chunks.forget()
            self._plain = None
        if self._own_file is not None:
            self._own_file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _one_of(transform: Transform | None, made: Transform | None) -> Transform | None:
    if transform is not None and made is not None:
        has = f"the transform {made.name!r}" if made.name else "mirrors"
        raise ValueError(f"these states already have {has}; give the transform together with the array")
    return transform or made


def as_states(source: Any, client: Any = None) -> States:
    """``source`` as `States`, a Dask array on the cluster of ``client``; `States` are returned as they are.

    Raises
    ------
    TypeError, ValueError
        As of `States`; or there are several layers, of which one must be chosen.
    """
    if isinstance(source, States):
        check_client_is_used(client, [source])
        return source
    layers = layers_of(source)
    if len(layers) > 1:
        first = next(iter(layers))
        one = f"states[{first!r}]" if hasattr(source, "keys") and first in source else "states[0]"
        msg = f"one layer is needed here; got {len(layers)}: {', '.join(map(repr, list(layers)[:6]))}. Give one, {one}"
        raise ValueError(msg)
    return States(next(iter(layers.values())), client=client)


def check_same_length(layers: Mapping[str, Sized]) -> None:
    """Raise ValueError where layers differ in their number of time steps."""
    lengths = {name: len(states) for name, states in layers.items()}
    if len(set(lengths.values())) > 1:
        msg = f"all layers must have the same number of time steps; got {lengths}"
        raise ValueError(msg)


def common_transform(layers: Mapping[str, States]) -> str | dict[str, str | None] | None:
    """The transform of all layers; if they differ, a mapping of layer name to transform."""
    transforms = {name: states.transform for name, states in layers.items()}
    different = set(transforms.values())
    return different.pop() if len(different) == 1 else transforms


def common_mirror(layers: Mapping[str, States]) -> bool | dict[str, bool]:
    """Whether all layers have mirrors; if they differ, a mapping of layer name to that."""
    mirrors = {name: states.mirror for name, states in layers.items()}
    different = set(mirrors.values())
    return different.pop() if len(different) == 1 else mirrors


def dataset_path(source: Any) -> tuple[str, str] | None:
    """File and name of a dataset of HDF5; None of anything else."""
    return (source.file.filename, source.name) if isinstance(source, h5py.Dataset) else None


def _open_file_at(path: str) -> h5py.File | None:
    for file_id in h5py.h5f.get_obj_ids(types=h5py.h5f.OBJ_FILE):
        file = h5py.File(file_id)
        if file.filename == path:
            return file
    return None
