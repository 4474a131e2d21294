"""Time, memory, and the rows of the table."""

import gc
import os
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import h5py
import numpy as np

REPEATS = 5
MIB = 2**20


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, what it is held against, and by how much it may exceed that at most."""

    what: str
    figure: str
    baseline: str = ""
    ratio: float | None = None
    target: float | None = None
    right: bool = True

    @property
    def met(self):
        """Whether the target is met, in a word; nothing where there is none."""
        if not self.right:
            return "NO: wrong"
        if self.target is None:
            return ""
        return "yes" if self.ratio <= self.target else "NO"

    def cells(self):
        """The columns of the row as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        target = "" if self.target is None else f"≤ {self.target:g}"
        return (self.what, self.figure, self.baseline, ratio, target, self.met)


COLUMNS = ("what", "figure", "baseline", "ratio", "target", "met")


def timed(what, took, baseline_name, baseline, target=None, *, right=True):
    """A row for a time in seconds beside another."""
    return Row(what, ms(took), f"{baseline_name} {ms(baseline)}", took / baseline, target, right)


def sized(what, size, baseline_name, baseline, target=1.0):
    """A row for a number of bytes beside another."""
    return Row(what, mib(size), f"{baseline_name} {mib(baseline)}", size / baseline, target)


def counted(what, count, baseline_name, most):
    """A row for a number of things, of which there may be so many at most."""
    ratio = count / most if most else float(count > 0)
    return Row(what, str(count), f"{baseline_name} {most}", ratio, 1.0 if most else 0.0)


def ms(seconds):
    return f"{seconds * 1e3:,.1f} ms"


def mib(size):
    return f"{size / MIB:,.1f} MiB"


def seconds(work, repeats=REPEATS):
    """The least time of a few runs, which the rest of the machine disturbs least."""
    gc.collect()
    return min(_seconds_once(work) for _ in range(repeats))


def _seconds_once(work):
    begun = perf_counter()
    work()
    return perf_counter() - begun


def quantile(values, share):
    """The quantile of some times; the median for a half."""
    return statistics.median(values) if share == 0.5 else float(np.quantile(values, share))


def machine():
    """What it was measured on, as lines of text."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    versions = f"numpy {np.__version__}, h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}"
    return [
        f"{processor()}, {os.cpu_count()} cores, {memory / 2**30:.0f} GiB of memory",
        f"Python {platform.python_version()}, {versions}, {platform.system()}",
    ]


def processor():
    """The model of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
