"""Project folders as LSTMVis and its tools write them."""

import h5py
import numpy as np

STATES = np.array([[-2.0, 0.1], [0.5, 3.0], [0.0, -0.3], [1.0, 1.0], [0.2, -4.0]])
WORDS = ["the", "cat", "</s>", "the", "dog"]

DICTIONARY = "<s> 1\n<unk> 2\n</s> 3\nthe 4\ncat 5\ndog 6\n"
IDS = [4, 5, 3, 4, 6]

MINIMAL = """
name: animals
description: a text about animals

files: # assign files to reference name
  states: states.hdf5
  train: train.hdf5
  words: train.dict

word_sequence:
  file: train
  path: word_ids
  dict_file: words

states:
  file: states
  types: [
        {type: state, layer: 1, path: states1},
        {type: output, layer: 2, path: output2, transform: none}
  ]
"""


def write_hdf5(path, **datasets):
    with h5py.File(path, "a") as file:
        for name, values in datasets.items():
            file[name] = values


def write_folder(folder, configuration=MINIMAL, dictionary=DICTIONARY, ids=IDS, states=STATES):
    """The minimal project, with the given parts in place of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lstm.yml").write_text(configuration)
    (folder / "train.dict").write_text(dictionary)
    write_hdf5(folder / "train.hdf5", word_ids=ids)
    write_hdf5(folder / "states.hdf5", states1=states, output2=np.tanh(states).astype("f4"))
    return folder
