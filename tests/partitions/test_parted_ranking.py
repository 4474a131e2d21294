"""The ranking in parts finds what the ranking of all steps at once finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import rank_matches
from tests.conformance.engine_contract import ranked_by
from tests.matching.test_ranking import queries, rows_of
from tests.partitions.parted import PartsHere, Scattered, parted_index


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
