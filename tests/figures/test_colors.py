"""The colours of figures are those of the page."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from lstmvis_widget.figures import boxes, colors, phrase_scatter
from lstmvis_widget.figures.colors import DARK, LIGHT, PRINT, THEMES, mixed, rgb, share_strength, sureness
from lstmvis_widget.figures.sequences import classes as counted
from lstmvis_widget.figures.sequences import counts, jumps, looks, map_paths, paths, sequence_page, state_map

JS = Path(__file__).parents[2] / "js" / "src"
STYLES = (JS / "shared" / "styles" / "tokens.css").read_text("utf-8")

POINTS = (JS / "scatter" / "scatter.css").read_text("utf-8")


def in_styles(theme):
    """The custom properties of the style sheet, those of light where dark has none of its own."""
    light, dark = STYLES.split('.lstmvis[data-theme="dark"]')
    parts = [light, dark] if theme == "dark" else [light]
    pattern = r"--lv-([\w-]+): (?:var\([\w-]+, )?([^;)]+)\)?;"
    return {name: value for part in parts for name, value in re.findall(pattern, part)}


@pytest.mark.parametrize(("theme", "table"), [("light", LIGHT), ("dark", DARK)])
def test_the_table_is_that_of_the_style_sheet(theme, table):
    styles = in_styles(theme)
    for name in colors.Colors.__dataclass_fields__:
        if name in ("labels", "points", "classes", "markers", "greys"):
            continue
        said, value = styles[name.replace("_", "-")], getattr(table, name)
        assert said == (value if isinstance(value, str) else f"{value * 100:.0f}%" if value <= 1 else str(value)), name
    assert table.labels == tuple(styles[f"label-{code}"] for code in range(12))
    points = dict(re.findall(r"--lv-point-(\w+): (#\w+);", POINTS.split('[data-theme="dark"]')[theme == "dark"]))
    assert table.points == tuple(points[str(rank)] for rank in (*range(12), "rest"))
    shares = {"words": colors.SHARE_WORDS, "heat": colors.SHARE_HEAT, "none": colors.SHARE_NONE}
    assert {name: styles[f"share-{name}"] for name in shares} == {name: f"{100 * x:.0f}%" for name, x in shares.items()}


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("explorer/words/on_share.ts", "SHARE_EXPONENT", colors.SHARE_EXPONENT),
        ("explorer/words/on_share.ts", "LEAST_LIGHT", colors.LEAST_LIGHT),
        ("explorer/matches/match_colors.ts", "WORD_LIMIT", colors.WORD_LIMIT),
        ("shared/classes.ts", "LEAST_STRENGTH", colors.LEAST_STRENGTH),
        ("shared/classes.ts", "CLASS_ALPHA", colors.CLASS_ALPHA),
        ("sequences/map/draw_lines.ts", "EMPHASIS", map_paths.EMPHASIS),
        ("sequences/map/draw_lines.ts", "HALO", map_paths.HALO),
        ("sequences/map/segments.ts", "LEVELS", paths.LEVELS),
        ("sequences/map/segments.ts", "THINNEST", paths.THINNEST),
        ("sequences/map/segments.ts", "MOST_TICKS", paths.MOST_ARROWS),
        ("sequences/map/draw_marks.ts", "MOST_RINGS", state_map.MOST_RINGS),
        ("sequences/map/draw_marks.ts", "MOST_WORDS", map_paths.MOST_WORDS),
        ("sequences/all/confusion.ts", "MOST_CLASSES", counts.MOST_CLASSES),
        ("shared/label_colors.ts", "LABEL_COLORS", sequence_page.OWN_COLORS),
        ("shared/label_colors.ts", "LABEL_COLORS", phrase_scatter.OWN_COLORS),
        ("shared/box.ts", "MARGIN", boxes.MARGIN),
        ("shared/points/painter.ts", "REST_COLOR", looks.REST_COLOR),
        ("shared/points/painter.ts", "RAMP_COLOR", looks.RAMP_COLOR),
    ],
)
def test_a_number_is_that_of_the_page(file, name, value):
    assert f"const {name} = {value};" in (JS / file).read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("sequences/styles/map.css", f".lvs-map-behind > .lv-points {{\n  opacity: {looks.BEHIND_PATHS};"),
        ("scatter/scatter.css", f"> .lv-points {{\n  opacity: {phrase_scatter.DIMMED};"),
        ("shared/points/painter.ts", f"solid *= {looks.FADED}"),
        ("shared/points/painter.ts", f"mix(pale, chosen, {looks.SELECTED_TINT})"),
        ("shared/points/painter.ts", f"size * {looks.SELECTED_SIZE}"),
        ("shared/points/painter.ts", f"{looks.PALEST['ramp']} + 0.84 * look.y : {looks.PALEST['classes']} + 0.78"),
        ("scatter/draw.ts", "clamp((6.4 - 0.95 * Math.log10(Math.max(count, 10))) * nearer ** 0.25, 1.6, 6)"),
        ("sequences/map/draw_points.ts", "clamp(1.3 - 0.18 * Math.log10(inView), 0.3, 0.85)"),
        ("sequences/current/jumps.ts", f"[STRONG, PALE] = [1, {jumps.PALE}]"),
        ("sequences/all/matrix.ts", f"DARKEST = {100 * counted.DARKEST:.0f};"),
    ],
)
def test_how_points_and_charts_look_is_as_in_the_page(file, said):
    assert said in (JS / file).read_text("utf-8")


def test_the_dashes_of_pinned_sequences_are_those_of_the_page():
    text = (JS / "sequences" / "map" / "draw_lines.ts").read_text("utf-8")
    [listed] = re.findall(r"DASHES: [^=]+= (\[.*?\n\]);", text, re.DOTALL)
    assert json.loads(listed.replace(",\n]", "]")) == [list(each) for each in map_paths.DASHES]


def test_a_mix_is_that_of_css():
    assert np.allclose(mixed("#ff0000", 0.25, "#0000ff"), [0.25, 0, 0.75])
    assert np.allclose(mixed("#ffffff", [0, 1], "#000000"), [[0, 0, 0], [1, 1, 1]])


def test_no_cells_leave_words_pale():
    assert np.array_equal(LIGHT.shared([0, 0], 0), np.tile(rgb(LIGHT.word), (2, 1)))
    assert share_strength([0, 1, 2], 2).tolist() == [0, 0.33, 1]  # 0.5 ** 1.6


def test_numbers_of_both_signs_have_two_colours_on_one_scale():
    low, zero, high, none = LIGHT.ramped([-1, 0, 2, np.nan], (-1, 2))
    assert np.allclose(low, mixed(LIGHT.ramp_below, 0.5, LIGHT.ramp_zero))
    assert np.allclose(zero, rgb(LIGHT.ramp_zero))
    assert np.allclose(high, rgb(LIGHT.ramp_above))
    assert np.isnan(none).all()


def test_numbers_of_one_sign_go_from_the_least_to_the_greatest():
    assert np.allclose(LIGHT.ramped([2, 4, 9], (2, 4)), [rgb(LIGHT.ramp_zero), rgb(LIGHT.ramp), rgb(LIGHT.ramp)])
    assert np.allclose(LIGHT.ramped([5], (5, 5)), [mixed(LIGHT.ramp, 0.5, LIGHT.ramp_zero)])


def test_a_class_is_pale_where_it_is_no_more_probable_than_others():
    assert sureness([0.25, 1, np.nan], 4).tolist() == [0.3, 1, 1]


def test_a_class_without_text_stands_out_from_the_ground():
    # The red of #e19766 is 225 and becomes 182, and green and blue become less in proportion.
    assert (255 * LIGHT.strong(1)).round().tolist() == [182, 122, 83]


def test_print_has_greys_only():
    named = [value for value in vars(PRINT).values() if isinstance(value, str)] + list(PRINT.labels)
    assert all(len({*rgb(color).tolist()}) == 1 for color in named)
    assert set(THEMES) == {"light", "dark", "print"}
