"""States in parquet and Arrow files, as Hugging Face data sets are: the same as an array, in the order of their ids."""

import itertools
import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, rank_matches
from lstmvis_widget.states.sources import States

A = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
BOUNDS = (0, 7, 8, 20, 30)
LENGTHS = np.diff(BOUNDS).tolist()
WORDS = [f"w{step}" for step in range(30)]
FLOATS = pa.float32()


def cut(values, bounds=BOUNDS):
    return [values[start:stop] for start, stop in itertools.pairwise(bounds)]


def sequences_of(array, bounds=BOUNDS, kind=None, **columns):
    """A table with a row a sequence."""
    kind = kind or pa.list_(pa.list_(pa.from_numpy_dtype(array.dtype)))
    return pa.table({"hidden": pa.array([each.tolist() for each in cut(array, bounds)], kind), **columns})


def steps_of(array, kind=None, **columns):
    """A table with a row a step."""
    kind = kind or pa.list_(pa.from_numpy_dtype(array.dtype), array.shape[1])
    return pa.table({"hidden": pa.array(array.tolist(), kind), **columns})


def parquet(table, path, rows=3):
    pq.write_table(table, path, row_group_size=rows)
    return path


def arrow_stream(table, path, rows=3):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table, rows)
    return path


def arrow_file(table, path, rows=3, compression=None):
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema, options=options) as writer:
        writer.write_table(table, rows)
    return path


WRITERS = {"a.parquet": parquet, "a.arrow": arrow_stream, "b.arrow": arrow_file}
KINDS = {
    "lists of lists": pa.list_(pa.list_(FLOATS)),
    "lists of vectors": pa.list_(pa.list_(FLOATS, 4)),
    "large lists": pa.large_list(pa.large_list(FLOATS)),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_vectors_is_a_sequence(tmp_path, name, kind):
    path = WRITERS[name](sequences_of(A, kind=KINDS[kind]), tmp_path / name)
    with States(path) as states:
        assert (states.shape, states.dtype) == (A.shape, A.dtype)
        assert states.sequences.tolist() == LENGTHS
        for start, stop in [(0, 30), (3, 21), (7, 8), (29, 30), (5, 5)]:
            assert np.array_equal(states.read(start, stop), A[start:stop])
    explorer = StateExplorer(path, threshold=0.1)
    assert list(explorer.sequences) == LENGTHS
    explorer.close()
    expected = rank_matches(A, [0, 1], 0.1, sequences=LENGTHS)
    assert rank_matches(path, [0, 1], 0.1).to_pandas().equals(expected.to_pandas())


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("kind", [pa.list_(FLOATS), pa.list_(FLOATS, 4), pa.large_list(FLOATS)], ids=str)
def test_a_row_of_numbers_is_a_step(tmp_path, name, kind):
    path = WRITERS[name](steps_of(A, kind), tmp_path / name)
    with States(path) as states:
        assert np.array_equal(states, A)
        assert states.sequences is None


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint16", "bool"])
def test_values_have_the_dtype_of_the_column(tmp_path, dtype):
    array = (10 * np.abs(A)).astype(dtype)
    for name, write in WRITERS.items():
        with States(f"{write(steps_of(array), tmp_path / name)}::hidden") as states:
            assert np.array_equal(states.read(2, 9), array[2:9])


def test_sequences_of_one_length_need_no_pass_over_them(tmp_path):
    table = sequences_of(A, (0, 10, 20, 30), pa.list_(pa.list_(FLOATS, 4), 10))
    for name, write in WRITERS.items():
        with States(write(table, tmp_path / name)) as states:
            assert np.array_equal(states, A)
            assert states.sequences.tolist() == [10, 10, 10]


def test_lengths_are_read_from_the_tokens_only_where_these_are_as_many(tmp_path):
    shifted = (0, 8, 9, 20, 30)
    for bounds in (BOUNDS, shifted):
        path = parquet(sequences_of(A, tokens=pa.array(cut(WORDS, bounds))), tmp_path / "a.parquet", rows=1)
        with States(path) as states:
            assert states.sequences.tolist() == LENGTHS
            assert np.array_equal(states, A)


def test_missing_numbers_are_nan_and_missing_sequences_none(tmp_path):
    rows = [[[1.0, None], [2.0, 3.0]], None, [], [[4.0, 5.0]]]
    for name, write in WRITERS.items():
        with States(
            write(pa.table({"x": pa.array(rows, pa.list_(pa.list_(pa.float64())))}), tmp_path / name)
        ) as states:
            assert np.array_equal(states, [[1, np.nan], [2, 3], [4, 5]], equal_nan=True)
            assert states.sequences.tolist() == [2, 1]


@pytest.mark.parametrize("rows", [[[[1.0, 2], [3]]], [[[1.0, 2], None]], [[1.0, 2], [3]], [[1.0, 2], None]], ids=str)
def test_vectors_of_different_length_are_refused(tmp_path, rows):
    for name, write in WRITERS.items():
        with pytest.raises(OSError, match=rf"{name}.*(differ in length|is missing)"):
            States(write(pa.table({"x": rows}), tmp_path / name)).read(0, 2)


# ------------------------------------------------------------------ many files


@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 20), max_size=2),
    reading=st.tuples(st.integers(1, 5), st.integers(0, 30), st.integers(0, 30)),
    has=st.sampled_from([("sequence",), ("sequence_id", "position"), ("step",)]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ids_say_which_rows_are_a_sequence_wherever_files_end(tmp_path, lengths, cuts, reading, has):
    steps, (rows, *ends) = sum(lengths), reading
    ids = {
        "sequence": np.repeat(np.arange(len(lengths)), lengths),
        "sequence_id": [f"text {number}" for number in np.repeat(np.arange(len(lengths)), lengths)],
        "position": np.concatenate([np.arange(length) for length in lengths]).astype(np.int32),
        "step": np.concatenate([np.arange(length) for length in lengths]),
    }
    table = steps_of(A[:steps], **{name: ids[name] for name in has})
    bounds = [0, *sorted(min(each, steps) for each in cuts), steps]
    paths = [
        parquet(part, tmp_path / f"{number}.parquet", rows)
        for number, part in enumerate(table.slice(start, stop - start) for start, stop in itertools.pairwise(bounds))
    ]
    with States(paths) as states:
        assert states.sequences.tolist() == lengths
        for start, stop in [(0, steps), sorted(min(end, steps) for end in ends)]:
            assert np.array_equal(states.read(start, stop), A[start:stop])


def test_shuffled_rows_are_refused_and_say_how_to_sort_them(tmp_path):
    order = np.random.default_rng(1).permutation(30)
    ids = {"sequence": np.repeat(range(4), LENGTHS), "position": np.concatenate([np.arange(each) for each in LENGTHS])}
    table = steps_of(A, **ids).take(order)
    with pytest.raises(ValueError, match=r"rows of .*a\.parquet.* are shuffled.*sort_by"):
        States(parquet(table, tmp_path / "a.parquet"))
    path = parquet(table.sort_by([("sequence", "ascending"), ("position", "ascending")]), tmp_path / "a.parquet")
    assert np.array_equal(States(path), A)
    parts = [
        parquet(steps_of(A[at : at + 10], position=np.arange(at, at + 10)), tmp_path / f"{at}.parquet")
        for at in (0, 10, 20)
    ]
    assert States(parts).sequences.tolist() == [30]
    with pytest.raises(
        ValueError, match=r"0\.parquet' ends with position 9, and .*20\.parquet' begins with position 20"
    ):
        States([parts[0], parts[2], parts[1]])


def test_files_are_pickled_with_what_is_known_of_them_and_open_no_column_of_ids_again(tmp_path, monkeypatch):
    paths = [parquet(sequences_of(A), tmp_path / f"{number}.parquet") for number in range(2)]
    states = States(paths)
    content = pickle.dumps(states)
    monkeypatch.setattr("lstmvis_widget.states.table_rows._looked_through", None)
    again = pickle.loads(content)  # noqa: S301  (pickled in the test)
    assert np.array_equal(again, np.concatenate([A, A]))
    again.close()
    states.close()
    with pytest.raises(OSError, match="has been closed"):
        states.read(0, 1)


def test_groups_of_rows_are_read_whole(tmp_path):
    big = np.zeros((60_000, 4))
    path = parquet(steps_of(big), tmp_path / "a.parquet", rows=20_000)
    with States([path, path]) as states:
        assert states.chunks.bounds.tolist() == list(range(0, 120_001, 20_000))


# ------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("columns", "name", "error", "message"),
    [
        (
            {"a": [[1.0]], "b": [[2.0]]},
            "",
            ValueError,
            r"several columns hold vectors; the columns .*a \(list.*b \(list",
        ),
        ({"a": [1.0], "b": [2.0]}, "", ValueError, r"no column holds vectors .*pandas\.read_parquet"),
        ({"a": [[1.0]]}, "::c", ValueError, r"no column 'c' in .*a \(list"),
        ({"a": [1.0]}, "::a", TypeError, "must hold a vector of numbers a row"),
        ({"a": [["x"]]}, "::a", TypeError, "must hold a vector of numbers a row"),
        ({"a": [[1.0]], "sequence": [1.5]}, "", TypeError, "must hold ids of rows"),
        ({"a": [[1.0], [2.0]], "sequence": [1, None]}, "", ValueError, "lacks the ids of some rows"),
    ],
)
def test_columns_that_are_no_states_are_refused_with_those_there_are(tmp_path, columns, name, error, message):
    for file, write in WRITERS.items():
        with pytest.raises(error, match=message):
            States(f"{write(pa.table(columns), tmp_path / file)}{name}")


def test_a_column_of_lists_of_vectors_comes_before_lists_of_numbers(tmp_path):
    table = sequences_of(A, loss=pa.array([[0.5]] * 4))
    assert np.array_equal(States(parquet(table, tmp_path / "a.parquet")), A)


@pytest.mark.parametrize("name", WRITERS)
def test_whatever_is_changed_in_a_table_is_an_error_or_other_numbers(tmp_path, name):
    path = WRITERS[name](sequences_of(A, tokens=pa.array(cut(WORDS))), tmp_path / name)
    whole = path.read_bytes()
    chance = np.random.default_rng(1)
    for keep in (0, 1, 7, 40, len(whole) // 2, len(whole) - 9):
        path.write_bytes(whole[:keep])
        with pytest.raises(OSError, match=name):
            States(path).read(0, 30)
    for _ in range(150):
        content = bytearray(whole)
        for at in chance.integers(0, len(whole), 3):
            content[at] = chance.integers(0, 256)
        path.write_bytes(bytes(content))
        try:
            with States(path) as states:
                states.read(0, min(len(states), 30))
        except (OSError, ValueError, TypeError) as error:
            assert str(error)  # noqa: PT017  (each of them may come, or none)


def test_a_packed_arrow_file_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    path = arrow_file(steps_of(np.zeros((1000, 100))), tmp_path / "a.arrow", 1000, "zstd")
    with States(path) as states:
        assert not np.asarray(states).any()
    monkeypatch.setattr("lstmvis_widget.states.table_files.free_memory", lambda: 10**6)
    with pytest.raises(ValueError, match=r"is packed, and would take more than 500 kB of memory"):
        States(path)


def test_a_row_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    path = parquet(steps_of(np.zeros((2, 1000))), tmp_path / "a.parquet")
    monkeypatch.setattr("lstmvis_widget.states.table_rows.free_memory", lambda: 10**4)
    with pytest.raises(ValueError, match=r"a row of column 'hidden' .* 8\.0 kB of memory, and may take 5\.0 kB"):
        States(path)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (1, 4)])
def test_tensors_of_a_fixed_shape_are_vectors_or_sequences_of_them(tmp_path, shape):
    array = A.reshape(-1, *shape)
    table = pa.table({"x": pa.FixedShapeTensorArray.from_numpy_ndarray(array)})
    for name, write in WRITERS.items():
        with States(write(table, tmp_path / name)) as states:
            assert np.array_equal(states, A)
            assert states.sequences is None if len(shape) == 1 else states.sequences.tolist() == [shape[0]] * len(array)


def test_tensors_whose_axes_are_in_another_order_are_refused(tmp_path):
    table = pa.table({"x": pa.FixedShapeTensorArray.from_numpy_ndarray(np.transpose(A.reshape(-1, 4, 3), (0, 2, 1)))})
    with pytest.raises(OSError, match=r"a\.parquet.*axes in another order"):
        States(parquet(table, tmp_path / "a.parquet"))
