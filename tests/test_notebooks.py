from pathlib import Path

import nbclient
import nbformat
import pytest

import lstmvis_widget

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_is_a_notebook_to_start_with():
    assert "quickstart.ipynb" in {path.name for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(lstmvis_widget.__file__).parents[1]))
    document = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        document, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    complaints = [
        output["text"]
        for cell in document.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]
    assert complaints == []
