import threading

import numpy as np

from lstmvis_widget.work import scratch as scratch_module
from lstmvis_widget.work.scratch import Scratch, scratch


def test_an_array_is_used_again_where_it_is_large_enough():
    room = Scratch()
    first = room.array("sums", (3, 100))
    assert (first.shape, first.dtype) == ((3, 100), np.uint64)
    assert np.shares_memory(room.array("sums", 40, np.uint16), first)
    assert not np.shares_memory(room.array("others", (3, 100)), first)
    assert not np.shares_memory(room.array("sums", (4, 100)), first)


def test_very_large_arrays_are_not_kept(monkeypatch):
    monkeypatch.setattr(scratch_module, "LARGEST", 100)
    room = Scratch()
    kept, large = room.array("sums", 10), room.array("sums", 20)
    assert not np.shares_memory(large, room.array("sums", 20))
    assert np.shares_memory(kept, room.array("sums", 10))


def test_each_thread_has_its_own():
    found = []
    thread = threading.Thread(target=lambda: found.append(scratch()))
    thread.start()
    thread.join()
    assert found[0] is not scratch()
    assert scratch() is scratch()
