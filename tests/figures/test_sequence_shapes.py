"""Figures of sequences of every shape are drawn, and saved as vectors, without a warning."""

import io

import numpy as np
import pytest

from lstmvis_widget import OutputTrack, SequenceExplorer
from tests.figures.drawings import artist, axes_of, names, texts
from tests.sequences_view.small_data import LENGTHS, STATES, STEPS, make

random = np.random.default_rng(3)

ODD = [
    "$x$",
    "a\\b",
    "_^{}",
    "سلام",
    "שלום",
    "日本",
    "👍🏽",
    "\x00\x1b",
    "\n",
    "",
    "   ",
    "\ud800",
    "e\u0301",
    "W" * 300,
]
"""Tokens that matplotlib might take for mathematics, that fonts lack, or that have no width."""


def drawn(explorer, **options):
    """The figure, and the SVG file of it."""
    figure = explorer.figure(**options)
    file = io.StringIO()
    figure.savefig(file, format="svg", dpi=40)
    explorer.close()
    return figure, file.getvalue()


def plain(steps, lengths, tokens=None, classes=3, **traits):
    scores = random.dirichlet(np.ones(classes), steps)
    targets = [f"class {i % classes}" for i in range(len(lengths))]
    output = OutputTrack(scores, [f"class {i}" for i in range(classes)], targets)
    states = random.normal(size=(steps, 5)).cumsum(axis=0)
    return SequenceExplorer(states, tokens, {"says": output}, sequences=lengths, background=False, **traits)


@pytest.mark.parametrize("lengths", [[1], [9], [1, 1, 1]], ids=["one step", "one sequence", "sequences of one step"])
@pytest.mark.parametrize("width", ["double", 2.0])
def test_few_steps(lengths, width):
    figure, _ = drawn(plain(sum(lengths), lengths), width=width)
    assert {"words", "map", "sequences"} <= set(names(figure))


def test_thousands_of_sequences_and_many_classes():
    explorer = plain(
        2400, [2] * 1200, classes=40, filters={"correct": False}, sort_by="-confidence", pinned_sequences=range(9)
    )
    figure, text = drawn(explorer)
    assert len(axes_of(figure, "sequences").texts) == 8 * (len(texts(axes_of(figure, "sequences head"))) - 2)
    named = texts(axes_of(figure, "expected names"))
    assert (len(named), named[-2]) == (14, "28 others")
    counted = [each for each in texts(axes_of(figure, "classes")) if each.endswith("others")]
    assert counted == ["28 others"]
    assert "28 more" in texts(axes_of(figure, "legend"))
    assert len(text) < 4e6


def test_a_long_sequence_shares_columns_and_shows_the_lines_around_the_position():
    words = [f"w{step}" for step in range(2600)]
    explorer = plain(2600, [2600], words, position=1300, line_thickness="jump", shown_points="last")
    figure, _ = drawn(explorer, lines=3, width="single")
    shown = [int(text[1:]) for text in texts(axes_of(figure, "words"))]
    assert shown == list(range(shown[0], shown[-1] + 1))
    assert 1300 in shown
    [said] = texts(axes_of(figure, "words shown"))
    assert said == f"steps {shown[0]:,}…{shown[-1]:,} of 2,600"
    assert texts(axes_of(figure, "expected heading"))[1].startswith("mean of ")
    edges = [path.vertices[:, 0].max() for path in artist(axes_of(figure, "expected"), "likeliest").get_paths()]
    assert max(edges) <= axes_of(figure, "expected").get_xlim()[1] + 1e-6


def test_odd_tokens_and_labels():
    tokens = ODD * 2
    scores = random.dirichlet(np.ones(4), len(tokens))
    output = OutputTrack(scores, ["$\\alpha$", "שלום", "\n", "N" * 200], ["\n", "N" * 200])
    states = random.normal(size=(len(tokens), 3))
    tracks = {"$y_1$": output, "k": [token or None for token in tokens]}
    lengths = [len(ODD)] * 2
    explorer = SequenceExplorer(states, tokens, tracks, sequences=lengths, background=False, point_labels="class")
    explorer.color_by = "k"
    figure, text = drawn(explorer)
    assert "$x$" in texts(axes_of(figure, "words"))
    assert "∅" in texts(axes_of(figure, "words"))
    assert "$\\alpha$" in texts(axes_of(figure, "expected names"))
    assert ">$x$</text>" in text


def test_states_and_tracks_that_are_not_numbers():
    states, scores = STATES.copy(), random.dirichlet(np.ones(3), STEPS)
    states[6:9] = np.nan
    height = np.linspace(-1, 1, STEPS)
    height[3] = np.nan
    explorer = SequenceExplorer(
        states,
        None,
        {"says": OutputTrack(scores, ["a", "b", "c"]), "height": height},
        sequences=LENGTHS,
        sequence=1,
        color_by="height",
        background=False,
    )
    figure, _ = drawn(explorer)
    assert len(artist(axes_of(figure, "map"), "points").get_offsets()) == STEPS - 3
    assert texts(axes_of(figure, "legend"))[0] == "height"
    bars = artist(axes_of(figure, "jumps"), "bars").get_paths()
    assert len(bars) == 6 - 4  # none from or to a state that isn't a number


def test_without_a_map_all_else_is_drawn():
    explorer = make(np.full_like(STATES, np.nan), background=False)
    with pytest.raises(ValueError, match='parts can\'t have "map": there is no map'):
        explorer.figure(parts=["map"])
    figure, _ = drawn(explorer)
    assert "map" not in names(figure)
    assert {"words", "expected", "sequences"} <= set(names(figure))


def test_where_no_sequence_passes_the_figure_says_so():
    figure, _ = drawn(make(filters={"length": (900, None)}, background=False))
    assert texts(axes_of(figure, "sequences")) == ["none passes the filters"]


def test_without_true_classes_bars_say_how_often_each_was_said():
    tracks = {"says": OutputTrack(np.eye(3)[[0, 1, 1, 2] * 6], ["a", "b", "c"])}
    figure, _ = drawn(make(tracks=tracks, background=False), parts=["classes"])
    assert texts(axes_of(figure, "classes heading")) == ["Said"]
    assert "accuracy" not in names(figure)


@pytest.mark.parametrize(
    "traits",
    [
        {"line_color": "time", "line_thickness": "time", "line_width": 10, "fade": "wrong"},
        {"view": (0, 0.1, 0, 0.1), "point_labels": "jumps", "jump_threshold": 0.0, "point_size": 20},
        {"color_by": "pos", "shown_points": "first", "selected_steps": range(STEPS)},
        {"color_by": "target", "metric": "cosine", "point_labels": "confidence", "confidence_change": 0.0},
        {"color_by": "trust", "selection": None, "selected_steps": ()},
    ],
)
def test_however_the_map_is_drawn(traits):
    figure, _ = drawn(make(**traits, pinned_sequences=[0, 1, 2, 3], background=False), theme="print")
    plot = axes_of(figure, "map")
    box = plot.get_window_extent()
    for text in plot.texts:
        assert box.x0 - 1 <= text.get_window_extent().x0
        assert text.get_window_extent().x1 <= box.x1 + 1
