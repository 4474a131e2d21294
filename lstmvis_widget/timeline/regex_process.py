"""Regular expressions that can't hang what uses them.

Some expressions, such as ``(a+)+b``, take years in some texts, and Python's ``re`` can't be interrupted. So the
search runs in a process of its own, which is ended when its time is up, or when its result is no longer wanted.

Where no process can be started, as in Pyodide or on a host that allows none, `regex_bounded` searches in pieces that
each take about a second at most, and refuses expressions of which a single attempt to match could take longer. The hits
are the same.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check

from . import regex_bounded

SECONDS = 5.0
"""A search that takes longer is ended."""

INTERVAL = 0.05
"""Seconds between two checks whether the result is still wanted."""

# Reads "flags length-of-pattern\n", the pattern and the text, in UTF-8. Writes "+" and the starts and ends of all
# matches as int64, or "-" and why the pattern is no regular expression.
PROGRAM = """
import array, re, sys
flags, length = map(int, sys.stdin.buffer.readline().split())
pattern = sys.stdin.buffer.read(length).decode("utf-8", "surrogatepass")
text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
try:
    expression = re.compile(pattern, flags)
except (re.error, OverflowError, RecursionError) as error:
    sys.stdout.buffer.write(b"-" + str(error).encode("utf-8", "replace"))
else:
    spans = array.array("q")
    for match in expression.finditer(text):
        spans.extend(match.span())
    sys.stdout.buffer.write(b"+" + spans.tobytes())
"""

Spans = NDArray[np.int64]
"""Starts and ends of matches, (n, 2)."""


class _NoProcessError(Exception):
    """No process can be started here."""


def find_all(pattern: str, text: str, *, ignore_case: bool, check: Check) -> Spans:
    """Starts and ends of all matches in the text that have a character.

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
    try:
        spans = _in_a_process(pattern, int(flags), text, check)
    except _NoProcessError:
        spans = _here(pattern, int(flags), text, check)
    return spans[spans[:, 0] < spans[:, 1]]


def _in_a_process(pattern: str, flags: int, text: str, check: Check) -> Spans:
    encoded = pattern.encode("utf-8", "surrogatepass")
    request = b"%d %d\n" % (flags, len(encoded)) + encoded + text.encode("utf-8", "surrogatepass")
    answer = _answer(request, check)
    if answer is None:
        raise _took_too_long(pattern)
    if answer[:1] == b"-":
        raise _no_expression(pattern, answer[1:].decode("utf-8", "replace"))
    if answer[:1] != b"+":
        raise ValueError(f"the search for /{pattern}/ broke off")
    return np.frombuffer(answer[1:], np.int64).reshape(-1, 2)


def _answer(request: bytes, check: Check) -> bytes | None:
    """The answer of the process; None if its time is up. What ``check`` raises ends it too."""
    deadline = time.monotonic() + SECONDS
    with _started() as process:
        try:
            answer = _communicate(process, request)
            while answer is None and time.monotonic() <= deadline:
                check()
                answer = _communicate(process)
            return answer
        finally:
            process.kill()


def _communicate(process: subprocess.Popen[bytes], request: bytes | None = None) -> bytes | None:
    """The answer, or None if it hasn't come after `INTERVAL`; the request is given once, with the first call."""
    try:
        return process.communicate(request, timeout=INTERVAL)[0]
    except subprocess.TimeoutExpired:
        return None
    except RuntimeError as error:  # Windows talks to a process in threads, and none can start
        raise _NoProcessError from error


def _started() -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise _NoProcessError
    try:
        return subprocess.Popen(  # noqa: S603  (our own program; the pattern is its input)
            [sys.executable, "-I", "-S", "-W", "ignore", "-c", PROGRAM],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, RuntimeError) as error:
        raise _NoProcessError from error


def _here(pattern: str, flags: int, text: str, check: Check) -> Spans:
    deadline = time.monotonic() + SECONDS

    def look() -> None:
        check()
        if time.monotonic() > deadline:
            raise _took_too_long(pattern)

    try:
        spans = regex_bounded.find_all(pattern, flags, text, look)
    except (re.error, OverflowError, RecursionError) as error:
        raise _no_expression(pattern, str(error)) from error
    except regex_bounded.TooSlowError as error:
        raise ValueError(f"/{pattern}/ is not searched for: {error}") from error
    return np.array(spans, np.int64).reshape(-1, 2)


def _took_too_long(pattern: str) -> ValueError:
    return ValueError(f"the search for /{pattern}/ takes longer than {SECONDS:g} s and was ended")


def _no_expression(pattern: str, reason: str) -> ValueError:
    return ValueError(f"/{pattern}/ is no regular expression: {reason}")
