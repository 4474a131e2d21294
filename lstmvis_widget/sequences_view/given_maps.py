"""Maps that are handed in: positions that another method found, or a `Projection`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.texts import meant
from lstmvis_widget.projection.project_states import METHODS
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.projection.tsne import check_openTSNE
from lstmvis_widget.synced.tags import nearest
from lstmvis_widget.synced.traits import Gestured

from .same import Same

Floats = NDArray[np.float64]

GIVEN = "given"


class MethodTrait(Gestured[str, Any]):
    """The name of a method; or a map, which the object that has the trait takes and gives the name of."""

    info_text = '"pca", "tsne" or "given"'

    def set(self, obj: Any, value: Any) -> None:
        """Set the name, or that of a map."""
        super().set(obj, value if isinstance(value, str) else obj.take_map(value))

    def validate(self, _: Any, value: Any) -> str:
        """Return the value to store, or raise TraitError."""
        name = meant(value, (*METHODS, GIVEN))
        if not isinstance(name, str) or name not in (*METHODS, GIVEN):
            near = f"; did you mean {nearest(name, METHODS)!r}?" if isinstance(name, str) and name else ""
            raise traitlets.TraitError(
                f"{self.name} must be 'pca', 'tsne', positions of shape (T, 2), or a Projection; got "
                f"{brief(value)}{near}"
            )
        return str(name)


class GivenMaps:
    """The maps that were handed in. Positions are those of steps, for any layer; a `Projection` is of one layer.

    Parameters
    ----------
    data : ExplorerData
    """

    def __init__(self, data: ExplorerData) -> None:
        self._data = data
        self._positions: Floats | None = None
        self._maps: dict[tuple[str, str], Projection] = {}

    def take(self, given: Any, layer: str) -> str:
        """Keep a map for this layer, and return the name of its method.

        Raises
        ------
        traitlets.TraitError
            It doesn't fit the states.
        """
        if isinstance(given, Projection):
            return self._take_projection(given, layer)
        steps = self._data.steps
        try:
            positions = as_numpy(given)
        except (TypeError, ValueError):
            positions = np.zeros(0, object)
        if positions.dtype.kind not in "fiu" or positions.shape != (steps, 2):
            raise traitlets.TraitError(
                f"method must be 'pca', 'tsne', positions of shape ({steps}, 2), a row for each time step, or a "
                f"Projection of these states; got {brief(given)}"
            )
        known = positions.astype(np.float64)
        if not np.isfinite(known).all(axis=1).any():
            raise traitlets.TraitError("method must be positions of which some are finite numbers; all have NaN")
        self._positions = known
        self._maps = {key: each for key, each in self._maps.items() if key[1] != GIVEN}
        return GIVEN

    def _take_projection(self, given: Projection, layer: str) -> str:
        states = self._data.layers[layer]
        if (given.total, given.cells) != states.shape:
            raise traitlets.TraitError(
                f"method must be a Projection of the states of layer {layer!r}, of shape {states.shape}; got one of "
                f"states of shape {(given.total, given.cells)}"
            )
        self._maps[layer, given.method] = given if given.knows_states else replace(given, _states=states)
        if given.method == GIVEN:
            self._positions = np.full((given.total, 2), np.nan)
            self._positions[given.steps] = given.coordinates
        return given.method

    def of(self, layer: str, method: str) -> Same[Projection | Floats | None]:
        """The map that was handed in for a layer, or positions; None: it has to be computed."""
        return Same(self._maps.get((layer, method), self._positions if method == GIVEN else None))

    def check(self, layer: str, method: str) -> None:
        """Raise TraitError where there is no way to such a map."""
        if method == GIVEN and self.of(layer, method).value is None:
            raise traitlets.TraitError(
                "method can't be 'given' before positions are: set it to positions of shape "
                f"({self._data.steps}, 2), or to a Projection"
            )
        if method == "tsne" and self.of(layer, method).value is None:
            try:
                check_openTSNE()
            except ImportError as error:
                raise traitlets.TraitError(f"method can't be 'tsne': {error}") from error
