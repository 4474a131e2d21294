"""Recording the states of a model over a long text in one call."""

import importlib.util

from tests.benchmarks.measure import Row, ms, sized
from tests.benchmarks.memory import can_measure
from tests.benchmarks.memory_kept import measured

MOST_OF_RESULT = 2.5
"""Times the size of the result that recording may take at its peak: that, its pieces, and what a piece takes."""


def rows(setting):
    """The peak of recording in one call."""
    what = f"record_states of an LSTM over {setting.steps:,} tokens in one call"
    if importlib.util.find_spec("torch") is None:
        yield Row(what, "left out: PyTorch isn't installed")
        return
    if not can_measure():
        yield Row(what, "not told by this system")
        return
    peak = measured("recorded", setting.steps)
    yield sized(f"{what}: peak of extra memory", peak["peak"], "its result", peak["result"], MOST_OF_RESULT)
    yield Row(f"{what}: time", ms(peak["seconds"]))
