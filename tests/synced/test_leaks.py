"""Widgets that are closed leave nothing behind, of whatever class they are."""

import contextlib
import gc
import threading
import weakref
from collections import Counter
from pathlib import Path

import anywidget
import h5py
import ipywidgets
import numpy as np
import pytest

import lstmvis_widget
from lstmvis_widget import SequenceExplorer, StateExplorer, link, map_phrases
from tests.browser.data import STATES, TAGS, THRESHOLD, WORDS

TIMES = 200
DESCRIPTORS = Path("/proc/self/fd")

PUBLIC = {name: getattr(lstmvis_widget, name) for name in lstmvis_widget.__all__}
WIDGETS = [name for name, it in PUBLIC.items() if isinstance(it, type) and issubclass(it, anywidget.AnyWidget)]


@pytest.fixture
def made(tmp_path):
    """For each class of widgets, a function that makes one and has it compute something."""
    path = tmp_path / "states.h5"
    with h5py.File(path, "w") as file:
        file["states"] = STATES.astype(np.float32)
    ranges = [(start, start + 3) for start in range(0, 100, 5)]
    phrases = map_phrases(STATES, {"NP": ranges[::2], "VP": ranges[1::2]}, THRESHOLD)

    def explorer():
        explorer = StateExplorer(str(path), WORDS, {"pos": TAGS}, threshold=THRESHOLD, selection=(10, 14))
        assert explorer.matches.n_candidates > 0
        return explorer

    def scatter():
        scatter = phrases.scatter(lasting)
        scatter.picked = 2
        lasting._ranking.task.finish()  # what goes on in the explorer that lasts isn't left behind
        assert lasting.matches.n_candidates > 0
        return scatter

    def sequences():
        sequences = SequenceExplorer(str(path), WORDS, {"pos": TAGS}, filters={"text": WORDS[5]})
        link(lasting, sequences)
        sequences.selection = (10, 14)
        lasting.finish()
        assert sequences.projection.total == len(STATES)
        assert len(sequences.shown_sequences) == 1
        return sequences

    with contextlib.closing(StateExplorer(STATES, threshold=THRESHOLD)) as lasting:
        yield {"StateExplorer": explorer, "SequenceExplorer": sequences, "PhraseScatter": scatter}


def test_all_public_widgets_are_tested_here(made):
    assert sorted(made) == sorted(WIDGETS)


@pytest.mark.parametrize("name", WIDGETS)
def test_closed_widgets_are_freed(made, name):
    alive = weakref.WeakSet()
    for _ in range(5):
        widget = made[name]()
        alive.add(widget)
        widget.close()
    del widget
    gc.collect()
    assert len(alive) == 0


def held():
    """What the process holds once garbage is collected: its threads, open files and widgets, and objects of ours."""
    gc.collect()
    classes = [type(each) for each in gc.get_objects()]
    ours = [found.__qualname__ for found in classes if str(found.__module__).startswith("lstmvis_widget")]
    return Counter(ours) + Counter(
        {
            "threads": threading.active_count(),
            "open files": sum(1 for _ in DESCRIPTORS.iterdir()) if DESCRIPTORS.is_dir() else 0,
            "open widgets": len(ipywidgets.widgets.widget._instances),
        }
    )


@pytest.mark.parametrize("name", WIDGETS)
def test_hundreds_of_widgets_leave_no_thread_file_or_object_behind(made, name):
    made[name]().close()
    before = held()
    for _ in range(TIMES):
        made[name]().close()
    assert held() - before == Counter()
