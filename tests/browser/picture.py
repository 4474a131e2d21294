"""Takes the README's pictures: `python -m tests.browser.picture` (`make picture`)."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.gestures import part
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook import Notebook

FOLDER = Path(__file__).parents[2] / "notebooks" / "images"
VIEWPORT = {"width": 1440, "height": 1300}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SHOW = """
from lstmvis_widget import StateExplorer
from lstmvis_widget.datasets import load_alice
explorer = StateExplorer(
    **load_alice(), transform="tanh", name="alice", word_width=38, position=1666,
    selection=(1678, 1681), off_before=1,
)
explorer
"""


SEQUENCES = """
from lstmvis_widget import SequenceExplorer, StateExplorer, link
from lstmvis_widget.datasets import load_addresses
data = load_addresses()
sequences = SequenceExplorer(
    **data, weights={"hidden": data.output_weights}, occlusion=data.tracks["occlusion"].values, name="addresses",
    sequence=223, jump=21787, sort_by="-largest_jump", filters={"correct": False}, pinned_sequences=[211],
    point_labels="jumps",
)
explorer = StateExplorer(**data, selection=(21788, 21790), off_before=1)
link(explorer, sequences)
sequences.selected_steps = [match.start for match in explorer.matches]
sequences
"""
WHOLE = {"width": 1500, "height": 1400}


def open_notebook(browser, server, theme, pixel_ratio=1):
    """An empty one that fills the page."""
    page = browser.new_page(viewport=VIEWPORT, device_scale_factor=pixel_ratio)
    page.goto(server.address(server.new_notebook()))
    notebook = Notebook(page)
    notebook.wait_for_kernel()
    notebook.set_theme(THEMES[theme])
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    return notebook


def take(browser, server, theme):
    notebook = open_notebook(browser, server, theme, 1.5)
    page = notebook.page
    notebook.run(SHOW)
    explorer = notebook.explorer()
    page.wait_for_selector(f".lstmvis[data-theme='{theme}'][data-candidates]:not([data-candidates=''])")
    explorer.scroll_into_view_if_needed()
    explorer.locator("[data-part='cell'][data-cell='50']").hover()
    explorer.locator(".lv-chip.lv-hovered").wait_for()
    # A picture of the element alone would take the pointer off it.
    page.screenshot(path=FOLDER / f"explorer-{theme}.png", clip=explorer.bounding_box())
    page.close()


def take_sequences(browser, server, theme):
    notebook = open_notebook(browser, server, theme, 1.5)
    page = notebook.page
    page.set_viewport_size(WHOLE)
    notebook.run(SEQUENCES)
    shown = page.locator(
        f".lv-sequences[data-theme='{theme}'][data-cause='21787'][data-progress='']:not([data-trust=''])"
    )
    shown.wait_for()
    shown.locator("[data-part='telling-cells'] button, [data-part='telling-cells'] span").first.wait_for()
    shown.scroll_into_view_if_needed()
    part(shown, "words").locator("[data-step='21788']").hover()
    page.locator(".lv-sequences:not([data-neighbours=''])").wait_for()
    page.screenshot(path=FOLDER / f"sequences-{theme}.png", clip=shown.bounding_box())
    page.close()


@contextmanager
def browser_and_server():
    """A Chromium, and a JupyterLab in a folder that is gone afterwards."""
    chromium = find_chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = JupyterServer(Path(folder) / "jupyter")
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield browser, server
        finally:
            browser.close()
            server.stop()


def main():
    with browser_and_server() as (browser, server):
        for theme in THEMES:
            take(browser, server, theme)
            take_sequences(browser, server, theme)


if __name__ == "__main__":
    main()
