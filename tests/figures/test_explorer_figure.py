"""The figure of an explorer: what is drawn is what the page is sent."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from lstmvis_widget import StateExplorer
from lstmvis_widget.explorer.picturing import without_short_runs
from lstmvis_widget.figures.colors import LIGHT, PRINT, rgb
from lstmvis_widget.figures.matches import slots_that_fit
from tests.figures.drawings import FONT, STEPS, WORDS, artist, axes_of, many, names, small, texts

STATES = np.random.default_rng(0).uniform(-1, 1, (30, 6))


@pytest.fixture(scope="module")
def explorer():
    explorer = small(match_tracks=["kind", "rise"], off_before=1, min_length=1)
    yield explorer
    explorer.close()


@pytest.fixture(scope="module")
def figure(explorer):
    return explorer.figure(width=7.0, font=FONT, cells=[0])


def fills(collection):
    return collection.get_facecolor()[:, :3]


def lines(axes, name):
    return [np.asarray(path) for path in artist(axes, name).get_segments()]


def test_the_parts_stand_below_each_other(figure):
    tracks = ["track kind", "track rise", "track next", "track says", "classes says"]
    listed = ["matches title", "match numbers", "match words"]
    heats = ["head overlap", "heatmap overlap", "head kind", "heatmap kind", "head rise", "heatmap rise"]
    legends = ["legend rise", "legend kind"]
    assert names(figure) == ["plot", "words", "pattern", *tracks, "selected cells", *listed, *heats, *legends]
    tops = [axes_of(figure, name).get_position().y1 for name in ["plot", "words", "pattern", *tracks, listed[0]]]
    assert tops == sorted(tops, reverse=True)


def test_every_line_goes_through_the_states(figure, explorer):
    drawn = lines(axes_of(figure, "plot"), "cells")
    assert len(drawn) == 4
    for cell, line in enumerate(drawn):
        step = line[:, 0] - 0.5
        assert np.array_equal(line[:, 1], explorer.states[step.astype(int), cell])
    assert len(lines(axes_of(figure, "plot"), "selected-cells")) == len(explorer.selected_cells) == 1


def test_the_threshold_is_where_it_is_and_covers_no_other_number(figure):
    plot = axes_of(figure, "plot")
    [line] = lines(plot, "threshold")
    assert set(line[:, 1]) == {0.3}
    assert texts(plot)[:6] == ["−1.0", "−0.5", "0.0", "0.5", "1.0", "0.30"]


def test_steps_are_one_apart_and_lie_below_each_other(figure):
    widths = {tuple(axes_of(figure, name).get_xlim()) for name in ("plot", "words", "pattern", "track rise")}
    assert len(widths) == 1
    [(first, end)] = widths
    assert first == 0
    shown = [text for text in texts(axes_of(figure, "words")) if text != "words"]
    assert shown == WORDS[: int(end)]


def test_words_are_as_blue_as_cells_are_on(figure, explorer):
    end = int(axes_of(figure, "words").get_xlim()[1])
    on = (explorer.states[:end][:, explorer.selected_cells] >= 0.3).sum(axis=1)
    assert np.allclose(fills(artist(axes_of(figure, "words"), "shares")), LIGHT.shared(on, 1), atol=1e-6)


def test_the_pattern_is_on_over_the_selection_and_off_before(figure):
    pattern = axes_of(figure, "pattern")
    assert artist(pattern, "on").get_paths()[0].get_extents().x0 == 4
    assert artist(pattern, "off").get_paths()[0].get_extents().x0 == 3
    assert texts(pattern) == ["pattern", "off", "on"]


def test_a_track_has_the_colours_and_names_of_its_labels(figure, explorer):
    track, end = axes_of(figure, "track kind"), int(axes_of(figure, "words").get_xlim()[1])
    labels = [explorer.tracks["kind"][step] for step in range(end)]
    assert [text for text in texts(track) if text != "kind"] == [label for label in labels if label]
    order = explorer.tracks["kind"].labels
    expected = [LIGHT.labelled(order.index(label)) for label in labels if label]
    assert np.allclose(fills(artist(track, "values")), expected, atol=1e-6)


def test_the_label_that_came_next_is_bold(figure):
    track = axes_of(figure, "track next")
    assert {text.get_text() for text in track.texts if text.get_weight() == "bold"} >= {"cat", "sat"}
    assert {text.get_text() for text in track.texts if text.get_weight() == "normal"} == {"next", "of"}


def test_classes_have_a_row_each_in_the_order_that_was_given(figure):
    assert texts(axes_of(figure, "classes says")) == ["up", "down"]
    up, down = (fills(artist(axes_of(figure, "classes says"), f"class-{row}")) for row in range(2))
    assert up[0].sum() > up[-1].sum()  # paler before
    assert down[0].sum() < down[-1].sum()


def test_cells_that_are_named_have_colours_of_their_own(explorer, figure):
    [line] = lines(axes_of(figure, "plot"), "cell-0")
    assert np.array_equal(line[:, 1], explorer.states[: len(line), 0])
    assert texts(axes_of(figure, "plot"))[-1] == "0"
    assert texts(axes_of(figure, "selected cells")) == ["1 cell", "1"]


def test_matches_are_those_of_the_list(figure, explorer):
    [title] = texts(axes_of(figure, "matches title"))
    found = explorer.matches
    assert title == f"{found.n_candidates} matches" == "2 matches"
    words = texts(axes_of(figure, "match words"))
    for match in found:
        assert all(word in words for word in WORDS[match.start : match.stop])
    assert [f"{match.start}" for match in found] == [
        t for t in texts(axes_of(figure, "match numbers")) if t in ("4", "11")
    ]


def test_heatmaps_have_a_square_for_each_step_of_a_match_and_its_context(figure, explorer):
    context = explorer._ranking.results(lambda results: results.match_context is not None).match_context
    overlap = artist(axes_of(figure, "heatmap overlap"), "squares")
    assert np.allclose(fills(overlap), LIGHT.shared_square(context.on, 1), atol=1e-6)
    rise = fills(artist(axes_of(figure, "heatmap rise"), "squares"))
    assert np.allclose(rise, LIGHT.ramped(np.linspace(-1, 2, STEPS)[context.steps], (-1, 2)), atol=1e-6)


def test_labels_are_paler_around_a_match(figure):
    squares = artist(axes_of(figure, "heatmap kind"), "squares")
    painted = {tuple(color) for color in fills(squares).round(6)}
    code = LIGHT.labelled(1)
    assert any(
        np.allclose(color, code, atol=1e-5) or np.allclose(color, LIGHT.labelled(0), atol=1e-5) for color in painted
    )
    assert any(np.allclose(color, LIGHT.in_context(code), atol=1e-5) for color in painted)


def test_many_lines_are_one_picture_and_few_are_lines():
    grey = artist(axes_of(many().figure(width="single"), "plot"), "cells")
    assert isinstance(grey, LineCollection)
    assert grey.get_rasterized()
    assert not artist(axes_of(small().figure(width="single"), "plot"), "cells").get_rasterized()


def test_text_does_not_leave_the_figure(figure):
    figure.draw_without_rendering()
    box = figure.bbox
    for axes in figure.axes:
        for text in axes.texts:
            extent = text.get_window_extent()
            assert extent.x0 >= box.x0 - 1, text
            assert extent.x1 <= box.x1 + 1, text


def test_words_do_not_run_into_each_other():
    figure = small().figure(width="single", font=FONT)
    figure.draw_without_rendering()
    for name in ("words", "track kind", "track next"):
        rows = {}
        for text in axes_of(figure, name).texts:
            extent = text.get_window_extent()
            rows.setdefault(round(text.xy[1]), []).append((extent.x0, extent.x1))
        for row in rows.values():
            ordered = sorted(row)
            assert all(before[1] <= after[0] for before, after in pairwise(ordered)), name


# ----------------------------------------------------------------------------------------------------- many steps


@pytest.fixture(scope="module")
def wide():
    explorer = many(selection=(300, 303), show_coverage=True, pinned_cells=[7])
    yield explorer, explorer.figure(steps=(0, 1200), matches=0, font=FONT)
    explorer.close()


def test_many_steps_share_columns(wide):
    explorer, figure = wide
    density = artist(axes_of(figure, "plot"), "density")
    stride = 1200 / density.get_array().shape[1]
    assert stride > 1
    means = artist(axes_of(figure, "coverage"), "bars")
    heights = [path.get_extents().height for path in means.get_paths()]
    on = explorer.states[:, explorer.selected_cells] >= explorer.threshold
    shares = on.reshape(-1, int(stride), on.shape[1]).mean(axis=(1, 2))
    bar = axes_of(figure, "coverage").get_ylim()[0]
    assert np.allclose(heights, bar * shares[shares > 0], atol=1e-5)


def test_a_track_in_columns_has_the_share_of_each_label(wide):
    _, figure = wide
    pixels = artist(axes_of(figure, "track third"), "values").get_array()
    assert np.allclose(pixels[:, 0, :3], rgb(LIGHT.labels[0]))
    assert np.allclose(pixels[:, 0, 3], LIGHT.label_strength)
    assert pixels[:, -20:, 3].min() == 0  # no label
    assert texts(axes_of(figure, "legend third")) == ["third", "a", "b"]


def test_a_ruler_stands_in_for_words(wide):
    _, figure = wide
    assert texts(axes_of(figure, "words")) == ["step", *(f"{step:,}" for step in range(0, 1200, 200))]


# --------------------------------------------------------------------------------------------------- what is asked for


def test_the_width_is_that_of_the_paper():
    explorer = small()
    assert [explorer.figure(width=width).get_size_inches()[0] for width in ("single", "double", 4)] == [3.3, 7, 4]


def test_parts_are_drawn_in_the_order_of_the_page():
    figure = small(show_coverage=True).figure(parts=["words", "plot", "coverage"])
    assert names(figure) == ["plot", "words", "coverage", "runs"]


@pytest.mark.parametrize(("selection", "position", "first"), [((11, 13), 0, 8), ((2, 4), 9, 0), ((1, 17), 5, 5)])
def test_the_selection_is_in_the_figure(selection, position, first):
    explorer = small(selection=selection, position=position)
    assert axes_of(explorer.figure(width="single", font=FONT), "words").get_xlim()[0] == first


def test_the_figure_begins_where_the_page_does():
    assert axes_of(small(selection=(6, 8), position=5).figure(width="single"), "words").get_xlim()[0] == 5


def test_steps_are_those_that_were_asked_for():
    assert axes_of(small().figure(steps=(7, 11)), "words").get_xlim() == (7, 11)


def test_greys_tell_named_cells_by_their_names():
    plot = axes_of(small().figure(theme="print", cells=[1, 3]), "plot")
    assert {tuple(artist(plot, f"cell-{cell}").get_color()[0][:3]) for cell in (1, 3)} == {tuple(rgb(PRINT.text))}


def test_mirrors_are_named_as_in_the_page():
    states = np.array([[0.9, -0.8], [0.8, -0.9], [-0.7, 0.1]])
    explorer = StateExplorer(states, ["up", "up", "down"], mirror=True, selection=(0, 2), background=False)
    figure = explorer.figure(cells=["−1"])
    assert texts(axes_of(figure, "selected cells")) == ["2 cells", "0", "−1"]
    assert texts(axes_of(figure, "plot"))[-1] == "−1"


def test_several_ranges_are_all_marked():
    explorer = small(selected_ranges=[(4, 6), (11, 13)], word_width=20, off_after=1)
    figure = explorer.figure()
    assert len(lines(axes_of(figure, "words"), "selection")) == 2
    assert len(artist(axes_of(figure, "pattern"), "off").get_paths()) == 2


def test_a_gap_is_left_where_there_is_no_value():
    states = np.array([[0.5], [np.nan], [0.4], [np.nan], [0.1], [0.2], [np.inf]])
    figure = StateExplorer(states, background=False).figure()
    drawn = lines(axes_of(figure, "plot"), "cells")
    assert [line[:, 1].tolist() for line in drawn] == [[0.5, 0.5], [0.4, 0.4], [0.1, 0.2]]


@pytest.mark.parametrize(
    ("states", "traits"),
    [
        (np.array([[0.5, -0.2]]), {"selection": (0, 1)}),
        (np.array([[0.5, -0.2]]), {}),
        (np.full((9, 3), np.nan), {"selection": (1, 2), "threshold": 0}),
        (np.linspace(-1, 1, 40).reshape(20, 2) * 1.7e308, {"selection": (17, 19)}),
        (np.zeros((30, 1)), {"selection": (1, 4), "word_width": 200}),
    ],
    ids=["one step", "nothing selected", "no value", "huge values", "no cells"],
)
def test_there_is_a_figure_of_any_states(states, traits):
    explorer = StateExplorer(states, background=False, **traits)
    for width in ("single", "double"):
        explorer.figure(width=width).draw_without_rendering()


def test_why_there_are_no_matches_is_said():
    figure = small(selection=(0, 1), match_tracks=["kind"]).figure()
    [note] = texts(axes_of(figure, "matches title"))
    assert "No cell is on" in note
    assert "heatmap kind" not in names(figure)


def test_short_runs_are_left_out_but_not_where_they_may_go_on():
    on = np.array([[1, 0, 1, 1, 0, 1, 1, 1, 0, 1]], bool).T
    kept = without_short_runs(on, 2, np.array([6]), (False, True))
    assert np.flatnonzero(kept).tolist() == [2, 3, 6, 7, 9]


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (
            {"width": "half"},
            ValueError,
            'width must be "single" .3.3 inches., "double" .7., or inches, 2…40; got \'half\'',
        ),
        ({"width": 0.5}, ValueError, "width must be .* got 0.5"),
        ({"width": None}, TypeError, "width must be .* got None"),
        ({"theme": "blue"}, ValueError, 'theme must be "light", "dark" or "print"; got \'blue\''),
        ({"matches": -1}, ValueError, "matches must be at least 0; got -1"),
        ({"cells": [4]}, ValueError, "cells must lie in 0…3; got 4"),
        (
            {"cells": ["x"]},
            ValueError,
            "cells must be numbers, or names of cells .none, as cells have num.*; got 'x'",
        ),
        ({"steps": (3, 3)}, ValueError, r"steps must be None or a half-open range .*18; got \(3, 3\)"),
        ({"steps": 5}, TypeError, "steps must be None or a half-open range .* got 5"),
        ({"parts": ["plot", "axis"]}, ValueError, "parts must be None .all. or a list of .*; got "),
        ({"parts": "plot"}, TypeError, "parts must be None .all. or a list of"),
        ({"font": "No Such Font"}, ValueError, "font must name installed fonts"),
    ],
)
def test_what_is_not_allowed_is_refused(arguments, kind, message):
    with pytest.raises(kind, match=message):
        small().figure(**arguments)


@pytest.mark.parametrize(
    ("lead", "slots", "room", "shown"), [(3, 9, 20, (0, 9)), (6, 15, 7, (4, 7)), (1, 12, 4, (1, 4)), (2, 5, 0, (2, 1))]
)
def test_where_columns_are_too_many_there_is_less_context(lead, slots, room, shown):
    assert slots_that_fit(lead, slots, room) == shown


def test_steps_get_narrower_where_the_selection_would_not_fit():
    first, end = axes_of(small(selection=(2, 10), word_width=60).figure(width="single"), "words").get_xlim()
    assert first <= 2
    assert end >= 10


def test_heatmaps_leave_room_for_the_words():
    tracks = {f"track number {i}": np.arange(40.0) for i in range(12)}
    explorer = StateExplorer(
        np.tile(np.eye(2), (20, 1)),
        ["word"] * 40,
        tracks,
        selection=(2, 3),
        match_tracks=list(tracks),
        background=False,
    )
    figure = explorer.figure(width="single", parts=["matches", "legend"])
    heatmaps = [name for name in names(figure) if name.startswith("heatmap")]
    assert 2 <= len(heatmaps) < 13
    assert len([name for name in names(figure) if name.startswith("legend")]) == len(heatmaps) - 1
    assert all(axes.get_position().x1 <= 1 for axes in figure.axes)
    assert axes_of(figure, "match words").get_position().width > 0.2


def test_without_a_selection_nothing_is_said_of_matches():
    assert not [name for name in names(small(selection=None).figure()) if "match" in name]


@pytest.mark.parametrize(
    ("threshold", "states", "text"), [(0.3123456, STATES, "0.3123"), (None, STATES > 0, "> 0"), (7, STATES, "↑ 7.00")]
)
def test_the_threshold_is_written_as_in_the_page(threshold, states, text):
    given = {} if threshold is None else {"threshold": threshold}
    explorer = StateExplorer(states.astype(float), background=False, value_axis=(-1, 1), **given)
    if threshold is None:
        explorer.threshold = np.nextafter(0, 1)
    assert texts(axes_of(explorer.figure(font=FONT), "plot"))[-1] == text


@pytest.mark.parametrize(("theme", "framed"), [("light", 0), ("print", 1)])
def test_a_colour_like_the_ground_is_framed_in_the_legend(theme, framed):
    tracks = {"letter": [chr(97 + step % 20) for step in range(len(STATES))]}
    explorer = StateExplorer(
        STATES, tracks=tracks, background=False, threshold=0, selection=(2, 3), match_tracks=["letter"]
    )
    legend = axes_of(explorer.figure(font=FONT, theme=theme), "legend letter")
    frames = [child for child in legend.get_children() if child.get_gid() == "frames"]
    assert sum(len(frame.get_paths()) for frame in frames) == framed
