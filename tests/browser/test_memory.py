"""What Python keeps for a page goes when the page shows the widget no longer."""

from tests.browser.data import SHOW
from tests.browser.gestures import brush, part, shows, word
from tests.browser.test_gestures import cells_of, matches_of
from tests.page import wait_until

KEPT = "{}._computation.shelf.nbytes"

CLEAR_OUTPUT = """index => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    return window.jupyterapp.commands.execute('notebook:clear-cell-output');
}"""


def kept(notebook, name):
    return notebook.value(KEPT.format(name))


def test_memory_is_freed_when_the_last_view_of_an_explorer_goes(notebook_alone):
    notebook = notebook_alone
    made, shown = notebook.start(SHOW), notebook.start("before = explorer\nbefore")
    for cell in (made, shown):
        notebook.finish(cell)
    notebook.explorer(1)
    brush(notebook.explorer(), 10, 14)
    assert kept(notebook, "before") > 0
    notebook.run_existing(made)  # replaces one of the two views
    brush(notebook.explorer(), 10, 14)
    assert kept(notebook, "before") > 0
    notebook.page.evaluate(CLEAR_OUTPUT, shown)
    wait_until(lambda: kept(notebook, "before") == 0, "freed memory")
    assert notebook.value("[before.selected_cells, before.matches.start]") == [
        cells_of(10, 14), [row[0] for row in matches_of(10, 14)],
    ]  # fmt: skip
    assert kept(notebook, "explorer") > 0

    notebook.save()
    notebook.reload()
    explorer = notebook.explorer()
    shows(explorer, selection=(10, 14))
    word(explorer, 12).hover()
    assert kept(notebook, "explorer") > 0
    notebook.page.evaluate(CLEAR_OUTPUT, made)
    wait_until(lambda: kept(notebook, "explorer") == 0, "freed memory")

    notebook.run("explorer")
    explorer = notebook.explorer()
    brush(explorer, 3, 6)
    shows(explorer, selected_cells=cells_of(3, 6), error="")
    part(explorer, "match").first.wait_for()
    assert kept(notebook, "explorer") > 0
    notebook.run("explorer.close()")
    assert kept(notebook, "explorer") == 0
