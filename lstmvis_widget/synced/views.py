"""How many views of a widget there are in the page that told last of a new one."""

from __future__ import annotations

from typing import Any


class Views:
    """Counts views as pages tell of them.

    A page that is closed or loaded again doesn't tell that its views have gone. So those of an earlier page count no
    more once another page tells of a view.
    """

    def __init__(self) -> None:
        self.count = 0
        self._page = ""

    def hear(self, told: Any) -> None:
        """Take in what a page tells: ``{"page": its name, "change": 1 or -1}``; anything else is ignored."""
        page, change = (told.get("page"), told.get("change")) if isinstance(told, dict) else (None, None)
        if not isinstance(page, str) or type(change) is not int or abs(change) != 1:
            return
        if change == 1 and page != self._page:
            self._page, self.count = page, 0
        if page == self._page:
            self.count = max(0, self.count + change)
