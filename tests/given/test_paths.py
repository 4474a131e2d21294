from pathlib import Path

import pytest

from lstmvis_widget.given.paths import as_path, part_of_file


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("given", ["~/a.h5", Path("~/a.h5"), "~/./a.h5"])
def test_the_tilde_is_the_home_folder(home, given):
    assert as_path(given) == home / "a.h5"


def test_a_tilde_elsewhere_is_a_character_of_the_name(home):
    assert as_path("a~/b~.h5") == Path("a~/b~.h5")
    assert as_path("~nobody-has-this-name/a.h5") == Path("~nobody-has-this-name/a.h5")
    assert as_path(home / "~") == home / "~"


@pytest.mark.parametrize("given", ["~/a.h5::group/words", Path("~/a.h5::group/words")])
def test_a_part_of_a_file_is_named_after_two_colons(home, given):
    assert part_of_file(given) == (home / "a.h5", "group/words")
    assert part_of_file("a.h5") == (Path("a.h5"), "")


def test_what_is_no_path_is_refused():
    with pytest.raises(TypeError):
        as_path(3)
