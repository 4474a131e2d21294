"""Trait types whose errors say what was given and what is allowed, and whose docstrings say what they hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, Generic, NoReturn, TypeVar

import numpy as np
import traitlets
from numpy.typing import NDArray

Got = TypeVar("Got")
Set = TypeVar("Set")


class Documented(traitlets.TraitType[Got, Set], Generic[Got, Set]):
    """A trait whose docstring (``help(StateExplorer.threshold)``) is its ``help`` with type, range and default."""

    def class_init(self, cls: Any, name: str | None) -> None:
        """Write the docstring, now that the name is known."""
        super().class_init(cls, name)
        if self.help:
            self.__doc__ = f"{self.summary(str(name))}\n\n{self.help}"

    def summary(self, name: str) -> str:
        """One line: the name, the allowed values, and the default or "read only"."""
        holds = self.metadata.get("holds", self.info_text)
        if self.allow_none and "None" not in holds:
            holds += ", or None"
        default = "read only" if self.read_only else f"default {self.default_text()}"
        return f"{name} : {holds}; {default}"

    def default_text(self) -> str:
        """The default as text: the tag ``default``, for one that depends on the data, else the value's repr."""
        given = self.metadata.get("default")
        return str(given) if given else repr(self.default_value)


class Gestured(Documented[Got, Set]):
    """A trait that the page may set: reading it waits for messages that have arrived (``obj.wait_for_gestures``)."""

    def get(self, obj: Any, cls: Any = None) -> Any:
        """Read the value after the messages that have arrived."""
        obj.wait_for_gestures()
        return super().get(obj, cls)


class Awaited(Documented[Got, Got]):
    """A result: reading it waits for the running computation (``obj.await_result``), setting it notifies as usual."""

    def get(self, obj: Any, cls: Any = None) -> Any:
        """Read the result after the running computation."""
        return obj.await_result(self.name, super().get(obj, cls))


def sent(default: Any = None, *, help: str) -> Any:  # noqa: A002  (its name in traitlets)
    """A trait that Python sets and only the page reads."""
    return traitlets.Any(default, help=help).tag(sync=True, shown=True)


class FiniteFloat(Gestured[float, float]):
    """A finite real number."""

    info_text = "a finite number"

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        if not is_finite(value):
            _refuse(self, value, self.info_text)
        return float(value)


class Share(Documented[float | None, float | None]):
    """A share, 0…1, or None."""

    info_text = "a number from 0 to 1, or None"
    allow_none = True

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        if not is_finite(value) or not 0 <= value <= 1:
            _refuse(self, value, self.info_text)
        return float(value)


class Pixels(Gestured[float, float]):
    """A number of pixels, ``least`` (or above 0) to ``most``; whole numbers are stored as integers."""

    def __init__(self, default: float, *, most: float, least: float = 0, **options: Any) -> None:
        super().__init__(default, **options)
        self.least, self.most = least, most
        self.info_text = f"a number from {least} to {most}" if least else f"a number above 0 and at most {most}"

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        if not is_finite(value) or not max(self.least, math.ulp(0)) <= value <= self.most:
            _refuse(self, value, self.info_text)
        number = float(value)
        return int(number) if number.is_integer() else number


class Choice(Gestured[str, str]):
    """One of some names."""

    def __init__(self, default: str, *, among: Sequence[str], **options: Any) -> None:
        super().__init__(default, **options)
        self.among = tuple(among)
        self.info_text = " or ".join(map(repr, self.among))

    def validate(self, _: Any, value: Any) -> str:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, str) or value not in self.among:
            _refuse(self, value, self.info_text)
        return value


class ValueAxis(Gestured[str | tuple[float, float], str | Sequence[float]]):
    """What a value axis covers: "layer", "view", or a range (low, high)."""

    info_text = "'layer', 'view', or two finite numbers (low, high) with low < high"

    def validate(self, _: Any, value: Any) -> str | tuple[float, float]:
        """Return the value to store, or raise TraitError."""
        if isinstance(value, str) and value in ("layer", "view"):
            return value
        ends = _listed(value)
        numbers = ends is not None and len(ends) == 2 and all(is_finite(end) for end in ends)
        if ends is None or not numbers or not ends[0] < ends[1]:
            _refuse(self, value, self.info_text)
        return float(ends[0]), float(ends[1])


PIN_COLORS = ("#009e73", "#cc79a7", "#8a6d1b", "#7b5cd6", "#17a2b8", "#6b7f00")
"""Colours of pinned cells, used in turn: colour-blind readers can tell them and selected and hovered cells apart."""


class CellColors(Gestured[dict[int, str], Mapping[int, str | None] | Iterable[int]]):
    """Cell number → colour. A list of cells, or a cell with the colour None, gets colours from `PIN_COLORS`."""

    info_text = "a mapping of cell number to a colour such as '#009e73' (or None), or a list of cell numbers"

    def validate(self, _: Any, value: Any) -> dict[int, str]:
        """Return the value to store, or raise TraitError."""
        listed = _listed(value)
        given = dict(value) if isinstance(value, Mapping) else dict.fromkeys(listed) if listed is not None else None
        if given is None:
            _refuse(self, value, self.info_text)
        colors: dict[int, str | None] = {}
        for key, color in given.items():
            cell = (
                int(key) if isinstance(key, str) and re.fullmatch(r"[0-9]{1,9}", key) else key
            )  # JSON's keys are text
            is_color = color is None or (isinstance(color, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", color))
            if not is_integer(cell) or cell < 0 or not is_color:
                _refuse(self, value, self.info_text)
            colors[int(cell)] = color
        return _with_chosen(colors)


def _with_chosen(colors: Mapping[int, str | None]) -> dict[int, str]:
    """The same, with the least used of `PIN_COLORS` for each cell without a colour."""
    used = [color for color in colors.values() if color is not None]
    chosen = {}
    for cell, given in colors.items():
        chosen[cell] = given or min(PIN_COLORS, key=used.count)
        if given is None:
            used.append(chosen[cell])
    return chosen


class _Integer(Gestured[Got, Set]):
    """An integer of at least ``least`` and, if given, at most ``most``."""

    def __init__(self, default: Any, *, least: int = 0, most: int | None = None, **options: Any) -> None:
        super().__init__(default, **options)
        self.least, self.most = least, most
        self.info_text = f"an integer of at least {least}" if most is None else f"an integer from {least} to {most}"

    def validate(self, _: Any, value: Any) -> Any:
        """Return the value to store, or raise TraitError."""
        whole = is_integer(value) or (isinstance(value, float) and value.is_integer())  # JSON knows no integers
        if not whole or value < self.least or (self.most is not None and value > self.most):
            _refuse(self, value, self.info_text + (", or None" if self.allow_none else ""))
        return int(value)


class Count(_Integer[int, int]):
    """An integer, never None."""


class OptionalCount(_Integer[int | None, int | None]):
    """An integer, or None."""

    allow_none = True


class StepRange(Gestured[tuple[int, int] | None, Sequence[int] | NDArray[np.integer[Any]] | None]):
    """A half-open range (start, stop) of time steps, not empty; or None."""

    allow_none = True

    info_text = "a range (start, stop) of time steps with 0 <= start < stop, or None"

    def validate(self, _: Any, value: Any) -> tuple[int, int]:
        """Return the value to store, or raise TraitError."""
        pair = _listed(value)
        if pair is None or len(pair) != 2 or not all(map(is_integer, pair)) or not 0 <= pair[0] < pair[1]:
            _refuse(self, value, self.info_text)
        return int(pair[0]), int(pair[1])


class CellNumbers(Gestured[tuple[int, ...], Iterable[int]]):
    """Cell numbers, kept sorted and distinct."""

    info_text = "a list of cell numbers (integers of at least 0)"

    def validate(self, _: Any, value: Any) -> tuple[int, ...]:
        """Return the value to store, or raise TraitError."""
        numbers = _listed(value)
        if numbers is None or not all(is_integer(number) and number >= 0 for number in numbers):
            _refuse(self, value, self.info_text)
        return tuple(sorted({int(number) for number in numbers}))


class Numbers(Gestured[NDArray[np.int64], Iterable[int]]):
    """Sorted, distinct integers of at least 0, as an int64 array. Setting equal numbers is no change."""

    info_text = "a list of numbers (integers of at least 0)"

    def validate(self, _: Any, value: Any) -> NDArray[np.int64]:
        """Return the value to store, or raise TraitError."""
        numbers = _listed(value)
        if numbers is None or not all(is_integer(number) and number >= 0 for number in numbers):
            _refuse(self, value, self.info_text)
        array = np.unique(np.array(numbers, np.int64))
        array.flags.writeable = False
        return array

    def set(self, obj: Any, value: Any) -> None:
        """Set the numbers unless they equal the current ones."""
        if not np.array_equal(self.get(obj), self.validate(obj, value)):
            super().set(obj, value)


class Box(Gestured[tuple[float, float, float, float] | None, Sequence[float] | None]):
    """A rectangle in a plane, (left, right, bottom, top); or None."""

    allow_none = True

    info_text = "four finite numbers (left, right, bottom, top) with left < right and bottom < top, or None"

    def validate(self, _: Any, value: Any) -> tuple[float, float, float, float]:
        """Return the value to store, or raise TraitError."""
        ends = _listed(value)
        numbers = ends is not None and len(ends) == 4 and all(is_finite(end) for end in ends)
        if ends is None or not numbers or not (ends[0] < ends[1] and ends[2] < ends[3]):
            _refuse(self, value, self.info_text)
        left, right, bottom, top = map(float, ends)
        return left, right, bottom, top


class Names(Gestured[tuple[str, ...], Iterable[str]]):
    """Distinct names, in order."""

    info_text = "a list of names, each once"

    def validate(self, _: Any, value: Any) -> tuple[str, ...]:
        """Return the value to store, or raise TraitError."""
        names = _listed(value)
        if names is None or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            _refuse(self, value, self.info_text)
        return tuple(names)


class _String(Gestured[Got, Set]):
    info_text = "a name"

    def validate(self, _: Any, value: Any) -> Any:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, str):
            _refuse(self, value, self.info_text + (", or None" if self.allow_none else ""))
        return value


class Name(_String[str, str]):
    """One name."""


class OptionalName(_String[str | None, str | None]):
    """One name, or None."""

    allow_none = True


class Text(_String[str, str]):
    """A text, which may be empty."""

    info_text = "a text"


class TrackLabel(Gestured[tuple[str, str] | None, Sequence[str] | None]):
    """The name of a track and one of its labels; or None."""

    allow_none = True
    info_text = "the name of a track and one of its labels"

    def validate(self, _: Any, value: Any) -> tuple[str, str]:
        """Return the value to store, or raise TraitError."""
        pair = _listed(value)
        if pair is None or len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            _refuse(self, value, self.info_text + (", or None" if self.allow_none else ""))
        return pair[0], pair[1]


class Flag(Gestured[bool, bool]):
    """True or False; other values are refused, also those that are true or false in a condition."""

    info_text = "True or False"

    def validate(self, _: Any, value: Any) -> bool:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, bool):
            _refuse(self, value, self.info_text)
        return value


def is_finite(value: Any) -> bool:
    """Whether ``value`` is a finite real number and no bool."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def is_integer(value: Any) -> bool:
    """Whether ``value`` is an integer and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def brief(value: Any) -> str:
    """``repr(value)``, shortened."""
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _listed(value: Any) -> list[Any] | None:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes | dict) else None


def _refuse(trait: traitlets.TraitType[Any, Any], value: Any, allowed: str) -> NoReturn:
    msg = f"{trait.name} must be {allowed}; got {brief(value)}"
    raise traitlets.TraitError(msg)
