from pathlib import Path

import pytest

from lstmvis_widget.work.atomic_file import atomic_file, check_absent


@pytest.fixture
def path(tmp_path):
    return tmp_path / "page.html"


def write(path, text, *, overwrite=False):
    with atomic_file(path, overwrite=overwrite) as part:
        part.write_text(text)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_appears_when_it_is_complete(path, overwrite):
    with atomic_file(path, overwrite=overwrite) as part:
        part.write_text("half")
        assert not path.exists()
        part.write_text("all of it")
    assert path.read_text() == "all of it"
    assert list(path.parent.iterdir()) == [path]


def test_a_block_that_raises_leaves_what_was_there(path):
    path.write_text("before")

    def fail():
        with atomic_file(path, overwrite=True) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "before"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_replaced_only_where_that_is_asked_for(path):
    write(path, "first")
    with pytest.raises(FileExistsError, match=r"page\.html' already; overwrite=True replaces it"):
        write(path, "second")
    assert path.read_text() == "first"
    write(path, "second", overwrite=True)
    assert path.read_text() == "second"


def without_hard_links(*_):
    raise PermissionError


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_that_another_process_made_meanwhile_is_kept(path, monkeypatch, hard_links):
    if not hard_links:
        monkeypatch.setattr(Path, "hardlink_to", without_hard_links)

    def overtaken():
        with atomic_file(path, overwrite=False) as part:
            part.write_text("ours")
            path.write_text("theirs")

    with pytest.raises(FileExistsError, match="already"):
        overtaken()
    assert path.read_text() == "theirs"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_system_without_hard_links_will_do(path, monkeypatch):
    monkeypatch.setattr(Path, "hardlink_to", without_hard_links)
    write(path, "first")
    assert path.read_text() == "first"
    assert list(path.parent.iterdir()) == [path]


def test_the_message_names_what_allows_to_replace(path):
    path.touch()
    with pytest.raises(FileExistsError, match="already; --overwrite replaces it"):
        check_absent(path, overwrite=False, remedy="--overwrite")
    check_absent(path, overwrite=True)
