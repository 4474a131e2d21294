"""Regular expressions that can't hang what uses them.

Some expressions, such as ``(a+)+b``, take longer than anyone waits, and Python's ``re`` can't be interrupted. So the
search runs in a process of its own, which is ended when its time is up or when its result isn't wanted any more.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

SECONDS = 5.0
"""A search that takes longer is ended."""

INTERVAL = 0.05
"""Seconds between two looks whether the result is still wanted."""

# Reads "flags length-of-pattern\n", the pattern and the text, in UTF-8; writes "+" and the starts and ends of all
# matches as int64, or "-" and what is wrong with the pattern.
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


def find_all(
    pattern: str, text: str, *, ignore_case: bool, check: Callable[[], None]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of all matches in the text.

    Raises
    ------
    TypeError
        The pattern is no string.
    ValueError
        It is no regular expression, or the search takes longer than `SECONDS`.
    """
    if not isinstance(pattern, str):
        raise TypeError(f"a regular expression is a string; got {type(pattern).__name__}")
    encoded = pattern.encode("utf-8", "surrogatepass")
    flags = 2 if ignore_case else 0  # the value of re.IGNORECASE
    head = b"%d %d\n" % (flags, len(encoded))
    answer = _run(head + encoded + text.encode("utf-8", "surrogatepass"), check)
    if answer is None:
        raise ValueError(f"the search for /{pattern}/ takes longer than {SECONDS:g} s and was ended")
    if answer[:1] == b"-":
        raise ValueError(f"/{pattern}/ is no regular expression: {answer[1:].decode('utf-8', 'replace')}")
    if answer[:1] != b"+":
        raise ValueError(f"the search for /{pattern}/ broke off")
    spans = np.frombuffer(answer[1:], np.int64).reshape(-1, 2)
    return spans[:, 0], spans[:, 1]


def _run(request: bytes, check: Callable[[], None]) -> bytes | None:
    """What the process answers; None where its time is up. What ``check`` raises ends it too."""
    process = subprocess.Popen(  # noqa: S603  (our own program; the pattern is its input)
        [sys.executable, "-I", "-S", "-W", "ignore", "-c", PROGRAM],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    answered: list[bytes] = []
    talking = threading.Thread(target=_talk, args=(process, request, answered), daemon=True)
    deadline = time.monotonic() + SECONDS
    talking.start()
    try:
        while True:
            talking.join(INTERVAL)
            if not talking.is_alive():
                return answered[0] if answered else b""
            check()
            if time.monotonic() > deadline:
                return None
    finally:
        process.kill()
        talking.join()


def _talk(process: Any, request: bytes, answered: list[bytes]) -> None:
    answered.append(process.communicate(request)[0])
