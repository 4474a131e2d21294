"""Views that come and go leave nothing behind in the page."""

import pytest

from tests.browser.mock import served, show

AT_ONCE = 10
TIMES = 20

# Views of the widget come, so many at once, and go when they are drawn. Together they wait for fewer frames.
COME_AND_GO = """async ([times, atOnce]) => {
    const { default: widget } = await import('../../lstmvis_widget/static/widget.js');
    const come = () => {
        const host = document.createElement('div');
        document.body.append(host);
        const cleanUp = widget.render({ model: window.model, el: host });
        return { root: host.firstElementChild, go: () => { cleanUp(); host.remove(); } };
    };
    for (let i = 0; i < times; i++) {
        const views = Array.from({ length: atOnce }, come);
        for (const { root } of views) {
            while (root.dataset.ready !== 'true') await new Promise(requestAnimationFrame);
            root.querySelector('details').open = true;
        }
        await new Promise(requestAnimationFrame);
        for (const { go } of views) go();
    }
}"""

COUNT_OBSERVERS = """() => {
    window.observing = 0;
    for (const name of ['ResizeObserver', 'MutationObserver', 'IntersectionObserver']) {
        const Original = window[name];
        window[name] = class extends Original {
            observe(...args) { if (!this.counted) { this.counted = true; window.observing++; } super.observe(...args); }
            disconnect() { if (this.counted) { this.counted = false; window.observing--; } super.disconnect(); }
        };
    }
}"""


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 900, "height": 700})
    yield context.new_page()
    context.close()


def held(page, devtools):
    """What the page holds once garbage is collected, and how many listeners the mock of the model has."""
    for _ in range(3):
        page.evaluate("() => new Promise(requestAnimationFrame)")
        devtools.send("HeapProfiler.collectGarbage")
    counters = devtools.send("Memory.getDOMCounters")
    prototype = devtools.send("Runtime.evaluate", {"expression": "HTMLCanvasElement.prototype"})["result"]["objectId"]
    found = devtools.send("Runtime.queryObjects", {"prototypeObjectId": prototype, "objectGroup": "counted"})
    length = devtools.send("Runtime.callFunctionOn", {
        "objectId": found["objects"]["objectId"], "functionDeclaration": "function () { return this.length; }",
    })  # fmt: skip
    devtools.send("Runtime.releaseObjectGroup", {"objectGroup": "counted"})
    heard = page.evaluate("() => [...window.model.listeners.values()].reduce((sum, each) => sum + each.length, 0)")
    return {
        "nodes": counters["nodes"],
        "listeners": counters["jsEventListeners"],
        "canvases": length["result"]["value"],
        "observers": page.evaluate("() => window.observing"),
        "listeners of the model": heard,
    }


@pytest.mark.long
def test_hundreds_of_views_leave_no_listener_canvas_or_observer_behind(page):
    page.add_init_script(f"({COUNT_OBSERVERS})()")
    with served() as address:
        show(page, address, cells=20, steps=200, traits={"selection": [11, 13]})
        devtools = page.context.new_cdp_session(page)
        page.evaluate(COME_AND_GO, [1, AT_ONCE])
        before = held(page, devtools)
        page.evaluate(COME_AND_GO, [TIMES, AT_ONCE])
        after = held(page, devtools)
    assert before["listeners"] > 20
    assert before["canvases"] >= 1
    # Not a node a view, but a few that the browser itself keeps for a while.
    assert after.pop("nodes") < before.pop("nodes") + TIMES * AT_ONCE
    assert after == before
