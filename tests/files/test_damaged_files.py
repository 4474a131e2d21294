"""Opening any file raises a documented error or none, and never hangs."""

import contextlib
import json
import random
import select
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.files.damage import damaged, make_originals

KINDS = ["whole.h5", "ids.h5", "growing.h5", "unfinished.h5", "foreign.h5", "words.dict", "words.txt", "words.json"]
SECONDS = 60


class Opener:
    """Another process that opens files, because HDF5 may crash it."""

    def __init__(self):
        self._process = None

    def wrong_errors(self, path):
        """The undocumented errors; None if HDF5 has crashed the process."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.files.damage"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        if not ready:
            self.end()
            pytest.fail(f"opening a damaged file took more than {SECONDS} seconds")
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        self.end()
        return None

    def end(self):
        if self._process is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.stdout.close()
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="module")
def opener():
    opener = Opener()
    yield opener
    opener.end()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    make_originals(folder)
    return folder


@pytest.mark.parametrize("name", KINDS)
def test_an_original_is_opened_without_any_error_that_is_not_documented(opener, folder, name):
    assert opener.wrong_errors(folder / name) == []


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(KINDS), st.integers(0, 2**32))
def test_a_damaged_file_raises_only_what_is_documented(opener, folder, name, seed):
    content = damaged((folder / name).read_bytes(), random.Random(seed))
    path = folder / f"damaged {name}"
    path.write_bytes(content)
    wrong = opener.wrong_errors(path)
    if wrong is None:
        event("HDF5 ended the process")
    assert not wrong, wrong


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(KINDS), st.floats(0, 1))
def test_a_file_cut_anywhere_raises_only_what_is_documented(opener, folder, name, share):
    content = (folder / name).read_bytes()
    path = folder / f"cut {name}"
    path.write_bytes(content[: int(share * len(content))])
    assert opener.wrong_errors(path) == []
