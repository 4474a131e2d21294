"""Tracks from the columns of a data frame of pandas or polars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .same_tokens import check_same_tokens
from .tracks import CategoricalTrack, ContinuousTrack, Track, as_track


def tracks_from_frame(
    frame: Any,
    tokens: Sequence[str] | None = None,
    columns: str | Iterable[str] | None = None,
    *,
    token_column: str = "token",  # noqa: S107  (a token is a word here, not a secret)
) -> dict[str, Track]:
    """Make tracks of the columns of a table.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, or mapping
        One row for each of the T time steps, in their order. A mapping is column name → T values.
    tokens : sequence of T str, optional
        The tokens of the text, such as ``explorer.tokens``. Those in ``token_column`` must be the same. None: they are
        not compared.
    columns : str or iterable of str, optional
        The columns to take; by default all but ``token_column``.
    token_column : str
        The column that holds the tokens.

    Returns
    -------
    dict of str to CategoricalTrack or ContinuousTrack
        Numbers and booleans become continuous tracks, with NaN for missing values; all else becomes labels.

    Raises
    ------
    TypeError
        ``frame`` isn't a table.
    KeyError
        A column is missing; the message lists the columns of the table.
    ValueError
        The tokens differ: the message shows both sides at the first difference.
    """
    names = _names(frame)
    if tokens is not None:
        check_same_tokens([str(token) for token in _column(frame, token_column, names)], tokens, "the table")
    wanted = [columns] if isinstance(columns, str) else columns
    chosen = [name for name in names if name != token_column] if wanted is None else list(wanted)
    return {str(name): _as_track(_column(frame, name, names)) for name in chosen}


def _names(frame: Any) -> list[Any]:
    if hasattr(frame, "collect"):
        raise TypeError(f"a {type(frame).__name__} has no rows yet; give what its collect() returns")
    if isinstance(frame, Mapping):
        return list(frame)
    if not hasattr(frame, "columns") or not hasattr(frame, "__getitem__"):
        raise TypeError(f"frame must be a data frame of pandas or polars, or a mapping; got {type(frame).__name__}")
    return list(frame.columns)


def _column(frame: Any, name: Any, names: list[Any]) -> Any:
    if names.count(name) != 1:
        count = "several columns" if name in names else "no column"
        raise KeyError(f"the table has {count} {name!r}; its columns are {', '.join(map(repr, names))}")
    return frame[name]


def _as_track(column: Any) -> Track:
    numbers = _numbers(column)
    if numbers is not None:
        return ContinuousTrack(numbers)
    return CategoricalTrack(list(column)) if hasattr(column, "dtype") else as_track(column)


def _numbers(column: Any) -> NDArray[np.float64] | None:
    """The values as floats, NaN for missing ones; None if they aren't numbers."""
    dtype: Any = getattr(column, "dtype", None)
    if hasattr(dtype, "is_numeric"):  # polars
        numeric = dtype.is_numeric() or str(dtype) == "Boolean"
        return np.asarray(column.cast(float).to_numpy(), np.float64) if numeric else None
    if getattr(dtype, "kind", "O") not in "fiub":
        return None
    if hasattr(column, "to_numpy"):  # pandas, whose integer columns may have missing values
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.asarray(column, np.float64)
