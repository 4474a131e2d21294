"""Figures of explorers that tests look at."""

import numpy as np

from lstmvis_widget import OutputTrack, StateExplorer, TopKTrack

WORDS = """the cat sat on the mat and the dog ran to the red house in the wood today""".split()  # noqa: SIM905
STEPS = len(WORDS)
FONT = "DejaVu Sans"


def small(**traits):
    """Four cells by hand over 18 words: cell 0 is on over steps 3…5 and 10…12, cell 1 over 4…5 and 11…12."""
    states = np.full((STEPS, 4), -0.5)
    states[[3, 4, 5, 10, 11, 12], 0] = 0.8
    states[[4, 5, 11, 12], 1] = 0.6
    states[:, 2] = np.linspace(-0.9, -0.1, STEPS)
    states[:, 3] = 0.1
    scores = np.stack([np.linspace(0.1, 0.9, STEPS), np.linspace(0.9, 0.1, STEPS)], axis=1)
    tracks = {
        "kind": ["DET" if word == "the" else "NOUN" if len(word) == 3 else None for word in WORDS],
        "rise": np.linspace(-1, 2, STEPS),
        "next": TopKTrack([[word, "of"] for word in [*WORDS[1:], "."]], np.tile([0.7, 0.2], (STEPS, 1))),
        "says": OutputTrack(scores, ["up", "down"]),
    }
    given = {"selection": (4, 6), "threshold": 0.3, "value_axis": (-1, 1), "word_width": 50, "position": 0} | traits
    return StateExplorer(states, WORDS, tracks, background=False, **given)


def many(**traits):
    """1,200 steps of 80 cells, with labels and numbers."""
    steps, cells = np.arange(1200)[:, None], np.arange(80)
    states = np.sin(steps / (3 + cells) + cells) * (0.3 + cells / 120)
    tracks = {"third": [("a", "b", None)[step // 40 % 3] for step in range(1200)], "wave": states[:, 5]}
    return StateExplorer(states, [f"w{step}" for step in range(1200)], tracks, background=False, **traits)


def axes_of(figure, name):
    [found] = [axes for axes in figure.axes if axes.get_label() == name]
    return found


def names(figure):
    return [axes.get_label() for axes in figure.axes]


def artist(axes, name):
    [found] = [child for child in axes.get_children() if child.get_gid() == name]
    return found


def texts(axes):
    return [text.get_text() for text in axes.texts]
