"""How the workers of a widget show what they do: one activity at a time, and none of what is quickly done."""

from __future__ import annotations

import time
from collections.abc import Callable

from .ranking import PROGRESS_INTERVAL, ResultsWidget

QUIET_SECONDS = 0.3
"""What takes less long shows no progress."""


class ActivityWidget(ResultsWidget):
    """Shows the progress of what is computed beside selected cells and matches, while these don't show theirs."""

    def _reporter(self, activity: str, is_wanted: Callable[[], bool]) -> Callable[[float], None]:
        """What shows the share done of ``activity`` as long as it is wanted."""
        shown = time.monotonic() + QUIET_SECONDS - PROGRESS_INTERVAL

        def report(done: float) -> None:
            nonlocal shown
            if time.monotonic() - shown < PROGRESS_INTERVAL:
                return
            with self._setting_within(0) as may_set:
                if may_set and is_wanted() and self._activity in ("", activity):
                    shown = time.monotonic()
                    with self.hold_sync():
                        self._activity = activity
                        self.set_trait("progress", done)

        return report

    def _end_activity(self, beginning: str) -> None:
        """Show an activity of this kind no longer."""
        if self._activity.startswith(beginning):
            self._activity = ""
            self.set_trait("progress", None)
