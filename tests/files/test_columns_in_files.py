"""Tokens and tracks that lie beside states, in many files or in columns of tables."""

import itertools

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lstmvis_widget import StateExplorer, save_states

A = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
BOUNDS = (0, 10, 12, 30)
WORDS = [f"w{step % 7}" for step in range(30)]
IDS = np.arange(30) % 7
LOSS = np.linspace(0, 1, 30)


def parts(values):
    return [values[start:stop] for start, stop in itertools.pairwise(BOUNDS)]


@pytest.fixture
def folder(tmp_path):
    """Files 0, 1 and 2 of each kind, each a sequence."""
    for number, (states, words, ids, loss) in enumerate(zip(*map(parts, (A, WORDS, IDS, LOSS)), strict=True)):
        np.save(tmp_path / f"states{number}.npy", states)
        np.save(tmp_path / f"words{number}.npy", np.array(words))
        np.save(tmp_path / f"ids{number}.npy", ids)
        np.savez(tmp_path / f"all{number}.npz", loss=loss, ids=ids)
        table = {"hidden": [states.tolist()], "tokens": [words], "input_ids": [ids.tolist()], "loss": [loss.tolist()]}
        kinds = pa.schema([("hidden", pa.list_(pa.list_(pa.float32()))), ("tokens", pa.list_(pa.string()))])
        kinds = kinds.append(pa.field("input_ids", pa.list_(pa.int64()))).append(
            pa.field("loss", pa.list_(pa.float64()))
        )
        pq.write_table(pa.table(table, schema=kinds), tmp_path / f"{number}.parquet")
        with h5py.File(tmp_path / f"{number}.h5", "w") as file:
            file["words"], file["states"] = words, states
    return tmp_path


@pytest.mark.parametrize(
    ("states", "tokens", "tracks"),
    [
        ("states*.npy", "words*.npy", "all*.npz::loss"),
        ("states*.npy", "ids*.npy", "[0-9].parquet::loss"),
        ("[0-9].parquet", "[0-9].parquet", "[0-9].parquet::loss"),
        ("[0-9].parquet::hidden", "[0-9].parquet::input_ids", "all*.npz::loss"),
        ("[0-9].h5::states", "[0-9].h5::words", "all*.npz::loss"),
    ],
)
def test_patterns_give_the_same_explorer_as_arrays(folder, states, tokens, tracks):
    vocabulary = {number: f"w{number}" for number in range(7)} if "ids" in tokens else None
    paths = (f"{folder}/{each}" for each in (states, tokens))
    explorer = StateExplorer(*paths, {"loss": f"{folder}/{tracks}"}, vocabulary=vocabulary)
    assert list(explorer.tokens) == WORDS
    assert list(explorer.sequences) == [10, 2, 18]
    assert np.array_equal(explorer.states, A)
    assert np.array_equal(explorer.tracks["loss"].values, LOSS)
    explorer.close()


def test_lists_of_paths_are_told_from_lists_of_tokens(folder):
    paths = [folder / f"words{number}.npy" for number in range(3)]
    for given in (paths, list(map(str, paths))):
        explorer = StateExplorer(A, given)
        assert list(explorer.tokens) == WORDS
        explorer.close()
    explorer = StateExplorer(A[:3], list(map(str, paths)))
    assert list(explorer.tokens) == list(map(str, paths))
    explorer.close()
    with pytest.raises(ValueError, match="3"):
        StateExplorer(A, ["a.npy", "b.npy", "c.npy"])


def test_files_that_lie_beside_are_saved_too(folder):
    save_states(folder / "all.hdf5", f"{folder}/states*.npy", f"{folder}/words*.npy")
    explorer = StateExplorer.open(folder / "all.hdf5")
    assert list(explorer.tokens) == WORDS
    explorer.close()


@pytest.mark.parametrize(
    ("tokens", "error", "message"),
    [
        ("missing*.npy", FileNotFoundError, "no file fits"),
        ("missing.parquet", FileNotFoundError, r"no such file.*missing\.parquet"),
        ("states0.npy", ValueError, r"states0\.npy' must hold one entry a time step; its shape is \(10, 4\)"),
        ("0.parquet::words", ValueError, r"no column 'words' in .*0\.parquet'; its columns: hidden \(list"),
        ("0.parquet::hidden", ValueError, "has lists in lists"),
    ],
)
def test_what_is_no_column_is_refused(folder, tokens, error, message):
    with pytest.raises(error, match=message):
        StateExplorer(A, f"{folder}/{tokens}")


def test_tracks_of_several_hdf5_files_are_not_joined(folder):
    with pytest.raises(ValueError, match=r"aren't joined here: read each with track_at"):
        StateExplorer(A, tracks={"x": f"{folder}/[0-9].h5::words"})
