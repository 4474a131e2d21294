"""Enrichment among the steps that count, and of overlaps, against looking at every range and every step."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, ranges_of
from lstmvis_widget.statistics.enrichment import enrichment
from lstmvis_widget.statistics.null_distributions import enrichment_null
from lstmvis_widget.statistics.overlapping import chance_of_sum

WHOLE = ("match", "range", "overlap")


def overlap(one, other):
    """Shared steps of two ranges, of all of their steps."""
    one, other = set(range(*one)), set(range(*other))
    return len(one & other) / len(one | other)


class Text:
    """Labels (None: none), the steps that count, and the ends of sequences."""

    def __init__(self, labels, mask, lengths):
        self.labels, self.mask = labels, mask
        self.ends = np.cumsum(lengths).tolist()

    def all_ranges(self):
        """Every range within a sequence whose steps all count."""
        first = 0
        for end in self.ends:
            for a in range(first, end):
                for b in range(a + 1, end + 1):
                    if all(self.mask[a:b]):
                        yield a, b
            first = end

    def runs(self, label):
        """The ranges of a label: those that no longer one of the same label holds."""
        same = [(a, b) for a, b in self.all_ranges() if set(self.labels[a:b]) == {label}]
        return [(a, b) for a, b in same if not any((c, d) != (a, b) and c <= a and b <= d for c, d in same)]

    def weight(self, by, label, match):
        if by == "match":
            return float(set(self.labels[slice(*match)]) == {label})
        overlaps = [overlap(match, run) for run in self.runs(label)]
        return max([0.0, *overlaps]) if by == "overlap" else float(1.0 in overlaps)

    def against(self, names):
        mask = [counts and label in names for counts, label in zip(self.mask, self.labels, strict=True)]
        return Text(self.labels, mask, np.diff([0, *self.ends]))


@st.composite
def texts(draw, size=14):
    labels = [
        None if each == "-" else each for each in draw(st.lists(st.sampled_from("AABBC-"), min_size=3, max_size=size))
    ]
    mask = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=len(labels), max_size=len(labels)))
    cut = draw(st.integers(1, len(labels)))
    return Text(labels, mask, [each for each in (cut, len(labels) - cut) if each])


@given(texts(), st.data(), st.sampled_from(WHOLE), st.sampled_from([None, "B", ["B", "C"]]))
@settings(max_examples=40, deadline=None)
def test_whole_matches_are_counted_as_looking_at_every_range_has_it(text, data, by, against):
    there = {label for label in text.labels if label is not None}
    assume(there and set(against or ()) <= there)
    every = list(Text(text.labels, [True] * len(text.labels), np.diff([0, *text.ends])).all_ranges())
    matches = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=6, unique=True))
    options = {"by": by, "sequences": np.diff([0, *text.ends]).tolist(), "where": text.mask, "against": against}
    table = enrichment(matches, text.labels, **options)
    assert set(table["label"]) == there - set(against or ())
    shares = enrichment_null(matches, text.labels, n=1, **options).set_index("label")["share"]
    for row in table.itertuples():
        counted = text if against is None else text.against([row.label, *against])
        ranges = list(counted.all_ranges())
        whole = [match for match in matches if match in ranges]
        weights = [counted.weight(by, row.label, match) for match in whole]
        assert row.total == len(whole)
        assert row.count == pytest.approx(sum(weights))
        assert 0 < row.p <= 1
        if not whole:
            assert np.isnan([row.share, row.base_rate, shares[row.label]]).all()
            continue
        assert [row.share, shares[row.label]] == pytest.approx([np.mean(weights)] * 2)
        like = [[each for each in ranges if each[1] - each[0] == b - a] for a, b in whole]
        rates = [np.mean([counted.weight(by, row.label, each) for each in some]) for some in like]
        assert row.base_rate == pytest.approx(np.mean(rates))


@given(texts(), st.data(), st.sampled_from([None, "B", ["B", "C"]]))
@settings(max_examples=20, deadline=None)
def test_steps_that_do_not_count_are_as_steps_without_a_label(text, data, against):
    there = {label for label in text.labels if label is not None}
    assume(there and set(against or ()) <= there)
    start = data.draw(st.integers(0, len(text.labels) - 1))
    match = [(start, data.draw(st.integers(start + 1, len(text.labels))))]
    table = enrichment(match, text.labels, where=text.mask, against=against).set_index("label")
    for label in sorted(there - set(against or ())):
        kept = {label, *against} if against else there
        some = [each if ok and each in kept else None for each, ok in zip(text.labels, text.mask, strict=True)]
        if label in some:
            columns = ["share", "base_rate", "odds_ratio", "p", "count", "total"]
            expected = enrichment(match, some).set_index("label").loc[label, columns]
            assert table.loc[label, columns].tolist() == pytest.approx(expected.tolist(), nan_ok=True)
            rotated = enrichment_null(match, text.labels, labels=[label], where=text.mask, against=against, n=30)
            alone = enrichment_null(match, some, labels=[label], n=30)
            assert rotated.equals(alone)


@given(texts(size=12), st.data(), st.sampled_from(WHOLE))
@settings(max_examples=30, deadline=None)
def test_labels_are_rotated_among_the_steps_that_count(text, data, by):
    text.ends = [len(text.labels)]
    counted = [step for step, counts in enumerate(text.mask) if counts]
    ranges = list(text.all_ranges())
    assume(ranges and "A" in text.labels)
    spans = [set(text.labels[a:b]) for a, b in ranges if not {a - 1, b} & set(counted)]
    assume(any(len(span) > 1 for span in spans))  # else labels belong to stretches, and move from one to another
    matches = data.draw(st.lists(st.sampled_from(ranges), min_size=1, max_size=3, unique=True))
    table = enrichment_null(matches, text.labels, by=by, where=text.mask, n=100).set_index("label")
    shares = []
    for by_steps in range(len(counted)):
        firsts = [counted.index(a) + by_steps for a, _ in matches]
        moved = [(first % len(counted), b - a) for first, (a, b) in zip(firsts, matches, strict=True)]
        if any(first + length > len(counted) for first, length in moved):
            continue  # it would lie across the end
        there = [(counted[first], counted[first + length - 1] + 1) for first, length in moved]
        kept = [each for each, (_, length) in zip(there, moved, strict=True) if each[1] - each[0] == length]
        if kept:
            shares.append(np.mean([text.weight(by, "A", each) for each in kept]))
    assert table.loc["A", "share"] == pytest.approx(shares[0])
    assert table.loc["A", "n"] == len(shares) - 1
    if len(shares) > 1:
        assert table.loc["A", "null_mean"] == pytest.approx(np.mean(shares[1:]))
    assert table.loc["A", "p"] == pytest.approx(np.mean(np.array(shares) >= shares[0] - 1e-9))


def test_labels_of_whole_stretches_move_from_one_to_another():
    labels = ["A", "A", None, "B", "B", "B", None, "B"]
    where = [label is not None for label in labels]
    # The three stretches have A, B, B. Turned by one or two, the first has B.
    for by, matches, null in (("match", [(0, 2)], 0), ("match", [(0, 1), (4, 5)], 0.25), ("overlap", [(4, 5)], 1 / 6)):
        table = enrichment_null(matches, labels, by=by, labels=["A"], where=where)
        assert table.loc[0, ["n", "null_mean"]].tolist() == pytest.approx([2, null])


def test_a_match_overlaps_a_phrase_as_far_as_they_share_steps():
    chunks = ["B-NP", "I-NP", "I-NP", "B-NP", "O", "B-VP", "I-VP", "O"]
    assert ranges_of(chunks, "NP").tolist() == [[0, 3], [3, 4]]
    table = enrichment([(1, 4), (5, 7), (4, 6)], chunks, by="overlap").set_index("label")
    # [1, 4) shares two of four steps with [0, 3), and is three times as long as [3, 4).
    assert table.loc["NP", ["count", "total"]].tolist() == [2 / 4, 3]
    assert table.loc["VP", ["count", "share"]].tolist() == pytest.approx([1 + 1 / 3, (1 + 1 / 3) / 3])
    exact = enrichment([(1, 4), (5, 7), (4, 6)], chunks, by="range").set_index("label")
    assert exact["count"].to_dict() == {"NP": 0, "VP": 1}
    held = enrichment([(1, 4), (5, 7), (4, 6)], chunks, by="overlap", labels=["VP"], against="NP").set_index("label")
    assert held.loc["VP", ["count", "total"]].tolist() == [1, 2]


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_p_of_overlaps_is_that_of_drawing_every_range(seed):
    rng = np.random.default_rng(seed)
    text = Text(rng.choice(list("AAABC"), 12).tolist(), [True] * 12, [12])
    matches = [(2, 4), (6, 9)]
    table = enrichment(matches, text.labels, by="overlap").set_index("label")
    for label in set(text.labels):
        percent = {each: round(100 * text.weight("overlap", label, each)) for each in text.all_ranges()}
        two = [percent[each] for each in percent if each[1] - each[0] == 2]
        three = [percent[each] for each in percent if each[1] - each[0] == 3]
        sums = np.add.outer(two, three)
        assert table.loc[label, "p"] == pytest.approx(np.mean(sums >= sum(percent[each] for each in matches)))


def test_the_chance_of_a_sum_is_that_of_scipy():
    from scipy.stats import binom

    for count, total in ((1, 1), (40, 9), (500, 60)):
        chance = chance_of_sum(total, [np.array([0.9, 0.1])], [count])
        assert chance == pytest.approx(binom.sf(total - 1, count, 0.1), rel=1e-6)
    assert chance_of_sum(0, [np.array([1.0])], [3]) == 1
    assert chance_of_sum(400, [np.array([0.9, 0.1])], [500]) == 1e-12


def test_an_explorer_and_its_matches_know_the_track_that_where_names():
    rng = np.random.default_rng(0)
    on = np.repeat(rng.random(60) < 0.3, 5)
    tracks = {"signal": np.where(on, "on", "off").tolist(), "pos": rng.choice(["NOUN", "VERB"], 300).tolist()}
    states = np.where(on[:, None], 0.9, 0.0)
    start = int(np.flatnonzero(on)[0])
    explorer = StateExplorer(states, tracks=tracks, sequences=[150, 150], selection=(start, start + 3))
    mask = np.array(tracks["pos"]) == "NOUN"
    for by in ("step", "match", "overlap"):
        expected = enrichment(explorer, "signal", by=by, where=mask)
        assert enrichment(explorer, "signal", by=by, where=("pos", "NOUN")).equals(expected)
        assert explorer.matches.enrichment("signal", by=by, where=("pos", "NOUN")).equals(expected)
    null = explorer.matches.enrichment_null("signal", labels=["on"], where=("pos", "NOUN"), against="off", n=20)
    assert null[["label", "kind"]].to_numpy().tolist() == [["on", "rotation"], ["on", "cells"]]
    explorer.close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["q"]}, "labels must be among 'a', 'b'; got 'q'"),
        ({"against": "q"}, "against must be among 'a', 'b'; got 'q'"),
        ({"labels": ["a"], "against": "a"}, "a label can't be held against itself: 'a'"),
        ({"where": [1, 0, 1, 0]}, "where must be a mask of T booleans, or"),
        ({"where": [True]}, "where must have one boolean for each of 4 time steps; got shape"),
        ({"where": ("pos", "a")}, "where names the track 'pos', and names need an explorer"),
    ],
)
def test_steps_that_can_not_count_are_refused_as_by_the_alignment(options, message):
    for function in (enrichment, enrichment_null):
        for by in ("step", "overlap"):
            with pytest.raises((TypeError, ValueError), match=message):
                function([(0, 2)], list("abab"), by=by, **options)
