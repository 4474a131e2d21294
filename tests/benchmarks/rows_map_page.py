"""The map of SequenceExplorer in headless Chromium, drawn in software, without Python: frames while it is used."""

from tests.benchmarks.measure import Row, quantile, within
from tests.benchmarks.rows_page import WATCH
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.gestures import part
from tests.browser.mock import served, show

POINTS = {10_000: 0.008, 100_000: 0.008, 1_000_000: 0.016}
"""Seconds of script that a frame may take while the map is moved, by the number of points."""

HOVER, WALL = 0.004, 0.033
"""Seconds of script a frame while hovering, and between two frames (two of a screen with 60 a second take 0.0333)."""

MOVES = 60
VIEWPORT = {"width": 1560, "height": 900}

# The seconds between frames, for as long as a gesture takes.
FRAMES = """() => {
    window.between_frames = [];
    let last = 0;
    window.watches_frames = true;
    requestAnimationFrame(function next(now) {
        if (last > 0) window.between_frames.push((now - last) / 1000);
        last = now;
        if (window.watches_frames) requestAnimationFrame(next);
    });
}"""

# Seconds until a change of all points is drawn: until nothing has been drawn for a while after it.
ALL_DRAWN = """async () => {
    const { dataset } = document.querySelector('.lstmvis');
    const begun = performance.now();
    let [drawn, last] = [dataset.pointRedraws, begun];
    window.model.set('point_size', window.model.get('point_size') === 5 ? 4 : 5);
    while (last === begun || performance.now() - last < 500) {
        await new Promise(requestAnimationFrame);
        if (dataset.pointRedraws !== drawn) [drawn, last] = [dataset.pointRedraws, performance.now()];
    }
    return (last - begun) / 1000;
}"""


def rows(setting):
    """For three numbers of points; one line where there is no browser."""
    del setting
    path = find_chromium()
    if path is None:
        yield Row("the map: no Chromium here", "not measured")
        return
    from playwright.sync_api import sync_playwright

    with served("sequences") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for points, most in POINTS.items():
            page = browser.new_page(viewport=VIEWPORT)
            page.add_init_script(f"({WATCH})()")
            shown = show(page, address, points=points)
            page.evaluate(ALL_DRAWN)
            yield from _rows(shown, f"map of {points:,} points in software", most)
            page.close()
        browser.close()


def _rows(shown, what, most):
    page = shown.page
    loading = page.evaluate("() => Math.max(...window.frames_of_script)")
    yield within(f"{what}: script a frame while it is loaded, the longest", loading, 0.05)
    for name, gesture, limit in (("moved", _move, most), ("zoomed", _zoom, most), ("hovered", _hover, HOVER)):
        page.wait_for_timeout(500)
        page.evaluate("() => { window.frames_of_script.length = 0; }")
        page.evaluate(FRAMES)
        gesture(shown)
        page.evaluate("() => { window.watches_frames = false; }")
        script, between = page.evaluate("() => [window.frames_of_script, window.between_frames]")
        yield within(f"{what}: {name}, script a frame, 95th percentile", quantile(script, 0.95), limit)
        yield within(f"{what}: {name}, time between frames, 95th percentile", quantile(between, 0.95), WALL)
    drawn = page.evaluate(ALL_DRAWN)
    yield Row(f"{what}: all points drawn anew at rest, over several frames", f"{drawn * 1e3:,.0f} ms")


def _place(shown):
    box = part(shown, "map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _frame(page):
    page.evaluate("() => new Promise(requestAnimationFrame)")


def _move(shown):
    page, (x, y) = shown.page, _place(shown)
    page.mouse.move(x + 200, y + 200)
    page.mouse.down()
    for i in range(1, MOVES + 1):
        page.mouse.move(x + 200 - 3 * i, y + 200 - 2 * i)
        _frame(page)
    page.mouse.up()


def _zoom(shown):
    page, (x, y) = shown.page, _place(shown)
    page.mouse.move(x, y)
    for i in range(MOVES):
        page.mouse.wheel(0, -20 if i < MOVES / 2 else 20)
        _frame(page)


def _hover(shown):
    page, (x, y) = shown.page, _place(shown)
    for i in range(MOVES):
        page.mouse.move(x - 150 + 5 * i, y - 60 + 2 * i)
        _frame(page)
