"""Sessions with the widgets: every gesture of a page, one after the other, and what each leaves in Python.

The page is that of `tests.page`. After each gesture the results are held against the oracle.
"""

from contextlib import closing, contextmanager

import numpy as np

from lstmvis_widget import (
    CategoricalTrack,
    OutputTrack,
    PhraseScatter,
    SequenceExplorer,
    StateExplorer,
    link,
    map_phrases,
    save_states,
)
from lstmvis_widget.synced.tags import names_tagged
from tests import oracle
from tests.page import recorded_pages
from tests.sequences_view import small_data

STEPS = 60
SHIFTED = [
    np.roll(np.repeat(column, 5), cell) for cell, column in enumerate(np.random.default_rng(5).normal(size=(10, 12)))
]
STATES = np.tanh(np.stack(SHIFTED, axis=1)).astype(np.float32)  # each value stays for five steps
LENGTHS = [30, 1, 29]
WORDS = ["the", "cat", "sat", "on", "a", "mat"] * 10
TRACKS = {
    "pos": ["N", "V", "N"] * 20,
    "length": [len(word) for word in WORDS],
    "chorus": CategoricalTrack(np.ones(STEPS)),
    "next": OutputTrack(np.linspace(0, 1, STEPS), ["no", "yes"], ["no", "yes", None]),
}

OF_THE_EXPLORER = {
    "selection": [10, 13],
    "selected_ranges": [[10, 13], [40, 43]],
    "threshold": 0.2,
    "off_before": 1,
    "off_after": 1,
    "tolerance": 0.5,
    "deselected_cells": [3],
    "added_cells": [4],
    "k": 7,
    "min_length": 1,
    "length_filter": 2,
    "layer": "second",
    "sequence": 2,
    "position": 12,
    "word_width": 31.5,
    "height": 700,
    "value_axis": [-1, 1],
    "visible_tracks": ["pos", "length"],
    "folded_tracks": ["next"],
    "match_tracks": ["pos", "length"],
    "color_by": "pos",
    "dim_tracks": True,
    "context_width": 3,
    "match_layout": "columns",
    "fold_matches": False,
    "pinned_cells": [1, 2],
    "show_coverage": True,
    "min_run": 2,
    "align_with": ["pos", "N"],
    "contrast_with": ["cats", "mats"],
    "show_contrast": True,
    "find_text": "/m.t|cat/",
    "find_match_case": True,
    "_visible_steps": 20,
    "_stride": 8,
    "_hovered_step": 5,
    "_find_hit": 1,
    "_label_table": "pos",
}
"""What a gesture sets each trait to, in this order."""

OF_THE_SEQUENCES = {
    "sequence": 2,
    "pinned_sequences": [0, 1],
    "position": 6,
    "selection": [6, 9],
    "selected_steps": [1, 2, 6, 7],
    "jump": 6,
    "metric": "cosine",
    "method": "pca",
    "jump_threshold": 0.5,
    "color_by": "pos",
    "sort_by": "-length",
    "filters": {"text": "/w.r/"},
    "layer": "other",
    "align_at": "end",
    "line_color": "time",
    "line_thickness": "time",
    "line_width": 3,
    "point_size": 5,
    "shown_points": "last",
    "fade": "correct",
    "point_labels": "jumps",
    "confidence_change": 0.2,
    "height": 700,
    "view": [-1, 1, -1, 1],
    "_hovered_step": 3,
    "_near": 4,
}

OF_THE_SCATTER = {"picked": 2, "selected": [0, 3, 4], "hidden_labels": ["VP"], "view": [-1, 1, -1, 1]}


def explore(folder):
    """A session with `StateExplorer`."""
    layers = {"first": STATES, "second": STATES[:, ::-1].copy()}
    with recorded_pages() as page_of, closing(StateExplorer(layers, WORDS, TRACKS, sequences=LENGTHS)) as explorer:
        page = page_of(explorer)
        page.send({"view": {"page": "one", "change": 1}})
        explorer.phrase_sets = {"cats": explorer.find("cat"), "mats": explorer.find("mat")}
        for name, value in _gestures(explorer, OF_THE_EXPLORER):
            with _named(name):
                page.set(**{name: value})
                assert explorer.error == "", explorer.error
                _is_right(explorer, layers[explorer.layer])
        page.set(selection=[10, 13], length_filter=None, off_before=0, off_after=0)
        assert len(explorer.matches)
        page.send({"against_chance": True})
        enrichment = explorer.get_state(["_enrichment"])["_enrichment"]
        assert enrichment["chance"] is not None, enrichment
        page.send({"contrast_against_chance": True})
        page.send({"select": "hits"})
        assert len(explorer.selected_ranges) == explorer._find_hits["count"] == 20
        page.send({"undo": True})
        assert explorer.error == "", explorer.error
        assert explorer.selection == (10, 13)
        _is_right(explorer, layers[explorer.layer])
        scenario = explorer.scenario()
        explorer.to_html(folder / "explorer.html")
        cells, matches = explorer.selected_cells.tolist(), list(explorer.matches)
        with closing(StateExplorer(layers, WORDS, TRACKS, sequences=LENGTHS)) as again:
            again.replay(scenario)
            assert again.selected_cells.tolist() == cells
            assert list(again.matches) == matches
    assert (folder / "explorer.html").stat().st_size > 100_000


def explore_a_file(folder):
    """The same states from a file of ours, which is written first."""
    save_states(folder / "states.h5", STATES, WORDS, tracks=TRACKS, sequences=LENGTHS)
    with recorded_pages(), closing(StateExplorer.open(folder / "states.h5", threshold=0.1)) as explorer:
        explorer.selection = (10, 13)
        _is_right(explorer, STATES)
        assert explorer.matches["text"][0]


def explore_sequences(folder):
    """A session with `SequenceExplorer`, linked with a `StateExplorer`."""
    layers = {"one": small_data.STATES, "other": small_data.STATES[:, ::-1].copy()}
    with recorded_pages() as page_of, closing(small_data.make(layers)) as explorer:
        page = page_of(explorer)
        for name, value in _gestures(explorer, OF_THE_SEQUENCES):
            with _named(name):
                page.set(**{name: value})
                assert explorer.error == "", explorer.error
        assert explorer.table["length"].tolist() == small_data.LENGTHS
        assert explorer._map["trust"] is not None
        assert explorer._cause["cells"]
        with closing(StateExplorer(small_data.STATES, small_data.WORDS, sequences=small_data.LENGTHS)) as states:
            link(states, explorer)
            explorer.selection = (6, 9)
            assert states.selection == (6, 9)
            _is_right(states, small_data.STATES, small_data.LENGTHS)
        explorer.to_html(folder / "sequences.html")
    assert (folder / "sequences.html").stat().st_size > 100_000


def explore_phrases(_):
    """A session with `PhraseScatter`."""
    phrases = {"NP": [(at, at + 2) for at in range(0, 20, 2)], "VP": [(at, at + 3) for at in range(31, 58, 3)]}
    with (
        recorded_pages() as page_of,
        closing(StateExplorer(STATES, WORDS, threshold=0.1)) as explorer,
        closing(map_phrases(STATES, phrases, 0.1).scatter(explorer)) as scatter,
    ):
        page = page_of(scatter)
        for name, value in _gestures(scatter, OF_THE_SCATTER):
            with _named(name):
                page.set(**{name: value})
                assert scatter.error == "", scatter.error
        assert scatter.selected.tolist() == [0, 3, 4]
        assert explorer.selection == (4, 6)
        _is_right(explorer, STATES, None)


SESSIONS = (explore, explore_a_file, explore_sequences, explore_phrases)
WIDGETS = {StateExplorer: OF_THE_EXPLORER, SequenceExplorer: OF_THE_SEQUENCES, PhraseScatter: OF_THE_SCATTER}


def _gestures(widget, values):
    kind = next(kind for kind in WIDGETS if isinstance(widget, kind))
    assert set(values) == set(names_tagged(kind, "page")), "a gesture for each trait that a page sets"
    return values.items()


@contextmanager
def _named(name):
    try:
        yield
    except Exception as error:
        error.add_note(f"in the gesture that sets {name}")
        raise


def _is_right(explorer, states, sequences=LENGTHS):
    if explorer.selection is None:
        assert explorer.selected_cells.tolist() == []
        return
    limits = {"off_before": explorer.off_before, "off_after": explorer.off_after}
    ranges = explorer.selected_ranges or (explorer.selection,)
    following = oracle.select_cells_at(
        states, ranges, explorer.threshold, tolerance=explorer.tolerance, sequences=sequences, **limits
    )
    cells = sorted(set(following) - set(explorer.deselected_cells) | set(explorer.added_cells))
    assert explorer.selected_cells.tolist() == cells
    least = explorer.min_length or min(2, *(stop - start for start, stop in ranges))
    options = {"min_length": least, "k": explorer.k, "length_filter": explorer.length_filter, "sequences": sequences}
    expected = oracle.rank_matches(states, cells, explorer.threshold, **limits, **options)
    assert [tuple(match)[:5] for match in explorer.matches] == expected.rows
    assert explorer.matches.n_candidates == expected.n_candidates
