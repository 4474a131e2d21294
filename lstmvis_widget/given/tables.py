"""Tables of any library as columns by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def is_table(value: Any) -> bool:
    """Whether a value is a data frame of pandas, polars or pyarrow, or one like them, or a structured array."""
    if hasattr(value, "collect_schema") and hasattr(value, "lazy"):
        return True
    if getattr(getattr(value, "dtype", None), "names", None):
        return True
    return not isinstance(value, type | Mapping) and _frame_names(value) is not None


def columns_of(table: Any) -> dict[Any, Any]:
    """The columns of a table by name, in their order.

    Parameters
    ----------
    table : data frame of pandas, polars or pyarrow, structured array, or mapping of name to column

    Raises
    ------
    TypeError
        It is no table, or one whose rows aren't there yet.
    KeyError
        Several columns have the same name; the message lists all.
    """
    if isinstance(table, Mapping):
        return dict(table)
    if hasattr(table, "collect"):
        raise TypeError(f"a {type(table).__name__} has no rows yet; give what its collect() returns")
    if hasattr(table, "compute"):
        raise TypeError(f"a {type(table).__name__} has no rows yet; give what its compute() returns")
    fields = getattr(getattr(table, "dtype", None), "names", None)
    if fields:
        rows = table if isinstance(table, np.ndarray) else table[:]
        return {name: rows[name] for name in fields}
    names = _frame_names(table)
    if names is None:
        raise TypeError(
            "frame must be a data frame of pandas, polars or pyarrow, a structured array, or a mapping of name to "
            f"column; got {type(table).__name__}"
        )
    for name in names:
        if names.count(name) > 1:
            raise KeyError(f"the table has several columns {name!r}; its columns are {listed(names)}")
    return {name: table[name] for name in names}


def listed(names: Any) -> str:
    """Names of columns, for a message."""
    return ", ".join(map(repr, names)) or "none"


def _frame_names(frame: Any) -> list[Any] | None:
    """The names of the columns; None if it is no frame."""
    names = getattr(frame, "column_names", None)  # of pyarrow, whose `columns` are the columns themselves
    names = getattr(frame, "columns", None) if names is None else names
    if names is None or callable(names) or not hasattr(frame, "__getitem__"):
        return None
    return list(names)
