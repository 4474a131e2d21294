"""Which sequences are shown, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from lstmvis_widget.given.brief import brief
from lstmvis_widget.synced.traits import Gestured

COLUMNS = (
    "sequence",
    "length",
    "target",
    "prediction",
    "correct",
    "confidence",
    "settled",
    "changes",
    "largest_jump",
    "text",
)
"""What sequences can be sorted by."""


class SortTrait(Gestured[str, str]):
    """A column, with a leading "-" for downwards."""

    info_text = f'one of {", ".join(COLUMNS)}, with a leading "-" for downwards'

    def validate(self, _: Any, value: Any) -> str:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, str) or value.removeprefix("-") not in COLUMNS:
            raise traitlets.TraitError(f"{self.name} must be {self.info_text}; got {brief(value)}")
        return str(value)


class FiltersTrait(Gestured[dict[str, Any], Mapping[str, Any]]):
    """Conditions by name."""

    info_text = "a mapping of conditions"

    def validate(self, _: Any, value: Any) -> dict[str, Any]:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, Mapping):
            raise traitlets.TraitError(f"{self.name} must be {self.info_text}; got {brief(value)}")
        return dict(value)
