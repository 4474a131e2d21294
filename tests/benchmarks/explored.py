"""An explorer as a notebook uses it: what it is asked, and when the answer is there."""

import time
from contextlib import closing, contextmanager
from time import perf_counter

import numpy as np

from lstmvis_widget import StateExplorer

COLUMNS = 1000
"""Columns of pixels in view."""

IDLE, LOOKS = 0.05, 4
"""An explorer has ended its work if the process rests for so many looks, so many seconds apart."""

SHARE_AT_WORK = 0.1
"""A process that uses less of one processor rests."""


def explored(states, **options):
    """An explorer of the states, which is closed at the end."""
    return closing(StateExplorer(states, background=True, **options))


def until_matches(explorer, **traits):
    """Seconds from setting traits until the matches can be read."""
    begun = perf_counter()
    for name, value in traits.items():
        setattr(explorer, name, value)
    _ = explorer.matches
    return perf_counter() - begun


def until_all_is_done(explorer, begun):
    """Seconds from ``begun`` until nothing is under way: not what the traits wait for, and nothing beyond that."""
    explorer.finish()
    ended, rested = perf_counter(), 0
    while rested < LOOKS:
        used = time.process_time()
        time.sleep(IDLE)
        rested = rested + 1 if time.process_time() - used < SHARE_AT_WORK * IDLE else 0
        if not rested:
            ended = perf_counter()
    return ended - begun


def until_seen_whole(explorer, steps):
    """Seconds from a page's zooming out to all steps until it has what it draws."""
    stride = 1 << (-(-steps // COLUMNS) - 1).bit_length()
    # A page tells one after the other.
    return _until_drawn(explorer, lambda: explorer.set_state({"_visible_steps": steps, "_stride": stride}))


def until_drawn_with(explorer, cells):
    """Seconds from pinning cells until the page has them, too."""
    return _until_drawn(explorer, lambda: setattr(explorer, "pinned_cells", cells))


def _until_drawn(explorer, act):
    """Seconds from a gesture until the last of what is drawn for it has been sent."""
    sent = []
    with observed(explorer, "_columns", "_envelopes", each=lambda _: sent.append(perf_counter())):
        begun = perf_counter()
        act()
        explorer.finish()
    return max(sent) - begun


@contextmanager
def observed(explorer, *names, each):
    """Have ``each`` called at each change of these traits."""
    explorer.observe(each, names=list(names))
    try:
        yield
    finally:
        explorer.unobserve(each, names=list(names))


class Telling:
    """How long a computation takes, and after how long the page says that it is under way.

    Parameters
    ----------
    explorer : StateExplorer
    act : callable
        Begins the computation, and waits for it if it is one that Python waits for.
    """

    def __init__(self, explorer, act):
        told = []
        self.shares = 0

        def heard(change):
            if change["new"] is not None and change["new"] != "":
                told.append(perf_counter())
                self.shares += change["name"] == "progress"

        with observed(explorer, "progress", "_activity", each=heard):
            begun = perf_counter()
            act()
            explorer.finish()
            self.seconds = perf_counter() - begun
        self.silent = min([self.seconds, *(at - begun for at in told)])


def cells_spread(count, most=30):
    """Numbers of some cells, spread over all."""
    return np.arange(0, count, max(1, count // most)).tolist()
