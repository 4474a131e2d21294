"""States, tokens and tracks in one HDF5 file: saved, written block by block, read and described.

Any program that reads HDF5 can read a file. T is the number of time steps, D the number of cells of a layer:

==========================  =================  ======================================================================
``states/<layer>``          (T, D)             real numbers; row t is the state after reading token t. Chunks hold
                                               whole rows, 256 KB of them; compressed or not

``tokens``                  (T,) or texts      the tokens: integer ids, or texts; may be missing

``vocabulary/ids``          (V,) integers      if tokens are ids: the id of each of the texts in ``vocabulary``

``vocabulary/spaces``       (V,) integers      where a tokenizer has a space that the text of a piece lacks:
                                               1 before it, 2 after it, 3 both; may be missing

``tracks/<name>/values``    (T,) numbers       a continuous track; NaN: no value

``tracks/<name>/codes``     (T,) integers      a categorical track: the place of each step's label in ``labels``
                                               (texts); −1: no label

… with ``scores``           (T, k) both        a top-k track

``tracks/<name>/scores``    (T, C) numbers     an output track: the scores of classes at each step, which sum to 1 (one
or ``…/logits``                                column: of the second of two classes); or their logits

… ``classes``, ``targets``  texts, integers    names of the columns; the true column of each step or sequence, −1:
                                               not known; targets may be missing, or empty

… ``expected``,             (T,) both          the column with the highest probability at each step, and that
``confidence``                                 probability; may be missing. A track that has both ``scores`` and
                                               ``logits`` is written after the last step: one of them stays empty, and
                                               the track is there when the other has T rows

``sequences``               (n,) integers      lengths of the sequences; without it there is one

``committed``               4 integers         how many steps and how many sequences are complete; 1 if the file is
                                               finished; which half of ``waiting`` is valid. Datasets may have more
                                               rows than are complete: these mean nothing. Without ``committed`` all
                                               rows are complete

``waiting/<layer>``         (2, n, D)          while compressed states are being written: the rows after the last full
                                               chunk of n rows

``statistics/<layer>``      ``mean`` (D,),     of a finished file: mean and standard deviation (ddof 0) of the finite
                            ``spread`` (D,),   values of each cell in the first ``steps`` steps; may be missing
                            ``steps`` (1,)

``projections/<name>``      a group            a map, as `Projection.save` writes it: ``coordinates`` (n, 2),
                                               ``steps`` and ``trust_steps`` (integers), ``about`` (uint8, JSON in
                                               UTF-8: method, trust, notes), ``placing`` (what puts others on it);
                                               may be missing

``rounding``                (layers,) numbers  the largest error of storing each layer in another precision

attributes of the file                         ``layout``, and the source of the states
==========================  =================  ======================================================================

*Texts* are a group of two datasets: ``utf8`` (uint8) has all texts one after the other, ``ends`` (n integers) the end
of each, so that text i is ``utf8[ends[i − 1]:ends[i]]``. A dataset of n strings is read as well. In the name of a layer
or track, ``%2F`` stands for ``/``, and ``%25`` for ``%``. Layers and tracks are in the order in which they were made.

For HDF5 files of other layouts, `describe` says what is in one, and `StateExplorer` takes the paths of its datasets.
"""

from .describing import FileDescription, ItemDescription, describe
from .from_paths import read_vocabulary, tokens_at, track_at
from .reading import Contents, read_file
from .saving import save_states
from .state_writer import StateWriter

__all__ = [
    "Contents",
    "FileDescription",
    "ItemDescription",
    "StateWriter",
    "describe",
    "read_file",
    "read_vocabulary",
    "save_states",
    "tokens_at",
    "track_at",
]
