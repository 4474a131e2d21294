import io
import re
import sys

import h5py
import pytest

from lstmvis_widget import StateExplorer, read_vocabulary
from lstmvis_widget.cli.main import main
from tests.lstmvis.folders import WORDS, write_folder


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("the cat\nthe dog\n\nthe end\n")
    return path


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "project")


def run(capsys, *arguments):
    code = main([str(each) for each in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


class TestText:
    def test_a_text_becomes_a_file_of_ids(self, capsys, corpus, tmp_path):
        code, out, err = run(capsys, "text", corpus, tmp_path / "out.h5", "--line-end", "</s>")
        assert code == 0
        assert out == f"{tmp_path / 'out.h5'}: 10 tokens, 5 different ones\n"
        assert re.search(r"reading .*corpus\.txt: 100%, 25 of 25 bytes\n.*done", err)
        with h5py.File(tmp_path / "out.h5") as file:
            assert file["tokens"][:].tolist() == [1, 2, 0, 1, 3, 0, 0, 1, 4, 0]
            assert "sequences" not in file
            assert dict(file.attrs)["source"] == "corpus.txt"
        assert list(read_vocabulary(tmp_path / "out.h5").values()) == ["</s>", "the", "cat", "dog", "end"]

    def test_characters_and_paragraphs(self, capsys, corpus, tmp_path):
        options = ["--by", "characters", "--sequences", "paragraphs"]
        code, out, _ = run(capsys, "text", corpus, tmp_path / "out.h5", *options)
        assert code == 0
        assert out.endswith("25 tokens, 11 different ones, 2 sequences\n")
        with h5py.File(tmp_path / "out.h5") as file:
            assert file["sequences"][:].tolist() == [17, 8]

    def test_on_a_terminal_there_is_a_bar(self, capsys, corpus, tmp_path, monkeypatch):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("COLUMNS", "300")
        monkeypatch.setenv("TERM", "xterm")
        assert main(["text", str(corpus), str(tmp_path / "out.h5")]) == 0
        assert "[####################] 100%" in terminal.getvalue()
        capsys.readouterr()

    def test_a_wrong_encoding_is_told_with_what_helps(self, capsys, corpus, tmp_path):
        corpus.write_bytes("été".encode("latin-1"))
        code, out, err = run(capsys, "text", corpus, tmp_path / "out.h5")
        assert (code, out) == (1, "")
        assert "isn't in utf-8" in err
        assert "latin-1" in err
        assert run(capsys, "text", corpus, tmp_path / "out.h5", "--encoding", "latin-1")[0] == 0


class TestConvert:
    def test_a_project_folder_becomes_a_file(self, capsys, folder, tmp_path):
        code, out, err = run(capsys, "convert", folder, tmp_path / "out.h5", "--dtype", "float32")
        assert code == 0
        assert "out.h5: 5 steps; layers state 1, output 2; " in out
        assert "stored as float32: no value moved by more than" in out
        assert "100%, 5 of 5 steps" in err
        explorer = StateExplorer.open(tmp_path / "out.h5")
        assert list(explorer.tokens) == WORDS
        explorer.close()

    @pytest.mark.filterwarnings("default")
    def test_what_the_configuration_says_wrongly_is_told(self, capsys, folder, tmp_path):
        (folder / "lstm.yml").write_text((folder / "lstm.yml").read_text() + "extra: 1\n")
        code, _, err = run(capsys, "convert", folder / "lstm.yml", tmp_path / "out.h5")
        assert code == 0
        assert re.search(r"warning: .*keys that aren't known: extra\n", err)

    def test_without_pyyaml_the_line_to_type_is_told(self, capsys, folder, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "yaml", None)
        code, _, err = run(capsys, "convert", folder, tmp_path / "out.h5")
        assert code == 1
        assert "pip install 'lstmvis-widget[lstmvis]'" in err


@pytest.mark.parametrize("command", ["text", "convert"])
class TestBoth:
    def test_what_is_missing_is_named(self, capsys, tmp_path, command):
        code, out, err = run(capsys, command, tmp_path / "nowhere", tmp_path / "out.h5")
        assert (code, out) == (1, "")
        assert "nowhere" in err
        assert not (tmp_path / "out.h5").exists()

    def test_a_file_that_is_there_is_replaced_only_on_demand(self, capsys, tmp_path, corpus, folder, command):
        given = corpus if command == "text" else folder
        out = tmp_path / "out.h5"
        out.write_bytes(b"mine")
        code, _, err = run(capsys, command, given, out)
        assert code == 1
        assert "--overwrite replaces it" in err
        assert out.read_bytes() == b"mine"
        assert run(capsys, command, given, out, "--overwrite")[0] == 0
        assert h5py.is_hdf5(out)

    def test_the_help_teaches(self, capsys, command):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        out = capsys.readouterr().out
        assert "examples:" in out
        assert f"python -m lstmvis_widget {command}" in out
        assert "StateExplorer" in out
