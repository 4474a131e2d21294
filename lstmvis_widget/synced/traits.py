"""Trait types whose errors say what was given and what is allowed, and whose docstrings say what they hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, Generic, NoReturn, Protocol, TypeVar

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_integer, as_number, checked_ints, checked_ranges, is_finite

MOST = 2**53 - 1
"""The largest integer of a trait: the page, where all numbers are floats, tells no larger ones apart."""

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


class Awaited(Gestured[Got, Got]):
    """A result: reading it also waits for the running computation (``obj.await_result``).

    Setting it notifies as usual.
    """

    def get(self, obj: Any, cls: Any = None) -> Any:
        """Read the result after the messages that have arrived, and after the computation that follows from them."""
        return obj.await_result(self.name, super().get(obj, cls))


def sent(default: Any = None, *, help: str) -> Any:  # noqa: A002  (its name in traitlets)
    """A trait that Python sets and only the page reads."""
    return traitlets.Any(default, help=help).tag(sync=True, shown=True)


class FiniteFloat(Gestured[float, float]):
    """A finite real number."""

    info_text = "a finite number"

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        return _finite(self, value)


class AwaitedFloat(FiniteFloat, Awaited[float]):
    """A finite number that follows a result until someone sets it: reading it waits for that result."""


class Share(Documented[float | None, float | None]):
    """A share, 0…1, or None."""

    info_text = "a number from 0 to 1, or None"
    allow_none = True

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        number = _finite(self, value)
        if not 0 <= number <= 1:
            _refuse(self, value, self.info_text)
        return number


class ShareBelowOne(Gestured[float, float]):
    """A share of at least 0 and below 1."""

    info_text = "a number of at least 0 and below 1"

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        number = _finite(self, value)
        if not 0 <= number < 1:
            _refuse(self, value, self.info_text)
        return number


class Pixels(Gestured[float, float]):
    """A number of pixels, ``least`` (or above 0) to ``most``; whole numbers are stored as integers."""

    def __init__(self, default: float, *, most: float, least: float = 0, **options: Any) -> None:
        super().__init__(default, **options)
        self.least, self.most = least, most
        self.info_text = f"a number from {least} to {most}" if least else f"a number above 0 and at most {most}"

    def validate(self, _: Any, value: Any) -> float:
        """Return the value to store, or raise TraitError."""
        number = _finite(self, value)
        if not max(self.least, math.ulp(0)) <= number <= self.most:
            _refuse(self, value, self.info_text)
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
        return str(value)


class ValueAxis(Gestured[str | tuple[float, float], str | Sequence[float]]):
    """What a value axis covers: "layer", "view", or a range (low, high)."""

    info_text = "'layer', 'view', or two finite numbers (low, high) with low < high"

    def validate(self, _: Any, value: Any) -> str | tuple[float, float]:
        """Return the value to store, or raise TraitError."""
        if isinstance(value, str) and value in ("layer", "view"):
            return str(value)
        low, high = _floats(self, value, 2)
        if not low < high:
            _refuse(self, value, self.info_text)
        return low, high


PIN_COLORS = ("#009e73", "#cc79a7", "#8a6d1b", "#7b5cd6", "#17a2b8", "#6b7f00")
"""Colours of pinned cells, used in turn: colour-blind readers can tell them and selected and hovered cells apart."""


class CellColors(Gestured[dict[int, str], Mapping[int, str | None] | Iterable[int]]):
    """Cell number → colour. A list of cells, or a cell with the colour None, gets colours from `PIN_COLORS`."""

    info_text = "a mapping of cell number to a colour such as '#009e73' (or None), or a list of cell numbers"

    def validate(self, _: Any, value: Any) -> dict[int, str]:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, Mapping):
            return with_chosen_colors(dict.fromkeys(_integers(self, value)))
        colors: dict[int, str | None] = {}
        for key, color in value.items():
            in_json = isinstance(key, str) and re.fullmatch(r"[0-9]{1,9}", key)
            cell = int(key) if in_json else as_integer(key)
            is_color = color is None or (isinstance(color, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", color))
            if cell is None or not 0 <= cell <= MOST or not is_color:
                _refuse(self, value, self.info_text)
            colors[cell] = color and str(color)
        return with_chosen_colors(colors)


def with_chosen_colors(colors: Mapping[int, str | None]) -> dict[int, str]:
    """The same, with the least used of `PIN_COLORS` for each cell without a colour."""
    used = Counter(color for color in colors.values() if color is not None)
    chosen = {}
    for cell, given in colors.items():
        chosen[cell] = given or min(PIN_COLORS, key=lambda color: used[color])
        if given is None:
            used[chosen[cell]] += 1
    return chosen


class _Integer(Gestured[Got, Set]):
    """An integer from ``least`` to ``most``."""

    def __init__(self, default: Any, *, least: int = 0, most: int = MOST, **options: Any) -> None:
        super().__init__(default, **options)
        self.least, self.most = least, most
        self.info_text = f"an integer of at least {least}" if most == MOST else f"an integer from {least} to {most}"

    def validate(self, _: Any, value: Any) -> Any:
        """Return the value to store, or raise TraitError."""
        number = as_integer(value)
        if number is None or not self.least <= number <= self.most:
            least_or_most = f"at most {MOST:,}" if number is not None and number > MOST else self.info_text
            _refuse(self, value, least_or_most + (", or None" if self.allow_none else ""))
        return number


class Count(_Integer[int, int]):
    """An integer, never None."""


class OptionalCount(_Integer[int | None, int | None]):
    """An integer, or None."""

    allow_none = True


class HasEnds(Protocol):
    """What has a start and a stop: a slice, a range, a `Match`."""

    @property
    def start(self) -> Any:
        """The first step; None in a slice: 0."""

    @property
    def stop(self) -> Any:
        """The step after the last one; None in a slice: T."""


class StepRange(Gestured[tuple[int, int] | None, Sequence[int] | NDArray[np.integer[Any]] | HasEnds | None]):
    """A half-open range (start, stop) of time steps, not empty; or None.

    Parameters
    ----------
    default : (int, int) or None
    steps : callable
        Gives T for the object that has the trait: the end of a slice without one.
    """

    allow_none = True

    info_text = "a range (start, stop) of time steps with 0 <= start < stop, or None"

    def __init__(self, default: Any, *, steps: Callable[[Any], int], **options: Any) -> None:
        super().__init__(default, **options)
        self._steps = steps

    def validate(self, obj: Any, value: Any) -> tuple[int, int]:
        """Return the value to store, or raise TraitError."""
        if isinstance(value, slice):
            start, stop = value.start or 0, self._steps(obj) if value.stop is None else value.stop
            pair, step = [start, stop], 1 if value.step is None else value.step
        elif hasattr(value, "start") and hasattr(value, "stop"):
            pair, step = [value.start, value.stop], getattr(value, "step", 1)
        else:
            pair, step = _listed(value) or [], 1
        ends = [as_integer(end) for end in pair]
        if as_integer(step) != 1 or len(ends) != 2 or ends[0] is None or ends[1] is None:
            _refuse(self, value, self.info_text)
        if not 0 <= ends[0] < ends[1] <= MOST:
            _refuse(self, value, self.info_text)
        return ends[0], ends[1]


StepPairs = tuple[tuple[int, int], ...]
"""Distinct half-open ranges (start, stop), in the order of time."""


class StepRanges(Gestured[StepPairs, Iterable[Any] | NDArray[np.integer[Any]] | HasEnds]):
    """Half-open ranges (start, stop) of time steps, kept distinct and in the order of time.

    Parameters
    ----------
    default : tuple of (int, int)
    steps : callable
        As of `StepRange`.
    """

    info_text = "a list of ranges (start, stop) of time steps with 0 <= start < stop"

    def __init__(self, default: Any, *, steps: Callable[[Any], int], **options: Any) -> None:
        super().__init__(default, **options)
        self._steps = steps

    def validate(self, obj: Any, value: Any) -> StepPairs:
        """Return the value to store, or raise TraitError."""
        try:
            return step_pairs(str(self.name), value, self._steps(obj))
        except (TypeError, ValueError) as error:
            msg = f"{self.name} must be {self.info_text}; {str(error).rpartition('; ')[2]}"
            raise traitlets.TraitError(msg) from error


def step_pairs(name: str, value: Any, steps: int, most: int = MOST) -> StepPairs:
    """Ranges in any form, distinct and in the order of time; a TypeError or ValueError says what is wrong with one.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : array_like of shape (n, 2), list of ranges, or table
        A range is a pair, a `Match`, or a range or slice of step 1; a table has columns ``start`` and ``stop``, as
        `Matches` and data frames have.
    steps : int
        T, the end of a slice without one.
    most : int
        The last step that a range may reach, where that is checked here.
    """
    if hasattr(value, "start") and np.ndim(value.start) == 1:
        value = np.stack([np.asarray(as_numpy(value.start)), np.asarray(as_numpy(value.stop))], axis=1)
    if not hasattr(value, "dtype"):
        one = StepRange(None, steps=lambda _: steps)
        one.name = name
        listed = _listed(value)
        if listed is None:
            raise TypeError(f"{name} must be a list of ranges; got {brief(value)}")
        try:
            value = [one.validate(None, each) if hasattr(each, "start") else each for each in listed]
        except traitlets.TraitError as error:
            raise ValueError(str(error)) from error
    pairs = np.unique(checked_ranges(name, value, most), axis=0)
    return tuple((start, stop) for start, stop in pairs.tolist())


class CellNumbers(Gestured[tuple[int, ...], Iterable[int]]):
    """Cell numbers, kept sorted and distinct."""

    info_text = "a list of cell numbers (integers of at least 0)"

    def validate(self, _: Any, value: Any) -> tuple[int, ...]:
        """Return the value to store, or raise TraitError."""
        return tuple(sorted(set(_integers(self, value))))


class Numbers(Gestured[NDArray[np.int64], Iterable[int]]):
    """Sorted, distinct integers of at least 0, as an int64 array. Setting equal numbers is no change."""

    info_text = "a list of numbers (integers of at least 0)"

    def validate(self, _: Any, value: Any) -> NDArray[np.int64]:
        """Return the value to store, or raise TraitError."""
        array = np.unique(_integer_array(self, value))
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
        left, right, bottom, top = _floats(self, value, 4)
        if not (left < right and bottom < top):
            _refuse(self, value, self.info_text)
        return left, right, bottom, top


class Names(Gestured[tuple[str, ...], Iterable[str]]):
    """Distinct names, in order."""

    info_text = "a list of names, each once"

    def validate(self, _: Any, value: Any) -> tuple[str, ...]:
        """Return the value to store, or raise TraitError."""
        names = _listed(value)
        if names is None or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            _refuse(self, value, self.info_text)
        return tuple(map(str, names))


class _String(Gestured[Got, Set]):
    info_text = "a name"

    def validate(self, _: Any, value: Any) -> Any:
        """Return the value to store, or raise TraitError."""
        if not isinstance(value, str):
            _refuse(self, value, self.info_text + (", or None" if self.allow_none else ""))
        return str(value)


class OptionalName(_String[str | None, str | None]):
    """One name, or None."""

    allow_none = True


class Text(_String[str, str]):
    """A text, which may be empty."""

    info_text = "a text"


class TwoTexts(Gestured[tuple[str, str] | None, Sequence[str | None] | None]):
    """Two texts that belong together; or None."""

    allow_none = True
    info_text = "two texts"
    second: type | UnionType = str

    def validate(self, _: Any, value: Any) -> tuple[str, str]:
        """Return the value to store, or raise TraitError."""
        pair = _listed(value)
        if pair is None or len(pair) != 2 or not isinstance(pair[0], str) or not isinstance(pair[1], self.second):
            _refuse(self, value, self.info_text + (", or None" if self.allow_none else ""))
        return str(pair[0]), str(pair[1] or "")


class TrackLabel(TwoTexts):
    """The name of a track and one of its labels, or None or "" for a track that has none; or None."""

    info_text = "the name of a track and one of its labels"
    second = str | None


class Flag(Gestured[bool, bool]):
    """True or False; other values are refused, also those that are true or false in a condition."""

    info_text = "True or False"

    def validate(self, _: Any, value: Any) -> bool:
        """Return the value to store, or raise TraitError."""
        plain = value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
        if not isinstance(plain, bool):
            _refuse(self, value, self.info_text)
        return plain


def _finite(trait: traitlets.TraitType[Any, Any], value: Any) -> float:
    number = as_number(value)
    if number is None or not is_finite(number):
        _refuse(trait, value, str(trait.info_text))
    return float(number)


def _floats(trait: traitlets.TraitType[Any, Any], value: Any, count: int) -> list[float]:
    ends = _listed(value)
    if ends is None or len(ends) != count or not all(map(is_finite, ends)):
        _refuse(trait, value, str(trait.info_text))
    return [_finite(trait, end) for end in ends]


def _integers(trait: traitlets.TraitType[Any, Any], values: Any) -> list[int]:
    numbers: list[int] = _integer_array(trait, values).tolist()
    return numbers


def _integer_array(trait: traitlets.TraitType[Any, Any], values: Any) -> NDArray[np.int64]:
    try:
        return checked_ints(str(trait.name), values, 0, MOST)
    except (TypeError, ValueError) as error:
        got = str(error).partition("; ")[2] or f"got {brief(values)}"
        msg = f"{trait.name} must be {trait.info_text}; {got}"
        raise traitlets.TraitError(msg) from error


def _listed(value: Any) -> list[Any] | None:
    """The items of a list of any kind, as Python's values where it is an array; None for what is no list."""
    if isinstance(value, str | bytes | Mapping) or not (isinstance(value, Iterable) or hasattr(value, "__array__")):
        return None
    try:
        return list(as_numpy(value).tolist() if hasattr(value, "dtype") else value)
    except TypeError:  # an array without axes
        return None


def _refuse(trait: traitlets.TraitType[Any, Any], value: Any, allowed: str) -> NoReturn:
    msg = f"{trait.name} must be {allowed}; got {brief(value)}"
    raise traitlets.TraitError(msg)
