"""A damaged file is named, and its good rows are explored; so is a file while it is written."""

import contextlib
import subprocess
import sys
import warnings

import h5py
import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.states.sources import States
from tests import oracle, plain
from tests.explorer.test_explorer import STATES, is_right
from tests.matching.test_ranking import assert_ranked
from tests.page import recorded_pages
from tests.strategies import sticky_states


@pytest.fixture
def made():
    with contextlib.ExitStack() as end:

        def make(*arguments, **options):
            explorer = StateExplorer(*arguments, **options)
            end.callback(explorer.close)
            return explorer

        yield make


# -------------------------------------------------------------- broken files

# More than HDF5 caches of a file, and too irregular to compress well.
LONG = np.tile(sticky_states(1_000, 200, seed=0, keep=0.85), (24, 1)).astype(np.float32)
LONG += np.random.default_rng(0).normal(0, 1e-3, LONG.shape).astype(np.float32)
CHUNK = 500
BROKEN = 14


def broken_chunk(path):
    """Change some bytes within a compressed chunk, and return a function that puts them back."""
    with h5py.File(path) as file:
        chunk = file["states"].id.get_chunk_info(BROKEN)
        rows = (chunk.chunk_offset[0], chunk.chunk_offset[0] + CHUNK)
    at = chunk.byte_offset + chunk.size // 2
    kept = path.read_bytes()[at : at + 64]
    overwrite(path, at, bytes(255 - byte for byte in kept))
    return rows, lambda: overwrite(path, at, kept)


def overwrite(path, at, content):
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "states.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("lstm/states", data=LONG, chunks=(CHUNK, 200), compression="gzip", compression_opts=1)
        file["states"] = h5py.SoftLink("/lstm/states")
    return path


class TestABrokenChunk:
    @pytest.fixture
    def explorer(self, made, path):
        return made(f"{path}::lstm/states", threshold=0.1)

    def test_the_error_names_the_file_the_dataset_and_the_rows(self, explorer, path):
        (first, stop), _ = broken_chunk(path)
        explorer.selection = (10, 13)
        with pytest.warns(RuntimeWarning, match=r"states\.h5"):
            assert len(explorer.matches) == 0
        assert "states.h5::lstm/states" in explorer.error
        named = [int(word) for word in explorer.error.split() if word.isdigit()]
        assert named[0] < stop
        assert named[1] > first

    def test_other_thresholds_fail_alike_and_good_rows_are_shown(self, explorer, path):
        (first, stop), repair = broken_chunk(path)
        with recorded_pages() as page_of:
            for threshold in (0.1, 0.3, 0.2):
                explorer.threshold = threshold
                explorer.selection = (10, 13)
                assert "can't be read" in explorer.error
            page = page_of(explorer)
            for position in (0, first - 200, stop + 200, len(LONG) - 50):
                page.set(position=position)
                window = explorer.get_state(["_window"])["_window"]
                shown = np.frombuffer(window["values"], "<f4").reshape(-1, 200)
                assert window["start"] <= position < window["stop"]
                assert np.array_equal(shown, LONG[window["start"] : window["stop"]])
        repair()

    def test_it_works_again_once_the_file_is_repaired(self, explorer, path):
        _, repair = broken_chunk(path)
        explorer.selection = (10, 13)
        assert explorer.error
        repair()
        explorer.threshold = 0.3
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            cells = explorer.selected_cells.tolist()
            assert cells == oracle.select_cells(LONG[:20], 10, 13, 0.3)
            assert_ranked(explorer.matches, plain.rank_matches(LONG, cells, 0.3, min_length=2))
        assert explorer.error == ""


def test_a_file_cut_short_is_refused_by_name(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match=r"states\.h5"):
        States(path)


def test_rows_that_a_file_has_lost_meanwhile_are_named(made, path):
    explorer = made(f"{path}::lstm/states", threshold=0.1)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    explorer.selection = (10, 13)
    assert "states.h5::lstm/states" in explorer.error
    assert "rows" in explorer.error


# -------------------------------------------------- a file that is being written

WRITER = """
import sys
import h5py
import numpy as np

states = np.load(sys.argv[2])
file = h5py.File(sys.argv[1], "w", libver="latest")
growing = file.create_dataset("states", data=states, maxshape=(None, states.shape[1]), chunks=(64, states.shape[1]))
file.swmr_mode = True
growing.flush()
print("writing", flush=True)
for line in sys.stdin:
    growing.resize(len(growing) + len(states), axis=0)
    growing[-len(states):] = -states
    growing.flush()
    print(len(growing), flush=True)
"""


class Writer:
    """Another process that writes a file with SWMR."""

    def __init__(self, folder):
        self.path = folder / "growing.h5"
        np.save(folder / "states.npy", STATES)
        self._process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(self.path), str(folder / "states.npy")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout.readline() == "writing\n"

    def append(self):
        """Have it append as many rows as it began with; returns the number of rows then."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self):
        self._process.communicate(timeout=60)


@pytest.fixture
def writer(tmp_path):
    writer = Writer(tmp_path)
    yield writer
    writer.end()


def test_what_was_there_of_a_file_being_written_is_explored_meanwhile(made, writer):
    explorer = made(writer.path, threshold=0.1, selection=(10, 13))
    is_right(explorer)
    for number in range(2, 5):
        assert writer.append() == number * len(STATES)
        explorer.threshold = 0.1 * number
        is_right(explorer)
    assert len(explorer.tokens) == len(STATES)


def test_rows_appended_before_the_file_is_opened_are_there(made, writer):
    writer.append()
    explorer = made(writer.path, threshold=0.1, selection=(10, 13))
    is_right(explorer, np.concatenate([STATES, -STATES]))


def test_the_writer_is_not_held_up_by_a_reader_that_closes(made, writer):
    explorer = made(writer.path)
    explorer.close()
    assert writer.append() == 2 * len(STATES)
    with h5py.File(writer.path, "r", libver="latest", swmr=True) as file:
        assert len(file["states"]) == 2 * len(STATES)


def test_a_source_that_cannot_be_read_at_all_is_an_oserror_at_the_door():
    class Unreadable:
        shape, dtype = (50, 4), np.dtype(np.float32)

        def __getitem__(self, rows):
            raise RuntimeError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        StateExplorer(Unreadable())
