"""Memory that stays: after closing an explorer, and where a cell that makes one is run again and again."""

from tests.benchmarks.data import write_file
from tests.benchmarks.measure import MIB, Row, mib, sized
from tests.benchmarks.memory import can_measure
from tests.benchmarks.memory_kept import RUNS, measured

ROOM = 64 * MIB
"""Bytes that may stay, or be added."""

PART = 4
"""Of the file of all steps, a part is opened again and again."""

RUN_AGAIN = {
    "dropped": "a cell run {} times, without close()",
    "held": "a cell run {} times, without close(), all held as by Out[]",
    "limited": "a cell run {} times, all held, with memory_limit",
    "closed": "a cell run {} times, each closed and held",
}


def rows(setting):
    """Each in a process of its own."""
    if not can_measure():
        yield Row("memory that stays", "not told by this system")
        return
    kept = measured("closed", setting.file.path)
    what = "HDF5: memory after close(), explorer still held"
    yield sized(what, max(0, kept["closed"]), f"open {mib(kept['open'])}; at most", ROOM)
    part = setting.steps // PART
    path = write_file(setting.folder / "part.h5", setting.states[:part], None)
    for how, name in RUN_AGAIN.items():
        run = measured("rerun", path, how)
        what = f"HDF5, {part:,} steps: {name.format(RUNS)}"
        yield sized(f"{what}: growth from run 2 to {RUNS}", max(0, run["grown"]), "at most", ROOM)
        if how == "limited":
            yield sized(f"{what}: kept of all", run["kept"], "memory_limit", run["limit"], None)
        else:
            yield Row(f"{what}: kept of all", mib(run["kept"]), f"of the first {mib(run['first'])}")
    path.unlink()
