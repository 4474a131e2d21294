import json
import re
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import h5py
import numpy as np
import pytest
import traitlets
from ipywidgets.widgets.widget import _remove_buffers

from lstmvis_widget import CategoricalTrack, Matches, StateExplorer
from tests import oracle
from tests.page import recorded_pages, wait_until
from tests.strategies import sticky_states

SEQUENCES = [30, 1, 29]
STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
WORDS = [f"word {step}" for step in range(60)]


def is_right(explorer, states=STATES, sequences=None):
    """Assert that the results are what the oracle gives for the current traits."""
    limits = {"off_before": explorer.off_before, "off_after": explorer.off_after}
    if explorer.selection is None:
        assert explorer.selected_cells.tolist() == []
        assert len(explorer.matches) == 0
        return
    ranges = explorer.selected_ranges or (explorer.selection,)
    assert explorer.selection in ranges
    following = oracle.select_cells_at(
        states, ranges, explorer.threshold, tolerance=explorer.tolerance, sequences=sequences, **limits
    )
    cells = [cell for cell in following if cell not in explorer.deselected_cells]
    assert explorer.selected_cells.tolist() == cells
    expected = oracle.rank_matches(
        states, cells, explorer.threshold, **limits,
        min_length=explorer.min_length or min(2, *(stop - start for start, stop in ranges)),
        k=explorer.k, length_filter=explorer.length_filter, sequences=sequences,
    )  # fmt: skip
    matches = explorer.matches
    columns = (matches.start, matches.stop, matches.length, matches.overlap, matches.union)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected.rows
    assert matches.n_candidates == expected.n_candidates
    assert matches.length_histogram.tolist() == expected.length_histogram
    assert matches.full_overlap_length_histogram.tolist() == expected.full_overlap_length_histogram


class GatedStates:
    """States that can be read only while the gate is open; they count the reads of all rows."""

    def __init__(self, array):
        self._array, self.shape, self.dtype = array, array.shape, array.dtype
        self.gate, self.waiting = threading.Event(), threading.Event()
        self.gate.set()
        self.whole_reads = 0

    def __getitem__(self, rows):
        if not self.gate.is_set():
            self.waiting.set()
            assert self.gate.wait(60)
        if rows.stop - rows.start == len(self._array):
            self.whole_reads += 1
        return self._array[rows]


@pytest.fixture
def made():
    """Make explorers, and close them after the test."""
    explorers = []

    def make(*arguments, **options):
        explorers.append(StateExplorer(*arguments, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


@pytest.fixture
def explorer(made):
    return made(STATES, WORDS, {"length": [len(word) for word in WORDS], "parity": ["even", "odd"] * 30}, threshold=0.1)


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


class TestResults:
    def test_nothing_is_selected_at_first(self, explorer):
        assert explorer.selection is None
        assert explorer.selected_cells.tolist() == []
        assert isinstance(explorer.matches, Matches)
        assert len(explorer.matches) == 0
        assert explorer.matches.n_candidates == 0
        assert explorer.progress is None
        assert explorer.error == ""

    def test_the_statement_after_a_selection_reads_its_results(self, explorer):
        for start in range(0, 50, 3):
            explorer.selection = (start, start + 3)
            is_right(explorer)

    @pytest.mark.parametrize(
        "changes",
        [
            {"threshold": 0.3},
            {"threshold": -0.5},
            {"off_before": 1},
            {"off_after": 2},
            {"off_before": 1, "off_after": 1},
            {"k": 3},
            {"min_length": 1},
            {"min_length": 5},
            {"length_filter": 3},
            {"selection": None},
        ],
        ids=str,
    )
    def test_the_statement_after_a_change_reads_its_results(self, explorer, changes):
        explorer.selection = (10, 13)
        for trait, value in changes.items():
            setattr(explorer, trait, value)
        is_right(explorer)

    def test_results_may_be_read_in_any_order(self, explorer):
        explorer.selection = (10, 13)
        assert explorer.matches.n_selected == len(explorer.selected_cells)
        explorer.threshold = 0.3
        assert explorer.selected_cells.tolist() == oracle.select_cells(STATES, 10, 13, 0.3)

    def test_a_selection_of_one_step_matches_single_steps(self, explorer):
        explorer.selection = (12, 13)
        assert 1 in explorer.matches.length
        is_right(explorer)

    def test_a_selected_cell_that_is_deselected_no_longer_counts(self, explorer):
        explorer.selection = (10, 12)
        gone, *kept = explorer.selected_cells.tolist()
        explorer.deselected_cells = [gone]
        assert explorer.selected_cells.tolist() == kept
        is_right(explorer)

    def test_a_new_selection_takes_deselected_cells_back(self, explorer):
        explorer.selection = (10, 12)
        explorer.deselected_cells = explorer.selected_cells[:1]
        explorer.selection = (10, 13)
        assert len(explorer.deselected_cells) == 0
        is_right(explorer)

    def test_initial_values_are_given_as_keywords(self, made):
        explorer = made(STATES, selection=(10, 12), off_before=1, threshold=0.0, k=5)
        assert (explorer.selection, explorer.off_before, explorer.threshold, explorer.k) == ((10, 12), 1, 0.0, 5)
        is_right(explorer)

    def test_nothing_crosses_the_end_of_a_sequence(self, made):
        explorer = made(STATES, sequences=SEQUENCES, threshold=0.1)
        for selection in [(27, 30), (30, 31), (31, 33)]:
            explorer.selection = selection
            is_right(explorer, sequences=SEQUENCES)

    def test_a_limit_beyond_the_sequence_selects_no_cell_and_says_why(self, made):
        explorer = made(STATES, sequences=SEQUENCES, threshold=0.1, selection=(31, 33), off_before=1)
        is_right(explorer, sequences=SEQUENCES)
        assert explorer.selected_cells.tolist() == []
        wait_until(lambda: "sequence" in explorer._note, "the remark on why no cell is selected")
        assert explorer.error == ""

    def test_states_may_hold_not_a_number_and_infinities(self, made):
        states = STATES.copy()
        states[::7, ::2] = np.nan
        states[::5, 1] = np.inf
        explorer = made(states, threshold=0.1)
        for start in range(10, 20):
            explorer.selection = (start, start + 2)
            is_right(explorer, states)

    @pytest.mark.parametrize("dtype", ["float16", "float64", "int64"])
    def test_states_of_another_dtype_are_compared_in_their_own_precision(self, made, dtype):
        states = (STATES * 10).astype(dtype)
        explorer = made(states, selection=(10, 12), threshold=1.0)
        is_right(explorer, states)
        explorer.threshold = 3.0
        is_right(explorer, states)

    def test_results_are_seen_once_each(self, explorer):
        seen = []
        explorer.observe(lambda change: seen.append(change["new"]), names="matches")
        for selection in [(10, 12), (20, 23), (30, 32)]:
            before = len(seen)
            explorer.selection = selection
            expected = explorer.matches
            wait_until(lambda before=before: len(seen) > before, "the news of the result")
            assert seen[-1] is expected
        wait_until(lambda: explorer.matches.n_candidates >= 0 and explorer.progress is None, "the end")
        explorer.close()
        assert len(seen) == 3

    def test_an_observer_may_read_and_set_traits(self, explorer):
        told = []

        def follow(change):
            told.append((explorer.selection, len(change["new"]), len(explorer.selected_cells)))
            explorer.word_width = 40

        explorer.observe(follow, names="matches")
        explorer.selection = (10, 12)
        cells, matches = explorer.selected_cells, explorer.matches
        wait_until(lambda: told, "the news of the result")
        assert told[0] == ((10, 12), len(matches), len(cells))
        assert explorer.word_width == 40

    def test_results_cannot_be_set(self, explorer):
        for name in ("selected_cells", "matches", "progress", "error"):
            with pytest.raises(traitlets.TraitError, match=name):
                setattr(explorer, name, None)

    def test_a_result_is_not_changed_by_those_who_read_it(self, explorer):
        explorer.selection = (10, 12)
        with pytest.raises(ValueError, match="read-only"):
            explorer.selected_cells[0] = 9
        with pytest.raises(ValueError, match="read-only"):
            explorer.matches.start[0] = 9


class TestArguments:
    def test_it_says_what_it_was_given(self, explorer):
        assert explorer.states is STATES
        assert explorer.layers == ("states",)
        assert explorer.layer == "states"
        assert list(explorer.tokens) == WORDS
        assert list(explorer.tracks) == ["length", "parity"]
        assert tuple(explorer.sequences) == (60,)

    def test_layers_are_named_and_chosen(self, made):
        layers = {"lower": STATES, "upper": -STATES[:, :4]}
        explorer = made(layers, threshold=0.1, selection=(10, 13))
        assert explorer.layers == ("lower", "upper")
        assert explorer.layer == "lower"
        explorer.layer = "upper"
        assert explorer.states is layers["upper"]
        is_right(explorer, layers["upper"])

    def test_cells_of_the_other_layer_are_not_deselected(self, made):
        explorer = made({"wide": STATES, "narrow": STATES[:, :2]}, threshold=0.1, selection=(10, 13))
        explorer.deselected_cells = [9]
        explorer.layer = "narrow"
        assert len(explorer.deselected_cells) == 0
        is_right(explorer, STATES[:, :2])

    def test_the_threshold_is_3_tenths_where_the_states_fit(self, made):
        assert made(STATES).threshold == 0.3
        assert made(np.zeros((3, 2))).threshold == 0.3

    def test_the_threshold_is_a_quantile_where_they_do_not(self, made):
        states = np.arange(100.0).reshape(20, 5)
        assert made(states).threshold == pytest.approx(np.quantile(states, 0.9))

    def test_a_path_is_opened_and_closed(self, made, tmp_path):
        path = tmp_path / "states.h5"
        with h5py.File(path, "w") as file:
            file["lstm/states"] = STATES
        explorer = made(f"{path}::lstm/states", threshold=0.1, selection=(10, 13))
        is_right(explorer)
        explorer.close()
        with h5py.File(path, "r+") as file:  # would fail if it were still open for reading
            del file["lstm"]

    def test_a_refused_argument_leaves_no_file_open_and_no_thread(self, tmp_path):
        path = tmp_path / "states.h5"
        with h5py.File(path, "w") as file:
            file["states"] = STATES
        threads = threading.active_count()
        with pytest.raises(ValueError, match=r"60.*2"):
            StateExplorer(path, ["too", "few"])
        with h5py.File(path, "r+") as file:
            del file["states"]
        assert threading.active_count() == threads

    def test_a_transform_applies_to_what_is_explored(self, made):
        explorer = made(STATES, transform="split_signs", threshold=0.1, selection=(10, 13))
        split = np.concatenate([np.maximum(STATES, 0), np.maximum(-STATES, 0)], axis=1)
        assert np.array_equal(np.asarray(explorer.states), split)
        is_right(explorer, split)

    def test_ids_are_shown_as_the_words_of_the_vocabulary(self, made):
        explorer = made(STATES, [0, 1] * 30, vocabulary=["tick", "tock"])
        assert explorer.tokens[:3] == ["tick", "tock", "tick"]

    def test_tracks_are_added_changed_and_removed(self, explorer):
        explorer.tracks["label"] = CategoricalTrack(["a", "b", "c"] * 20)
        assert "label" in explorer.visible_tracks
        del explorer.tracks["length"]
        assert list(explorer.tracks) == ["parity", "label"]
        assert "length" not in explorer.visible_tracks
        with pytest.raises(ValueError, match=r"60.*2"):
            explorer.tracks["label"] = ["a", "b"]
        assert explorer.tracks["label"].labels == ("a", "b", "c")

    @pytest.mark.parametrize(
        ("keyword", "nearest"),
        [("treshold", "threshold"), ("token", "tokens"), ("track", "tracks"), ("offbefore", "off_before"),
         ("select", "selection"), ("vocab", "vocabulary"), ("selected_cells", "deselected_cells")],
    )  # fmt: skip
    def test_an_unknown_keyword_is_refused_with_the_nearest_right_one(self, keyword, nearest):
        with pytest.raises(TypeError, match=rf"{keyword}.*\b{nearest}\b"):
            StateExplorer(STATES, **{keyword: None})

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ({"states": np.zeros((0, 3))}, ValueError, r"\(0, 3\)"),
            ({"states": np.zeros((3, 0))}, ValueError, r"\(3, 0\)"),
            ({"states": np.zeros(3)}, ValueError, r"2-D.*\(3,\)"),
            ({"states": {}}, ValueError, "layer"),
            ({"states": {"a": STATES, "b": STATES[:50]}}, ValueError, r"60.*50"),
            ({"tokens": WORDS[:59]}, ValueError, r"60.*59"),
            ({"tokens": [1] * 60}, TypeError, "vocabulary"),
            ({"sequences": [30, 20]}, ValueError, r"60.*50"),
            ({"sequences": [60, 0]}, ValueError, "0"),
            ({"sequences": [30.5, 29.5]}, TypeError, "30.5"),
            ({"tracks": {"pos": ["N"] * 10}}, ValueError, r"'pos'.*60.*10"),
            ({"tracks": ["N"] * 60}, TypeError, "mapping"),
            ({"transform": "sigmoid"}, ValueError, r"'tanh'.*sigmoid"),
            ({"threshold": float("nan")}, traitlets.TraitError, "threshold.*nan"),
            ({"selection": (50, 70)}, traitlets.TraitError, r"60.*50.*70"),
            ({"layer": "third"}, traitlets.TraitError, r"'states'.*'third'"),
        ],
        ids=str,
    )
    def test_an_argument_that_does_not_fit_is_refused_with_the_reason(self, arguments, error, message):
        with pytest.raises(error, match=message):
            StateExplorer(**({"states": STATES} | arguments))


# Trait, value, and what the message has to contain: the allowed and the given value.
BAD_VALUES = [
    ("layer", "third", r"'states'.*'third'"),
    ("layer", None, r"'states'.*None"),
    ("threshold", float("nan"), r"finite.*nan"),
    ("threshold", float("inf"), r"finite.*inf"),
    ("threshold", "high", r"finite.*'high'"),
    ("threshold", None, r"finite.*None"),
    ("threshold", True, r"finite.*True"),
    ("selection", (12, 12), r"start < stop.*12, 12"),
    ("selection", (14, 12), r"start < stop.*14, 12"),
    ("selection", (-1, 2), r"0.*-1, 2"),
    ("selection", (55, 61), r"60.*55, 61"),
    ("selection", (28, 31), r"sequence.*28, 31"),
    ("selection", (1.5, 3), r"1\.5, 3"),
    ("selection", (1, 2, 3), r"start, stop.*1, 2, 3"),
    ("selection", "12", r"start, stop.*'12'"),
    ("selection", 12, r"start, stop.*12"),
    ("off_before", -1, r"at least 0.*-1"),
    ("off_after", 0.5, r"integer.*0\.5"),
    ("off_after", "1", r"integer.*'1'"),
    ("off_after", None, r"integer.*None"),
    ("deselected_cells", [10], r"9.*10"),
    ("deselected_cells", [-1], r"at least 0.*-1"),
    ("deselected_cells", ["a"], r"integers.*'a'"),
    ("deselected_cells", 3, r"cell numbers.*3"),
    ("position", 60, r"59.*60"),
    ("position", -1, r"at least 0.*-1"),
    ("word_width", 0, r"2.*0"),
    ("height", 299, r"300 to 4000.*299"),
    ("height", "tall", r"300 to 4000.*'tall'"),
    ("match_layout", "rows", r"'concordance' or 'columns'.*'rows'"),
    ("match_layout", None, r"'concordance' or 'columns'.*None"),
    ("k", 0, r"at least 1.*0"),
    ("k", True, r"integer.*True"),
    ("min_length", 0, r"at least 1.*0"),
    ("length_filter", -2, r"at least 1.*-2"),
    ("visible_tracks", ["nothing"], r"'pos'.*'nothing'"),
    ("visible_tracks", "pos", r"names.*'pos'"),
    ("visible_tracks", ["pos", "pos"], r"once.*'pos', 'pos'"),
]


class TestBadValues:
    @pytest.fixture
    def explorer(self, made, page_of):  # noqa: ARG002  (starts recording first)
        return made(
            STATES, WORDS, {"pos": ["N", "V"] * 30}, sequences=SEQUENCES,
            threshold=0.1, selection=(10, 13), off_before=1, min_length=2, k=20,
        )  # fmt: skip

    @pytest.mark.parametrize(("trait", "value", "message"), BAD_VALUES, ids=str)
    def test_one_set_from_python_raises_and_changes_nothing(self, explorer, trait, value, message):
        before, matches = getattr(explorer, trait), explorer.matches
        with pytest.raises(traitlets.TraitError, match=rf"(?s){trait}.*{message}"):
            setattr(explorer, trait, value)
        assert getattr(explorer, trait) == before
        assert explorer.matches is matches
        is_right(explorer, sequences=SEQUENCES)

    @pytest.mark.parametrize(("trait", "value", "message"), BAD_VALUES, ids=str)
    def test_one_set_by_the_page_is_put_back_and_shown(self, explorer, page_of, trait, value, message):
        page = page_of(explorer)
        before, matches = explorer.get_state([trait])[trait], explorer.matches
        page.set(**{trait: value})
        assert re.search(rf"(?s){trait}.*{message}", explorer.error)
        assert page.sent(trait)[-1] == before
        assert page.sent("error")[-1] == explorer.error
        assert explorer.matches is matches
        is_right(explorer, sequences=SEQUENCES)

    def test_the_error_of_a_refused_value_goes_with_the_next_good_one(self, explorer, page_of):
        page_of(explorer).set(selection=[50, 70])
        assert explorer.error
        page_of(explorer).set(selection=[20, 23])
        assert explorer.error == ""
        is_right(explorer, sequences=SEQUENCES)

    def test_good_values_beside_a_bad_one_are_taken(self, explorer, page_of):
        page_of(explorer).set(threshold="high", off_before=0, selection=[20, 23])
        assert "threshold" in explorer.error
        assert (explorer.selection, explorer.off_before, explorer.threshold) == ((20, 23), 0, 0.1)
        is_right(explorer, sequences=SEQUENCES)

    @pytest.mark.parametrize("trait", ["selected_cells", "matches", "progress", "error"])
    def test_the_page_cannot_set_results(self, explorer, page_of, trait):
        matches = explorer.matches
        page_of(explorer).set(**{trait: [1]})
        assert trait in explorer.error
        assert explorer.matches is matches
        is_right(explorer, sequences=SEQUENCES)

    def test_what_nobody_knows_is_ignored(self, explorer, page_of):
        page_of(explorer).set(nonsense=1, _nonsense=2)
        is_right(explorer, sequences=SEQUENCES)


class TestThePage:
    @pytest.fixture
    def page(self, page_of, explorer):
        return page_of(explorer)

    def test_a_gesture_is_a_value_that_the_next_statement_reads(self, page, explorer):
        page.set(selection=[10, 14])
        assert explorer.selection == (10, 14)
        is_right(explorer)
        page.set(threshold=0.3)
        page.set(off_after=1.0)  # JavaScript has no integers
        assert explorer.off_after == 1
        assert isinstance(explorer.off_after, int)
        is_right(explorer)

    def test_results_are_sent(self, page, explorer):
        page.set(selection=[10, 13])
        cells, matches = explorer.selected_cells.tolist(), explorer.matches
        wait_until(lambda: page.sent("matches") and len(page.sent("matches")[-1]["start"]), "the result on the page")
        sent = page.sent("matches")[-1]
        assert page.sent("selected_cells")[-1] == cells
        assert {name: sent[name] for name in ("start", "stop", "overlap", "union")} == {
            name: getattr(matches, name).tolist() for name in ("start", "stop", "overlap", "union")
        }

    def test_gestures_arrive_on_any_threads_at_once_while_another_reads(self, page, explorer):
        done = threading.Event()

        def read():
            while not done.is_set():
                cells = explorer.selected_cells
                assert (cells == np.sort(cells)).all()
                assert len(explorer.matches) <= 50

        def gesture(number):
            page.set(selection=[number % 50, number % 50 + 3])
            page.set(threshold=(number % 7) / 10, off_before=number % 2)

        with ThreadPoolExecutor(5) as threads:
            reader = threads.submit(read)
            for gestured in [threads.submit(gesture, number) for number in range(200)]:
                gestured.result(60)
            done.set()
            reader.result(60)
        assert explorer.error == ""
        is_right(explorer)

    def test_after_each_gesture_on_another_thread_its_result_is_read(self, page, explorer):
        with ThreadPoolExecutor(1) as other:
            for start in range(40):
                other.submit(page.set, selection=[start, start + 3], threshold=0.1 * (start % 3)).result(60)
                is_right(explorer)

    def test_words_and_values_around_the_position_are_sent(self, page, explorer):
        page.set(_visible_steps=10, position=30)
        window = explorer.get_state(["_window"])["_window"]
        assert window["start"] <= 30
        assert window["stop"] >= 40
        values = np.frombuffer(window["values"], f"<{window['dtype'][0]}{int(window['dtype'][-2:]) // 8}")
        assert np.array_equal(values.reshape(-1, window["cells"]), STATES[window["start"] : window["stop"]])
        assert window["words"] == WORDS[window["start"] : window["stop"]]
        codes = np.frombuffer(window["tracks"]["parity"]["codes"], "<i4")
        assert np.array_equal(codes, explorer.tracks["parity"].codes[window["start"] : window["stop"]])

    def test_what_is_in_view_at_the_end_of_the_steps_is_sent(self, made, page_of):
        explorer = made(np.tile(STATES, (10, 1)))
        for position, visible in [(0, 8), (596, 4), (596, 64), (580, 64), (599, 1)]:
            page_of(explorer).set(position=position, _visible_steps=visible)
            window = explorer.get_state(["_window"])["_window"]
            assert window["start"] <= position
            assert window["stop"] >= min(600, position + visible)

    def test_its_whole_state_can_be_saved_in_a_notebook(self, explorer):
        explorer.selection = (10, 13)
        assert len(explorer.matches)
        state, paths, buffers = _remove_buffers(explorer.get_state())
        assert json.loads(json.dumps(state, allow_nan=False)) is not None
        assert len(paths) == len(buffers) > 0


class TestWorkInTheBackground:
    @pytest.fixture
    def states(self):
        states = GatedStates(STATES)
        yield states
        states.gate.set()

    @pytest.fixture
    def explorer(self, made, states):
        explorer = made(states, threshold=0.1)
        assert len(explorer.matches) == 0
        states.gate.clear()
        return explorer

    def test_setting_a_trait_does_not_wait_for_its_result(self, explorer, states):
        explorer.selection = (10, 13)  # would hang if it waited
        assert states.waiting.wait(20)
        assert explorer.selection == (10, 13)
        states.gate.set()
        is_right(explorer)

    def test_reading_a_result_waits_for_it(self, explorer, states):
        explorer.selection = (10, 13)
        with ThreadPoolExecutor(1) as other:
            reading = other.submit(lambda: explorer.matches)
            assert states.waiting.wait(20)
            assert not reading.done()
            states.gate.set()
            assert len(reading.result(60)) > 0
        is_right(explorer)

    def test_gestures_that_came_and_went_are_not_worked_through(self, explorer, states):
        explorer.selection = (10, 13)
        assert states.waiting.wait(20)
        before = states.whole_reads
        for threshold in np.linspace(-1, 1, 50):
            explorer.threshold = threshold
        states.gate.set()
        explorer.threshold = 0.1
        is_right(explorer)
        assert states.whole_reads - before <= 2  # the running one and the newest one

    def test_a_result_that_was_overtaken_is_not_told(self, explorer, states):
        told = []
        explorer.observe(lambda change: told.append(change["new"]), names="matches")
        explorer.selection = (10, 13)
        assert states.waiting.wait(20)
        explorer.selection = (20, 22)
        states.gate.set()
        newest = explorer.matches
        wait_until(lambda: told, "the news of the result")
        explorer.close()
        assert told == [newest]

    def test_closing_ends_the_work_and_its_thread(self, explorer, states):
        threads = {thread for thread in threading.enumerate() if "lstmvis" in thread.name}
        explorer.selection = (10, 13)
        assert states.waiting.wait(20)
        threading.Timer(0.05, states.gate.set).start()
        explorer.close()
        explorer.close()
        assert {thread for thread in threading.enumerate() if "lstmvis" in thread.name} <= threads

    def test_closing_lets_those_go_who_wait_for_a_result(self, explorer, states):
        explorer.selection = (10, 13)
        read = []
        reading = threading.Thread(target=lambda: read.append(explorer.matches), daemon=True)
        reading.start()
        assert states.waiting.wait(20)
        threading.Timer(0.05, states.gate.set).start()
        explorer.close()
        reading.join(20)
        assert not reading.is_alive()
        assert isinstance(read[0], Matches)


class TestAFileThatFails:
    @pytest.fixture
    def path(self, tmp_path):
        with h5py.File(tmp_path / "states.h5", "w") as file:
            file["states"] = STATES
        return tmp_path / "states.h5"

    def test_its_error_is_shown_and_the_kernel_lives_on(self, made, path):
        file = h5py.File(path)
        explorer = made(file["states"], threshold=0.1, selection=(10, 13))
        is_right(explorer)
        file.close()
        explorer.threshold = 0.3
        assert "states.h5" in explorer.error
        with pytest.warns(RuntimeWarning, match=r"states\.h5"):
            assert len(explorer.matches) == 0

    def test_it_works_again_when_the_file_is_open_again(self, made, path):
        file = h5py.File(path)
        explorer = made(file["states"], threshold=0.1, selection=(10, 13))
        is_right(explorer)
        file.close()
        explorer.threshold = 0.3
        assert explorer.error
        with h5py.File(path):
            explorer.threshold = 0.0
            assert explorer.error == ""
            is_right(explorer)

    def test_moving_on_shows_the_error_too(self, made, path, page_of):
        states = np.tile(STATES, (100, 1))
        with h5py.File(path, "a") as file:
            file["long"] = states
        file = h5py.File(path)
        explorer = made(file["long"])
        file.close()
        page_of(explorer).set(position=5000)
        assert "states.h5" in explorer.error

    def test_an_exception_of_a_source_is_shown_whatever_it_is(self, made):
        class Failing(GatedStates):
            def __getitem__(self, rows):
                if self.gate.is_set():
                    return super().__getitem__(rows)
                raise RuntimeError("the disk is on fire")

        states = Failing(STATES)
        explorer = made(states, threshold=0.1)
        states.gate.clear()
        explorer.selection = (10, 13)
        assert "the disk is on fire" in explorer.error
        states.gate.set()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            explorer.threshold = 0.3
            is_right(explorer)


def test_matches_stay_when_only_their_counts_fail(made, monkeypatch):
    def fail(*_):
        raise MemoryError("no room to count")

    monkeypatch.setattr("lstmvis_widget.matching.matches.Matches.counts", fail)
    explorer = made(STATES, threshold=0.1)
    explorer.selection = (10, 12)
    wait_until(lambda: "no room to count" in explorer.get_state(["error"])["error"])
    assert len(explorer.matches)
