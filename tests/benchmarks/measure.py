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

    def cells(self, before=""):
        """The columns of the row as text, with what an earlier version took."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        target = "" if self.target is None else f"≤ {self.target:g}"
        return (self.what, self.figure, before, self.baseline, ratio, target, self.met)


COLUMNS = ("what", "figure", "before (ratio)", "baseline", "ratio", "target", "met")


def timed(what, took, baseline_name, baseline, target=None, *, right=True):
    """A row for a time in seconds beside another."""
    return Row(what, ms(took), f"{baseline_name} {ms(baseline)}", took / baseline, target, right)


def within(what, took, most, target=1.0):
    """A row for a time in seconds that may be so long at most."""
    return Row(what, ms(took), f"at most {ms(most)}", took / most, target)


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


def seconds(work, repeats=REPEATS, patience=None):
    """The least time of a few runs, which the rest of the machine disturbs least; of fewer after so many seconds."""
    gc.collect()
    times = []
    while len(times) < repeats and (patience is None or sum(times) < patience):
        times.append(seconds_once(work))
    return min(times)


def seconds_once(work):
    """Seconds of one run."""
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


class Neighbours:
    """How much of the processors is used by others from now on."""

    def __init__(self):
        self._begun, self._others = perf_counter(), _seconds_of_others()

    def __str__(self):
        if self._others is None:
            return "What else ran meanwhile is not told by this system."
        used = (_seconds_of_others() - self._others) / (perf_counter() - self._begun) / os.cpu_count()
        return f"Other processes used {max(0.0, used):.0%} of the processors meanwhile."


def _seconds_of_others():
    """Processor time of all processes but this one and those it started; None where the system does not tell."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _, _, interrupts, soft_interrupts = (int(field) for field in fields[:7])
    busy = (user + nice + system + interrupts + soft_interrupts) / os.sysconf("SC_CLK_TCK")
    return busy - sum(os.times()[:4])
