"""The explorer in Firefox, in JupyterLab: its main gestures, and what it draws."""

import pytest

from tests.browser.conftest import ELSEWHERE, VIEWPORT
from tests.browser.data import SHOW, THRESHOLD, WORDS
from tests.browser.firefox import Firefox, find_firefox
from tests.browser.firefox_page import FirefoxPage
from tests.browser.gestures import brush, drag, middle, part, word
from tests.browser.needed import is_not_here
from tests.browser.notebook import Notebook
from tests.browser.test_gestures import cells_of


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    path = find_firefox()
    if path is None:
        is_not_here("no Firefox here; `make browser` installs one")
    started = Firefox(tmp_path_factory.mktemp("firefox"), path)
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def opened(firefox, jupyter):
    """JupyterLab with a notebook, loaded once: that takes longer than the tests."""
    page = FirefoxPage(firefox, **VIEWPORT)
    name = jupyter.new_notebook()
    page.goto(jupyter.address(name))
    notebook = Notebook(page)
    notebook.wait_for_kernel()
    yield notebook
    page.close()
    jupyter.shut_down(name)


@pytest.fixture
def notebook(opened):
    yield opened
    opened.clear()
    assert opened.page.raised() == []
    assert [url for url in opened.page.requests() if ELSEWHERE.match(url)] == []


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def shows(explorer, **state):
    for name, value in state.items():
        explorer.wait_until(f"each => each.dataset[{name!r}] === {value!r}")


# Of each canvas that is in sight, whether anything is drawn on it.
DRAWN = """each => [...each.querySelectorAll('canvas')]
    .filter(canvas => canvas.checkVisibility() && canvas.width > 0 && canvas.height > 0)
    .map(canvas => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, at) => at % 4 === 3 && value > 0);
    })"""


def test_in_firefox_gestures_are_values_that_the_next_cell_reads_and_are_drawn(notebook, explorer):
    brush(explorer, 10, 14)
    assert notebook.value("[explorer.selection, explorer.selected_cells]") == [[10, 14], cells_of(10, 14)]
    line = part(explorer, "threshold")
    x, y = middle(line)
    drag(explorer, (x, y), (x, y - 20))
    threshold = notebook.value("explorer.threshold")
    assert threshold > THRESHOLD
    assert notebook.value("explorer.selected_cells") == cells_of(10, 14, threshold)
    part(explorer, "words").focus()
    explorer.page.keyboard.press("Control+z")
    shows(explorer, threshold=str(THRESHOLD), selectedCells=",".join(map(str, cells_of(10, 14))))
    assert notebook.value("explorer.threshold") == THRESHOLD
    drawn = explorer.evaluate(DRAWN)
    assert drawn
    assert all(drawn), drawn
    assert explorer.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_in_firefox_the_wheel_zooms_words_are_found_and_what_is_copied_can_be_run(notebook, explorer):
    keyboard, mouse = explorer.page.keyboard, explorer.page.mouse
    mouse.move(*middle(word(explorer, 12)))
    keyboard.down("Control")
    mouse.wheel(0, -200)
    keyboard.up("Control")
    explorer.wait_until("each => Number(each.dataset.wordWidth) > 30")
    assert notebook.value("explorer.word_width") > 30
    assert explorer.page.evaluate("() => window.devicePixelRatio") == 1  # the page itself is not zoomed
    mouse.click(*middle(part(explorer, "find")))
    keyboard.type(WORDS[42])
    keyboard.press("Enter")
    part(explorer, "find-count").wait_until("each => each.innerText === '1 / 1'")
    explorer.wait_until("each => Number(each.dataset.position) > 12")  # zooming has kept word 12 in view
    assert notebook.value("explorer.find_text") == WORDS[42]
    brush(explorer, 40, 43)
    assert notebook.value("explorer.selection") == [40, 43]
    button = part(explorer, "scenario")
    mouse.click(*middle(button))
    button.wait_until("each => each.innerText.includes('✓ copied')")
    line = explorer.page.evaluate("() => navigator.clipboard.readText()")
    notebook.run("explorer.selection = (3, 6)")
    notebook.run(line)
    assert notebook.value("explorer.selection") == [40, 43]
