"""What `make docs` finds in the pages that it has built."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.documentation import wrong

ROOT = Path(__file__).parents[1]

PAGE = """<html><body><h1 id="top">Title</h1>
<a href="other.html#there">fine</a> <a href="https://example.org/">elsewhere</a> <a href="#top">up</a>
{more}</body></html>"""


def found(folder, more):
    (folder / "index.html").write_text(PAGE.format(more=more), "utf-8")
    (folder / "other.html").write_text('<p id="there"></p>', "utf-8")
    return list(wrong(folder))


def test_links_that_lead_somewhere_are_fine(tmp_path):
    assert found(tmp_path, '<iframe src="other.html"></iframe>') == []


def test_a_link_to_a_page_or_a_place_that_is_not_there_is_found(tmp_path):
    lines = found(tmp_path, '<a href="gone.html">1</a> <a href="other.html#gone">2</a> <img src="gone.png">')
    assert [line.split()[2].rstrip(",") for line in lines] == ["gone.html", "other.html#gone", "gone.png"]


def test_a_page_that_asks_for_something_from_elsewhere_is_found(tmp_path):
    lines = found(
        tmp_path, '<script src="https://cdn.example.org/a.js"></script><link rel="stylesheet" href="//b.org/c">'
    )
    assert len(lines) == 2
    assert all("asks for" in line for line in lines)


TABLE = """\
=======  ==============
given    taken as
=======  ==============
a list   one layer, and
of rows  |T| steps

a path   what is there
=======  ==============

Text."""


@pytest.fixture
def docstrings(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "extensions"))
    import docstrings as extension

    yield extension
    sys.modules.pop("docstrings")


def test_each_of_the_references_of_a_docstring_is_an_item(docstrings):
    lines = ["References", "----------", "A. Author: A title that is", "long (2001).", "B. Author: Another (2002).", ""]
    docstrings.translate("function", "name", None, None, lines)
    assert lines[2:] == ["- \\A. Author: A title that is", "  long (2001).", "- \\B. Author: Another (2002).", ""]


def test_a_table_of_a_docstring_whose_cells_go_on_over_lines_is_a_table(docstrings):
    lines = TABLE.splitlines()
    docstrings.translate("function", "name", None, None, lines)
    assert lines == [
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - given",
        "     - taken as",
        "   * - a list of rows",
        "     - one layer, and \\|T\\| steps",
        "   * - a path",
        "     - what is there",
        "",
        "",
        "Text.",
    ]


def test_the_versions_in_the_table_of_hosts_are_those_that_the_tests_install_at_least():
    tested = (ROOT / "docs/guides/hosts.md").read_text("utf-8").partition("## Not tested")[0]
    named = dict(re.findall(r"`([\w-]+)` (\d[\d.]*)", tested))
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    asked = (each for group in groups.values() for each in group if isinstance(each, str))
    least = dict(each.split(">=") for each in asked if ">=" in each)
    assert named == {name: least[name] for name in named}
    assert len(named) >= 6
