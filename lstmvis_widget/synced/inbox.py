"""Messages of the page that have reached the kernel and are not taken in yet.

With ipykernel 7, messages of widgets are handled on a thread beside that of the cells (a subshell), so a cell can be
run while an earlier gesture is still on its way to the widget. Since 7.4 ipykernel asks each comm, as a message arrives
and before anything that arrives later is handled, to which subshell it goes. Answering that question is how the inbox
learns of messages, and how it sees to it that they go where the page sent them: ipykernel by itself sends them to the
thread that used the comm last, where they would wait for the end of a running cell. Where nobody asks, the inbox stays
empty.
"""

from __future__ import annotations

import threading
from typing import Any

PATIENCE = 2.0
"""Seconds after which a message that was not taken in is given up."""


class Inbox:
    """Counts the messages that have arrived on another thread than that of the cells."""

    def __init__(self) -> None:
        self._waiting = 0
        self._changed = threading.Condition()

    def watch(self, comm: Any) -> None:
        """Learn of each message that arrives at ``comm``."""
        if hasattr(comm, "_reply_subshell_for"):
            comm._reply_subshell_for = self._route  # noqa: SLF001  (see above)

    def _route(self, _: Any, subshell: str | None) -> str | None:
        if subshell is not None:
            with self._changed:
                self._waiting += 1
        return subshell

    def taken(self) -> None:
        """Count off a message that has been taken in on this thread."""
        if threading.current_thread() is threading.main_thread():
            return
        with self._changed:
            self._waiting = max(0, self._waiting - 1)
            self._changed.notify_all()

    def wait_until_empty(self) -> None:
        """Wait, on the thread of the cells, until all that has arrived is taken in."""
        if self._waiting == 0 or threading.current_thread() is not threading.main_thread():
            return
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting == 0, PATIENCE):
                self._waiting = 0
