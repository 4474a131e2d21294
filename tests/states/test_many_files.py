"""States in many files: the same as one array, opened when they are read, a sequence each unless more is said."""

import gc
import itertools
import json
import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import (
    SequenceExplorer,
    StateExplorer,
    cell_alignment,
    on_off_patterns,
    rank_matches,
    save_states,
    select_cells,
    step_distances,
)
from lstmvis_widget.states.file_rows import FileRows
from lstmvis_widget.states.many_files import natural_order, paths_in
from lstmvis_widget.states.row_order import RowOrder, joined_lengths, order_of
from lstmvis_widget.states.sources import States
from tests import oracle

from .sources import hdf5_file

A = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
BOUNDS = (0, 10, 12, 30)
LENGTHS = [10, 2, 18]


def unpickled(content):
    return pickle.loads(content)  # noqa: S301  (pickled in the test)


@pytest.fixture
def shards(tmp_path):
    """The paths of three files."""
    paths = [tmp_path / f"shard{number}.npy" for number in (1, 2, 10)]
    for path, start, stop in zip(paths, BOUNDS[:-1], BOUNDS[1:], strict=True):
        np.save(path, A[start:stop])
    return paths


def open_descriptors():
    return [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]


# ------------------------------------------------------------------ what is given


def test_files_follow_each_other_in_the_order_of_a_list_or_of_the_numbers_in_their_names(shards, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for form in (
        shards,
        tuple(map(str, shards)),
        "shard*.npy",
        tmp_path / "shard*.npy",
        "~/shard[0-9]*.npy",
        "**/*.npy",
    ):
        with States(form) as states:
            assert np.array_equal(states, A)
            assert states.sequences.tolist() == LENGTHS
    with States(shards[::-1]) as states:
        assert np.array_equal(states, np.concatenate([A[12:], A[10:12], A[:10]]))


@pytest.mark.parametrize("names", [["shard2", "shard10"], ["a9b2", "a9b10"], ["2", "10", "a"], ["a/2/x", "a/10/x"]])
def test_natural_order_compares_numbers_as_numbers(names):
    assert sorted(sorted(names), key=natural_order) == names


def test_a_file_whose_name_has_a_bracket_is_no_pattern(tmp_path):
    np.save(tmp_path / "a[1].npy", A)
    assert np.array_equal(States(tmp_path / "a[1].npy"), A)


def test_parts_of_files_are_named_behind_the_pattern(tmp_path):
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        hdf5_file(tmp_path / str(number), one=A, in__two=A + number)
    with States(f"{tmp_path}/*/states.h5::in/two") as states:
        assert np.array_equal(states, np.concatenate([A, A + 1]))
    with pytest.raises(ValueError, match=r"say which dataset .*/0/states\.h5"):
        States(f"{tmp_path}/*/states.h5")


def test_the_folder_of_a_saved_data_set_is_read_in_the_order_that_it_says(shards, tmp_path):
    state = {"_data_files": [{"filename": each.name} for each in shards[::-1]]}
    (tmp_path / "state.json").write_text(json.dumps(state))
    with States(tmp_path) as states:
        assert np.array_equal(states, np.concatenate([A[12:], A[10:12], A[:10]]))
    for content, message in [
        (json.dumps({**state, "_indices_data_files": [{"filename": "indices.arrow"}]}), "flatten_indices"),
        (json.dumps({"_data_files": [{"filename": "../secret.npy"}]}), "other folders"),
        (json.dumps([]), "isn't the list of files"),
        ("[" * 100_000, "isn't the list of files"),
    ]:
        (tmp_path / "state.json").write_text(content)
        with pytest.raises(OSError, match=message):
            States(tmp_path)


def test_what_does_not_fit_is_refused_by_the_name_of_the_file(shards, tmp_path):
    others = {
        "wide.npy": A[:, :3],
        "double.npy": A.astype(float),
        "flat.npy": A[:, 0],
        "batch.npy": np.stack([A, A]),
        "text.npy": np.array([["a"] * 4]),
    }
    for name, array in others.items():
        np.save(tmp_path / name, array)
    (tmp_path / "nothing.npy").write_bytes(b"")
    (tmp_path / "damaged.npy").write_bytes(shards[0].read_bytes()[:-1])
    for name, error, message in [
        ("wide.npy", ValueError, r"wide\.npy' has 3 cells, and .*shard1\.npy' has 4 cells"),
        ("double.npy", ValueError, r"double\.npy' has dtype float64, and .*shard1\.npy' has dtype float32"),
        ("flat.npy", ValueError, r"flat\.npy' must be 2-D.*\(30,\)"),
        ("batch.npy", ValueError, r"batch\.npy' must be 2-D.*join its 2 sequences"),
        ("text.npy", ValueError, r"text\.npy' has dtype <U1"),
        ("nothing.npy", OSError, r"nothing\.npy"),
        ("damaged.npy", OSError, r"damaged\.npy.*cut short"),
        ("missing.npy", FileNotFoundError, r"missing\.npy"),
    ]:
        with pytest.raises(error, match=message):
            StateExplorer([*shards, tmp_path / name])
    with pytest.raises(TypeError, match="either paths or arrays; got a path and ndarray"):
        States([shards[0], A])
    with pytest.raises(FileNotFoundError, match=r"no file fits .*x\*\.npy"):
        States(tmp_path / "x*.npy")
    with pytest.raises(TypeError, match="real numbers"):
        States([tmp_path / "text.npy"])


# -------------------------------------------------- the same through every door


def test_each_file_is_a_sequence_and_their_list_the_same_as_one_array(shards):
    explorer, expected = StateExplorer(shards), StateExplorer(A, sequences=LENGTHS)
    for each in (explorer, expected):
        each.threshold, each.selection = 0.1, (9, 10)
    assert explorer.sequences == expected.sequences == (10, 2, 18)
    assert explorer.selected_cells.tolist() == expected.selected_cells.tolist()
    assert explorer.matches.to_pandas().equals(expected.matches.to_pandas())
    for each in (explorer, expected):
        each.close()


@pytest.mark.parametrize("sequences", [[30], [5, 25], [10, 2, 18]])
def test_sequences_may_be_said_however_files_divide_them(shards, sequences):
    explorer = StateExplorer({"a": shards, "b": shards[:1] + shards[1:]}, sequences=sequences, threshold=0.1)
    assert list(explorer.sequences) == explorer.states.sequences.tolist() == sequences
    explorer.selection = (9, 11) if sequences != LENGTHS else (9, 10)
    explorer.close()
    with pytest.raises(ValueError, match="sum to the 30 time steps; they sum to 29"):
        StateExplorer(shards, sequences=[29])


def test_layers_may_be_divided_into_files_in_different_ways_where_sequences_are_said(shards, tmp_path):
    np.save(tmp_path / "other.npy", 2 * A)
    layers = {"a": shards, "b": [tmp_path / "other.npy"], "c": 3 * A}
    explorer = StateExplorer(layers, sequences=[15, 15])
    assert list(explorer.sequences) == [15, 15]
    explorer.layer = "b"
    assert np.array_equal(explorer.states, 2 * A)
    explorer.close()
    with pytest.raises(ValueError, match=r"the same sequences; got .*\[10, 2, 18\].*sequences=\[…\] says which"):
        StateExplorer(layers)


def test_functions_take_each_file_as_a_sequence_unless_they_are_told(shards):
    cells = [0, 1, 2]
    for given_sequences, lengths in [(None, LENGTHS), ([30], [30])]:
        matches = rank_matches(shards, cells, 0.1, sequences=given_sequences, k=10**6)
        expected = oracle.rank_matches(A, cells, 0.1, min_length=1, k=10**6, sequences=lengths)
        rows = zip(matches.start, matches.stop, matches.length, matches.overlap, matches.union, strict=True)
        assert [tuple(map(int, row)) for row in rows] == expected.rows
        distances = step_distances(shards, given_sequences)
        assert np.array_equal(distances, step_distances(A, lengths), equal_nan=True)
    assert select_cells(shards, 9, 11, 0.1).tolist() == select_cells(A, 9, 11, 0.1).tolist()
    assert np.array_equal(on_off_patterns(shards, [(3, 5)], 0.1), on_off_patterns(A, [(3, 5)], 0.1))
    labels = ["a", "b", "c"] * 10
    assert cell_alignment(shards, labels).equals(cell_alignment(A, labels))


def test_other_widgets_and_files_take_them(shards, tmp_path):
    view = SequenceExplorer(shards)
    assert view.table["sequence"].tolist() == [0, 1, 2]
    view.close()
    save_states(tmp_path / "all.h5", {"a": shards, "b": shards})
    explorer = StateExplorer.open(tmp_path / "all.h5")
    assert np.array_equal(explorer.states, A)
    assert explorer.sequences == (10, 2, 18)
    explorer.close()


def test_tokens_and_tracks_are_a_list_a_file_or_one_entry_a_step(shards):
    words = [f"w{step}" for step in range(30)]
    lists = [words[start:stop] for start, stop in itertools.pairwise(BOUNDS)]
    for tokens in (words, lists):
        explorer = StateExplorer(shards, tokens, {"x": tokens})
        assert list(explorer.tokens) == words
        explorer.select(("x", "w13"))
        assert explorer.selection == (13, 14)
        explorer.close()


def test_a_file_of_no_steps_adds_no_sequence(tmp_path, shards):
    np.save(tmp_path / "empty.npy", A[:0])
    with States([shards[0], tmp_path / "empty.npy", shards[2]]) as states:
        assert states.shape == (28, 4)
        assert states.sequences.tolist() == [10, 18]
    with pytest.raises(ValueError, match="at least one time step"):
        StateExplorer([tmp_path / "empty.npy"])


@pytest.mark.usefixtures("shards")
def test_a_folder_of_files_says_which_pattern_fits_them(tmp_path):
    with pytest.raises(OSError, match=r"isn't a file, but a folder.*its files together are '.*/\*\.npy'"):
        States(tmp_path)
    (tmp_path / "dataset_dict.json").write_text("{}")
    with pytest.raises(OSError, match="give one of its parts"):
        States(tmp_path)


def test_states_that_are_opened_keep_the_sequences_of_their_files(shards):
    with States(shards) as states:
        explorer = StateExplorer(states, transform="split_signs")
        assert list(explorer.sequences) == explorer.states.sequences.tolist() == LENGTHS
        explorer.close()
        explorer = StateExplorer(states, sequences=[30])
        assert list(explorer.sequences) == explorer.states.sequences.tolist() == [30]
        explorer.close()
        assert states.sequences.tolist() == LENGTHS


def test_files_of_one_sequence_of_a_batch_are_read_as_that(tmp_path):
    paths = [tmp_path / f"{number}.npy" for number in range(2)]
    for path in paths:
        np.save(path, A[None])
    with States(paths) as states:
        assert np.array_equal(states, np.concatenate([A, A]))


# ------------------------------------------------------------ open and closed


def test_few_files_are_open_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.file_rows.MOST_OPEN", 5)
    for number in range(40):
        np.save(tmp_path / f"{number}.npy", A[:2])
    states = States(f"{tmp_path}/*.npy")
    for step in range(80):
        assert np.array_equal(states.read(step, step + 1)[0], A[step % 2])
        assert sum(str(tmp_path) in each for each in open_descriptors()) <= 5
    states.close()
    gc.collect()
    assert not any(str(tmp_path) in each for each in open_descriptors())
    with pytest.raises(OSError, match=r"0\.npy' has been closed; open it again"):
        states.read(0, 3)


def test_what_is_unpacked_into_memory_is_let_go_where_room_is_little(tmp_path, monkeypatch):
    for number in range(3):
        np.savez_compressed(tmp_path / f"{number}.npz", A)
    monkeypatch.setattr("lstmvis_widget.states.file_rows.free_memory", lambda: 4 * A.nbytes)
    files = [FileRows(tmp_path / f"{number}.npz") for number in range(3)]
    for each in files:
        assert np.array_equal(each[3:5], A[3:5])
        assert [other._opened is not None for other in files].count(True) == 1


def test_they_are_pickled_as_paths_and_opened_when_they_are_read(shards, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    states = States([each.name for each in shards], "standardise")
    states.prepare()
    content = pickle.dumps(states)
    expected = states.read(0, 30)
    states.close()
    monkeypatch.chdir("/")
    again = unpickled(content)
    assert not any(str(tmp_path) in each for each in open_descriptors())
    assert np.array_equal(again.read(0, 30), expected)
    assert again.sequences.tolist() == LENGTHS
    again.close()
    assert len(content) < 3000
    again = unpickled(content)
    np.save(shards[1], A[:5])
    with pytest.raises(OSError, match=r"shard2\.npy' has changed.*\(5, 4\).*\(2, 4\)"):
        again.read(8, 12)
    shards[1].unlink()
    with pytest.raises(OSError, match=r"rows 8 to 12.*no such file.*shard2\.npy"):
        again.read(8, 12)


@pytest.mark.parametrize("kind", ["npy", "h5"])
def test_a_file_that_is_cut_short_or_replaced_meanwhile_is_named(tmp_path, kind):
    paths = [tmp_path / f"{number}.{kind}" for number in range(2)]
    for path in paths:
        if kind == "npy":
            np.save(path, A)
        else:
            with h5py.File(path, "w") as file:
                file["states"] = A
    states = States(paths)
    os.truncate(paths[1], paths[1].stat().st_size // 2)
    assert np.array_equal(states.read(0, 30), A)
    with pytest.raises(OSError, match=rf"rows 20 to 40 .*1\.{kind}' has changed since it was opened"):
        states.read(20, 40)
    states.close()


def test_packed_files_are_read_along_their_chunks(tmp_path):
    for number in range(2):
        zarr.create_array(tmp_path / f"{number}.zarr", shape=(50_000, 4), dtype="f8", chunks=(10_000, 4))[:] = number
    with States(f"{tmp_path}/*.zarr") as states:
        assert states.chunks.bounds.tolist() == list(range(0, 100_001, 10_000))


# ------------------------------------------------------------------ order of rows


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.sampled_from([0, 1]),
    st.lists(st.integers(0, 20), max_size=3),
    st.tuples(st.booleans(), st.booleans()).filter(any),
)
@settings(deadline=None)
def test_ids_give_the_sequences_wherever_files_end(lengths, first, cuts, has):
    ids = np.repeat(np.arange(len(lengths)), lengths)
    positions = np.concatenate([np.arange(length) + first for length in lengths])
    bounds = [0, *sorted(min(cut, len(ids)) for cut in cuts), len(ids)]
    orders = [
        order_of(ids[start:stop] if has[0] else None, positions[start:stop] if has[1] else None, "it")
        for start, stop in itertools.pairwise(bounds)
    ]
    assert joined_lengths(orders, ["it"] * len(orders)).tolist() == lengths


@pytest.mark.parametrize(
    ("sequence", "position", "message"),
    [
        ([0, 1, 0], None, "sequence 0 begins in row 0, and again in row 2"),
        ([0, 0, 0], [0, 2, 1], "position 0 in row 0 is followed by 2"),
        (None, [0, 1, 3], "position 1 in row 1 is followed by 3"),
        ([0, 0, 0], [0, 1, 0], "sequence 0 begins in row 0, and again in row 2"),
        ([0, 1, 2], [0, 0, 9], "position 0 in row 1 is followed by 9"),
    ],
)
def test_shuffled_rows_are_refused_with_the_first_of_them(sequence, position, message):
    columns = (None if each is None else np.array(each) for each in (sequence, position))
    with pytest.raises(ValueError, match=f"file are shuffled.*{message}.*sort"):
        order_of(*columns, "file")


def test_files_in_another_order_than_their_ids_are_refused():
    orders = [order_of(None, np.arange(start, start + 5), "it") for start in (0, 10, 5)]
    with pytest.raises(ValueError, match=r"A ends with position 4, and B begins with position 10"):
        joined_lengths(orders, "ABC")
    assert joined_lengths([orders[0], orders[2], orders[1]], "ACB").tolist() == [15]
    assert joined_lengths([RowOrder(np.array([3, 0, 2])), RowOrder(np.array([4]))], "AB").tolist() == [3, 2, 4]


def test_a_list_of_anything_else_is_no_list_of_paths():
    assert [paths_in(each) for each in ([[0.1]], [A], A, [], {}, "a.npy", Path("a.npy"))] == [None] * 7
