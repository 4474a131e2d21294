"""What every public docstring has: parts that numpydoc finds complete, and an example that gives what it shows."""

import doctest
import functools
import inspect
import re
import warnings

import numpy as np
import pytest

from lstmvis_widget import SequenceExplorer, StateExplorer, datasets
from lstmvis_widget.synced.tags import public_names
from tests.open_widgets import closed_afterwards
from tests.public_objects import public_objects, public_traits

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Sphinx, which it imports, may use what is deprecated
    from numpydoc.docscrape import get_doc_object
    from numpydoc.validate import validate

OBJECTS = public_objects()

ALLOWED = {
    "GL01",  # the summary begins beside the quotes, as everywhere in this project
    "GL02",  # the same: quotes of one line close beside it
    "GL03",  # a blank line at the end stands where a section is added
    "ES01",  # a summary may say all
    "SA01",  # names in the text are links
    "SS05",  # "Cells that follow …" is no third person
    "RT02",  # what is returned may be named: "int64 array of shape (n, 2)"
    "YD01",  # a context manager yields nothing
}

MADE_BY_FUNCTIONS = {
    "AblationEffect", "Link", "Match", "Matches", "PhraseMap", "Projection", "Recording", "ThresholdProfile",
}  # fmt: skip
"""Classes whose constructor isn't for users: their docstring has attributes in place of parameters."""


@pytest.fixture(scope="module")
def loaded():
    """A data set is read once for all examples, none of which changes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "_load", functools.cache(datasets._load))
        yield


@pytest.mark.parametrize("name", OBJECTS)
def test_docstring_has_a_summary_and_says_all_parameters_and_results(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it reads all attributes of a class, old ones too
        found = validate(get_doc_object(OBJECTS[name]))["errors"]
    allowed = ALLOWED | {"PR01"} if name in MADE_BY_FUNCTIONS else ALLOWED
    assert [f"{code}: {text}" for code, text in found if code not in allowed] == []


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("name", OBJECTS)
def test_example_gives_what_it_shows(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(OBJECTS[name]), {"__name__": "example"}, name, None, 0)
    said = []
    try:
        with np.printoptions(), closed_afterwards():
            failed, _ = doctest.DocTestRunner().run(test, out=said.append, clear_globs=False)
    finally:
        for value in test.globs.values():
            if not inspect.isclass(value) and callable(close := getattr(value, "close", None)):
                close()
    assert not failed, "".join(said)
    assert any(doctest.SKIP not in example.options for example in test.examples), "no example runs"


@pytest.mark.parametrize(("name", "trait"), public_traits().items())
def test_a_trait_says_in_sentences_what_it_holds(name, trait):
    assert trait.help[0].isupper(), name
    assert trait.help.endswith(".")
    assert trait.help in trait.__doc__


@pytest.mark.parametrize("kind", [StateExplorer, SequenceExplorer])
def test_the_table_of_an_explorer_has_all_that_it_offers(kind):
    table = kind.__doc__[: kind.__doc__.index("Parameters\n---")]
    listed = re.findall(r"`(\w+)`", table)
    offered = {name.removeprefix(f"{kind.__name__}.") for name in OBJECTS if name.startswith(f"{kind.__name__}.")}
    offered |= {name for name in public_names(kind) if name not in ("layout", "unobserve")}
    assert offered - set(listed) == set()
    assert len(listed) == len(set(listed))
