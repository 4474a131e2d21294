"""Recording the states of PyTorch models while they read."""

from .record import Recording, record_states

__all__ = ["Recording", "record_states"]
