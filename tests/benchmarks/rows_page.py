"""The page in headless Chromium, without Python: the script time of a frame while things are dragged."""

from tests.benchmarks.measure import Row, counted, quantile, within
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.gestures import middle, part, word
from tests.browser.mock import served, show

MOVES = 60
DISPLAYS = 9
VIEWPORT = {"width": 1560, "height": 900}
FRAME, HOVER, PAINT = 0.016, 0.008, 0.1
"""Seconds of script that a frame of a drag, or of hovering, and the first picture may take."""

# Adds up, for each frame, what listeners and what is drawn in the frame take.
WATCH = """() => {
    window.frames_of_script = [];
    let spent = 0, last = 0;
    const timed = callback => function (...args) {
        const begun = performance.now();
        try { return callback.apply(this, args); } finally { spent += performance.now() - begun; }
    };
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = callback => request(now => {
        if (now !== last) {
            if (spent > 0) window.frames_of_script.push(spent / 1000);
            [spent, last] = [0, now];
        }
        timed(callback)(now);
    });
    const add = EventTarget.prototype.addEventListener, remove = EventTarget.prototype.removeEventListener;
    const wrapped = new WeakMap();
    EventTarget.prototype.addEventListener = function (type, listener, options) {
        if (typeof listener !== 'function') return add.call(this, type, listener, options);
        if (!wrapped.has(listener)) wrapped.set(listener, timed(listener));
        return add.call(this, type, wrapped.get(listener), options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
        return remove.call(this, type, wrapped.get(listener) ?? listener, options);
    };
}"""

# Seconds from handing the data to a new view until the browser has painted the plot, the words and the tracks.
FIRST_PICTURE = """async () => {
    const { default: widget } = await import('../../lstmvis_widget/static/widget.js');
    const frame = () => new Promise(requestAnimationFrame);
    window.cleanup();
    await frame();
    await frame();
    const begun = performance.now();
    const host = document.createElement('div');
    document.body.append(host);
    const remove = widget.render({ model: window.model, el: host });
    window.cleanup = () => { remove(); host.remove(); };
    while (!('painted' in host.firstElementChild.dataset)) await frame();
    await frame();
    await new Promise(resolve => setTimeout(resolve));
    return (performance.now() - begun) / 1000;
}"""


def rows(setting):
    """For 650 cells × 120 steps, with targets, and for 4096 × 60; one line where there is no browser."""
    del setting
    path = find_chromium()
    if path is None:
        yield Row("the page: no Chromium here", "not measured")
        return
    from playwright.sync_api import sync_playwright

    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for cells, steps, width, targets in ((650, 120, 12, True), (4096, 60, 22, False)):
            options = {"cells": cells, "steps": 400, "traits": {"selection": [41, 43], "word_width": width}}
            page = browser.new_page(viewport=VIEWPORT)
            page.add_init_script(f"({WATCH})()")
            shown = show(page, address, **options)
            part(shown, "match").first.wait_for()
            yield from _rows(shown, f"page, {cells} × {steps}", targets=targets)
            page.close()
        browser.close()


def _rows(shown, what, *, targets):
    page = shown.page
    greys = int(shown.get_attribute("data-grey-redraws"))
    for name, gesture, most in (
        ("threshold dragged", _drag_threshold, FRAME),
        ("brush dragged", _drag_brush, FRAME),
        ("hovering over the lines", _hover, HOVER),
    ):
        page.evaluate("() => { window.frames_of_script.length = 0; }")
        gesture(shown)
        frames = page.evaluate("() => window.frames_of_script")
        for share, word_for in ((0.5, "median"), (0.95, "95th percentile")):
            spent = quantile(frames, share)
            yield within(f"{what}: {name}, script a frame, {word_for}", spent, most, 1.0 if targets else None)
    redrawn = int(shown.get_attribute("data-grey-redraws")) - greys
    yield counted(f"{what}: times the grey lines were drawn anew for that", redrawn, "at most", 0)
    first = [page.evaluate(FIRST_PICTURE) for _ in range(DISPLAYS)]
    name = f"{what}: first picture after the data, displayed anew, median of {DISPLAYS}"
    yield within(name, quantile(first, 0.5), PAINT, 1.0 if targets else None)


def _drag_threshold(shown):
    x, y = middle(part(shown, "threshold"))
    _move(shown, (x, y), (x, y - 50), pressed=True)


def _drag_brush(shown):
    _move(shown, middle(word(shown, 30)), middle(word(shown, 45)), pressed=True)


def _hover(shown):
    box = part(shown, "plot").bounding_box()
    x, y = box["x"], box["y"] + 60
    _move(shown, (x + 50, y), (x + 900, y + 80), pressed=False)


def _move(shown, start, stop, *, pressed):
    page, mouse = shown.page, shown.page.mouse
    mouse.move(*start)
    if pressed:
        mouse.down()
    for i in range(1, MOVES + 1):
        mouse.move(*(a + (b - a) * i / MOVES for a, b in zip(start, stop, strict=True)))
        page.evaluate("() => new Promise(requestAnimationFrame)")
    if pressed:
        mouse.up()
