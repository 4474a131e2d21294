"""Package-wide defaults of all widgets; an argument of a widget overrides them."""

from __future__ import annotations

import sys
from typing import Any


class Options:
    """Defaults of all widgets.

    Attributes
    ----------
    background : bool or None, default None
        Whether widgets compute on background threads, so that the notebook stays usable meanwhile. None: they do,
        except where threads can't update the page, as in a Shiny session. Where threads can't start, as in Pyodide,
        widgets always compute at once.

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
        """Whether widgets compute on background threads; None: wherever that works."""
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
    """Whether a widget that is created now computes on background threads; ``given`` is its own argument.

    Raises
    ------
    TypeError
        ``given`` is not True, False or None.
    """
    own = Options()
    own.background = given
    for choice in (own.background, options.background):
        if choice is not None:
            return choice
    return not _in_shiny_session()


def _in_shiny_session() -> bool:
    """Whether the current thread runs in a Shiny session: messages sent by other threads are lost there."""
    session = sys.modules.get("shiny.session")
    return session is not None and session.get_current_session() is not None
