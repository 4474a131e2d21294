import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, contrast_phrases, on_off_patterns
from lstmvis_widget.statistics.contrast_phrases import newcombe

LENGTHS = [7, 1, 12, 10]
STEPS = sum(LENGTHS)
ENDS = np.cumsum(LENGTHS)


def all_ranges():
    """Every range of one to three steps within a sequence."""
    starts = ENDS - LENGTHS
    return [
        (start, stop)
        for first, end in zip(starts.tolist(), ENDS.tolist(), strict=True)
        for start in range(first, end)
        for stop in range(start + 1, min(start + 4, end + 1))
    ]


def follows(values, phrase, before, after):
    """Whether a cell follows the pattern at a phrase, by looking at each step."""
    start, stop = phrase
    sequence = int(np.searchsorted(ENDS, start, side="right"))
    first, end = int(ENDS[sequence] - LENGTHS[sequence]), int(ENDS[sequence])
    if start - before < first or stop + after > end:
        return False
    is_on = [values[step] >= 0.5 for step in range(start - before, stop + after)]
    wanted = [False] * before + [True] * (stop - start) + [False] * after
    return is_on == wanted


@given(st.data(), st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_rates_are_those_of_counting_phrases(data, before, after):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    states = rng.choice([-1.0, 0.5, 1.0], (STEPS, 3))
    ranges = data.draw(st.lists(st.sampled_from(all_ranges()), min_size=2, max_size=12, unique=True))
    split = data.draw(st.integers(1, len(ranges) - 1))
    phrases = {"one": ranges[:split], "two": ranges[split:]}
    table = contrast_phrases(
        states, phrases, 0.5, off_before=before, off_after=after, sequences=LENGTHS, permutations=5
    ).set_index("cell")
    for cell in range(3):
        one, two = (
            np.mean([follows(states[:, cell], phrase, before, after) for phrase in each]) for each in phrases.values()
        )
        assert table.loc[cell, ["one", "two", "difference"]].tolist() == pytest.approx([one, two, one - two])
        low, high = table.loc[cell, ["low", "high"]]
        assert -1 - 1e-12 <= low <= one - two <= high <= 1 + 1e-12
    assert (table["p"] <= table["p_max"]).all()
    assert table["difference"].abs().is_monotonic_decreasing


@pytest.mark.parametrize(
    ("hits", "sizes", "interval"),
    [((56, 48), (70, 80), (0.0524, 0.3339)), ((9, 3), (10, 10), (0.1705, 0.8090)), ((10, 0), (10, 10), (0.6075, 1.0))],
)
def test_intervals_are_those_that_newcombe_printed(hits, sizes, interval):
    rates = np.array(hits)[:, None] / np.array(sizes)[:, None]
    ends = newcombe(rates, np.array(sizes), 0.95)
    assert [float(end[0]) for end in ends] == pytest.approx(interval, abs=5e-5)


def test_p_is_the_share_of_all_rotations_that_differ_as_much():
    states = np.zeros((12, 1))
    states[[0, 2, 4], 0] = 1
    words = {"a": [(0, 1), (2, 3), (4, 5)], "b": [(6, 7), (8, 9), (10, 11)]}
    table = contrast_phrases(states, words, 0.5, permutations=100)
    # Of the 6 rotations of aaabbb, the observed one and that by 3 tell the first three phrases from the others.
    assert table[["difference", "p", "p_max"]].to_numpy().tolist() == [[1, 2 / 6, 2 / 6]]


def test_labels_of_whole_sequences_are_swapped():
    states = np.repeat([1.0, 1, 0, 0], 2)[:, None]
    phrases = {"a": [(0, 1), (1, 2), (2, 3), (3, 4)], "b": [(4, 5), (5, 6), (6, 7), (7, 8)]}
    table = contrast_phrases(states, phrases, 0.5, sequences=[2, 2, 2, 2], permutations=1000)
    assert table["p"].tolist() == pytest.approx([2 / 6])  # of the 6 ways to choose two of four sequences


def test_cells_that_the_first_phrases_choose_are_judged_on_the_last():
    states = np.zeros((8, 2))
    states[[0, 4], 0] = states[[0, 5], 1] = 1
    phrases = {"a": [(0, 1), (4, 5)], "b": [(1, 2), (5, 6)]}
    table = contrast_phrases(states, phrases, 0.5, held_out=0.5).set_index("cell")
    assert table[["difference", "difference_held_out"]].to_numpy().tolist() == [[1, 1], [1, -1]]


def test_an_explorer_gives_its_layer_and_its_sequences():
    states = np.random.default_rng(0).normal(size=(STEPS, 4))
    explorer = StateExplorer(states, sequences=LENGTHS)
    ranges = np.array(all_ranges())
    phrases = {"a": ranges[::3], "b": ranges[1::3]}
    found = contrast_phrases(explorer, phrases, 0.3, off_before=1, permutations=9)
    assert found.equals(contrast_phrases(states, phrases, 0.3, off_before=1, sequences=LENGTHS, permutations=9))
    pattern = on_off_patterns(states, ranges[::3][:1], 0.3)
    assert pattern.shape == (1, 4)


def test_an_explorer_gives_its_phrases_threshold_and_limits_unless_they_are_given():
    states = np.random.default_rng(0).normal(size=(STEPS, 4))
    ranges = np.array(all_ranges())
    phrases = {"old": ranges[2::3], "a": ranges[::3], "b": ranges[1::3]}
    explorer = StateExplorer(states, sequences=LENGTHS, phrase_sets=phrases, threshold=0.3, off_before=1, off_after=2)
    compared = {name: phrases[name] for name in "ab"}

    def expected(threshold, before, after, phrases=compared):
        return contrast_phrases(states, phrases, threshold, off_before=before, off_after=after, sequences=LENGTHS)

    assert contrast_phrases(explorer).equals(expected(0.3, 1, 2))
    assert contrast_phrases(explorer, compared, 0.1, off_after=0).equals(expected(0.1, 1, 0))
    explorer.contrast_with = ("b", "old")
    assert contrast_phrases(explorer).equals(expected(0.3, 1, 2, {name: phrases[name] for name in ("b", "old")}))
    with pytest.raises(TypeError, match=r"needs a threshold, unless an explorer is given.*got ndarray"):
        contrast_phrases(states, compared)
    with pytest.raises(TypeError, match=r"needs phrases, a mapping of two labels.*got ndarray"):
        contrast_phrases(states, threshold=0.3)
    explorer.close()


@pytest.mark.parametrize(
    ("phrases", "options", "message"),
    [
        ({"a": [(0, 1)]}, {}, "holds the phrases of two labels against each other; got 'a'"),
        ({"a": [(0, 1)], "b": [(1, 2)], "c": [(2, 3)]}, {}, "of two labels"),
        ({"a": [(0, 1)], "b": []}, {}, "'b' has none"),
        ({"a": [(0, 1)], "b": [(20, 21)]}, {"held_out": 0.5}, "'b' has none besides the share of 0.5 held out"),
        ({"a": [(0, 1)], "b": [(0, 1)]}, {}, "is given under both 'a' and 'b'"),
        ({"a": [(0, 1)], "b": [(6, 8)]}, {}, r"\[6, 8\) crosses the end of one at 7"),
        ({"a": [(0, 1)], "b": [(1, 99)]}, {}, "99"),
        ({"cell": [(0, 1)], "b": [(1, 2)]}, {}, "'cell' is a column of the table"),
        ([(0, 1)], {}, "phrases must be a mapping of each label to its ranges"),
        ({"a": [(0, 1)], "b": [(1, 2)]}, {"confidence": 1}, "confidence must lie between 0 and 1"),
        ({"a": [(0, 1)], "b": [(1, 2)]}, {"held_out": 1}, "held_out must be a share"),
        ({"a": [(0, 1)], "b": [(1, 2)]}, {"permutations": -1}, "permutations must be at least 0"),
    ],
)
def test_what_cannot_be_is_refused(phrases, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        contrast_phrases(np.zeros((STEPS, 2)), phrases, 0.5, sequences=LENGTHS, **options)
