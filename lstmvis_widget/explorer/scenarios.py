"""Scenarios of a widget: what it shows, as plain values that can be kept and shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from . import scenario as scenarios
from .undoing import HistoryWidget


class ScenarioWidget(HistoryWidget):
    """Writes down what is shown, and shows it again."""

    _scenario_line = traitlets.Any("").tag(sync=True)

    def _data_described(self) -> dict[str, Any]:
        """What a scenario says of the data, by which they are known again."""
        raise NotImplementedError

    def _begin_history(self) -> None:
        super()._begin_history()
        self._data = self._data_described()
        names = [*self.UNDOABLE, *self.FOLLOWERS]
        self.observe(self._show_scenario, names=names)
        self._show_scenario()

    def _show_scenario(self, _: Any = None) -> None:
        self._scenario_line = scenarios.line(self.scenario())

    def scenario(self) -> dict[str, Any]:
        """What is shown, as a dict that JSON can hold and `replay` takes.

        Returns
        -------
        dict
            ``view``: the traits; ``layers`` (name → cells), ``steps``, ``sequences`` (how many), ``transform`` and
            ``tokens`` (a fingerprint): the data that it is made with; ``version``: that of its layout.
        """
        self.take_in_gestures()
        return scenarios.compose(self._data, self._values_now())

    def replay(self, scenario: Mapping[str, Any]) -> None:
        """Show what a scenario shows. It is one change, which can be undone.

        Parameters
        ----------
        scenario : mapping
            What `scenario` gave, here or in another notebook over the same data, also by way of JSON.

        Raises
        ------
        ValueError
            It doesn't fit these data, or isn't a scenario; the message names what differs. Nothing is changed then.
        """
        view = scenarios.view_of(scenario, self._data, (*self.UNDOABLE, *self.FOLLOWERS))
        try:
            self._set_together(view)
        except traitlets.TraitError as error:
            raise ValueError(f"the scenario doesn't fit: {error}") from error
