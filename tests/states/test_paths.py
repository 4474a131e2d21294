"""States in files: which are opened, what damaged ones say, and how they are pickled."""

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest
import zarr

from lstmvis_widget import StateExplorer, StateWriter, rank_matches
from lstmvis_widget.files import read_file
from lstmvis_widget.states.small_floats import SmallFloatRows
from lstmvis_widget.states.sources import States

from .sources import hdf5_file

A = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)


def unpickled(content):
    return pickle.loads(content)  # noqa: S301  (pickled in the test)


@pytest.fixture
def saved(tmp_path):
    """A function: a kind of file → the path of one with these states."""
    torch = pytest.importorskip("torch")
    save_file = pytest.importorskip("safetensors.torch").save_file

    def save(kind, array=A):
        path = tmp_path / f"states.{kind}"
        if kind == "npy":
            np.save(path, array)
        elif kind == "npz":
            np.savez(path, array)
        elif kind == "safetensors":
            save_file({"a": torch.tensor(array)}, path)
        elif kind == "zarr":
            zarr.create_array(path, shape=array.shape, dtype=array.dtype, chunks=array.shape)[:] = array
        elif kind == "h5":
            hdf5_file(tmp_path, states=array)
        return path

    return save


KINDS = ["npy", "npz", "safetensors", "zarr", "h5"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_pickled_as_its_path_and_opened_again(saved, kind, tmp_path, monkeypatch):
    path = saved(kind)
    monkeypatch.chdir(tmp_path)
    states = States(path.name, "standardise")
    states.prepare()
    content = pickle.dumps(states)
    monkeypatch.chdir("/")
    again = unpickled(content)
    assert np.array_equal(again.read(3, 20), states.read(3, 20))
    assert again.transform == "standardise"
    assert len(content) < 3000
    again.close()
    states.close()


@pytest.mark.parametrize("kind", ["npy", "safetensors", "h5"])
def test_a_file_that_has_changed_by_then_is_refused(saved, kind):
    content = pickle.dumps(States(saved(kind)))
    saved(kind, A[:20])
    with pytest.raises(ValueError, match=r"has changed.*\(20, 4\).*\(30, 4\)"):
        unpickled(content)


@pytest.mark.parametrize("kind", ["npy", "safetensors", "h5"])
def test_a_file_that_is_gone_by_then_is_named(saved, kind):
    path = saved(kind)
    content = pickle.dumps(States(path))
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"states\."):
        unpickled(content)


def test_part_of_a_batch_in_a_file_is_pickled_as_its_path(tmp_path):
    path = hdf5_file(tmp_path, states=np.stack([A, 2 * A]))
    explorer = StateExplorer(path, sequences=[30, 5])
    content = pickle.dumps(explorer.states)
    explorer.close()
    assert len(content) < 3000
    assert np.array_equal(unpickled(content).read(28, 35), np.concatenate([A[28:], 2 * A[:5]]))


def test_a_file_that_is_being_written_is_pickled_too(tmp_path):
    with StateWriter(tmp_path / "states.h5", compression="gzip") as writer:
        writer.append(A)
        contents = read_file(tmp_path / "states.h5")
        again = unpickled(pickle.dumps(contents.states["states"]))
        assert np.array_equal(again.read(0, 30), A)
        contents.file.close()


def test_a_closed_file_cannot_be_pickled(saved):
    with States(saved("h5")) as states:
        pass
    with pytest.raises(ValueError, match="closed; open it again"):
        pickle.dumps(states)


# ----------------------------------------------------------------- opening


@pytest.mark.parametrize("kind", ["npy", "npz", "safetensors"])
def test_values_are_mapped_and_not_read(saved, kind):
    opened = States(saved(kind)).source
    assert isinstance(opened, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        opened[0] = 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_path_may_begin_with_the_home_folder(saved, kind, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    saved(kind)
    states = States(f"~/states.{kind}")
    assert np.array_equal(states.read(0, 30), A)
    monkeypatch.setenv("HOME", "/")
    assert np.array_equal(unpickled(pickle.dumps(states)).read(0, 30), A)
    states.close()


def test_a_file_is_known_by_its_first_bytes_too(saved, tmp_path):
    for kind, name in [("npy", "states.bin"), ("h5", "states.bin")]:
        saved(kind).rename(tmp_path / name)
        assert np.array_equal(States(tmp_path / name).read(0, 30), A)


def test_tensors_of_small_floats_are_those_that_torch_has():
    torch = pytest.importorskip("torch")
    for dtype, kind, bits in [
        (torch.bfloat16, "BF16", np.arange(2**16, dtype=np.uint16)),
        (torch.float8_e4m3fn, "F8_E4M3", np.arange(256, dtype=np.uint8)),
        (torch.float8_e5m2, "F8_E5M2", np.arange(256, dtype=np.uint8)),
    ]:
        expected = torch.tensor(bits).view(dtype).float().numpy()
        rows = SmallFloatRows(bits.reshape(-1, 4), kind)
        found = rows[0 : len(bits)].reshape(-1)
        assert np.array_equal(found, expected, equal_nan=True)
        assert rows.least_above_zero == expected[expected > 0].min()


def test_a_zarr_folder_that_is_gone_is_named_and_no_zeros_are_read(saved):
    path = saved("zarr")
    states = States(path)
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(OSError, match=r"states\.zarr.* is gone"):
        states.read(0, 3)


def test_several_arrays_ask_for_one_and_list_them(tmp_path):
    np.savez(tmp_path / "a.npz", one=A, two=A)
    group = zarr.open_group(tmp_path / "a.zarr", mode="w")
    for name in ("one", "in/two"):
        group.create_array(name, shape=A.shape, dtype=A.dtype)[:] = A
    for path, second in [("a.npz", "two"), ("a.zarr", "in/two")]:
        with pytest.raises(ValueError, match=rf"(?s)as '.*{path}::(name|path)'(?=.*one).*two"):
            States(tmp_path / path)
        with pytest.raises(ValueError, match=r"(?s)'three' in(?=.*one).*two"):
            States(f"{tmp_path / path}::three")
        assert np.array_equal(States(f"{tmp_path / path}::{second}").read(0, 30), A)


def test_the_only_array_of_two_axes_is_taken_and_one_of_three_where_there_is_none(tmp_path):
    assert States(hdf5_file(tmp_path, one=A[None], two=np.zeros(3))).shape == (30, 4)
    assert States(hdf5_file(tmp_path, one=A[None], two=A[:5])).shape == (5, 4)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("states.pt", r"torch\.load\(path, weights_only=True\)"),
        ("states.pkl", r"read from HDF5, \.npy"),
        ("states.csv", r"pandas\.read_csv"),
        ("states.parquet", r"states\.parquet' can't be read as a table"),
        ("states.h5", r"isn't one; it begins with"),
        ("states", r"isn't one; it begins with"),
    ],
)
def test_other_files_are_told_what_reads_them(tmp_path, name, message):
    (tmp_path / name).write_bytes(b"PK\x03\x04 whatever it is")
    with pytest.raises(OSError, match=message):
        StateExplorer(tmp_path / name)


def test_other_folders_are_told_apart(tmp_path):
    with pytest.raises(OSError, match=r"isn't a file, but a folder, and none of zarr"):
        StateExplorer(tmp_path)
    (tmp_path / "lstm.yml").write_text("")
    with pytest.raises(OSError, match=r"StateExplorer\.from_lstmvis"):
        StateExplorer(tmp_path)


# ----------------------------------------------------------- damage and malice


@pytest.mark.parametrize("kind", ["npy", "npz", "safetensors", "h5"])
def test_files_that_are_cut_short_anywhere_are_refused_by_name(saved, kind):
    path = saved(kind)
    whole = path.read_bytes()
    for keep in {0, 1, 7, 40, len(whole) // 2, len(whole) - 1}:
        path.write_bytes(whole[:keep])
        with pytest.raises(OSError, match=rf"states\.{kind}"):
            States(path).read(0, 30)


@pytest.mark.parametrize("kind", ["npy", "npz", "safetensors"])
def test_whatever_is_changed_in_a_file_is_an_error_or_other_numbers(saved, kind):
    path = saved(kind)
    whole = path.read_bytes()
    chance = np.random.default_rng(1)
    header = len(whole) - A.nbytes if kind != "npz" else len(whole)
    for _ in range(150):
        content = bytearray(whole)
        for at in chance.integers(0, header, 3):
            content[at] = chance.integers(0, 256)
        path.write_bytes(bytes(content))
        try:
            with States(path) as states:
                states.read(0, min(len(states), 30))
        except (OSError, ValueError, TypeError) as error:
            assert str(error)  # noqa: PT017  (each of them may come, or none)


class Unpickled:
    def __reduce__(self):
        return os.abort, ()


def test_objects_are_never_unpickled(tmp_path):
    objects = np.array([[Unpickled(), Unpickled()]], object)
    np.save(tmp_path / "a.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "a.npz", objects)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(TypeError, match="Python objects, which aren't read"):
            States(tmp_path / name)


def test_a_zarr_folder_that_would_unpickle_is_refused(tmp_path):
    zarr.create_array(tmp_path / "a.zarr", shape=(4, 3), dtype="f4", zarr_format=2)
    described = json.loads((tmp_path / "a.zarr" / ".zarray").read_text())
    (tmp_path / "a.zarr" / ".zarray").write_text(json.dumps(described | {"filters": [{"id": "pickle"}]}))
    with pytest.raises(OSError, match="pickle"):
        States(tmp_path / "a.zarr")


def safetensors_of(header, length=None):
    content = json.dumps(header).encode() if isinstance(header, dict) else header
    return (len(content) if length is None else length).to_bytes(8, "little") + content + bytes(64)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (safetensors_of({}, 2**60), OSError, "damaged or cut short"),
        (safetensors_of(b"not json"), OSError, "can't be read"),
        (safetensors_of(b"[" * 100_000), OSError, "can't be read"),
        (safetensors_of(b"[]"), OSError, "no table of tensors"),
        (safetensors_of({"a": {}}), OSError, "entry in the header is damaged"),
        (safetensors_of({"a": {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 1]}}), OSError, "don't take"),
        (safetensors_of({"a": {"dtype": "F32", "shape": [4, 4], "data_offsets": [8, 72]}}), OSError, "cut short"),
        (safetensors_of({"a": {"dtype": "F32", "shape": [-4, -4], "data_offsets": [0, 64]}}), OSError, "damaged"),
        (safetensors_of({"a": {"dtype": "F32", "shape": [10**18, 4], "data_offsets": [0, 64]}}), OSError, "don't take"),
        (safetensors_of({"a": {"dtype": "F4", "shape": [4, 4], "data_offsets": [0, 8]}}), TypeError, "dtype F4"),
        (safetensors_of({"__metadata__": {}}), ValueError, "the tensors of .* none"),
    ],
)
def test_a_safetensors_file_is_not_believed(tmp_path, content, error, message):
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(error, match=message):
        States(tmp_path / "a.safetensors")


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", np.zeros((1000, 100)))
    monkeypatch.setattr("lstmvis_widget.states.array_files.free_memory", lambda: 10**6)
    with pytest.raises(ValueError, match=r"800 kB of memory, and may take 500 kB: save it with np\.save"):
        States(tmp_path / "a.npz")


def test_an_archive_of_a_damaged_array_is_refused(tmp_path):
    for content in (b"\x93NUMPY\x01\x00", b"nothing"):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.npy", content)
        (tmp_path / "a.npz").write_bytes(file.getvalue())
        with pytest.raises(OSError, match=r"a\.npz::a.*can't be read as numpy's \.npy format"):
            States(tmp_path / "a.npz")


@pytest.mark.parametrize("kind", ["npy", "safetensors"])
def test_a_mapped_file_that_is_cut_short_while_it_is_explored_is_named(saved, kind):
    path = saved(kind)
    explorer = StateExplorer(path, threshold=0.1)
    os.truncate(path, path.stat().st_size // 2)
    explorer.selection = (10, 13)
    assert "has changed since it was opened" in explorer.error
    explorer.close()


HOLDER = "import h5py, sys; file = h5py.File(sys.argv[1], 'r+'); print('open', flush=True); sys.stdin.read()"


def test_a_file_that_another_program_writes_says_so_and_what_to_do(tmp_path):
    path = hdf5_file(tmp_path, states=A)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        for opens in (StateExplorer, StateExplorer.open, lambda path: StateExplorer(A, f"{path}::states")):
            with pytest.raises(OSError, match=r"states\.h5.*another program or notebook.*file\.close\(\).*copy"):
                opens(path)
        holder.stdin.close()
    assert np.array_equal(States(path).read(0, 30), A)


def test_free_functions_read_the_same_files(saved):
    expected = rank_matches(A, [0, 1], 0.1)
    for kind in KINDS:
        assert rank_matches(saved(kind), [0, 1], 0.1).start.tolist() == expected.start.tolist()


def test_states_of_an_open_file_are_taken_as_they_are(tmp_path):
    with h5py.File(hdf5_file(tmp_path, states=A[None])) as file:
        assert np.array_equal(States(file["states"]).read(3, 9), A[3:9])
