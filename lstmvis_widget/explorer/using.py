"""Cells with thresholds and signs of their own: a table of them, and the layers that are made of such tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief, few
from lstmvis_widget.given.missing import is_missing
from lstmvis_widget.given.numbers import as_integer, as_number, is_finite
from lstmvis_widget.given.tables import columns_of, is_table, listed
from lstmvis_widget.states.own_thresholds import CellRules
from lstmvis_widget.states.sources import States
from lstmvis_widget.synced.traits import Gestured
from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import pandas as pd

WHAT = "a table with the columns cell, threshold and, if some cells are on where they are low, sign"

NO_TABLES: Mapping[str, Any] = {}

LONGEST_LABEL = 40
"""Characters of a label in the name of a layer."""


class UsedTable:
    """Cells of a layer with thresholds and signs of their own, as `StateExplorer.use` was given them.

    Parameters
    ----------
    layer : str
        Name of the layer whose cells they are.
    rules : CellRules

    Attributes
    ----------
    layer : str
    cell : int64 array of shape (n,)
        Ascending.
    threshold : float64 array of shape (n,)
        In units of the layer, after its transform.
    sign : int8 array of shape (n,)
        1: the cell is on where its value is ≥ threshold; −1: where it is ≤ threshold.
    """

    columns = CellRules._fields

    def __init__(self, layer: str, rules: CellRules) -> None:
        self.layer, self.rules = layer, rules
        for column in rules:
            column.flags.writeable = False
        self.cell, self.threshold, self.sign = rules

    def __getitem__(self, column: str) -> NDArray[Any]:
        if column not in self.columns:
            raise KeyError(f"there is no column {brief(column)}; its columns are {listed(self.columns)}")
        values: NDArray[Any] = getattr(self.rules, column)
        return values

    def __len__(self) -> int:
        return len(self.cell)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UsedTable):
            return NotImplemented
        return self.layer == other.layer and all(np.array_equal(self[name], other[name]) for name in self.columns)

    def __hash__(self) -> int:
        return hash((self.layer, *(column.tobytes() for column in self.rules)))

    def __repr__(self) -> str:
        return f"UsedTable({len(self):,} cells of layer {self.layer!r})"

    def to_dict(self) -> dict[str, Any]:
        """The name of the layer, and the columns as lists."""
        return {"layer": self.layer} | {name: self[name].tolist() for name in self.columns}

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with the columns cell, threshold and sign.

        Raises
        ------
        ImportError
            pandas isn't installed.
        """
        pandas = import_extra("pandas", "analysis", "to_pandas")
        return pandas.DataFrame({name: self[name] for name in self.columns})


# ------------------------------------------------------------ what is given


def cell_rules(table: Any, cells: int) -> CellRules:
    """The rules in a table, sorted by cell.

    Parameters
    ----------
    table : data frame of pandas, polars or pyarrow, structured array, mapping of name to column, or UsedTable
        With the columns ``cell``, ``threshold`` and, optionally, ``sign``; others aren't looked at.
    cells : int
        D, the number of cells of the layer.

    Raises
    ------
    TypeError, ValueError
        It is no such table; the message says what is wrong, and what to write instead.
    """
    columns = _columns(table)
    for name in ("cell", "threshold"):
        if name not in columns:
            raise ValueError(f"the table has no column {name!r}; its columns are {listed(columns)}. Give {WHAT}")
    given = {name: _entries(columns[name]) for name in CellRules._fields if name in columns}
    lengths = {name: len(entries) for name, entries in given.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of the table must be equally long; got {lengths}")
    if not given["cell"]:
        raise ValueError("the table has no rows: at least one cell must have a threshold")
    numbers = [_cell(entry, cells) for entry in given["cell"]]
    if len(set(numbers)) < len(numbers):
        raise ValueError(_twice(numbers, columns))
    rows = zip(
        numbers,
        [_threshold(entry, cell) for entry, cell in zip(given["threshold"], numbers, strict=True)],
        [_sign(entry, cell) for entry, cell in zip(given.get("sign", [1] * len(numbers)), numbers, strict=True)],
        strict=True,
    )
    cell, threshold, sign = zip(*sorted(rows), strict=True)
    return CellRules(np.array(cell, np.int64), np.array(threshold, np.float64), np.array(sign, np.int8))


def label_of(table: Any) -> str | None:
    """The label that all rows of a table are of; None if it has none, or several."""
    labels = _labels(_columns(table))
    return labels[0] if len(labels) == 1 else None


def _columns(table: Any) -> dict[Any, Any]:
    if not (isinstance(table, Mapping) or is_table(table)):
        raise TypeError(f"use takes {WHAT}, such as rows of cell_alignment, or None; got {brief(table)}")
    return columns_of(table)


def _entries(column: Any) -> list[Any]:
    if isinstance(column, str | bytes) or not (hasattr(column, "__array__") or isinstance(column, Iterable)):
        column = [column]
    return list(column) if isinstance(column, list | tuple | range) else as_numpy(column).reshape(-1).tolist()


def _cell(entry: Any, cells: int) -> int:
    number = as_integer(entry)
    if number is None:
        raise TypeError(f"cell must hold numbers of cells; got {brief(entry)}")
    if not 0 <= number < cells:
        raise ValueError(f"cell must lie in 0…{cells - 1}, the cells of the layer; got {brief(number)}")
    return number


def _threshold(entry: Any, cell: int) -> float:
    if is_missing(entry):
        raise ValueError(
            f"the threshold of cell {cell} is NaN, as cell_alignment has it for a label that stands everywhere or "
            "nowhere, or where no value of the cell is known: leave such rows out, "
            "table.dropna(subset=['threshold'])"
        )
    number = as_number(entry)
    if number is None:
        raise TypeError(f"threshold must hold numbers; got {brief(entry)} for cell {cell}")
    if not is_finite(number):
        raise ValueError(f"thresholds must be finite: leave cell {cell} out, whose threshold is {brief(number)}")
    return float(number)


def _sign(entry: Any, cell: int) -> int:
    number = as_integer(entry)
    if number not in (1, -1):
        raise ValueError(
            f"sign must be 1 (on is ≥ threshold) or -1 (on is ≤ threshold); got {brief(entry)} for cell {cell}"
        )
    return number


def _twice(numbers: list[int], columns: Mapping[Any, Any]) -> str:
    seen: set[int] = set()
    cell = next(number for number in numbers if number in seen or seen.add(number))  # type: ignore[func-returns-value]
    labels = _labels(columns)
    said = f"cell {cell} is in the table more than once, and a cell has one threshold"
    if len(labels) < 2:
        return said
    return (
        f"{said}: the table is about {len(labels):,} labels, {few(labels)}. Choose one, "
        f"table[table['label'] == {labels[0]!r}]"
    )


def _labels(columns: Mapping[Any, Any]) -> list[str]:
    if "label" not in columns:
        return []
    return list(dict.fromkeys(str(entry) for entry in _entries(columns["label"]) if not is_missing(entry)))


def layer_name(source: str, label: str | None, layers: Iterable[str]) -> str:
    """A name for the layer made of a table: none of those of the ``layers`` that were given."""
    what = "own thresholds" if label is None else label
    what = what if len(what) <= LONGEST_LABEL else what[: LONGEST_LABEL - 1] + "…"
    name, taken = f"{source} · {what}", set(layers)
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return next(each for each in itertools.chain([name], numbered) if each not in taken)


def checked_name(name: Any, layers: Iterable[str]) -> str:
    """A name for the layer made of a table, which none of the ``layers`` that were given has.

    Raises
    ------
    TypeError, ValueError
        It is no text, or is taken.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"the name of the layer must be a text; got {brief(name)}")
    if name in layers:
        raise ValueError(f"{brief(name)} is a layer of the states: choose another name for the layer made of the table")
    return name


# ------------------------------------------------------------------ layers


class DerivedLayers:
    """The layers of an explorer: those that were given, and those made of tables.

    Parameters
    ----------
    given : dict of str to States

    Attributes
    ----------
    given : dict of str to States
    tables : callable
        Returns the tables that are used now, by the name of the layer made of each.
    """

    def __init__(self, given: dict[str, States]) -> None:
        self.given = given
        self.tables: Callable[[], Mapping[str, UsedTable]] = lambda: NO_TABLES
        self._making = Lock()
        self._made: tuple[Mapping[str, UsedTable], dict[str, States]] = NO_TABLES, given

    @property
    def all(self) -> dict[str, States]:
        """All of them by name. A layer stays the same object while its table does."""
        tables = self.tables()
        with self._making:
            before, layers = self._made
            if tables is not before:
                made = {
                    name: layers[name]
                    if before.get(name) == table
                    else self.given[table.layer].with_own_thresholds(table.rules)
                    for name, table in tables.items()
                }
                self._made = tables, {**self.given, **made}
            return self._made[1]

    def source_of(self, layer: str) -> str:
        """The name of the layer that a layer was made of: its own, if it was given."""
        table = self.tables().get(layer)
        return layer if table is None else table.layer


class TablesTrait(Gestured[Mapping[str, UsedTable], Mapping[str, Any]]):
    """Name of a layer → the table that it is made of. Reading it gives a mapping that can't be changed."""

    info_text = "a mapping of layer name to {'layer': 'layer1', 'cell': […], 'threshold': […], 'sign': […]}"

    def get(self, obj: Any, cls: Any = None) -> Any:
        """The tables."""
        return MappingProxyType(super().get(obj, cls))

    def validate(self, obj: Any, value: Any) -> dict[str, UsedTable]:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, Mapping):
            self._refuse(f"got {brief(value)}")
        layers: dict[str, States] = obj.layers_to_use()
        try:
            return {checked_name(name, layers): self._table(layers, name, table) for name, table in value.items()}
        except (TypeError, ValueError) as error:
            self._refuse(str(error))

    def _table(self, layers: Mapping[str, States], name: Any, table: Any) -> UsedTable:
        layer = table.get("layer") if isinstance(table, Mapping) else getattr(table, "layer", None)
        if not isinstance(layer, str) or layer not in layers:
            self._refuse(f"{brief(name)} must be of one of the layers {few(list(layers))}; got {brief(layer)}")
        try:
            return UsedTable(layer, cell_rules(table, layers[layer].shape[1]))
        except (TypeError, ValueError) as error:
            self._refuse(f"that of {brief(name)} is refused: {error}")

    def _refuse(self, why: str) -> NoReturn:
        raise traitlets.TraitError(f"{self.name} must be {self.info_text}; {why}")
