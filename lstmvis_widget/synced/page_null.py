"""What pages say as null, where it doesn't arrive as None: in Pyodide, from 0.28 on, it is an object of its own."""

from __future__ import annotations

import sys
from typing import Any


def none_for_null(value: Any) -> Any:
    """A message, or a part of one, in which null is None."""
    null = getattr(sys.modules.get("pyodide.ffi"), "jsnull", None)
    return value if null is None else _without(null, value)


def _without(null: Any, value: Any) -> Any:
    if value is null:
        return None
    if isinstance(value, dict):
        return {key: _without(null, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(null, part) for part in value]
    return value
