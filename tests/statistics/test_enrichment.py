import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import Matches, StateExplorer
from lstmvis_widget.matching.ranking import rank_matches
from lstmvis_widget.statistics.enrichment import enrichment
from lstmvis_widget.statistics.null_distributions import enrichment_null
from lstmvis_widget.statistics.ranges import as_found, without
from lstmvis_widget.timeline.labels import runs_of
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import ContinuousTrack, TopKTrack

LABELS = ["A", "A", "B", "A", "C", "B", "B", "A", "A", "A"]


def row(table, label):
    return table.set_index("label").loc[label]


def test_a_label_is_counted_at_each_step_that_lies_in_a_match_once():
    table = enrichment([[0, 2], [1, 4]], LABELS)
    assert row(table, "A")[["share", "base_rate", "count", "total"]].tolist() == [3 / 4, 6 / 10, 3, 4]
    assert row(table, "B")[["share", "base_rate", "count", "total"]].tolist() == [1 / 4, 3 / 10, 1, 4]
    assert row(table, "C")["count"] == 0


def test_a_whole_match_has_a_label_that_all_of_its_steps_have():
    table = enrichment([[0, 2], [1, 3], [5, 7], [7, 9]], LABELS, by="match")
    # Of the nine ranges of two steps A holds [0, 2), [7, 9) and [8, 10); B holds [5, 7).
    assert row(table, "A")[["share", "count"]].tolist() == [2 / 4, 2]
    assert row(table, "A")["base_rate"] == pytest.approx(3 / 9)
    assert row(table, "B")["base_rate"] == pytest.approx(1 / 9)


def test_no_range_of_the_base_rate_crosses_the_end_of_a_sequence():
    table = enrichment([[0, 2]], LABELS, by="match", sequences=[8, 2])
    assert row(table, "A")["base_rate"] == pytest.approx(2 / 8)


def test_a_match_is_a_phrase_when_it_is_one_from_its_first_to_its_last_word():
    chunks = ["B-NP", "I-NP", "B-VP", "B-NP", "O", "B-NP", "I-NP", "O", "B-NP", "I-NP"]
    table = enrichment([[0, 2], [3, 4], [5, 6], [4, 7]], chunks, by="range")
    assert row(table, "NP")[["count", "total"]].tolist() == [2, 4]
    # Of ten ranges of one step one is a noun phrase; of eight of three steps none.
    assert row(table, "NP")["base_rate"] == pytest.approx((3 / 9 * 1 + 1 / 10 * 2 + 0) / 4)
    assert set(table["label"]) == {"NP", "VP"}


RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda each: (each[0], sum(each))), max_size=8)


@given(RANGES, RANGES)
def test_matches_that_overlap_one_of_several_excluded_ranges_are_left_out(matches, excluded):
    kept = without(as_found(matches), excluded)
    steps = {step for start, stop in excluded for step in range(start, stop)}
    expected = [each for each in matches if steps.isdisjoint(range(*each))]
    assert list(zip(kept.start.tolist(), kept.stop.tolist(), strict=True)) == expected


def test_matches_that_overlap_an_excluded_range_are_left_out():
    assert enrichment([[0, 2], [5, 7]], LABELS, exclude=(1, 3))["total"].tolist() == [2, 2, 2]


def test_the_test_of_one_stratum_is_the_one_of_scipy():
    from scipy.stats import fisher_exact

    table = enrichment([[0, 4], [7, 9]], LABELS)
    inside = [*LABELS[0:4], *LABELS[7:9]]
    outside = [*LABELS[4:7], *LABELS[9:]]
    for label in "ABC":
        counts = [[part.count(label), len(part) - part.count(label)] for part in (inside, outside)]
        assert row(table, label)["p"] == pytest.approx(fisher_exact(counts, alternative="greater").pvalue)
        (a, b), (c, d) = counts
        if min(a, b, c, d) > 0:
            assert row(table, label)["odds_ratio"] == pytest.approx(a * d / (b * c))
            spread = 1.959964 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
            assert np.log(row(table, label)["ci_high"]) == pytest.approx(np.log(a * d / (b * c)) + spread)


def test_over_several_lengths_the_test_deals_labels_within_each():
    table = enrichment([[0, 2], [0, 3], [7, 10]], LABELS, by="match")
    # A: of 9 ranges of two steps 3, one drawn; of 8 of three steps 1, two drawn. Hits: [0, 2) and [7, 10).
    two = {0: 6 / 9, 1: 3 / 9}
    three = {0: 7 / 8 * 6 / 7, 1: 2 / 8}
    assert row(table, "A")["p"] == pytest.approx(two[1] * three[1])


@given(st.lists(st.sampled_from("ABCDE"), min_size=4, max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_p_is_adjusted_as_benjamini_and_hochberg_have_it(labels, data):
    stop = data.draw(st.integers(1, len(labels)))
    table = enrichment([[0, stop]], labels)
    p = np.sort(table["p"].to_numpy())
    expected = [min(1, *(p[j] * len(p) / (j + 1) for j in range(i, len(p)))) for i in range(len(p))]
    assert np.sort(table["p_adjusted"].to_numpy()) == pytest.approx(expected)
    assert table["p"].is_monotonic_increasing


@given(st.lists(st.sampled_from("AB-"), min_size=1, max_size=30), st.data())
@settings(max_examples=80, deadline=None)
def test_whole_matches_agree_with_looking_at_every_step(labels, data):
    given_labels = [None if label == "-" else label for label in labels]
    cut = data.draw(st.integers(1, len(labels)))
    lengths = [cut, len(labels) - cut] if cut < len(labels) else [cut]
    ranges = [
        (a, b)
        for first, end in zip(np.cumsum([0, *lengths])[:-1], np.cumsum(lengths), strict=True)
        for a in range(first, end)
        for b in range(a + 1, end + 1)
    ]
    chosen = data.draw(st.lists(st.sampled_from(ranges), min_size=1, max_size=5, unique=True))
    table = enrichment(chosen, given_labels, by="match", sequences=lengths)
    for each in table.itertuples():
        has = {(a, b): all(label == each.label for label in labels[a:b]) for a, b in ranges}
        assert each.count == sum(has[match] for match in chosen)
        rates = [np.mean([has[r] for r in ranges if r[1] - r[0] == b - a]) for a, b in chosen]
        assert each.base_rate == pytest.approx(np.mean(rates))


def test_no_odds_ratio_is_made_up_where_all_steps_or_none_have_the_label():
    table = enrichment([[0, 2]], ["A"] * 5)
    assert np.isnan(row(table, "A")["odds_ratio"])
    assert row(table, "A")["p"] == 1


def test_a_track_of_zeros_and_ones_has_one_label():
    table = enrichment([[0, 2]], ContinuousTrack([1, 1, 0, 1, 0]))
    assert table[["label", "count", "total"]].to_numpy().tolist() == [["1", 2, 2]]


def test_without_matches_nothing_is_said():
    table = enrichment(np.zeros((0, 2), int), LABELS)
    assert table["p"].tolist() == [1, 1, 1]
    assert table["share"].isna().all()


@pytest.mark.parametrize(
    ("track", "error"),
    [(ContinuousTrack([0.5, 1, 2]), TypeError), (TopKTrack([["a"], ["b"]], [[1.0], [0.5]]), TypeError)],
)
def test_a_track_without_labels_is_refused(track, error):
    with pytest.raises(error):
        enrichment([[0, 1]], track)


def test_what_is_counted_has_to_be_known():
    with pytest.raises(ValueError, match="'step', 'match', 'range', 'overlap'; got 'word'"):
        enrichment([[0, 1]], LABELS, by="word")


def test_matches_beyond_the_track_are_refused():
    with pytest.raises(ValueError, match="10 time steps"):
        enrichment([[8, 12]], LABELS)


def test_the_result_of_a_ranking_can_be_given():
    states = np.array([[0.9], [0.9], [0.0], [0.9], [0.9], [0.0]])
    matches = rank_matches(states, [0], 0.5)
    assert row(enrichment(matches, list("xxyxxy")), "x")["share"] == 1


@given(st.lists(st.integers(-1, 2), min_size=1, max_size=30), st.data())
@settings(max_examples=60, deadline=None)
def test_runs_are_the_longest_ranges_of_one_label_within_a_sequence(codes, data):
    cut = data.draw(st.integers(0, len(codes) - 1))
    sequences = Sequences.of([cut, len(codes) - cut] if cut else [len(codes)], len(codes))
    runs = runs_of(np.array(codes), sequences)
    assert [code for start, stop, code in zip(*runs, strict=True) for _ in range(start, stop)] == codes
    for stop, start, before, after in zip(runs.stop[:-1], runs.start[1:], runs.code[:-1], runs.code[1:], strict=True):
        assert stop == start
        assert before != after or start == cut


@pytest.fixture
def explorer():
    rng = np.random.default_rng(0)
    on = np.repeat(rng.random(60) < 0.3, 5)
    states = np.where(np.column_stack([on, on, np.repeat(rng.random((60, 8)) < 0.3, 5, axis=0)]), 0.9, 0.0)
    start = int(np.flatnonzero(on)[0])
    tracks = {"signal": np.where(on, "on", "off").tolist()}
    explorer = StateExplorer(states, tracks=tracks, sequences=[150, 150], selection=(start, start + 3))
    yield explorer
    explorer.close()


def test_the_matches_of_an_explorer_know_its_tracks_and_sequences(explorer):
    table = explorer.matches.enrichment("signal", by="match", exclude=explorer.selection)
    expected = enrichment(
        explorer.matches, explorer.tracks["signal"], by="match", sequences=[150, 150], exclude=explorer.selection
    )
    assert table.equals(expected)
    with pytest.raises(ValueError, match="no track 'pos'; the tracks: 'signal'"):
        explorer.matches.enrichment("pos")


def test_matches_are_compared_with_those_of_random_cells_and_of_a_turned_track(explorer):
    table = explorer.matches.enrichment_null("signal", n=40)
    assert table.groupby("kind").size().to_dict() == {"rotation": 2, "cells": 2}
    assert (table["p"] >= 1 / 41).all()
    again = rank_matches(
        explorer.states, explorer.selected_cells, explorer.threshold, min_length=2, sequences=[150, 150]
    )
    assert again.enrichment_null(explorer.tracks["signal"], n=40).equals(table)


def test_matches_of_nothing_know_no_track():
    with pytest.raises(ValueError, match="none were ranked"):
        Matches.empty().enrichment("pos")


def test_a_range_that_is_given_more_than_once_counts_once():
    for by in ("step", "match", "range"):
        once = enrichment([(3, 5), (0, 2)], LABELS, by=by)
        assert enrichment([(3, 5), (0, 2), (0, 2), (3, 5)] * 5, LABELS, by=by).equals(once)
        assert enrichment_null([(3, 5)] * 4, LABELS, by=by).equals(enrichment_null([(3, 5)], LABELS, by=by))


def test_ranges_within_another_say_no_more_than_that_one():
    labels = ["A"] * 8 + ["B"] * 20
    one = row(enrichment([(1, 7)], labels, by="match"), "A")
    nested = row(enrichment([(1, 7), (2, 6), (3, 5), (1, 6)], labels, by="match"), "A")
    columns = ["odds_ratio", "ci_low", "ci_high", "p"]
    assert nested[columns].tolist() == one[columns].tolist()
    assert nested[["share", "count", "total"]].tolist() == [1, 4, 4]


@given(st.lists(st.sampled_from("AB"), min_size=2, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_no_odds_ratio_is_negative(labels, data):
    ranges = [(a, b) for a in range(len(labels)) for b in range(a + 1, len(labels) + 1)]
    chosen = data.draw(st.lists(st.sampled_from(ranges), min_size=1, max_size=20))
    for by in ("step", "match", "range"):
        table = enrichment(chosen, labels, by=by)
        assert not (table[["odds_ratio", "ci_low", "ci_high"]] < 0).any(axis=None)
        assert table["p"].between(0, 1).all()
        assert (table["p"] > 0).all()


def test_steps_without_a_label_are_no_steps_with_another():
    labels = ["A", None, "B", "A", None, "B"]
    table = enrichment([(0, 3)], labels)
    assert row(table, "A")[["share", "base_rate", "count", "total"]].tolist() == [1 / 2, 1 / 2, 1, 2]
    assert enrichment([(1, 2)], labels)["share"].isna().all()


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([(5, 3)], r"start < stop.*10 time steps.*\[5, 3\)"),
        ([(-1, 3)], r"\[-1, 3\)"),
        ([(0.5, 3)], "pairs of integers"),
        ([(0, 1, 2)], "pairs of integers"),
    ],
)
def test_what_is_no_range_is_refused(ranges, message):
    for counted in (enrichment, enrichment_null):
        with pytest.raises(ValueError, match=message):
            counted(ranges, LABELS)


def test_a_whole_match_lies_in_one_sequence():
    with pytest.raises(ValueError, match=r"\[3, 6\) crosses the end of a sequence, at 5.*by=\"step\""):
        enrichment([(3, 6)], LABELS, by="match", sequences=[5, 5])
    assert enrichment([(3, 6)], LABELS, sequences=[5, 5])["total"].tolist() == [3, 3, 3]


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=r"between 0 and 1, such as 0\.95"):
        enrichment([(0, 2)], LABELS, confidence=confidence)


def test_an_explorer_or_its_matches_know_tracks_and_sequences_for_the_functions_too(explorer):
    expected = explorer.matches.enrichment("signal", by="match")
    assert enrichment(explorer, "signal", by="match").equals(expected)
    assert enrichment(explorer.matches, "signal", by="match").equals(expected)
    null = explorer.matches.enrichment_null("signal", n=20)
    rotated = null[null["kind"] == "rotation"].reset_index(drop=True)
    assert enrichment_null(explorer, "signal", n=20).equals(rotated)
    assert enrichment_null(explorer.matches[:3], "signal", n=20)["share"].tolist() == pytest.approx(
        explorer.matches[:3].enrichment_null("signal", n=20)["share"][:2].tolist()
    )
    with pytest.raises(ValueError, match="know no track 'signal': they are ranges alone"):
        enrichment([(0, 2)], "signal")
    assert enrichment(list(explorer.matches), explorer.tracks["signal"]).equals(enrichment(explorer, "signal"))
