"""Paths, columns of steps and counts of figures; many cases are those that the page is held to (js/test/sequences)."""

import math
from collections import Counter

import numpy as np
import pytest

from lstmvis_widget.figures.boxes import MapBox, box_around, in_shape
from lstmvis_widget.figures.drawing_order import drawing_order
from lstmvis_widget.figures.label_places import Label, place_labels
from lstmvis_widget.figures.numerals import format_share, format_short, format_value, plural
from lstmvis_widget.figures.sequences.counts import counts_of
from lstmvis_widget.figures.sequences.map_texts import title_of, trust_of
from lstmvis_widget.figures.sequences.paths import LEVELS, arrows_along, labelled_steps, runs_of
from lstmvis_widget.figures.sequences.sent_view import SequenceTable, SequenceView, Trajectory
from lstmvis_widget.figures.sequences.step_columns import (
    StepColumns,
    columns_for,
    greatest_in,
    means_in,
    most_frequent_in,
)

STRAIGHT = [[0, 0], [1, 0], [2, 0], [3, 0]]


def line(coordinates, codes=None, distances=None, confidence=None, start=10):
    codes, distances, confidence = (
        None if given is None else np.asarray(given, dtype)
        for given, dtype in ((codes, np.int32), (distances, np.float32), (confidence, np.float32))
    )
    end = start + len(coordinates)
    return Trajectory(0, start, end, start, np.asarray(coordinates, np.float32), codes, confidence, distances)


def test_a_segment_has_the_colour_of_the_class_expected_at_its_end():
    runs = runs_of(line(STRAIGHT, [5, 1, 1, 0]), "expected", "constant")
    assert runs == [((0, 1, 2), 1, 1), ((2, 3), 0, 1)]
    assert runs_of(line(STRAIGHT), "expected", "constant") == [((0, 1, 2, 3), -1, 1)]
    assert runs_of(line([[1, 1]]), "expected", "constant") == []


def test_time_runs_from_the_first_level_to_the_last_and_the_longest_jump_is_the_thickest():
    levels = [run.color for run in runs_of(line(STRAIGHT), "time", "constant")]
    assert (levels[0], levels[-1]) == (0, LEVELS)
    widths = [run.width for run in runs_of(line(STRAIGHT, None, [1, 4, 2, np.nan]), "expected", "jump")]
    assert [width == 1 for width in widths] == [False, True, False]
    assert min(widths) > 0.2
    assert [run.width for run in runs_of(line(STRAIGHT, None, [np.inf, 4, 2, np.nan]), "expected", "jump")] == [0.25]


def test_a_path_leads_past_steps_that_are_nowhere():
    gap = line([[0, 0], [1, 0], [np.nan, np.nan], [3, 0], [4, 0]], [0, 1, 2, 1, 1])
    assert runs_of(gap, "expected", "constant") == [((0, 1, 3, 4), 1, 1)]


def test_arrows_stand_in_the_middle_of_segments_and_not_too_close():
    path = np.array([[0, 0], [40, 0], [60, 0], [60, 80]], float)
    assert arrows_along(path, 56, 12) == [(20, 0, (1, 0)), (60, 40, (0, 1))]
    zigzag = np.stack([np.arange(4000), np.arange(4000) % 2 * 20], axis=1).astype(float)
    assert 0 < len(arrows_along(zigzag, 56, 12)) <= 25
    assert arrows_along(np.zeros((0, 2)), 56, 12) == arrows_along(np.zeros((1, 2)), 56, 12) == []


CHANGING = line(np.zeros((5, 2)), [0, 0, 1, 1, 0], [0.25, 0.5, 0, 1, np.nan], [0.5, 0.5, 0.25, 1, 1], start=100)


@pytest.mark.parametrize(
    ("labels", "steps"),
    [("jumps", [103, 104, 101, 102]), ("confidence", [102, 103]), ("none", []), ("class", [103, 104, 101, 102])],
)
def test_words_stand_at_both_ends_of_each_change(labels, steps):
    assert labelled_steps(CHANGING, labels, 0.5, 0.5) == steps


def test_labels_overlap_neither_each_other_nor_an_edge():
    def label(x, y):
        return Label("word", x, y, 30, 10)

    [right] = place_labels([label(50, 50)], (200, 100), 7)
    assert (right.left, right.middle) == (57, 50)
    assert place_labels([label(190, 50)], (200, 100), 7)[0].left == 153
    assert place_labels([label(-80, 50), label(50, 300)], (200, 100), 7) == []
    placed = place_labels([label(50, 50)] * 30, (200, 100), 7)
    assert 1 < len(placed) < 30
    for i, one in enumerate(placed):
        for other in placed[i + 1 :]:
            apart = max(abs(one.left - other.left) / 30, abs(one.middle - other.middle) / 10)
            assert apart >= 1


def test_columns_take_all_the_room_and_have_several_steps_where_these_would_be_too_narrow():
    assert columns_for(100, 150, 300) == StepColumns(100, 150, 1, 6)
    assert columns_for(7, 8, 300) == StepColumns(7, 8, 1, 8)
    assert columns_for(7, 7, 300).count == 0
    for steps in (1, 2, 332, 333, 334, 999, 100_000):
        columns = columns_for(0, steps, 300)
        assert (columns.count - 1) * columns.stride < steps <= columns.count * columns.stride
        assert columns.span <= 300.001
        assert columns.edges[-1] == steps


def test_columns_of_two_steps_show_means_and_the_greatest_and_the_most_frequent():
    columns = StepColumns(20, 25, 2, 1)
    values = np.array([[1, 10], [3, 20], [np.nan, 30], [5, 50], [np.nan, 7]])
    assert np.array_equal(means_in(columns, values), [[2, 15], [5, 40], [np.nan, 7]], equal_nan=True)
    assert greatest_in(columns, np.array([1, 2, 5, 5, np.nan])).tolist() == [1, 2, -1]
    assert most_frequent_in(columns, np.array([3, 1, -1, 2, -1])).tolist() == [3, 2, -1]


def test_a_box_is_around_all_points_that_are_somewhere():
    assert box_around(np.array([[0, 1], [10, np.nan], [np.inf, 3]])) == (-0.5, 10.5, 0.9, 3.1)
    assert box_around(np.zeros((2, 2))) == (-1, 1, -1, 1)
    assert box_around(np.zeros((0, 2))) == (-1, 1, -1, 1)
    assert in_shape(MapBox(0, 4, 0, 1), (200, 100)) == (0, 4, -0.5, 1.5)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 89, 1000])
def test_every_point_is_drawn_once(count):
    assert sorted(drawing_order(count).tolist()) == list(range(count))


def view_of(target, said, order, output, **traits):
    table = SequenceTable(np.arange(len(said) + 1), [""] * len(said), target, said, None, None, None)
    nothing = dict.fromkeys(("words", "points", "colors", "map_facts", "jumps", "cause"))
    return SequenceView(
        traits={"filters": {}} | traits,
        output=output,
        trajectories=[],
        table=table,
        order=np.array(order, np.int32),
        matched=np.zeros((0, 2), np.int32),
        selected_steps=np.zeros(0, np.int64),
        **nothing,
    )


def test_of_many_classes_the_most_frequent_and_those_asked_for_have_a_row():
    random = np.random.default_rng(0)
    target, said = (random.integers(low, 30, 500).astype(np.int32) for low in (-1, 0))
    output = {"labels": [f"c{i}" for i in range(30)], "unexpected": [], "classes": 30}
    view = view_of(target, said, range(0, 500, 2), output, filters={"target": ["c29"]})
    counts = counts_of(view)
    assert [len(entry) for entry in counts.entries] == [1] * 12 + [18]
    assert [29] in counts.entries
    row_of = {place: i for i, places in enumerate(counts.entries) for place in places}
    for numbers, chosen in ((counts.counts, range(500)), (counts.passing, range(0, 500, 2))):
        expected = Counter((row_of[target[i]], row_of[said[i]]) for i in chosen if target[i] >= 0)
        assert {(row, column): numbers[row, column] for row, column in np.argwhere(numbers)} == expected
    known = [i for i in range(500) if target[i] >= 0]
    right = [i for i in known if target[i] == said[i]]
    assert (counts.accuracy.known, counts.accuracy.right) == (len(known), len(right))
    assert counts.accuracy.shown_right == sum(i % 2 == 0 for i in right)
    of_class = Counter(int(target[i]) for i in known)
    recalls = [sum(target[i] == place for i in right) / count for place, count in of_class.items()]
    assert counts.accuracy.by_class == pytest.approx(np.mean(recalls))
    assert counts.accuracy.commonest_share == max(of_class.values()) / len(known)
    assert counts.right.sum() + counts.wrong.sum() == len(known)


def test_the_map_says_how_it_was_made_and_how_far_to_trust_it():
    facts = {"method": "pca", "points": 100, "steps": 100, "explained": [0.634, 0.228], "perplexity": None}
    assert title_of(facts) == "States, principal axes 63 % + 23 %"
    assert title_of(facts | {"method": "given", "explained": None}) == "States, positions as given"
    moved = facts | {"method": "tsne", "explained": None, "perplexity": 30, "points": 10_000, "steps": 36_720}
    assert title_of(moved) == "States, t-SNE, perplexity 30, 10,000 of 36,720 steps"
    figures = ("trustworthiness", "kept", "jumps")
    trust = {
        "map": dict(zip(figures, (0.9836, 0.55, 0.61), strict=True)),
        "pca": dict(zip(figures, (0.874, 0.3, 0.5), strict=True)),
        "shuffled": dict(zip(figures, (0.4996, 0.004, -0.001), strict=True)),
    }
    assert [f"{name} {value}" for name, value in trust_of(moved | {"trust": trust})] == [
        "trust 0.984 (PCA 0.874, shuffled 0.50)",
        "neighbours kept 55 % (PCA 30 %, shuffled <1 %)",
        "map jumps ~ state jumps \N{GREEK SMALL LETTER RHO} 0.61 (PCA 0.50, shuffled 0.00)",
    ]
    assert trust_of(facts | {"trust": trust})[0][1] == "0.984 (shuffled 0.50)"
    assert trust_of(facts | {"trust": None}) == []
    unknown = dict.fromkeys(figures)
    assert trust_of(facts | {"trust": {"map": unknown, "shuffled": unknown}}) == []


def test_numbers_are_written_as_in_the_page():
    values = [0.125, -1.005, 0.004, 0.0000001234, 123456, math.nan, -math.inf, 0]
    assert [format_value(value) for value in values] == [
        *("0.13", "−1.00", "0.00400", "1.23e−7", "1.23e+5", "NaN", "−∞", "0.00"),
    ]
    numbers = [0.30000001, 12345, 0.125, 5e22, -0.00001234, 1.5e-9, 0, 2.161]
    assert [format_short(value) for value in numbers] == [
        "0.3",
        "12350",
        "0.125",
        "5e+22",
        "−0.00001234",
        "1.5e−9",
        "0",
        "2.161",
    ]
    assert [format_share(share) for share in (0, 0.001, 0.415, 0.999, 1)] == ["0 %", "<1 %", "42 %", ">99 %", "100 %"]
    assert (plural(1, "step"), plural(1200, "step")) == ("1 step", "1,200 steps")
