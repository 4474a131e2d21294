"""What a page asks for that may take over a second: how long it takes, and after how long progress says so."""

from contextlib import closing

import numpy as np

from lstmvis_widget import StateExplorer
from tests.benchmarks import first_table
from tests.benchmarks.data import annotated, selections
from tests.benchmarks.explored import Telling, explored, until_all_is_done
from tests.benchmarks.measure import Row, ms, quantile, seconds_once, within

SIGN = 1.0
"""Seconds after which what is under way has to say so."""

FOUND = {
    "a phrase": "w1 w2",
    "another phrase": "w1 w2 w1",
    "a regular expression": "/w1[0-9]* w2/",
}
SELECTIONS = 3


def rows(setting):
    """Searches in a text, counts of all candidates and tables of labels, and files of the page."""
    given = annotated(setting.steps, setting.seed)
    few = np.ascontiguousarray(setting.states[:, :4])
    with closing(StateExplorer(few, **given, background=True)) as explorer:
        for what, text in FOUND.items():
            telling = Telling(explorer, lambda text=text: setattr(explorer, "find_text", text))
            yield from _told(f"finding {what} in {setting.steps:,} tokens", telling)
    with explored(setting.states, **annotated(setting.steps, setting.seed)) as explorer:
        yield from _counting(setting, explorer)
        yield from _of_page(setting, explorer)
    first = first_table.told()
    yield Row("the first table of labels of a process", ms(first["seconds"]))
    yield within("the first table of labels of a process: silent at first for", first["silent"], SIGN)
    with explored(setting.file.path, selection=selections(setting.states, setting.seed, 1)[0]) as explorer:
        path = setting.folder / "page.html"
        yield Row("HDF5: to_html while the first matches are under way", ms(_html(explorer, path)))


def _told(what, telling):
    yield Row(what, ms(telling.seconds), f"{telling.shares} shares told")
    yield within(f"{what}: silent at first for", telling.silent, SIGN)


def _counting(setting, explorer):
    ends = np.cumsum(explorer.sequences)
    chosen = [
        (start, min(stop, int(ends[np.searchsorted(ends, start, side="right")])))
        for start, stop in selections(setting.states, setting.seed, SELECTIONS)
    ]
    tellings = [Telling(explorer, lambda at=at: setattr(explorer, "selection", at)) for at in chosen]
    yield Row("in memory: a selection, until all is counted, median", ms(quantile([t.seconds for t in tellings], 0.5)))
    yield within("in memory: a selection: silent at first for, longest", max(t.silent for t in tellings), SIGN)


def _of_page(setting, explorer):
    explorer.match_tracks = ["pos"]
    telling = Telling(explorer, lambda: setattr(explorer, "_label_table", "pos"))
    yield from _told("in memory: table of labels", telling)
    telling = Telling(explorer, lambda: explorer._handle_custom_msg({"against_chance": True}, []))
    yield from _told("in memory: table of labels against chance", telling)
    until_all_is_done(explorer, 0)
    path = setting.folder / "page.html"
    yield Row("in memory: to_html, nothing under way", ms(_html(explorer, path)))
    explorer.threshold += 0.01
    yield Row("in memory: to_html while matches are under way", ms(_html(explorer, path)))


def _html(explorer, path):
    return seconds_once(lambda: explorer.to_html(path))
