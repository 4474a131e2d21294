"""A threshold for each layer: its own default until one is set. The trait `threshold` is that of the active layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, NoReturn

import traitlets

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import is_finite
from lstmvis_widget.synced.traits import FiniteFloat, Gestured


class LayerThresholds(MutableMapping[str, float]):
    """The thresholds of all layers, by name. Setting one sets it in the explorer; deleting one puts its default back.

    Parameters
    ----------
    layers : collection of str
    chosen : callable
        Returns the thresholds that have been set.
    default : callable
        Layer → its default, for which its values are read once.
    choose : callable
        Sets all those that are set.
    """

    def __init__(
        self,
        layers: Mapping[str, Any],
        chosen: Callable[[], Mapping[str, float]],
        default: Callable[[str], float],
        choose: Callable[[dict[str, float]], None],
    ) -> None:
        self._layers, self._chosen, self._default, self._choose = layers, chosen, default, choose

    @property
    def chosen(self) -> Mapping[str, float]:
        """Those that have been set."""
        return self._chosen()

    def __getitem__(self, layer: str) -> float:
        if layer not in self._layers:
            msg = f"there is no layer {brief(layer)}; the layers: {', '.join(map(repr, self._layers))}"
            raise KeyError(msg)
        chosen = self.chosen
        return chosen[layer] if layer in chosen else self._default(layer)

    def __setitem__(self, layer: str, threshold: float) -> None:
        self._choose({**self.chosen, layer: threshold})

    def __delitem__(self, layer: str) -> None:
        self._choose({name: threshold for name, threshold in self.chosen.items() if name != layer})

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        return repr(dict(self))


def chosen_thresholds(value: Mapping[str, float]) -> Mapping[str, float]:
    """Those that have been set."""
    return value.chosen if isinstance(value, LayerThresholds) else value


class ThresholdsTrait(Gestured[LayerThresholds, Mapping[str, float]]):
    """Layer → threshold, of layers whose threshold has been set; reading it gives those of all layers."""

    info_text = "a mapping of layer names to finite numbers"

    def get(self, obj: Any, cls: Any = None) -> Any:
        """The thresholds of all layers, which can be set one by one."""
        stored = super().get(obj, cls)
        return obj.thresholds_of(stored)

    def validate(self, _: Any, value: Any) -> dict[str, float]:
        """Return the value to store, or raise TraitError."""
        given = chosen_thresholds(value)
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            self._refuse(value)
        for threshold in given.values():
            if not is_finite(threshold):
                self._refuse(threshold)
        return {name: float(threshold) for name, threshold in given.items()}

    def _refuse(self, value: Any) -> NoReturn:
        msg = f"{self.name} must be {self.info_text}, such as {{'layer1': 0.3}}; got {brief(value)}"
        raise traitlets.TraitError(msg)


class ThresholdTrait(FiniteFloat):
    """The threshold of the active layer. It remembers for which layer it was set last."""

    def set(self, obj: Any, value: Any) -> None:
        """Set it; within ``hold_trait_notifications``, too, it is that of the layer that is active now."""
        super().set(obj, value)
        obj.threshold_was_set()
