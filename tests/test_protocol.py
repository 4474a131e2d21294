"""The tables in CONTRIBUTING.md and the file for the front end's tests agree with the traits."""

from lstmvis_widget import PhraseScatter, StateExplorer
from tests import protocol


def test_the_guide_lists_the_traits_as_they_are():
    text = protocol.GUIDE.read_text("utf-8")
    assert protocol.guide(text) == text, "run `make protocol`"


def test_the_front_end_is_tested_against_the_traits_as_they_are():
    assert protocol.FRONT_END.read_text("utf-8") == protocol.front_end(), "run `make protocol`"


def test_every_trait_that_travels_says_what_it_holds():
    for widget in (StateExplorer, PhraseScatter):
        for name, trait in protocol.synced(widget).items():
            assert trait.help, name
