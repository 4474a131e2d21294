"""Small texts whose deciding words are known, the same in the tests and in the kernel, for `SequenceExplorer`.

Some targets are wrong on purpose, so that there are sequences that the model gets wrong.
"""

import numpy as np

from lstmvis_widget import OutputTrack
from tests.planted import CLASSES, WORDS, planted

TEXTS = planted(texts=30)
STATES = TEXTS.states.astype(np.float32)
TOKENS = [WORDS[number].replace(" ", "") for number in TEXTS.ids]
SEQUENCES = TEXTS.sequences
STARTS = np.cumsum([0, *SEQUENCES])
OTHER = {"good": "bad", "bad": "good"}
TARGETS = [OTHER[target] if number % 5 == 3 else target for number, target in enumerate(TEXTS.targets)]
KINDS = ["deciding" if token in ("good", "bad") else "filler" for token in TOKENS]
PLACES = [
    step - start for start, length in zip(STARTS, SEQUENCES, strict=False) for step in range(start, start + length)
]
WEIGHTS = TEXTS.weights


def output(**options):
    """What the model expects at each step."""
    return OutputTrack(TEXTS.logits, list(CLASSES), TARGETS, logits=True, **options)


def _read(ids):
    state = np.zeros(STATES.shape[1])
    for number in ids:
        state = np.tanh(TEXTS.embedding[number] + TEXTS.recurrent @ state)
    logits = WEIGHTS @ state + TEXTS.bias
    return np.exp(logits) / np.exp(logits).sum()


def _occlusion():
    """What leaving out each step does to the final probability of the class that is predicted."""
    effects = []
    for text in TEXTS.texts():
        whole = _read(text)
        said = whole.argmax()
        effects += [_read(np.delete(text, step))[said] - whole[said] for step in range(len(text))]
    return np.array(effects)


OCCLUSION = _occlusion()


def explorer(**options):
    """The explorer of these texts."""
    from lstmvis_widget import SequenceExplorer

    tracks = {"model": output(), "kind": KINDS, "place": PLACES}
    given = {"weights": WEIGHTS, "occlusion": OCCLUSION, "name": "planted"} | options
    return SequenceExplorer(STATES, TOKENS, tracks, sequences=SEQUENCES, **given)


# The first cell of the notebooks: it ends with the widget.
SHOW = """
from tests.browser.sequences.data import *
sequences = explorer()
sequences
"""
