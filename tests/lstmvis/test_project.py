import sys

import h5py
import numpy as np
import pytest

from lstmvis_widget.lstmvis.project import read_project
from tests.lstmvis.folders import IDS, MINIMAL, STATES, WORDS, write_folder, write_hdf5


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "project")


def tokens_of(project):
    return [project.vocabulary[number] for number in project.tokens.tolist()]


def with_line(line, after="states:\n  file: states\n"):
    assert after in MINIMAL
    return MINIMAL.replace(after, after + line)


def with_types(*types, default="  file: states\n"):
    return (
        MINIMAL.partition("states:\n  file")[0]
        + f"states:\n{default}  types:\n"
        + "".join(f"  - {{{entry}}}\n" for entry in types)
    )


def test_the_minimal_project_is_read(folder):
    project = read_project(folder)
    assert project.name == "animals"
    assert project.description == "a text about animals"
    assert tokens_of(project) == WORDS
    assert project.tracks == {}
    assert project.transform == {"state 1": "tanh", "output 2": None}
    assert list(project.states) == ["state 1", "output 2"]
    assert all("states.hdf5::" in path for path in project.states.values())


def test_the_configuration_itself_may_be_named(folder):
    assert read_project(folder / "lstm.yml").name == "animals"


def test_the_project_is_called_by_its_folder_where_it_has_no_name(folder):
    (folder / "lstm.yml").write_text(MINIMAL.replace("name: animals", "").replace("description: a text", "etc: # "))
    project = read_project(folder)
    assert (project.name, project.description) == ("project", "project")


def test_a_project_is_the_arguments_of_an_explorer(folder):
    project = read_project(folder)
    assert set({**project}) == {"states", "tokens", "tracks", "vocabulary", "transform", "name"}
    with pytest.raises(KeyError, match="'folder'"):
        project["folder"]


class TestStates:
    def test_a_type_may_have_a_file_of_its_own_and_there_need_be_no_default(self, folder):
        write_hdf5(folder / "more.h5", states2=STATES)
        text = MINIMAL.replace("  train:", "  more: more.h5\n  train:").partition("states:\n  file")[0]
        types = "  - {type: state, layer: 1, path: states2, file: more}\n"
        (folder / "lstm.yml").write_text(f"{text}states:\n  types:\n{types}")
        assert read_project(folder).states["state 1"].endswith("more.h5::states2")

    def test_types_of_one_name_are_told_apart_by_where_they_lie(self, folder):
        types = ["type: state, layer: 1, path: states1", "type: state, layer: 1, path: output2"]
        (folder / "lstm.yml").write_text(with_types(*types))
        assert list(read_project(folder).states) == ["state 1 (states::states1)", "state 1 (states::output2)"]

    def test_types_of_one_name_and_dataset_are_numbered(self, folder):
        types = ["type: state, layer: 1, path: states1", "type: state, layer: 1, path: states1, transform: none"]
        (folder / "lstm.yml").write_text(with_types(*types))
        project = read_project(folder)
        assert project.transform == {"state 1 (states::states1)": "tanh", "state 1 (states::states1), no. 2": None}

    def test_a_type_without_type_and_layer_is_called_by_its_path(self, folder):
        (folder / "lstm.yml").write_text(with_types("path: states1", "layer: 2, path: output2"))
        assert list(read_project(folder).states) == ["states1", "2"]

    @pytest.mark.parametrize(
        ("transform", "expected"), [("tanh", "tanh"), ("none", None), ("None", None), ("~", None), ("raw", None)]
    )
    def test_the_transform_is_tanh_or_none(self, folder, transform, expected):
        (folder / "lstm.yml").write_text(with_types(f"path: states1, transform: {transform}"))
        assert read_project(folder).transform == {"states1": expected}

    def test_another_transform_is_refused(self, folder):
        (folder / "lstm.yml").write_text(with_types("path: states1, transform: relu"))
        with pytest.raises(ValueError, match=r"states\.types\[0\]\.transform must be tanh or none; got 'relu'"):
            read_project(folder)

    def test_unsigned_states_are_taken_as_they_are(self, folder):
        signs = np.concatenate([np.maximum(STATES, 0), np.maximum(-STATES, 0)], axis=1)
        write_hdf5(folder / "states.hdf5", unsigned=signs)
        (folder / "lstm.yml").write_text(with_types("path: unsigned, unsigned: true", "path: states1, unsigned: false"))
        assert list(read_project(folder).states) == ["unsigned", "states1"]

    def test_states_that_are_said_to_be_unsigned_and_are_not_get_a_warning(self, folder):
        (folder / "lstm.yml").write_text(with_types("path: states1, unsigned: true"))
        with pytest.warns(UserWarning, match=r"types\[0\]\.unsigned is true, and 'states1' has negative values"):
            read_project(folder)

    def test_a_link_within_the_file_is_followed(self, folder):
        with h5py.File(folder / "states.hdf5", "a") as file:
            file["newest"] = h5py.SoftLink("/states1")
        (folder / "lstm.yml").write_text(with_types("path: newest"))
        assert read_project(folder).states["newest"].endswith("::states1")

    def test_layers_of_different_lengths_are_refused_with_their_lengths(self, folder):
        write_hdf5(folder / "states.hdf5", short=STATES[:3])
        (folder / "lstm.yml").write_text(with_types("path: states1", "path: short"))
        with pytest.raises(ValueError, match="same number of time steps; they have 'states1' 5, 'short' 3"):
            read_project(folder)


class TestWords:
    def read(self, tmp_path, **parts):
        return read_project(write_folder(tmp_path / "project", **parts))

    @pytest.mark.parametrize("dtype", ["u1", "i4", "i8", "f4", "f8", ">i8"])
    def test_ids_may_be_of_any_number_type(self, tmp_path, dtype):
        assert tokens_of(self.read(tmp_path, ids=np.array(IDS, dtype))) == WORDS

    def test_ids_may_be_a_column(self, tmp_path):
        assert tokens_of(self.read(tmp_path, ids=np.array(IDS)[:, None])) == WORDS

    def test_the_blank_token_is_a_line_that_begins_with_a_space(self, tmp_path):
        project = self.read(tmp_path, dictionary="  1\na 2\n", ids=[2, 1, 2, 1, 1])
        assert tokens_of(project) == ["a", " ", "a", " ", " "]
        project = self.read(tmp_path / "other", dictionary="a 2\n 1\n", ids=[2, 1, 2, 1, 1])
        assert tokens_of(project) == ["a", " ", "a", " ", " "]

    def test_tabs_line_feeds_and_non_breaking_spaces_are_tokens_too(self, tmp_path):
        dictionary = "a 1\n  2\n\n 3\n\t 4\n\u00a0 5\n"
        project = self.read(tmp_path, dictionary=dictionary, ids=[1, 2, 3, 4, 5])
        assert tokens_of(project) == ["a", " ", "\n", "\t", "\u00a0"]

    def test_values_and_ids_may_be_parted_by_more_than_a_space(self, tmp_path):
        assert tokens_of(self.read(tmp_path, dictionary="a\t0\nb   1 \r\n", ids=[0, 1, 1, 0, 0])) == list("abbaa")

    def test_of_two_lines_with_one_id_the_later_one_counts(self, tmp_path):
        assert tokens_of(self.read(tmp_path, dictionary="a 0\nb 0\n", ids=[0] * 5)) == ["b"] * 5

    def test_a_dictionary_may_be_in_latin_1_and_a_text_file(self, tmp_path):
        folder = write_folder(tmp_path / "project", MINIMAL.replace("train.dict", "words.txt"))
        (folder / "words.txt").write_bytes("été 4\n".encode("latin-1"))
        with pytest.warns(UserWarning, match=r"words\.txt isn't UTF-8, and is read as Latin-1"):
            assert read_project(folder).vocabulary[4] == "été"

    def test_lines_without_an_id_are_left_out_with_a_warning(self, tmp_path):
        folder = write_folder(tmp_path / "project", dictionary="the 4\ncat 5\n</s> 3\ndog 6\nof the words\n")
        with pytest.warns(UserWarning, match=r"train\.dict: 1 lines without an id are left out, such as line 5"):
            read_project(folder)

    def test_without_a_dictionary_the_ids_are_the_words(self, folder):
        (folder / "lstm.yml").write_text(MINIMAL.replace("  dict_file: words\n", ""))
        assert list(read_project(folder).tokens) == ["4", "5", "3", "4", "6"]

    def test_more_words_than_states_are_cut_off_with_a_warning(self, tmp_path):
        """The tools of LSTMVis leave out the states of the last batch."""
        folder = write_folder(tmp_path / "project", ids=[*IDS, 4, 4])
        with pytest.warns(UserWarning, match="word_sequence has 7 entries, 2 more than the states"):
            assert tokens_of(read_project(folder)) == WORDS

    def test_fewer_words_than_states_are_refused_with_the_difference(self, tmp_path):
        folder = write_folder(tmp_path / "project", ids=IDS[:3])
        with pytest.raises(ValueError, match=r"word_sequence has 3 entries.*5 time steps: 2 are missing"):
            read_project(folder)

    def test_ids_are_integers(self, tmp_path):
        folder = write_folder(tmp_path / "project", ids=[4, 5, 3.5, 4, 6])
        with pytest.raises(ValueError, match=r"word_sequence: 'word_ids' must hold ids.*3\.5"):
            read_project(folder)


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (("file: train", "file: trian"), r"word_sequence\.file: 'trian' isn't among the files .*'states', 'train'"),
            (("path: word_ids", "path: ids"), r"word_sequence\.path: .* 'ids' in 'train\.hdf5'; it has word"),
            (("  path: word_ids\n", ""), r"word_sequence\.path is missing"),
            (("dict_file: words", "dict_file: train"), r"word_sequence\.dict_file: .* must end in \.dict or \.txt"),
            (("path: states1", "path: nothing"), r"states\.types\[0\]\.path: there is no dataset 'nothing'"),
            (("  types: [", "  tpyes: ["), r"states\.types must be a list with at least one entry; got nothing"),
            (("  file: train\n", "  file: [train]\n"), r"word_sequence\.file must be a text; got"),
            (("word_sequence:\n", "word_sequence: x\nsequence:\n"), r"word_sequence must have keys and values"),
            (("name:", "name: ["), "can't be read as YAML"),
        ],
    )  # fmt: skip
    def test_the_configuration_is_refused_with_the_key(self, folder, change, message):
        assert change[0] in MINIMAL
        (folder / "lstm.yml").write_text(MINIMAL.replace(*change))
        with pytest.raises(ValueError, match=message):
            read_project(folder)

    @pytest.mark.parametrize("name", ["states.hdf5", "train.hdf5", "train.dict"])
    def test_a_missing_file_is_named(self, folder, name):
        (folder / name).unlink()
        with pytest.raises(FileNotFoundError, match=rf"there is no file .*{name}"):
            read_project(folder)

    def test_a_file_that_is_not_hdf5_is_named(self, folder):
        (folder / "states.hdf5").write_bytes(b"no")
        with pytest.raises(OSError, match=r"states\.hdf5' can't be opened as an HDF5 file"):
            read_project(folder)

    def test_keys_that_are_not_known_are_named(self, folder):
        text = (
            with_line("  colour: red\n") + "metta: {}\netc: {regex_search: true, regex: no}\nword_embedding: {a: 1}\n"
        )
        (folder / "lstm.yml").write_text(text)
        with pytest.warns(UserWarning, match=r"aren't known: metta, states\.colour, word_embedding\.a, etc\.regex"):
            read_project(folder)

    def test_the_search_of_lstmvis_needs_nothing(self, folder):
        (folder / "indexdir").mkdir()
        (folder / "lstm.yml").write_text(MINIMAL + "etc: {regex_search: true}\n")
        assert tokens_of(read_project(folder)) == WORDS

    def test_a_folder_of_projects_is_no_project_and_they_are_named(self, folder):
        with pytest.raises(FileNotFoundError, match=r"no lstm\.yml in .*; there is one in '.*project'"):
            read_project(folder.parent)
        with pytest.raises(FileNotFoundError, match="no such folder"):
            read_project(folder / "nowhere")

    def test_states_are_numbers_of_two_axes(self, folder):
        write_hdf5(folder / "states.hdf5", blocks=STATES[None])
        (folder / "lstm.yml").write_text(with_types("path: blocks"))
        with pytest.raises(ValueError, match=r"types\[0\]\.path: .*'blocks' has shape \(1, 5, 2\)"):
            read_project(folder)

    def test_without_pyyaml_the_line_to_type_is_told(self, folder, monkeypatch):
        monkeypatch.setitem(sys.modules, "yaml", None)
        with pytest.raises(ImportError, match=r"pip install 'lstmvis-widget\[lstmvis\]'"):
            read_project(folder)


class TestWhatLeavesTheFolder:
    @pytest.fixture
    def outside(self, tmp_path):
        write_hdf5(tmp_path / "secret.h5", states1=STATES)
        return tmp_path / "secret.h5"

    @pytest.mark.parametrize("path", ["../secret.h5", "{outside}", "inner/../../secret.h5"])
    def test_a_path_that_leaves_it_is_refused_even_if_it_is_not_used(self, folder, outside, path):
        text = MINIMAL.replace("  train:", f"  other: {path.format(outside=outside)}\n  train:")
        (folder / "lstm.yml").write_text(text)
        with pytest.raises(ValueError, match=r"files\.other: .*secret\.h5' leaves the folder"):
            read_project(folder)

    def test_a_symbolic_link_that_leaves_it_is_refused(self, folder, outside):
        (folder / "states.hdf5").unlink()
        (folder / "states.hdf5").symlink_to(outside)
        with pytest.raises(ValueError, match=r"files\.states: .* leaves the folder"):
            read_project(folder)

    def test_a_symbolic_link_within_it_and_to_it_is_followed(self, folder):
        (folder / "states.hdf5").rename(folder / "epoch10.hdf5")
        (folder / "states.hdf5").symlink_to("epoch10.hdf5")
        (folder.parent / "link").symlink_to(folder)
        assert read_project(folder.parent / "link").name == "animals"

    def test_a_link_to_another_file_in_an_hdf5_file_is_refused(self, folder, outside):
        with h5py.File(folder / "states.hdf5", "a") as file:
            file["linked"] = h5py.ExternalLink(str(outside), "states1")
        (folder / "lstm.yml").write_text(with_types("path: linked"))
        with pytest.raises(OSError, match=r"'linked' in .* is a link out of the file"):
            read_project(folder)

    def test_a_dataset_whose_data_lie_in_other_files_is_refused(self, folder, tmp_path):
        (tmp_path / "secret.txt").write_bytes(b"\0" * 80)
        with h5py.File(folder / "states.hdf5", "a") as file:
            file.create_dataset("raw", (5, 2), "f8", external=[(str(tmp_path / "secret.txt"), 0, 80)])
            layout = h5py.VirtualLayout((5, 2), "f8")
            layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "states1", (5, 2))
            file.create_virtual_dataset("virtual", layout)
        for path in ("raw", "virtual"):
            (folder / "lstm.yml").write_text(with_types(f"path: {path}"))
            with pytest.raises(OSError, match=f"::{path} lie in other files"):
                read_project(folder)

    def test_much_in_little_yaml_is_not_written_out(self, folder):
        bomb = "a0: &a0 [x]\n" + "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 20)}]\n" for i in range(20))
        (folder / "lstm.yml").write_text(bomb + MINIMAL.replace("name: animals", "name: *a20"))
        with pytest.raises(ValueError, match="name must be a text"):
            read_project(folder)

    @pytest.mark.parametrize(
        "number",
        ["1" + "0" * 600_000, "1" + ":1" * 300_000, "0x" + "f" * 600_000, "1." + "0" * 500],
        ids=["decimal", "sexagesimal", "hexadecimal", "float"],
    )
    def test_a_number_of_many_characters_is_refused_at_once(self, folder, number):
        (folder / "lstm.yml").write_text(MINIMAL.replace("name: animals", f"name: {number}"))
        with pytest.raises(ValueError, match=r"can't be read as YAML: line \d+ has a number of [0-9,]+ characters"):
            read_project(folder)

    def test_a_configuration_that_links_out_of_its_folder_is_refused(self, folder, tmp_path):
        (folder / "lstm.yml").rename(tmp_path / "elsewhere.yml")
        (folder / "lstm.yml").symlink_to(tmp_path / "elsewhere.yml")
        for given in (folder, folder / "lstm.yml"):
            with pytest.raises(ValueError, match="link to a file outside of its folder"):
                read_project(given)

    def test_yaml_makes_no_objects(self, folder):
        (folder / "lstm.yml").write_text(MINIMAL + "etc: !!python/object/apply:os.system ['true']\n")
        with pytest.raises(ValueError, match="can't be read as YAML"):
            read_project(folder)


def test_words_may_be_an_enumeration_of_hdf5(tmp_path):
    names = h5py.enum_dtype({"cat": 7, "dog": 8}, basetype="i1")
    configuration = MINIMAL.replace("  dict_file: words\n", "")
    project = read_project(write_folder(tmp_path / "project", configuration, ids=np.array([7, 8, 8, 7, 7], names)))
    assert project.tokens == ["cat", "dog", "dog", "cat", "cat"]
    assert project.vocabulary is None
