"""The figure of a `SequenceExplorer`: what is drawn is what the page is sent."""

from itertools import pairwise

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, link
from lstmvis_widget.figures.colors import DARK, LIGHT, PRINT, mixed
from lstmvis_widget.figures.options import SEQUENCE_PARTS
from tests.figures.drawings import FONT, artist, axes_of, names, texts
from tests.sequences_view.small_data import (
    CLASSES,
    LENGTHS,
    SCORES,
    STARTS,
    STATES,
    STEPS,
    TARGETS,
    WEIGHTS,
    WORDS,
    make,
)

PALEST, TINT, SOLID = 0.22, 0.55, 0.85
CURRENT = range(5, 12)
"""The steps of sequence 1."""


@pytest.fixture(scope="module")
def explorer():
    explorer = make(
        sequence=1,
        pinned_sequences=[3],
        selection=(7, 9),
        selected_steps=[2, 8],
        jump=9,
        point_labels="class",
        filters={"length": (5, None)},
        sort_by="-length",
        background=False,
    )
    yield explorer
    explorer.close()


@pytest.fixture(scope="module")
def figure(explorer):
    return explorer.figure(font=FONT)


def order_of(explorer):
    """The classes by their places: those that are expected most often first."""
    return [*explorer._output["labels"], *explorer._output["unexpected"]]


def strong(explorer, name, colors=LIGHT):
    return colors.strong(order_of(explorer).index(name))


def fills(axes, name):
    return artist(axes, name).get_facecolor()[:, :3]


def all_named(axes, name):
    return [child for child in axes.get_children() if child.get_gid() == name.replace(" ", "-")]


def test_all_parts_are_there_and_two_columns_stand_beside_each_other(figure):
    about = ["sequence", "facts", "words", "expected heading", "expected names", "expected", "jumps heading"]
    about += ["jumps axis", "jumps", "pinned heading", "pinned names", "pinned"]
    about += ["cause heading", "cause facts", "cause cells", "cause"]
    charted = ["map heading", "legend", "map", "map notes"]
    charted += ["classes heading", "classes head", "classes", "accuracy"]
    assert names(figure) == [*about, *charted, "sequences heading", "sequences head", "sequences"]
    assert figure.get_figwidth() == 7
    words, plot, counted, listed = (
        axes_of(figure, each).get_position() for each in ("words", "map", "classes", "sequences")
    )
    assert words.x1 < plot.x0 == listed.x0
    assert words.x0 == counted.x0
    assert min(words.y0, axes_of(figure, "cause").get_position().y0) > max(counted.y1, listed.y1)


def test_what_made_a_jump_stands_below_the_map_unless_the_sequence_is_shorter(figure, explorer, monkeypatch):
    below_the_words, plot = (axes_of(figure, each).get_position() for each in ("cause", "map"))
    assert below_the_words.x1 < plot.x0
    monkeypatch.setattr("lstmvis_widget.figures.sequences.figure.LOWEST_MAP", 0.1)
    cause, plot = (axes_of(explorer.figure(width=7), each).get_position() for each in ("cause", "map"))
    assert cause.x1 > plot.x0
    assert cause.y1 < plot.y0


def test_in_one_column_they_stand_below_each_other(explorer):
    figure = explorer.figure(width="single", font=FONT)
    assert figure.get_figwidth() == 3.3
    shown = [
        axes_of(figure, each).get_position() for each in ("words", "expected", "jumps", "map", "classes", "sequences")
    ]
    assert all(above.y0 >= below.y1 for above, below in pairwise(shown))
    assert len({round(each.x1, 6) for each in shown}) == 1


def test_parts_can_be_chosen(explorer):
    assert names(explorer.figure(parts=["words"])) == ["sequence", "facts", "words"]
    [plot] = [axes for axes in explorer.figure(width=3, parts=["map"]).axes if axes.get_label() == "map"]
    left, right, bottom, top = (*plot.get_xlim(), *plot.get_ylim())
    box = plot.get_window_extent()
    assert (right - left) / box.width == pytest.approx((top - bottom) / box.height)
    assert left < explorer.projection.coordinates[:, 0].min() < explorer.projection.coordinates[:, 0].max() < right


@pytest.mark.parametrize(("theme", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_a_word_has_the_colour_of_the_class_expected_after_it(explorer, theme, colors):
    axes = axes_of(explorer.figure(parts=["words"], theme=theme, font=FONT), "words")
    assert texts(axes) == [WORDS[step] for step in CURRENT]
    expected = []
    for step in CURRENT:
        place, sure = order_of(explorer).index(CLASSES[SCORES[step].argmax()]), SCORES[step].max()
        strength = 0.3 + 0.7 * max(0, (sure - 1 / 4) / (1 - 1 / 4))
        expected.append(mixed(colors.labels[place], strength * colors.label_strength, colors.ground))
    assert np.allclose(fills(axes, "word-boxes"), expected, atol=1e-6)
    assert len(all_named(axes, "selected word")) == 2


def test_the_facts_are_those_of_the_sequence(figure, explorer):
    row = explorer.table.loc[1]
    said = " ".join(texts(axes_of(figure, "sequence")) + texts(axes_of(figure, "facts")))
    assert said.startswith(
        f"Sequence 1 7 steps true {TARGETS[1]} said {row.prediction} {row.confidence:.2f} ✗ wrong settled at"
    )
    assert said.endswith(f"step {row.settled - 5} of 7 after {row.changes} change{'' if row.changes == 1 else 's'}")


def test_each_class_has_a_row_as_strong_as_it_is_probable(figure, explorer):
    axes = axes_of(figure, "expected")
    cells = artist(axes, "classes")
    drawn = {}
    for path, color in zip(cells.get_paths(), cells.get_facecolor()[:, :3], strict=True):
        left, top = path.vertices[:, 0].min(), path.vertices[:, 1].min()
        drawn[(top, left)] = color
    tops, lefts = (sorted({place[axis] for place in drawn}) for axis in (0, 1))
    assert (len(tops), len(lefts)) == (3, 7)  # "never" is probable nowhere
    for i, name in enumerate(CLASSES[:3]):
        for step, left in zip(CURRENT, lefts, strict=True):
            amount = 0.9 * SCORES[step, i]
            assert np.allclose(drawn[(tops[i], left)], mixed(strong(explorer, name), amount, LIGHT.ground), atol=1e-5)
    names_beside = axes_of(figure, "expected names").texts
    assert [text.get_text() for text in names_beside] == [*CLASSES, "likeliest"]
    assert [text.get_fontweight() for text in names_beside] == ["normal"] * 3 + ["bold", "normal"]  # the true one


def test_bars_are_as_high_as_jumps_are_far(figure, explorer):
    jumps = np.linalg.norm(np.diff(STATES[5:12], axis=0), axis=1)
    between = np.linalg.norm(np.diff(STATES, axis=0), axis=1)
    most = max(jump for step, jump in enumerate(between) if step + 1 not in STARTS)
    axes = axes_of(figure, "jumps")
    paths = artist(axes, "bars").get_paths()
    heights = np.array([np.ptp(path.vertices[:, 1]) for path in paths])
    assert np.allclose(heights / heights.max(), jumps / jumps.max(), atol=1e-5)
    [threshold] = all_named(axes, "jump threshold")
    bottom = paths[0].vertices[:, 1].max()
    assert (bottom - threshold.get_ydata()[0]) / heights.max() == pytest.approx(
        min(explorer.jump_threshold, most) / jumps.max(), abs=1e-5
    )
    for step, jump, color in zip(CURRENT, jumps, fills(axes, "bars"), strict=False):
        full = strong(explorer, CLASSES[SCORES[step + 1].argmax()])
        assert np.allclose(color, mixed(full, 1 if jump >= explorer.jump_threshold else 0.4, LIGHT.ground), atol=1e-6)
    assert len(all_named(axes, "chosen jump")) == 1


@pytest.mark.parametrize("weights", [WEIGHTS, None])
def test_the_cells_of_a_jump_are_those_with_the_greatest_effect(weights):
    explorer = make(sequence=1, jump=9, weights=weights, background=False)
    figure = explorer.figure(parts=["cause"])
    change = STATES[10] - STATES[9]
    expected = CLASSES.index(CLASSES[SCORES[10].argmax()])
    effects = change if weights is None else change * weights[expected]
    cells = np.argsort(-np.abs(effects), kind="stable")[:8]
    listed, numbers = (texts(axes_of(figure, name)) for name in ("cause cells", "cause"))
    assert listed == [*map(str, cells), *([] if weights is None else ["4 more"])]
    assert numbers[:8] == [f"{effects[cell]:+.2f}".replace("-", "−") for cell in cells]
    length = f"{np.linalg.norm(change):.2f}, longer than"
    said = texts(axes_of(figure, "cause facts"))
    assert said[0].startswith(length)
    assert said[-1].startswith("how much each cell changes")
    widths = [np.ptp(path.vertices[:, 0]) for path in artist(axes_of(figure, "cause"), "effects").get_paths()]
    assert widths[:8] == sorted(widths[:8], reverse=True)
    explorer.close()


def test_points_are_where_the_projection_has_them_and_as_the_page_colours_them(figure, explorer):
    [points] = all_named(axes_of(figure, "map"), "points")
    drawn = dict(zip(map(tuple, points.get_offsets().data.tolist()), points.get_facecolor().tolist(), strict=True))
    assert len(drawn) == STEPS
    assert points.get_rasterized()
    passes = [length >= 5 for length in LENGTHS]
    for step, place in enumerate(explorer.projection.coordinates.astype(np.float32).tolist()):
        sequence = np.searchsorted(STARTS, step, side="right") - 1
        sure = np.floor((np.round(255 * SCORES[step].max()) - 255 // 4) * 255 / (255 - 255 // 4)) / 255
        color = mixed(
            strong(explorer, CLASSES[SCORES[step].argmax()]), PALEST + (1 - PALEST) * max(0, sure), LIGHT.ground
        )
        alpha = SOLID if passes[sequence] else 0.16 * SOLID
        if step in explorer.selected_steps:
            color, alpha = mixed(LIGHT.selected, TINT, color), 1.0
        assert np.allclose(drawn[tuple(place)], [*mixed(color, 0.72, LIGHT.ground), alpha], atol=1e-5)


def test_what_is_faded_lies_behind_and_what_is_selected_before(figure):
    [points] = all_named(axes_of(figure, "map"), "points")
    sizes, alphas = points.get_sizes(), points.get_facecolor()[:, 3]
    assert np.array_equal(alphas, np.sort(alphas))
    assert np.allclose(np.sqrt(sizes[-2:] / sizes[0]), 1.35)


def test_paths_lead_from_step_to_step(figure, explorer):
    axes, coordinates = axes_of(figure, "map"), explorer.projection.coordinates
    for sequence, start, stop in ((1, 5, 12), (3, 16, 24)):
        [path] = all_named(axes, f"path of sequence {sequence}")
        runs = path.get_segments()
        places = np.concatenate([runs[0], *(run[1:] for run in runs[1:])])
        assert np.allclose(places, coordinates[start:stop], atol=1e-5)
    [path] = all_named(axes, "path of sequence 1")
    ends = [mixed(LIGHT.text, 0.22, strong(explorer, CLASSES[SCORES[step].argmax()])) for step in range(6, 12)]
    runs = [ends[0], *(end for before, end in pairwise(ends) if not np.allclose(before, end))]
    assert np.allclose(path.get_colors()[:, :3], runs)
    bands = all_named(axes, "selected part")
    assert sorted(len(band.get_xdata()) for band in bands) == [2, 2]  # the selection, and the jump
    assert len(artist(axes, "ringed").get_xdata()) == 2
    labels = texts(axes)
    assert "3" in labels
    assert set(labels) - {"3"} <= set(WORDS[5:12])


def test_sequences_are_counted_by_class(figure):
    said = [CLASSES[SCORES[start + length - 1].argmax()] for start, length in zip(STARTS, LENGTHS, strict=True)]
    expected = {}
    for target, prediction in zip(TARGETS, said, strict=True):
        if target is not None:
            expected[target, prediction] = expected.get((target, prediction), 0) + 1
    axes = axes_of(figure, "classes")
    assert texts(axes)[:4] == list(CLASSES)
    numbers = [text for text in axes.texts if text.get_horizontalalignment() == "right"]
    assert sorted(text.get_text() for text in numbers) == sorted(map(str, expected.values()))
    assert len(fills(axes, "cells")) == 16
    right = sum(target == prediction for target, prediction in zip(TARGETS, said, strict=True))
    assert texts(axes_of(figure, "accuracy"))[0].startswith(f"accuracy {right / 3:.2f} of 3 (shown ")


def test_sequences_are_listed_in_their_order(figure, explorer):
    axes = axes_of(figure, "sequences")
    listed = explorer.shown_sequences.tolist()
    assert listed == [3, 1, 0]
    heads = texts(axes_of(figure, "sequences head"))
    lines = np.array(texts(axes)).reshape(len(listed), -1)
    assert [heads[0], heads[-1]] == ["#", "text"]
    assert lines[:, 0].tolist() == list(map(str, listed))
    table = explorer.table.loc[listed]
    shown = [head for head in heads if head not in ("true", "said")]
    assert lines[:, shown.index("conf.")].tolist() == [f"{each:.2f}" for each in table.confidence]
    assert lines[:, shown.index("length")].tolist() == list(map(str, table.length))
    assert [text.split()[0] for text in lines[:, -1]] == [WORDS[STARTS[number]] for number in listed]
    assert texts(axes_of(figure, "sequences heading"))[1].startswith(
        "3 of 4 · 6 steps each (4–8) · by length, downwards"
    )
    assert len(all_named(axes, "current sequence")) == len(all_named(axes, "pinned")) == 1


def test_at_most_so_many_are_listed(explorer):
    figure = explorer.figure(parts=["sequences"], sequences=1)
    assert texts(axes_of(figure, "sequences left out")) == ["… 2 more"]
    assert names(explorer.figure(parts=["sequences"], sequences=0))[:1] == ["sequences heading"]


def test_strips_are_aligned_as_the_page_has_them():
    with_end = make(sequence=1, pinned_sequences=[0, 3], align_at="end", background=False)
    axes = axes_of(with_end.figure(parts=["pinned"]), "pinned")
    ends = [max(path.vertices[:, 0].max() for path in strip.get_paths()) for strip in all_named(axes, "strip")]
    counts = [len(strip.get_paths()) for strip in all_named(axes, "strip")]
    assert counts == [7, 5, 8]
    assert np.ptp(ends) < 1e-6
    with_end.close()


def test_words_in_matches_of_a_linked_explorer_are_underlined():
    sequences = make(sequence=1, background=False)
    explorer = StateExplorer(STATES, sequences=LENGTHS, threshold=0.3, background=False)
    link(sequences, explorer)
    explorer.selection = (6, 8)
    figure = sequences.figure()
    matched = {step for match in explorer.matches for step in range(match.start, match.stop)}
    assert len(all_named(axes_of(figure, "words"), "matched word")) == len(matched & set(CURRENT)) > 0
    ringed = artist(axes_of(figure, "map"), "ringed").get_xydata()
    starts = sequences.projection.coordinates[[match.start for match in explorer.matches]]
    assert np.allclose(ringed, starts, atol=1e-5)
    assert "matches" in texts(axes_of(figure, "sequences head"))
    explorer.close()
    sequences.close()
    assert "words" in names(sequences.figure())  # what is there can still be drawn


def test_greys_have_a_shape_for_each_class(explorer):
    axes = axes_of(explorer.figure(theme="print", parts=["map"]), "map")
    assert len(all_named(axes, "points")) == 3
    shades = {tuple(color) for each in all_named(axes, "points") for color in each.get_facecolor()[:, :3].round(6)}
    assert all(max(shade) == min(shade) for shade in shades)
    assert len({tuple(PRINT.strong(place)) for place in range(6)}) == 6


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"width": 1}, ValueError, 'width must be "single"'),
        ({"width": "triple"}, ValueError, "got 'triple'"),
        ({"theme": "blue"}, ValueError, 'theme must be "light", "dark" or "print"'),
        ({"parts": ["maps"]}, ValueError, f'a list of "{SEQUENCE_PARTS[0]}"'),
        ({"parts": "map"}, TypeError, "parts must be"),
        ({"lines": 0}, ValueError, "lines must"),
        ({"sequences": -1}, ValueError, "sequences must"),
        ({"sequences": "all"}, TypeError, "sequences"),
        ({"font": "No Such Font"}, ValueError, "font must name installed fonts"),
    ],
)
def test_what_is_not_allowed_is_refused(explorer, options, kind, said):
    with pytest.raises(kind, match=said):
        explorer.figure(**options)


def test_a_part_that_there_is_nothing_of_is_refused_where_it_was_asked_for():
    plain = make(tracks={}, background=False)
    assert set(names(plain.figure())) >= {"words", "jumps", "map", "sequences"}
    for part, said in (
        ("expected", "isn't known"),
        ("classes", "isn't known"),
        ("pinned", "no sequence is pinned"),
        ("cause", "no jump is explained"),
    ):
        with pytest.raises(ValueError, match=f'"{part}": .*{said}'):
            plain.figure(parts=[part])
    plain.close()
