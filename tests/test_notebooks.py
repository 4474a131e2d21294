import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lstmvis_widget
from tests.findings import CASE_STUDIES, README, with_findings
from tests.pictures import last_picture

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def saved(path):
    """A notebook as it was saved."""
    return json.loads(path.read_text())


def test_there_is_a_notebook_to_start_with():
    assert "quickstart.ipynb" in {path.name for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(lstmvis_widget.__file__).parents[1]))
    monkeypatch.setenv("LSTMVIS_SHORT", "1")
    import nbclient
    import nbformat

    document = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        document, timeout=200, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    complaints = [
        output["text"]
        for cell in document.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]
    assert complaints == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_saved_with_what_its_explorers_found(path):
    widgets = saved(path)["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    explorers = [each["state"] for each in widgets.values() if "_match_context" in each["state"]]
    assert explorers
    for state in explorers:
        assert state["progress"] is None
        assert state["matches"]["start"]
        assert state["_n_candidates"] >= len(state["matches"]["start"])


@pytest.mark.parametrize("name", CASE_STUDIES)
def test_a_case_study_is_committed_with_its_verdict_and_is_small(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    assert path.stat().st_size < 3_000_000
    ran = [cell for cell in saved(path)["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in ran] == list(range(1, len(ran) + 1))
    outputs = [output["data"] for cell in ran for output in cell["outputs"] if "data" in output]
    shown = "".join(line for output in outputs for line in output["text/plain"])
    assert "verdict" in shown


def test_the_readme_says_of_each_case_study_what_its_notebook_found():
    text = README.read_text()
    assert with_findings(text) == text, "`python -m tests.findings` writes the findings anew"


@pytest.mark.parametrize("name", CASE_STUDIES)
def test_the_readme_shows_the_picture_of_a_case_study_as_the_notebook_has_it(name):
    picture, notebook = ROOT / "notebooks" / "images" / f"{name}.png", ROOT / "notebooks" / f"{name}.ipynb"
    saved, shown = (np.asarray(each.convert("RGB"), float) for each in (Image.open(picture), last_picture(notebook)))
    assert saved.shape == shown.shape
    assert np.abs(saved - shown).mean() < 2  # of 255: the saved picture has fewer colours
    assert picture.stat().st_size < 150_000
    assert f"notebooks/images/{name}.png" in (ROOT / "README.md").read_text()
