"""Texts with halves of characters, which Python's strings can hold and UTF-8 can't."""

from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.given.texts import all_well_formed, meant, well_formed

ANY_TEXT = st.text(st.characters(codec=None) | st.characters(categories=["Cs"]))
VALUES = st.recursive(
    ANY_TEXT | st.integers() | st.none() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(ANY_TEXT | st.integers(), inner),
)


def test_a_half_becomes_one_replacement_character_and_two_halves_their_character():
    assert well_formed("a\ud800b") == "a\ufffdb"
    assert well_formed("\udc80\udc81") == "\ufffd\ufffd"
    assert well_formed("é\ud800\ud83d\ude00") == "é\ufffd😀"


@given(ANY_TEXT)
def test_a_text_becomes_one_that_can_be_written_and_stays_the_same_if_it_can(text):
    made = well_formed(text)
    made.encode()
    assert well_formed(made) is made
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert made is text


@given(VALUES)
def test_all_texts_of_a_value_become_so_and_one_without_any_is_itself(value):
    made = all_well_formed(value)
    repr(made).encode()
    assert str(_texts(made)).encode().decode() == str([well_formed(text) for text in _texts(value)])
    assert all_well_formed(made) is made


def _texts(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        # Keys that become the same are one key.
        value = {(well_formed(key) if isinstance(key, str) else key): item for key, item in value.items()}.items()
    if isinstance(value, list | tuple) or type(value).__name__ == "dict_items":
        return [text for item in value for text in _texts(item)]
    return []


def test_a_name_is_found_by_how_it_is_shown_if_none_is_so():
    assert meant("a\ufffd", ["b", "a\ud800"]) == "a\ud800"
    assert meant("a\ufffd", ["a\ud800", "a\ufffd"]) == "a\ufffd"
    assert meant("c", ["a"]) == "c"
    assert meant(None, ["a"]) is None
