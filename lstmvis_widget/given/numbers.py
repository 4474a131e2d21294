"""Numbers checked where they enter the package: in Python's integers and floats, which don't wrap round."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import as_numpy
from .brief import brief

Ints = NDArray[np.int64]

LARGEST = 2**63 - 1
"""The largest integer that is taken: numpy's int64 holds no larger one."""


def as_number(value: Any) -> int | float | None:
    """A real number as a Python number; an integer stays exact. None if it is no real number.

    Taken are the numbers of Python and numpy, Decimals and Fractions, and arrays and tensors without axes. Booleans are
    no numbers. Infinite and NaN are numbers.
    """
    if type(value) in (int, float):
        return value  # type: ignore[no-any-return]
    if hasattr(value, "item") and getattr(value, "shape", None) == ():  # numpy's numbers, 0-d arrays and tensors
        value = value.item()
    if isinstance(value, int):
        return None if isinstance(value, bool) else int(value)
    return _as_float(value) if isinstance(value, Real | Decimal) else None


def _as_float(number: Any) -> float | None:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    except (TypeError, ValueError):  # a Decimal may be a signalling NaN
        return None


def as_integer(value: Any) -> int | None:
    """An integer as a Python integer, also where it is a float such as 3.0 (JSON and tables make them); else None."""
    number = as_number(value)
    if isinstance(number, float):
        return int(number) if number.is_integer() else None
    return number


def is_finite(value: Any) -> bool:
    """Whether a value is a real number that a float holds: not NaN, not infinite, not ``10**400``, no boolean."""
    number = as_number(value)
    if number is None:
        return False
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def checked_int(name: str, value: Any, low: int = 0, high: int = LARGEST) -> int:
    """An integer within low…high, as a Python integer.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : int
        Also a number of numpy, an array or tensor without axes, or a float that is a whole number.
    low, high : int
        The least and the greatest that are allowed.

    Raises
    ------
    TypeError
        The value is no integer.
    ValueError
        It is out of the range.
    """
    number = as_integer(value)
    if number is None:
        raise TypeError(f"{name} must be an integer; got {brief(value)}")
    if number < low:
        raise ValueError(f"{name} must be at least {low}; got {brief(number)}")
    if number > high:
        raise ValueError(f"{name} must be at most {high}; got {brief(number)}")
    return number


def checked_number(name: str, value: Any) -> int | float:
    """A finite real number as a Python number; an integer stays exact.

    Raises
    ------
    TypeError
        The value is no real number.
    ValueError
        It is infinite or NaN, or beyond the range of a float.
    """
    number = as_number(value)
    if number is None:
        raise TypeError(f"{name} must be a finite number; got {brief(value)}")
    if not is_finite(number):
        raise ValueError(f"{name} must be a finite number; got {brief(value)}")
    return number


def checked_float(name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite real number within low…high, as a Python float; it raises as `checked_number`."""
    number = float(checked_number(name, value))
    if not low <= number <= high:
        allowed = f"at least {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
        raise ValueError(f"{name} must be {allowed}; got {brief(value)}")
    return number


def checked_flag(name: str, value: Any) -> bool:
    """``value`` as a bool, if it is True or False, also of numpy.

    Raises
    ------
    TypeError
        It is anything else, also what is true or false in a condition.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False; got {brief(value)}")
    return bool(value)


def checked_ints(name: str, values: Any, low: int = 0, high: int = LARGEST) -> Ints:
    """Integers within low…high, in their order, as an array of one axis.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    values : iterable of int
        A list, a range, a set, a generator, an array, a tensor or a column. Floats that are whole numbers are taken,
        booleans aren't.
    low, high : int
        The least and the greatest that are allowed.

    Raises
    ------
    TypeError
        It is no list, or one of the values is no integer.
    ValueError
        A value is out of the range.
    """
    numbers = _integers(name, values, "a list of integers")
    if numbers.ndim != 1:
        raise TypeError(f"{name} must be a list of integers; got {brief(values)}")
    _check_range(name, numbers, low, high)
    return numbers.astype(np.int64)


def checked_ranges(name: str, values: Any, steps: int) -> Ints:
    """Ranges [start, stop) with 0 ≤ start < stop ≤ steps, as an array of shape (n, 2).

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    values : iterable of (int, int), or array_like of shape (n, 2)
        Numbers as `checked_ints` takes them.
    steps : int
        T.

    Raises
    ------
    TypeError
        A start or stop is no integer.
    ValueError
        They aren't pairs, or a range is empty, reversed or reaches beyond the steps; the message has its numbers.
    """
    pairs = _integers(name, values, "pairs of integers (start, stop)")
    if pairs.size == 0:
        return np.zeros((0, 2), np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"{name} must be pairs of integers (start, stop); got {brief(values)}")
    wrong = (pairs[:, 0] < 0) | (pairs[:, 0] >= pairs[:, 1]) | (pairs[:, 1] > steps)
    if wrong.any():
        start, stop = pairs[int(wrong.argmax())].tolist()
        raise ValueError(f"a range [start, stop) needs 0 <= start < stop <= {steps}; got [{start}, {stop})")
    return pairs.astype(np.int64)


def _check_range(name: str, numbers: NDArray[Any], low: int, high: int) -> None:
    wrong = (numbers < low) | (numbers > high)
    if wrong.any():
        at = int(wrong.argmax())
        number = int(numbers[at])
        allowed = (
            f"lie in {low}…{high}" if high < LARGEST else f"be at least {low}" if number < low else f"be at most {high}"
        )
        raise ValueError(f"{name} must {allowed}; got {brief(number)} at place {at}")


def _integers(name: str, values: Any, wanted: str) -> NDArray[Any]:
    """The values as an array of numpy's integers, or of Python's where one is too large for these."""
    if isinstance(values, str | bytes | Mapping) or not (isinstance(values, Iterable) or hasattr(values, "__array__")):
        raise TypeError(f"{name} must be {wanted}; got {brief(values)}")
    array = as_numpy(values) if hasattr(values, "dtype") or hasattr(values, "type") else _of_objects(values)
    if array.dtype == bool:
        raise TypeError(f"{name} must be {wanted}; got booleans: give the places of the true ones, np.flatnonzero(…)")
    if array.dtype.kind in "iu":
        return array
    given = array.reshape(-1).tolist()
    integers = [as_integer(each) for each in given]
    if None in integers:
        wrong = given[integers.index(None)]
        raise TypeError(f"{name} must be {wanted}; got {brief(wrong if np.ndim(wrong) == 0 else values)}")
    return np.fromiter(integers, object, len(integers)).reshape(array.shape)


def _has_entries(row: Any) -> bool:
    return isinstance(row, Iterable) and not isinstance(row, str | bytes) and getattr(row, "shape", None) != ()


def _of_objects(values: Iterable[Any]) -> NDArray[Any]:
    """A list, or a list of lists, without numpy's conversion: that makes floats of integers near 2**63."""
    rows = list(values)
    kinds = set(map(type, rows))
    if kinds == {int} and -LARGEST < min(rows) <= max(rows) <= LARGEST:
        return np.array(rows, np.int64)
    if rows and all(_has_entries(row) for row in rows):
        lists = [list(row) for row in rows]
        if len({len(each) for each in lists}) == 1:
            flat = [each for one in lists for each in one]
            return np.fromiter(flat, object, len(flat)).reshape(len(lists), len(lists[0]))
    return np.fromiter(rows, object, len(rows))
