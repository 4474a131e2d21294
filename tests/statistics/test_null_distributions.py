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
