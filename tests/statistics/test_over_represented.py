"""Labels that are more frequent among some steps than among all, counted by hand."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.statistics.over_represented import label_p_values, over_represented
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import CategoricalTrack
from lstmvis_widget.work.cancelling import never_cancelled, not_reported

LABELS = st.sampled_from(["a", "b", "c", "d", None])


def evidence_of(count, total, base):
    """The logarithm of the ratio of two binomial probabilities; 0 where the share isn't above the base rate."""
    share = count / total
    if share <= base:
        return 0.0

    def log_likelihood(p):
        return count * math.log(p) + ((total - count) * math.log(1 - p) if count < total else 0.0)

    return log_likelihood(share) - log_likelihood(base)


def counts_of(labels, steps):
    known = [each for each in labels if each is not None]
    chosen = [labels[step] for step in steps if labels[step] is not None]
    return {
        label: (times, times / len(chosen), known.count(label) / len(known)) for label, times in Counter(chosen).items()
    }


@given(st.lists(LABELS, min_size=1, max_size=20), st.data())
def test_shares_are_those_of_counting(labels, data):
    steps = sorted(data.draw(st.sets(st.integers(0, len(labels) - 1), min_size=1)))
    names = as_labels(CategoricalTrack(labels)).names
    found = over_represented(np.array(steps), as_labels(CategoricalTrack(labels)), 100)
    expected = counts_of(labels, steps)
    over = {label for label, (_, share, base) in expected.items() if share > base + 1e-12}
    assert {names[each.code] for each in found} == over
    for each in found:
        times, share, base = expected[names[each.code]]
        assert (each.times, each.share, each.base) == (times, pytest.approx(share), pytest.approx(base))
        assert each.ratio == pytest.approx(share / base)
        total = sum(count for count, _, _ in expected.values())
        assert each.evidence == pytest.approx(evidence_of(times, total, base), abs=1e-9)
    evidence = [each.evidence for each in found]
    assert evidence == sorted(evidence, reverse=True)


def rotations(parts):
    options = [[part[i:] + part[:i] for i in range(len(part))] for part in parts]
    return itertools.product(*options)


def greatest_evidence(labels, steps):
    found = counts_of(labels, steps)
    total = sum(times for times, _, _ in found.values())
    return max((evidence_of(times, total, base) for times, _, base in found.values()), default=0.0)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_p_is_the_share_of_all_rotations_in_which_some_label_stands_out_as_much(data):
    parts = [data.draw(st.lists(st.sampled_from("abc"), min_size=2, max_size=4)) for _ in range(2)]
    labels = list(itertools.chain.from_iterable(parts))
    lengths = [len(part) for part in parts]
    # Single steps: a rotation moves no run of them across an end.
    steps = sorted(data.draw(st.sets(st.sampled_from(range(0, len(labels), 2)), min_size=1)))
    if all(len(set(part)) == 1 for part in parts):
        return  # labels of whole sequences, see below
    known = as_labels(CategoricalTrack(labels))
    found = over_represented(np.array(steps), known, 100)
    ends = np.cumsum(lengths)
    runs = [step for step in steps if step + 1 in steps and step + 1 not in ends]
    assert not runs
    p = label_p_values(
        np.array(steps),
        known,
        found,
        Sequences.of(lengths, len(labels)),
        n=1000,
        seed=0,
        check=never_cancelled,
        progress=not_reported,
    )
    draws = [
        greatest_evidence(list(itertools.chain.from_iterable(each)), steps) for each in rotations(parts)
    ]  # the observed one is the first
    for each, value in zip(found, p, strict=True):
        assert value == pytest.approx(sum(draw >= each.evidence - 1e-9 for draw in draws) / len(draws))


def test_labels_of_whole_sequences_are_swapped_between_them():
    lengths, of_each = [1, 2, 3, 2], ["a", "b", "b", "b"]
    labels = [label for label, length in zip(of_each, lengths, strict=True) for _ in range(length)]
    known, steps = as_labels(CategoricalTrack(labels)), [0, 1]
    found = over_represented(np.array(steps), known, 5)
    [p] = label_p_values(
        np.array(steps),
        known,
        found,
        Sequences.of(lengths, 8),
        n=1000,
        seed=0,
        check=never_cancelled,
        progress=not_reported,
    )
    draws = []
    for order in itertools.permutations(range(4)):
        swapped = [of_each[i] for i, length in zip(order, lengths, strict=True) for _ in range(length)]
        draws.append(greatest_evidence(swapped, steps))
    assert [known.names[each.code] for each in found] == ["a"]
    assert p == pytest.approx(sum(draw >= found[0].evidence - 1e-9 for draw in draws) / len(draws))


def test_a_word_that_stands_out_is_told_from_chance():
    rng = np.random.default_rng(0)
    labels = rng.choice([f"word {i}" for i in range(200)], 4000)
    steps = np.sort(rng.choice(4000, 100, replace=False))
    labels[steps[:12]] = "war"
    known = as_labels(CategoricalTrack(labels))
    found = over_represented(steps, known, 10, least=2)
    p = label_p_values(
        steps,
        known,
        found,
        Sequences.of([400] * 10, 4000),
        n=99,
        seed=0,
        check=never_cancelled,
        progress=not_reported,
    )
    assert known.names[found[0].code] == "war"
    assert p[0] == 0.01
    assert min(p[1:]) > 0.05
    assert all(each.times >= 2 for each in found)


def test_without_labels_at_the_steps_nothing_is_over_represented():
    known = as_labels(CategoricalTrack(["a", None, None]))
    assert over_represented(np.array([1, 2]), known, 5) == []
    assert over_represented(np.array([0, 1, 2]), known, 5) == []
    none = label_p_values(
        np.array([1]), known, [], Sequences.of(None, 3), n=9, seed=0, check=never_cancelled, progress=not_reported
    )
    assert none == []


def test_where_labels_can_not_be_dealt_anew_there_is_no_p():
    known = as_labels(CategoricalTrack(["a", "b"]))
    found = over_represented(np.array([0]), known, 5)
    [p] = label_p_values(
        np.array([0]), known, found, Sequences.of([1, 1], 2), n=9, seed=0, check=never_cancelled, progress=not_reported
    )
    assert p == 1  # swapped, the other one stands out as much
    one = as_labels(CategoricalTrack(["a", "b", "b"]))
    [p] = label_p_values(
        np.array([0, 1]),
        one,
        over_represented(np.array([0, 1]), one, 5),
        Sequences.of([2, 1], 3),
        n=9,
        seed=0,
        check=never_cancelled,
        progress=not_reported,
    )
    assert p is None
