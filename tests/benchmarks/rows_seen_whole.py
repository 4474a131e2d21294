"""All steps in view at once, in an explorer: for the first time, and again with other cells."""

from tests.benchmarks.data import selections
from tests.benchmarks.explored import (
    cells_spread,
    explored,
    until_all_is_done,
    until_drawn_with,
    until_matches,
    until_seen_whole,
)
from tests.benchmarks.measure import quantile, timed

REPEATS = 3


def rows(setting):
    """In memory and from a file; before anything is indexed, and after matches were found."""
    for indexed, targets in ((False, (6.0, None)), (True, (6.0, 2.0))):
        for kind, states, read, target in zip(
            ("in memory", "HDF5"),
            (setting.states, setting.file.path),
            (("R", setting.read), ("R_file", setting.file.read)),
            targets,
            strict=True,
        ):
            first, again = _seen(setting, states, indexed=indexed)
            when = "after matches were found" if indexed else "before any"
            yield timed(f"{kind}: all steps in view for the first time, {when}", first, *read, target)
            yield timed(f"{kind}: all steps in view, then other cells, {when}", again, *read)


def _seen(setting, states, *, indexed):
    """Seconds until all steps are seen, and then until other cells are; medians of a few explorers."""
    first, again = [], []
    for selection in selections(setting.states, setting.seed, REPEATS):
        with explored(states) as explorer:
            if indexed:
                until_matches(explorer, selection=selection)
                until_all_is_done(explorer, 0)
            first.append(until_seen_whole(explorer, setting.steps))
            again.append(until_drawn_with(explorer, cells_spread(setting.shape[1])))
    return quantile(first, 0.5), quantile(again, 0.5)
