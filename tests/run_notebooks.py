"""Runs notebooks again and saves them with their widgets: `python -m tests.run_notebooks [NOTEBOOK ...]`.

nbclient doesn't save what a widget sends after its cell has ended, such as its matches. So a last cell, which is not
saved, waits for the results and sends the state of all widgets again.

A notebook that fetches its texts is saved without widgets, and only if its outputs quote a few words at most.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.kept_out import check_kept_out, fetching, texts_of

ROOT = Path(__file__).parents[1]
SAY_AGAIN = """
import time
from ipywidgets.widgets.widget import _instances
for widget in list(_instances.values()):
    if hasattr(widget, "finish"):
        widget.finish()
    if widget.has_trait("_n_candidates"):
        while widget.progress is not None or (widget.selection is not None and widget._n_candidates is None):
            time.sleep(0.05)
    widget.send_state()
"""


def is_blank(output):
    """Whether it shows nothing, as a bar of progress does that is gone."""
    return output["output_type"] == "display_data" and output["data"].get("text/html") == ""


def run(path):
    document = nbformat.read(path, as_version=4)
    document.metadata.pop("widgets", None)
    document.cells.append(nbformat.v4.new_code_cell(SAY_AGAIN))
    resources = {"metadata": {"path": path.parent}}
    keeps_widgets = not fetching(document)
    NotebookClient(
        document, timeout=1800, kernel_name="python3", resources=resources, store_widget_state=keeps_widgets
    ).execute()
    document.cells.pop()
    for cell in document.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not is_blank(output)]
    document.metadata.get("language_info", {}).pop("version", None)
    if not keeps_widgets:
        check_kept_out(document, texts_of(document))
    nbformat.write(document, path)


def main(names):
    os.environ["PYTHONPATH"] = str(ROOT)
    for path in [Path(name).resolve() for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb")):
        run(path)


if __name__ == "__main__":
    main(sys.argv[1:])
