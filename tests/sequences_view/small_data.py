"""Four sequences with an output track and tracks of every kind, small enough to count by hand."""

import numpy as np

from lstmvis_widget import CategoricalTrack, ContinuousTrack, OutputTrack, TopKTrack
from lstmvis_widget.sequences_view.explorer import SequenceExplorer

LENGTHS = [5, 7, 4, 8]
STARTS = [0, 5, 12, 16]
STEPS, CELLS = 24, 12
CLASSES = ("bad", "fair", "good", "never")
WORDS = [("the", "war", "was", "long", "and")[i % 5] for i in range(STEPS)]

_source = np.random.default_rng(11)
STATES = _source.normal(size=(STEPS, CELLS)).astype(np.float32)
SCORES = _source.dirichlet([1, 1, 1, 0.01], STEPS)
SCORES[:, 3] = 0  # a class that is expected nowhere
SCORES /= SCORES.sum(axis=1, keepdims=True)
EXPECTED = SCORES.argmax(axis=1)
TARGETS = ("good", "never", None, "bad")
WEIGHTS = _source.normal(size=(4, CELLS))
OCCLUSION = _source.normal(size=STEPS) / 10
TAGS = ["NOUN" if i % 3 else "VERB" for i in range(STEPS)]
TAGS[4] = None
HEIGHT = np.linspace(-1, 1, STEPS)
HEIGHT[7] = np.nan


def tracks():
    return {
        "era": OutputTrack(SCORES, CLASSES, TARGETS),
        "pos": CategoricalTrack(TAGS),
        "height": ContinuousTrack(HEIGHT),
        "next": TopKTrack([["a", "b"]] * STEPS, np.ones((STEPS, 2))),
    }


def make(states=STATES, **options):
    given = {"tokens": WORDS, "tracks": tracks(), "sequences": LENGTHS} | options
    return SequenceExplorer(states, given.pop("tokens"), given.pop("tracks"), **given)


def class_place(explorer, name):
    """The place at which a class is sent."""
    sent = explorer._output
    return [*sent["labels"], *sent["unexpected"]].index(name)
