"""Page and Python have the same value in the end, also where Python made another one of what the page had set."""

import json

import numpy as np
import pytest

from lstmvis_widget import SequenceExplorer, StateExplorer, map_phrases
from lstmvis_widget.synced.tags import names_tagged
from tests.page import recorded_pages

STATES = np.random.default_rng(0).normal(size=(60, 10))
WORDS = ["the", "cat", "sat", "on", "a", "mat"] * 10
TRACKS = {"pos": list("abcdef") * 10, "age": np.arange(60.0)}
LAYERS = {"lower": STATES, "upper": STATES[:, :6]}
PHRASES = {"a": [(at, at + 2) for at in range(0, 20, 2)], "b": [(at, at + 3) for at in range(21, 60, 3)]}

MAKE = {
    "StateExplorer": lambda: StateExplorer(LAYERS, WORDS, TRACKS, background=False),
    "SequenceExplorer": lambda: SequenceExplorer(LAYERS, WORDS, TRACKS, background=False),
    "PhraseScatter": lambda: map_phrases(STATES, PHRASES, 0.1).scatter(),
}
VALUES = [
    *(None, True, "", "age", "upper", " CAT ", "nothing of that name"),
    *(0, 1, 2, 7, -1, 0.5, 1 / 3, 12.3456789, 1e6, 2**63, 10**400),
    *([], [3, 1, 3], [5, 2], [2.0, 5.0], [0, 59], [[4, 6], [1, 3]], [[1, 3], [2, 5]], ["age", "pos"], ["pos", "a"]),
    *({}, {"3": None}, {"3": None, "1": "#FF0000"}, {"x": [0, 1], "y": [0, 1]}, [0, 1, 0, 1], [9, 0, 0, 1]),
]
"""Some of them are as Python keeps them, some are put in order or completed by some trait, most are refused."""

ORDERS = {
    "update": ["update"],
    "update, then the end of the gesture": ["update", "settle"],
    "the end of the gesture first": ["settle", "update"],
    "the end of the gesture first, twice": ["settle", "settle", "update", "update"],
}


def as_sent(widget, name):
    to_json = widget.trait_metadata(name, "to_json", widget._trait_to_json)
    return json.loads(json.dumps(to_json(getattr(widget, name), widget)))


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("kind", MAKE)
def test_the_page_ends_with_the_value_that_python_has(kind, order):
    with recorded_pages() as page_of:
        widget = MAKE[kind]()
        page = page_of(widget)
        differing = set()
        for name in names_tagged(type(widget), "page"):
            for value in VALUES:
                for _ in range(2):  # the second time Python has the value already
                    page.forget()
                    for message in order:
                        if message == "update":
                            page.set(**{name: value})
                        else:
                            page.send({"settle": {name: value}})
                    in_page = [value, *page.heard(name)][-1]
                    in_python = as_sent(widget, name)
                    assert json.loads(json.dumps(in_page)) == in_python, (name, value)
                    if in_python != value and not widget.error:
                        differing.add(name)
        widget.close()
    assert differing, "no value was changed in validation: this tries nothing"
