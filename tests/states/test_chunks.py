"""Files are read along their chunks: whatever the chunks are, no pass unpacks one twice."""

from concurrent.futures import ThreadPoolExecutor
from math import ceil, prod

import h5py
import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, cell_alignment, save_states
from lstmvis_widget.states import chunks as chunks_module
from lstmvis_widget.states import folding, samples, sources
from lstmvis_widget.states.chunks import RowChunks, chunks_of
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.samples import runs_of_rows, sample_of
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States

SHAPE = STEPS, CELLS = 30_000, 26
VALUES = np.random.default_rng(0).normal(size=SHAPE).astype("f4")
LAYOUTS = {
    "one chunk": SHAPE,
    "rows": (256, CELLS),
    "single rows": (1, CELLS),
    "columns": (STEPS, 1),
    "blocks": (1000, 13),
    "long": (9_999, CELLS),
    "guessed by HDF5": (1875, 4),
}


class Packed:
    """An array in chunks, each of which is unpacked whole for any value in it: it counts how often."""

    def __init__(self, values, chunks):
        self._values, self.chunks = values, chunks
        self.shape, self.dtype = values.shape, values.dtype
        self.unpacked = 0

    def __getitem__(self, key):
        key = key if isinstance(key, tuple) else (key,)
        slices = [slice(each, each + 1) if isinstance(each, int) else each for each in key]
        slices += [slice(None)] * (len(self.shape) - len(slices))
        touched = 1
        for part, size, chunk in zip(slices, self.shape, self.chunks, strict=True):
            start, stop, step = part.indices(size)
            touched *= len({at // chunk for at in range(start, stop, step)})
        self.unpacked += touched
        return self._values[key]

    @property
    def reads(self):
        """How often all of it has been unpacked."""
        return self.unpacked / prod(ceil(size / chunk) for size, chunk in zip(self.shape, self.chunks, strict=True))

    def reads_during(self, work):
        before = self.reads
        work()
        return self.reads - before


@pytest.fixture(params=LAYOUTS)
def packed(request, monkeypatch):
    monkeypatch.setattr(samples, "SAMPLE_VALUES", 100_000)
    monkeypatch.setattr(samples, "UNPACKED_BYTES", 200_000)
    monkeypatch.setattr(sources, "BLOCK_BYTES", 100_000)
    return Packed(VALUES, LAYOUTS[request.param])


@pytest.mark.parametrize("transform", [None, "tanh", "abs", "standardise", "quantile"])
def test_opening_costs_at_most_one_and_a_half_reads(packed, transform):
    StateExplorer(packed, transform=transform, background=False).close()
    assert packed.reads <= 1.5


def test_a_layer_that_is_read_whole_for_its_sample_is_read_once(packed, monkeypatch):
    monkeypatch.setattr(samples, "SAMPLE_VALUES", 2_000_000)
    StateExplorer(packed, background=False).close()
    assert packed.reads <= 1.5


def test_a_pass_over_all_steps_unpacks_each_chunk_once(packed, monkeypatch):
    monkeypatch.setattr(folding, "in_threads", lambda work, **_: work())
    states = States(packed)
    track = ["a", "b", "b"] * (STEPS // 3)
    for work in (
        lambda: OnOffIndex.build(states, 0.3),
        lambda: OnOffIndex.build(states, 0.3, block_rows=700, also=lambda *_: None),
        lambda: Envelopes(states, (-4, 4), memory=10**6).columns(0, STEPS, 512, np.arange(3)),
        lambda: [states.read(*block) for block in states.blocks()],
        lambda: [states.read(start, start + 77) for start in range(0, STEPS - 77, 77)],
        lambda: cell_alignment(states, track, labels=["a"]),
    ):
        states._chunks.forget()
        passes = 2 if "cell_alignment" in work.__code__.co_names else 1
        assert packed.reads_during(work) <= passes + 0.05


def test_saving_unpacks_each_chunk_once(packed, tmp_path):
    save_states(tmp_path / "saved.h5", packed)
    assert packed.reads <= 1.05


def test_going_to_and_fro_unpacks_a_chunk_once(packed):
    states = States(packed)
    states.read(100, 220)
    before = packed.unpacked
    for start in (60, 100, 130, 0, 30):
        assert np.array_equal(states.read(start, start + 100), VALUES[start : start + 100])
    assert packed.unpacked == before or packed.chunks[0] < 256


def test_what_is_kept_is_not_changed_by_who_reads_it(packed):
    states = States(packed)
    for _ in range(2):
        rows = states.read(5, 50)
        assert np.array_equal(rows, VALUES[5:50])
        rows[:] = 0


def test_threads_read_the_right_rows(packed):
    states = States(packed)
    with ThreadPoolExecutor(4) as pool:
        for (start, stop), rows in pool.map(lambda block: (block, states.read(*block)), states.blocks()):
            assert np.array_equal(rows, VALUES[start:stop])


def test_a_thread_that_is_slow_to_read_its_block_finds_its_chunk(packed):
    states = States(packed)
    blocks = states.blocks()
    slow = next(blocks)
    assert packed.reads_during(lambda: [states.read(*block) for block in blocks] + [states.read(*slow)]) <= 1.05
    assert len(states._chunks._kept) <= 3


def test_closing_keeps_nothing(packed):
    states = States(packed)
    states.read(3, 8)
    assert states._chunks.nbytes > 0
    states.close()
    assert states._chunks.nbytes == 0


# ------------------------------------------------------------ which chunks there are


@given(
    st.integers(1, 500),
    st.lists(st.integers(0, 499), max_size=20),
    st.integers(1, 90),
    st.integers(1, 40_000),
)
def test_blocks_cover_all_rows_in_order_and_are_short(steps, starts, rows, row_bytes):
    starts = np.unique([0, *(start for start in starts if start < steps)])
    chunks = RowChunks.starting_at(starts, steps, row_bytes)
    blocks = list(chunks.blocks(rows))
    assert [step for start, stop in blocks for step in range(start, stop)] == list(range(steps))
    assert all(stop - start <= rows for start, stop in blocks)
    assert set(chunks.bounds.tolist()) <= {*starts.tolist(), steps}
    for start in range(0, steps, 7):
        first, end = chunks.around(start, min(start + 5, steps))
        assert first <= start < min(start + 5, steps) <= end
        assert {first, end} <= set(chunks.bounds.tolist())


def test_whole_chunks_make_a_block_where_they_are_short():
    chunks = RowChunks.starting_at(np.arange(0, 1000, 30), 1000, 10**5)
    assert {start % 30 for start, _ in chunks.blocks(100)} == {0}


def test_only_packed_datasets_are_read_by_chunks(tmp_path):
    with h5py.File(tmp_path / "states.h5", "w") as file:
        for name, options in (("plain", {}), ("chunked", {"chunks": (50, 26)})):
            assert chunks_of(file.create_dataset(name, SHAPE, "f4", **options), 104) is None
        packed = file.create_dataset("packed", SHAPE, "f4", chunks=(5000, 3), compression="gzip")
        assert chunks_of(packed, 104).bounds.tolist() == [0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000]


def test_an_array_of_zarr_is_read_by_chunks(tmp_path):
    array = zarr.create_array(tmp_path / "states.zarr", shape=SHAPE, dtype="f4", chunks=(10_000, 4))
    assert chunks_of(array, 104).bounds.tolist() == [0, 10_000, 20_000, 30_000]


def test_dask_says_the_length_of_each_chunk():
    lengths = (7_000, 20_000, 3_000)
    source = Packed(VALUES, (1, 1))
    source.chunks = (lengths, (13, 13))
    assert chunks_of(source, 104).bounds.tolist() == [0, 7_000, 27_000, 30_000]


# ------------------------------------------------------------ several sequences


@pytest.mark.parametrize("chunks", [(1, 500, 8), (4, 500, 8), (3, 100, 4), (10, 1000, 2)])
def test_members_that_share_chunks_are_read_together(chunks):
    values = np.random.default_rng(1).normal(size=(10, 1000, 8)).astype("f4")
    source = Packed(values, chunks)
    lengths = [1000, 900, 1, 1000, 500, 640, 320, 1000, 77, 1000]
    with_states = StateExplorer(source, sequences=lengths, background=False)
    states = with_states._data.layers["states"]
    expected = np.concatenate([values[at, :length] for at, length in enumerate(lengths)])
    states._chunks.forget()

    def read_all():
        found = np.concatenate([states.read(*block) for block in states.blocks(300)])
        assert np.array_equal(found, expected)

    assert source.reads_during(read_all) <= 1.05
    with_states.close()


def test_files_of_several_sequences_are_read_along_their_chunks(tmp_path):
    with h5py.File(tmp_path / "states.h5", "w") as file:
        parts = [
            file.create_dataset(f"{at}", data=VALUES[:length], chunks=(5000, 26), compression="gzip")
            for at, length in enumerate((20_000, 7_000))
        ]
        explorer = StateExplorer(parts, sequences=[20_000, 7_000], background=False)
        states = explorer._data.layers["states"]
        assert states.chunks.bounds.tolist() == [0, 5000, 10_000, 15_000, 20_000, 25_000, 27_000]
        assert np.array_equal(states.read(19_000, 21_000), np.concatenate([VALUES[19_000:20_000], VALUES[:1000]]))
        explorer.close()


# ------------------------------------------------------------ chunks too long to be kept


@pytest.fixture
def little_room(monkeypatch):
    monkeypatch.setattr(chunks_module, "LEAST_ROOM", 500_000)
    monkeypatch.setattr(chunks_module, "free_memory", lambda: 2_000_000)
    monkeypatch.setattr(samples, "SAMPLE_VALUES", 100_000)


@pytest.mark.parametrize("layout", [SHAPE, (STEPS, 1)])
@pytest.mark.usefixtures("little_room")
def test_a_chunk_that_does_not_fit_is_unpacked_for_each_part_that_does(layout):
    source = Packed(VALUES, layout)
    with pytest.warns(UserWarning, match=r"unpacked 7 times whenever all of it is read.*save_states\("):
        explorer = StateExplorer(source, background=False)
    states = explorer._data.layers["states"]
    assert source.reads_during(lambda: [states.read(*block) for block in states.blocks()]) <= 7
    assert states._chunks.nbytes <= 2 * 500_000
    index = OnOffIndex.build(states, 0.3)
    assert np.array_equal(index.bits.words, OnOffIndex.build(States(VALUES), 0.3).bits.words)
    explorer.close()


@pytest.mark.parametrize("layout", [SHAPE, (STEPS, 1)])
@pytest.mark.usefixtures("little_room")
def test_its_sample_is_one_read_of_the_file(layout, tmp_path, monkeypatch):
    with h5py.File(tmp_path / "states.h5", "w") as file:
        dataset = file.create_dataset("states", data=VALUES, chunks=layout, compression="gzip")
        reads = []
        block = sources.block
        monkeypatch.setattr(sources, "block", lambda source, rows: reads.append(rows) or block(source, rows))
        sample = sample_of(States(dataset))
    assert reads == [slice(0, STEPS, 8)]
    assert np.array_equal(sample.values, VALUES[::8])


def test_all_sources_together_keep_a_bounded_part_of_the_memory(monkeypatch):
    monkeypatch.setattr(chunks_module, "LEAST_ROOM", 3_500_000)
    monkeypatch.setattr(chunks_module, "free_memory", lambda: 0)
    read = [States(Packed(VALUES, SHAPE)) for _ in range(4)]
    for states in read:
        states.read(3, 5)
    assert [states._chunks.nbytes for states in read] == [0, 0, VALUES.nbytes, VALUES.nbytes]


# ------------------------------------------------------------ samples


@given(st.integers(1, 3000), st.integers(1, 5), st.integers(1, 400), st.data())
def test_a_sample_has_runs_within_chunks_and_is_spread(steps, cells, chunk, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "SAMPLE_VALUES", data.draw(st.integers(1, 2000)))
        patch.setattr(samples, "UNPACKED_BYTES", data.draw(st.sampled_from([0, 10**9])))
        chunks = RowChunks.starting_at(np.arange(0, steps, chunk), steps, 2**16)
        starts, length = runs_of_rows(steps, cells, chunks)
        assert (starts >= 0).all()
        assert (starts + length <= steps).all()
        assert len(starts) * length * cells <= max(samples.SAMPLE_VALUES, cells)
        if len(starts) > 1:
            assert (np.diff(starts) >= 0).all()
            ends = np.searchsorted(chunks.bounds, starts + length)
            assert (ends - np.searchsorted(chunks.bounds, starts, side="right") <= length // chunk + 1).all()


def test_the_scale_of_a_sample_is_near_that_of_all_values(packed):
    low, high, threshold = scale_of(States(packed))[:3]
    assert low == pytest.approx(VALUES.min(), rel=0.2)
    assert high == pytest.approx(VALUES.max(), rel=0.2)
    assert threshold == pytest.approx(np.quantile(VALUES, 0.9), abs=0.05)
