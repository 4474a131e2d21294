import re

import pytest
from playwright.sync_api import expect

from tests.browser.sequences.data import SHOW


@pytest.fixture
def sequences(notebook):
    """The page of the planted texts in a notebook, once nothing is being computed any more."""
    notebook.run(SHOW)
    shown = notebook.explorer()
    expect(shown).to_have_attribute("data-trust", re.compile(r"\d"))
    expect(shown).not_to_have_attribute("data-jump-threshold", "0")
    return shown
