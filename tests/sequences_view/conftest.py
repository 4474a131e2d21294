import numpy as np
import pytest

from lstmvis_widget import OutputTrack, SequenceExplorer
from tests.page import recorded_pages

LENGTHS = [7, 1, 12, 20, 5, 15]
STEPS = sum(LENGTHS)
CLASSES = ["bad", "fair", "good"]
WORDS = [("the", "cat", "sat", "on", "a", "mat", "and", "slept")[step % 8] for step in range(STEPS)]

random = np.random.default_rng(7)
STATES = random.normal(size=(STEPS, 6)).cumsum(axis=0).astype(np.float32)
OTHER = random.normal(size=(STEPS, 4)).astype(np.float32)
SCORES = random.dirichlet([0.5] * 3, STEPS)
TARGETS = ["good", "bad", None, "fair", "good", "bad"]


def output(scores=SCORES, classes=CLASSES, targets=TARGETS):
    return OutputTrack(scores, classes, targets)


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def made(page_of):  # noqa: ARG001  (starts recording first)
    explorers = []

    def make(states=STATES, tokens=WORDS, tracks=None, *, sequences=LENGTHS, **options):
        tracks = {"rating": output()} if tracks is None else tracks
        explorers.append(SequenceExplorer(states, tokens, tracks, sequences=sequences, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()
