"""States, tokens and tracks in one HDF5 file: saved, written block by block, read and described.

`lstmvis_widget.files.layout` documents how a file is laid out.
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
