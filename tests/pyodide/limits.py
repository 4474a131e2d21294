"""Makes this interpreter as poor as Pyodide: no thread and no process starts, and modules are missing.

Which modules these are was read off Pyodide 0.28.3, whose Python is 3.13.
"""

import _thread
import importlib
import multiprocessing.process
import os
import subprocess
import sys
import threading

MISSING = (
    "_curses", "_dbm", "_gdbm", "_hashlib", "_interpreters", "_lzma", "_multiprocessing", "_posixshmem", "_sqlite3",
    "_ssl", "_tkinter", "_uuid", "curses", "dbm", "ensurepip", "fcntl", "grp", "lzma", "pty", "pwd", "readline",
    "resource", "sqlite3", "ssl", "syslog", "termios", "tkinter", "tty", "turtle", "venv",
)  # fmt: skip
"""Modules of the standard library that can't be imported in Pyodide."""

NOT_BUILT = ("torch", "openTSNE", "polars", "pyarrow", "zarr", "dask", "distributed", "ml_dtypes")
"""Packages that the tests use elsewhere, and that aren't in Pyodide or are left out here."""

IN_SYSTEM = ("fork", "forkpty", "link", "posix_spawn", "posix_spawnp", "sched_getaffinity")
"""Functions of `os` that aren't there."""


BUILT_OTHERWISE = ("sklearn.decomposition", "sklearn.linear_model")
"""Modules that need one of the missing ones from scikit-learn 1.9 on, unless Pyodide builds them: imported before."""


class Without:
    """A finder of modules that finds none of some."""

    def __init__(self, finder, names):
        self._finder, self._names = finder, frozenset(names)

    def __getattr__(self, name):
        return getattr(self._finder, name)

    def find_spec(self, name, *more):
        return None if name in self._names else self._finder.find_spec(name, *more)


def impose():
    """Impose the limits on this interpreter, for good."""
    _hide(NOT_BUILT)
    for name in BUILT_OTHERWISE:
        importlib.import_module(name)
    _hide(MISSING)
    for name in IN_SYSTEM:
        if hasattr(os, name):
            delattr(os, name)
    _thread.start_new_thread = threading._start_new_thread = _no_thread
    threading._start_joinable_thread = _no_thread  # from Python 3.13 on
    threading.Thread.start = _no_thread
    subprocess.Popen = _no_process
    multiprocessing.process.BaseProcess.start = _no_process
    os.cpu_count = lambda: 1


def _hide(names):
    sys.meta_path[:] = [Without(finder, names) for finder in sys.meta_path]
    for name in names:
        sys.modules.pop(name, None)


def _no_thread(*_, **__):
    raise RuntimeError("can't start new thread")


def _no_process(*_, **__):
    raise OSError(138, "emscripten does not support processes.")
