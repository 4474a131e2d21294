import signal

import pytest


@pytest.fixture
def interrupts():
    """Let SIGINT raise KeyboardInterrupt, as in a notebook's kernel; a test's process may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)
