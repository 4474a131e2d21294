"""The ranking in parts finds what the ranking of all steps at once finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import rank_matches
from lstmvis_widget.partitions.parted_index import PartsHere
from lstmvis_widget.partitions.search import PartsSearch
from tests.matching.engine_contract import BoundedContract, EngineContract, ranked_by
from tests.matching.test_ranking import queries, rows_of
from tests.partitions.parted import Scattered, parted_index, parts_of


def cuts_of(steps, seed):
    """Bounds of parts: some of one step, some longer; an empty one here and there."""
    source = np.random.default_rng(seed)
    lengths = source.choice([0, 1, 1, 2, 5, 1 + steps // 3], size=steps + 1)
    inner = np.cumsum(lengths)
    return [0, *inner[inner < steps].tolist(), steps]


class TestPartsInOneProcess(EngineContract, BoundedContract):
    def engine(self, array, threshold):
        return parted_index(array, threshold, cuts_of(*array.shape))

    def bounded_search(self, array, selected, pattern, sequences):
        return PartsSearch(parts_of(array, pattern.threshold, cuts_of(*array.shape)), selected, pattern, sequences)


@given(
    query=queries(min_steps=1, max_steps=40),
    limits=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    data=st.data(),
)
@settings(max_examples=300)
def test_rows_and_counts_are_those_of_the_ranking_of_all_steps(query, limits, data):
    array, cells, threshold, options = query
    options |= {"off_before": limits[0], "off_after": limits[1], "min_length": data.draw(st.integers(1, 20), "least")}
    cuts = data.draw(st.lists(st.integers(0, len(array)), max_size=12).map(sorted), "cuts")
    expected = rank_matches(array, cells, threshold, **options)
    holder, single = (
        data.draw(st.sampled_from([PartsHere, Scattered])),
        data.draw(st.sampled_from([1, 3, 64]), "single"),
    )
    engine = parted_index(array, threshold, [0, *cuts, len(array)], holder, single)
    found = ranked_by(engine, cells, **options)
    assert rows_of(found) == rows_of(expected)
    assert found.n_candidates == expected.n_candidates
    assert found.length_histogram.tolist() == expected.length_histogram.tolist()
    assert found.full_overlap_length_histogram.tolist() == expected.full_overlap_length_histogram.tolist()
