"""Regular expressions where no process can be started: searched for in pieces of about a second at most.

Python's ``re`` can't be interrupted, so that no call of it may take long. `cost_of` bounds the steps of one attempt to
match in the given text, and so:

- An expression is refused if one attempt could take more than `STEPS` steps: if the paths to try grow exponentially
  (``(a+)+$`` in a text with long runs of a), or if several repeats can go on through most of a long text (``.*.*x``).
  The message says what to do. ``.*`` alone is refused in a long text too: it can match nothing, and then can't be
  tried start by start.
- Every other expression is searched for in pieces of up to `STEPS` steps. Between two pieces the search looks at the
  time, and whether its result is still wanted.

A piece is a stretch of the text that holds many starts and goes on as far as an attempt from the last of them can
reach. If attempts reach too far for that, a piece is a single start. The matches are those of ``re.finditer``, without
the empty ones.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report, not_reported

from .regex_cost import Cost, Text, cost_of

STEPS = 5e7
"""Steps of ``re`` in a piece. A step takes up to about 7 ns, a few times that in Pyodide."""

STARTS = 2**16
"""Starts that are listed at once."""

Span = tuple[int, int]


class TooSlowError(ValueError):
    """One attempt to match the expression could take too long."""


def find_all(pattern: str, flags: int, text: str, look: Check, progress: Report = not_reported) -> list[Span]:
    """Starts and ends of all matches that aren't empty.

    Between pieces ``look``, which may raise to end it, and ``progress`` are called.

    Raises
    ------
    re.error, OverflowError, RecursionError
        It is no regular expression.
    TooSlowError
        One attempt could take more than `STEPS` steps.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expression = re.compile(pattern, flags)
        known = Text(text)
        cost = cost_of(pattern, flags, known)

    def look_at(place: int) -> None:
        look()
        if text:
            progress(place / len(text))

    look()
    starts = int(STEPS // cost.work) - cost.reach
    if starts > (0 if cost.empty else cost.reach):
        spans = _in_stretches(expression, text, starts, cost.reach, look_at)
    elif cost.work <= STEPS and not cost.empty:
        spans = _start_by_start(expression, text, np.flatnonzero(cost.first[known.codes]), cost, look_at)
    else:
        raise TooSlowError(
            "it could take too long, and no process can be started here to search in; limit its repeats, such as "
            ".{0,50} for .*, and repeat no group that can match the same text in several ways, such as (a+)+"
        )
    return [(start, end) for start, end in spans if start < end]


def _in_stretches(
    expression: re.Pattern[str], text: str, starts: int, reach: int, look: Callable[[int], None]
) -> Iterator[Span]:
    """All matches, found in pieces of ``starts`` starts and ``reach`` more characters."""
    at = 0
    while at < len(text):
        look(at)
        limit = at + starts
        following = limit
        for match in expression.finditer(text, at, limit + reach):
            if match.start() >= limit:
                break
            yield match.span()
            following = max(limit, match.end())
        at = following


def _start_by_start(
    expression: re.Pattern[str], text: str, starts: NDArray[np.intp], cost: Cost, look: Callable[[int], None]
) -> Iterator[Span]:
    """All matches, tried from each of ``starts`` by itself."""
    free, steps = 0, 0.0
    for first in range(0, len(starts), STARTS):
        for start in starts[first : first + STARTS].tolist():
            if start < free:
                continue
            steps += cost.work
            if steps > STEPS:
                look(start)
                steps = cost.work
            match = expression.match(text, start)
            if match is not None:
                yield match.span()
                free = match.end()
