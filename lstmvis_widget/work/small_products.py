"""One thread of BLAS for work that consists of many small products of matrices."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .extras import import_extra

_lock = threading.Lock()
_inside = 0
_limits: Any = None


@contextmanager
def one_blas_thread(what: str) -> Iterator[None]:
    """BLAS works in one thread within this context.

    By default BLAS divides every product of some size among as many threads as there are cores, and these wait for each
    other in loops. A model that is fitted needs thousands of products that take less than a millisecond. On a machine
    whose cores are in use, each product then waits for a thread that has no core: `probe` took 40 times as long.

    The limit is that of the process. The first thread that comes in sets it, and the last one that leaves puts back
    what was there.

    Parameters
    ----------
    what : str
        The function that needs it, for the message of a missing package.
    """
    global _inside, _limits  # noqa: PLW0603  (the limit is one of the process)
    with _lock:
        if not _inside:
            # scikit-learn depends on this package.
            _limits = import_extra("threadpoolctl", "analysis", what).threadpool_limits(1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _limits.restore_original_limits()
                _limits = None
