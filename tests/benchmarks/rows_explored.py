"""An explorer of states in memory: how long until matches can be read."""

from lstmvis_widget import StateExplorer
from tests.benchmarks.data import THRESHOLD, selections
from tests.benchmarks.explored import explored, until_matches
from tests.benchmarks.measure import quantile, timed

SELECTIONS = 3
MOVES = 4


def on_grid(count):
    """Thresholds of the page, around the usual one."""
    return [round(THRESHOLD + 0.01 * (1 + number // 2) * (-1) ** number, 2) for number in range(count)]


def off_grid(count):
    """Thresholds between those of the page."""
    return [threshold + 0.0037 for threshold in on_grid(count)]


def rows(setting):
    """The first matches, then thresholds set from Python, each while nothing else is under way."""
    first = []
    for selection in selections(setting.states, setting.seed, SELECTIONS):
        with explored(setting.states) as explorer:
            first.append(until_matches(explorer, selection=selection))
    what = "in memory: first matches after a selection"
    yield timed(what, quantile(first, 0.5), "R", setting.read, 1.5)
    for thresholds, where in ((on_grid(MOVES), "on"), (off_grid(MOVES), "off")):
        times = []
        for selection in selections(setting.states, setting.seed, SELECTIONS):
            with explored(setting.states, selection=selection) as explorer:
                times += [_moved(explorer, threshold) for threshold in thresholds]
        name = f"in memory: threshold set from Python until matches can be read, {where} the page's grid, median"
        yield timed(name, quantile(times, 0.5), "R", setting.read, 1.5)


def _moved(explorer: StateExplorer, threshold):
    explorer.finish()
    return until_matches(explorer, threshold=threshold)
