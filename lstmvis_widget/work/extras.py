"""Packages that only some users need: imported when they are used, with the line to type where one is missing."""

from __future__ import annotations

import importlib
from typing import Any


def import_extra(module: str, extra: str, what: str) -> Any:
    """The module called ``module``, for ``what`` needs it.

    Raises
    ------
    ImportError
        It isn't installed; the message says how it can be.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f"{what} needs {package}: pip install 'lstmvis-widget[{extra}]'") from error
