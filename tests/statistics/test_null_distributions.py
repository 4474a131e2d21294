import numpy as np
import pytest

from lstmvis_widget.matching.ranking import rank_matches
from lstmvis_widget.statistics.enrichment import enrichment
from lstmvis_widget.statistics.null_distributions import (
    enrichment_null,
    random_cells,
    random_matches,
)


def test_a_turned_track_is_the_same_labels_from_another_step_on():
    labels = list("AABBBBBBBB")
    table = enrichment_null([[0, 2]], labels, n=500, seed=1).set_index("label")
    # Turned by 1…8 steps, [0, 2) holds 1, 0, 0, 0, 0, 0, 0, 0 of the two A. Turned by 9, it would be cut in two.
    assert table.loc["A", "share"] == 1
    assert table.loc["A", "null_mean"] == pytest.approx(0.5 / 8)
    # There are nine ways, of which one is as observed, however many draws are wanted.
    assert table.loc["A", ["p", "n"]].tolist() == [1 / 9, 8]
    assert table.loc["B", "p"] == 1


def test_the_rank_of_a_share_that_chance_reaches_is_no_low_p():
    labels = list("AB") * 50
    table = enrichment_null([[0, 10]], labels, n=200).set_index("label")
    assert table["p"].tolist() == [1, 1]


def test_whole_matches_are_turned_as_wholes():
    labels = [*"AAAA", *"BABABABABABABABA"]
    table = enrichment_null([[0, 3]], labels, by="match", n=400).set_index("label")
    # Of the other 19 places only that from step 1 on holds three A.
    assert table.loc["A", "share"] == 1
    assert table.loc["A", "null_mean"] == pytest.approx(1 / 19, abs=0.05)


def test_the_observed_share_is_that_of_the_enrichment():
    rng = np.random.default_rng(0)
    labels = rng.choice(["A", "B", "C"], 200).tolist()
    matches = [[3, 9], [50, 61], [120, 122]]
    observed = enrichment(matches, labels).set_index("label")["share"]
    null = enrichment_null(matches, labels, n=10).set_index("label")["share"]
    assert null.to_dict() == pytest.approx(observed.to_dict())


def test_the_same_seed_gives_the_same_table():
    labels = np.random.default_rng(0).choice(["A", "B"], 100).tolist()
    one, other = (enrichment_null([[0, 9]], labels, n=50, seed=3) for _ in range(2))
    assert one.equals(other)


def test_random_cells_are_others_with_about_the_same_on_rates():
    rates = np.linspace(0, 1, 200)
    source = np.random.default_rng(0)
    for _ in range(50):
        drawn = random_cells(rates, [10, 11, 150], source)
        assert len(set(drawn.tolist())) == 3
        assert not {10, 11, 150} & set(drawn.tolist())
        assert np.sort(np.abs(rates[drawn] - rates[[10, 11, 150]])).max() < 0.12


def test_where_there_are_too_few_other_cells_fewer_are_drawn():
    assert random_cells([0.5] * 5, [0, 1, 2, 3], np.random.default_rng(0)).tolist() == [4]


def test_the_matches_of_random_cells_are_ranked_as_those_of_the_selected_ones():
    rng = np.random.default_rng(1)
    signal = np.repeat(rng.random(60) < 0.3, 5)
    noise = np.repeat(rng.random((60, 20)) < 0.3, 5, axis=0)
    states = np.where(np.column_stack([signal, signal, noise]), 0.9, 0.0)
    labels = np.where(signal, "on", "off").tolist()
    draw = random_matches(rank_matches(states, [0, 1], 0.5, min_length=2, k=10).origin)
    starts = np.flatnonzero(signal[:-1] & signal[1:])[:10]
    table = enrichment_null(np.stack([starts, starts + 2], axis=1), labels, n=60, random_matches=draw)
    cells = table[(table["kind"] == "cells") & (table["label"] == "on")].iloc[0]
    assert cells["share"] == 1
    assert cells["null_mean"] < 0.7
    assert cells["p"] < 0.1


def test_it_can_be_ended_on_the_way():
    def check():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrichment_null([[0, 1]], list("AB"), check=check)


def test_labels_are_rotated_within_the_sequences_that_the_matches_were_ranked_in():
    # In each sequence of five steps the first has the label, and a cell is on there and at the step after it.
    states = np.tile([[0.9], [0.9], [0.0], [0.0], [0.0]], (6, 1))
    labels = ["A", "B", "B", "B", "B"] * 6
    matches = rank_matches(states, [0], 0.5, min_length=2, sequences=[5] * 6)
    within = enrichment_null(matches, labels, n=400).set_index("label")
    assert within.equals(enrichment_null(matches, labels, sequences=[5] * 6, n=400).set_index("label"))
    # Of four ways to turn a sequence without cutting its match, one has the label in it.
    assert within.loc["A", "null_mean"] == pytest.approx(1 / 8, abs=0.02)
    assert within.loc["A", "p"] == 1 / 401


def test_a_label_of_whole_sequences_is_dealt_to_others():
    labels = np.repeat(list("ABBBBBBB"), 5).tolist()
    table = enrichment_null([[0, 3]], labels, sequences=[5] * 8, n=700).set_index("label")
    assert table.loc["A", "null_mean"] == pytest.approx(1 / 8, abs=0.04)
    assert table.loc["A", "p"] == pytest.approx(1 / 8, abs=0.04)


def test_draws_have_as_many_matches_as_there_are_and_those_without_any_are_left_out():
    labels = ["A"] * 5 + ["B"] * 45
    given = iter([[(40, 41), (0, 5)], [(20, 22)], []] * 10)
    table = enrichment_null([[0, 1], [20, 30]], labels, exclude=(19, 23), n=30, random_matches=lambda _: next(given))
    cells = table[(table["kind"] == "cells") & (table["label"] == "A")].iloc[0]
    # The first match of the first; the second one is the excluded range, and the third is none.
    assert cells[["share", "null_mean", "n"]].tolist() == [1, 0, 10]


def test_without_other_cells_there_is_nothing_to_compare():
    states = np.tile([[0.9], [0.0]], (10, 1))
    table = rank_matches(states, [0], 0.5).enrichment_null(list("AB") * 10, n=20)
    cells = table[table["kind"] == "cells"]
    assert cells[["p", "n"]].to_numpy().tolist() == [[1, 0], [1, 0]]
    assert cells["null_mean"].isna().all()


def test_without_matches_there_is_no_share():
    table = enrichment_null(np.zeros((0, 2), int), list("AB"))
    assert table["share"].isna().all()
    assert table["p"].tolist() == [1, 1]


def test_the_null_of_random_cells_is_never_below_what_coincidence_gives():
    rng = np.random.default_rng(0)
    labels = rng.choice(["A", "B"], 100).tolist()
    # Every draw is the same stretch: the share of one match is the highest in half of all cases.
    first = labels.index("A")
    table = enrichment_null([[first, first + 1]], labels, n=99, random_matches=lambda _: [(60, 100)])
    p = table.set_index(["kind", "label"]).loc[("cells", "A"), "p"]
    assert 0.3 < p < 0.7
