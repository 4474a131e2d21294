"""Which sequences are shown, and in which order: the traits, checked."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

import traitlets

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief, few
from lstmvis_widget.given.numbers import as_number, is_finite
from lstmvis_widget.given.texts import meant, well_formed
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.synced.tags import nearest
from lstmvis_widget.synced.traits import Gestured
from lstmvis_widget.timeline.search import as_typed
from lstmvis_widget.timeline.tokens import shortened

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

CLASSES = ("target", "prediction")
"""Conditions that name classes."""

RANGES = ("length", "confidence", "settled", "changes", "largest_jump")
"""Conditions that are (least, most)."""

FLAGS = ("correct", "selected", "matches")
"""Conditions that are True or False."""

CONDITIONS = (*CLASSES, "correct", "text", *RANGES, "selected", "matches")
"""All conditions that there are, in the order in which they are kept."""

OF_OUTPUT = (*CLASSES, "correct", "confidence", "settled", "changes")
"""Conditions on what an output track says."""

OF_TARGETS = ("target", "correct")
"""Conditions on true classes."""


class SortTrait(Gestured[str, str]):
    """A column, with a leading "-" for downwards."""

    info_text = f'one of {", ".join(COLUMNS)}, with a leading "-" for downwards'

    def validate(self, _: Any, value: Any) -> str:
        """Return the value to store, or raise TraitError."""
        name = value.removeprefix("-") if isinstance(value, str) else ""
        if name not in COLUMNS:
            near = f"; did you mean {nearest(name, COLUMNS)!r}?" if name else ""
            raise traitlets.TraitError(f"{self.name} must be {self.info_text}; got {brief(value)}{near}")
        return str(value)


class Conditions(dict[str, Any]):
    """Checked conditions, which are set as a whole: a change of one of them would be checked by nobody."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            "filters are set as a whole, as in explorer.filters |= {'correct': False}, or explorer.filters = {…}"
        )

    __setitem__ = __delitem__ = update = pop = popitem = setdefault = clear = _refuse

    def __ior__(self, other: Any) -> dict[str, Any]:  # type: ignore[override, misc]
        return {**self, **other}

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class FiltersTrait(Gestured[dict[str, Any], Mapping[str, Any] | None]):
    """Conditions by name, in values that JSON can hold.

    Parameters
    ----------
    default : dict
    output : callable
        Gives the output track of the object that has the trait, whose classes a condition may name; or None.
    """

    info_text = "a mapping of conditions"

    def __init__(self, default: Any, *, output: Callable[[Any], OutputTrack | None], **options: Any) -> None:
        super().__init__(default, **options)
        self._output = output

    def validate(self, obj: Any, value: Any) -> dict[str, Any]:
        """Return the value to store, or raise TraitError."""
        return Conditions(checked_filters(value, self._output(obj)))

    def _validate(self, obj: Any, value: Any) -> Any:
        return super()._validate(obj, {} if value is None else value)


def checked_filters(given: Any, output: OutputTrack | None) -> dict[str, Any]:
    """Conditions in one form; those that exclude nothing are left out.

    Parameters
    ----------
    given : mapping
        As `SequenceExplorer.filters` describes them.
    output : OutputTrack or None

    Raises
    ------
    traitlets.TraitError
        There is no such condition, or its value isn't allowed; the message says which, and what is.
    """
    if not isinstance(given, Mapping):
        raise traitlets.TraitError(
            f"filters must be a mapping of conditions, such as {{'correct': False}}; got {brief(given)}"
        )
    for key in given:
        if key not in CONDITIONS:
            near = f"; did you mean {nearest(key, CONDITIONS)!r}?" if isinstance(key, str) else ""
            raise traitlets.TraitError(
                f"filters may have the conditions {', '.join(CONDITIONS)}; got {brief(key)}{near}"
            )
    checked = {key: _checked(key, given[key], output) for key in CONDITIONS if given.get(key) is not None}
    return {key: value for key, value in checked.items() if value is not None}


def still_allowed(filters: Mapping[str, Any], output: OutputTrack | None) -> dict[str, Any]:
    """Those of some checked conditions that make sense with another output track, too."""
    kept: dict[str, Any] = {}
    for key, value in filters.items():
        try:
            kept |= checked_filters({key: value}, output)
        except traitlets.TraitError:
            continue
    return kept


def _checked(key: str, value: Any, output: OutputTrack | None) -> Any:
    """The value of one condition; None if it excludes nothing."""
    if key in OF_OUTPUT and output is None:
        _refuse(key, "needs to know what the model expects: give an OutputTrack(scores, classes)")
    if key in OF_TARGETS and output is not None and output.targets is None:
        _refuse(key, "needs to know the true classes: give OutputTrack(scores, classes, targets)")
    if key in CLASSES:
        assert output is not None  # noqa: S101  (checked above)
        return _classes(key, value, output.classes)
    if key in FLAGS:
        plain = value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
        if not isinstance(plain, bool):
            _refuse(key, f"must be True or False; got {brief(value)}")
        return plain if plain or key == "correct" else None
    return _phrase(value) if key == "text" else _range(key, value)


def _refuse(key: str, why: str) -> NoReturn:
    raise traitlets.TraitError(f"filters: {key!r} {why}")


def _classes(key: str, value: Any, classes: tuple[str, ...]) -> list[str]:
    """The names of classes, in the order of the output track."""
    if isinstance(value, str) or not (isinstance(value, Iterable) or getattr(value, "shape", None)):
        given = [value]
    else:
        given = list(as_numpy(value).tolist() if hasattr(value, "dtype") else value)
    if not given:
        _refuse(key, "must name at least one class; without the condition all are shown")
    chosen = set()
    for each in given:
        name = _class_named(each, classes)
        if name is None:
            near = f"; did you mean {nearest(each, classes)!r}?" if isinstance(each, str) and each else ""
            _refuse(key, f"must be one of the classes {few(classes)}, or a list of them; got {brief(each)}{near}")
        chosen.add(name)
    return [name for name in classes if name in chosen]


def _class_named(given: Any, classes: tuple[str, ...]) -> str | None:
    """The class of this name; of a long one the page knows only the shortened name. Numbers may be names."""
    text = meant(given if isinstance(given, str) else str(given), classes)
    if text in classes:
        return str(text)
    return next((name for name in classes if well_formed(shortened(name)) == text), None)


def _phrase(value: Any) -> str | None:
    if not isinstance(value, str):
        _refuse("text", f"must be a phrase, or a regular expression as '/regex/'; got {brief(value)}")
    phrase, is_expression = as_typed(value)
    if is_expression:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(phrase)
        except (re.error, OverflowError, RecursionError) as error:
            _refuse("text", f"must be a phrase or a regular expression; {brief(value)} is none: {error}")
    return value.strip() or None


def _range(key: str, value: Any) -> list[int | float | None] | None:
    ends = None
    if not isinstance(value, str | bytes | Mapping) and (isinstance(value, Iterable) or hasattr(value, "__array__")):
        ends = list(value)
    if ends is None or len(ends) != 2:
        _refuse(key, f"must be (least, most), either of which may be None; got {brief(value)}")
    least, most = (None if end is None else as_number(end) for end in ends)
    wrong = [end for end, number in zip(ends, (least, most), strict=True) if end is not None and _is_no_end(number)]
    if wrong:
        _refuse(key, f"must be (least, most), numbers or None; got {brief(wrong[0])}")
    least, most = (None if end in (math.inf, -math.inf) else end for end in (least, most))
    if least is not None and most is not None and least > most:
        _refuse(key, f"must be (least, most), the lower one first; got {brief(value)}")
    return None if least is None and most is None else [least, most]


def _is_no_end(number: float | None) -> bool:
    return number is None or not (is_finite(number) or abs(number) == math.inf)
