"""Pictures of what is drawn: an SVG file, and a PNG on the clipboard or in a file."""

import io
import re
from base64 import b64decode
from contextlib import closing

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from lstmvis_widget import StateExplorer
from tests.browser.data import STATES, TAGS, THRESHOLD, WORDS
from tests.browser.gestures import match_row, part
from tests.browser.mock import SHOWN, served, show
from tests.browser.test_phrase_scatter import SHOW

SELECTED = {"selection": [11, 13], "position": 2, "match_tracks": ["pos"]}
HOSTILE = ["<script>window.wasRun = 1</script>", "</text><image onerror='1'/>", "a & b", "]]>", "\x01&#0;"]
ELEMENTS = {"svg", "g", "rect", "path", "line", "text", "image", "clipPath", "linearGradient", "stop", "title"}
"""All that a picture is made of."""
TEXTS = """() => [...document.querySelectorAll('text')].map(text => {
    const { left, top, width } = text.getBoundingClientRect();
    return [text.textContent, left, top, width];
})"""
WORDS_OF_PAGE = """(root, words) => {
    const [box, range] = [root.getBoundingClientRect(), document.createRange()];
    const [x, y] = [box.width / root.offsetWidth, box.height / root.offsetHeight];
    const isInSight = word => {
        const { top, bottom } = word.getBoundingClientRect();
        for (let around = word.parentElement; around !== root; around = around.parentElement) {
            const edge = around.getBoundingClientRect();
            const hides = getComputedStyle(around).overflow !== 'visible';
            if (hides && (top < edge.top || bottom > edge.bottom)) return false;
        }
        return word.textContent.trim() !== '';
    };
    return [...root.querySelectorAll(words)].filter(isInSight).map(word => {
        range.selectNodeContents(word);
        const { left, top, width } = range.getBoundingClientRect();
        return [word.textContent.trim(), (left - box.left) / x, (top - box.top) / y, width / x];
    });
}"""
CLIPBOARD = """async () => {
    const [item] = await navigator.clipboard.read();
    const bytes = new Uint8Array(await (await item.getType('image/png')).arrayBuffer());
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}"""


@pytest.fixture(scope="module")
def addresses():
    with served() as explorer, served("sequences") as sequences:
        yield {"explorer": explorer, "sequences": sequences}


@pytest.fixture
def context(browser):
    made = browser.new_context(viewport={"width": 1200, "height": 1300}, device_scale_factor=2)
    yield made
    made.close()


@pytest.fixture
def opened(context, addresses):
    """Opens a page with made-up states; what it raises fails the test."""
    errors = []

    def of(widget="explorer", style="", **options):
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.stack))
        shown = show(page, addresses[widget], **options)
        page.add_style_tag(content=style or "/* none */")
        return shown

    yield of
    assert errors == []


def press(shown, name):
    menu = shown.locator("[data-part='view-menu'], [data-part='picture-menu']")
    if menu.get_attribute("open") is None:
        menu.locator("> summary").click()
    part(shown, name).click()


@pytest.fixture(scope="module")
def viewer(browser):
    page = browser.new_page(viewport={"width": 1200, "height": 1300})
    yield page
    page.close()


@pytest.fixture
def svg_of(viewer, tmp_path):
    """Presses "save SVG", and opens the file by itself."""

    def of(shown):
        with shown.page.expect_download() as download:
            press(shown, "save-svg")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        expect(part(shown, "picture-said")).to_have_text(f"saved as {path.name}")
        viewer.goto(path.as_uri())
        return viewer

    return of


def saved_png(shown):
    """Press "copy as PNG" where the page may not copy, as from an insecure address: its name, and the picture."""
    shown.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    with shown.page.expect_download() as download:
        press(shown, "copy-png")
    return download.value.suggested_filename, Image.open(io.BytesIO(download.value.path().read_bytes()))


def texts_of(svg):
    return [text for text, *_ in svg.evaluate(TEXTS)]


def tags_of(svg):
    return svg.evaluate("() => [...document.querySelectorAll('*')].map(each => each.tagName)")


def is_of(text, word):
    return text == word or (text.endswith("…") and word.startswith(text[:-1]))


def same_places(shown, words, svg):
    """Each word of the page, or as much of it as is shown, is a text at its place and of its width.

    What is above them in the page may not be in the picture.
    """
    expected = shown.evaluate(WORDS_OF_PAGE, words)
    texts = svg.evaluate(TEXTS)
    ups = []
    for word, left, top, width in expected:
        near = [text for text in texts if is_of(text[0], word) and abs(text[1] - left) < 1]
        assert near, word
        assert any(abs(text[3] - width) < 1.5 or text[0].endswith("…") for text in near), word
        ups.append([top - text[2] for text in near])
    assert len(ups) > 5
    assert any(all(min(abs(up - each) for each in every) < 1 for every in ups) for up in ups[0])


@pytest.mark.parametrize(
    "style",
    ["", "html { zoom: 1.2 } #host { transform: scale(0.7, 0.9); transform-origin: 0 0 }"],
    ids=["as it is", "zoomed and scaled"],
)
def test_words_are_texts_where_the_page_has_them(opened, svg_of, style):
    shown = opened(style=style, cells=60, steps=1000, traits=SELECTED)
    match_row(shown, 0)
    svg = svg_of(shown)
    same_places(shown, "[data-part='words'] [data-step]:not([data-step=''])", svg)
    # Another font may have other widths.
    assert svg.locator("text[text-anchor='middle']").count() > 20
    size = svg.evaluate("() => ['width', 'height'].map(name => Number(document.documentElement.getAttribute(name)))")
    assert size[0] == shown.evaluate("root => root.offsetWidth")
    assert size[1] <= shown.evaluate("root => root.offsetHeight")
    assert set(tags_of(svg)) <= ELEMENTS


def test_tokens_and_names_are_texts_whatever_they_hold(opened, svg_of):
    traits = {"word_width": 200, "_name": HOSTILE[0]}
    shown = opened(cells=40, steps=1000, words=HOSTILE, traits=traits)
    svg = svg_of(shown)
    texts = texts_of(svg)
    assert texts.count(HOSTILE[0]) >= 1
    assert any(text.startswith("</text><image") for text in texts)
    assert {"a & b", "]]>"} <= set(texts)
    assert set(tags_of(svg)) <= ELEMENTS
    assert svg.url.endswith("/script-window-wasRun-1-script-layer-2-steps-0-4.svg")
    assert svg.evaluate("() => window.wasRun") is None


def test_controls_and_what_is_scrolled_away_are_not_in_the_picture(opened, svg_of):
    shown = opened(cells=60, steps=1000, traits=SELECTED)
    match_row(shown, 30)
    before = shown.evaluate("root => [root.outerHTML.length, root.style.cssText, root.offsetHeight]")
    texts = texts_of(svg_of(shown))
    assert {"alice", "pos", "pattern"} <= set(texts)
    assert not {"zoom", "tracks ▾", "view ▾", "list ▾", "heatmaps", "words by", "save SVG", "0.3"} & set(texts)
    assert "31" in texts
    of_rows = [text for text in texts if re.fullmatch(r"\d+ / \d+", text)]
    grid = part(shown, "matches")
    assert 3 < len(of_rows) <= -(-grid.evaluate("grid => grid.clientHeight") // 24) < part(shown, "match").count()
    # The page is as it was, and the button still has the focus.
    press(shown, "save-svg")
    expect(part(shown, "picture-said")).to_have_attribute("data-outcome", "saved")
    shown.evaluate("root => { root.querySelector('[data-part=picture-said]').replaceChildren(); }")
    after = shown.evaluate("root => [root.outerHTML.length, root.style.cssText, root.offsetHeight]")
    assert after[1:] == before[1:]
    assert shown.evaluate("() => document.activeElement.dataset.part") == "save-svg"
    canvas = part(shown, "plot").locator("canvas")
    canvas.evaluate("""async canvas => {
        while (canvas.width !== 2 * canvas.offsetWidth) await new Promise(requestAnimationFrame);
    }""")


def test_many_thin_lines_are_one_picture_and_few_are_lines(opened, svg_of):
    images = "() => [...document.querySelectorAll('image')].map(each => each.getBoundingClientRect().width > 300)"
    many = svg_of(opened(cells=150, steps=1000, traits=SELECTED))
    assert many.evaluate(images) == [True]
    sharp = many.evaluate("""() => {
        const image = document.querySelector('image');
        return Number(image.getAttribute('width')) / image.getBoundingClientRect().width;
    }""")
    assert sharp > 1.99
    few = svg_of(opened(cells=25, steps=1000, traits=SELECTED))
    assert few.evaluate(images) == []
    lines = few.evaluate("""() => [...document.querySelectorAll('path[stroke]')].filter(
        path => path.getBoundingClientRect().width > 300).length""")
    assert lines > 25


def pixels(image):
    """Means of squares of 16 pixels of the page: letters and thin lines differ a little."""
    return np.asarray(image.convert("RGB").reduce(32), float)


def rows_of(image):
    return np.asarray(image.convert("L"), float).mean(axis=1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_png_on_the_clipboard_looks_as_the_page(opened, context, theme):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = opened(cells=60, steps=1000, theme=theme, traits=SELECTED)
    match_row(shown, 0)
    press(shown, "copy-png")
    expect(part(shown, "picture-said")).to_have_text("copied")
    png = Image.open(io.BytesIO(b64decode(shown.page.evaluate(CLIPBOARD))))
    assert png.width == 2 * shown.evaluate("root => root.offsetWidth")
    shown.evaluate("root => { for (const menu of root.querySelectorAll('details')) menu.open = false; }")
    page = Image.open(io.BytesIO(shown.screenshot(animations="disabled")))
    plot, box = part(shown, "plot").bounding_box(), shown.bounding_box()
    left, width = round(2 * (plot["x"] - box["x"])), round(2 * plot["width"])
    top, height = round(2 * (plot["y"] - box["y"])), 512
    # From the plot down to the tracks. There is less above them than in the page.
    of_page = page.crop((left, top, left + width, top + height))
    rows, all_rows = (rows_of(each) for each in (of_page, png.crop((left, 0, left + width, png.height))))
    up = min(range(120), key=lambda up: np.abs(all_rows[top - up : top - up + height] - rows).sum())
    of_png = png.crop((left, top - up, left + width, top - up + height))
    assert np.abs(pixels(of_png) - pixels(of_page)).max() < 24
    assert np.abs(pixels(of_png.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) - pixels(of_page)).max() > 60


def test_a_page_that_may_not_copy_saves_the_png(opened):
    shown = opened(cells=60, steps=1000, traits=SELECTED)
    name, png = saved_png(shown)
    assert name == "alice-layer-2-steps-2-24.png"
    expect(part(shown, "picture-said")).to_have_text(f"This page may not copy pictures: saved as {name}")
    assert png.width == 2 * shown.evaluate("root => root.offsetWidth")


def test_the_sequences_page_has_words_counts_and_the_map(opened, svg_of):
    shown = opened("sequences")
    svg = svg_of(shown)
    same_places(shown, "[data-part='words'] [data-step]", svg)
    same_places(shown, "[data-part='sequence'] .lvs-cell-number", svg)
    assert len(svg.query_selector_all("image")) == 1
    assert set(tags_of(svg)) <= ELEMENTS
    assert not {"lasso", "view ▾", "colour by trust", "pin"} & set(texts_of(svg))


def test_a_saved_page_takes_pictures_without_python(browser, tmp_path, svg_of):
    with closing(StateExplorer(STATES, WORDS, {"pos": TAGS}, threshold=THRESHOLD, selection=(10, 14))) as explorer:
        path = explorer.to_html(tmp_path / "view.html")
    context = browser.new_context(offline=True)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error.stack))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    shown = page.locator(SHOWN)
    shown.wait_for()
    svg = svg_of(shown)
    assert {"w10", "w11", "w12", "w13"} <= set(texts_of(svg))
    _, png = saved_png(shown)
    assert png.width == 2 * shown.evaluate("root => root.offsetWidth")
    context.close()
    assert errors == []


def test_the_scatter_in_a_notebook_has_its_axes_labels_and_points(notebook, svg_of):
    notebook.run(SHOW)
    shown = notebook.page.locator(".lv-scatter[data-points='60']:not([data-base-redraws='0'])")
    shown.wait_for()
    axes = [part(shown, name).inner_text() for name in ("x-axis", "y-axis")]
    svg = svg_of(shown)
    texts = svg.evaluate(TEXTS)
    assert {"NP", "VP", *axes} <= {text for text, *_ in texts}
    [(_, left, _, width)] = [text for text in texts if text[0] == axes[1]]
    assert left < 40, "the vertical axis is named at the left"
    assert width < 20, "along the axis"
    assert len(svg.query_selector_all("image")) == 1
