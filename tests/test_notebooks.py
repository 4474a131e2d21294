import ast
import importlib.util
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lstmvis_widget
from tests.findings import CASE_STUDIES, GALLERY, displayed, with_findings
from tests.kept_out import check_kept_out, fetching, texts_of
from tests.pictures import last_picture

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


QUESTIONS = ("quotes", "agreement")
"""Those that run in the tests as they were saved, none of their numbers left out for a quick run."""


def verdicts(document):
    """What a notebook finds of each claim."""
    found = re.findall(r"\*\*(.+?)\*\*", displayed(document)[-1])
    assert set(found) <= {"holds", "in part", "does not hold"}
    return found


def said_in_bold(document):
    """What a notebook says in bold of what it has computed."""
    return [each for text in displayed(document) for each in re.findall(r"\*\*(.+?)\*\*", text)]


def compared(document):
    """What a notebook says of results that should be the same: True or False, in its order."""
    outputs = [output for cell in document["cells"] for output in cell.get("outputs", [])]
    return re.findall(r"the same .*: (\w+)", "".join("".join(each.get("text", "")) for each in outputs))


def saved(path):
    """A notebook as it was saved."""
    return json.loads(path.read_text())


def test_the_notebook_to_start_with_opens_with_a_hint_and_the_widget():
    hint, first, *_ = saved(ROOT / "notebooks" / "quickstart.ipynb")["cells"]
    assert "**Try it:" in "".join(hint["source"])
    assert len("".join(hint["source"] + first["source"]).splitlines()) < 15  # a laptop shows the widget below them
    assert first["metadata"]["tags"] == ["run-on-opening"]
    assert "application/vnd.jupyter.widget-view+json" in first["outputs"][-1]["data"]


def test_the_notebook_to_start_with_has_no_number_in_its_prose_that_could_be_wrong():
    """What it says of its results is computed where it stands."""
    cells = saved(ROOT / "notebooks" / "quickstart.ipynb")["cells"]
    prose = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert re.findall(r"\d[\d.]*", prose.replace("off_before = 1", "")) == []
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for name in ("find", "ranges_of", "map_phrases", "scatter", "enrichment_null", "PCA"):
        assert re.search(rf"\b{name}\(", code), name


@pytest.mark.long
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
    if path.stem in QUESTIONS:
        assert verdicts(document) == verdicts(saved(path))
    if path.stem == "quickstart":
        assert said_in_bold(document) == said_in_bold(saved(path)) != []
    if path.stem == "cluster":
        assert compared(document) == compared(saved(path)) == ["True", "True"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_study_from_question_to_verdict_is_short_and_needs_no_numpy(name):
    cells = saved(ROOT / "notebooks" / f"{name}.ipynb")["cells"]
    assert len(cells) < 20
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert not any(isinstance(each, ast.FunctionDef | ast.Lambda) for each in ast.walk(ast.parse(code)))
    assert "numpy" not in code
    assert "np." not in code
    named = {each.id for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Name)}
    assert {"StateExplorer", "cell_alignment", "contrast_phrases", "probe", "ablation_effect"} <= named


@pytest.mark.parametrize("path", [each for each in NOTEBOOKS if not fetching(saved(each))], ids=lambda path: path.name)
def test_a_notebook_is_saved_with_what_its_explorers_found(path):
    widgets = saved(path)["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    explorers = [each["state"] for each in widgets.values() if "_match_context" in each["state"]]
    assert explorers
    for state in explorers:
        assert state["progress"] is None
        assert state["matches"]["start"]
        assert state["_n_candidates"] >= len(state["matches"]["start"])


@pytest.mark.parametrize("path", [each for each in NOTEBOOKS if fetching(saved(each))], ids=lambda path: path.name)
def test_a_saved_notebook_holds_nothing_of_texts_that_may_not_be_passed_on(path):
    check_kept_out(saved(path), [])
    try:
        texts = texts_of(saved(path))
    except ConnectionError as error:
        pytest.skip(f"the texts to compare with can't be fetched: {error}")
    check_kept_out(saved(path), texts)


@pytest.mark.parametrize("name", CASE_STUDIES)
def test_a_case_study_is_committed_with_its_verdict_and_is_small(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    assert path.stat().st_size < 3_000_000
    ran = [cell for cell in saved(path)["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in ran] == list(range(1, len(ran) + 1))
    outputs = [output["data"] for cell in ran for output in cell["outputs"] if "data" in output]
    shown = "".join(line for output in outputs for line in output["text/plain"])
    assert "verdict" in shown


def test_the_gallery_says_of_each_case_study_what_its_notebook_found():
    text = GALLERY.read_text("utf-8")
    assert with_findings(text) == text, "`python -m tests.findings` writes the findings anew"


@pytest.mark.parametrize("name", CASE_STUDIES)
def test_the_gallery_shows_the_picture_of_a_case_study_as_the_notebook_has_it(name):
    picture, notebook = ROOT / "notebooks" / "images" / f"{name}.png", ROOT / "notebooks" / f"{name}.ipynb"
    saved, shown = (np.asarray(each.convert("RGB"), float) for each in (Image.open(picture), last_picture(notebook)))
    assert saved.shape == shown.shape
    assert np.abs(saved - shown).mean() < 2  # of 255: the saved picture has fewer colours
    assert picture.stat().st_size < 150_000
    assert f"images/{name}.png" in GALLERY.read_text("utf-8")


def look_at_transforms():
    """The script that writes the table of transforms, as a module."""
    spec = importlib.util.spec_from_file_location(
        "look_at_transforms", ROOT / "notebooks" / "training" / "look_at_transforms.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


def table_of_transforms():
    """The rows of METHOD.md's table: the states, what is hoped for, and the percentages."""
    text = (ROOT / "notebooks" / "METHOD.md").read_text()
    table = re.search(r"<!-- table of transforms -->\n(.*?)<!-- end -->", text, re.DOTALL)[1]
    for line in table.splitlines()[2:]:
        name, saturated, idle, what, *shares = (each.strip() for each in line.strip("|").split("|"))
        yield name, what, [int(each.removesuffix(" %")) for each in (saturated, idle, *shares)]


def test_the_method_says_how_many_cells_of_the_sample_data_are_idle():
    script, said = look_at_transforms(), (ROOT / "notebooks" / "METHOD.md").read_text()
    assert "\n".join(script.head()) in said
    for name, states, _ in script.sample_questions():
        assert script.facts(name, states) in said


def test_what_the_method_says_of_transforms_is_what_its_table_says():
    rows = list(table_of_transforms())
    tried = [shares for _, _, (_, _, _, *shares) in rows]
    assert len({shares.index(max(shares)) for shares in tried if len(set(shares)) > 1}) > 1  # none is best everywhere
    for _, _, (_, idle, _, *shares) in rows:
        assert idle > 10 or max(shares) - min(shares) <= 2
    cadences = [(chance, tanh) for _, what, (_, idle, chance, tanh, *_) in rows if what == "cadence" and idle > 50]
    assert cadences
    assert all(tanh > 4 * chance for chance, tanh in cadences)
    *_, (_, _, (_, idle, chance, tanh, *others)) = rows
    assert idle > 50
    assert tanh - chance < 10
    assert min(others) - chance > 20
