"""The page for everyone: with axe-core, by keyboard, spoken, in both themes, zoomed and narrow."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lstmvis_widget import StateExplorer
from tests.browser.data import STATES, TAGS, WORDS
from tests.browser.gestures import brush, part
from tests.browser.mock import served, show
from tests.browser.needed import is_not_here

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SELECTED = {"selection": [11, 13], "position": 5}
SEVERAL = {"selected_ranges": [[6, 7], [11, 13]], "_n_ranges": 2}
MATCHED = {**SELECTED, "match_tracks": ["pos"], "color_by": "pos", "dim_tracks": True}

# Thin rows of numbers stand closer than fingers are wide: the tracks menu does the same with more room.
RUN_AXE = """levels => axe.run(
    { exclude: [['.lv-track-continuous .lv-row-label'], ['.lv-track-binary .lv-row-label']] },
    { runOnly: { type: 'tag', values: levels }, resultTypes: ['violations'] },
).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(node => [id, node.html.slice(0, 200)])))"""

# The contrast of each text with what is under it; axe does not know the colours that are mixed.
LOW_CONTRAST = """root => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const over = (ground, color) => {
        canvas.fillStyle = ground; canvas.fillRect(0, 0, 1, 1);
        canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)})`;
    };
    const luminance = color => {
        const [r, g, b] = color.match(/\\d+/g).map(each => {
            const share = each / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = element => element === null ? 'rgb(255,255,255)'
        : over(groundOf(element.parentElement), getComputedStyle(element).backgroundColor);
    const low = [];
    for (const element of root.querySelectorAll('*')) {
        const texts = [...element.childNodes].filter(node => node.nodeType === 3 && node.textContent.trim());
        if (!texts.length || !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
        if (element.closest(':disabled, .lv-unseen, option')) continue;
        const ground = groundOf(element);
        const [a, b] = [luminance(ground), luminance(over(ground, getComputedStyle(element).color))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) low.push(`${contrast.toFixed(2)} ${element.className} ${element.textContent.slice(0, 20)}`);
    }
    return low;
}"""

# As js/dev/sequences.html does.
SET_THEME = """(_, theme) => {
    const { dataset, style } = document.body;
    dataset.jpThemeLight = String(theme === 'light');
    if (style.background) style.background = theme === 'light' ? '#fff' : '#111418';
}"""

BOXES = """head => [...head.querySelectorAll('button, input, select, summary')]
    .filter(each => each.checkVisibility()).map(each => {
        const { left, top, right, bottom } = each.getBoundingClientRect();
        return { name: each.dataset.part ?? each.textContent, left, top, right, bottom };
    })"""

FOCUSED = """() => {
    const element = document.activeElement;
    const cursor = element.querySelector?.('.lv-cursor');
    const { outlineStyle, outlineWidth } = getComputedStyle(cursor ?? element);
    return {
        inside: element.closest('.lstmvis') !== null,
        name: element.dataset?.part ?? element.textContent,
        ring: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2,
    };
}"""


@pytest.fixture(scope="module")
def address():
    with served() as found:
        yield found


@pytest.fixture
def open_page(browser, address):
    """Opens the page alone in a browser window of its own."""
    contexts = []

    def opened(width=1200, height=900, scale=1, reduced_motion="no-preference", **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, reduced_motion=reduced_motion
        )
        contexts.append(context)
        shown = show(context.new_page(), address, **{"cells": 60, "steps": 1000} | options)
        if "selection" in options.get("traits", {}):
            expect(part(shown, "match").first).to_be_visible()
        return shown

    yield opened
    for context in contexts:
        context.close()


def violations(page):
    if not AXE.exists():
        is_not_here("the packages of js/package.json are not here; `npm ci` in js/ installs them")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(RUN_AXE, LEVELS)


def low_contrast_in_both_themes(shown):
    """Texts that can't be read well; the page has its own theme again afterwards."""
    own = shown.get_attribute("data-theme")
    low = shown.evaluate(LOW_CONTRAST)
    for theme in ("dark" if own == "light" else "light", own):
        shown.evaluate(SET_THEME, theme)
        expect(shown).to_have_attribute("data-theme", theme)
        if theme != own:
            low += shown.evaluate(LOW_CONTRAST)
    return low


# Nothing that axe looks for, but contrast, depends on both the width and the theme.
@pytest.mark.parametrize(("width", "theme"), [(1200, "light"), (480, "dark")])
def test_axe_finds_nothing_and_all_text_can_be_read(open_page, theme, width):
    empty = open_page(width, theme=theme)
    assert violations(empty.page) == []
    assert low_contrast_in_both_themes(empty) == []
    shown = open_page(width, theme=theme, traits=MATCHED | SEVERAL | {"error": "no good", "_note": "a remark"})
    assert violations(shown.page) == []
    assert low_contrast_in_both_themes(shown) == []
    part(shown, "tracks-menu").locator("summary").click()
    assert violations(shown.page) == []
    shown.page.keyboard.press("Escape")
    part(shown, "track-name").first.focus()
    expect(part(shown, "legend").first).to_be_visible()
    assert violations(shown.page) == []
    overlap = open_page(width, theme=theme, traits=SELECTED | {"threshold": 0.0})
    assert low_contrast_in_both_themes(overlap) == []


def test_axe_finds_nothing_in_a_saved_view(browser, tmp_path):
    tracks = {"pos": TAGS, "chunk": TAGS, "n": range(300), "m": range(300)}
    with closing(StateExplorer(STATES, WORDS, tracks, threshold=0.3, selection=(10, 14))) as explorer:
        path = explorer.to_html(tmp_path / "view.html")
    page = browser.new_page(bypass_csp=True)
    page.goto(path.as_uri())
    shown = page.locator(".lstmvis[data-ready='true']")
    shown.wait_for()
    assert violations(page) == []
    assert shown.evaluate(LOW_CONTRAST) == []
    page.close()


def test_a_screen_reader_hears_once_what_a_brush_has_brought(open_page):
    shown = open_page(traits={"position": 5})
    shown.page.evaluate("""() => {
        window.heard = [];
        const region = document.querySelector("[data-part='announcement']");
        new MutationObserver(() => window.heard.push(region.textContent)).observe(region, { childList: true });
    }""")
    brush(shown, 11, 14, moves=20)
    region = part(shown, "announcement")
    expect(region).to_have_attribute("role", "status")
    expect(region).to_have_text(re.compile(r"^Selected “.+”, 3 steps: \d+ cells? on; \d+ matches of [\d,]+\.$"))
    assert len(shown.page.evaluate("() => window.heard")) == 1
    part(shown, "words").focus()
    shown.page.keyboard.press("Escape")
    expect(region).to_have_text("Nothing is selected.")


def test_every_control_is_reached_with_the_tab_key_and_shows_its_focus(open_page):
    shown = open_page(traits=SELECTED)
    shown.page.evaluate("""() => {
        const after = document.createElement('button');
        after.textContent = 'after';
        document.body.append(after);
    }""")
    reached = []
    for _ in range(80):
        shown.page.keyboard.press("Tab")
        focused = shown.page.evaluate(FOCUSED)
        if focused["name"] == "after":
            break
        assert focused["inside"], "the focus left the widget before its end"
        assert focused["ring"], f"{focused['name']} shows no ring"
        reached.append(focused["name"])
    assert focused["name"] == "after", "the focus is trapped"
    wanted = {"layer-menu", "position-field", "find", "threshold-field", "plot", "threshold", "words", "off-before"}
    wanted |= {"off-after", "track-hide", "track-name", "cell", "heatmap-toggle", "color-by", "match", "scenario"}
    assert wanted <= set(reached)


@pytest.mark.parametrize(("width", "height", "scale"), [(700, 500, 2), (480, 900, 1)], ids=["200 %", "480 px"])
def test_zoomed_or_narrow_nothing_overlaps_and_the_page_does_not_scroll_sideways(open_page, width, height, scale):
    shown = open_page(width, height, scale, traits=MATCHED)
    overflow = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert shown.page.evaluate(overflow) <= 0
    boxes = shown.locator(".lv-header").evaluate(BOXES)
    assert len(boxes) > 6
    for i, one in enumerate(boxes):
        assert 0 <= one["left"] < one["right"] <= width
        for other in boxes[i + 1 :]:
            beside = one["right"] <= other["left"] + 0.5 or other["right"] <= one["left"] + 0.5
            above = one["bottom"] <= other["top"] + 0.5 or other["bottom"] <= one["top"] + 0.5
            assert beside or above, f"{one['name']} and {other['name']} overlap"
    part(shown, "tracks-menu").locator("summary").click()
    sheet = part(shown, "tracks-menu").locator(".lv-menu-list").bounding_box()
    assert sheet["x"] >= 0
    assert sheet["x"] + sheet["width"] <= width


def test_nothing_moves_by_itself_where_less_motion_is_wished(open_page):
    shown = open_page(reduced_motion="reduce", traits=SELECTED | {"progress": 0.4})
    moving = shown.evaluate("""root => [...root.querySelectorAll('*')].filter(each => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each);
        return /[1-9]/.test(transitionDuration) || animationName !== 'none' || scrollBehavior === 'smooth';
    }).length""")
    assert moving == 0
