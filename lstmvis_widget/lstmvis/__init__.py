"""Project folders of LSTMVis: reading them, and converting them to one file."""

from .project import read_project

__all__ = ["read_project"]
