"""Where labels have nothing to do with the states, p is as often below 0.05 as 0.05 says: every null, simulated.

The seeds are fixed, so that a test gives the same on every run. The limits are those that a valid null exceeds once in
a thousand seeds.
"""

import numpy as np
import pytest
import torch
from scipy.stats import binom, kstest
from torch import nn

from lstmvis_widget.ablation.ablation_effect import ablation_effect
from lstmvis_widget.matching.ranking import rank_matches
from lstmvis_widget.matching.selection import select_cells
from lstmvis_widget.statistics.cell_alignment import cell_alignment
from lstmvis_widget.statistics.cell_pairs import cell_pairs
from lstmvis_widget.statistics.contrast_phrases import contrast_phrases
from lstmvis_widget.statistics.enrichment import enrichment
from lstmvis_widget.statistics.null_distributions import enrichment_null
from lstmvis_widget.statistics.over_represented import label_p_values, over_represented
from lstmvis_widget.statistics.telling_apart import tell_apart
from lstmvis_widget.statistics.threshold_profile import threshold_profile
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import ContinuousTrack
from lstmvis_widget.work.cancelling import never_cancelled, not_reported
from tests.statistics.simulated import (
    EQUAL,
    ONE,
    SEVERAL,
    drifting,
    in_lines,
    in_runs,
    independent,
    numbers_of_sequences,
    of_sequences,
    on_spans,
    states_of,
)

torch.set_num_threads(1)  # models this small are faster so

pytestmark = pytest.mark.slow

SIMULATIONS = 300
RARE = 0.001


def assert_valid(p):
    """No p is more often below q than in a share q of the simulations."""
    assert len(p) >= SIMULATIONS
    for q in (0.05, 0.2):
        assert (p <= q + 1e-12).sum() <= binom.ppf(1 - RARE, len(p), q), np.mean(p <= q)
    assert kstest(p, "uniform", alternative="greater").pvalue > RARE


def assert_uniform(p):
    assert_valid(p)
    for q in (0.05, 0.2):
        assert (p <= q + 1e-12).sum() >= binom.ppf(RARE, len(p), q), np.mean(p <= q)
    assert kstest(p, "uniform").pvalue > RARE


def simulated(p_of, label_kind, lengths, cells, **options):
    """``p_of(states, labels)`` of data sets in which the two are independent."""
    source = np.random.default_rng(7)
    found = []
    while len(found) < SIMULATIONS:
        labels = label_kind(lengths, source).tolist()
        states = states_of(lengths, cells, source, **options)
        if {"A", "B"} <= set(labels) and (p := p_of(states, labels, source)) is not None:
            found.append(p)
    return np.array(found)


@pytest.mark.parametrize(
    ("label_kind", "lengths", "cells", "states"),
    [
        (independent, ONE, 1, {}),
        (in_runs, ONE, 50, {}),
        (in_runs, EQUAL, 10, {}),
        (in_runs, SEVERAL, 1, {}),
        (of_sequences, EQUAL, 50, {"of_sequences": 1.0}),
        (of_sequences, SEVERAL, 10, {"of_sequences": 1.0}),
        (on_spans, ONE, 10, {}),
    ],
)
def test_the_best_cell_is_no_better_than_chance_says(label_kind, lengths, cells, states):
    def p_of(values, labels, _):
        # Cells know where labels are, not which.
        values[:, 0] += [label is not None for label in labels]
        table = cell_alignment(values, labels, labels=["A"], sequences=lengths, permutations=79)
        return table["p_max"].min()

    assert_uniform(simulated(p_of, label_kind, lengths, cells, **states))


@pytest.mark.parametrize(("label_kind", "lengths"), [(in_runs, SEVERAL), (of_sequences, SEVERAL), (on_spans, ONE)])
def test_the_best_pair_is_no_better_than_chance_says(label_kind, lengths):
    def p_of(values, labels, _):
        values[:, 0] += [label is not None for label in labels]
        table = cell_pairs(values, labels, 0.3, labels=["A"], sequences=lengths, permutations=39, k=1)
        return table["p_max"].min()

    assert_uniform(simulated(p_of, label_kind, lengths, 6, of_sequences=float(label_kind is of_sequences)))


@pytest.mark.parametrize(
    ("number_kind", "lengths", "cells", "states"),
    [
        (drifting, ONE, 10, {}),
        (drifting, EQUAL, 5, {}),
        (in_lines, [400], 5, {}),
        (numbers_of_sequences, SEVERAL, 5, {"of_sequences": 1.0}),
    ],
)
def test_cells_follow_numbers_no_better_than_chance_says(number_kind, lengths, cells, states):
    source = np.random.default_rng(7)
    found = []
    for _ in range(SIMULATIONS):
        numbers = ContinuousTrack(number_kind(lengths, source))
        values = states_of(lengths, cells, source, **states)
        table = cell_alignment(values, numbers, sequences=lengths, permutations=79)
        found.append((table.loc[0, "p"], table["p_max"].min(), table.attrs["p_all_cells"]))
    for p in np.array(found).T:
        assert_uniform(p)


@pytest.mark.parametrize(("count", "threshold"), [(2, None), (3, 0.0)])
def test_cells_that_are_drawn_without_looking_matter_no_more_than_others(count, threshold):
    found = []
    for seed in range(SIMULATIONS):
        torch.manual_seed(seed)
        source = np.random.default_rng(seed)
        model = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 24), nn.Tanh(), nn.Linear(24, 9))
        for values in model.parameters():
            nn.init.normal_(values)
        ids = torch.from_numpy(source.integers(0, 9, (2, 20)))
        cells = source.choice(24, count, replace=False)
        found.append(ablation_effect(model, ids, "2", cells, against_random=19, threshold=threshold, seed=seed).p)
    assert_uniform(np.array(found))


@pytest.mark.parametrize(("label_kind", "lengths"), [(independent, ONE), (in_runs, SEVERAL), (of_sequences, EQUAL)])
def test_cells_contrast_phrases_as_much_as_chance_says(label_kind, lengths):
    starts = np.concatenate(
        [end - np.arange(length, 2, -3) for end, length in zip(np.cumsum(lengths), lengths, strict=True)]
    )

    def p_of(values, labels, _):
        phrases = {name: [(start, start + 2) for start in starts if labels[start] == name] for name in "AB"}
        if not all(phrases.values()):
            return 1.0
        table = contrast_phrases(values, phrases, 0.0, sequences=lengths, permutations=79)
        return table["p_max"].min()

    assert_valid(simulated(p_of, label_kind, lengths, 4, of_sequences=float(label_kind is of_sequences)))


@pytest.mark.parametrize(
    ("label_kind", "lengths", "options"),
    [
        (independent, ONE, {}),
        (in_runs, EQUAL, {"of_sequences": 1.0}),
        (of_sequences, SEVERAL, {"of_sequences": 1.0}),
    ],
)
def test_chosen_steps_are_told_apart_no_better_than_chance_says(label_kind, lengths, options):
    def p_of(values, labels, _):
        steps = np.flatnonzero(np.array(labels) == "A")
        return tell_apart(values, steps, sequences=lengths, permutations=79)["p_max"].min()

    assert_uniform(simulated(p_of, label_kind, lengths, 10, **options))


@pytest.mark.parametrize(("label_kind", "lengths"), [(independent, ONE), (in_runs, SEVERAL), (of_sequences, SEVERAL)])
def test_labels_are_over_represented_no_more_often_than_chance_says(label_kind, lengths):
    sequences = Sequences.of(lengths, sum(lengths))

    def p_of(values, labels, _):
        # Steps that are alike, and chosen more often in some sequences than in others.
        steps = np.flatnonzero(values[:, 0] > 0.7)
        known = as_labels(labels)
        found = over_represented(steps, known, 2) if 1 < len(steps) < len(labels) else []
        options = {"n": 79, "seed": 0, "check": never_cancelled, "progress": not_reported}
        p = label_p_values(steps, known, found, sequences, **options)
        return p[0] if p else None

    assert_valid(simulated(p_of, label_kind, lengths, 1, of_sequences=1.0))


def stretches_where_on(states, cell, source):
    """Ten stretches in which a cell is high, some of them given with a step more."""
    high = np.append(states[:, cell] > 0.3, False)
    starts = np.flatnonzero(high[1:-1] & high[2:] & ~high[:-2]) + 1
    starts = source.permutation(starts)[:10]
    return np.concatenate([np.stack([starts, starts + size], axis=1) for size in (2, 1)])


KINDS_OF_LABELS = [(independent, ONE), (in_runs, SEVERAL), (of_sequences, SEVERAL), (on_spans, ONE)]


def in_stretches(steps, source):
    """Stretches of steps that count, with some that don't between them."""
    return np.repeat(source.random(steps // 4 + 1) < 0.7, 4)[:steps]


@pytest.mark.parametrize(
    ("label_kind", "lengths", "by"),
    [
        *((*each, by) for each in KINDS_OF_LABELS for by in ("step", "match")),
        (in_runs, SEVERAL, "overlap"),
    ],
)
def test_matches_meet_a_label_as_often_as_chance_says(label_kind, lengths, by):
    ends = np.cumsum(lengths)

    def p_of(values, labels, source):
        ranges = stretches_where_on(values, 0, source)
        whole = np.searchsorted(ends, ranges[:, 0], side="right") == np.searchsorted(ends, ranges[:, 1] - 1, "right")
        table = enrichment_null(ranges[whole], labels, by=by, sequences=lengths, n=79)
        return table.set_index("label").loc["A", "p"]

    assert_valid(simulated(p_of, label_kind, lengths, 1, of_sequences=float(label_kind is of_sequences)))


@pytest.mark.parametrize(
    ("label_kind", "lengths", "by", "options"),
    [
        (in_runs, ONE, "match", {"gaps": True}),
        (in_runs, SEVERAL, "overlap", {"gaps": True}),
        (of_sequences, SEVERAL, "match", {"gaps": True}),
        (on_spans, ONE, "overlap", {"against": "B"}),
    ],
)
def test_matches_among_some_steps_meet_a_label_as_often_as_chance_says(label_kind, lengths, by, options):
    ends = np.cumsum(lengths)

    def p_of(values, labels, source):
        ranges = stretches_where_on(values, 0, source)
        whole = np.searchsorted(ends, ranges[:, 0], side="right") == np.searchsorted(ends, ranges[:, 1] - 1, "right")
        where = in_stretches(len(labels), source) if "gaps" in options else None
        given = {"where": where, "against": options.get("against")}
        table = enrichment_null(ranges[whole], labels, by=by, labels=["A"], sequences=lengths, n=39, **given)
        return table.loc[0, "p"]

    assert_valid(simulated(p_of, label_kind, lengths, 1, of_sequences=float(label_kind is of_sequences)))


@pytest.mark.parametrize("by", ["match", "overlap"])
def test_nested_matches_are_not_taken_for_independent_ones(by):
    def p_of(values, labels, source):
        ranges = np.repeat(stretches_where_on(values, 0, source), 2, axis=0)
        return enrichment(ranges, labels, by=by).set_index("label").loc["A", "p"]

    assert_valid(simulated(p_of, independent, ONE, 1))


@pytest.mark.parametrize(("label_kind", "lengths"), [(independent, ONE), (of_sequences, EQUAL)])
def test_selected_cells_are_no_better_than_random_ones(label_kind, lengths):
    def p_of(values, labels, source):
        start = 16 * int(source.integers(10))
        selection = start, start + 2
        cells = select_cells(values, *selection, 0.3)
        if not 1 <= len(cells) <= 6:
            return None
        matches = rank_matches(values, cells, 0.3, min_length=2, k=20, sequences=lengths)
        table = matches.enrichment_null(labels, exclude=selection, n=19)
        return table.set_index(["kind", "label"]).loc[("cells", "A"), "p"]

    assert_valid(simulated(p_of, label_kind, lengths, 10, of_sequences=float(label_kind is of_sequences)))


@pytest.mark.long
@pytest.mark.parametrize("label_kind", [independent, in_runs])
def test_the_interval_of_a_chosen_threshold_holds_what_it_says(label_kind):
    def excluded(values, labels, source):
        start = int(source.integers(70))
        profile = threshold_profile(values, (start, start + 2), thresholds=[0.0, 0.4, 0.8], track=labels, k=15)
        row = profile.table.set_index("threshold").loc[profile.suggested] if profile.suggested is not None else None
        return None if row is None or np.isnan(row["odds_ratio"]) else not row["ci_low"] <= 1 <= row["ci_high"]

    share = simulated(excluded, label_kind, ONE, 12)
    assert share.sum() <= binom.ppf(1 - RARE, len(share), 0.05)
