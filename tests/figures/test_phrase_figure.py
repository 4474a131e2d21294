"""The figure of a `PhraseScatter`: the points, their colours and their words."""

import io

import numpy as np
import pytest

from lstmvis_widget import PhraseScatter, StateExplorer
from lstmvis_widget.figures.colors import DARK, LIGHT, PRINT, mixed, rgb
from tests.figures.drawings import FONT, artist, axes_of, names, texts
from tests.figures.phrases import COUNTS, LABELS, PLACES, RANGES, TOKENS, phrase_map

STATES = np.random.default_rng(5).random((60, 6))
RADIUS = 6.4 - 0.95 * np.log10(12)
"""In pixels of the page."""


@pytest.fixture
def scatter():
    scatter = PhraseScatter(phrase_map(), tokens=TOKENS)
    yield scatter
    scatter.close()


def points_of(figure):
    [points] = [child for child in axes_of(figure, "points").get_children() if child.get_gid() == "phrases"]
    return points


@pytest.mark.parametrize(("theme", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_points_are_where_the_components_are_in_the_colours_of_the_page(scatter, theme, colors):
    points = points_of(scatter.figure(theme=theme))
    drawn = dict(zip(map(tuple, points.get_offsets().data.tolist()), points.get_facecolor().tolist(), strict=True))
    rank = {label: i for i, label in enumerate(COUNTS)}
    assert drawn == {
        tuple(place): [*rgb(colors.points[rank[label]]).tolist(), 1.0]
        for place, label in zip(PLACES[:, :2].astype(np.float32).tolist(), LABELS.tolist(), strict=True)
    }
    assert not points.get_rasterized()
    whole = np.sqrt(points.get_sizes()[0]) + points.get_linewidths()[0]
    assert whole == pytest.approx(2 * RADIUS * 7 / 13)


def test_the_legend_and_the_axes_are_named_as_in_the_page(scatter):
    figure = scatter.figure(font=FONT)
    assert figure.get_figwidth() == 3.3
    assert names(figure) == ["legend", "axis names", "frame", "points", "axis name"]
    assert texts(axes_of(figure, "legend")) == ["NP", "6", "VP", "4", "$PP$", "2"]
    assert texts(axes_of(figure, "axis name")) == ["PC 1 (60 % of the variance)"]
    assert texts(axes_of(figure, "axis names")) == ["PC 2 (5.2 % of the variance)"]


def test_hidden_labels_are_left_out(scatter):
    scatter.hidden_labels = ["VP"]
    figure = scatter.figure(labels="all")
    assert len(points_of(figure).get_offsets()) == 8
    assert texts(axes_of(figure, "legend")) == ["NP", "6", "$PP$", "2"]
    assert not {f"w{start} w{start + 1}" for start in RANGES[6:10, 0]} & set(texts(axes_of(figure, "points")))


def test_selected_phrases_are_ringed_and_the_picked_one_is_a_target(scatter):
    scatter.selected, scatter.picked = [2, 5], 7
    figure = scatter.figure(labels="selected")
    axes = axes_of(figure, "points")
    ring = artist(axes, "selected")
    assert np.allclose(ring.get_xydata(), PLACES[[2, 5], :2], atol=1e-6)
    assert ring.get_markeredgecolor() == LIGHT.selected
    target = [child for child in axes.get_children() if child.get_gid() == "picked"]
    assert len(target) == 3
    assert all(np.allclose(each.get_xydata(), PLACES[[7], :2], atol=1e-6) for each in target)
    assert set(texts(axes)) == {"w10 w11", "w25 w26"}
    assert texts(axes_of(figure, "notes")) == ["12 phrases · 2 selected"]


def test_labels_are_those_that_were_asked_for_as_far_as_there_is_room(scatter):
    assert texts(axes_of(scatter.figure(labels=[0]), "points")) == ["w0 w1"]
    assert texts(axes_of(scatter.figure(labels="picked"), "points")) == []
    crowded = PhraseScatter(phrase_map(np.zeros((12, 3))), tokens=TOKENS)
    shown = texts(axes_of(crowded.figure(labels="all"), "points"))
    assert shown == [f"w{start} w{start + 1}" for start in RANGES[: len(shown), 0]]
    assert 0 < len(shown) < 12


def test_all_but_lit_phrases_are_paler():
    explorer = StateExplorer(STATES, TOKENS, threshold=0.3, k=3, background=False)
    scatter = PhraseScatter(phrase_map(), explorer)
    scatter.picked = 3
    lit = scatter.lit
    assert 0 < len(lit) < 12
    figure = scatter.figure(labels="lit")
    ranks = np.searchsorted([6, 10], np.arange(12), side="right")
    drawn = dict(
        zip(map(tuple, points_of(figure).get_offsets().data.tolist()), points_of(figure).get_facecolor(), strict=True)
    )
    for point, place in enumerate(PLACES[:, :2].astype(np.float32).tolist()):
        assert np.allclose(drawn[tuple(place)][:3], mixed(LIGHT.points[ranks[point]], 0.28, LIGHT.ground))
    strong = [child for child in axes_of(figure, "points").get_children() if child.get_gid() == "lit"]
    assert len(strong) == len(lit)
    assert texts(axes_of(figure, "notes"))[0] == f"12 phrases · {len(lit)} lit by matches"
    explorer.close()
    scatter.close()


def test_greys_have_a_shape_for_each_label(scatter):
    figure = scatter.figure(theme="print")
    drawn = [child for child in axes_of(figure, "points").get_children() if child.get_gid() == "phrases"]
    assert [len(each.get_offsets()) for each in drawn if len(each.get_offsets())] == [*COUNTS.values()]
    assert len({rgb(PRINT.point(rank)).tobytes() for rank in range(3)}) == 3


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"labels": "none"}, ValueError, 'labels must be "all", "selected", "picked" or "lit"'),
        ({"labels": [12]}, ValueError, r"numbers of phrases, 0…11; got \[12\]"),
        ({"labels": [0.5]}, TypeError, "labels"),
        ({"parts": ["map"]}, ValueError, 'a list of "legend" or "points"'),
        ({"width": 100}, ValueError, "width must be"),
        ({"theme": None}, ValueError, "theme must be"),
    ],
)
def test_what_is_not_allowed_is_refused(scatter, options, kind, said):
    with pytest.raises(kind, match=said):
        scatter.figure(**options)


def test_words_that_are_not_known_are_refused():
    with pytest.raises(ValueError, match="pass an explorer or tokens"):
        PhraseScatter(phrase_map()).figure(labels="all")


@pytest.mark.parametrize("count", [2, 3000])
def test_few_and_many_phrases_with_many_labels_are_saved(count):
    places = np.random.default_rng(1).normal(size=(count, 2))
    places[0] = np.nan
    ranges = np.stack([np.arange(count), np.arange(count) + 1], axis=1)
    labels = np.array([f"label {i % 30} \\frac$" for i in range(count)])
    tokens = [("$", "\\", "שלום", "👍", "\n", "")[i % 6] for i in range(count)]
    scatter = PhraseScatter(phrase_map(places, labels, ranges), tokens=tokens)
    scatter.view = (-2, 1, -1, 1)
    figure = scatter.figure(labels="all", width=2.0)
    assert points_of(figure).get_rasterized() == (count > 2000)
    assert len(points_of(figure).get_offsets()) == count - 1
    file = io.StringIO()
    figure.savefig(file, format="svg", dpi=40)
    if count > 30:
        assert texts(axes_of(figure, "legend"))[-2:] == ["18 more", "1,800"]
        assert ">label 0 \\frac$<" in file.getvalue()
