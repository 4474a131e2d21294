"""Which entries stand for "no value", in the forms that libraries have for it."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_missing(entry: Any) -> bool:
    """Whether an entry is None, NaN, NaT, the NA of pandas, numpy's ``masked``, or a null of pyarrow."""
    if entry is None or entry is np.ma.masked or getattr(entry, "is_valid", True) is False:
        return True
    try:
        return bool(entry != entry)  # noqa: PLR0124  (NaN and NaT differ from themselves)
    except (TypeError, ValueError):  # the NA of pandas has no truth; an array has several
        return type(entry).__name__ == "NAType"
