"""Project folders of LSTMVis: read, and converted to one file."""

from .project import read_project

__all__ = ["read_project"]
