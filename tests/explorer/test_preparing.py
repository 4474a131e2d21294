"""What explorers make once the matches are there: codes for other thresholds, and columns of all steps."""

import functools
import threading

import numpy as np
import pytest

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.states.byte_codes import ByteCodes
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.on_off import is_on
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.room import kept_bytes
from tests.explorer.test_explorer import STATES, is_right
from tests.page import wait_until
from tests.states.sources import RowsOnly

SELECTION = (10, 13)


class Counted(RowsOnly):
    """States that count how many rows of them are read, and can hold reads of a whole pass."""

    def __init__(self, array):
        super().__init__(array)
        self.rows, self.gate = 0, threading.Event()
        self.gate.set()

    def __getitem__(self, rows):
        assert self.gate.wait(20)
        self.rows += len(range(*rows.indices(self.shape[0])))
        return super().__getitem__(rows)


@pytest.fixture
def small_blocks(monkeypatch):
    """Read `STATES` in 12 blocks of 5 rows, none of which is encoded on the way."""
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 5 * STATES[0].nbytes)
    monkeypatch.setattr("lstmvis_widget.states.byte_codes.LEAST_BETWEEN", np.inf)


def prepared(explorer):
    """Wait for codes and columns. Right after the matches they may not have been asked for yet."""
    preparing = explorer._preparing
    wait_until(
        lambda: preparing.task.asked.ended and (preparing.task.question or preparing.question() is None),
        "codes and columns",
    )


@pytest.mark.usefixtures("small_blocks")
class TestCodes:
    def test_other_thresholds_read_no_states_once_they_are_there(self, made):
        states = Counted(STATES)
        explorer = made(states)
        explorer.selection = SELECTION
        is_right(explorer)
        prepared(explorer)
        before = states.rows
        for threshold in (0.3, -0.2, 0.5):
            explorer.threshold = threshold
            is_right(explorer)
        explorer.finish()
        assert states.rows - before == 3 * len(range(*SELECTION))  # the selection

    def test_nothing_waits_for_them(self, made, monkeypatch, tmp_path):
        gate = threading.Event()
        put = ByteCodes.put

        def put_late(codes, *block):
            assert gate.wait(20)
            put(codes, *block)

        monkeypatch.setattr("lstmvis_widget.states.byte_codes.OnTheWay.put", lambda *_: None)
        monkeypatch.setattr(ByteCodes, "put", put_late)
        explorer = made(Counted(STATES))
        for selection, threshold in (((10, 13), 0.1), ((20, 23), 0.3)):
            explorer.selection, explorer.threshold = selection, threshold
            is_right(explorer)
            assert explorer.matches.n_candidates > 0
            explorer.finish()
            explorer.to_html(tmp_path / "a.html")
            wait_until(lambda: not explorer._preparing.task.asked.ended, "codes, begun")
        gate.set()
        prepared(explorer)
        assert explorer._computation.codes.at(explorer._data.layers["states"], 0.5) is not None

    def test_they_wait_for_what_is_asked_for(self, made, monkeypatch):
        explorer = made(Counted(STATES))
        counting, gate = threading.Event(), threading.Event()
        count = Matches.counts

        def counted_late(*arguments):
            counting.set()
            assert gate.wait(20)
            return count(*arguments)

        monkeypatch.setattr(Matches, "counts", counted_late)
        explorer.selection = SELECTION
        assert len(explorer.matches) > 0
        assert counting.wait(20)
        wait_until(lambda: explorer._preparing.task.question is not None, "the question")
        assert not explorer._preparing.task.asked.ended
        assert explorer._computation.codes.at(explorer._data.layers["states"], 0.3) is None
        gate.set()
        prepared(explorer)
        assert explorer._computation.codes.at(explorer._data.layers["states"], 0.3) is not None

    def test_cancel_ends_them_and_another_threshold_goes_on(self, made, monkeypatch):
        begun, turns = threading.Event(), threading.Semaphore(0)
        put = ByteCodes.put
        monkeypatch.setattr("lstmvis_widget.states.byte_codes.OnTheWay.put", lambda *_: None)

        def put_in_turn(codes, *block):
            begun.set()
            assert turns.acquire(timeout=20)
            put(codes, *block)

        monkeypatch.setattr(ByteCodes, "put", put_in_turn)
        states = Counted(STATES)
        explorer = made(states)
        explorer.selection = SELECTION
        explorer.finish()
        assert begun.wait(20)
        turns.release(4)
        explorer.cancel()
        assert explorer.error == ""
        assert len(explorer.matches) > 0
        turns.release(100)
        before = states.rows
        explorer.threshold = 0.3
        is_right(explorer)
        wait_until(lambda: explorer._computation.codes.at(explorer._data.layers["states"], 0.5) is not None, "codes")
        # The selection and the index, and less than all blocks for the codes.
        assert states.rows - before < 3 + 2 * len(STATES)

    def test_a_source_that_can_no_longer_be_read_is_reported_by_what_needs_it(self, made):
        class Broken(Counted):
            is_broken = False

            def __getitem__(self, rows):
                if self.is_broken and threading.current_thread().name == "lstmvis-preparing":
                    raise OSError("gone")
                return super().__getitem__(rows)

        states = Broken(STATES)
        explorer = made(states)
        states.is_broken = True
        explorer.selection = SELECTION
        is_right(explorer)
        prepared(explorer)
        explorer.finish()
        assert explorer.error == ""

    def test_without_threads_the_second_index_makes_them(self, made):
        states = Counted(STATES)
        explorer = made(states, background=False)
        explorer.selection = SELECTION
        before = states.rows
        for threshold, reads in ((0.3, 1), (0.5, 1), (-0.2, 1), (0.12345, 2)):
            explorer.threshold = threshold
            is_right(explorer)
            assert (states.rows - before) // len(STATES) == reads
        assert not [each for each in threading.enumerate() if each.name == "lstmvis-preparing"]

    def test_closing_ends_them(self, made):
        states = Counted(STATES)
        explorer = made(states)
        explorer.selection = SELECTION
        is_right(explorer)
        states.gate.clear()
        threading.Timer(0.05, states.gate.set).start()
        explorer.close()
        assert not [each for each in threading.enumerate() if each.name == "lstmvis-preparing"]
        assert kept_bytes() == 0

    @pytest.mark.parametrize("transform", ["tanh", "abs", "standardise"])
    def test_they_are_those_of_transformed_states(self, made, transform):
        explorer = made(Counted(STATES), transform=transform)
        explorer.selection = SELECTION
        explorer.finish()
        prepared(explorer)
        found = explorer._computation.codes.at(explorer._data.layers["states"], 0.5)
        assert found is not None
        codes, level = found
        assert np.array_equal(codes.codes >= level, is_on(explorer.states[:], 0.5))


def test_codes_are_made_on_the_way_where_that_takes_no_time(made, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 5 * STATES[0].nbytes)
    monkeypatch.setattr("lstmvis_widget.states.byte_codes.LEAST_BETWEEN", 0)
    monkeypatch.setattr("lstmvis_widget.states.byte_codes.THREADS", 2)
    states = Counted(STATES)
    explorer = made(states)
    before = states.rows
    explorer.selection = SELECTION
    is_right(explorer)
    explorer.threshold = 0.3
    is_right(explorer)
    explorer.finish()
    assert (states.rows - before) // len(STATES) == 1
    assert explorer._preparing.task.question is None


# ---------------------------------------------------------------- columns


@pytest.fixture
def few_columns(monkeypatch):
    """Have room for 8 columns of `STATES` only, so that a view of all steps needs a pass over them."""
    room = 8 * Envelopes(States(STATES), (-1.0, 1.0)).column_bytes
    monkeypatch.setattr("lstmvis_widget.explorer.drawing.Envelopes", functools.partial(Envelopes, memory=room))


def prepare(explorer, threshold=0.1):
    explorer.threshold, explorer.selection = threshold, SELECTION
    is_right(explorer)
    prepared(explorer)


def seen_whole(explorer):
    explorer.set_state({"_visible_steps": len(STATES), "_stride": 8})
    explorer.finish()
    return explorer._columns


@pytest.mark.usefixtures("small_blocks", "few_columns")
class TestColumns:
    def test_all_steps_are_seen_without_a_read_of_the_states(self, made):
        states = Counted(STATES)
        explorer = made(states)
        before = states.rows
        prepare(explorer)
        read = states.rows
        assert (read - before) // len(STATES) == 2  # for the index, and for codes and columns
        found = seen_whole(explorer)
        assert states.rows == read
        assert found == seen_whole(made(STATES, background=False))

    def test_in_memory_too(self, made, monkeypatch):
        explorer = made(STATES)
        prepare(explorer)
        monkeypatch.setattr("lstmvis_widget.states.envelopes.summarise", None)
        assert seen_whole(explorer)["stride"] == 8

    def test_not_where_that_alone_would_take_a_read(self, made, monkeypatch):
        monkeypatch.setattr("lstmvis_widget.states.byte_codes.LEAST_BETWEEN", 0)
        monkeypatch.setattr("lstmvis_widget.states.byte_codes.THREADS", 2)
        states = Counted(STATES)
        explorer = made(states)
        explorer.selection = SELECTION
        is_right(explorer)
        explorer.finish()
        assert explorer._preparing.task.question is None

    def test_what_is_asked_for_meanwhile_does_not_wait(self, made):
        states = Counted(STATES)
        explorer = made(states)
        explorer.selection = SELECTION
        is_right(explorer)
        assert seen_whole(explorer) == seen_whole(made(STATES, background=False))
        prepared(explorer)
        assert explorer._computation.codes.at(explorer._data.layers["states"], 0.3) is not None

    def test_without_room_for_codes_there_are_columns(self, made, monkeypatch):
        states = Counted(STATES)
        explorer = made(states)
        monkeypatch.setattr("lstmvis_widget.explorer.layer_codes.LayerCodes._of", lambda *_: None)
        prepare(explorer)
        rows = states.rows
        seen_whole(explorer)
        assert states.rows == rows
