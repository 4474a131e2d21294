"""An explorer of states in a file: the first matches, what is made beside them, and thresholds after that."""

from contextlib import ExitStack
from time import perf_counter

import h5py

from tests.benchmarks.data import THRESHOLD, Counted, read_once, selections
from tests.benchmarks.explored import explored, until_all_is_done, until_matches
from tests.benchmarks.measure import Row, counted, mib, ms, quantile, seconds, timed
from tests.benchmarks.rows_explored import off_grid, on_grid

SELECTIONS = 3
MOVES = 12


def rows(setting):
    """For an uncompressed file of all steps, and for a compressed one of the first tenth."""
    yield from _of_file(setting, setting.file, setting.states, "HDF5")
    yield from _of_file(setting, setting.file_of_tenth, setting.tenth, "gzip-4, chunks of 256 rows")


def _of_file(setting, stored, states, kind):
    size = "{:,} × {}".format(*states.shape)
    yield Row(f"{kind}, {size}", f"{mib(stored.path.stat().st_size)} on disk", f"R_file {ms(stored.read)}")
    yield from _first_matches(setting, stored, states, kind)
    yield from _thresholds(setting, stored, states, kind)


def _first_matches(setting, stored, states, kind):
    """Of new explorers, each with a selection of its own."""
    matched, counts, done = [], [], []
    for selection in selections(states, setting.seed, SELECTIONS):
        with explored(stored.path) as explorer:
            begun = perf_counter()
            matched.append(until_matches(explorer, selection=selection))
            _ = explorer.matches.n_candidates
            counts.append(perf_counter() - begun)
            done.append(until_all_is_done(explorer, begun))
    what = f"{kind}: first matches after a selection"
    yield timed(what, quantile(matched, 0.5), "R_file", stored.read, 1.2)
    yield timed(f"{what}, all candidates counted", quantile(counts, 0.5), "R_file", stored.read)
    yield timed(f"{what}, all is done (codes, counts)", quantile(done, 0.5), "R_file", stored.read)


def _thresholds(setting, stored, states, kind):
    """On the page's grid, which the codes answer, and off it, where the file has to be read."""
    memory = seconds(lambda: read_once(states))
    selection = selections(states, setting.seed, 1)[0]
    with ExitStack() as stack:
        dataset = stack.enter_context(h5py.File(stored.path))["states"]
        source = Counted(dataset)
        explorer = stack.enter_context(explored(source, selection=selection, threshold=THRESHOLD))
        until_all_is_done(explorer, 0)
        read_so_far = source.rows_read
        times = [_moved(explorer, threshold) for threshold in on_grid(MOVES)]
        what = f"{kind}: threshold set from Python until matches can be read"
        yield timed(f"{what}, median of {MOVES}", quantile(times, 0.5), "R of these states", memory, 2.0)
        # A selection reads the steps around it, each time; of a packed file the chunks that hold them, once.
        most = max(MOVES * 8, 2 * dataset.chunks[0] if dataset.chunks else 0)
        yield counted(f"{kind}: rows read from the file for that", source.rows_read - read_so_far, "at most", most)
        in_file = explorer.matches
        yield timed(f"{what}, off the page's grid", _moved(explorer, off_grid(1)[0]), "R_file", stored.read)
    with explored(states, selection=selection, threshold=on_grid(MOVES)[-1]) as explorer:
        right = list(explorer.matches) == list(in_file)
    yield Row(f"{kind}: these matches are those of the states in memory", "yes" if right else "no", right=right)


def _moved(explorer, threshold):
    took = until_matches(explorer, threshold=threshold)
    until_all_is_done(explorer, 0)
    return took
