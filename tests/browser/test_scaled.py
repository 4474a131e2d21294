"""The page as hosts show it: scaled, zoomed, in a frame, from right to left, and amid style sheets of their own."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.gestures import brush, drag, middle, part, shows
from tests.browser.mock import served, show
from tests.browser.states import SAME_TIME

SHOWN_AS = {
    "as it is": "",
    "scaled down": "#host { transform: scale(0.8); transform-origin: 0 0 }",
    "scaled up, out of the middle": "#host { transform: scale(1.3); transform-origin: 90% 20% }",
    "stretched": "body { transform: scale(1.25, 0.8); transform-origin: 0 0 }",
    "turned by nothing": "#host { transform: rotate(0) translate(13.4px, 7px) }",
    "zoomed": "#host { zoom: 0.8 }",
    "zoomed and scaled": "html { zoom: 1.2 } #host { transform: scale(0.7) }",
    "from right to left": "html { direction: rtl }",
}


@pytest.fixture(scope="module")
def address():
    with served() as found:
        yield found


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1200, "height": 1300})
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(page, address):
    """Opens the page alone, within a document of this style."""

    def of(style="", **traits):
        page.goto("about:blank")
        shown = show(page, address, cells=60, steps=1000, traits={"position": 2} | traits)
        page.add_style_tag(content=style or "/* none */")
        return shown

    return of


def threshold_comes_to(shown, y):
    shown.page.wait_for_function(
        """y => {
            const { top, bottom } = document.querySelector("[data-part='threshold']").getBoundingClientRect();
            return Math.abs((top + bottom) / 2 - y) < 2;
        }""",
        arg=y,
    )


@pytest.mark.parametrize("style", SHOWN_AS.values(), ids=SHOWN_AS)
def test_what_is_under_the_pointer_is_what_a_gesture_means(opened, style):
    shown = opened(style, _threshold_counts={"thresholds": [-1, 0, 1], "cells": [60, 20, 0], "values": [40, 20, 0]})
    brush(shown, 11, 14)
    shows(shown, selection=(11, 14))
    x, y = middle(part(shown, "off-before"))
    step = part(shown, "words").locator("[data-step='12']").bounding_box()["width"]
    drag(shown, (x, y), (x - 2.1 * step, y))
    expect(part(shown, "off-before")).to_have_attribute("aria-valuenow", "2")
    bar = middle(part(shown, "selection-bar"))
    drag(shown, bar, (bar[0] + step, bar[1]))
    shows(shown, selection=(12, 15))
    part(shown, "words").locator("[data-step='14']").hover()
    expect(part(shown, "words").locator(".lv-hovered")).to_have_attribute("data-step", "14")
    line = part(shown, "threshold")
    x, y = middle(line)
    drag(shown, (x, y), (x, y - 21))
    threshold_comes_to(shown, y - 21)
    middle(part(shown, "profile"))  # brings it into sight
    profile = part(shown, "profile").bounding_box()
    to = profile["y"] + profile["height"] * 0.3
    shown.page.mouse.click(profile["x"] + 20, to)
    threshold_comes_to(shown, to)
    shown.page.mouse.click(*middle(part(shown, "overview")))
    expect(part(shown, "words").locator("[data-step='500']")).to_be_visible()


def test_a_canvas_has_a_pixel_for_each_pixel_of_the_screen(opened):
    shown = opened()
    canvas = part(shown, "plot").locator("canvas")
    for style, scale in (("", 1), ("#host { transform: scale(0.75) }", 0.75), ("#host { zoom: 2 }", 2)):
        shown.page.mouse.move(1199, 1299)
        shown.page.add_style_tag(content=f"#host {{ transform: none; zoom: 1 }} {style}")
        part(shown, "plot").hover()
        own_width = canvas.evaluate("each => each.offsetWidth")
        expect(canvas).to_have_attribute("width", str(round(own_width * scale)))


def test_in_a_scrolled_box_of_a_frame_a_gesture_means_what_is_under_the_pointer(page, address):
    box = "height: 500px; width: 900px; margin: 700px 30px; overflow: auto; position: relative"
    page.set_content(f"""<div style="{box}"><div style="height: 900px"></div>
        <iframe src="{address}" style="width: 1100px; height: 600px"></iframe></div>""")
    shown = page.frame_locator("iframe").locator(".lstmvis[data-ready='true']")
    shown.wait_for()
    shown.evaluate("root => { root.parentElement.style.transform = 'scale(0.8) translate(20px)'; }")
    first, last = (part(shown, "words").locator(f"[data-step='{step}']") for step in (4, 6))
    first.scroll_into_view_if_needed()
    drag(shown, middle(first), middle(last))
    shows(shown, selection=(4, 7))


# ------------------------------------------------------------------------------------------------------- style sheets

TAILWIND = """
*, ::before, ::after { box-sizing: border-box; border: 0 solid red; margin: 0; padding: 0 }
canvas, svg, img, video { display: block; vertical-align: middle; max-width: 100%; height: auto }
button, input, select, optgroup, textarea { font: inherit; color: inherit; background: transparent; border-radius: 0 }
table { border-collapse: collapse; text-indent: 0 }
"""
VUETIFY = """
* { padding: 0; margin: 0; background-repeat: no-repeat; box-sizing: inherit }
button, input, select, textarea { background-color: transparent; border-style: none; color: inherit; font: inherit }
select { -moz-appearance: none; -webkit-appearance: none; appearance: none }
.host.host p { margin-bottom: 16px } .host.host.host .lv-menu.lv-menu label { display: block; padding: 11px }
"""
BOOTSTRAP = """
label { display: inline-block; margin-bottom: .5rem; font-weight: bold } p { margin: 1rem 0; line-height: 3 }
table { width: 100%; border-spacing: 20px; margin-bottom: 2rem } th, td { padding: 2rem; border: 3px solid red }
tr:nth-child(2n) { background: orange } strong { color: red } summary { display: list-item; padding: 1rem }
input[type="text"], select { width: 100%; height: 60px; min-height: 50px; box-shadow: 0 0 9px red; text-align: right }
button { min-width: 90px; padding: 11px; margin: 7px; border: 5px solid red; text-transform: uppercase }
details, output { border: 2px solid red; padding: 20px }
"""
ODD = """
html { font: italic 700 30px/2.5 cursive; letter-spacing: 3px; word-spacing: 9px; text-transform: uppercase }
html { text-align: center; text-indent: 20px; text-shadow: 0 0 3px red; white-space: pre-wrap; direction: rtl }
div, span { font-family: cursive; color: purple; letter-spacing: 4px; line-height: 3; text-align: right }
.host.host.host div, .host.host.host span { font-size: 9px; letter-spacing: 1px; transition: all 3s }
* { direction: rtl }
"""
HOSTS = {"Tailwind": TAILWIND, "Vuetify": VUETIFY, "Bootstrap": BOOTSTRAP, "odd": ODD}

SMOOTHING = 16
"""Two pictures of the same may differ by so much, of 255: letters and gradients are smoothed."""
OPEN_MENUS = "root => { for (const menu of root.querySelectorAll('details')) menu.open = true; }"


def picture(shown):
    shown.evaluate(OPEN_MENUS)
    shown.evaluate(SAME_TIME)
    return np.asarray(Image.open(io.BytesIO(shown.screenshot(animations="disabled"))).convert("RGB"), int)


def test_style_sheets_of_the_host_change_nothing(opened):
    state = {"selection": [11, 13], "match_tracks": ["pos"], "show_coverage": True, "error": "no good"}
    shown = opened(**state)
    part(shown, "match").first.wait_for()
    expected = picture(shown)
    for name, css in HOSTS.items():
        shown = opened(css, **state)
        shown.page.evaluate("() => document.getElementById('host').classList.add('host')")
        part(shown, "match").first.wait_for()
        taken = picture(shown)
        assert taken.shape == expected.shape, name
        assert np.abs(taken - expected).max() < SMOOTHING, name
