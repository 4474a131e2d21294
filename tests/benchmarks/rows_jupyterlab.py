"""A real JupyterLab: from a gesture until the page has drawn what follows, over a file of 2,000 sequences."""

from tests.benchmarks.data import THRESHOLD
from tests.benchmarks.measure import Row, quantile, timed, within
from tests.browser.chromium import find_chromium
from tests.browser.gestures import brush, part
from tests.browser.notebook import Notebook
from tests.browser.picture import browser_and_server

SEQUENCES = 2000
KINDS = 12
BRUSHES = 5
VIEWPORT = {"width": 1560, "height": 1000}
OPENED, BRUSHED, JUMPED = 1.0, 0.5, 0.3
"""Seconds until a cell shows the page, a brush its matches once there is an index, and a far jump its words."""

SHOW = """
import numpy as np
from lstmvis_widget import StateExplorer
labels = np.random.default_rng(0).integers(0, {kinds}, {steps})
explorer = StateExplorer(
    {path!r}, tracks={{"kind": labels}}, sequences=np.full({sequences}, {steps} // {sequences}), threshold={threshold}
)
explorer
"""

# Notes when attributes of the page change: it publishes them once it has drawn.
WATCH = """() => {
    window.changes = [];
    const note = records => window.changes.push(...records.map(each => [each.attributeName, performance.now()]));
    new MutationObserver(note).observe(document.querySelector('.lstmvis'), { attributes: true });
}"""

# The time of the first picture, from running the cell on.
PAINTED = "() => { if (document.querySelector(\".lstmvis[data-ready='true']\")) return performance.now(); }"
RESTS = "() => performance.now() - window.changes.at(-1)[1] > 300"
LAST = "names => Math.max(0, ...window.changes.filter(each => names.includes(each[0])).map(each => each[1]))"


def rows(setting):
    """From an uncompressed file; one line where there is no browser."""
    if find_chromium() is None:
        yield Row("JupyterLab: no Chromium here", "not measured")
        return
    steps = setting.steps // SEQUENCES * SEQUENCES
    if steps != setting.steps:
        yield Row(f"JupyterLab: needs a multiple of {SEQUENCES:,} steps", "not measured")
        return
    path, read = str(setting.file.path), setting.file.read
    with browser_and_server() as (browser, server):
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(server.address(server.new_notebook()))
        notebook = Notebook(page)
        notebook.wait_for_kernel()
        notebook.run("from lstmvis_widget import StateExplorer")
        cell = SHOW.format(kinds=KINDS, steps=steps, path=path, sequences=SEQUENCES, threshold=THRESHOLD)
        begun = page.evaluate("() => performance.now()")
        notebook.start(cell)
        painted = page.wait_for_function(PAINTED, polling="raf").json_value()
        yield within("JupyterLab: from running the cell to the first picture", (painted - begun) / 1e3, OPENED)
        yield from _gestures(_Page(notebook), setting, read)
        page.close()


def _gestures(shown, setting, read):
    first = shown.until_drawn(lambda: brush(shown.explorer, 2, 5), "data-candidates")
    yield timed("JupyterLab: first brush until matches and counts, with an index to build", first, "R_file", read)
    later = [
        shown.until_drawn(lambda at=at: brush(shown.explorer, at, at + 2), "data-candidates")
        for at in range(3, 3 + BRUSHES)
    ]
    yield within("JupyterLab: later brushes until matches and counts, median", quantile(later, 0.5), BRUSHED)
    shown.notebook.run("import time\ntime.sleep(2)\nexplorer.finish()")
    whole = shown.until_drawn(part(shown.explorer, "word-width-whole").click, "data-columns")
    yield timed("JupyterLab: all steps in view for the first time, after matches", whole, "R_file", read, 2.0)
    far = [
        shown.until_drawn(lambda at=at: shown.jump(setting.steps * at // 10), "data-window", from_its_start=True)
        for at in range(1, 10)
    ]
    yield within("JupyterLab: a far jump, from running its cell until its words, median", quantile(far, 0.5), JUMPED)


class _Page:
    """The explorer in the page, and when it has drawn what follows a gesture."""

    def __init__(self, notebook):
        self.notebook, self.explorer = notebook, notebook.explorer()
        notebook.page.evaluate(WATCH)

    def until_drawn(self, gesture, *names, from_its_start=False):
        """Seconds from the end of a gesture until the last change of these attributes."""
        page = self.notebook.page
        page.evaluate("() => { window.changes.length = 0; }")
        started = page.evaluate("() => performance.now()")
        gesture()
        begun = started if from_its_start else page.evaluate("() => performance.now()")
        page.wait_for_function("names => window.changes.some(each => names.includes(each[0]))", arg=list(names))
        self.notebook.run("explorer.finish()")
        page.wait_for_function(RESTS, polling="raf")
        return max(0.0, page.evaluate(LAST, list(names)) - begun) / 1e3

    def jump(self, position):
        """Show other steps, from Python."""
        self.notebook.run(f"explorer.word_width, explorer.position = 30, {position}")
