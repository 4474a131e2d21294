"""What widgets keep is counted over the process: the least recently used goes first, and nothing stays for long."""

import gc
import threading

import numpy as np
import pytest

from lstmvis_widget.work.room import Shelf, kept_bytes


@pytest.fixture(autouse=True)
def nothing_else():
    gc.collect()
    assert kept_bytes() == 0, "an earlier test has left an explorer open"


def of(size):
    return np.zeros(size, np.uint8)


def test_a_thing_is_found_by_its_name_and_key():
    shelf = Shelf(100)
    thing = of(10)
    shelf.put("index", thing, key=("a", 0.3))
    assert shelf.get("index", ("a", 0.3)) is thing
    assert shelf.get("index", ("a", 0.4)) is None
    assert shelf.get("codes", ("a", 0.3)) is None
    shelf.put("index", of(20), key=("a", 0.4))
    assert shelf.get("index", ("a", 0.3)) is None
    assert kept_bytes() == shelf.nbytes == 20
    shelf.drop("index")
    shelf.drop("index")
    assert kept_bytes() == 0


def test_the_least_recently_used_goes_first_whoever_keeps_it():
    one, other = Shelf(25), Shelf(25)
    for shelf, name in ((one, "a"), (other, "b")):
        shelf.put(name, of(10), spare=True)
    assert one.get("a") is not None
    one.put("c", of(10), spare=True)
    assert other.get("b") is None
    assert one.get("a") is not None
    other.put("d", of(10), spare=True)
    assert (one.get("c"), one.get("a") is None, kept_bytes()) == (None, False, 20)


def test_the_limit_is_that_of_the_one_who_asks():
    large, small = Shelf(100), Shelf(10)
    for name in range(5):
        large.put(name, of(10), spare=True)
    small.put("x", of(10), spare=True)
    assert kept_bytes() == 10
    large.put("y", of(90), spare=True)
    assert kept_bytes() == 100


def test_what_a_widget_works_with_does_not_go_for_its_own_sake():
    shelf, hidden, shown = Shelf(0), Shelf(0), Shelf(0)
    shown.is_in_view = True
    for each in (shown, shelf):
        each.put("index", of(10))
    assert kept_bytes() == 20
    hidden.put("index", of(10))
    assert [each.get("index") is not None for each in (shelf, hidden, shown)] == [False, True, True]
    shown.put("columns", of(10))
    assert [each.nbytes for each in (shelf, hidden, shown)] == [0, 0, 20]


def test_of_things_about_the_same_those_out_of_view_are_few():
    shelves = [Shelf(10**6) for _ in range(8)]
    for shelf in shelves:
        shelf.put("index", of(10), about=("index", "file"))
        shelf.put("codes", of(100), about=("codes", "file"), spare=True)
        shelf.put("other", of(1))
    assert kept_bytes() == 2 * 10 + 100 + 8
    assert [shelf.nbytes for shelf in shelves] == [1] * 6 + [11, 111]
    shelves[0].is_in_view = True
    for shelf in shelves[:3]:
        shelf.put("codes", of(100), about=("codes", "file"), spare=True)
    assert [shelf.get("codes") is not None for shelf in shelves] == [True, False, True, *[False] * 5]


def test_a_thing_that_has_grown_is_counted_anew_when_it_is_put_again():
    class Growing:
        nbytes = 10

    shelf, thing = Shelf(50), Growing()
    other = Shelf(50)
    other.put("a", of(20))
    shelf.put("a", thing)
    thing.nbytes = 1000
    shelf.put("b", of(10), spare=True)
    assert kept_bytes() == 20 + 1000 + 10
    other.put("b", of(10))
    assert (shelf.nbytes, other.nbytes) == (10, 30)


def test_what_is_kept_goes_with_its_shelf():
    shelf = Shelf(100)
    shelf.put("a", of(10))
    del shelf
    gc.collect()
    assert kept_bytes() == 0


def test_many_threads_may_ask_at_once():
    shelves = [Shelf(500) for _ in range(4)]

    def work(shelf):
        for turn in range(300):
            shelf.put(turn % 7, of(100), about=turn % 3, spare=True)
            shelf.get((turn + 3) % 7)
            if turn % 50 == 0:
                shelf.clear()
            Shelf(10).put("x", of(1))

    threads = [threading.Thread(target=work, args=(shelf,)) for shelf in shelves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept_bytes() <= 500 + 100


def test_a_widget_may_be_closed_by_the_garbage_collector_while_another_puts_something_there():
    """The collector runs in any thread, also in one that holds the lock of what is kept."""
    one, closed = Shelf(15), Shelf(15)
    closed.put("b", of(10), spare=True)

    class Collects:
        @property
        def nbytes(self):
            closed.clear()
            return 10

    one.put("a", Collects(), spare=True)
    assert closed.get("b") is None
    assert one.get("a") is not None
