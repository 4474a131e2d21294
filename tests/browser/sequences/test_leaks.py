"""Pages of sequences that come and go leave nothing behind: no listener, no canvas, no observer, no WebGL context."""

import pytest

from tests.browser.mock import served, show
from tests.browser.test_leaks import COUNT_OBSERVERS, held

COME_AND_GO = """async ([times, atOnce]) => {
    const { default: widget } = await import('../../lstmvis_widget/static/sequences.js');
    const come = () => {
        const host = document.createElement('div');
        document.body.append(host);
        const cleanUp = widget.render({ model: window.model, el: host });
        return { root: host.firstElementChild, go: () => { cleanUp(); host.remove(); } };
    };
    for (let i = 0; i < times; i++) {
        const views = Array.from({ length: atOnce }, come);
        for (const { root } of views) {
            while (root.dataset.ready !== 'true' || root.dataset.pointRedraws === '0') {
                await new Promise(requestAnimationFrame);
            }
            for (const menu of root.querySelectorAll('details')) menu.open = true;
        }
        await new Promise(requestAnimationFrame);
        for (const { go } of views) go();
    }
}"""

# Contexts of WebGL that were made, and those of them that still hold memory of the graphics card.
COUNT_CONTEXTS = """() => {
    window.contexts = [];
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        const context = get.call(this, kind, ...more);
        if (kind.startsWith('webgl') && context && !window.contexts.some(each => each.deref() === context)) {
            window.contexts.push(new WeakRef(context));
        }
        return context;
    };
}"""
CONTEXTS = """() => {
    const held = window.contexts.filter(each => each.deref() && !each.deref().isContextLost());
    return [window.contexts.length, held.length];
}"""


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    yield context.new_page()
    context.close()


def test_dozens_of_pages_leave_no_listener_canvas_observer_or_context_behind(page):
    page.add_init_script(f"({COUNT_OBSERVERS})(); ({COUNT_CONTEXTS})()")
    with served("sequences") as address:
        show(page, address, points=300)
        devtools = page.context.new_cdp_session(page)
        page.evaluate(COME_AND_GO, [1, 4])
        before = held(page, devtools)
        page.evaluate(COME_AND_GO, [8, 4])
        after = held(page, devtools)
        made, still = page.evaluate(CONTEXTS)
    assert before["listeners"] > 20
    assert made >= 37
    assert still == 1
    assert after.pop("nodes") < before.pop("nodes") + 32
    assert after == before
