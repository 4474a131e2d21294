"""Filters and order: which sequences are shown, beside a plain loop over the rows of the table."""

import copy
import itertools
import math

import numpy as np
import pandas as pd
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import OutputTrack, SequenceExplorer
from lstmvis_widget.sequences_view.filters import COLUMNS, CONDITIONS, checked_filters
from tests.page import wait_until
from tests.sequences_view.conftest import CLASSES, LENGTHS, STATES, STEPS, WORDS, output
from tests.strategies import sequence_lengths


def number_in(row, name):
    """What a range is about."""
    return row.settled - row.start if name == "settled" else getattr(row, name)


def holds(row, words, key, wanted, selected):
    """Whether one condition holds for one row of the table."""
    text = words[row.start : row.stop]
    if key in ("target", "prediction"):
        return getattr(row, key) in wanted
    if key == "correct":
        return not pd.isna(row.correct) and bool(row.correct) == wanted
    if key == "text":
        phrase = wanted.split()
        return any(text[at : at + len(phrase)] == phrase for at in range(len(text)))
    if key == "selected":
        return any(row.start <= step < row.stop for step in selected)
    least, most = wanted
    number = number_in(row, key)
    is_open = least is None and most is None
    return is_open or not (
        math.isnan(number) or (least is not None and number < least) or (most is not None and number > most)
    )


def sorted_by(row, words, name):
    """What rows are sorted by; None if it is missing."""
    if name == "text":
        return " ".join(words[row.start : row.stop])
    found = number_in(row, name)
    if found is None or pd.isna(found):
        return None
    return CLASSES.index(found) if name in ("target", "prediction") else float(found)


def plain_order(table, words, filters, sort_by, selected=()):
    """The numbers of the rows that pass, sorted, one after another."""
    passing = [
        row
        for row in table.itertuples()
        if all(holds(row, words, key, wanted, selected) for key, wanted in filters.items())
    ]

    def key_of(row):
        return sorted_by(row, words, sort_by.removeprefix("-"))

    known = [row for row in passing if key_of(row) is not None]
    unknown = [row.sequence for row in passing if key_of(row) is None]
    ordered = sorted(known, key=key_of)
    if sort_by.startswith("-"):
        groups = [list(group) for _, group in itertools.groupby(ordered, key=key_of)]
        ordered = [row for group in reversed(groups) for row in group]
    return [row.sequence for row in ordered] + unknown


def bounds_of(numbers):
    ends = st.one_of(st.none(), numbers)
    return st.tuples(ends, ends).filter(lambda ends: None in ends or ends[0] <= ends[1]).map(list)


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "target": st.lists(st.sampled_from(CLASSES), min_size=1, unique=True),
        "prediction": st.lists(st.sampled_from(CLASSES), min_size=1, unique=True),
        "correct": st.booleans(),
        "text": st.sampled_from(["cat", "sat on", "mat and slept the", "dog"]),
        "length": bounds_of(st.integers(1, 12)),
        "confidence": bounds_of(st.floats(0, 1)),
        "settled": bounds_of(st.integers(0, 10)),
        "changes": bounds_of(st.integers(0, 6)),
        "largest_jump": bounds_of(st.floats(0, 8)),
        "selected": st.just(value=True),
    },
)
SORTS = st.tuples(st.sampled_from(["", "-"]), st.sampled_from(COLUMNS)).map("".join)


@given(steps=st.integers(1, 40), seed=st.integers(0, 10**6), filters=FILTERS, sort_by=SORTS, data=st.data())
def test_the_sequences_shown_are_those_of_a_loop(steps, seed, filters, sort_by, data):
    random = np.random.default_rng(seed)
    lengths = data.draw(sequence_lengths(steps)) or [steps]
    targets = data.draw(st.lists(st.sampled_from([*CLASSES, None]), min_size=len(lengths), max_size=len(lengths)))
    selected = data.draw(st.lists(st.integers(0, steps - 1), max_size=3))
    words = random.choice(["the", "cat", "sat", "on", "mat", "and", "slept"], steps).tolist()
    explorer = SequenceExplorer(
        random.integers(0, 3, (steps, 2)).astype(float),
        words,
        output=OutputTrack(random.dirichlet([0.5] * 3, steps), CLASSES, targets),
        sequences=lengths,
        background=False,
        filters=filters,
        sort_by=sort_by,
        selected_steps=selected,
    )
    expected = plain_order(explorer.table, words, filters, sort_by, selected)
    assert explorer.shown_sequences.tolist() == expected
    assert np.frombuffer(explorer._order, "<i4").tolist() == expected
    explorer.close()


def test_each_statement_has_its_sequences_when_it_is_over(made):
    explorer = made()
    assert explorer.shown_sequences.tolist() == list(range(6))
    explorer.filters = {"length": (10, None)}
    assert explorer.shown_sequences.tolist() == [2, 3, 5]
    explorer.sort_by = "-length"
    assert explorer.shown_sequences.tolist() == [3, 5, 2]
    explorer.filters = {"text": "cat sat", "length": (None, 7)}
    expected = plain_order(explorer.table, WORDS, explorer.filters, "-length")
    assert explorer.shown_sequences.tolist() == expected
    explorer.filters = {"selected": True}
    assert explorer.shown_sequences.tolist() == []
    explorer.selected_steps = [0, 8]
    assert explorer.shown_sequences.tolist() == [2, 0]
    explorer.undo()
    assert explorer.shown_sequences.tolist() == []


def test_a_regular_expression_finds_sequences_within_their_ends(made):
    explorer = made(filters={"text": "/mat.*slept/"})
    one_text = [" ".join(WORDS[start:stop]) for start, stop in itertools.pairwise(np.cumsum([0, *LENGTHS]))]
    expected = [number for number, text in enumerate(one_text) if "mat" in text and "slept" in text[text.find("mat") :]]
    assert explorer.shown_sequences.tolist() == expected
    assert 0 < len(expected) < 6


def test_case_does_not_matter_in_a_phrase(made):
    explorer = made(filters={"text": "CAT Sat"})
    assert explorer.shown_sequences.tolist() == plain_order(explorer.table, WORDS, {"text": "cat sat"}, "sequence")


def test_a_search_that_takes_too_long_says_so_and_shows_no_sequence(made, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.timeline.regex_process.SECONDS", 0.2)
    explorer = made(tokens=["a" * 40] * STEPS, filters={"text": "/(a+)+b/"})
    with pytest.warns(RuntimeWarning, match="takes longer"):
        assert len(explorer.shown_sequences) == 0
    wait_until(lambda: "takes longer" in explorer.peek("error"), "the reason")
    explorer.filters = {}
    assert len(explorer.shown_sequences) == 6


def test_filters_are_kept_in_one_form_that_json_can_hold(made):
    explorer = made(
        filters={
            "matches": False, "selected": np.True_, "text": "  the cat ", "target": "good",
            "prediction": np.array(["good", "bad"]), "confidence": (np.float32(0.5), math.inf), "length": (None, None),
            "changes": None,
        }
    )  # fmt: skip
    assert explorer.filters == {
        "target": ["good"], "prediction": ["bad", "good"], "text": "the cat", "confidence": [0.5, None],
        "selected": True,
    }  # fmt: skip
    assert list(explorer.filters) == [key for key in CONDITIONS if key in explorer.filters]
    explorer.filters = None
    assert explorer.filters == {}


def test_filters_are_set_as_a_whole(made):
    explorer = made(filters={"correct": True})
    explorer.filters |= {"length": (3, None)}
    assert explorer.filters == {"correct": True, "length": [3, None]}
    for change in (
        lambda filters: filters.update(length=3),
        lambda filters: filters.pop("correct"),
        lambda filters: filters.clear(),
        lambda filters: filters.__setitem__("length", 3),
        lambda filters: filters.__delitem__("correct"),
    ):
        with pytest.raises(TypeError, match=r"explorer\.filters \|= "):
            change(explorer.filters)
    assert copy.deepcopy(explorer.filters) == {"correct": True, "length": [3, None]}
    assert repr(explorer.filters) == "{'correct': True, 'length': [3, None]}"
    with pytest.raises(traitlets.TraitError, match="did you mean 'length'"):
        explorer.filters |= {"lenght": (1, 2)}


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"taget": "good"}, "did you mean 'target'"),
        ({3: "good"}, "may have the conditions target, prediction"),
        ([("target", "good")], "must be a mapping"),
        ({"target": "god"}, "did you mean 'good'"),
        ({"prediction": []}, "at least one class"),
        ({"prediction": [None]}, "must be one of the classes 'bad', 'fair', 'good'"),
        ({"correct": 1}, "True or False"),
        ({"matches": "yes"}, "True or False"),
        ({"length": 3}, "least, most"),
        ({"length": (3, 2)}, "lower one first"),
        ({"length": ("a", 2)}, "numbers or None; got 'a'"),
        ({"confidence": (math.nan, None)}, "numbers or None; got nan"),
        ({"changes": (10**400, None)}, "numbers or None; got an integer of"),
        ({"text": 4}, "a phrase, or a regular expression"),
        ({"text": "/(/"}, "unterminated subpattern"),
    ],
)
def test_a_wrong_filter_is_refused_and_changes_nothing(made, page_of, filters, message):
    explorer = made(filters={"correct": True}, background=False)
    with pytest.raises(traitlets.TraitError, match=message):
        explorer.filters = filters
    assert explorer.filters == {"correct": True}
    if not isinstance(filters, dict) or all(isinstance(key, str) for key in filters):
        page_of(explorer).set(filters=filters)
        assert page_of(explorer).sent("filters")[-1] == {"correct": True}
        assert message.split("|")[0] in explorer.error


def test_filters_on_what_is_not_known_say_what_to_give(made):
    nothing = made(tracks={})
    for key in ("target", "prediction", "correct", "confidence"):
        with pytest.raises(traitlets.TraitError, match=r"OutputTrack\(scores, classes\)"):
            nothing.filters = {key: True}
    without_targets = made(tracks={"rating": output(targets=None)})
    without_targets.filters = {"prediction": "good"}
    with pytest.raises(traitlets.TraitError, match=r"OutputTrack\(scores, classes, targets\)"):
        without_targets.filters = {"correct": True}


def test_a_long_or_odd_name_of_a_class_is_known_by_what_the_page_shows(made):
    names = ["a" * 300, "b\ud800", "<b>good</b>"]
    explorer = made(tracks={"rating": output(classes=names, targets=None)})
    for name in names:
        shown = next(label for label in [*explorer._output["labels"]] if label[0] == name[0])
        assert checked_filters({"prediction": shown.replace("\ud800", "�")}, explorer.output) == {"prediction": [name]}


def test_a_wrong_order_is_refused_with_the_nearest_name(made):
    explorer = made()
    with pytest.raises(traitlets.TraitError, match="did you mean 'confidence'"):
        explorer.sort_by = "-confidense"
    assert explorer.sort_by == "sequence"


def test_the_order_follows_the_layer_and_the_metric(made):
    explorer = made({"a": STATES, "b": np.roll(STATES, 9, axis=0) * 2}, sort_by="-largest_jump")
    for layer, metric in itertools.product("ab", ("euclidean", "cosine")):
        explorer.layer, explorer.metric = layer, metric
        assert explorer.shown_sequences.tolist() == plain_order(explorer.table, WORDS, {}, "-largest_jump")


def test_the_order_is_not_sent_again_when_it_stays(made, page_of):
    explorer = made()
    explorer.finish()
    explorer.filters = {"length": (3, None)}
    explorer.finish()
    sent = len(page_of(explorer).sent("_order"))
    explorer.position = 30
    explorer.filters = {"length": (4, None)}
    explorer.finish()
    assert len(page_of(explorer).sent("_order")) == sent
