"""The packed index ranks as the definition says on every path, and with blocks of any size."""

from functools import cache

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, datasets
from lstmvis_widget.matching import bit_search
from lstmvis_widget.matching.ranking import rank_index
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states import bits
from lstmvis_widget.states.byte_codes import ByteCodes
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from tests import oracle, plain
from tests.matching.test_ranking import LIMITS, assert_ranked, queries
from tests.page import wait_until
from tests.strategies import sequence_lengths, states, sticky_states


@pytest.fixture
def portions(monkeypatch):
    """Make the blocks that the engine works in small, and set the number of its threads."""

    def shrink(*, summary_steps=3, block_steps=5, starts_at_once=7, threads=2):
        monkeypatch.setattr(bits, "SUMMARY_STEPS", summary_steps)
        monkeypatch.setattr("lstmvis_widget.matching.bit_ranges.SUMMARY_STEPS", summary_steps)
        monkeypatch.setattr(bit_search, "BLOCK_STEPS", block_steps)
        monkeypatch.setattr(bit_search, "STARTS_AT_ONCE", starts_at_once)
        use_threads(monkeypatch, threads)

    return shrink


def use_threads(monkeypatch, threads):
    monkeypatch.setattr(
        OnOffIndex.build.__func__, "__kwdefaults__", OnOffIndex.build.__kwdefaults__ | {"threads": threads}
    )
    monkeypatch.setattr("lstmvis_widget.work.blocks.in_threads.__defaults__", (threads,))


def ranked_in_blocks(array, cells, threshold, *, block_rows, off_before=0, off_after=0, sequences=None, **options):
    return rank_index(
        OnOffIndex.build(array, threshold, block_rows=block_rows),
        cells,
        pattern=Pattern(threshold, off_before, off_after),
        sequences=Sequences.of(sequences, len(array)),
        **options,
    )


@given(query=queries(max_steps=25), off_before=st.integers(0, 3), off_after=st.integers(0, 3))
@settings(max_examples=300)
def test_the_plain_ranking_for_many_steps_is_that_of_the_definition(query, off_before, off_after):
    array, cells, threshold, options = query
    options |= {"off_before": off_before, "off_after": off_after}
    assert plain.rank_matches(array, cells, threshold, **options) == oracle.rank_matches(
        array, cells, threshold, **options
    )


# Runs and limits of more steps than a block has.
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("summary_steps", [2, 3])
@pytest.mark.parametrize("block_rows", [1, 2, 7])
def test_runs_and_limits_may_reach_over_the_edges_of_blocks(portions, block_rows, summary_steps, threads):
    @given(
        query=queries(max_steps=30),
        limits=st.tuples(st.integers(0, 4), st.integers(0, 4)),
        block_steps=st.integers(1, 5),
        starts_at_once=st.sampled_from([1, 2, 7]),
    )
    @settings(max_examples=40)
    def ranks(query, limits, block_steps, starts_at_once):
        portions(summary_steps=summary_steps, block_steps=block_steps, starts_at_once=starts_at_once, threads=threads)
        array, cells, threshold, options = query
        options |= {"off_before": limits[0], "off_after": limits[1]}
        ranked = ranked_in_blocks(array, cells, threshold, block_rows=block_rows, **options)
        assert_ranked(ranked, oracle.rank_matches(array, cells, threshold, **options))

    ranks()


@pytest.mark.parametrize("limits", [(0, 0), (1, 0), (0, 1), (2, 1)])
@given(
    n_cells=st.sampled_from([1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 200]),
    seed=st.integers(0, 2**32 - 1),
    data=st.data(),
)
@settings(max_examples=25)
def test_cells_may_fill_bytes_and_words_or_not(limits, n_cells, seed, data):
    array = sticky_states(40, n_cells, seed=seed, keep=0.9)
    cells = data.draw(st.sets(st.integers(0, n_cells - 1), min_size=1).map(sorted))
    options = {"off_before": limits[0], "off_after": limits[1], "min_length": 2, "k": 7}
    ranked = ranked_in_blocks(array, cells, 0.1, block_rows=7, **options)
    assert_ranked(ranked, plain.rank_matches(array, cells, 0.1, **options))


@given(array=states(min_steps=1), k=st.integers(100, 10_000), data=st.data())
@settings(max_examples=100)
def test_all_candidates_are_matches_where_there_are_fewer_than_k(array, k, data):
    options = {"sequences": data.draw(sequence_lengths(len(array)))}
    cells = list(range(array.shape[1]))
    expected = oracle.rank_matches(array, cells, 0.0, k=10**6, **options)
    ranked = ranked_in_blocks(array, cells, 0.0, block_rows=7, k=max(k, expected.n_candidates + 1), **options)
    assert_ranked(ranked, expected)
    assert len(ranked) == ranked.n_candidates


# ---------------------------------------------------------------- many steps

N_STEPS = 200_000
SELECTION = (150_003, 150_006)
MANY = {"min_length": 2, "k": 80}
MANY_LIMITS = [(0, 0), (1, 0), (0, 2), (1, 1)]
THRESHOLD = 0.3


@cache
def many_states():
    """The states of the sample model at 200,000 steps: tiled, each tile with noise of its own."""
    sample = np.tanh(next(iter(datasets.load_parens().states.values())))
    noise = np.random.default_rng(7)
    tiles = [
        sample + noise.normal(0, 0.02 * tile, sample.shape).astype(np.float32) for tile in range(N_STEPS // len(sample))
    ]
    return np.concatenate(tiles).astype(np.float32)


@cache
def many_sequences():
    lengths = np.random.default_rng(8).integers(1, 4000, size=200)
    lengths = lengths[lengths.cumsum() < N_STEPS]
    return (*lengths.tolist(), N_STEPS - int(lengths.sum()))


@cache
def selected_cells(limits):
    """Those that follow the pattern at the selection, which is far from the ends of its sequence."""
    around = slice(SELECTION[0] - 10, SELECTION[1] + 10)
    length = SELECTION[1] - SELECTION[0]
    return oracle.select_cells(
        many_states()[around], 10, 10 + length, THRESHOLD, off_before=limits[0], off_after=limits[1]
    )


@cache
def expected_of_many(limits):
    return plain.rank_matches(
        many_states(), selected_cells(limits), THRESHOLD,
        off_before=limits[0], off_after=limits[1], sequences=many_sequences(), **MANY,
    )  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    with h5py.File(tmp_path_factory.mktemp("states") / "states.h5", "w") as file:
        file.create_dataset("states", data=many_states(), chunks=(512, 100))
        yield file


def as_codes(array):
    """The codes of states, and the level at which they are on where the states are at the threshold."""
    of = States(array)
    codes = ByteCodes(of.shape, scale_of(of).grid)
    for start, stop in of.blocks(999):
        codes.put(start, of.read(start, stop))
    return codes.codes, codes.grid.level(THRESHOLD)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("path", ["memory", "file", "codes"])
@pytest.mark.parametrize("limits", MANY_LIMITS)
def test_many_states_of_a_trained_model_are_ranked_right(monkeypatch, file, limits, path, threads):
    use_threads(monkeypatch, threads)
    array, threshold = many_states(), THRESHOLD
    if path == "codes":
        array, threshold = as_codes(array)
    ranked = rank_index(
        OnOffIndex.build(file["states"] if path == "file" else array, threshold),
        selected_cells(limits),
        pattern=Pattern(THRESHOLD, *limits),
        sequences=Sequences.of(many_sequences(), N_STEPS),
        **MANY,
    )
    expected = expected_of_many(limits)
    assert len(expected.rows) == MANY["k"]
    assert_ranked(ranked, expected)


@pytest.mark.parametrize("memory_limit", [0, N_STEPS * 100], ids=["streamed", "codes"])
@pytest.mark.parametrize("limits", MANY_LIMITS)
def test_the_explorer_finds_the_same_in_a_file(file, limits, memory_limit):
    explorer = StateExplorer(
        file["states"], sequences=many_sequences(), memory_limit=memory_limit,
        threshold=0.5, selection=SELECTION, off_before=limits[0], off_after=limits[1], **MANY,
    )  # fmt: skip
    try:
        wait_until(lambda: explorer.get_state(["_n_candidates"])["_n_candidates"] is not None, "the count")
        explorer.threshold = THRESHOLD
        assert explorer.selected_cells.tolist() == selected_cells(limits)
        assert_ranked(explorer.matches, expected_of_many(limits))
        assert explorer.error == ""
    finally:
        explorer.close()


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
def test_summaries_of_summaries_skip_long_runs(portions, off_before, off_after):
    """Runs of up to a thousand steps, with summaries of 2, 4, 8 … steps."""
    portions(summary_steps=2, block_steps=64, starts_at_once=16)
    array = np.repeat(sticky_states(60, 9, seed=11, keep=0.7), np.random.default_rng(1).integers(1, 60, 60), axis=0)
    options = {"off_before": off_before, "off_after": off_after, "min_length": 3, "k": 30}
    ranked = ranked_in_blocks(array, [0, 2, 5, 8], 0.1, block_rows=13, **options)
    assert_ranked(ranked, plain.rank_matches(array, [0, 2, 5, 8], 0.1, **options))
