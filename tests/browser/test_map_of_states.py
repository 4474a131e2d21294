"""The map of SequenceExplorer with a mock model: what is drawn, and what becomes of it without WebGL."""

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.gestures import part
from tests.browser.mock import SHOWN, served

# As in a page that `to_html` writes, but for the addresses: no script is made from a text, and no worker.
POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src data:"

NO_WEBGL = """() => {
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith('webgl') ? null : get.call(this, kind, ...more);
    };
}"""

# How many pixels of a canvas of the map are drawn on.
INKED = """selector => {
    const from = document.querySelector(selector);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [from.width, from.height];
    const context = canvas.getContext('2d');
    context.drawImage(from, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 20) inked++;
    return inked;
}"""

POINTS = "[data-part=map] > .lv-points"
LINES = "[data-part=map] > canvas:not(.lv-points)"

LOSE = """() => {
    const gl = document.querySelector('.lv-points').getContext('webgl');
    window.lost = gl.getExtension('WEBGL_lose_context');
    window.lost.loseContext();
}"""

COME_AND_GO = """async times => {
    const { default: widget } = await import('/lstmvis_widget/static/sequences.js');
    const { createSequencesMock } = await import('/js/dev/sequences_mock.js');
    for (let i = 0; i < times; i++) {
        const host = document.createElement('div');
        document.body.append(host);
        const remove = widget.render({ model: createSequencesMock({ points: 200 }), el: host });
        await new Promise(requestAnimationFrame);
        remove();
        host.remove();
    }
}"""


@pytest.fixture
def shown(browser):
    """Show a map with options of `createSequencesMock`; gives the widget."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    with served("sequences") as address:

        def show(**options):
            page.goto(f"{address}#{quote(json.dumps({'theme': 'light', **options}))}")
            page.locator(SHOWN).wait_for()
            return page.locator(SHOWN)

        show.page = page
        yield show
    page.close()


def rests(widget):
    """Wait until all points are drawn."""
    expect(widget).not_to_have_attribute("data-point-redraws", "0")
    widget.page.wait_for_function(
        """async () => {
            const { dataset } = document.querySelector('.lstmvis');
            const drawn = dataset.pointRedraws;
            for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
            return dataset.pointRedraws === drawn;
        }"""
    )


def test_points_and_the_trajectory_are_drawn_under_the_policy_of_a_saved_page(shown):
    errors = []
    shown.page.on("pageerror", lambda error: errors.append(str(error)))
    shown.page.route("**/sequences.html*", _with_policy)
    widget = shown(points=4000)
    rests(widget)
    assert shown.page.evaluate(INKED, POINTS) > 8000
    assert shown.page.evaluate(INKED, LINES) > 300
    assert errors == []


def _with_policy(route):
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})


def test_a_lost_context_is_said_and_the_points_come_back_with_the_browsers_or_with_a_press(shown):
    widget = shown(points=2000)
    rests(widget)
    inked = shown.page.evaluate(INKED, POINTS)
    for back in ("browser", "press"):
        shown.page.evaluate(LOSE)
        expect(part(widget, "map")).to_have_attribute("data-webgl", "lost")
        expect(part(widget, "map-message")).to_contain_text("Click the map")
        if back == "browser":
            shown.page.evaluate("() => window.lost.restoreContext()")
        else:
            part(widget, "map").press("0")
        expect(part(widget, "map")).to_have_attribute("data-webgl", "there")
        expect(part(widget, "map-message")).to_be_hidden()
        rests(widget)
        assert shown.page.evaluate(INKED, POINTS) == pytest.approx(inked, rel=0.02)


def test_without_webgl_the_map_says_what_to_do_and_its_trajectory_and_lasso_work(shown):
    shown.page.add_init_script(f"({NO_WEBGL})()")
    widget = shown(points=2000)
    expect(part(widget, "map-message")).to_contain_text("hardware acceleration")
    assert shown.page.evaluate(INKED, LINES) > 300
    mouse, box = shown.page.mouse, part(widget, "map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    part(widget, "map-lasso").click()
    mouse.move(x - 60, y - 60)
    mouse.down()
    for across, down in ((60, -60), (60, 60), (-60, 60)):
        mouse.move(x + across, y + down, steps=3)
    mouse.up()
    assert shown.page.evaluate("() => window.model.get('selected_steps').length") > 100


def test_views_that_come_and_go_leave_no_context_behind(shown):
    warnings = []
    shown.page.on("console", lambda message: warnings.append(message.text))
    widget = shown(points=200)
    rests(widget)
    shown.page.evaluate(COME_AND_GO, 40)
    expect(part(widget, "map")).to_have_attribute("data-webgl", "there")
    assert [text for text in warnings if "Too many active WebGL contexts" in text] == []


def test_points_that_move_keep_the_whole_map_in_view(shown):
    widget = shown(points=2000)
    rests(widget)
    before = widget.get_attribute("data-point-redraws")
    shown.page.evaluate("() => window.model.move(0.4)")
    expect(widget).not_to_have_attribute("data-point-redraws", before)
    rests(widget)
    expect(widget).to_have_attribute("data-view", "")
    assert shown.page.evaluate(INKED, POINTS) > 4000
