"""Regular expressions that can't hang what uses them.

Some expressions, such as ``(a+)+b``, take years in some texts, and Python's ``re`` can't be interrupted. So the
search runs in a process of its own, which is ended when its time is up, or when its result is no longer wanted.

Where no process can be started, as in Pyodide or on a host that allows none, `regex_bounded` searches in pieces that
each take about a second at most, and refuses expressions of which a single attempt to match could take longer. The hits
are the same.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report, not_reported, part

from . import regex_bounded

SECONDS = 5.0
"""A search that takes longer is ended."""

INTERVAL = 0.05
"""Seconds between two checks whether the result is still wanted."""

# Reads "flags length-of-pattern number-of-parts\n", the starts and ends of the parts of the text as int64, the pattern
# and the text, in UTF-8. Writes "+" and the starts and ends of all matches as int64, or "-" and why the pattern is no
# regular expression; and meanwhile a dot to the standard error for each percent of the text that it has passed.
PROGRAM = """
import array, itertools, re, sys
flags, length, count = map(int, sys.stdin.buffer.readline().split())
parts = array.array("q")
parts.frombytes(sys.stdin.buffer.read(16 * count))
pattern = sys.stdin.buffer.read(length).decode("utf-8", "surrogatepass")
text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
try:
    expression = re.compile(pattern, flags)
except (re.error, OverflowError, RecursionError) as error:
    sys.stdout.buffer.write(b"-" + str(error).encode("utf-8", "replace"))
else:
    spans, dots = array.array("q"), 0
    for first, last in zip(parts[::2], parts[1::2]):
        found = map(re.Match.span, expression.finditer(text[first:last]))
        while some := list(itertools.islice(found, 256)):
            spans.extend(first + place for place in itertools.chain.from_iterable(some))
            percent = 100 * spans[-1] // len(text) if text else 0
            if percent > dots:
                sys.stderr.write("." * (percent - dots))
                sys.stderr.flush()
                dots = percent
    sys.stdout.buffer.write(b"+" + spans.tobytes())
"""

Spans = NDArray[np.int64]
"""Starts and ends of matches, (n, 2)."""


class _NoProcessError(Exception):
    """No process can be started here."""


class _Sought(NamedTuple):
    """An expression, and the parts of a text that are searched, each by itself."""

    pattern: str
    flags: int
    text: str
    parts: Spans


def find_all(
    pattern: str,
    text: str,
    *,
    ignore_case: bool,
    parts: Spans | None = None,
    check: Check,
    progress: Report = not_reported,
) -> Spans:
    """Starts and ends of all matches in the text that have a character.

    With ``parts``, ranges of characters, each part is searched as a text by itself. ``check`` may raise to end the
    search; ``progress`` takes the share of the text that it has passed.

    Raises
    ------
    TypeError
        The pattern is no string.
    ValueError
        It is no regular expression, or the search takes longer than `SECONDS`, or could do so where no process can be
        started.
    """
    if not isinstance(pattern, str):
        raise TypeError(f"a regular expression is a string; got {type(pattern).__name__}")
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    sought = _Sought(pattern, int(flags), text, np.array([[0, len(text)]]) if parts is None else parts)
    try:
        spans = _in_a_process(sought, check, progress)
    except _NoProcessError:
        spans = _here(sought, check, progress)
    return spans[spans[:, 0] < spans[:, 1]]


def _in_a_process(sought: _Sought, check: Check, progress: Report) -> Spans:
    pattern, flags, text, parts = sought
    encoded = pattern.encode("utf-8", "surrogatepass")
    header = b"%d %d %d\n" % (flags, len(encoded), len(parts)) + parts.astype(np.int64).tobytes()
    request = header + encoded + text.encode("utf-8", "surrogatepass")
    answer = _answer(request, check, progress)
    if answer is None:
        raise _took_too_long(pattern)
    if answer[:1] == b"-":
        raise _no_expression(pattern, answer[1:].decode("utf-8", "replace"))
    if answer[:1] != b"+":
        raise ValueError(f"the search for /{pattern}/ broke off")
    return np.frombuffer(answer[1:], np.int64).reshape(-1, 2)


def _answer(request: bytes, check: Check, progress: Report) -> bytes | None:
    """The answer of the process; None if its time is up. What ``check`` or ``progress`` raises ends it too."""
    deadline = time.monotonic() + SECONDS
    # In a file: `Popen.communicate` writes no more to a pipe once it was interrupted by a timeout.
    with _file(request) as given, _file() as dots, _started(given, dots) as process:
        try:
            answer = _read(process)
            while answer is None and time.monotonic() <= deadline:
                check()
                progress(min(os.fstat(dots.fileno()).st_size, 100) / 100)
                answer = _read(process)
            return answer
        finally:
            process.kill()


def _file(content: bytes = b"") -> IO[bytes]:
    """A temporary file that is read from its beginning."""
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
        file.write(content)
        file.seek(0)
    except OSError as error:
        raise _NoProcessError from error
    return file


def _read(process: subprocess.Popen[bytes]) -> bytes | None:
    """The answer, or None if it hasn't come after `INTERVAL`."""
    try:
        return process.communicate(timeout=INTERVAL)[0]
    except subprocess.TimeoutExpired:
        return None
    except RuntimeError as error:  # Windows talks to a process in threads, and none can start
        raise _NoProcessError from error


def _started(given: IO[bytes], dots: IO[bytes]) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise _NoProcessError
    try:
        return subprocess.Popen(  # noqa: S603  (our own program; the pattern is its input)
            [sys.executable, "-I", "-S", "-W", "ignore", "-c", PROGRAM],
            stdin=given, stdout=subprocess.PIPE, stderr=dots,
        )  # fmt: skip
    except (OSError, RuntimeError) as error:
        raise _NoProcessError from error


def _here(sought: _Sought, check: Check, progress: Report) -> Spans:
    pattern, flags, text, parts = sought
    deadline = time.monotonic() + SECONDS

    def look() -> None:
        check()
        if time.monotonic() > deadline:
            raise _took_too_long(pattern)

    spans: list[Spans] = [np.zeros((0, 2), np.int64)]
    try:
        for first, last in parts.tolist():
            of_part = part(progress, first / max(1, len(text)), last / max(1, len(text)))
            found = regex_bounded.find_all(pattern, flags, text[first:last], look, of_part)
            spans.append(np.array(found, np.int64).reshape(-1, 2) + first)
    except (re.error, OverflowError, RecursionError) as error:
        raise _no_expression(pattern, str(error)) from error
    except regex_bounded.TooSlowError as error:
        raise ValueError(f"/{pattern}/ is not searched for: {error}") from error
    return np.concatenate(spans)


def _took_too_long(pattern: str) -> ValueError:
    return ValueError(f"the search for /{pattern}/ takes longer than {SECONDS:g} s and was ended")


def _no_expression(pattern: str, reason: str) -> ValueError:
    return ValueError(f"/{pattern}/ is no regular expression: {reason}")
