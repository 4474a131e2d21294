"""What holds for all widgets of the package, unless one is told otherwise."""

from __future__ import annotations

import sys
from typing import Any


class Options:
    """Defaults of the package.

    Attributes
    ----------
    background : bool or None, default None
        Whether widgets compute on threads of their own, so that a notebook stays usable meanwhile. None: they do, but
        not where threads can't set what the page shows, as in a Shiny session. Where threads can't start at all, as in
        Pyodide, work is done at once in any case.

    Examples
    --------
    >>> from lstmvis_widget import options
    >>> options.background = False  # compute at once, in the statement or message that asks
    >>> options.background = None
    """

    def __init__(self) -> None:
        self._background: bool | None = None

    @property
    def background(self) -> bool | None:
        """Whether widgets compute on threads of their own; None: wherever that works."""
        return self._background

    @background.setter
    def background(self, value: bool | None) -> None:
        if value is not None and not isinstance(value, bool):
            raise TypeError(f"background must be True, False or None; got {value!r}")
        self._background = value

    def __repr__(self) -> str:
        return f"Options(background={self._background})"


options = Options()


def works_in_background(given: Any) -> bool:
    """Whether a widget made here and now computes on threads of its own; ``given`` is what it was told.

    Raises
    ------
    TypeError
        ``given`` is not True, False or None.
    """
    told = Options()
    told.background = given
    for asked in (told.background, options.background):
        if asked is not None:
            return asked
    return not _in_shiny_session()


def _in_shiny_session() -> bool:
    """Whether a Shiny session makes the widget: what another thread sends belongs to no session and is lost."""
    session = sys.modules.get("shiny.session")
    return session is not None and session.get_current_session() is not None
