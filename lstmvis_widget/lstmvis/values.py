"""Reading the numbers and ids of an LSTMVis project, one entry for each time step."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.hdf5 import untrusted


def numbers_of(dataset: h5py.Dataset, where: str, ndim: int = 1) -> NDArray[Any]:
    """Read a dataset of numbers. Further axes of length 1 are left out.

    Raises
    ------
    ValueError
        The dataset holds no numbers, or has another number of axes.
    """
    shape = (*dataset.shape[:1], *(length for length in dataset.shape[1:ndim]))
    rest = dataset.shape[ndim:]
    if dataset.ndim < ndim or any(length != 1 for length in rest) or dataset.dtype.kind not in "fiub":
        wanted = "(time steps,)" if ndim == 1 else "(time steps, k)"
        raise ValueError(
            f"{where}: {dataset.name.lstrip('/')!r} must hold numbers of shape {wanted}; it has shape {dataset.shape} "
            f"and dtype {dataset.dtype}"
        )
    values: NDArray[Any] = untrusted.read_whole(dataset).reshape(shape)
    return values


def ids_of(dataset: h5py.Dataset, where: str, ndim: int = 1) -> NDArray[np.int64]:
    """Read a dataset of ids, which some tools write as floats.

    Raises
    ------
    ValueError
        A value isn't an integer.
    """
    values = numbers_of(dataset, where, ndim)
    ids = as_ids(values)
    if ids is None:
        odd = values[~_integral(values)].ravel()[0]
        raise ValueError(f"{where}: {dataset.name.lstrip('/')!r} must hold ids, which are integers; it holds {odd}")
    return ids


def as_ids(values: NDArray[Any]) -> NDArray[np.int64] | None:
    """The values as integers; None if one isn't an integer."""
    return values.astype(np.int64) if _integral(values).all() else None


def _integral(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind != "f":
        return np.ones(values.shape, bool)
    integral: NDArray[np.bool_] = np.isfinite(values) & (np.trunc(values) == values) & (np.abs(values) < 2.0**53)
    return integral


def within_steps(values: NDArray[Any], steps: int, where: str, remarks: list[str]) -> NDArray[Any]:
    """The entries of the time steps. Further entries are cut off, with a remark.

    Raises
    ------
    ValueError
        There are fewer entries than time steps.
    """
    more = len(values) - steps
    if more < 0:
        raise ValueError(
            f"{where} has {len(values):,} entries, and the states have {steps:,} time steps: {-more:,} are missing"
        )
    if more > 0:
        remarks.append(f"{where} has {len(values):,} entries, {more:,} more than the states: they are cut off")
    return values[:steps]
