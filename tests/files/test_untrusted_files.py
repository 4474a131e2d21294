"""Files with false claims are refused before anything is allocated, and no link leads out of their folder."""

import resource
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest

from lstmvis_widget import StateExplorer, describe, save_states
from lstmvis_widget.files import read_file, tokens_at
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.string_sizes import string_bytes
from lstmvis_widget.states.sources import States

STEPS = 300
STATES = np.random.default_rng(0).normal(size=(STEPS, 6))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "odd.h5"


def saved(path):
    save_states(path, STATES, list("abc") * (STEPS // 3), {"pos": list("NV") * (STEPS // 2)})
    return path


# --------------------------------------------------- not HDF5, or cut short


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(5000), r"isn't one; it begins with b'\\x89PNG"),
        (b"", "it is empty"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
    ],
)
@pytest.mark.parametrize("opens", [StateExplorer, StateExplorer.open, describe, lambda path: tokens_at(f"{path}::a")])
def test_a_foreign_file_is_an_oserror_that_says_what_it_is(path, opens, content, message):
    path.write_bytes(content)
    with pytest.raises(OSError, match=rf"odd\.h5.*{message}"):
        opens(path)


@pytest.mark.parametrize("opens", [StateExplorer, StateExplorer.open, describe])
def test_a_file_cut_short_says_so(path, opens):
    whole = saved(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match=r"odd\.h5.*cut short"):
        opens(path)


@pytest.mark.parametrize("opens", [StateExplorer, StateExplorer.open, describe])
def test_what_is_no_file_is_an_oserror(tmp_path, opens):
    with pytest.raises(FileNotFoundError, match="nothing"):
        opens(tmp_path / "nothing.h5")
    with pytest.raises(OSError, match="isn't a file"):
        opens(tmp_path)


def test_another_layout_is_told_how_to_explore_it(path):
    with h5py.File(path, "w") as file:
        file["cell"] = STATES
    with pytest.raises(ValueError, match=r"no layers in a group 'states'.*describe\("):
        StateExplorer.open(path)


# --------------------------------------------- larger than there is memory


@pytest.fixture
def little_memory(monkeypatch):
    """Memory allocated because a file claims to need it shows as a MemoryError, or as memory in use."""
    monkeypatch.setattr("lstmvis_widget.files.from_paths.free_memory", lambda: 2**32)
    monkeypatch.setattr("lstmvis_widget.hdf5.untrusted.free_memory", lambda: 2**32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.usefixtures("little_memory")
class TestABomb:
    def test_states_that_say_ten_terabytes_are_refused(self, path):
        with h5py.File(path, "w") as file:
            file.create_dataset("states", (10**9, 2500), np.float32, chunks=(100, 2500), compression="gzip")
        assert path.stat().st_size < 10_000
        with pytest.raises(
            ValueError, match=r"\(1000000000, 2500\) can't be explored.*320 GB of memory.*4.3 GB are free"
        ):
            StateExplorer(path)
        assert "10.0 TB, of which 0 bytes are there" in str(describe(path))

    def test_states_of_many_steps_and_one_cell_are_refused(self, path):
        with h5py.File(path, "w") as file:
            file.create_dataset("states", (10**13, 1), np.uint8, chunks=(1000, 1))
        with pytest.raises(ValueError, match="can't be explored"):
            StateExplorer(path)

    def test_a_chunk_that_does_not_fit_is_refused(self, path):
        with h5py.File(path, "w") as file:
            file.create_dataset("states", (10**6, 1000), np.float32, chunks=(10**6, 1000), compression="gzip")
        with pytest.raises(ValueError, match=r"one chunk of .*states would take 4.0 GB"):
            StateExplorer(path)

    @pytest.mark.parametrize("name", ["tokens", "tracks/pos", "vocabulary"])
    def test_texts_that_say_they_are_huge_are_refused(self, path, name):
        with h5py.File(path, "w") as file:
            file["states/a"] = STATES
            rows = (10**9,) if name == "vocabulary" else (STEPS,)
            file.create_dataset(name, rows, "S1000000000" if len(name) > 5 else "S1", chunks=(1,))
            if name == "vocabulary":
                file["tokens"] = np.arange(STEPS)
        with pytest.raises(ValueError, match=r"of memory"):
            StateExplorer.open(path)

    def test_the_bytes_of_texts_are_not_believed_either(self, path):
        saved(path)
        with h5py.File(path, "r+") as file:
            file["tokens/utf8"].resize(10**13, axis=0)
        with pytest.raises(ValueError, match=r"tokens/utf8.*10.0 TB of memory"):
            StateExplorer.open(path)


def test_many_tokens_that_are_all_the_same_long_string_are_refused(path, monkeypatch):
    """A file of 3 MB whose strings, one by one, are 3 GB."""
    monkeypatch.setattr("lstmvis_widget.hdf5.untrusted.free_memory", lambda: 2**28)
    with h5py.File(path, "w") as file:
        file["states/a"] = np.zeros((1000, 2))
        one = file.create_dataset("tokens", (1000,), h5py.string_dtype())
        one[0] = "x" * 3_000_000
    raw = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        at = file["tokens"].id.get_offset()
    raw[at : at + 16 * 1000] = raw[at : at + 16] * 1000
    path.write_bytes(raw)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((ValueError, OSError), match=r"more than 134 MB of memory"):
        StateExplorer.open(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


@pytest.mark.parametrize("storage", [{}, {"chunks": (7,)}, {"chunks": (300,), "compression": "gzip"}])
@pytest.mark.parametrize("rows", [(0, 300), (10, 11), (5, 222)])
def test_the_size_of_strings_is_known_before_they_are_read(path, storage, rows):
    words = ["", "a", "naïve", "x" * 1000, None] * 60
    with h5py.File(path, "w", userblock_size=512) as file:
        dataset = file.create_dataset("words", (300,), h5py.string_dtype(), **storage)
        dataset[:] = ["" if word is None else word for word in words]
        file.flush()
        size = string_bytes(dataset, *rows)
    texts = sum(len((word or "").encode()) for word in words[slice(*rows)])
    assert texts <= size <= texts + rows[1] - rows[0]  # HDF5 counts the byte at the end of each


def test_packed_tokens_that_are_all_the_same_long_string_are_refused(path, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.hdf5.untrusted.free_memory", lambda: 2**28)
    with h5py.File(path, "w") as file:
        file["states/a"] = np.zeros((1000, 2))
        tokens = file.create_dataset("tokens", (1000,), h5py.string_dtype(), chunks=(1000,))
        tokens[0] = "x" * 3_000_000
        file.flush()
        raw = np.frombuffer(tokens.id.read_direct_chunk((0,))[1], np.uint8).reshape(1000, -1)
        tokens.id.write_direct_chunk((0,), np.tile(raw[0], 1000).tobytes())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((ValueError, OSError), match=r"more than 134 MB of memory"):
        StateExplorer.open(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


@pytest.mark.parametrize("where", ["tokens", "attribute"])
def test_strings_that_hdf5_would_never_come_back_from_are_refused(path, where):
    with h5py.File(path, "w") as file:
        file["states/a"] = STATES
        if where == "tokens":
            file["tokens"] = ["word", "x" * 50] * (STEPS // 2)
        else:
            file.attrs["source"] = "word"
    raw = bytearray(path.read_bytes())
    at = raw.index(b"word", raw.index(b"GCOL")) - 16
    raw[at : at + 16] = bytes(16)
    path.write_bytes(raw)
    with pytest.raises(OSError, match=r"odd\.h5.*damaged: its strings can't be read"):
        StateExplorer.open(path)


def test_lengths_that_disagree_say_which_and_by_how_much(path):
    with h5py.File(path, "w") as file:
        file["states/a"], file["states/b"] = STATES, STATES[:-7]
    with pytest.raises(ValueError, match="'a': 300, 'b': 293"):
        StateExplorer.open(path)
    with h5py.File(path, "w") as file:
        file["states/a"], file["tokens"] = STATES, ["a"] * 310
    with pytest.raises(ValueError, match="310 tokens for 300 time steps, 10 too many"):
        StateExplorer.open(path)
    with h5py.File(path, "w") as file:
        file["states/a"], file["tracks/p"] = STATES, np.zeros(299)
    with pytest.raises(ValueError, match="tracks/p holds 299 entries for 300 time steps, 1 too few"):
        StateExplorer.open(path)


def test_a_file_that_says_it_has_more_steps_than_there_are_is_refused(path):
    saved(path)
    with h5py.File(path, "r+") as file:
        file["committed"][0] = 10**15
    with pytest.raises(ValueError, match="must have 1000000000000000 rows, as the file says; it has 300"):
        StateExplorer.open(path)


def test_ids_that_the_vocabulary_lacks_are_shown_as_such_and_counted_once(path):
    save_states_with = {"vocabulary": {0: "the", 1: "prince"}}
    ids = np.arange(STEPS) % 3
    with pytest.warns(UserWarning, match=r"100 of 300 tokens have ids .* \(1 ids: 2\)") as warned:
        save_states(path, STATES, ids, **save_states_with)
    assert len(warned) == 1
    with pytest.warns(UserWarning, match="100 of 300") as warned:
        explorer = StateExplorer.open(path)
    assert len(warned) == 1
    assert explorer.tokens[:3] == ["the", "prince", "⟨id 2⟩"]
    explorer.close()


# -------------------------------------------------------- out of the file


@pytest.fixture
def outside(tmp_path):
    (tmp_path / "outside").mkdir()
    with h5py.File(tmp_path / "outside" / "secret.h5", "w") as file:
        file["a"] = STATES
    (tmp_path / "outside" / "secret.bin").write_bytes(STATES.tobytes())
    return tmp_path / "outside"


def external_link(file, outside):
    file["states/a"] = h5py.ExternalLink(str(outside / "secret.h5"), "/a")


def external_group(file, outside):
    assert (outside / "secret.h5").exists()
    file["states"] = h5py.ExternalLink("outside/secret.h5", "/")


def link_to_a_link(file, outside):
    file["out"] = h5py.ExternalLink(str(outside / "secret.h5"), "/")
    file["states/a"] = h5py.SoftLink("/out/a")


def external_storage(file, outside):
    file.create_dataset(
        "states/a", STATES.shape, STATES.dtype, external=[(str(outside / "secret.bin"), 0, STATES.nbytes)]
    )


def virtual_dataset(file, outside):
    layout = h5py.VirtualLayout(STATES.shape, STATES.dtype)
    layout[:] = h5py.VirtualSource(str(outside / "secret.h5"), "a", STATES.shape)
    file.create_virtual_dataset("states/a", layout)


WAYS_OUT = [external_link, external_group, link_to_a_link, external_storage, virtual_dataset]


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_nothing_is_read_from_other_files(path, outside, way_out):
    with h5py.File(path, "w") as file:
        way_out(file, outside)
    for opens in (lambda: StateExplorer.open(path), lambda: StateExplorer(f"{path}::states/a")):
        with pytest.raises(OSError, match="open the file with h5py and pass the dataset itself"):
            opens()
    describe(path)


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_unless_it_is_opened_by_hand(path, outside, way_out):
    with h5py.File(path, "w") as file:
        way_out(file, outside)
    with h5py.File(path) as file:
        explorer = StateExplorer(file["states/a"])
        assert np.array_equal(explorer.states[:], STATES)
        explorer.close()


def test_tokens_and_tracks_are_not_read_from_other_files_either(path, outside):
    saved(path)
    with h5py.File(path, "r+") as file:
        del file["tokens/utf8"]
        file["tokens/utf8"] = h5py.ExternalLink(str(outside / "secret.h5"), "/a")
    with pytest.raises(ValueError, match="must hold texts"):
        StateExplorer.open(path)


def test_links_in_a_circle_end(path):
    with h5py.File(path, "w") as file:
        file["states/a"] = h5py.SoftLink("/states/b")
        file["states/b"] = h5py.SoftLink("/states/a")
        file["group/group"] = file.create_group("other")
        file["other/back"] = file["group"]
    with pytest.raises(OSError, match="circle"):
        StateExplorer.open(path)
    assert "link to" in str(describe(path))


def test_groups_are_looked_into_only_so_deep_and_only_so_many(path, monkeypatch):
    monkeypatch.setattr(untrusted, "MOST_OBJECTS", 200)
    with h5py.File(path, "w") as file:
        file.create_group("/".join("g" * 100))["deep"] = STATES
    assert "more than 32 deep" in str(describe(path))
    with h5py.File(path, "w") as file:
        for number in range(300):
            file.create_group(f"{number}")
    assert "more in it than 200" in str(describe(path))


def test_a_filter_that_is_not_installed_is_named(path):
    with h5py.File(path, "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((50, 6))
        properties.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)
        space = h5py.h5s.create_simple(STATES.shape)
        h5py.h5d.create(file.id, b"states", h5py.h5t.IEEE_F64LE, space, properties)
    with pytest.raises(OSError, match=r"filter that isn't installed.*32015.*hdf5plugin"):
        StateExplorer(path)
    assert "32015" in str(describe(path))


def test_names_in_a_file_cannot_steer_a_terminal(path):
    with h5py.File(path, "w") as file:
        file["\x1b[2J\n"] = STATES
        file[b"\xff"] = STATES
    shown = str(describe(path))
    assert "\x1b" not in shown
    assert shown.isprintable() or all(line.isprintable() for line in shown.split("\n"))


# ------------------------------------------------- a file that changes


def replaced(path):
    other = path.with_name("other.h5")
    save_states(other, STATES[:100])
    other.replace(path)


def overwritten(path):
    other = path.with_name("other.h5")
    save_states(other, np.zeros((STEPS, 60)), overwrite=True)
    path.write_bytes(other.read_bytes())


def cut_short(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


@pytest.mark.parametrize("change", [replaced, overwritten, cut_short])
def test_a_file_that_changes_while_it_is_explored_is_named(path, change):
    explorer = StateExplorer.open(saved(path))
    change(path)
    explorer.selection = (10, 13)
    assert "odd.h5" in explorer.error
    assert "has changed since it was opened" in explorer.error
    explorer.close()
    with pytest.raises(OSError, match="has changed"):
        _opened_then(change, path)


def _opened_then(change, path):
    path.unlink()
    states = States(f"{saved(path)}::states/states")
    try:
        change(path)
        states.read(0, 5)
    finally:
        states.close()


def test_a_file_that_is_deleted_is_explored_on(path):
    explorer = StateExplorer.open(saved(path), threshold=-10)
    path.unlink()
    explorer.selection = (10, 13)
    assert explorer.error == ""
    assert len(explorer.matches)
    explorer.close()


# ------------------------------------------------------------ a full disk

FILLS_THE_DISK = """
import sys, resource
import numpy as np
from lstmvis_widget import StateWriter
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
writer = StateWriter(sys.argv[1], compression=eval(sys.argv[3]))
try:
    for number in range(10**6):
        writer.append(np.random.default_rng(number).random((100, 200)), [str(number)] * 100)
except OSError as error:
    print(writer.steps, type(error).__name__, error.errno, error)
try:
    writer.append(np.zeros((100, 200)), ["a"] * 100)
except ValueError as error:
    print(error)
writer.close()
"""


def fill(path, limit, compression):
    ran = subprocess.run(
        [sys.executable, "-c", FILLS_THE_DISK, str(path), str(limit), repr(compression)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    said, after = ran.stdout.splitlines()
    assert "the disk is full" in said
    assert f"Its first {int(said.split()[0]):,} steps are complete" in said
    assert "isn't being written any more" in after
    return int(said.split()[0])


def holds(path, steps):
    contents = read_file(path)
    expected = np.concatenate([np.random.default_rng(number).random((100, 200)) for number in range(steps // 100)])
    assert np.array_equal(np.asarray(contents.states["states"]), expected)
    assert contents.tokens == [str(step // 100) for step in range(steps)]
    assert not contents.finished
    contents.file.close()


@pytest.mark.parametrize("compression", [None, "gzip"])
@pytest.mark.parametrize("limit", [3_000_000, 3_100_000, 3_333_333])
def test_what_is_complete_can_be_read_where_a_file_may_not_grow(path, limit, compression):
    steps = fill(path, limit, compression)
    assert steps >= 100
    holds(path, steps)


NEVER_ASKS = """
import lstmvis_widget.hdf5.disk_space
lstmvis_widget.hdf5.disk_space.ReservedSpace.reserve = lambda self, size: None
"""


def test_what_is_complete_can_be_read_where_hdf5_itself_fails(path, monkeypatch):
    """The system says too late that the disk is full."""
    monkeypatch.setitem(globals(), "FILLS_THE_DISK", NEVER_ASKS + FILLS_THE_DISK)
    steps = fill(path, 3_000_000, None)
    assert steps >= 1000
    holds(path, steps)


@pytest.mark.skipif(shutil.which("mount") is None, reason="there is no mount")
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_what_is_complete_can_be_read_when_the_disk_is_full(tmp_path, compression):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        [shutil.which("mount"), "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this user can't mount")
    try:
        holds(disk / "odd.h5", fill(disk / "odd.h5", 0, compression))
    finally:
        subprocess.run([shutil.which("umount"), str(disk)], check=True)
