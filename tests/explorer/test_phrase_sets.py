"""Kept sets of phrases, and the cells that tell two of them apart."""

import json
import sys
import threading
import warnings

import numpy as np
import pandas as pd
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, contrast_phrases
from lstmvis_widget.explorer import contrasting
from tests.browser.data import STATES, TAGS, WORDS
from tests.page import recorded_pages, wait_until

LENGTHS = [len(WORDS) - 150, 150]
END = LENGTHS[0]


@pytest.fixture
def page():
    with recorded_pages() as page_of:
        layers = {"one": STATES, "two": STATES[:, ::-1].copy()}
        made = StateExplorer(layers, WORDS, {"pos": TAGS}, sequences=LENGTHS, threshold=0.3, selection=(10, 12))
        yield page_of(made)
        made.close()


@pytest.fixture
def explorer(page):
    return page._explorer


def ranges_of(label):
    """All ranges whose steps have the label, by looking at each step."""
    found, start = [], None
    for step in range(len(WORDS) + 1):
        has = step < len(WORDS) and TAGS[step] == label
        if start is not None and (not has or step == END):
            found.append((start, step))
            start = None
        if has and start is None:
            start = step
    return found


NOUNS, VERBS = ranges_of("NOUN"), ranges_of("VERB")


def keep_both(explorer):
    explorer.phrase_sets = {"nouns": NOUNS, "verbs": VERBS}


def expected(states=STATES, **options):
    phrases = {"nouns": NOUNS, "verbs": VERBS}
    return contrast_phrases(states, phrases, sequences=LENGTHS, **{"threshold": 0.3} | options)


def table_sent(explorer):
    wait_until(lambda: explorer._contrast is not None and not explorer._contrast["computing"], "the contrast")
    return explorer._contrast


class TestPhraseSets:
    def test_they_can_be_set_to_all_that_has_starts_and_stops(self, explorer):
        explorer.phrase_sets = {"pairs": [(20, 22), (3, 5), (3, 5)], "one": explorer.selection}
        explorer.phrase_sets["found"] = explorer.find(WORDS[10])
        explorer.phrase_sets["matches"] = explorer.matches
        explorer.phrase_sets["match"] = explorer.matches[0]
        explorer.phrase_sets["nouns"] = ("pos", "NOUN")
        explorer.phrase_sets["array"] = np.array([[1, 2], [5, 9]], np.int32)
        kept = {name: ranges.tolist() for name, ranges in explorer.phrase_sets.items()}
        assert kept["pairs"] == [[3, 5], [20, 22]]
        assert kept["one"] == [[10, 12]]
        assert kept["found"] == explorer.find(WORDS[10]).tolist()
        assert kept["matches"] == sorted([match.start, match.stop] for match in explorer.matches)
        assert kept["match"] == [[explorer.matches[0].start, explorer.matches[0].stop]]
        assert kept["nouns"] == [list(phrase) for phrase in NOUNS]
        assert kept["array"] == [[1, 2], [5, 9]]
        assert explorer.phrase_sets["array"].dtype == np.int64
        assert list(explorer.phrase_sets) == ["pairs", "one", "found", "matches", "match", "nouns", "array"]
        del explorer.phrase_sets["one"]
        assert "one" not in explorer.phrase_sets

    @pytest.mark.parametrize(
        ("phrases", "message"),
        [
            ("the", r"find\('the'\); got a text"),
            ([], "there is none"),
            ([(3, 3)], r"0 <= start < stop <= \d+; got \[3, 3\)"),
            ([(0, 10**6)], r"got \[0, 1000000\)"),
            ([(0.5, 3)], "phrases must be pairs of integers"),
            ([(END - 1, END + 1)], rf"\[{END - 1}, {END + 1}\) crosses the end of one at {END}"),
            (("pos", "ADV"), "the track has no label 'ADV'"),
            (("chunk", "NP"), "track with labels: 'pos'; got 'chunk'"),
            (
                np.array(
                    [(start, start + length) for start in range(290) if start % END < 140 for length in range(1, 9)]
                ),
                r"2,000 phrases at most; got 2,240. .*ranges\[::2\]",
            ),
            (None, "phrases must be pairs"),
        ],
    )
    def test_what_is_no_phrase_is_refused_with_what_to_do(self, explorer, phrases, message):
        explorer.phrase_sets["kept"] = [(1, 2)]
        with pytest.raises(traitlets.TraitError, match=rf"phrase_sets\['other'\]: .*{message}"):
            explorer.phrase_sets["other"] = phrases
        assert list(explorer.phrase_sets) == ["kept"]

    @pytest.mark.parametrize("name", ["", "  ", "x" * 61, 3, None])
    def test_a_set_needs_a_name(self, explorer, name):
        with pytest.raises(traitlets.TraitError, match="name of 1 to 60 characters"):
            explorer.phrase_sets[name] = [(1, 2)]

    def test_other_doors_are_watched_too(self, explorer):
        with pytest.raises(traitlets.TraitError, match="can't be called 'p_max'"):
            explorer.phrase_sets["p_max"] = [(1, 2)]
        with pytest.raises(traitlets.TraitError, match="mapping of names to phrases"):
            explorer.phrase_sets = [(1, 2)]
        with pytest.raises(traitlets.TraitError, match="12 sets at most; got 13"):
            explorer.phrase_sets = {str(number): [(1, 2)] for number in range(13)}
        with pytest.raises(KeyError, match="no set of phrases 'x' is kept; those kept: none"):
            explorer.phrase_sets["x"]
        with pytest.raises(traitlets.TraitError, match=r"two of phrase_sets: none is kept; got \('a', 'b'\)"):
            explorer.contrast_with = ("a", "b")

    def test_they_are_part_of_scenarios_and_can_be_undone(self, explorer):
        keep_both(explorer)
        explorer.contrast_with = ("verbs", "nouns")
        scenario = json.loads(json.dumps(explorer.scenario()))
        assert scenario == explorer.scenario()
        assert scenario["view"]["phrase_sets"]["nouns"] == [list(phrase) for phrase in NOUNS]
        assert explorer.undo()
        assert explorer.contrast_with is None
        assert explorer.undo()
        assert not explorer.phrase_sets
        explorer.replay(scenario)
        assert explorer.scenario() == scenario
        assert explorer.contrast_with == ("verbs", "nouns")

    def test_a_scenario_of_an_earlier_version_leaves_them(self, explorer):
        scenario = explorer.scenario()
        for name in ("phrase_sets", "contrast_with", "show_contrast"):
            del scenario["view"][name]
        keep_both(explorer)
        explorer.replay(scenario)
        assert list(explorer.phrase_sets) == ["nouns", "verbs"]

    def test_the_page_gets_numbers_and_words(self, page, explorer):
        explorer.phrase_sets = {"few": [(10, 12), (END, END + 1)], "long": [(0, 40)]}
        few, long = page.sent("phrase_sets")[-1]
        assert (few["name"], few["count"], few["phrases"]) == ("few", 2, [[10, 12], [END, END + 1]])
        before, phrase, after = few["lines"][0]
        assert phrase == " ".join(WORDS[10:12])
        assert " ".join(WORDS[:10]).endswith(before.removeprefix("…"))
        assert " ".join(WORDS[12:60]).startswith(after.removesuffix("…"))
        assert few["lines"][1][0] == ""
        assert long["lines"][0][1] == " ".join(WORDS[:12]) + " …"


class TestContrast:
    def test_it_is_what_contrast_phrases_says(self, explorer):
        keep_both(explorer)
        pd.testing.assert_frame_equal(explorer.contrast, expected())
        pd.testing.assert_frame_equal(contrast_phrases(explorer), expected())
        sent, table = table_sent(explorer), expected()
        assert sent["cell"] == table["cell"].tolist()[:100]
        np.testing.assert_allclose(sent["one"], table["nouns"].head(100), atol=1e-6)
        np.testing.assert_allclose(sent["other"], table["verbs"].head(100), atol=1e-6)
        for name in ("difference", "low", "high"):
            np.testing.assert_allclose(sent[name], table[name].head(100), atol=1e-6)
        assert (sent["names"], sent["p"], sent["error"]) == (["nouns", "verbs"], None, "")
        assert (sent["cells"], sent["differing"]) == (len(table), int((table["difference"] != 0).sum()))

    def test_of_a_layer_made_of_a_table_only_the_cells_of_the_table_are_counted(self, explorer):
        keep_both(explorer)
        explorer.use({"cell": [1, 4], "threshold": [0.1, -0.2], "sign": [1, -1]})
        sent = table_sent(explorer)
        assert (sent["layer"], sent["cells"]) == (explorer.layer, 2)
        assert set(explorer.contrast.query("difference != 0")["cell"]) <= {1, 4}

    @given(st.data())
    @settings(max_examples=6, deadline=None)
    def test_it_is_never_stale(self, data):
        explorer = StateExplorer({"one": STATES, "two": STATES[:, ::-1].copy()}, WORDS, sequences=LENGTHS)
        keep_both(explorer)
        for _ in range(data.draw(st.integers(1, 4))):
            trait = data.draw(st.sampled_from(["threshold", "off_before", "off_after", "layer"]))
            values = {"threshold": [0.1, 0.4], "layer": ["one", "two"]}.get(trait, [0, 1, 2])
            setattr(explorer, trait, data.draw(st.sampled_from(values)))
        states = STATES if explorer.layer == "one" else STATES[:, ::-1]
        limits = {name: getattr(explorer, name) for name in ("threshold", "off_before", "off_after")}
        pd.testing.assert_frame_equal(explorer.contrast, expected(states, **limits))
        explorer.close()

    def test_without_two_sets_it_is_empty(self, explorer):
        assert len(explorer.contrast) == 0
        explorer.phrase_sets["nouns"] = NOUNS
        assert explorer._contrast is None
        assert len(explorer.contrast) == 0
        with pytest.raises(ValueError, match="two sets of phrases are compared; the explorer keeps 'nouns'"):
            contrast_phrases(explorer)

    def test_by_default_the_sets_kept_last_are_compared(self, explorer):
        keep_both(explorer)
        explorer.phrase_sets["more"] = [(3, 5)]
        assert explorer.contrast.columns[1:3].tolist() == ["verbs", "more"]
        explorer.contrast_with = ["nouns", "more"]
        assert explorer.contrast.columns[1:3].tolist() == ["nouns", "more"]
        del explorer.phrase_sets["nouns"]
        assert explorer.contrast_with is None
        assert explorer.contrast.columns[1:3].tolist() == ["verbs", "more"]

    def test_a_phrase_in_both_sets_is_an_error_that_both_sides_show(self, explorer):
        explorer.phrase_sets = {"a": [(3, 5), (7, 8)], "b": [(3, 5)]}
        with pytest.warns(RuntimeWarning, match=r"contrast could not be computed: .*\[3, 5\).*both 'a' and 'b'"):
            assert len(explorer.contrast) == 0
        assert "both 'a' and 'b'" in table_sent(explorer)["error"]
        explorer.phrase_sets["b"] = [(4, 6)]
        assert len(explorer.contrast) == STATES.shape[1]

    def test_the_page_asks_what_chance_gives(self, page, explorer):
        keep_both(explorer)
        assert table_sent(explorer)["p"] is None
        page.send({"contrast_against_chance": True})
        wait_until(lambda: explorer._contrast and explorer._contrast.get("p"), "p")
        table = expected(permutations=contrasting.DRAWS)
        assert explorer._contrast["p"] == table["p"].head(100).tolist()
        assert explorer._contrast["p_max"] == table["p_max"].head(100).tolist()
        pd.testing.assert_frame_equal(explorer.contrast, table)
        explorer.threshold = 0.35
        pd.testing.assert_frame_equal(explorer.contrast, expected(threshold=0.35))

    def test_it_can_be_cancelled(self, page, explorer, monkeypatch):
        begun = threading.Event()

        def endless(*_, check, progress, **__):
            begun.set()
            while True:
                progress(0.5)
                check()

        monkeypatch.setattr(contrasting, "contrast_phrases", endless)
        keep_both(explorer)
        assert begun.wait(20)
        wait_until(lambda: explorer._activity == "contrasting nouns with verbs", "the activity")
        page.send({"cancel": True})
        wait_until(lambda: explorer._contrast is not None, "the end")
        assert (explorer._contrast["error"], explorer._contrast["cell"]) == ("cancelled", [])
        with pytest.warns(RuntimeWarning, match="cancelled"):
            assert explorer.contrast.empty

    def test_without_pandas_it_says_what_to_type(self, explorer, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        keep_both(explorer)
        assert "pip install 'lstmvis-widget[analysis]'" in table_sent(explorer)["error"]
        with pytest.raises(ImportError, match="analysis"):
            explorer.contrast  # noqa: B018  (waits)

    def test_a_closed_explorer_still_has_it(self, explorer):
        keep_both(explorer)
        before = explorer.contrast
        explorer.close()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pd.testing.assert_frame_equal(explorer.contrast, before)


class TestKeepingFromThePage:
    def test_the_hits_of_a_search(self, page, explorer):
        page.set(find_text=WORDS[10])
        wait_until(lambda: explorer._find_hits, "the hits")
        page.send({"keep_phrases": {"what": "hits"}})
        assert explorer.phrase_sets[WORDS[10]].tolist() == explorer.find(WORDS[10], ignore_case=True).tolist()
        page.send({"keep_phrases": {"what": "hits"}})
        assert list(explorer.phrase_sets) == [WORDS[10]]
        assert explorer.undo()
        assert not explorer.phrase_sets

    def test_matches_the_selection_and_a_label(self, page, explorer):
        phrase = " ".join(WORDS[10:12])
        matches = sorted([match.start, match.stop] for match in explorer.matches)
        page.send({"keep_phrases": {"what": "matches"}})
        page.send({"keep_phrases": {"what": "selection"}})
        page.set(align_with=["pos", "NOUN"])
        page.send({"keep_phrases": {"what": "label"}})
        kept = {name: ranges.tolist() for name, ranges in explorer.phrase_sets.items()}
        nouns = [list(each) for each in NOUNS]
        assert kept == {f"like {phrase}": matches, phrase: [[10, 12]], "pos: NOUN": nouns}

    def test_the_selection_is_added_to_a_set(self, page, explorer):
        explorer.phrase_sets = {"a": [(3, 5)]}
        page.send({"keep_phrases": {"what": "selection", "to": "a"}})
        assert explorer.phrase_sets["a"].tolist() == [[3, 5], [10, 12]]

    def test_of_too_many_some_are_kept_spread_evenly_and_the_name_says_so(self):
        with recorded_pages() as page_of:
            steps = 6001
            explorer = StateExplorer(np.zeros((steps, 2)), ["a", "b"] * (steps // 2) + ["a"])
            page = page_of(explorer)
            page.set(find_text="a")
            wait_until(lambda: explorer._find_hits, "the hits")
            page.send({"keep_phrases": {"what": "hits"}})
            [(name, ranges)] = explorer.phrase_sets.items()
            assert name == "a (2,000 of 3,001)"
            assert len(ranges) == 2000
            assert set(np.diff(ranges[:, 0])) == {2, 4}
            assert ranges[[0, -1], 0].tolist() == [0, steps - 1]
            explorer.close()

    def test_names_are_told_apart_and_may_be_changed(self, page, explorer):
        explorer.phrase_sets = {"a": [(3, 5)], " ".join(WORDS[10:12]): [(3, 5)]}
        page.send({"keep_phrases": {"what": "selection"}})
        name = f"{' '.join(WORDS[10:12])} 2"
        assert explorer.phrase_sets[name].tolist() == [[10, 12]]
        explorer.contrast_with = ("a", name)
        page.send({"rename_phrases": ["a", " first "]})
        assert list(explorer.phrase_sets) == ["first", " ".join(WORDS[10:12]), name]
        assert explorer.contrast_with == ("first", name)
        assert explorer.undo()
        assert explorer.contrast_with == ("a", name)
        page.send({"rename_phrases": ["a", name]})
        assert "called" in explorer.error
        page.send({"rename_phrases": ["a", "cell"]})
        assert "can't be called 'cell'" in explorer.error
        explorer.contrast_with = None
        page.send({"rename_phrases": ["a", name]})
        page.send({"remove_phrases": "a"})
        assert list(explorer.phrase_sets) == [" ".join(WORDS[10:12]), name]
        assert (explorer.contrast_with, explorer.error) == (None, "")

    @pytest.mark.parametrize("what", ["hits", "matches", "label", "selection"])
    def test_where_there_is_nothing_it_says_so(self, page, explorer, what):
        explorer.selection = None
        page.send({"keep_phrases": {"what": what}})
        assert explorer.error == f"there is nothing to keep: no {what}"
        assert not explorer.phrase_sets

    def test_what_no_page_sends_is_ignored(self, page, explorer):
        explorer.phrase_sets = {"a": [(3, 5)]}
        for content in (
            {"keep_phrases": "hits"},
            {"keep_phrases": {"what": "all"}},
            {"keep_phrases": {"what": "selection", "to": ["a"]}},
            {"rename_phrases": ["a"]},
            {"rename_phrases": ["b", "c"]},
            {"remove_phrases": None},
            {"remove_phrases": "b"},
        ):
            page.send(content)
        assert explorer.phrase_sets["a"].tolist() == [[3, 5]]
