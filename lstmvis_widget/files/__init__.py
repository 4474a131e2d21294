"""States, tokens and tracks in one HDF5 file: saved, written block by block, read and described."""

from .describing import describe
from .saving import StateWriter, save_states
from .vocabulary import read_vocabulary

__all__ = ["StateWriter", "describe", "read_vocabulary", "save_states"]
